"""The YouTube Data API, one method for each call we make, over the official client library.

How a request leaves is in `sender.py`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.errors import ApiError, InconsistentListing, NotSignedIn
from lib.models import LIKED, MOST_ITEMS, PAGE, Channel, Listed, ListedItem, Video
from lib.youtube import resources, validation
from lib.youtube.sender import Ledger, Request, Sender
from lib.youtube.transport import DEADLINE_SECONDS, TIMEOUT_SECONDS

MOST_PAGES = 2 * MOST_ITEMS // PAGE
"""A listing that has more pages is none: twice what a playlist may hold."""
MOST_EMPTY_PAGES = 10
"""So many pages in a row may be empty and name a next one all the same, as Liked leaves out what died. Chosen by hand."""
ITEM_PARTS = "snippet,contentDetails,status"


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """One page of a playlist's items; `unchanged` when YouTube answered 304 to our etag, and then it holds no items."""

    items: tuple[ListedItem, ...]
    next_token: str | None
    etag: str
    unchanged: bool = False


class Client:
    """Calls YouTube for one signed-in channel."""

    def __init__(
        self,
        credentials: Any,
        endpoint: str | None,
        ledger: Ledger,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: random.Random | None = None,
        timeout: float = TIMEOUT_SECONDS,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        """`credentials` are google-auth's; `endpoint` is None for Google's own.

        `timeout` is the longest silence of the network, `deadline` the longest time for one whole answer, in seconds.
        """
        self._sender = Sender(
            credentials, endpoint, ledger, sleep=sleep, chance=chance, timeout=timeout, deadline=deadline
        )

    def cancellable(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """Inside, `check` is called in this thread while an answer is waited for; it raises `Cancelled` to end a read."""
        return self._sender.cancellable(check)

    # -- reads: 1 unit each ------------------------------------------------------------------------------------------

    def channel(self) -> tuple[Channel, str | None]:
        """The signed-in channel and the id of its Liked playlist. Raises `NotSignedIn` where the account has none."""
        page = self._sender.read(
            lambda service: service.channels().list(part="snippet,contentDetails", mine=True),
            "channels.list",
            validation.ChannelPage,
        )
        if not page.items:
            raise NotSignedIn(
                "This Google account has no YouTube channel.",
                "Sign in again and choose the channel whose playlists you want.",
            )
        return resources.channel(page.items[0]), resources.likes_of(page.items[0])

    def playlists(self) -> list[Listed]:
        """Every playlist of the channel, all pages.

        Raises `InconsistentListing` when one appears twice or the pages have no end.
        """
        playlists: dict[str, Listed] = {}
        token, empty_pages = None, 0
        for _ in range(MOST_PAGES):
            page = self._sender.read(_mine(token), "playlists.list", validation.PlaylistPage)
            for resource in page.items or ():
                if resource.id in playlists:
                    raise InconsistentListing("Your playlists changed while they were being listed.", "Pull again.")
                playlists[resource.id] = resources.listed(resource)
            token = page.next_page_token
            if not token:
                return list(playlists.values())
            empty_pages = 0 if page.items else empty_pages + 1
            if empty_pages > MOST_EMPTY_PAGES:
                break
        raise InconsistentListing("YouTube's pages of your playlists have no end.", "Pull again later.")

    def playlists_by_id(self, playlist_ids: Sequence[str]) -> dict[str, Listed]:
        """Those of at most 50 playlists that exist, by id; the others are simply missing."""
        page = self._sender.read(
            lambda service: service.playlists().list(
                part="snippet,status,contentDetails", id=",".join(playlist_ids), maxResults=PAGE
            ),
            "playlists.list",
            validation.PlaylistPage,
        )
        return {
            resource.id: resources.listed(resource, writable=resource.id != LIKED)
            for resource in page.items or ()
            if resource.id in playlist_ids
        }

    def items_page(
        self, playlist_id: str, token: str | None, etag: str | None = None, *, video_id: str | None = None
    ) -> ItemsPage:
        """One page of a playlist, or of its items that hold one video; with an `etag`, only if it changed.

        Raises `ApiError` 404 for a playlist that is gone.
        """

        def request(service: Any) -> Any:
            """The request for the page, conditional where an etag is known."""
            call = service.playlistItems().list(
                part=ITEM_PARTS, playlistId=playlist_id, videoId=video_id, maxResults=PAGE, pageToken=token
            )
            if etag:
                call.headers["If-None-Match"] = etag
            return call

        try:
            page = self._sender.read(request, "playlistItems.list", validation.ItemPage)
        except ApiError as error:
            if error.status == 304 and etag:
                return ItemsPage((), None, etag, unchanged=True)
            raise
        items = tuple(resources.listed_item(resource) for resource in page.items or ())
        return ItemsPage(items, page.next_page_token, validation.etag(page.etag))

    def items_by_id(self, item_ids: Sequence[str], *, booked: bool = False) -> dict[str, ListedItem]:
        """Those of at most 50 items that exist, by item id: the one way to know that an item is really gone."""
        if not any(item_ids):
            return {}
        page = self._sender.read(
            lambda service: service.playlistItems().list(part=ITEM_PARTS, id=",".join(item_ids), maxResults=PAGE),
            "playlistItems.list",
            validation.ItemPage,
            booked=booked,
        )
        return {
            resource.id: resources.listed_item(resource) for resource in page.items or () if resource.id in item_ids
        }

    def videos(self, video_ids: Sequence[str]) -> dict[str, Video]:
        """Those of at most 50 videos that can be watched, by id; deleted and private ones are missing."""
        page = self._sender.read(
            lambda service: service.videos().list(part="snippet,contentDetails,status", id=",".join(video_ids)),
            "videos.list",
            validation.VideoPage,
        )
        now = datetime.now(UTC)
        return {
            resource.id: resources.video(resource, now) for resource in page.items or () if resource.id in video_ids
        }

    # -- writes: 50 units each, sent once; `booked` units are in the ledger already, as of `sent` ---------------------

    def insert_item(
        self, playlist_id: str, video_id: str, position: int | None, note: str = "", *, booked: bool = False
    ) -> ListedItem:
        """Put a video into a playlist, at a position or at the end. Anything but a success leaves `applied` to be asked."""
        resource = {"kind": "youtube#video", "videoId": video_id}
        body: dict[str, Any] = {"snippet": {"playlistId": playlist_id, "resourceId": resource}}
        if position is not None:
            body["snippet"]["position"] = position
        parts = ITEM_PARTS if note else "snippet,status"
        if note:
            body["contentDetails"] = {"note": note}
        answer = self._sender.write(
            lambda service: service.playlistItems().insert(part=parts, body=body),
            "playlistItems.insert",
            validation.ItemResource,
            booked,
            insert=True,
        )
        return resources.listed_item(answer)

    def move_item(
        self, item_id: str, playlist_id: str, video_id: str, position: int, *, booked: bool = False
    ) -> ListedItem:
        """Put an item at exactly this index of its playlist. Only the snippet is named, so a note stays."""
        resource = {"kind": "youtube#video", "videoId": video_id}
        body = {"id": item_id, "snippet": {"playlistId": playlist_id, "resourceId": resource, "position": position}}
        answer = self._sender.write(
            lambda service: service.playlistItems().update(part="snippet", body=body),
            "playlistItems.update",
            validation.ItemResource,
            booked,
        )
        return resources.listed_item(answer)

    def delete_item(self, item_id: str, *, booked: bool = False) -> None:
        """Take an item out of its playlist; one that is already gone is no error."""
        self._sender.delete(lambda service: service.playlistItems().delete(id=item_id), "playlistItems.delete", booked)

    def create_playlist(
        self, title: str, description: str = "", privacy: str = "private", *, booked: bool = False
    ) -> Listed:
        """Make a new playlist, private unless told otherwise."""
        body = {"snippet": {"title": title, "description": description}, "status": {"privacyStatus": privacy}}
        answer = self._sender.write(
            lambda service: service.playlists().insert(part="snippet,status", body=body),
            "playlists.insert",
            validation.PlaylistResource,
            booked,
            insert=True,
        )
        return resources.listed(answer)

    def playlist_snippet(self, playlist_id: str) -> dict[str, Any] | None:
        """What a rename must keep of a playlist, with its title: title, description, defaultLanguage, tags. 1 unit.

        None for a playlist that is gone, whose update YouTube would answer with success.
        """
        page = self._sender.read(
            lambda service: service.playlists().list(part="snippet", id=playlist_id),
            "playlists.list",
            validation.KeptPlaylistPage,
        )
        return resources.kept_snippet(page.items[0]) if page.items else None

    def rename_playlist(
        self, playlist_id: str, title: str, snippet: Mapping[str, Any] | None = None, *, booked: bool = False
    ) -> Listed:
        """Change the title alone: the whole snippet is replaced, so it is read first and sent back changed.

        `snippet` is what `playlist_snippet` just showed. Raises `ApiError` 404 for a playlist that is gone.
        """
        kept = self.playlist_snippet(playlist_id) if snippet is None else snippet
        if kept is None:
            raise ApiError("The playlist is gone.", "Pull again.", status=404, reason="playlistNotFound", applied=False)
        body = {"id": playlist_id, "snippet": {**kept, "title": title}}
        answer = self._sender.write(
            lambda service: service.playlists().update(part="snippet", body=body),
            "playlists.update",
            validation.PlaylistResource,
            booked,
        )
        return resources.listed(answer)

    def delete_playlist(self, playlist_id: str, *, booked: bool = False) -> None:
        """Delete a playlist with all its items; one that is already gone is no error."""
        self._sender.delete(lambda service: service.playlists().delete(id=playlist_id), "playlists.delete", booked)


def _mine(token: str | None) -> Request:
    return lambda service: service.playlists().list(
        part="snippet,status,contentDetails", mine=True, maxResults=PAGE, pageToken=token
    )
