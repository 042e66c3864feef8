"""Signing in: a token file, the loopback flow of an installed app, and the client for whoever is signed in.

Reading asks for read-only access; write access is asked for at the first push. The token stays in a file that only its
owner can read, and is sent to nobody but Google (or to a loopback test server).
"""

from __future__ import annotations

import json
import os
import re
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials

from lib.errors import NotSignedIn, UserError
from lib.settings import Settings, is_loopback
from lib.youtube.addresses import checked_address
from lib.youtube.api import Client
from lib.youtube.listener import Listener, NobodyAnswered
from lib.youtube.private_file import read_private, write_private
from lib.youtube.sender import Ledger

READ_SCOPE = "https://www.googleapis.com/auth/youtube.readonly"
WRITE_SCOPE = "https://www.googleapis.com/auth/youtube"
WRITE_SCOPES = {WRITE_SCOPE, "https://www.googleapis.com/auth/youtube.force-ssl"}
DEMO_TOKEN = "demo"
GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"
SIGN_IN_SECONDS = 300
TOKEN_SECONDS = 30
"""So long Google's token server may stay silent."""
_TOKEN = re.compile(r"[!-~]{1,8000}")
_KEEPING = threading.Lock()
"""Held while the file of the sign-in is compared and replaced, or deleted."""
_OAUTHLIB = threading.Lock()


def connect(settings: Settings, ledger: Ledger, **options: Any) -> Client:
    """The client for the account of the data folder; `options` are the client's. Raises `NotSignedIn` without a usable token.

    A token is sent to Google only where it is Google's, and a token of Google's to no loopback endpoint.
    """
    granted = credentials(settings)
    if isinstance(granted, _Stored) and not granted.may_go_to(settings.endpoint):
        raise NotSignedIn(
            f"The sign-in in {settings.token.name} was not issued by {settings.endpoint or 'Google'}, so it is not sent there.",
            "Unset YOUTUBE_API_ENDPOINT, set ATLAS_HOME to another folder, or sign in again.",
        )
    return Client(granted, settings.endpoint, ledger, **options)


def is_demo(settings: Settings) -> bool:
    """Whether the demo account is used: a loopback endpoint, and nobody has signed in."""
    return settings.endpoint is not None and is_loopback(settings.endpoint) and not settings.token.exists()


def credentials(settings: Settings) -> Credentials:
    """The credentials in `token.json`, or the demo account's. Raises `NotSignedIn` with the next step."""
    if is_demo(settings):
        return Credentials(token=DEMO_TOKEN)
    if not settings.token.exists():
        raise NotSignedIn(
            "You are not signed in to YouTube.", "Open the app and choose “Connect YouTube” on the Library page."
        )
    return _Stored(settings.token)


def can_write(settings: Settings) -> bool:
    """Whether the stored sign-in allows writing; the demo account always may."""
    if is_demo(settings):
        return True
    with suppress(NotSignedIn):
        scopes = _read_json(settings.token, "the sign-in").get("scopes")
        return isinstance(scopes, list) and any(scope in scopes for scope in WRITE_SCOPES)
    return False


def require_write(settings: Settings) -> None:
    """Raises `NotSignedIn` where the sign-in is missing or may only read."""
    if not can_write(settings):
        raise NotSignedIn(
            "You have not allowed this app to write to YouTube yet.",
            "Choose “Allow writing” on the Sync page, or run: python -m lib sign-in --write",
        )


def sign_out(settings: Settings) -> None:
    """Delete the token file. Google keeps the consent until it is revoked in the account's settings."""
    with _KEEPING:
        settings.token.unlink(missing_ok=True)


