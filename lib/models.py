"""The vocabulary of the project as plain values: libraries, edits, plans and pushes. What is computed from them is in `derived.py`.

base is the library as YouTube last showed it, observed; local is base with the edits applied; an edit is a wish, an
operation one write to YouTube.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

LIKED = "LL"
READ_UNITS, WRITE_UNITS, PAGE, MOST_ITEMS = 1, 50, 50, 5_000
"""What YouTube counts for a request; how many entries a page, or a question by ids, and a playlist may hold."""
NEW_PREFIX = "new:"
"""Playlists that exist only in an edit have ids that start so, until a push creates them."""

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what is being done); raises `Cancelled` when the person wants to stop."""


def silent(done: int, total: int, what: str) -> None:
    """A `Progress` that nobody watches."""


class Role(StrEnum):
    """What the user does with a playlist: sorts into it, sorts from it, or leaves it alone."""

    CATEGORY = "category"
    INBOX = "inbox"
    IGNORED = "ignored"


class Availability(StrEnum):
    """Whether a video can still be watched; an unavailable one can never be inserted again once it is deleted."""

    AVAILABLE = "available"
    PRIVATE = "private"
    DELETED = "deleted"


class Decider(StrEnum):
    """Who said that a video belongs where it is."""

    YOU = "you"
    RULE = "rule"
    MODEL = "model"
    YOUTUBE = "YouTube"


class EditKind(StrEnum):
    ADD = "add"
    MOVE = "move"
    REMOVE = "remove"
    REORDER = "reorder"
    CREATE = "create"
    RENAME = "rename"
    DELETE = "delete"


class OperationKind(StrEnum):
    """One kind per writing method of the API."""

    CREATE = "create"
    RENAME = "rename"
    INSERT = "insert"
    MOVE = "move"
    DELETE = "delete"
    DELETE_PLAYLIST = "delete playlist"


class State(StrEnum):
    """The eight states of an operation; the transitions are in `store/journal.py`."""

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    CONFLICT = "conflict"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Video:
    """A YouTube video. `title` is the last known real title, kept when the video dies."""

    video_id: str
    title: str
    description: str = ""
    channel_id: str = ""
    channel_title: str = ""
    tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    duration_seconds: int | None = None
    availability: Availability = Availability.AVAILABLE
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a playlist. Within a target library `item_id` is None for an item that a push will create."""

    item_id: str | None
    video_id: str
    added_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist with its items in order. `writable` is False for Liked, uploads, Watch Later and History."""

    playlist_id: str
    title: str
    description: str = ""
    privacy: str = "private"
    role: Role = Role.CATEGORY
    writable: bool = True
    items: tuple[Item, ...] = ()

    def copies(self, video_id: str) -> int:
        """How many items of this playlist hold the video."""
        return sum(item.video_id == video_id for item in self.items)


@dataclass(frozen=True, slots=True)
class Library:
    """Playlists by id, in the order in which YouTube lists them."""

    playlists: dict[str, Playlist] = field(default_factory=dict)

    def homes(self, video_id: str) -> list[str]:
        """Ids of the playlists that hold the video."""
        return [p.playlist_id for p in self.playlists.values() if p.copies(video_id)]

    @property
    def categories(self) -> dict[str, Playlist]:
        """The playlists that one can file into, by id."""
        return {key: p for key, p in self.playlists.items() if p.role is Role.CATEGORY and p.writable}

    def filed(self) -> set[str]:
        """Ids of the videos that stand in a category."""
        return {i.video_id for p in self.playlists.values() if p.role is Role.CATEGORY for i in p.items}

    def unfiled(self) -> list[str]:
        """Ids of the videos that stand in an inbox and in no category, in the order in which they stand there."""
        filed = self.filed()
        waiting = [i.video_id for p in self.playlists.values() if p.role is Role.INBOX for i in p.items]
        return [video_id for video_id in dict.fromkeys(waiting) if video_id not in filed]

    def with_playlist(self, playlist: Playlist) -> Library:
        """This library with one playlist put in the place of its namesake, or added at the end."""
        return Library({**self.playlists, playlist.playlist_id: playlist})

    def without(self, playlist_id: str) -> Library:
        """This library without one playlist."""
        return Library({k: v for k, v in self.playlists.items() if k != playlist_id})

    def map_playlist(self, playlist_id: str, **changes: Any) -> Library:
        """This library with fields of one playlist replaced."""
        return self.with_playlist(replace(self.playlists[playlist_id], **changes))


