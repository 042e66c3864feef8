from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.errors import NotSignedIn, UserError
from lib.settings import ROOT, Settings
from lib.youtube.auth import (
    READ_SCOPE,
    WRITE_SCOPE,
    SignIn,
    can_write,
    check_client_secret,
    connect,
    credentials,
    is_demo,
    require_write,
    sign_out,
)
from tests.demo.conftest import MUSIC, video_id
from tests.youtube.conftest import reply, sign_in, visit

FAR = "2999-01-01T00:00:00Z"


def _token(settings: Settings, url: str, **facts: object) -> dict:
    """Writes a token file by hand; a fact that is None is left out."""
    stored = {
        "token": "demo",
        "refresh_token": "r",
        "client_id": "id",
        "client_secret": "s",
        "token_uri": f"{url}/token",
        "scopes": [WRITE_SCOPE],
        "expiry": FAR,
        **facts,
    }
    stored = {key: value for key, value in stored.items() if value is not None}
    settings.token.write_text(json.dumps(stored))
    return stored


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- who is signed in --------------------------------------------------------------------------------------------------


def test_a_loopback_endpoint_without_a_token_is_the_demo_account_which_may_write(settings, quota):
    assert is_demo(settings)
    assert can_write(settings)
    require_write(settings)
    assert connect(settings, quota).channel()[0].title == "Robin"


def test_without_a_token_nobody_is_signed_in_at_google(tmp_path):
    google = Settings(home=tmp_path)
    assert not is_demo(google)
    assert not can_write(google)
    with pytest.raises(NotSignedIn, match="not signed in") as refused:
        credentials(google)
    assert "Connect YouTube" in refused.value.next_step
    with pytest.raises(NotSignedIn, match="not allowed this app to write"):
        require_write(google)


def test_a_token_beats_the_demo_account(settings, url):
    _token(settings, url, token="someone")
    assert not is_demo(settings)
    assert credentials(settings).token == "someone"


def test_signing_out_deletes_the_token_and_doing_it_twice_is_no_error(settings, url):
    _token(settings, url)
    sign_out(settings)
    sign_out(settings)
    assert not settings.token.exists()


# -- the token file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"', "\0"])
def test_a_token_file_that_holds_none_asks_for_a_new_sign_in_and_allows_nothing(settings, content):
    settings.token.write_text(content)
    with pytest.raises(NotSignedIn, match=r"token\.json") as refused:
        credentials(settings)
    assert "sign in again" in refused.value.next_step
    assert not can_write(settings)


@pytest.mark.parametrize("missing", ["refresh_token", "client_id", "client_secret"])
def test_an_incomplete_token_file_says_what_is_missing(settings, url, missing):
    _token(settings, url, **{missing: None})
    with pytest.raises(NotSignedIn, match=f"{missing} missing"):
        credentials(settings)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com.evil.example/token",
        "https://oauth2.googleapis.com@evil.example/token",
        "https://evil.example/oauth2.googleapis.com",
        "https://localhost.evil.example/token",
        "https://127.0.0.1.evil.example/token",
        "ftp:oauth2.googleapis.com",
        "oauth2.googleapis.com/token",
        "http://[::1",
        7,
    ],
)
def test_a_token_file_that_names_a_foreign_host_is_refused(settings, url, foreign):
    _token(settings, url, token_uri=foreign)
    with pytest.raises(NotSignedIn, match="not Google") as refused:
        credentials(settings)
    assert "Delete the file" in refused.value.next_step


@pytest.mark.parametrize(
    "home",
    ["https://oauth2.googleapis.com/token", "http://127.0.0.1:9/token", "http://localhost:9/t", "http://[::1]:9/"],
)
def test_google_and_this_machine_are_honoured(settings, url, home):
    _token(settings, url, token_uri=home)
    assert credentials(settings).token_uri == home


def test_without_a_token_address_google_is_meant(settings, url):
    _token(settings, url, token_uri=None)
    assert credentials(settings).token_uri == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize(
    ("expiry", "expired"),
    [
        (FAR, False),
        ("2999-01-01T00:00:00", False),
        ("2999-01-01T00:00:00+09:00", False),
        ("2020-01-01T00:00:00Z", True),
        ("2020-01-01T00:00:00.5", True),
        ("garbage", False),
        (None, False),
    ],
)
def test_the_expiry_is_understood_with_and_without_a_zone(settings, url, expiry, expired):
    _token(settings, url, expiry=expiry)
    assert credentials(settings).expired is expired