class _Stored(Credentials):
    """Credentials that live in a file: its `token_uri` is honoured for Google and loopback, and refreshes are saved."""

    def __init__(self, path: Path) -> None:
        stored = _read_json(path, "the sign-in")
        missing = [key for key in ("refresh_token", "client_id", "client_secret") if not stored.get(key)]
        if missing:
            raise NotSignedIn(
                f"The sign-in in {path.name} is incomplete ({', '.join(missing)} missing).",
                "Sign in again on the Library page.",
            )
        super().__init__(  # type: ignore[no-untyped-call]
            token=stored.get("token"),
            refresh_token=stored["refresh_token"],
            token_uri=checked_address(stored.get("token_uri") or GOOGLE_TOKEN_URI, path.name),
            client_id=stored["client_id"],
            client_secret=stored["client_secret"],
            scopes=stored.get("scopes"),
            expiry=_expiry(stored.get("expiry")),
        )
        self._path = path
        self._googles = not is_loopback(self.token_uri or "") and bool(stored.get("token_uri") or _googles(stored))

    def may_go_to(self, endpoint: str | None) -> bool:
        """Whether these may be sent to an endpoint. Ports of this machine may issue tokens for each other."""
        if endpoint is None or not is_loopback(endpoint):
            return not is_loopback(self.token_uri or "")
        return not self._googles

    def refresh(self, request: Any) -> None:
        """Get a new access token, and keep it in the file if that still holds this sign-in. Raises google-auth's errors."""
        before = (self.token, self.expiry)
        belongs_to = (self.refresh_token, self.client_id)
        try:
            super().refresh(request)  # type: ignore[no-untyped-call]
        except (GoogleAuthError, OSError):
            raise
        except Exception as error:  # whatever google-auth trips over in an answer that is no token server's
            raise RefreshError(f"an answer that cannot be used ({type(error).__name__})", retryable=True) from error
        if not isinstance(self.token, str) or not _TOKEN.fullmatch(self.token):
            self.token, self.expiry = before
            raise RefreshError("an access token that cannot be sent", retryable=True)
        with _KEEPING:
            if _belongs_to(self._path) == belongs_to:
                save(self, self._path)


def _belongs_to(path: Path) -> tuple[object, object] | None:
    """Which sign-in a file holds: refresh token and client id; None where nobody is signed in."""
    with suppress(NotSignedIn):
        stored = _read_json(path, "the sign-in")
        return stored.get("refresh_token"), stored.get("client_id")
    return None


class SignIn:
    """One sign-in in the background: a page is opened in the browser, and the answer comes to a port of this machine.

    `url` is the address to open by hand where no browser starts; `state` is waiting, done or failed; `error` says why.
    """

    def __init__(
        self, settings: Settings, *, write: bool, open_browser: bool = True, timeout_seconds: float = SIGN_IN_SECONDS
    ) -> None:
        """Start the flow. Raises `UserError` for a client secret that cannot be used."""
        self.url = ""
        self.state = "waiting"
        self.error: UserError | None = None
        self._settings = settings
        self._announced = threading.Event()
        self._open_browser, self._seconds = open_browser, timeout_seconds
        self._secret = check_client_secret(settings.client_secret)
        self._scope = WRITE_SCOPE if write else READ_SCOPE
        self._thread = threading.Thread(target=self._run, name="sign-in", daemon=True)
        self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the end. Raises what went wrong as a `UserError`."""
        self._thread.join(seconds)
        if self.error:
            raise self.error

    def address(self, seconds: float = 10) -> str:
        """The address to open, as soon as there is one; "" where the flow failed before."""
        self._announced.wait(seconds)
        return self.url

    def _run(self) -> None:
        try:
            granted = self._granted()
            with _KEEPING:
                save(granted, self._settings.token)
            self.state = "done"
        except Exception as error:  # the flow raises a dozen unrelated kinds; each is one sentence for the person
            self.error = NotSignedIn(
                _why(error),
                "Try again; choose the channel whose playlists you want, and tick every box that Google shows.",
            )
            self.state = "failed"
        finally:
            self._announced.set()

    def _granted(self) -> Any:
        """What the person allows, in exchange for the code with which the browser comes back."""
        from google_auth_oauthlib.flow import Flow

        insecure = is_loopback(self._secret["installed"]["token_uri"])
        with Listener() as listener:
            flow = Flow.from_client_config(self._secret, scopes=[self._scope], redirect_uri=listener.address)
            flow.oauth2session.max_redirects = 0
            with _oauthlib_settings(insecure=insecure):
                url, state = flow.authorization_url(access_type="offline", prompt="consent")
            listener.expect(state)
            self.url = url
            self._announced.set()
            if self._open_browser:
                webbrowser.open(url, new=1)
            answer = listener.wait(self._seconds)
        if "code" not in answer:
            raise _Refused(answer["error"])
        with _oauthlib_settings(insecure=insecure):
            flow.fetch_token(code=answer["code"], timeout=TOKEN_SECONDS)
        return flow.credentials


class _Refused(Exception):
    """The person, or Google, said no; the word that Google has for it."""


@contextmanager
def _oauthlib_settings(*, insecure: bool) -> Iterator[None]:
    """What oauthlib reads from the environment, for one step of a sign-in and not for the rest of the process.

    A box that was not ticked is answered by `can_write`, not by a bare `Warning`; plain http is for loopback alone.
    """
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"} | ({"OAUTHLIB_INSECURE_TRANSPORT": "1"} if insecure else {})
    with _OAUTHLIB:
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def save(granted: Any, path: Path) -> None:
    """Write the token for its owner's eyes only (mode 0600), whole or not at all."""
    stored = json.loads(granted.to_json())
    scopes = getattr(granted, "granted_scopes", None) or stored.get("scopes")
    scopes = sorted(scopes.split() if isinstance(scopes, str) else scopes or ())
    write_private(path, json.dumps({**stored, "scopes": scopes}))


