"""Addresses to which a sign-in may be sent: Google's, and this machine's."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from lib.errors import NotSignedIn
from lib.settings import is_loopback

GOOGLE_HOSTS = {"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"}
_ADDRESS = re.compile(r"[!-\[\]-~]+")
"""Visible ASCII without a backslash, which some libraries take for a slash and others for a part of the host."""


def checked_address(url: object, name: str) -> str:
    """An address to which the sign-in may be sent, put together anew from the parts that were checked.

    So no library reads another host from it than we did. Raises `NotSignedIn`, naming the file, for all but Google over
    https and this machine.
    """
    with suppress(ValueError):
        text = url if isinstance(url, str) and _ADDRESS.fullmatch(url) else ""
        parts = urlsplit(text)
        host, port, named = parts.hostname or "", parts.port, parts.username or parts.password
        google = host in GOOGLE_HOSTS and parts.scheme == "https" and port in (None, 443)
        if (
            parts.scheme in ("http", "https")
            and "@" not in parts.netloc
            and not named
            and (google or is_loopback(text))
        ):
            netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
            return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
    raise NotSignedIn(
        f"{name} would send the sign-in to {str(url)[:200]!r}, which is not Google.",
        "Delete the file and sign in again.",
    )
