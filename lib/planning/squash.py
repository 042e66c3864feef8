"""Squashing: an edit that continues, takes back or replaces an earlier edit is joined with it, like git's squash.

Only the joined edits are pushed, so only they can be compared with what YouTube shows, also half-way through a push.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter

from lib.models import Edit, EditKind
from lib.planning.working_copy import WorkingCopy, changed_playlist, holds_source, named_playlists, satisfied


@dataclass(frozen=True, slots=True)
class SquashedEdit:
    """One edit in place of one or several of the user's.

    `edit_ids` are those of the user. `since` is the number, in the order of the edits, at which the removal of a joined
    move takes effect. `part_of`, of an edit that only removes a video, are the edits without which it must not happen:
    they insert the video elsewhere, or delete the playlist into which it was moved.
    """

    edit: Edit
    edit_ids: tuple[int, ...]
    since: int | None = None
    part_of: tuple[int, ...] = ()


def squash(edits: Sequence[Edit], shown: WorkingCopy) -> tuple[list[SquashedEdit], list[int]]:
    """The squashed edits in the order in which to apply them, and the ids of the edits that cancel each other.

    A later edit of a video that only an earlier edit puts there continues it: A to B and then B to C is A to C. A move
    and its opposite cancel each other. A later title or order replaces an earlier one. The edits of a playlist that is
    deleted afterwards are joined with the deletion, and of a move into it only the removal is left. `shown` is what
    YouTube shows.
    """
    squashing = _Squashing(shown)
    for edit in edits:
        squashing.place(SquashedEdit(edit, (edit.edit_id,)), next(squashing.numbers))
    return squashing.in_order(), squashing.cancelled


class _Squashing:
    """The squashed edits so far, in `squashed` by number in the order in which they are applied.

    `cancelled` are the ids of edits that came to nothing.
    """

    def __init__(self, shown: WorkingCopy) -> None:
        self.shown = shown
        self.numbers = count()
        self.squashed: dict[int, SquashedEdit] = {}
        self.cancelled: list[int] = []
        self._numbers_by_subject: defaultdict[str | None, list[int]] = defaultdict(list)

    def place(self, squashed: SquashedEdit, number: int) -> None:
        """Add an edit, joined with the earlier ones it has to do with."""
        edit = squashed.edit
        numbers = self._numbers_by_subject[edit.video_id or edit.to_playlist]
        related = [n for n in reversed(numbers) if n in self.squashed]
        same_playlist = next((n for n in related if edit.to_playlist in named_playlists(self.squashed[n].edit)), None)
        last = next((n for n in related if _touches(self.squashed[n].edit, edit)), None)
        if same_playlist is not None and _repeats(self.squashed[same_playlist].edit, edit):
            self._merge(same_playlist, squashed, number)
        elif last is not None and _joins(self.squashed[last].edit, edit, self.shown):
            self._join(last, squashed, number)
        else:
            self.squashed[number] = squashed
            insort(numbers, number)

    def _merge(self, last: int, squashed: SquashedEdit, number: int) -> None:
        """An earlier edit brings the video into that playlist already: an add has nothing to do, and a move only removes."""
        source = self.shown.get(squashed.edit.from_playlist or "")
        if squashed.edit.kind is EditKind.ADD or (source is not None and not source.facts.writable):
            self.squashed[last] = replace(
                self.squashed[last], edit_ids=(*self.squashed[last].edit_ids, *squashed.edit_ids)
            )
        else:
            self.place(replace(squashed, edit=_removal_of(squashed.edit), part_of=self.squashed[last].edit_ids), number)

    def _join(self, last: int, squashed: SquashedEdit, number: int) -> None:
        """Replace two edits by their joined edit at the number of the second; its removal takes effect at that of the first."""
        before = self.squashed.pop(last)
        joined = _joined(before.edit, squashed.edit)
        edit_ids = (*before.edit_ids, *squashed.edit_ids)
        since = last if before.since is None else before.since
        if joined is None:
            self.cancelled += edit_ids
        elif joined.kind is EditKind.REMOVE:
            self.place(SquashedEdit(joined, edit_ids), since)
        else:
            self.place(SquashedEdit(joined, edit_ids, since), number)

    def in_order(self) -> list[SquashedEdit]:
        """The squashed edits in the order in which to apply them: new playlists first, none for a playlist that is deleted."""
        for number, squashed in sorted(self.squashed.items(), key=itemgetter(0), reverse=True):
            if squashed.edit.kind is EditKind.DELETE and _will_go(squashed.edit, self.shown):
                self._drop_with_playlist(number, squashed)
        numbered = sorted([*self._early_removals(), *self.squashed.items()], key=itemgetter(0))
        in_order = [squashed for _, squashed in numbered]
        return sorted(in_order, key=lambda squashed: squashed.edit.kind is not EditKind.CREATE)

    def _early_removals(self) -> Iterator[tuple[int, SquashedEdit]]:
        """The removal of a joined move as an edit by itself, where other edits stand between the removal and the insert."""
        for number, squashed in self.squashed.items():
            edit, since = squashed.edit, squashed.since
            if edit.kind is not EditKind.MOVE or since is None or not holds_source(self.shown, edit):
                continue
            between = any(since < position < number for position in self.squashed)
            if between and self.shown[edit.from_playlist or ""].facts.writable:
                yield since, SquashedEdit(_removal_of(edit), (), part_of=squashed.edit_ids)

    def _drop_with_playlist(self, number: int, deletion: SquashedEdit) -> None:
        """Join the earlier edits of a playlist with its deletion; of a move into it the removal is left."""
        dropped: list[int] = []
        for earlier, squashed in sorted(self.squashed.items(), key=itemgetter(0)):
            edit, source = squashed.edit, self.shown.get(squashed.edit.from_playlist or "")
            if earlier >= number or changed_playlist(edit) != deletion.edit.from_playlist:
                continue
            if edit.kind is EditKind.MOVE and source is not None and source.facts.writable:
                del self.squashed[earlier]
                start = earlier if squashed.since is None else squashed.since
                self.squashed[start] = replace(squashed, edit=_removal_of(edit), part_of=deletion.edit_ids)
            else:
                dropped += self.squashed.pop(earlier).edit_ids
        self.squashed[number] = replace(deletion, edit_ids=(*dropped, *deletion.edit_ids))


def _touches(earlier: Edit, later: Edit) -> bool:
    """Whether two edits of the same video, or of the same playlist, may have to be joined."""
    if later.video_id is None:
        return earlier.kind is later.kind and earlier.kind in (EditKind.RENAME, EditKind.REORDER)
    if later.item_id is None and later.from_playlist is not None:
        return earlier.kind in (EditKind.ADD, EditKind.MOVE) and earlier.to_playlist == later.from_playlist
    return bool(named_playlists(earlier) & named_playlists(later))


def _repeats(earlier: Edit, later: Edit) -> bool:
    """Whether the earlier edit already brings the video to where the later one is to bring it."""
    return (
        _adds_copy(earlier)
        and _adds_copy(later)
        and earlier.to_playlist == later.to_playlist
        and later.copies <= earlier.copies
    )


def _adds_copy(edit: Edit) -> bool:
    """Whether the playlist holds a copy more afterwards; a move inside one does not."""
    return edit.kind in (EditKind.ADD, EditKind.MOVE) and edit.from_playlist != edit.to_playlist


def _joins(earlier: Edit, later: Edit, shown: WorkingCopy) -> bool:
    """Whether the later edit continues, takes back or replaces the earlier one, unless YouTube shows that one fulfilled."""
    if later.video_id is None:
        return True
    return (_opposite(earlier, later) or _continues(earlier, later)) and not satisfied(shown, earlier)


def _opposite(earlier: Edit, later: Edit) -> bool:
    there_and_back = (earlier.from_playlist, earlier.to_playlist) == (later.to_playlist, later.from_playlist)
    return (
        earlier.kind is later.kind is EditKind.MOVE and there_and_back and earlier.from_playlist != earlier.to_playlist
    )


def _continues(earlier: Edit, later: Edit) -> bool:
    """Whether the later edit takes the video that only the earlier one puts there."""
    adds, takes = earlier.kind in (EditKind.ADD, EditKind.MOVE), later.kind in (EditKind.MOVE, EditKind.REMOVE)
    return adds and takes and later.item_id is None and earlier.to_playlist == later.from_playlist


def _joined(earlier: Edit, later: Edit) -> Edit | None:
    """The edit that two edits amount to; None when they cancel each other."""
    if later.kind is EditKind.REORDER:
        return later
    if later.kind is EditKind.RENAME:
        # a title that the user gave meanwhile is not one that somebody else chose
        return replace(later, seen=(*earlier.seen, earlier.title or "", *later.seen))
    if _opposite(earlier, later) or (earlier.kind is EditKind.ADD and later.kind is EditKind.REMOVE):
        return None
    if later.kind is EditKind.REMOVE:
        return replace(_removal_of(earlier), edit_id=later.edit_id, made_at=later.made_at, starred=later.starred)
    # what YouTube showed of the video when either edit was made is not a change by somebody else
    seen = tuple((Counter(earlier.seen) | Counter(later.seen)).elements())
    return replace(later, kind=earlier.kind, item_id=earlier.item_id, from_playlist=earlier.from_playlist, seen=seen)


def _removal_of(move: Edit) -> Edit:
    """The removal that is left of a move where the video is not to be inserted anywhere."""
    return replace(move, kind=EditKind.REMOVE, to_playlist=None, after_item=None, title=None, seen=(), copies=1)


def _will_go(deletion: Edit, shown: WorkingCopy) -> bool:
    """Whether a deletion is no conflict: everything that YouTube shows in the playlist was there when the edit was made."""
    playlist = shown.get(deletion.from_playlist or "")
    return playlist is None or set(playlist.items) <= set(deletion.seen)