def test_an_expiry_with_another_zone_is_the_same_moment(settings, url):
    soon = datetime.now(UTC) + timedelta(hours=2)
    _token(settings, url, expiry=soon.astimezone().isoformat())
    assert credentials(settings).expiry == soon.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ([READ_SCOPE], False),
        ([WRITE_SCOPE], True),
        ([READ_SCOPE, "https://www.googleapis.com/auth/youtube.force-ssl"], True),
        ([], False),
        (None, False),
    ],
)
def test_writing_is_allowed_by_what_was_granted(settings, url, scopes, allowed):
    _token(settings, url, scopes=scopes)
    assert can_write(settings) is allowed


# -- the flow ----------------------------------------------------------------------------------------------------------


def test_a_sign_in_for_reading_ends_with_a_token_only_its_owner_can_read(settings, secret, quota):
    settings.token.write_text("{}")
    settings.token.chmod(0o644)
    sign_in(settings, write=False)
    stored = json.loads(settings.token.read_text())
    assert _mode(settings.token) == 0o600
    assert stored["scopes"] == [READ_SCOPE]
    assert stored["token_uri"] == secret["installed"]["token_uri"]
    assert sorted(p.name for p in settings.home.iterdir() if "partial" in p.name) == []
    assert connect(settings, quota).channel()[0].title == "Robin"


def test_the_address_asks_for_one_scope_a_refresh_token_and_a_code_bound_to_this_flow(settings, secret):
    flow = SignIn(settings, write=True, open_browser=False, timeout_seconds=10)
    asked = {key: value[0] for key, value in parse_qs(urlsplit(flow.address()).query).items()}
    assert asked["scope"] == WRITE_SCOPE
    assert (asked["access_type"], asked["prompt"], asked["response_type"]) == ("offline", "consent", "code")
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert urlsplit(asked["redirect_uri"]).hostname in ("localhost", "127.0.0.1")
    assert flow.state == "waiting"
    visit(flow.address() + "&decision=allow")
    flow.wait(10)
    assert flow.state == "done"


def test_a_code_that_was_asked_for_with_another_challenge_is_refused(settings, secret):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=10)
    challenge = parse_qs(urlsplit(flow.address()).query)["code_challenge"][0]
    visit(flow.address().replace(challenge, "x" * 43) + "&decision=allow")
    with pytest.raises(NotSignedIn, match="did not succeed"):
        flow.wait(10)
    assert not settings.token.exists()


def test_an_answer_to_another_sign_in_is_refused(settings, secret):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=1)
    state = parse_qs(urlsplit(flow.address()).query)["state"][0]
    with suppress(urllib.error.HTTPError):
        visit(flow.address().replace(state, "forged") + "&decision=allow")
    with pytest.raises(NotSignedIn):
        flow.wait(10)
    assert not settings.token.exists()


def test_a_denied_sign_in_says_so_and_leaves_the_old_token(settings, secret, url):
    before = _token(settings, url)
    flow = SignIn(settings, write=True, open_browser=False, timeout_seconds=10)
    visit(flow.address() + "&decision=deny")
    with pytest.raises(NotSignedIn, match="was denied") as refused:
        flow.wait(10)
    assert flow.state == "failed"
    assert "tick every box" in refused.value.next_step
    assert json.loads(settings.token.read_text()) == before


def test_a_sign_in_that_nobody_finishes_ends_by_itself(settings, secret):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=0.1)
    with pytest.raises(NotSignedIn, match="in time"):
        flow.wait(10)
    assert flow.state == "failed"
    assert not settings.token.exists()


def test_an_unticked_box_is_a_token_for_reading(settings, secret):
    flow = SignIn(settings, write=True, open_browser=False, timeout_seconds=10)
    visit(flow.address().replace("auth%2Fyoutube", "auth%2Fyoutube.readonly") + "&decision=allow")
    flow.wait(10)
    assert json.loads(settings.token.read_text())["scopes"] == [READ_SCOPE]
    assert not can_write(settings)


