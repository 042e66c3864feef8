"""The JSON of channels, playlists, playlist items and videos, part by part, as the real API shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from lib.demo.account import Account
from lib.demo.etags import etag_of
from lib.models import LIKED, Availability, Item, Playlist, Video

Json = dict[str, Any]
Parts = frozenset[str]

CHANNEL_PARTS = {"id": True, "snippet": True, "contentDetails": True} | dict.fromkeys(
    (
        "auditDetails",
        "brandingSettings",
        "contentOwnerDetails",
        "localizations",
        "statistics",
        "status",
        "topicDetails",
    ),
    False,
)
PLAYLIST_PARTS = {
    "id": True,
    "snippet": True,
    "status": True,
    "contentDetails": True,
    "localizations": False,
    "player": False,
}
ITEM_PARTS = {"id": True, "snippet": True, "status": True, "contentDetails": True}
VIDEO_PARTS = {"id": True, "snippet": True, "status": True, "contentDetails": True} | dict.fromkeys(
    (
        "fileDetails",
        "liveStreamingDetails",
        "localizations",
        "player",
        "processingDetails",
        "recordingDetails",
        "statistics",
        "topicDetails",
    ),
    False,
)
"""Each part that YouTube has, and whether the demo shows it."""

_THUMBNAILS = (
    ("default", "default", 120, 90),
    ("medium", "mqdefault", 320, 180),
    ("high", "hqdefault", 480, 360),
    ("standard", "sddefault", 640, 480),
    ("maxres", "maxresdefault", 1280, 720),
)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PLACEHOLDERS = {
    Availability.DELETED: ("Deleted video", "This video is unavailable.", "privacyStatusUnspecified"),
    Availability.PRIVATE: ("Private video", "This video is private.", "private"),
}


def timestamp(moment: datetime, micros: bool = False) -> str:
    """A moment as YouTube writes it: playlists with microseconds, everything else without."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micros else "%Y-%m-%dT%H:%M:%SZ")


