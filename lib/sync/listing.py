"""One playlist's listing: all its pages, asked for with the etags of the last time, and believed only as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from lib.errors import ApiError, InconsistentListing
from lib.models import LIKED, ListedItem
from lib.youtube.api import MOST_EMPTY_PAGES, MOST_PAGES, Client, ItemsPage

FIRST_PAGE = ""
Pages = Mapping[str, tuple[str, str]]
"""The pages of a listing as the catalogue keeps them: (etag, body as JSON) by page token."""
NO_PAGES: Pages = MappingProxyType({})


class Listing:
    """Reads all pages of one playlist, or of its items that hold one video.

    Pages that are `known` from the last time are asked for with their etags. `pages` are those of the present listing,
    once it was read to its end.
    """

    def __init__(
        self, client: Client, playlist_id: str, known: Pages = NO_PAGES, *, video_id: str | None = None
    ) -> None:
        self.client, self.playlist_id, self.known, self.video_id = client, playlist_id, known, video_id
        self.pages = known

    def read(self, *, stop_if_first_unchanged: bool = False) -> list[ListedItem] | None:
        """All items in order; None when the first page is unchanged and that is all that was asked.

        Raises `InconsistentListing` where an item repeats, the pages have no end, or an item belongs to another
        playlist, and `InvalidAnswer` for a page that cannot be YouTube's.
        """
        items: dict[str | None, ListedItem] = {}
        fresh: dict[str, tuple[str, str]] = {}
        token: str | None = None
        empty_pages = 0
        while True:
            page = self._page(token)
            if page.unchanged and stop_if_first_unchanged and token is None:
                return None
            if page.unchanged:
                page = _stored_page(*self.known[token or FIRST_PAGE]) or page
            fresh[token or FIRST_PAGE] = (page.etag, _page_body(page))
            self._add(items, page)
            token = page.next_token
            if not token:
                self.pages = fresh
                return list(items.values())
            empty_pages = 0 if page.items else empty_pages + 1
            if token in fresh or len(fresh) == MOST_PAGES or empty_pages > MOST_EMPTY_PAGES:
                raise InconsistentListing("YouTube's pages of a playlist led back to themselves.", "Pull again later.")

    def _page(self, token: str | None) -> ItemsPage:
        """The page from YouTube; asked for with its etag only where the one of the last time can still be read."""
        etag, body = self.known.get(token or FIRST_PAGE, ("", ""))
        known = etag if etag and _stored_page(etag, body) else None
        return self.client.items_page(self.playlist_id, token, known, video_id=self.video_id)

    def _add(self, items: dict[str | None, ListedItem], page: ItemsPage) -> None:
        for item in page.items:
            if item.item.item_id in items:
                raise InconsistentListing("It changed on YouTube while its pages were being read.", "Pull again.")
            if item.playlist_id not in ("", self.playlist_id) and self.playlist_id != LIKED:
                raise InconsistentListing("YouTube listed an item of another playlist in it.", "Pull again later.")
            items[item.item.item_id] = item


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


def check_positions(items: Sequence[ListedItem]) -> None:
    """Raises `InconsistentListing` unless the positions are 0..n-1."""
    if [item.position for item in items] != list(range(len(items))):
        raise InconsistentListing("It changed on YouTube while its pages were being read.", "Pull again.")


@dataclass(frozen=True, slots=True)
class _StoredPage:
    """A page as it is kept for the next pull."""

    next: str | None
    items: tuple[ListedItem, ...]


def _page_body(page: ItemsPage) -> str:
    return msgspec.json.encode(_StoredPage(page.next_token, page.items)).decode()


def _stored_page(etag: str, body: str) -> ItemsPage | None:
    """A page of the last time; None for one that cannot be read any more."""
    try:
        stored = msgspec.json.decode(body, type=_StoredPage)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return ItemsPage(stored.items, stored.next, etag)