def test_reading_first_and_writing_when_it_is_needed(settings, secret, quota, youtube):
    sign_in(settings, write=False)
    with pytest.raises(NotSignedIn, match="not allowed this app to write") as refused:
        require_write(settings)
    assert "Allow writing" in refused.value.next_step
    with pytest.raises(NotSignedIn):
        connect(settings, quota).insert_item(MUSIC, video_id(5), None)
    sign_in(settings, write=True)
    require_write(settings)
    client = connect(settings, quota)
    client.insert_item(MUSIC, video_id(5), None)
    assert client.channel()[0].title == "Robin"
    assert len(youtube.present.playlists[MUSIC].items) == 3


def test_an_expired_token_is_refreshed_before_the_request_and_the_new_one_is_kept(settings, secret, quota, youtube):
    sign_in(settings, write=True)
    old = json.loads(settings.token.read_text())
    settings.token.write_text(json.dumps({**old, "token": "stale", "expiry": "2020-01-01T00:00:00Z"}))
    connect(settings, quota).channel()
    new = json.loads(settings.token.read_text())
    assert new["token"] not in ("stale", old["token"])
    assert datetime.fromisoformat(new["expiry"]).replace(tzinfo=UTC) > datetime.now(UTC)
    assert {key: new[key] for key in ("refresh_token", "scopes", "client_id")} == {
        key: old[key] for key in ("refresh_token", "scopes", "client_id")
    }
    assert _mode(settings.token) == 0o600
    assert [entry.status for entry in youtube.log] == [200]


def test_a_refresh_that_google_refuses_asks_for_a_new_sign_in_and_keeps_the_file(settings, url, quota, youtube):
    before = _token(settings, url, refresh_token="revoked", expiry="2020-01-01T00:00:00Z")
    with pytest.raises(NotSignedIn, match="no longer accepts"):
        connect(settings, quota).channel()
    assert json.loads(settings.token.read_text()) == before
    assert youtube.log == []


# -- whose token it is, and where it may go ----------------------------------------------------------------------------


def test_a_refresh_of_a_former_sign_in_leaves_the_new_one_alone(settings, secret, quota):
    sign_in(settings, write=False)
    former = connect(settings, quota)
    sign_in(settings, write=True)
    new = settings.token.read_text()
    former._sender.refresh()
    assert settings.token.read_text() == new


def test_a_refresh_after_signing_out_does_not_sign_in_again(settings, secret, quota):
    sign_in(settings, write=False)
    client = connect(settings, quota)
    sign_out(settings)
    client._sender.refresh()
    assert not settings.token.exists()