def check_client_secret(path: Path) -> dict[str, Any]:
    """The client secret in the file. Raises `UserError` that says what was put there instead and what to do."""
    secret = _read_json(path, "the client secret")
    if secret.get("type") == "service_account":
        raise UserError(
            "This file belongs to a service account, which cannot own a YouTube channel.",
            "Create an OAuth client of type “Desktop app”.",
        )
    if "refresh_token" in secret:
        raise UserError(
            "This is a token file, not a client secret.",
            "Download the JSON of your OAuth client of type “Desktop app”.",
        )
    client = secret.get("installed") or secret.get("web")
    if not isinstance(client, dict) or not {"client_id", "auth_uri", "token_uri"} <= client.keys():
        raise UserError(
            "This file is no OAuth client secret.", "Download the JSON of your OAuth client of type “Desktop app”."
        )
    if "web" in secret:
        raise UserError(
            "This OAuth client is of type “Web application”.",
            "Create one of type “Desktop app”, which works on any port of this machine.",
        )
    checked = {key: checked_address(client[key], path.name) for key in ("auth_uri", "token_uri")}
    return {**secret, "installed": {**client, **checked}}


def _read_json(path: Path, what: str) -> dict[str, Any]:
    try:
        content = json.loads(read_private(path))
    except FileNotFoundError as error:
        raise NotSignedIn(
            f"There is no {path.name} in {path.parent}.",
            "See “Your own library” in the README: it takes ten minutes, once.",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise NotSignedIn(
            f"The file {path.name} with {what} cannot be read.", "Replace it, or delete it and sign in again."
        ) from error
    if not isinstance(content, dict):
        raise NotSignedIn(f"The file {path.name} does not hold {what}.", "Replace it, or delete it and sign in again.")
    return content


def _googles(stored: dict[str, Any]) -> bool:
    """Whether a sign-in that names no token server is one of Google's, by how Google forms ids and tokens."""
    return (
        str(stored["client_id"]).endswith(".googleusercontent.com")
        or str(stored.get("token")).startswith("ya29.")
        or str(stored["refresh_token"]).startswith("1/")
    )


def _expiry(text: object) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(text))
        return (
            moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        )  # google-auth wants UTC without a zone
    return None


def _why(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, NobodyAnswered):
        return "Nobody finished the sign-in in time."
    if "access_denied" in str(error) or "AccessDenied" in name:
        return "The sign-in was denied."
    return f"The sign-in did not succeed ({name})."
