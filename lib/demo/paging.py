"""Pages and their tokens. A token is long and opaque, and good only for the listing it was given out for.

A listing is not a snapshot: a page is cut from the list as it is when the page is asked for, so an edit between two
pages can hide an item or show one twice.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lib.demo import refusals
from lib.demo.query import Query

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page: its rows, where it starts, and the tokens of its neighbours."""

    rows: Sequence[T]
    offset: int
    next_token: str | None
    previous_token: str | None

    @property
    def tokens(self) -> dict[str, str]:
        """The neighbours' tokens as they stand in an answer."""
        named = {"nextPageToken": self.next_token, "prevPageToken": self.previous_token}
        return {name: token for name, token in named.items() if token}


def page_of(rows: Sequence[T], query: Query, listing: str) -> Page[T]:
    """The page that the query asks for. `listing` names the filter. Raises `Refused` for a token of another listing."""
    size = query.page_size()
    token = query.one("pageToken")
    offset = _offset(token, listing) if token else 0
    end = offset + size
    following = _token(end, listing) if end < len(rows) else None
    before = _token(max(0, offset - size), listing) if offset else None
    return Page(rows[offset:end], offset, following, before)


def _token(offset: int, listing: str) -> str:
    seal = hashlib.sha512(f"{offset} {listing}".encode()).hexdigest()
    return base64.urlsafe_b64encode(f"PT:{offset:08d}:{seal}".encode()).decode().rstrip("=")


def _offset(token: str, listing: str) -> int:
    try:
        offset = int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(":")[1])
    except (ValueError, IndexError):
        raise refusals.invalid_page_token() from None
    if token != _token(offset, listing):
        raise refusals.invalid_page_token()
    return offset
