"""Sign-in of the demo: a consent page, the token endpoint with PKCE, and revocation, as Google's OAuth 2 server does them.

The bearer token `demo` is the demo account with every scope, and never expires.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lib.demo.youtube import READ_SCOPES, utc_now
from lib.settings import is_loopback

DEMO_TOKEN = "demo"
_LIFETIME = timedelta(seconds=3599)
_CODE_LIFETIME = timedelta(minutes=10)
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo sign-in</title>
<body style="font-family: sans-serif; max-width: 34rem; margin: 4rem auto">
<h1>Demo sign-in</h1><p>This is not Google. An app asks for access to the demo channel <b>{channel}</b>:</p>
<ul>{scopes}</ul><p><a id="allow" href="{allow}">Allow</a> &nbsp; <a id="deny" href="{deny}">Deny</a></p></body></html>"""


class OAuthRefused(Exception):
    """The token endpoint says no; `error` is the OAuth word for it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a code, an access token or a refresh token stands for. `family` is what is revoked together."""

    family: str
    scopes: frozenset[str]
    expires: datetime | None = None
    redirect_uri: str = ""
    challenge: str = ""


class Grants:
    """The codes and tokens given out. They live as long as the process does."""

    def __init__(
        self, clock: Callable[[], datetime] = utc_now, mint: Callable[[], str] = secrets.token_urlsafe
    ) -> None:
        self._clock = clock
        self._mint = mint
        self._codes: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def scopes_of(self, token: str) -> frozenset[str] | None:
        """What a bearer token may do; None when it is unknown, expired or revoked."""
        if token == DEMO_TOKEN:
            return READ_SCOPES
        grant = self._access.get(token)
        return grant.scopes if grant and self._lives(grant) else None

    def code(self, scopes: frozenset[str], redirect_uri: str, challenge: str) -> str:
        """A code to be exchanged once, by whoever knows the verifier of the challenge."""
        code = "4/" + self._mint()
        self._codes[code] = _Grant(code, scopes, self._clock() + _CODE_LIFETIME, redirect_uri, challenge)
        return code

    def exchange(self, form: Mapping[str, str]) -> dict[str, object]:
        """Answers the token endpoint. Raises `OAuthRefused`."""
        if form.get("grant_type") == "authorization_code":
            return self._first_tokens(form)
        if form.get("grant_type") == "refresh_token":
            grant = self._refresh.get(form.get("refresh_token", ""))
            if grant is None:
                raise OAuthRefused("invalid_grant", "Token has been expired or revoked.")
            return self._access_token(grant)
        raise OAuthRefused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")

    def revoke(self, token: str) -> None:
        """Ends a token and all that came of the same consent. Raises `OAuthRefused` for an unknown one."""
        grant = self._access.get(token) or self._refresh.get(token)
        if grant is None:
            raise OAuthRefused("invalid_token", "Token expired or revoked")
        self._access = {key: held for key, held in self._access.items() if held.family != grant.family}
        self._refresh = {key: held for key, held in self._refresh.items() if held.family != grant.family}

    def _first_tokens(self, form: Mapping[str, str]) -> dict[str, object]:
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or not self._lives(grant):
            raise OAuthRefused("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != grant.redirect_uri:
            raise OAuthRefused("redirect_uri_mismatch", "Bad Request")
        if grant.challenge and _s256(form.get("code_verifier", "")) != grant.challenge:
            raise OAuthRefused("invalid_grant", "Invalid code verifier.")
        refresh = "1//" + self._mint()
        self._refresh[refresh] = _Grant(grant.family, grant.scopes)
        return self._access_token(grant) | {"refresh_token": refresh}

    def _access_token(self, grant: _Grant) -> dict[str, object]:
        token = "ya29." + self._mint()
        self._access[token] = _Grant(grant.family, grant.scopes, self._clock() + _LIFETIME)
        scope = " ".join(sorted(grant.scopes))
        return {
            "access_token": token,
            "expires_in": int(_LIFETIME.total_seconds()),
            "scope": scope,
            "token_type": "Bearer",
        }

    def _lives(self, grant: _Grant) -> bool:
        return grant.expires is None or self._clock() < grant.expires


def oauth_routes(grants: Grants, channel_title: str) -> list[Route]:
    """The three endpoints."""

    async def consent(request: Request) -> Response:
        """The page on which the person allows or refuses the scopes."""
        return _consent(grants, channel_title, dict(request.query_params))

    async def token(request: Request) -> Response:
        """A code or a refresh token is exchanged for an access token."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            return JSONResponse(grants.exchange(form))
        except OAuthRefused as refusal:
            return JSONResponse(refusal.body, 400)

    async def revoke(request: Request) -> Response:
        """A token is revoked."""
        form = dict(request.query_params) | dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            grants.revoke(form.get("token", ""))
        except OAuthRefused as refusal:
            return JSONResponse(refusal.body, 400)
        return JSONResponse({})

    return [
        Route("/auth", consent),
        Route("/token", token, methods=["POST"]),
        Route("/revoke", revoke, methods=["POST"]),
    ]


def _consent(grants: Grants, channel_title: str, asked: dict[str, str]) -> Response:
    redirect_uri, scopes = asked.get("redirect_uri", ""), frozenset(asked.get("scope", "").split())
    if not is_loopback(redirect_uri) or asked.get("response_type") != "code" or not scopes or not scopes <= READ_SCOPES:
        return HTMLResponse("<h1>Error 400: invalid_request</h1>", 400)
    if asked.get("code_challenge_method", "S256") != "S256":
        return HTMLResponse("<h1>Error 400: invalid_request</h1><p>Only S256 is modelled.</p>", 400)
    decision = asked.pop("decision", "")
    if not decision:
        return HTMLResponse(_page(channel_title, scopes, asked))
    state = {"state": asked["state"]} if "state" in asked else {}
    if decision != "allow":
        return RedirectResponse(f"{redirect_uri}?{urlencode(state | {'error': 'access_denied'})}", 302)
    code = grants.code(scopes, redirect_uri, asked.get("code_challenge", ""))
    return RedirectResponse(
        f"{redirect_uri}?{urlencode(state | {'code': code, 'scope': ' '.join(sorted(scopes))})}", 302
    )


def _page(channel_title: str, scopes: frozenset[str], asked: Mapping[str, str]) -> str:
    links = {
        decision: html.escape("/auth?" + urlencode({**asked, "decision": decision})) for decision in ("allow", "deny")
    }
    wishes = "".join(f"<li>{html.escape(scope)}</li>" for scope in sorted(scopes))
    return _PAGE.format(channel=html.escape(channel_title), scopes=wishes, **links)


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
