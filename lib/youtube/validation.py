"""The one gate for what YouTube answers: bytes in, typed structs out, and nothing that the library cannot keep.

An answer is untrusted input. Ids and the types of all fields that are used are checked; a missing or null optional field
gets a default; an unknown field is ignored; a text, number or date that nobody can mean is cut or left out.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

LONGEST_TITLE, LONGEST_TEXT, MOST_TAGS = 500, 10_000, 500
"""Texts are cut here, in characters. YouTube allows 150 for a title, 5,000 for a description, 500 for all tags together."""
MOST_COUNTED = 1_000_000
"""A larger number of items or a larger position is taken for none. A playlist holds at most 5,000 items."""
YEARS = range(1970, 2200)
"""A date outside of these years is none: converting it to another zone may overflow."""

Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_=.-]{1,200}\Z")]
"""An id of a channel, playlist, item or video. It travels comma-joined in addresses, and must not start like our own "new:"."""
PageToken = Annotated[str, Meta(pattern=r"\A[!-~]{0,2000}\Z")]
"""Real ones have up to about 200 characters."""

_ID = re.compile(r"[A-Za-z0-9_=.-]{1,200}")
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ETAG = re.compile(r"[!-~]{1,300}")
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?")


class NotReadable(ValueError):
    """The bytes are no JSON object of YouTube's: cut short, a page of the network's own, or nested too deeply."""


class NotValid(ValueError):
    """JSON, but not what this method answers; the message says where."""


class Answer(Struct, rename="camel", kw_only=True):
    """Base of all answers and their parts: JSON names are camelCase, unknown ones are ignored."""


class Thumbnail(Answer):
    """One picture."""

    url: str | None = None


class Thumbnails(Answer):
    """The pictures of a channel; the other sizes are not used."""

    default: Thumbnail | None = None


class ChannelSnippet(Answer):
    """What a channel is called."""

    title: str | None = None
    thumbnails: Thumbnails | None = None


class RelatedPlaylists(Answer):
    """The lists that every channel has; "" for one that YouTube does not name."""

    likes: str | None = None


class ChannelDetails(Answer):
    """The second part of a channel that is asked for."""

    related_playlists: RelatedPlaylists | None = None


class ChannelResource(Answer):
    """One entry of `channels.list`."""

    id: Id
    snippet: ChannelSnippet | None = None
    content_details: ChannelDetails | None = None


class PlaylistSnippet(Answer):
    """Texts and owner of a playlist."""

    title: str | None = None
    description: str | None = None
    channel_id: str | None = None


class PlaylistDetails(Answer):
    """How many items a playlist has by YouTube's count."""

    item_count: int | None = None


class Status(Answer):
    """Who may see a playlist, or the video of an item. The values are open: real data has more than the documentation."""

    privacy_status: str | None = None


class PlaylistResource(Answer):
    """One entry of `playlists.list`, or the answer to a playlist that was made or changed."""

    id: Id
    etag: str | None = None
    snippet: PlaylistSnippet | None = None
    status: Status | None = None
    content_details: PlaylistDetails | None = None


class KeptSnippet(Answer):
    """What an update of a playlist has to send back unchanged, since YouTube replaces the whole snippet."""

    title: str
    description: str | UnsetType = UNSET
    default_language: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET


class KeptPlaylist(Answer):
    """A playlist that is about to be renamed; without its snippet it must not be."""

    id: Id
    snippet: KeptSnippet


class ResourceId(Answer):
    """What an item stands for."""

    video_id: str | None = None


class ItemSnippet(Answer):
    """Place, date and texts of an item."""

    published_at: str | None = None
    title: str | None = None
    playlist_id: str | None = None
    position: int | None = None
    resource_id: ResourceId | None = None
    video_owner_channel_id: str | None = None
    video_owner_channel_title: str | None = None


class ItemDetails(Answer):
    """The video of an item, and the note of its owner."""

    video_id: str | None = None
    note: str | None = None


