"""Signing in: a token file, the loopback flow of an installed app, and the client for whoever is signed in.

Reading asks for read-only access; write access is asked for at the first push. The token stays in a file that only its
owner can read, and is sent to nobody but Google (or to a loopback test server).
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.oauth2.credentials import Credentials

from lib.errors import NotSignedIn, UserError
from lib.settings import Settings, host_of, is_loopback
from lib.youtube.api import Client, Ledger

READ_SCOPE = "https://www.googleapis.com/auth/youtube.readonly"
WRITE_SCOPE = "https://www.googleapis.com/auth/youtube"
WRITE_SCOPES = {WRITE_SCOPE, "https://www.googleapis.com/auth/youtube.force-ssl"}
DEMO_TOKEN = "demo"
GOOGLE_HOSTS = {"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"}
SIGN_IN_SECONDS = 300


def connect(settings: Settings, ledger: Ledger, **options: Any) -> Client:
    """The client for the account of the data folder; `options` are the client's. Raises `NotSignedIn` without a usable token."""
    return Client(credentials(settings), settings.endpoint, ledger, **options)


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
        token_uri = stored.get("token_uri") or "https://oauth2.googleapis.com/token"
        _check_host(token_uri, path.name)
        super().__init__(  # type: ignore[no-untyped-call]
            token=stored.get("token"),
            refresh_token=stored["refresh_token"],
            token_uri=token_uri,
            client_id=stored["client_id"],
            client_secret=stored["client_secret"],
            scopes=stored.get("scopes"),
            expiry=_expiry(stored.get("expiry")),
        )
        self._path = path

    def refresh(self, request: Any) -> None:
        """Get a new access token and keep it in the file."""
        super().refresh(request)  # type: ignore[no-untyped-call]
        save(self, self._path)


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
        self._options = {"open_browser": open_browser, "timeout_seconds": timeout_seconds}
        self._flow = _flow(settings.client_secret, [WRITE_SCOPE if write else READ_SCOPE], self._announce)
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

    def _announce(self, url: str) -> None:
        self.url = url
        self._announced.set()

    def _run(self) -> None:
        try:
            granted = self._flow.run_local_server(
                port=0, authorization_prompt_message=None, access_type="offline", prompt="consent", **self._options
            )
            save(granted, self._settings.token)
            self.state = "done"
        except Exception as error:  # the flow raises a dozen unrelated kinds; each is one sentence for the person
            self.error = NotSignedIn(
                _why(error),
                "Try again; choose the channel whose playlists you want, and tick every box that Google shows.",
            )
            self.state = "failed"


def save(granted: Any, path: Path) -> None:
    """Write the token for its owner's eyes only (mode 0600), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    stored = json.loads(granted.to_json())
    scopes = getattr(granted, "granted_scopes", None) or stored.get("scopes")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({**stored, "scopes": sorted(scopes.split() if isinstance(scopes, str) else scopes or ())}, file)
    os.replace(partial, path)


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
    for key in ("auth_uri", "token_uri"):
        _check_host(client[key], path.name)
    return secret


def _flow(path: Path, scopes: list[str], announce: Any) -> Any:
    from google_auth_oauthlib.flow import InstalledAppFlow

    secret = check_client_secret(path)
    os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"  # an unticked box is answered by `can_write`, not by a bare Warning
    if is_loopback(secret["installed"]["token_uri"]):
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

    class Flow(InstalledAppFlow):  # type: ignore[misc]
        """Tells its address, for a person whose browser does not open by itself."""

        def authorization_url(self, **options: Any) -> tuple[str, str]:
            url, state = super().authorization_url(**options)
            announce(url)
            return url, state

    return Flow.from_client_config(secret, scopes=scopes)


def _read_json(path: Path, what: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotSignedIn(
            f"There is no {path.name} in {path.parent}.",
            "See “Your own library” in the README: it takes ten minutes, once.",
        ) from error
    except (OSError, ValueError) as error:
        raise NotSignedIn(
            f"The file {path.name} with {what} cannot be read.", "Replace it, or delete it and sign in again."
        ) from error
    if not isinstance(content, dict):
        raise NotSignedIn(f"The file {path.name} does not hold {what}.", "Replace it, or delete it and sign in again.")
    return content


def _check_host(url: str, name: str) -> None:
    host = host_of(str(url))
    google = host in GOOGLE_HOSTS and str(url).startswith("https://")
    if not google and not is_loopback(str(url)):
        raise NotSignedIn(
            f"{name} would send the sign-in to {host or url!r}, which is not Google.",
            "Delete the file and sign in again.",
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
    if "Timeout" in name:
        return "Nobody finished the sign-in in time."
    if "access_denied" in str(error) or "AccessDenied" in name:
        return "The sign-in was denied."
    return f"The sign-in did not succeed ({name})."
