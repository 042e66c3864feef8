"""What a row of edits amounts to: an edit that takes up an earlier one, takes it back or replaces it, joined with it.

Only the outcome is pushed, so only the outcome can be compared with what YouTube shows, also half-way through a push.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from lib.models import Edit, EditKind
from lib.sync.shelf import Shelves, held, satisfied, written


@dataclass(frozen=True, slots=True)
class Wish:
    """One edit that stands for one or more of those the user made; `edit_ids` are theirs."""

    edit: Edit
    edit_ids: tuple[int, ...]


def condense(edits: Sequence[Edit], shown: Shelves) -> tuple[list[Wish], list[int]]:
    """The wishes that the edits amount to, in order, and the ids of the edits that came to nothing.

    A later edit of something that is itself only a wish continues it: A to B and then B to C is A to C. A move and its
    opposite, or a removal and adding again, come to nothing. A later title or order replaces an earlier one. What was
    wished for a playlist that was then deleted went with it, and what was moved there is only removed.
    """
    row = _Row(shown)
    for edit in edits:
        row.place(Wish(edit, (edit.edit_id,)))
    return list(row.wishes.values()), row.nothing


class _Row:
    """The wishes so far, by number in the order in which they are to be laid."""

    def __init__(self, shown: Shelves) -> None:
        self.shown = shown
        self.wishes: dict[int, Wish] = {}
        self.nothing: list[int] = []
        self._about: defaultdict[str | None, list[int]] = defaultdict(list)
        self._numbers = count()

    def place(self, wish: Wish) -> None:
        """Put a wish at the end, joined with the earlier ones it has to do with."""
        edit = wish.edit
        subject = edit.video_id or edit.to_playlist
        alike = (n for n in reversed(self._about[subject]) if n in self.wishes)
        last = next((n for n in alike if _touches(self.wishes[n].edit, edit)), None)
        if edit.kind is EditKind.DELETE and _will_go(edit, self.shown):
            wish = Wish(edit, (*_bury(self.wishes, edit.from_playlist or "", self.shown), *wish.edit_ids))
        elif last is not None and _repeats(self.wishes[last].edit, edit):
            return self._merge(last, wish)
        elif last is not None and _joins(self.wishes[last].edit, edit, self.shown):
            return self._join(self.wishes.pop(last), wish)
        number = next(self._numbers)
        self.wishes[number] = wish
        self._about[subject].append(number)

    def _merge(self, last: int, wish: Wish) -> None:
        """The video is there already, thanks to an earlier wish: nothing to add, and of a move only the taking is left."""
        edit = wish.edit
        source = self.shown.get(edit.from_playlist or "")
        if edit.kind is EditKind.ADD or (source is not None and not source.facts.writable):
            self.wishes[last] = replace(self.wishes[last], edit_ids=(*self.wishes[last].edit_ids, *wish.edit_ids))
        else:
            self.place(replace(wish, edit=replace(edit, kind=EditKind.REMOVE, to_playlist=None)))

    def _join(self, before: Wish, wish: Wish) -> None:
        joined = _joined(before.edit, wish.edit)
        edit_ids = (*before.edit_ids, *wish.edit_ids)
        if joined is None:
            self.nothing += edit_ids
        else:
            self.place(Wish(joined, edit_ids))


def _touches(one: Edit, other: Edit) -> bool:
    """Whether two edits about the same video, or of the same playlist, can have to do with one another."""
    if other.video_id is None:
        return one.kind is other.kind and one.kind in (EditKind.RENAME, EditKind.REORDER)
    return bool(_ends(one) & _ends(other))


def _repeats(one: Edit, other: Edit) -> bool:
    """Whether an earlier wish already brings the video where the other wants it."""
    brings = (EditKind.ADD, EditKind.MOVE)
    if one.kind not in brings or other.kind not in brings or other.from_playlist == other.to_playlist:
        return False
    return one.to_playlist == other.to_playlist and other.copies <= one.copies


def _joins(one: Edit, other: Edit, shown: Shelves) -> bool:
    """Whether an edit continues, takes back or replaces an earlier one; not what YouTube already fulfilled of a video."""
    if other.video_id is None:
        return True
    return (_opposite(one, other) or _continues(one, other)) and not satisfied(shown, one)


def _ends(edit: Edit) -> set[str]:
    return {end for end in (edit.from_playlist, edit.to_playlist) if end is not None}


def _opposite(one: Edit, other: Edit) -> bool:
    there_and_back = (one.from_playlist, one.to_playlist) == (other.to_playlist, other.from_playlist)
    if one.kind is EditKind.REMOVE:
        return other.kind is EditKind.ADD and there_and_back and other.after_item is None
    return one.kind is other.kind is EditKind.MOVE and there_and_back and one.from_playlist != one.to_playlist


def _continues(one: Edit, other: Edit) -> bool:
    """Whether the other edit takes what the one only wishes to put there."""
    brings, takes = one.kind in (EditKind.ADD, EditKind.MOVE), other.kind in (EditKind.MOVE, EditKind.REMOVE)
    return brings and takes and other.item_id is None and one.to_playlist == other.from_playlist


def _joined(one: Edit, other: Edit) -> Edit | None:
    """The one edit that two amount to; None when they amount to nothing."""
    if other.kind is EditKind.REORDER:
        return other
    if other.kind is EditKind.RENAME:
        # A title that the user wished meanwhile is no title that somebody else chose.
        return replace(other, seen=(*one.seen, one.title or "", *other.seen))
    if _opposite(one, other) or (one.kind is EditKind.ADD and other.kind is EditKind.REMOVE):
        return None
    kind = one.kind if other.kind is EditKind.MOVE else other.kind
    return replace(other, kind=kind, item_id=one.item_id, from_playlist=one.from_playlist)


def _will_go(deletion: Edit, shown: Shelves) -> bool:
    """Whether a deletion needs no asking: everything that YouTube shows in the playlist was seen when it was wished."""
    playlist = shown.get(deletion.from_playlist or "")
    return playlist is None or set(playlist.items) <= set(deletion.seen)


def _bury(wishes: dict[int, Wish], playlist_id: str, shown: Shelves) -> list[int]:
    """Take out what was wished for a playlist that goes, and return its edits; what was moved there is only removed."""
    buried: list[int] = []
    for number, wish in list(wishes.items()):
        edit = wish.edit
        if written(edit) != playlist_id:
            continue
        if edit.kind is EditKind.MOVE and held(shown, edit) and shown[edit.from_playlist or ""].facts.writable:
            wishes[number] = replace(wish, edit=replace(edit, kind=EditKind.REMOVE, to_playlist=None))
        else:
            buried += wishes.pop(number).edit_ids
    return buried
