"""From the API's JSON to our words. Everything in it is optional and untrusted; enumerations are open."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from lib.models import Availability, Channel, Item, Listed, ListedItem, Video

Resource = dict[str, Any]
_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")


def channel(resource: Resource) -> Channel:
    """A channel with its name and picture."""
    snippet = resource.get("snippet") or {}
    thumbnail = ((snippet.get("thumbnails") or {}).get("default") or {}).get("url") or ""
    return Channel(_text(resource, "id"), _text(snippet, "title"), str(thumbnail))


def listed(resource: Resource, *, writable: bool = True) -> Listed:
    """A playlist as a listing shows it."""
    snippet = resource.get("snippet") or {}
    count = (resource.get("contentDetails") or {}).get("itemCount")
    return Listed(
        playlist_id=_text(resource, "id"),
        title=_text(snippet, "title"),
        description=_text(snippet, "description"),
        privacy=_text(resource.get("status") or {}, "privacyStatus") or "private",
        etag=_text(resource, "etag"),
        item_count=count if isinstance(count, int) else None,
        writable=writable,
        owner=_text(snippet, "channelId"),
    )


def listed_item(resource: Resource) -> ListedItem:
    """An item as a listing shows it; the placeholder of a dead video has no title here."""
    snippet = resource.get("snippet") or {}
    details = resource.get("contentDetails") or {}
    availability = _availability(resource)
    alive = availability is Availability.AVAILABLE
    video_id = _text(details, "videoId") or _text(snippet.get("resourceId") or {}, "videoId")
    return ListedItem(
        item=Item(_text(resource, "id"), video_id, moment(snippet.get("publishedAt")), _text(details, "note")),
        playlist_id=_text(snippet, "playlistId"),
        position=int(snippet.get("position") or 0),
        title=_text(snippet, "title") if alive else "",
        channel_id=_text(snippet, "videoOwnerChannelId"),
        channel_title=_text(snippet, "videoOwnerChannelTitle"),
        availability=availability,
    )


def video(resource: Resource, fetched_at: datetime) -> Video:
    """A video as `videos.list` shows it."""
    snippet = resource.get("snippet") or {}
    return Video(
        video_id=_text(resource, "id"),
        title=_text(snippet, "title"),
        description=_text(snippet, "description"),
        channel_id=_text(snippet, "channelId"),
        channel_title=_text(snippet, "channelTitle"),
        tags=tuple(str(tag) for tag in snippet.get("tags") or ()),
        published_at=moment(snippet.get("publishedAt")),
        duration_seconds=seconds((resource.get("contentDetails") or {}).get("duration")),
        fetched_at=fetched_at,
    )


def moment(text: object) -> datetime | None:
    """An API timestamp, with or without microseconds; None for anything else."""
    try:
        parsed = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def seconds(text: object) -> int | None:
    """The length of an ISO 8601 duration such as PT15M51S; None for P0D, which is how live and upcoming videos read."""
    match = _DURATION.match(str(text))
    if not match:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + rest) or None


def _availability(resource: Resource) -> Availability:
    """By status and the missing owner, never by title: a living video may be titled "Private video"."""
    status = (resource.get("status") or {}).get("privacyStatus")
    if (resource.get("snippet") or {}).get("videoOwnerChannelId"):
        return Availability.AVAILABLE
    if status == "private":
        return Availability.PRIVATE
    return Availability.DELETED if status == "privacyStatusUnspecified" else Availability.AVAILABLE


def _text(resource: Resource, key: str) -> str:
    value = resource.get(key)
    return value if isinstance(value, str) else ""