@pytest.fixture
def slow_tokens() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """A token server that answers only when it is told to: its address, set when it was asked, to be set to answer."""
    asked, answer = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.set()
            answer.wait(60)
            body = json.dumps({"access_token": "renewed", "expires_in": 3600, "token_type": "Bearer"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token", asked, answer
        answer.set()
        server.shutdown()


@pytest.mark.parametrize("meanwhile", ["nothing", "signed out", "signed in anew"])
def test_a_refresh_of_another_process_leaves_alone_what_happened_to_the_sign_in_meanwhile(
    settings, secret, url, slow_tokens, meanwhile
):
    token_uri, asked, answer = slow_tokens
    former = _token(settings, url, token="stale", token_uri=token_uri, expiry="2020-01-01T00:00:00Z")
    environment = os.environ | {"ATLAS_HOME": str(settings.home), "YOUTUBE_API_ENDPOINT": url}
    pull = [sys.executable, "-m", "lib", "pull", "--json"]
    with subprocess.Popen(
        pull, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        assert asked.wait(60)
        if meanwhile != "nothing":
            sign_out(settings)
        if meanwhile == "signed in anew":
            sign_in(settings, write=True)
        present = settings.token.read_text() if settings.token.exists() else None
        answer.set()
        process.wait(60)
    if meanwhile == "nothing":
        stored = json.loads(settings.token.read_text())
        assert (stored["token"], stored["refresh_token"]) == ("renewed", former["refresh_token"])
    else:
        assert (settings.token.read_text() if settings.token.exists() else None) == present


@pytest.mark.parametrize("name", ["token.json", "client_secret.json"])
def test_a_file_that_others_could_read_is_narrowed_when_it_is_opened(settings, secret, name):
    sign_in(settings, write=True)
    path = settings.home / name
    path.chmod(0o664)
    assert can_write(settings)
    check_client_secret(settings.client_secret)
    assert _mode(path) == 0o600


def test_a_link_in_the_place_of_the_token_is_replaced_and_not_followed(settings, secret, tmp_path):
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text("precious")
    for name in ("token.json", "token.json.partial"):
        (settings.home / name).symlink_to(elsewhere)
    sign_in(settings, write=False)
    assert elsewhere.read_text() == "precious"
    assert not settings.token.is_symlink()


def test_a_token_of_googles_is_not_sent_to_a_loopback_endpoint(settings, url, quota, youtube):
    _token(settings, url, token_uri="https://oauth2.googleapis.com/token")
    with pytest.raises(NotSignedIn, match="not issued by") as refused:
        connect(settings, quota).channel()
    assert "ATLAS_HOME" in refused.value.next_step
    assert youtube.log == []


GOOGLES = {"client_id": "1-a.apps.googleusercontent.com", "token": "ya29.a", "refresh_token": "1//a"}


@pytest.mark.parametrize("name", GOOGLES)
def test_a_token_of_googles_that_names_no_token_server_is_not_sent_to_a_loopback_endpoint(
    settings, url, quota, youtube, name
):
    _token(settings, url, **{"token_uri": None, name: GOOGLES[name]})
    with pytest.raises(NotSignedIn, match="not issued by"):
        connect(settings, quota).channel()
    assert youtube.log == []


@pytest.mark.parametrize("token_uri", ["http://127.0.0.1:9/token", "http://localhost:9/token", None])
def test_token_server_and_endpoint_on_this_machine_may_have_different_ports(settings, url, quota, token_uri):
    _token(settings, url, token_uri=token_uri)
    assert connect(settings, quota).channel()[0].title == "Robin"


def test_a_token_of_this_machine_is_not_sent_to_google(tmp_path, url, quota):
    settings = Settings(tmp_path)
    _token(settings, url)
    with pytest.raises(NotSignedIn, match="not issued by"):
        connect(settings, quota)


@pytest.fixture
def trap() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine that nothing may call, and who called all the same."""
    called: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            called.append("called")
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1], called
    listening.close()


ADDRESSES_THAT_TWO_LIBRARIES_READ_DIFFERENTLY = [
    "https://localhost:{port}\\@oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com\\@localhost:{port}/token",
    "http://oauth2.googleapis.com@127.0.0.1:{port}/token",
    "http://user:word@127.0.0.1:{port}/token",
    "http://127.0.0.1:{port}/to ken",
    "http://127.0.0.1:{port}/\ttoken",
    "http://127.0.0.1:{port}/token\r\nHost: oauth2.googleapis.com",
    "http://127.0.0.1:{port}/\0",
    " http://127.0.0.1:{port}/token",
    "https://oauth2.googleapis.com:{port}/token",
]


@pytest.mark.parametrize("address", ADDRESSES_THAT_TWO_LIBRARIES_READ_DIFFERENTLY)
def test_an_address_that_can_be_read_in_two_ways_is_never_called(settings, url, quota, trap, address):
    port, called = trap
    _token(settings, url, token_uri=address.format(port=port), expiry="2020-01-01T00:00:00Z")
    with pytest.raises(NotSignedIn, match="not Google"):
        connect(settings, quota).channel()
    assert called == []


@pytest.mark.parametrize("address", ADDRESSES_THAT_TWO_LIBRARIES_READ_DIFFERENTLY)
@pytest.mark.parametrize("key", ["token_uri", "auth_uri"])
def test_a_client_secret_with_such_an_address_is_refused_before_anything_is_called(
    settings, secret, trap, address, key
):
    port, called = trap
    secret["installed"][key] = address.format(port=port)
    settings.client_secret.write_text(json.dumps(secret))
    with pytest.raises(UserError, match="not Google"):
        sign_in(settings, write=False)
    assert called == []


def test_plain_http_is_allowed_for_one_sign_in_on_loopback_and_not_for_the_rest_of_the_process(settings, secret):
    sign_in(settings, write=False)
    assert [name for name in os.environ if name.startswith("OAUTHLIB")] == []


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"{}",
        b'{"access_token": 7, "expires_in": 3600}',
        b'{"access_token": "a\\r\\nX: y", "expires_in": 3600}',
        b'{"access_token": "t", "expires_in": 1e300}',
        b'{"access_token": "t", "expires_in": "soon"}',
        b"[" * 100_000,
    ],
    ids=range(7),
)
def test_a_token_server_that_answers_nonsense_is_a_sentence_and_the_file_stays(settings, quota, byte_server, answer):
    server = byte_server(*[reply("200 OK", answer)] * 40)
    token = _token(settings, server.url, expiry="2020-01-01T00:00:00Z")
    with pytest.raises(UserError) as failed:
        connect(replace(settings, endpoint=server.url), quota, sleep=lambda seconds: None).channel()
    assert len(str(failed.value)) < 1_000
    assert json.loads(settings.token.read_text()) == token


def test_a_redirect_of_the_token_server_is_not_followed_with_the_code(settings, secret, byte_server):
    target = byte_server(reply("200 OK"))
    server = byte_server(reply(f"307 Elsewhere\r\nLocation: {target.url}/stolen"))
    secret["installed"]["token_uri"] = f"{server.url}/token"
    settings.client_secret.write_text(json.dumps(secret))
    with pytest.raises(NotSignedIn, match="did not succeed"):
        sign_in(settings, write=False)
    assert (len(server.requests), target.requests) == (1, [])


# -- the port the browser comes back to --------------------------------------------------------------------------------


def _port_of(flow: SignIn) -> int:
    redirect = parse_qs(urlsplit(flow.address()).query)["redirect_uri"][0]
    return urlsplit(redirect).port or 0


def test_a_connection_that_asks_for_nothing_keeps_nobody_from_signing_in(settings, secret):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=20)
    with closing(socket.create_connection(("localhost", _port_of(flow)))):
        visit(flow.address() + "&decision=allow")
        flow.wait(20)
    assert flow.state == "done"


@pytest.mark.parametrize(
    "stray", ["/favicon.ico", "/", "/?code=x", "/?code=x&state=forged", "/?error=access_denied", "//[", "/?state=%ff"]
)
def test_a_stray_request_is_no_answer(settings, secret, stray):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=20)
    with suppress(OSError):
        visit(f"http://localhost:{_port_of(flow)}{stray}")
    assert flow.state == "waiting"
    visit(flow.address() + "&decision=allow")
    flow.wait(20)
    assert flow.state == "done"


def test_an_idle_connection_does_not_keep_a_sign_in_from_ending_at_its_time(settings, secret):
    flow = SignIn(settings, write=False, open_browser=False, timeout_seconds=1)
    idle = socket.create_connection(("localhost", _port_of(flow)))
    with closing(idle), pytest.raises(NotSignedIn, match="in time"):
        flow.wait(20)
    assert flow.state == "failed"


# -- the client secret -------------------------------------------------------------------------------------------------

CLIENT = {
    "client_id": "id",
    "client_secret": "s",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def test_the_client_secret_of_a_desktop_app_is_taken(settings):
    settings.client_secret.write_text(json.dumps({"installed": CLIENT}))
    assert check_client_secret(settings.client_secret) == {"installed": CLIENT}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"type": "service_account", "client_email": "x"}, "service account"),
        ({"refresh_token": "r", "client_id": "id"}, "token file"),
        ({"web": CLIENT}, "Web application"),
        ({"installed": {"client_id": "id"}}, "no OAuth client secret"),
        ({"installed": "x"}, "no OAuth client secret"),
        ({"api_key": "AIza"}, "no OAuth client secret"),
        ([CLIENT], "does not hold"),
        ({"installed": {**CLIENT, "token_uri": "https://evil.example/token"}}, "not Google"),
        ({"installed": {**CLIENT, "auth_uri": "http://accounts.google.com/auth"}}, "not Google"),
    ],
)
def test_whatever_else_is_put_there_is_named_with_what_to_do(settings, content, sentence):
    settings.client_secret.write_text(json.dumps(content))
    with pytest.raises(UserError, match=sentence) as refused:
        SignIn(settings, write=False, open_browser=False)
    assert refused.value.next_step


def test_a_missing_or_unreadable_client_secret_says_where_help_is(settings):
    with pytest.raises(NotSignedIn, match=r"no client_secret\.json") as missing:
        SignIn(settings, write=False, open_browser=False)
    assert "README" in missing.value.next_step
    settings.client_secret.write_bytes(b"\xff\xfe{")
    with pytest.raises(NotSignedIn, match="cannot be read"):
        SignIn(settings, write=False, open_browser=False)


def test_the_data_folder_of_a_sign_in_need_not_exist(settings, secret, tmp_path):
    home = tmp_path / "elsewhere"
    home.mkdir()
    moved = replace(settings, home=home)
    moved.client_secret.write_text(json.dumps(secret))
    sign_in(moved, write=False)
    assert moved.token.exists()
