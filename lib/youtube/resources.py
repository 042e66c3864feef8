"""From the API's JSON to our words. Everything in it is optional and untrusted; enumerations are open."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from lib.models import Availability, Channel, Item, Listed, ListedItem, Video

Resource = dict[str, Any]
_DURATION = re.compile(r"^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$")


def channel(resource: Resource) -> Channel:
    """A channel with its name and picture."""
    snippet = _part(resource, "snippet")
    picture = _part(_part(snippet, "thumbnails"), "default")
    return Channel(_text(resource, "id"), _text(snippet, "title"), _text(picture, "url"))


def listed(resource: Resource, *, writable: bool = True) -> Listed:
    """A playlist as a listing shows it."""
    snippet = _part(resource, "snippet")
    count = _part(resource, "contentDetails").get("itemCount")
    return Listed(
        playlist_id=_text(resource, "id"),
        title=_text(snippet, "title"),
        description=_text(snippet, "description"),
        privacy=_text(_part(resource, "status"), "privacyStatus") or "private",
        etag=_text(resource, "etag"),
        item_count=count if isinstance(count, int) else None,
        writable=writable,
        owner=_text(snippet, "channelId"),
    )


def listed_item(resource: Resource) -> ListedItem:
    """An item as a listing shows it; the placeholder of a dead video has no title here."""
    snippet, details = _part(resource, "snippet"), _part(resource, "contentDetails")
    position = snippet.get("position")
    availability = _availability(resource)
    alive = availability is Availability.AVAILABLE
    video_id = _text(details, "videoId") or _text(_part(snippet, "resourceId"), "videoId")
    return ListedItem(
        item=Item(_text(resource, "id"), video_id, moment(snippet.get("publishedAt")), _text(details, "note")),
        playlist_id=_text(snippet, "playlistId"),
        position=position if isinstance(position, int) else 0,
        title=_text(snippet, "title") if alive else "",
        channel_id=_text(snippet, "videoOwnerChannelId"),
        channel_title=_text(snippet, "videoOwnerChannelTitle"),
        availability=availability,
    )


def video(resource: Resource, fetched_at: datetime) -> Video:
    """A video as `videos.list` shows it."""
    snippet = _part(resource, "snippet")
    tags = snippet.get("tags")
    return Video(
        video_id=_text(resource, "id"),
        title=_text(snippet, "title"),
        description=_text(snippet, "description"),
        channel_id=_text(snippet, "channelId"),
        channel_title=_text(snippet, "channelTitle"),
        tags=tuple(_sound(str(tag)) for tag in tags) if isinstance(tags, list) else (),
        published_at=moment(snippet.get("publishedAt")),
        duration_seconds=seconds(_part(resource, "contentDetails").get("duration")),
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
    status = _part(resource, "status").get("privacyStatus")
    if _part(resource, "snippet").get("videoOwnerChannelId"):
        return Availability.AVAILABLE
    if status == "private":
        return Availability.PRIVATE
    return Availability.DELETED if status == "privacyStatusUnspecified" else Availability.AVAILABLE


def _part(resource: Resource, key: str) -> Resource:
    value = resource.get(key)
    return value if isinstance(value, dict) else {}


def _text(resource: Resource, key: str) -> str:
    value = resource.get(key)
    return _sound(value) if isinstance(value, str) else ""


def _sound(text: str) -> str:
    """JSON may escape half a surrogate pair, which no file and no database takes."""
    return text.encode(errors="replace").decode()
