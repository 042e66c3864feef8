"""Undo: the edits that take a push back, and what no edit can bring back.

Nothing is written here. The edits are reconciled, planned, guarded and pushed like all others, so that what changed on
YouTube since becomes a conflict and is not overwritten.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lib.models import NEW_PREFIX, Edit, EditKind, JournalEntry, Library, Operation, OperationKind, State, counted
from lib.planning.guards import pairs


def undo_edits(
    done: Sequence[JournalEntry], remote: Library, made_at: datetime, unavailable: Collection[str] = ()
) -> tuple[list[Edit], list[str]]:
    """The inverse edits of the done operations of one push, and sentences on what cannot come back.

    `remote` is base as it is now, `unavailable` the videos YouTube would refuse to insert. The edits carry number 0;
    the store numbers them. They stand in the order in which they undo: deleted playlists first, created ones last, and
    in each playlist from its end to its head, so that every neighbour is in its place when it is asked for.
    """
    undo = _Undo(done, remote, made_at, set(unavailable))
    edits = [
        *undo.deleted_playlists(),
        *undo.position_moves(),
        *undo.deletes(),
        *undo.inserts(),
        *undo.renames(),
        *undo.creations(),
    ]
    return edits, [*undo.dates(), *undo.lost]


class _Undo:
    """The done operations by kind, and what YouTube shows of what they touched."""

    def __init__(self, done: Sequence[JournalEntry], remote: Library, made_at: datetime, unavailable: set[str]) -> None:
        entries = [entry for entry in done if entry.state is State.DONE]
        self.remote, self.made_at, self.unavailable = remote, made_at, unavailable
        self.lost: list[str] = []
        self.by_kind: defaultdict[OperationKind, list[JournalEntry]] = defaultdict(list)
        for entry in entries:
            self.by_kind[entry.operation.kind].append(entry)
        self.result = {entry.operation.op_id: entry.result_id for entry in entries}
        self.insert_of = {delete.op_id: insert for insert, delete in pairs(e.operation for e in entries).items()}
        self.operation = {entry.operation.op_id: entry.operation for entry in entries}
        self.real = {e.operation.playlist_id: e.result_id for e in self.by_kind[OperationKind.CREATE]}
        self.going = set(self.own())
        self.change: Counter[tuple[str, str]] = Counter()
        self.put_back = 0
        self.left: dict[str, str] = {}
        self.stands_for: dict[str, str] = {}  # of repeats, who stands where another was to: `position_moves` finds out
        for entry in sorted(self.by_kind[OperationKind.DELETE], key=_position):
            self.left[entry.operation.item_id or ""] = self.neighbour(entry.operation.before["after"])

    def newest(self, kind: OperationKind) -> Iterator[JournalEntry]:
        """The operations of one kind, the last one first."""
        return reversed(self.by_kind[kind])

    def edit(self, kind: EditKind, **facts: Any) -> Edit:
        """An edit made now."""
        return Edit(0, kind, self.made_at, **facts)

    def home(self, operation: Operation) -> str:
        """The playlist an operation wrote to, by its real id also where the push itself created it."""
        return self.real.get(operation.playlist_id) or operation.playlist_id

    def title(self, playlist_id: str) -> str:
        """What the playlist is called now, else its id."""
        playlist = self.remote.playlists.get(playlist_id)
        return playlist.title if playlist else playlist_id

    def neighbour(self, after: str) -> str:
        """The nearest item before it that the push did not delete; "" is the head."""
        return self.left.get(after, after)

    def copies(self, playlist_id: str, video: str) -> int:
        """How many copies the playlist holds when, after all earlier edits of the undo, one more is there."""
        self.put_back += 1
        self.change[playlist_id, video] += 1
        playlist = self.remote.playlists.get(playlist_id)
        return (playlist.copies(video) if playlist else 0) + self.change[playlist_id, video]

    def deleted_playlists(self) -> Iterator[Edit]:
        """Deleted playlists come back as new ones with what they held."""
        for entry in self.newest(OperationKind.DELETE_PLAYLIST):
            image = entry.operation.before
            playlist_id = f"{NEW_PREFIX}undo-{entry.push_id}-{entry.operation.op_id}"
            self.lost.append(
                f'The playlist "{image["title"]}" comes back as a new one: its address, description and privacy are lost.'
            )
            yield self.edit(EditKind.CREATE, to_playlist=playlist_id, title=image["title"])
            for video in image["items"]:
                if not self.dead(video, image["title"]):
                    copies = self.copies(playlist_id, video)
                    yield self.edit(EditKind.ADD, video_id=video, to_playlist=playlist_id, copies=copies)

    def dead(self, video: str, title: str) -> bool:
        """Whether YouTube would refuse to take the video back; then that is said."""
        if video in self.unavailable:
            self.lost.append(f'{video} is unavailable and cannot be put back into "{title}".')
        return video in self.unavailable

    def position_moves(self) -> Iterator[Edit]:
        """One edit for each playlist: each moved item goes back behind the neighbour it had, from the head to the end."""
        moved: defaultdict[str, list[Operation]] = defaultdict(list)
        for entry in self.by_kind[OperationKind.MOVE]:
            moved[self.home(entry.operation)].append(entry.operation)
        for playlist_id, operations in moved.items():
            playlist = self.remote.playlists.get(playlist_id)
            videos = {item.item_id or "": item.video_id for item in playlist.items} if playlist else {}
            order = _with_repeats(self.order_before(list(videos), operations), videos, self.leaving(playlist_id))
            self.stands_for.update(_swapped(order, videos))
            seen, target = tuple(videos.values()), tuple(videos[item] for item in order)
            if target != seen:
                yield self.edit(EditKind.REORDER, to_playlist=playlist_id, order=target, seen=seen)

    def leaving(self, playlist_id: str) -> set[str]:
        """The items that the push put into a playlist and that the undo takes out again."""
        inserts = self.by_kind[OperationKind.INSERT]
        return {entry.result_id or "" for entry in inserts if self.home(entry.operation) == playlist_id}

    def order_before(self, items: list[str], operations: Iterable[Operation]) -> list[str]:
        """The item ids as they stood before the moves."""
        for operation in sorted(operations, key=lambda operation: int(operation.before["position"])):
            item, after = operation.item_id or "", self.neighbour(operation.before["after"])
            if item not in items:
                continue
            items.remove(item)
            position = 0 if after == "" else operation.before["position"]
            index = items.index(after) + 1 if after in items else position
            items.insert(index, item)
        return items

    def deletes(self) -> Iterator[Edit]:
        """Deleted items come back behind the neighbour they had; the second half of a move makes it a move back."""
        for entry in sorted(self.by_kind[OperationKind.DELETE], key=_position, reverse=True):
            operation, insert = entry.operation, self.insert_of.get(entry.operation.op_id)
            home, video = self.home(operation), operation.video_id or ""
            if self.dead(video, self.title(home)):
                continue
            if operation.before.get("note"):
                self.lost.append(f'The note on {video} in "{self.title(home)}" is lost.')
            facts = {"video_id": video, "to_playlist": home, "copies": self.copies(home, video)}
            after = self.neighbour(operation.before["after"])
            facts["after_item"] = self.stands_for.get(after, after)
            if insert is None:
                yield self.edit(EditKind.ADD, **facts)
            else:
                source = self.home(self.operation[insert])
                self.change[source, video] -= 1
                yield self.edit(EditKind.MOVE, item_id=self.result[insert], from_playlist=source, **facts)

    def inserts(self) -> Iterator[Edit]:
        """What was inserted without a move is removed, unless its playlist goes as a whole."""
        halves = set(self.insert_of.values())
        for entry in self.newest(OperationKind.INSERT):
            home = self.home(entry.operation)
            if entry.operation.op_id not in halves and home not in self.going:
                yield self.edit(
                    EditKind.REMOVE, video_id=entry.operation.video_id, item_id=entry.result_id, from_playlist=home
                )

    def renames(self) -> Iterator[Edit]:
        """Former titles come back."""
        for entry in self.newest(OperationKind.RENAME):
            title, now = entry.operation.before["title"], entry.operation.title or ""
            yield self.edit(EditKind.RENAME, to_playlist=self.home(entry.operation), title=title, seen=(now,))

    def own(self) -> Iterator[str]:
        """The playlists that the push created and that hold nothing but what it put there and YouTube would take again."""
        ours = set(self.result.values())
        for entry in self.by_kind[OperationKind.CREATE]:
            playlist = self.remote.playlists.get(entry.result_id or "")
            if playlist and all(i.item_id in ours and i.video_id not in self.unavailable for i in playlist.items):
                yield playlist.playlist_id

    def creations(self) -> Iterator[Edit]:
        """Created playlists go, unless they hold something else by now."""
        for entry in self.newest(OperationKind.CREATE):
            playlist = self.remote.playlists.get(entry.result_id or "")
            if playlist is None:
                continue
            if playlist.playlist_id in self.going:
                seen = tuple(item.item_id or "" for item in playlist.items)
                yield self.edit(EditKind.DELETE, from_playlist=playlist.playlist_id, seen=seen)
            else:
                self.lost.append(
                    f'The playlist "{playlist.title}" is kept: it holds items that the push did not put there, or unavailable ones.'
                )

    def dates(self) -> Iterator[str]:
        """How many added dates are lost."""
        if again := self.put_back:
            comes = (
                "comes back as a new item: its added date is"
                if again == 1
                else "come back as new items: their added dates are"
            )
            yield f"{counted(again, 'video')} {comes} lost."


def _with_repeats(order: list[str], videos: Mapping[str, str], leaving: Collection[str]) -> list[str]:
    """The order to reach, written so that an order of videos can say it: of repeats the first one now takes the first place.

    So a copy that leaves is named on that side of the copies that stay on which it stands now, or one of these would
    take its place. `videos` are those of the items, in their present order.
    """
    staying: defaultdict[str, list[str]] = defaultdict(list)
    for item, video in videos.items():
        if item not in leaving:
            staying[video].append(item)
    repeats = [item for item, video in videos.items() if item in leaving and staying[video]]
    kept = [item for item in order if item not in repeats]
    present = {item: place for place, item in enumerate(videos)}
    for item in repeats:
        places = [
            place
            for place, kept_item in enumerate(kept)
            if videos[kept_item] == videos[item] and kept_item not in leaving
        ]
        before = sum(present[copy] < present[item] for copy in staying[videos[item]])
        kept.insert(places[before] if before < len(places) else len(kept), item)
    return kept


def _swapped(order: Sequence[str], videos: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Which item will stand at the place that each item of the order was to have: of repeats, the first takes the first."""
    present: defaultdict[str, deque[str]] = defaultdict(deque)
    for item, video in videos.items():
        present[video].append(item)
    return ((item, present[videos[item]].popleft()) for item in order)


