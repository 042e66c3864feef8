"""From the validated answers of the API to the words of the project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from lib.models import Availability, Channel, Item, Listed, ListedItem, Video
from lib.youtube.validation import (
    LONGEST_TITLE,
    MOST_TAGS,
    ChannelResource,
    ChannelSnippet,
    ItemDetails,
    ItemResource,
    ItemSnippet,
    KeptPlaylist,
    PlaylistResource,
    PlaylistSnippet,
    Status,
    VideoResource,
    VideoSnippet,
    count,
    etag,
    moment,
    playlist_id,
    seconds,
    text,
)


def channel(resource: ChannelResource) -> Channel:
    """A channel with its name and picture."""
    snippet = resource.snippet or ChannelSnippet()
    picture = snippet.thumbnails.default if snippet.thumbnails else None
    return Channel(resource.id, text(snippet.title, LONGEST_TITLE), text(picture.url if picture else None))


def likes_of(resource: ChannelResource) -> str | None:
    """The id of a channel's Liked playlist, where YouTube names one."""
    details = resource.content_details
    related = details.related_playlists if details else None
    return playlist_id(related.likes if related else None)


def listed(resource: PlaylistResource, *, writable: bool = True) -> Listed:
    """A playlist as a listing shows it."""
    snippet, details = resource.snippet or PlaylistSnippet(), resource.content_details
    privacy = resource.status.privacy_status if resource.status else None
    return Listed(
        playlist_id=resource.id,
        title=text(snippet.title, LONGEST_TITLE),
        description=text(snippet.description),
        privacy=text(privacy, LONGEST_TITLE) or "private",
        etag=etag(resource.etag),
        item_count=count(details.item_count if details else None),
        writable=writable,
        owner=text(snippet.channel_id, LONGEST_TITLE),
    )


def kept_snippet(resource: KeptPlaylist) -> dict[str, Any]:
    """What an update has to send back of a playlist, by its name in the API; without what YouTube did not show."""
    kept: dict[str, Any] = msgspec.to_builtins(resource.snippet)
    return kept


def listed_item(resource: ItemResource) -> ListedItem:
    """An item as a listing shows it; the placeholder of a dead video has no title here, a position that is none is 0."""
    snippet, details = resource.snippet or ItemSnippet(), resource.content_details or ItemDetails()
    availability = _availability(snippet, resource.status or Status())
    alive = availability is Availability.AVAILABLE
    return ListedItem(
        item=Item(resource.id, resource.video_id, moment(snippet.published_at), text(details.note)),
        playlist_id=text(snippet.playlist_id, LONGEST_TITLE),
        position=count(snippet.position) or 0,
        title=text(snippet.title, LONGEST_TITLE) if alive else "",
        channel_id=text(snippet.video_owner_channel_id, LONGEST_TITLE),
        channel_title=text(snippet.video_owner_channel_title, LONGEST_TITLE),
        availability=availability,
    )


def video(resource: VideoResource, fetched_at: datetime) -> Video:
    """A video as `videos.list` shows it."""
    snippet, details = resource.snippet or VideoSnippet(), resource.content_details
    return Video(
        video_id=resource.id,
        title=text(snippet.title, LONGEST_TITLE),
        description=text(snippet.description),
        channel_id=text(snippet.channel_id, LONGEST_TITLE),
        channel_title=text(snippet.channel_title, LONGEST_TITLE),
        tags=tuple(text(tag, LONGEST_TITLE) for tag in (snippet.tags or [])[:MOST_TAGS]),
        published_at=moment(snippet.published_at),
        duration_seconds=seconds(details.duration if details else None),
        fetched_at=fetched_at,
    )


def _availability(snippet: ItemSnippet, status: Status) -> Availability:
    """By status and the missing owner, never by title: a living video may be titled "Private video"."""
    if snippet.video_owner_channel_id:
        return Availability.AVAILABLE
    if status.privacy_status == "private":
        return Availability.PRIVATE
    deleted = status.privacy_status == "privacyStatusUnspecified"
    return Availability.DELETED if deleted else Availability.AVAILABLE