class ItemResource(Answer):
    """One entry of `playlistItems.list`, or the answer to an item that was made or moved. It names a video."""

    id: Id
    snippet: ItemSnippet | None = None
    content_details: ItemDetails | None = None
    status: Status | None = None

    def __post_init__(self) -> None:
        if not _VIDEO_ID.fullmatch(self.video_id):
            raise ValueError("an item without the id of a video")

    @property
    def video_id(self) -> str:
        """The video that the item holds, from either of the two parts that name it."""
        details, snippet = self.content_details, self.snippet
        named = snippet.resource_id.video_id if snippet and snippet.resource_id else None
        return (details.video_id if details else None) or named or ""


class VideoSnippet(Answer):
    """Texts, uploader and date of a video."""

    title: str | None = None
    description: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    tags: list[str] | None = None
    published_at: str | None = None


class VideoDetails(Answer):
    """The length of a video, as an ISO 8601 duration."""

    duration: str | None = None


class VideoResource(Answer):
    """One entry of `videos.list`."""

    id: Id
    snippet: VideoSnippet | None = None
    content_details: VideoDetails | None = None


class _Page(Answer):
    """One page of a listing. `items` may be missing where there are none, and then the kind says whose answer it is."""

    kind: str | None = None
    etag: str | None = None
    next_page_token: PageToken | None = None


class ChannelPage(_Page):
    """The answer of `channels.list`."""

    items: list[ChannelResource] | UnsetType = UNSET


class PlaylistPage(_Page):
    """The answer of `playlists.list`."""

    items: list[PlaylistResource] | UnsetType = UNSET


class KeptPlaylistPage(_Page):
    """The answer of `playlists.list` about the one playlist that is about to be renamed."""

    items: list[KeptPlaylist] | UnsetType = UNSET


class ItemPage(_Page):
    """The answer of `playlistItems.list`."""

    items: list[ItemResource] | UnsetType = UNSET


class VideoPage(_Page):
    """The answer of `videos.list`."""

    items: list[VideoResource] | UnsetType = UNSET


Shape = TypeVar("Shape", bound=Answer)


def read(content: bytes, shape: type[Shape]) -> Shape:
    """The answer as a `shape`. Raises `NotReadable` or `NotValid`."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"no JSON ({type(error).__name__})") from error
    if not isinstance(answer, dict) or not _is_youtubes(answer, shape):
        raise NotReadable("no answer of YouTube's; a sign-in page of the network may stand in between")
    try:
        return msgspec.convert(answer, shape)
    except (
        msgspec.ValidationError,
        ValueError,
        RecursionError,
    ) as error:  # half a surrogate pair in an id is a ValueError
        raise NotValid(str(error)[:200]) from error


def _is_youtubes(answer: dict[str, Any], shape: type[Answer]) -> bool:
    """Whether it looks like YouTube's, and not like that of a proxy that never asked it.

    What was made or changed has an id; a listing has items or says its kind.
    """
    if not issubclass(shape, _Page):
        return "id" in answer
    return "items" in answer or str(answer.get("kind")).startswith("youtube#")


def text(value: str | None, longest: int = LONGEST_TEXT) -> str:
    """A text that every file and database takes: no NUL, no half of a surrogate pair, at most so many characters."""
    cut = (value or "")[:longest]
    return cut.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def playlist_id(value: str | None) -> str | None:
    """An id that a channel names among others; None for none, or one that cannot be."""
    return value if value and _ID.fullmatch(value) else None


def etag(value: str | None) -> str:
    """An etag that can be sent back in a header; "" for any other, as though there were none."""
    return value if value and _ETAG.fullmatch(value) else ""


def count(value: int | None) -> int | None:
    """A number of things or a position, from 0 to a million; None for any other."""
    return value if value is not None and 0 <= value <= MOST_COUNTED else None


def moment(value: object) -> datetime | None:
    """An API timestamp in UTC, with or without microseconds; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo and parsed.year in YEARS else None


def seconds(value: object) -> int | None:
    """The length of an ISO 8601 duration such as PT15M51S; None for P0D, which is how live and upcoming videos read."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    length = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    return length or None
