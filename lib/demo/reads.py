"""The listing methods, each from an account and a query to the body of the answer.

An id that does not exist is left out of the answer without a word, so a missing id in a listing by id is how one
learns that something is gone; a missing row in a paged listing says nothing.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from enum import StrEnum

from lib.demo import refusals, resources
from lib.demo.account import Account
from lib.demo.etags import etag_of
from lib.demo.paging import Page, page_of
from lib.demo.query import Query
from lib.demo.resources import Json
from lib.models import Availability, Item, Playlist, Video

CLOSED_LISTS = ("WL", "HL")
_HIDDEN_PLAYLISTS = 1
"""`playlists.list mine=true` counts more than it lists; measured, never explained."""


class ClosedLists(StrEnum):
    """What a listing of Watch Later or History answers; all three have been seen."""

    EMPTY = "empty"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"


def channels(account: Account, query: Query) -> Json:
    """channels.list for the signed-in channel."""
    query.allow({"mine", "id", "maxResults"})
    parts = query.parts(resources.CHANNEL_PARTS)
    ids = query.ids()
    if not query.flag("mine") and not ids:
        raise refusals.unmodelled("channels.list without mine or id")
    shown = [resources.channel(account, parts)] if query.flag("mine") or account.channel.channel_id in ids else []
    return _answer("youtube#channelListResponse", shown, {}, len(shown), query.page_size(), info_first=True)


def playlists(account: Account, query: Query) -> Json:
    """playlists.list, of the signed-in channel or by id."""
    query.allow({"mine", "id", "maxResults", "pageToken"})
    parts = query.parts(resources.PLAYLIST_PARTS)
    ids = query.ids()
    of_own_channel = query.flag("mine")
    if of_own_channel == bool(ids):
        raise (
            refusals.unmodelled("more than one filter") if of_own_channel else refusals.no_filter("id, channelId, mine")
        )
    rows = account.listed if of_own_channel else [account.playlists[i] for i in ids if i in account.playlists]
    page = page_of(rows, query, "playlists mine" if of_own_channel else f"playlists {ids}")
    shown = [resources.playlist(account, row, parts) for row in page.rows]
    total = len(rows) + _HIDDEN_PLAYLISTS * of_own_channel
    return _answer("youtube#playlistListResponse", shown, page.tokens, total, query.page_size(), info_first=True)


def playlist_items(account: Account, query: Query, closed: ClosedLists = ClosedLists.EMPTY) -> Json:
    """playlistItems.list, of a playlist (narrowed to one video or not) or by id."""
    query.allow({"id", "playlistId", "videoId", "maxResults", "pageToken"})
    parts = query.parts(resources.ITEM_PARTS, optional=True)
    ids, playlist_id, video_id = query.ids(), query.one("playlistId"), query.one("videoId")
    if ids and (playlist_id or video_id):
        raise refusals.unmodelled("more than one filter")
    if not ids and not playlist_id:
        raise refusals.no_filter("id, playlistId")
    rows, total = _items_by_id(account, ids) if ids else _items_of(account, playlist_id or "", video_id, closed)
    page = page_of(rows, query, f"playlistItems {ids} {playlist_id} {video_id}")
    shown = [resources.item(account, holder, entry, position, parts) for holder, entry, position in page.rows]
    return _answer("youtube#playlistItemListResponse", shown, page.tokens, total, query.page_size())


Row = tuple[Playlist, Item, int]


def _items_by_id(account: Account, ids: Sequence[str]) -> tuple[list[Row], int]:
    rows = {
        entry.item_id: (holder, entry, position)
        for holder in account.playlists.values()
        for position, entry in enumerate(account.shown_items(holder))
    }
    listed = [rows[item_id] for item_id in ids if item_id in rows]
    return listed, len(listed)


def _items_of(account: Account, playlist_id: str, video_id: str | None, closed: ClosedLists) -> tuple[list[Row], int]:
    if playlist_id in CLOSED_LISTS:
        return _items_of_closed(playlist_id, closed), 0
    if playlist_id in account.forbidden:
        raise refusals.forbidden_playlist()
    holder = account.playlists.get(playlist_id)
    if holder is None or (playlist_id == account.uploads_id and not holder.items):
        raise refusals.unlistable_playlist()
    rows = [
        (holder, entry, position)
        for position, entry in enumerate(account.shown_items(holder))
        if video_id in (None, entry.video_id)
    ]
    # Liked and uploads count what they hide.
    return rows, len(rows) if video_id else len(holder.items)


def _items_of_closed(playlist_id: str, closed: ClosedLists) -> list[Row]:
    if closed is ClosedLists.FORBIDDEN:
        raise refusals.closed_list(playlist_id)
    if closed is ClosedLists.NOT_FOUND:
        raise refusals.unlistable_playlist()
    return []


def videos(account: Account, query: Query) -> Json:
    """videos.list by id; deleted, private and unknown ones are missing, and the order is not the one asked for."""
    query.allow({"id"})
    parts = query.parts(resources.VIDEO_PARTS)
    ids = query.ids()
    if not ids:
        raise refusals.unmodelled("videos.list without id")
    alive = sorted(video_id for video_id in ids if account.availability(video_id) is Availability.AVAILABLE)
    shown = [resources.video(account.videos[video_id], parts) for video_id in alive]
    return _answer("youtube#videoListResponse", shown, {}, len(shown), len(shown))


def search(account: Account, query: Query) -> Json:
    """search.list for videos by words of the title; its texts come HTML-escaped, as nowhere else."""
    query.allow({"q", "type", "maxResults", "pageToken"})
    query.parts({"id": True, "snippet": True})
    words = (query.one("q") or "").lower().split()
    if not words or query.one("type") != "video":
        raise refusals.unmodelled("search.list without q and type=video")
    rows = [
        video
        for video in account.videos.values()
        if video.availability is Availability.AVAILABLE and all(w in video.title.lower() for w in words)
    ]
    page: Page[Video] = page_of(rows, query, f"search {words}")
    shown = [_search_result(video) for video in page.rows]
    return _answer(
        "youtube#searchListResponse",
        shown,
        {**page.tokens, "regionCode": "US"},
        len(rows),
        query.page_size(),
        info_first=True,
    )


def _search_result(video: Video) -> Json:
    video_snippet = resources.video(video, frozenset({"snippet"}))["snippet"]
    snippet = {key: video_snippet[key] for key in ("publishedAt", "channelId", "thumbnails", "liveBroadcastContent")}
    snippet |= {key: html.escape(video_snippet[key]) for key in ("title", "description", "channelTitle")} | {
        "publishTime": video_snippet["publishedAt"]
    }
    content = {
        "kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": video.video_id},
        "snippet": snippet,
    }
    return {"kind": content["kind"], "etag": etag_of(content), "id": content["id"], "snippet": snippet}


def _answer(kind: str, rows: Sequence[Json], tokens: Json, total: int, size: int, *, info_first: bool = False) -> Json:
    info = {"pageInfo": {"totalResults": total, "resultsPerPage": size}}
    items = {"items": list(rows)}
    content = {**tokens, **(info | items if info_first else items | info)}
    return {"kind": kind, "etag": etag_of({"kind": kind, **content}), **content}
