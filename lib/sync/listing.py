"""One playlist's listing: all its pages, asked for with the etags of the last time, and believed only as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from lib.errors import ApiError, InconsistentListing
from lib.models import Availability, Item, ListedItem
from lib.youtube.api import Client, ItemsPage

FIRST_PAGE = ""
Pages = Mapping[str, tuple[str, str]]
NO_PAGES: Pages = MappingProxyType({})


class Listing:
    """Reads all pages of one playlist, or of its items that hold one video.

    Of those `known` from the last time, it asks with their etags. Pages are (etag, body as JSON) by token, as the
    catalogue keeps them.
    """

    def __init__(
        self, client: Client, playlist_id: str, known: Pages = NO_PAGES, *, video_id: str | None = None
    ) -> None:
        self.client, self.playlist_id, self.known, self.video_id = client, playlist_id, known, video_id
        self.pages = known

    def read(self, *, stop_if_first_unchanged: bool = False) -> list[ListedItem] | None:
        """All items in order; None when the first page is unchanged and that is all that was asked."""
        items: list[ListedItem] = []
        fresh: dict[str, tuple[str, str]] = {}
        token: str | None = None
        while True:
            key = token or FIRST_PAGE
            etag, body = self.known.get(key, ("", ""))
            page = self.client.items_page(self.playlist_id, token, etag or None, video_id=self.video_id)
            if page.unchanged and stop_if_first_unchanged and token is None:
                return None
            if page.unchanged:
                page = _stored_page(etag, body)
            fresh[key] = (page.etag, _page_body(page))
            items += page.items
            token = page.next_token
            if not token:
                self.pages = fresh
                return items
            if token in fresh:
                raise InconsistentListing("YouTube's pages of a playlist led back to themselves.", "Pull again later.")


def listed(client: Client, playlist_id: str, video_id: str | None = None) -> list[ListedItem]:
    """What a playlist holds at this moment, of one video or of all; nothing where YouTube knows no such playlist.

    Raises `InconsistentListing` where its pages have no end.
    """
    try:
        return Listing(client, playlist_id, video_id=video_id).read() or []
    except ApiError as error:
        if error.status != 404:
            raise
        return []


def check_whole(items: Sequence[ListedItem], *, strict: bool) -> None:
    """Raises `InconsistentListing` unless no item repeats and, but for Liked, the positions are 0..n-1."""
    ids = [one.item.item_id for one in items]
    positions = [one.position for one in items]
    if len(set(ids)) != len(ids) or (strict and positions != list(range(len(items)))):
        raise InconsistentListing("It changed on YouTube while its pages were being read.", "Pull again.")


def _page_body(page: ItemsPage) -> str:
    return json.dumps({"next": page.next_token, "items": [asdict(one) for one in page.items]}, default=str)


def _stored_page(etag: str, body: str) -> ItemsPage:
    stored = json.loads(body)
    items = [
        ListedItem(
            **{
                **one,
                "item": Item(**{**one["item"], "added_at": _moment(one["item"]["added_at"])}),
                "availability": Availability(one["availability"]),
            }
        )
        for one in stored["items"]
    ]
    return ItemsPage(items, stored["next"], etag)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
