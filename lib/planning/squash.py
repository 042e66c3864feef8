"""Squashing edits: one that takes up an earlier edit, takes it back or replaces it is joined with it.

Only the outcome is pushed, so only the outcome can be compared with what YouTube shows, also half-way through a push.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter

from lib.models import Edit, EditKind
from lib.planning.working_copy import WorkingCopy, changed_playlist, holds_source, satisfied


@dataclass(frozen=True, slots=True)
class SquashedEdit:
    """One edit that stands for those of the user's with these `edit_ids`; `since` is when a joined move first takes.

    `part_of` are the edits that this one, which only takes a video, must not happen without: they put the video
    somewhere, or delete the playlist into which it was moved.
    """

    edit: Edit
    edit_ids: tuple[int, ...]
    since: int | None = None
    part_of: tuple[int, ...] = ()


def squash(edits: Sequence[Edit], shown: WorkingCopy) -> tuple[list[SquashedEdit], list[int]]:
    """The wishes that the edits amount to, in order, and the ids of the edits that came to nothing.

    A later edit of something that is itself only a wish continues it: A to B and then B to C is A to C. A move and its
    opposite come to nothing. A later title or order replaces an earlier one. What was
    wished for a playlist that was then deleted went with it, and what was moved there is only removed.
    """
    squashing = _Squashing(shown)
    for edit in edits:
        squashing.place(SquashedEdit(edit, (edit.edit_id,)), next(squashing.numbers))
    return squashing.in_order(), squashing.nothing


class _Squashing:
    """The wishes so far, by number in the order in which they are to be laid."""

    def __init__(self, shown: WorkingCopy) -> None:
        self.shown = shown
        self.numbers = count()
        self.wishes: dict[int, SquashedEdit] = {}
        self.nothing: list[int] = []
        self._about: defaultdict[str | None, list[int]] = defaultdict(list)

    def place(self, wish: SquashedEdit, number: int) -> None:
        """Add an edit, joined with the earlier ones it has to do with."""
        edit = wish.edit
        about = self._about[edit.video_id or edit.to_playlist]
        alike = [n for n in reversed(about) if n in self.wishes]
        there = next((n for n in alike if edit.to_playlist in _ends(self.wishes[n].edit)), None)
        last = next((n for n in alike if _touches(self.wishes[n].edit, edit)), None)
        if there is not None and _repeats(self.wishes[there].edit, edit):
            self._merge(there, wish, number)
        elif last is not None and _joins(self.wishes[last].edit, edit, self.shown):
            self._join(last, wish, number)
        else:
            self.wishes[number] = wish
            insort(about, number)

    def _merge(self, last: int, wish: SquashedEdit, number: int) -> None:
        """The video is there already, thanks to an earlier wish: nothing to add, and of a move only the taking is left."""
        source = self.shown.get(wish.edit.from_playlist or "")
        if wish.edit.kind is EditKind.ADD or (source is not None and not source.facts.writable):
            self.wishes[last] = replace(self.wishes[last], edit_ids=(*self.wishes[last].edit_ids, *wish.edit_ids))
        else:
            self.place(replace(wish, edit=_taking(wish.edit), part_of=self.wishes[last].edit_ids), number)

    def _join(self, last: int, wish: SquashedEdit, number: int) -> None:
        """Put what two wishes amount to where the second stands; what it takes is gone from where the first stands on."""
        before = self.wishes.pop(last)
        joined = _joined(before.edit, wish.edit)
        edit_ids = (*before.edit_ids, *wish.edit_ids)
        since = last if before.since is None else before.since
        if joined is None:
            self.nothing += edit_ids
        elif joined.kind is EditKind.REMOVE:
            self.place(SquashedEdit(joined, edit_ids), since)
        else:
            self.place(SquashedEdit(joined, edit_ids, since), number)

    def in_order(self) -> list[SquashedEdit]:
        """The wishes as they are to be laid: new playlists first, and nothing for a playlist that goes."""
        for number, wish in sorted(self.wishes.items(), key=itemgetter(0), reverse=True):
            if wish.edit.kind is EditKind.DELETE and _will_go(wish.edit, self.shown):
                self._drop_with_playlist(number, wish)
        laid = sorted([*self._early(), *self.wishes.items()], key=itemgetter(0))
        return [wish for _, wish in sorted(laid, key=lambda one: one[1].edit.kind is not EditKind.CREATE)]

    def _early(self) -> Iterator[tuple[int, SquashedEdit]]:
        """The taking of a joined move, by itself, where other wishes stand between it and the putting."""
        for number, wish in self.wishes.items():
            edit, since = wish.edit, wish.since
            if edit.kind is not EditKind.MOVE or since is None or not holds_source(self.shown, edit):
                continue
            between = any(since < other < number for other in self.wishes)
            if between and self.shown[edit.from_playlist or ""].facts.writable:
                yield since, SquashedEdit(_taking(edit), (), part_of=wish.edit_ids)

    def _drop_with_playlist(self, number: int, deletion: SquashedEdit) -> None:
        """Join what was wished for a playlist before it goes with its deletion; what was moved there is only removed."""
        dropped: list[int] = []
        for earlier, wish in sorted(self.wishes.items(), key=itemgetter(0)):
            edit, source = wish.edit, self.shown.get(wish.edit.from_playlist or "")
            if earlier >= number or changed_playlist(edit) != deletion.edit.from_playlist:
                continue
            if edit.kind is EditKind.MOVE and source is not None and source.facts.writable:
                del self.wishes[earlier]
                at = earlier if wish.since is None else wish.since
                self.wishes[at] = replace(wish, edit=_taking(edit), part_of=deletion.edit_ids)
            else:
                dropped += self.wishes.pop(earlier).edit_ids
        self.wishes[number] = replace(deletion, edit_ids=(*dropped, *deletion.edit_ids))


def _touches(one: Edit, other: Edit) -> bool:
    """Whether two edits about the same video, or of the same playlist, can have to do with one another."""
    if other.video_id is None:
        return one.kind is other.kind and one.kind in (EditKind.RENAME, EditKind.REORDER)
    if other.item_id is None and other.from_playlist is not None:
        return one.kind in (EditKind.ADD, EditKind.MOVE) and one.to_playlist == other.from_playlist
    return bool(_ends(one) & _ends(other))


def _repeats(one: Edit, other: Edit) -> bool:
    """Whether an earlier wish already brings the video where the other wants it."""
    return _brings(one) and _brings(other) and one.to_playlist == other.to_playlist and other.copies <= one.copies


def _brings(edit: Edit) -> bool:
    """Whether the playlist holds a copy more afterwards; a move inside one does not."""
    return edit.kind in (EditKind.ADD, EditKind.MOVE) and edit.from_playlist != edit.to_playlist


def _joins(one: Edit, other: Edit, shown: WorkingCopy) -> bool:
    """Whether an edit continues, takes back or replaces an earlier one; not what YouTube already fulfilled of a video."""
    if other.video_id is None:
        return True
    return (_opposite(one, other) or _continues(one, other)) and not satisfied(shown, one)


def _ends(edit: Edit) -> set[str]:
    return {end for end in (edit.from_playlist, edit.to_playlist) if end is not None}


def _opposite(one: Edit, other: Edit) -> bool:
    there_and_back = (one.from_playlist, one.to_playlist) == (other.to_playlist, other.from_playlist)
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
    if other.kind is EditKind.REMOVE:
        return replace(_taking(one), edit_id=other.edit_id, made_at=other.made_at, starred=other.starred)
    # What YouTube showed of the video when either was wished is no news.
    seen = tuple((Counter(one.seen) | Counter(other.seen)).elements())
    return replace(other, kind=one.kind, item_id=one.item_id, from_playlist=one.from_playlist, seen=seen)


def _taking(move: Edit) -> Edit:
    """What of a move is left where the video is not to be put anywhere."""
    return replace(move, kind=EditKind.REMOVE, to_playlist=None, after_item=None, title=None, seen=(), copies=1)


def _will_go(deletion: Edit, shown: WorkingCopy) -> bool:
    """Whether a deletion needs no asking: everything that YouTube shows in the playlist was seen when it was wished."""
    playlist = shown.get(deletion.from_playlist or "")
    return playlist is None or set(playlist.items) <= set(deletion.seen)