def _position(entry: JournalEntry) -> int:
    return int(entry.operation.before["position"])


def taken_back(push: Sequence[JournalEntry], later: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The done operations of a push that `later` done ones of other pushes took back for certain.

    An inserted item that was deleted, a playlist that was made and deleted, a title that was put back; and the delete of
    a move whose insert was moved back to where it came from. Of places and other deletes only the whole undo knows.
    """
    done = [entry for entry in push if entry.state is State.DONE]
    back = _Back(later)
    return [entry for entry in done if back.took(entry)] + list(back.moved_home(done))


class _Back:
    """What later pushes took back.

    Attributes:
        later: the done entries of later pushes, by (push_id, op_id).
        playlists: the ids of the playlists they deleted.
        titles: the (playlist_id, title) pairs they gave by renaming.
        deletes: their deletes, by the id of the deleted item.
    """

    def __init__(self, later: Sequence[JournalEntry]) -> None:
        self.later = {(e.push_id, e.operation.op_id): e for e in later if e.state is State.DONE}
        operations = [e.operation for e in self.later.values()]
        self.playlists = {op.playlist_id for op in operations if op.kind is OperationKind.DELETE_PLAYLIST}
        self.titles = {(op.playlist_id, op.title) for op in operations if op.kind is OperationKind.RENAME}
        deletes = [e for e in self.later.values() if e.operation.kind is OperationKind.DELETE]
        self.deletes = {entry.operation.item_id: entry for entry in deletes}

    def took(self, entry: JournalEntry) -> bool:
        """Whether what this operation made or named is gone or called as before."""
        operation = entry.operation
        match operation.kind:
            case OperationKind.INSERT:
                return entry.result_id in self.deletes or operation.playlist_id in self.playlists
            case OperationKind.CREATE:
                return entry.result_id in self.playlists
            case OperationKind.RENAME:
                return (operation.playlist_id, operation.before.get("title")) in self.titles
        return False

    def moved_home(self, done: Sequence[JournalEntry]) -> Iterator[JournalEntry]:
        """The deletes of moves whose new item was moved back into the playlist that the old one had left."""
        entries = {entry.operation.op_id: entry for entry in done}
        for insert, half in pairs([entry.operation for entry in done]).items():
            delete = self.deletes.get(entries[insert].result_id)
            home = self.later.get((delete.push_id, delete.operation.needs or 0)) if delete else None
            if home and (home.operation.playlist_id, home.operation.video_id) == (half.playlist_id, half.video_id):
                yield entries[half.op_id]
