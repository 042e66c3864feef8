import base64
import hashlib
import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from google.auth.transport.requests import Request
from google_auth_oauthlib.flow import Flow

from lib.demo.oauth import DEMO_TOKEN, Grants, OAuthRefused
from lib.demo.server import running
from lib.demo.youtube import READ_SCOPES

from .conftest import fetch

READONLY = "https://www.googleapis.com/auth/youtube.readonly"
HOME = "http://127.0.0.1:1/"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "c",
    "redirect_uri": HOME,
    "scope": READONLY,
    "state": "s&1",
    "code_challenge": CHALLENGE,
}


@pytest.fixture
def url(youtube):
    with running(youtube) as url:
        yield url


def _form(url: str, path: str, **fields: str):
    return fetch(f"{url}/{path}", "POST", urlencode(fields).encode(), token=None)


def _answer_of_consent(url: str, decision: str) -> dict[str, list[str]]:
    """Follows the link of the consent page, as a browser would."""
    page = fetch(f"{url}/auth?{urlencode(ASKED)}", token=None).content.decode()
    link = html.unescape(re.search(f'id="{decision}" href="([^"]+)"', page)[1])
    redirect = fetch(url + link, token=None)
    assert redirect.status == 302
    assert redirect.headers["location"].startswith(HOME)
    return parse_qs(urlsplit(redirect.headers["location"]).query)


def _tokens(url: str) -> dict:
    code = _answer_of_consent(url, "allow")["code"][0]
    return _form(
        url, "token", grant_type="authorization_code", code=code, redirect_uri=HOME, code_verifier=VERIFIER
    ).json()


def test_the_consent_page_names_the_channel_and_what_is_asked(url):
    page = fetch(f"{url}/auth?{urlencode(ASKED)}", token=None)
    assert page.status == 200
    assert "Robin" in page.content.decode()
    assert READONLY in page.content.decode()


def test_allow_leads_to_tokens_that_may_do_what_was_asked(url):
    tokens = _tokens(url)
    assert set(tokens) == {"access_token", "expires_in", "scope", "token_type", "refresh_token"}
    assert tokens["scope"] == READONLY
    asked = f"{url}/youtube/v3/playlists?part=id&mine=true"
    assert fetch(asked, token=tokens["access_token"]).status == 200
    refused = fetch(f"{url}/youtube/v3/playlists?id=x", "DELETE", token=tokens["access_token"])
    assert refused.json()["error"]["errors"][0]["reason"] == "insufficientPermissions"


def test_googles_own_flow_signs_in_and_refreshes(url, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    installed = {"client_id": "c", "client_secret": "s", "auth_uri": f"{url}/auth", "token_uri": f"{url}/token"}
    flow = Flow.from_client_config(
        {"installed": installed}, [READONLY], redirect_uri=HOME, autogenerate_code_verifier=True
    )
    address, _ = flow.authorization_url(access_type="offline", prompt="consent")
    page = fetch(address, token=None).content.decode()
    link = html.unescape(re.search('id="allow" href="([^"]+)"', page)[1])
    flow.fetch_token(authorization_response=fetch(url + link, token=None).headers["location"])
    first = flow.credentials.token
    renewed = flow.credentials
    renewed.refresh(Request())
    assert renewed.token != first
    assert fetch(f"{url}/youtube/v3/playlists?part=id&mine=true", token=renewed.token).status == 200


def test_deny_says_so_and_keeps_the_state(url):
    assert _answer_of_consent(url, "deny") == {"error": ["access_denied"], "state": ["s&1"]}


def test_a_refresh_token_brings_a_new_access_token_until_it_is_revoked(url):
    tokens = _tokens(url)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = _form(url, "token", **refresh).json()
    assert renewed["access_token"] != tokens["access_token"]
    assert _form(url, "revoke", token=tokens["refresh_token"]).status == 200
    gone = _form(url, "token", **refresh)
    assert (gone.status, gone.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    assert fetch(f"{url}/youtube/v3/playlists?part=id&mine=true", token=renewed["access_token"]).status == 401
    assert _form(url, "revoke", token="unknown").json()["error"] == "invalid_token"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://example.com/"},
        {"response_type": "token"},
        {"scope": "https://mail.google.com/"},
        {"scope": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_request_for_consent_that_is_not_ours_is_refused(url, change):
    assert fetch(f"{url}/auth?{urlencode(ASKED | change)}", token=None).status == 400


def test_a_code_works_once_for_the_right_verifier_and_address(clock):
    grants = Grants(clock)
    form = {"grant_type": "authorization_code", "redirect_uri": HOME, "code_verifier": VERIFIER}
    for change, error in (
        ({"code_verifier": "other"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost/"}, "redirect_uri_mismatch"),
    ):
        with pytest.raises(OAuthRefused) as refused:
            grants.exchange(form | {"code": grants.code(READ_SCOPES, HOME, CHALLENGE)} | change)
        assert refused.value.body["error"] == error
    code = grants.code(READ_SCOPES, HOME, CHALLENGE)
    assert grants.exchange(form | {"code": code})["access_token"]
    with pytest.raises(OAuthRefused):
        grants.exchange(form | {"code": code})


def test_access_tokens_end_after_an_hour_and_the_demo_token_never(clock):
    grants = Grants(clock)
    tokens = grants.exchange(
        {"grant_type": "authorization_code", "redirect_uri": HOME, "code": grants.code(READ_SCOPES, HOME, "")}
    )
    assert grants.scopes_of(tokens["access_token"]) == READ_SCOPES
    clock.tick(hours=1)
    assert grants.scopes_of(tokens["access_token"]) is None
    assert grants.scopes_of(DEMO_TOKEN) == READ_SCOPES
    assert grants.scopes_of("") is None


def test_an_unknown_grant_type_is_named():
    with pytest.raises(OAuthRefused, match="password"):
        Grants().exchange({"grant_type": "password"})
