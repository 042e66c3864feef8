"""The settings of one run, read once from the environment. No other module takes settings from there.

`lib/youtube/auth.py` sets switches of oauthlib in the environment for the moment of a sign-in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from lib.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` is the data folder; `endpoint` is None for Google's own, else a loopback URL.

    `daily_playlists` are the new playlists that a push makes on one Pacific day at most: YouTube takes about ten, and
    has removed channels for more.
    """

    home: Path
    model: str = DEFAULT_MODEL
    daily_units: int = 10_000
    daily_playlists: int = 10
    settle_seconds: float = 60.0
    endpoint: str | None = None

    @property
    def database(self) -> Path:
        """The database file."""
        return self.home / "atlas.duckdb"

    @property
    def token(self) -> Path:
        """The file of the sign-in."""
        return self.home / "token.json"

    @property
    def client_secret(self) -> Path:
        """The file of the user's own OAuth client."""
        return self.home / "client_secret.json"


def host_of(url: str) -> str:
    """The host that a web address names; "" where it is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def is_loopback(url: str) -> bool:
    """Whether the URL names this very machine, so that nothing sent to it leaves it."""
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this environment. Raises `UserError` for a value that cannot be meant."""
    endpoint = environment.get("YOUTUBE_API_ENDPOINT", "").rstrip("/") or None
    if endpoint and not host_of(endpoint):
        raise UserError(
            f"YOUTUBE_API_ENDPOINT is {endpoint!r}, which is no web address.",
            "Set it to a URL such as http://127.0.0.1:8901, or unset it.",
        )
    google = (endpoint or "").startswith("https://") and host_of(endpoint or "").endswith(".googleapis.com")
    if endpoint and not is_loopback(endpoint) and not google:
        raise UserError(
            f"YOUTUBE_API_ENDPOINT is {endpoint!r}, which is neither Google nor this machine.",
            "Unset it, or use a loopback address such as http://127.0.0.1:8901.",
        )
    return Settings(
        home=Path(environment.get("ATLAS_HOME") or ROOT / "data").expanduser().resolve(),
        model=environment.get("ATLAS_MODEL") or DEFAULT_MODEL,
        daily_units=int(_number(environment, "ATLAS_DAILY_UNITS", 10_000)),
        daily_playlists=_playlists_a_day(environment),
        settle_seconds=_number(environment, "ATLAS_SETTLE_SECONDS", 60),
        endpoint=endpoint,
    )


def _playlists_a_day(environment: Mapping[str, str]) -> int:
    value = int(_number(environment, "ATLAS_DAILY_PLAYLISTS", 10))
    if value < 1:
        raise UserError(
            "ATLAS_DAILY_PLAYLISTS is less than one, so a new playlist could never be made.",
            "Set ATLAS_DAILY_PLAYLISTS to a number such as 10, or unset it.",
        )
    return value


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise UserError(
            f"{name} is {text!r}, which is not a number of zero or more.",
            f"Set {name} to a number such as {default:g}, or unset it.",
        )
    return value