def duration(seconds: int | None) -> str:
    """ISO 8601; unknown is `P0D`, which YouTube says of a live stream."""
    if seconds is None:
        return "P0D"
    days, rest = divmod(seconds, 86_400)
    figures = ((rest // 3600, "H"), (rest // 60 % 60, "M"), (rest % 60, "S"))
    clock = "".join(f"{figure}{letter}" for figure, letter in figures if figure)
    return "P" + f"{days}D" * bool(days) + f"T{clock}" * bool(clock) if seconds else "PT0S"


def thumbnails(video_id: str) -> Json:
    """The five pictures of a video."""
    return {
        name: {"url": f"https://i.ytimg.com/vi/{video_id}/{file}.jpg", "width": width, "height": height}
        for name, file, width, height in _THUMBNAILS
    }


def channel(account: Account, parts: Parts) -> Json:
    """The account's channel. Its Watch Later and History are named nowhere any more."""
    owner = account.channel
    pictures = {"default": {"url": owner.thumbnail, "width": 88, "height": 88}} if owner.thumbnail else {}
    snippet = {
        "title": owner.title,
        "description": "",
        "publishedAt": timestamp(min(account.created.values(), default=_NEVER)),
        "thumbnails": pictures,
    }
    details = {"relatedPlaylists": {"likes": LIKED, "uploads": account.uploads_id}}
    return _resource(
        "youtube#channel", owner.channel_id, parts, {"snippet": lambda: snippet, "contentDetails": lambda: details}
    )


def playlist(account: Account, listed: Playlist, parts: Parts) -> Json:
    """A playlist; how many items Liked has is not told."""
    count = {} if listed.playlist_id == LIKED else {"itemCount": len(listed.items)}
    views: Mapping[str, Callable[[], Json]] = {
        "snippet": lambda: _playlist_snippet(account, listed),
        "status": lambda: {"privacyStatus": listed.privacy},
        "contentDetails": lambda: count,
    }
    return _resource("youtube#playlist", listed.playlist_id, parts, views)


def _playlist_snippet(account: Account, listed: Playlist) -> Json:
    cover = next(
        (item.video_id for item in listed.items if account.availability(item.video_id) is Availability.AVAILABLE), None
    )
    return {
        "publishedAt": timestamp(account.created.get(listed.playlist_id, _NEVER), micros=True),
        "channelId": account.channel.channel_id,
        "title": listed.title,
        "description": listed.description,
        "thumbnails": thumbnails(cover) if cover else {},
        "channelTitle": account.channel.title,
        "localized": {"title": listed.title, "description": listed.description},
    }


def item(account: Account, holder: Playlist, entry: Item, position: int, parts: Parts) -> Json:
    """A playlist item; one whose video cannot be watched is a placeholder without owner, date and pictures."""
    video = account.videos.get(entry.video_id)
    details: Json = {"videoId": entry.video_id}
    privacy = "public"
    if (state := account.availability(entry.video_id)) is not Availability.AVAILABLE:
        privacy = _PLACEHOLDERS[state][2]
    elif video and video.published_at:
        details["videoPublishedAt"] = timestamp(video.published_at)
    if entry.note:
        details["note"] = entry.note
    views: Mapping[str, Callable[[], Json]] = {
        "snippet": lambda: _item_snippet(account, holder, entry, position),
        "contentDetails": lambda: details,
        "status": lambda: {"privacyStatus": privacy},
    }
    return _resource("youtube#playlistItem", entry.item_id or "", parts, views)


def _item_snippet(account: Account, holder: Playlist, entry: Item, position: int) -> Json:
    video = account.videos.get(entry.video_id)
    state = account.availability(entry.video_id)
    alive = video if state is Availability.AVAILABLE else None
    title, description = (alive.title, alive.description) if alive else _PLACEHOLDERS[state][:2]
    snippet = {
        "publishedAt": timestamp(entry.added_at or _NEVER),
        "channelId": account.channel.channel_id,
        "title": title,
        "description": description,
        "thumbnails": thumbnails(entry.video_id) if alive else {},
        "channelTitle": account.channel.title,
        "playlistId": holder.playlist_id,
        "position": position,
        "resourceId": {"kind": "youtube#video", "videoId": entry.video_id},
    }
    return snippet | (
        {"videoOwnerChannelTitle": alive.channel_title, "videoOwnerChannelId": alive.channel_id} if alive else {}
    )


def video(shown: Video, parts: Parts) -> Json:
    """A video that can be watched."""
    details = {
        "duration": duration(shown.duration_seconds),
        "dimension": "2d",
        "definition": "hd",
        "caption": "false",
        "licensedContent": False,
        "contentRating": {},
        "projection": "rectangular",
    }
    status = {"uploadStatus": "processed", "privacyStatus": "public", "license": "youtube", "embeddable": True}
    status |= {"publicStatsViewable": True, "madeForKids": False}
    views: Mapping[str, Callable[[], Json]] = {
        "snippet": lambda: _video_snippet(shown),
        "contentDetails": lambda: details,
        "status": lambda: status,
    }
    return _resource("youtube#video", shown.video_id, parts, views)


def _video_snippet(shown: Video) -> Json:
    tags = {"tags": list(shown.tags)} if shown.tags else {}
    return {
        "publishedAt": timestamp(shown.published_at or _NEVER),
        "channelId": shown.channel_id,
        "title": shown.title,
        "description": shown.description,
        "thumbnails": thumbnails(shown.video_id),
        "channelTitle": shown.channel_title,
        **tags,
        "categoryId": "28",
        "liveBroadcastContent": "none",
        "localized": {"title": shown.title, "description": shown.description},
    }


def _resource(kind: str, resource_id: str, parts: Parts, views: Mapping[str, Callable[[], Json]]) -> Json:
    content = {"id": resource_id} | {part: view() for part, view in views.items() if part in parts}
    return {"kind": kind, "etag": etag_of({"kind": kind, **content}), **content}
