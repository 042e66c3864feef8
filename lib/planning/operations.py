"""The fewest writes that turn one library into another, in the order in which they are sent.

`operations` decides them; `naive_units` says what the same would cost without thought.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from lib.models import WRITE_UNITS, Item, Library, Operation, OperationKind, Playlist
from lib.planning.order import longest_common


def operations(
    remote: Library,
    target: Library,
    starred: Collection[str] = (),
    *,
    exact: bool = False,
    move_targets: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Operation, ...]:
    """The fewest writes that turn `remote` into `target`: deletes + inserts + kept - longest common subsequence.

    Order: renames, then insert by insert, each followed by the delete that makes it a move (those of the `starred`
    video ids first, then playlist by playlist), position moves, other deletes, deletions of playlists. A new playlist is
    made just before its first insert, and filled before the next one is made. Of the playlists the one with the fewest
    writes comes first, so that as many as can be are finished whenever it stops. A
    delete of a video whose only future homes are inserts of this plan needs one of them. A playlist's deletion needs
    one for each such video: `before["needs"]` lists them all, `needs` is the last. Playlists that cannot be written
    are left as they are.

    Copies of a video are interchangeable: of those too many, the ones missing in `target` are deleted if that costs
    nothing. With `exact` they are whatever it costs, and no copy that is to go takes the place of a new one. A push
    needs that: edits name items, and after an interruption an item that still stood there would be taken again. For
    the same reason `move_targets` says, in the order of the edits, which playlist an item (by id) was moved to: its delete
    follows the insert there.
    """
    script = _Script(remote, target, set(starred), exact, move_targets)
    script.rename()
    for only_starred in (True, False):
        for change, places in script.blocks(only_starred):
            if places:
                script.create(change.target)
            for place in places:
                script.insert(change, place)
    for playlist in target.playlists.values():
        script.create(playlist)
    script.move_and_delete()
    return tuple(script.operations)


def naive_units(remote: Library, target: Library) -> int:
    """What the same change costs by hand: every place put right from left to right, then the rest deleted."""
    return WRITE_UNITS * (
        sum(_naive_writes(*both) for both in _changed(remote, target)) + len(_rewritten(remote, target))
    )


@dataclass(slots=True)
class _Change:
    """What has to happen in one playlist; `standing` maps a place of the target to the item that stands there by now."""

    target: Playlist
    before: Playlist
    standing: dict[int, str] = field(default_factory=dict)
    moves: list[tuple[int, Item]] = field(default_factory=list)
    inserts: list[int] = field(default_factory=list)
    coming: Counter[str] = field(default_factory=Counter)
    deletes: dict[str, Item] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    last: int = -1

    def stand(self, place: int, reference: str) -> None:
        """Note which item stands at a place of the target."""
        self.standing[place] = reference
        self.last = max(self.last, place)

    def anchor(self, place: int) -> str | None:
        """The neighbour to stand behind: whoever of those before it already stands; None where none stands after it."""
        if place > self.last:
            return None
        return next((self.standing[k] for k in range(place - 1, -1, -1) if k in self.standing), "")

    def image(self, item: Item) -> dict[str, Any]:
        """Where an item stood, as undo needs it."""
        position = self.places[item.item_id or ""]
        return {"after": (self.before.items[position - 1].item_id or "") if position else "", "position": position}


class _Script:
    """The operations so far, and what later ones have to know of earlier ones."""

    def __init__(
        self, remote: Library, target: Library, starred: set[str], exact: bool, move_targets: Mapping[str, str]
    ) -> None:
        self.remote, self.target, self.starred, self.move_targets = remote, target, starred, move_targets
        self.turn = {item_id: turn for turn, item_id in enumerate(move_targets)}
        self.operations: list[Operation] = []
        self.changes = list(_changes(remote, target, exact))
        self.created: dict[str, int] = {}
        self.arriving: dict[str, int] = {}
        self.leaving: defaultdict[str, list[tuple[_Change, Item]]] = defaultdict(list)
        for change in self.changes:
            for item in change.deletes.values():
                self.leaving[item.video_id].append((change, item))
        self.staying = set(_staying(remote, target))

    def emit(self, kind: OperationKind, playlist_id: str, **facts: Any) -> int:
        """Append an operation and return its number."""
        operation = Operation(len(self.operations) + 1, kind, playlist_id, units=WRITE_UNITS, **facts)
        self.operations.append(operation)
        return operation.op_id

    def create(self, playlist: Playlist) -> None:
        """Make a playlist that does not exist yet, once."""
        playlist_id = playlist.playlist_id
        if playlist_id not in self.remote.playlists and playlist_id not in self.created:
            self.created[playlist_id] = self.emit(OperationKind.CREATE, playlist_id, title=playlist.title)

    def rename(self) -> None:
        """Give playlists that exist their new titles."""
        for playlist_id in _rewritten(self.remote, self.target):
            if playlist_id in self.remote.playlists and playlist_id in self.target.playlists:
                before = self.remote.playlists[playlist_id]
                image = {"title": before.title, "description": before.description}
                self.emit(
                    OperationKind.RENAME, playlist_id, title=self.target.playlists[playlist_id].title, before=image
                )

    def blocks(self, starred: bool) -> list[tuple[_Change, list[int]]]:
        """The inserts in blocks, one per playlist: (the change of the playlist, the places in its target to fill).

        Playlists that the block completes come first, then the shorter blocks: shortest first is the order in which
        most are finished at any moment (W. E. Smith, 1956). `starred` selects the inserts of starred or of other
        videos; but a new playlist with a starred video is filled whole in one block, its starred videos first.
        """
        blocks = []
        for change in self.changes:
            videos = {place: change.target.items[place].video_id for place in change.inserts}
            places = [place for place, video in videos.items() if (video in self.starred) is starred]
            new = change.target.playlist_id not in self.remote.playlists
            if new and starred and places:
                places += [place for place in change.inserts if place not in places]
            elif new and change.target.playlist_id in self.created:
                places = []
            writes = new + sum(1 + bool(self.leaving[videos[place]]) for place in places)
            blocks.append((bool(change.moves or change.deletes), writes, change, places))
        return [(change, places) for *_, change, places in sorted(blocks, key=itemgetter(0, 1))]

    def insert(self, change: _Change, place: int) -> None:
        """Insert the video for a place, and at once delete the copy that it replaces elsewhere, if there is one."""
        video, playlist_id = change.target.items[place].video_id, change.target.playlist_id
        note = change.target.items[place].note
        op_id = self.emit(
            OperationKind.INSERT,
            playlist_id,
            video_id=video,
            after_item=change.anchor(place),
            needs=self.created.get(playlist_id),
            starred=video in self.starred,
            before={"note": note} if note else {},
        )
        change.stand(place, f"op:{op_id}")
        self.arriving.setdefault(video, op_id)
        change.coming[video] -= 1
        half = self.other_half(video, change)
        if half is not None:
            self.leaving[video].remove(half)
            source, item = half
            del source.deletes[item.item_id or ""]
            self.delete(source, item, op_id)

    def other_half(self, video: str, change: _Change) -> tuple[_Change, Item] | None:
        """The item whose delete makes an insert a move: one that was moved there, else one that was only removed.

        Of several inserts of the video into the playlist the last ones are the moves, in the order of the edits: when
        an item goes, the copies of earlier edits are there.
        """
        targets = [(half, self.move_targets.get(half[1].item_id or "")) for half in self.leaving[video]]
        moved_there = [half for half, target in targets if target == change.target.playlist_id]
        if len(moved_there) > change.coming[video]:
            return min(moved_there, key=lambda half: self.turn.get(half[1].item_id or "", 0))
        return next((half for half, target in targets if target is None), None)

    def delete(self, change: _Change, item: Item, needs: int | None) -> None:
        """Delete one item, with the image undo needs."""
        image = change.image(item)
        image |= {
            "video_id": item.video_id,
            "added_at": item.added_at.isoformat() if item.added_at else None,
            "note": item.note,
        }
        facts = {"video_id": item.video_id, "item_id": item.item_id, "needs": needs, "before": image}
        self.emit(
            OperationKind.DELETE,
            change.target.playlist_id,
            starred=needs is not None and item.video_id in self.starred,
            **facts,
        )

    def move_and_delete(self) -> None:
        """Position moves, then the deletes that belong to no move, then the deletions of playlists."""
        for change in sorted(self.changes, key=lambda change: (bool(change.deletes), len(change.moves))):
            for place, item in change.moves:
                facts = {"video_id": item.video_id, "item_id": item.item_id, "after_item": change.anchor(place)}
                self.emit(OperationKind.MOVE, change.target.playlist_id, before=change.image(item), **facts)
                change.stand(place, item.item_id or "")
        for change in sorted(self.changes, key=lambda change: len(change.deletes)):
            for item in change.deletes.values():
                self.delete(change, item, self.arrival(item.video_id))
        for playlist_id, playlist in self.remote.playlists.items():
            if playlist.writable and playlist_id not in self.target.playlists:
                self.delete_playlist(playlist)

    def delete_playlist(self, playlist: Playlist) -> None:
        """Delete a playlist, after the inserts that its videos wait for."""
        videos = [item.video_id for item in playlist.items]
        needs = sorted({op for op in map(self.arrival, videos) if op is not None})
        image = {
            "title": playlist.title,
            "description": playlist.description,
            "privacy": playlist.privacy,
            "items": videos,
            "needs": needs,
        }
        self.emit(OperationKind.DELETE_PLAYLIST, playlist.playlist_id, needs=needs[-1] if needs else None, before=image)

    def arrival(self, video: str) -> int | None:
        """The insert that a delete of this video must wait for: none where a copy stays somewhere, or none is inserted."""
        return None if video in self.staying else self.arriving.get(video)


def _changes(remote: Library, target: Library, exact: bool = False) -> Iterator[_Change]:
    """One change for each writable playlist of the target, in its order."""
    return (_change(before, after, exact) for before, after in _changed(remote, target))


def _changed(remote: Library, target: Library) -> Iterator[tuple[Playlist, Playlist]]:
    """The writable playlists whose items change, as they are and as they shall be."""
    for playlist_id, playlist in target.playlists.items():
        before = remote.playlists.get(playlist_id, Playlist(playlist_id, playlist.title))
        if before.writable and before.items != playlist.items:
            yield before, playlist


def _change(before: Playlist, target: Playlist, exact: bool) -> _Change:
    """Keep the longest common subsequence; a copy that is left over is moved into a place, or deleted."""
    change = _Change(target, before, places={item.item_id or "": i for i, item in enumerate(before.items)})
    wanted = _wanted(before, target)
    current = ["" if exact and i not in wanted else item.video_id for i, item in enumerate(before.items)]
    stay = dict(longest_common(current, [item.video_id for item in target.items], wanted))
    for i, place in stay.items():
        change.stand(place, before.items[i].item_id or "")
    spare: defaultdict[str, deque[int]] = defaultdict(deque)
    for i in sorted(set(range(len(current))) - stay.keys(), key=lambda i: (i not in wanted, i)):
        spare[current[i]].append(i)
    for place, item in enumerate(target.items):
        if place in change.standing:
            continue
        if spare[item.video_id]:
            change.moves.append((place, before.items[spare[item.video_id].popleft()]))
        else:
            change.inserts.append(place)
            change.coming[item.video_id] += 1
    left_over = sorted(i for places in spare.values() for i in places)
    change.deletes = {before.items[i].item_id or "": before.items[i] for i in left_over}
    return change


def _wanted(before: Playlist, target: Playlist) -> set[int]:
    """The places of the items that the target names by their ids."""
    known = {item.item_id for item in target.items}
    return {i for i, item in enumerate(before.items) if item.item_id in known}


def _rewritten(remote: Library, target: Library) -> list[str]:
    """Ids of the playlists that are created, renamed or deleted."""
    new_titles = [
        key
        for key, p in target.playlists.items()
        if key not in remote.playlists or remote.playlists[key].title != p.title
    ]
    gone = [key for key in remote.playlists if key not in target.playlists]
    return [key for key in new_titles + gone if key not in remote.playlists or remote.playlists[key].writable]


def _staying(remote: Library, target: Library) -> Iterator[str]:
    """The videos of which a copy stays where it is all the time."""
    for playlist_id, before in remote.playlists.items():
        after = target.playlists.get(playlist_id) if before.writable else before
        if after is not None:
            yield from {item.video_id for item in before.items} & {item.video_id for item in after.items}


def _naive_writes(before: Playlist, target: Playlist) -> int:
    """Delete what is too much, then put place after place right from the head."""
    wanted = _wanted(before, target)
    excess = Counter(i.video_id for i in before.items) - Counter(i.video_id for i in target.items)
    shown = []
    for i, item in enumerate(before.items):
        if i not in wanted and excess[item.video_id] > 0:
            excess[item.video_id] -= 1
        else:
            shown.append(item.video_id)
    writes = len(before.items) - len(shown)
    for place, item in enumerate(target.items):
        if place < len(shown) and shown[place] == item.video_id:
            continue
        writes += 1
        with suppress(ValueError):
            shown.pop(shown.index(item.video_id, place))
        shown.insert(place, item.video_id)
    return writes
