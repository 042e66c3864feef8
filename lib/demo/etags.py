"""ETags as YouTube gives them out today: 27 characters, unquoted in bodies, decided by the content alone."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any


def etag_of(content: dict[str, Any]) -> str:
    """The tag of a JSON value: base64url of its SHA-1, so another part, page or order is another tag."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode().rstrip("=")


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` header names the tag; YouTube takes it as the body has it and in quotes."""
    return any(given.strip().removeprefix("W/").strip('"') == etag for given in (if_none_match or "").split(","))