@dataclass(frozen=True, slots=True)
class Edit:
    """A wish of the user, together with what base showed when it was made, so that a later change is noticed.

    add: `video_id`, `to_playlist`, `copies` (how many the playlist shall hold at least; 1 unless a repeat is wanted).
    move: `video_id`, `item_id`, `from_playlist`, `to_playlist`, `copies`, `seen` (the playlist of every copy as it was).
    remove: `video_id`, `item_id`, `from_playlist`, `seen` (the item's one note as it was).
    reorder: `to_playlist`, `order` (video ids in the order to reach), `seen` (video ids as they were).
    create: `to_playlist` (an id that starts with "new:"), `title`.
    rename: `to_playlist`, `title`, `seen` (the one title as it was).
    delete: `from_playlist`, `seen` (item ids as they were).
    `after_item` (add, move): the item it shall stand behind; None means at the end.
    `title` (all but create and rename): what the playlist that is changed was called, where that was known.
    """

    edit_id: int
    kind: EditKind
    made_at: datetime
    video_id: str | None = None
    item_id: str | None = None
    from_playlist: str | None = None
    to_playlist: str | None = None
    after_item: str | None = None
    title: str | None = None
    order: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    copies: int = 1
    decided_by: Decider = Decider.YOU
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both the user and YouTube changed the same thing, with different results. Nothing is pushed for it until chosen.

    `edit_ids` are the edits it is about; of the `choices` the first insists on them, the last gives them up.
    """

    conflict_id: str
    edit_ids: tuple[int, ...]
    what: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One write to YouTube.

    `op_id` is unique within its plan (1, 2, ...). `after_item` is the neighbour it shall stand behind: an item id,
    "op:N" for the item that operation N inserts, "" for the head, None for the end. `needs` is the op_id that must be
    done first (the insert of a move before its delete, the creation of a playlist before its inserts).
    `before` is the image undo needs.
    """

    op_id: int
    kind: OperationKind
    playlist_id: str
    video_id: str | None = None
    item_id: str | None = None
    after_item: str | None = None
    title: str | None = None
    needs: int | None = None
    starred: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    units: int = 50


@dataclass(frozen=True, slots=True)
class Guard:
    """Something a plan would do that needs a typed confirmation. `ops` are the op_ids concerned, `count` what is named."""

    guard_id: str
    what: str
    count: int
    ops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanDay:
    """What one day's quota finishes: `playlists` are the titles whose last operation falls on that day."""

    day: date
    units: int
    playlists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The fewest operations from base to the target. Bound to `snapshot`, a hash of what it was planned on.

    `irreversible` says what no undo brings back, `notes` what else is good to know before the push; `edit_ids` are the
    edits that it was made of.
    """

    plan_id: str
    snapshot: str
    operations: tuple[Operation, ...]
    units: int
    units_naive: int
    calendar: tuple[PlanDay, ...]
    conflicts: tuple[Conflict, ...]
    guards: tuple[Guard, ...]
    irreversible: tuple[str, ...]
    notes: tuple[str, ...] = ()
    edit_ids: tuple[int, ...] = ()

    @property
    def confirm_count(self) -> int:
        """The number a person must type: the sum of the guards' counts, an operation that two of them name counted once."""
        items = {op.op_id: max(1, len(op.before.get("items", ()))) for op in self.operations}
        total, counted = 0, set[int]()
        for guard in sorted(self.guards, key=lambda guard: -guard.count):
            new = set(guard.ops) - counted
            total += guard.count if len(new) == len(guard.ops) else min(guard.count, sum(items[op_id] for op_id in new))
            counted |= new
        return total


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An operation with its state in the journal. `ids_before` existed before it was first sent; a later id may be its own."""

    push_id: int
    operation: Operation
    state: State
    ids_before: tuple[str, ...] = ()
    attempts: int = 0
    sent_at: datetime | None = None
    result_id: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A playlist whose new listing was not believed, why, and the ids of the videos that it no longer lists."""

    playlist_id: str
    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """The account whose library this is."""

    channel_id: str
    title: str
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One playlist as `playlists.list` showed it. `item_count` is YouTube's number, which is a hint and no truth; `owner` is a channel id."""

    playlist_id: str
    title: str
    description: str
    privacy: str
    etag: str
    item_count: int | None
    writable: bool = True
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One item as YouTube showed it, with what the listing tells of its video; `title` is "" for a placeholder."""

    item: Item
    playlist_id: str
    position: int
    title: str
    channel_id: str
    channel_title: str
    availability: Availability


def counted(number: int, noun: str) -> str:
    """A number and its noun, as in "1 video" and "4,053 videos"."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"
