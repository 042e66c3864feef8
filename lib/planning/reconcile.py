"""Three-way reconciling: what base showed when each edit was made, what the edits ask for, what YouTube shows now.

`reconcile` is the main function. It applies the edits, in order, to the library that YouTube shows. An edit that YouTube
already fulfils is absorbed; an edit of something that changed otherwise meanwhile becomes a conflict and is left out of
the target. `open_conflicts` gives the same conflicts with what each of their choices means.

The cases are those of Balasubramaniam and Pierce, "What is a file synchronizer?" (1998), for items and for orders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from lib.models import MOST_ITEMS, Conflict, Edit, EditKind, HeldBack, Item, Library, Playlist
from lib.planning import conflicts
from lib.planning.conflicts import Dispute, MergeView, OpenConflict
from lib.planning.order import same_order
from lib.planning.squash import SquashedEdit, squash
from lib.planning.working_copy import (
    PlaylistCopy,
    WorkingCopy,
    changed_playlist,
    holds_source,
    named_playlists,
    satisfied,
    working_copy,
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What reconcile found: the library to reach, the edits YouTube already satisfies, and what must be asked."""

    target: Library
    absorbed: tuple[int, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


NO_TITLES: Mapping[str, str] = MappingProxyType({})


def reconcile(
    remote: Library,
    edits: Sequence[Edit],
    *,
    unavailable: Collection[str] = (),
    held_back: Collection[HeldBack] = (),
    titles: Mapping[str, str] = NO_TITLES,
) -> Reconciled:
    """The library to reach from `remote`, the edits it already satisfies, and the conflicts. Edits apply in order.

    The edits are squashed first, see `squash`. Edits that together change nothing are absorbed too.
    `unavailable` are the videos YouTube would not take into a playlist, `held_back` the playlists of `remote` whose
    newer listing was not believed, so that the edits of them have to wait; `titles` name videos in the questions.
    """
    merge = _merge(remote, edits, unavailable, held_back, titles)
    target, idle = merge.outcome()
    conflicts = tuple(question.conflict for question in merge.questions())
    return Reconciled(target, tuple(sorted([*merge.absorbed, *idle])), conflicts)


def open_conflicts(
    remote: Library,
    edits: Sequence[Edit],
    *,
    unavailable: Collection[str] = (),
    held_back: Collection[HeldBack] = (),
    titles: Mapping[str, str] = NO_TITLES,
) -> list[OpenConflict]:
    """The conflicts of `reconcile` as questions: with the edits that each choice stands for."""
    return _merge(remote, edits, unavailable, held_back, titles).questions()


def _merge(
    remote: Library,
    edits: Sequence[Edit],
    unavailable: Collection[str],
    held_back: Collection[HeldBack],
    titles: Mapping[str, str],
) -> _Merge:
    """The squashed edits applied to what YouTube shows; an edit that only removes a video waits while its insert is a conflict."""
    squashed_edits, absorbed = squash(edits, working_copy(remote))
    waiting: list[SquashedEdit] = []
    missing: set[str | None] = set()
    while True:
        view = MergeView(remote, working_copy(remote), working_copy(remote), set(unavailable), titles)
        merge = _Merge(view, list(absorbed), {held.playlist_id: held for held in held_back}, waiting)
        merge.apply_all(squashed_edits, missing)
        asked = {i for squashed in (*merge.asked, *waiting) for i in squashed.edit_ids}
        left = [squashed for squashed in squashed_edits if not asked & set(squashed.part_of)]
        lost = {squashed.edit.item_id for squashed in merge.asked} | missing
        if len(left) == len(squashed_edits) and lost == missing:
            return merge
        waiting, missing = [*waiting, *(squashed for squashed in squashed_edits if asked & set(squashed.part_of))], lost
        squashed_edits = left


class _Merge:
    """The squashed edits by what became of them.

    `applied` are in `local`; `asked` became conflicts: `single` those of one edit each, `halted` those of a playlist that
    is held back, `stranded` those of a playlist that is gone, both by playlist id. `waiting` wait for edits in `asked`.
    """

    def __init__(
        self, view: MergeView, absorbed: list[int], held_back: Mapping[str, HeldBack], waiting: Sequence[SquashedEdit]
    ) -> None:
        self.view, self.absorbed, self.held_back, self.waiting = view, absorbed, held_back, waiting
        self.applied: list[SquashedEdit] = []
        self.asked: list[SquashedEdit] = []
        self.single: list[OpenConflict] = []
        self.halted: defaultdict[str, list[SquashedEdit]] = defaultdict(list)
        self.stranded: defaultdict[str, list[SquashedEdit]] = defaultdict(list)

    def apply_all(self, squashed_edits: Sequence[SquashedEdit], missing: Collection[str | None]) -> None:
        """Apply the edits in their order; `missing` are items that somebody else removed."""
        ghosts = _ghosts(self.view.shown, self.view.local, squashed_edits, missing)
        for squashed in squashed_edits:
            _drop_ghost(self.view.shown, self.view.local, squashed.edit, ghosts)
            believed = not named_playlists(squashed.edit) & self.held_back.keys()
            if believed and satisfied(self.view.local, squashed.edit) and satisfied(self.view.shown, squashed.edit):
                self.absorbed += squashed.edit_ids
            elif self._dispute(squashed):
                self.asked.append(squashed)
                self.view.disputed.add(squashed.edit.video_id or "")
            else:
                self.applied.append(squashed)

    def _dispute(self, squashed: SquashedEdit) -> bool:
        """Apply one edit and return False, or note its conflict and return True."""
        edit = squashed.edit
        if halted := named_playlists(edit) & self.held_back.keys():
            for playlist_id in halted:
                self.halted[playlist_id].append(squashed)
        elif (lost := _lost_playlist(self.view, edit)) is not None:
            self.stranded[lost].append(squashed)
        elif dispute := _apply(self.view, edit):
            self.single.append(OpenConflict(f"c{edit.edit_id}", squashed.edit_ids, *dispute))
        else:
            return False
        return True

    def questions(self) -> list[OpenConflict]:
        """The conflicts: one for each edit, then one for each playlist that is gone or held back."""
        single = [conflicts.followed(conflict, self._followers(conflict.edit_ids)) for conflict in self.single]
        stranded = [conflicts.gone(key, self._with_followers(w), self.view.remote) for key, w in self.stranded.items()]
        halted = [
            conflicts.held_back_conflict(self.held_back[key], self._with_followers(w)) for key, w in self.halted.items()
        ]
        return [conflict for conflict in (*single, *stranded, *halted) if conflict.edit_ids]

    def _followers(self, edit_ids: Collection[int]) -> list[SquashedEdit]:
        """The edits that wait because one with these ids is a conflict."""
        followers: list[SquashedEdit] = []
        known = set(edit_ids)
        for squashed in self.waiting:
            if squashed.edit_ids and known & set(squashed.part_of):
                followers.append(squashed)
                known |= set(squashed.edit_ids)
        return followers

    def _with_followers(self, squashed_edits: Sequence[SquashedEdit]) -> list[SquashedEdit]:
        return [*squashed_edits, *self._followers({i for squashed in squashed_edits for i in squashed.edit_ids})]

    def outcome(self) -> tuple[Library, list[int]]:
        """The library to reach, and the edits that together change nothing in it."""
        remote = self.view.remote
        target = Library({key: playlist_copy.playlist() for key, playlist_copy in self.view.local.items()})
        idle = _idle(remote, target, [squashed.edit for squashed in self.applied])
        for playlist_id in idle & remote.playlists.keys():
            target = target.with_playlist(remote.playlists[playlist_id])
        return target, [
            i for squashed in self.applied if named_playlists(squashed.edit) <= idle for i in squashed.edit_ids
        ]


def _ghosts(
    shown: WorkingCopy, local: WorkingCopy, squashed_edits: Sequence[SquashedEdit], missing: Collection[str | None]
) -> set[str]:
    """The ids of items that are to be taken and are gone already, as in the middle of a push.

    Until the edit that removes one is applied, the playlist counts as still holding it: an earlier edit that asks for
    two copies was made when it did. The `missing`, which an edit in conflict was to remove, are left out: it was not
    our push that removed them.
    """
    ghosts = set()
    for edit in (squashed.edit for squashed in squashed_edits if squashed.edit.item_id not in missing):
        source = edit.from_playlist
        if (
            edit.item_id is not None
            and source in shown
            and not holds_source(shown, edit)
            and edit.item_id not in ghosts
        ):
            ghosts.add(edit.item_id)
            for side in (shown, local):
                side[source].copies[edit.video_id or ""] += 1
    return ghosts


def _drop_ghost(shown: WorkingCopy, local: WorkingCopy, edit: Edit, ghosts: set[str]) -> None:
    """From the edit on that removes a ghost, its playlist no longer counts as holding it."""
    if edit.item_id in ghosts and edit.from_playlist in shown:
        ghosts.discard(edit.item_id)
        for side in (shown, local):
            if edit.from_playlist in side:
                side[edit.from_playlist].copies[edit.video_id or ""] -= 1


def _lost_playlist(view: MergeView, edit: Edit) -> str | None:
    """The id of the playlist without which an edit cannot be applied and that is gone, else None; its edits have to wait."""
    if edit.kind is EditKind.CREATE or satisfied(view.local, edit):
        return None
    if changed_playlist(edit) not in view.local:
        return changed_playlist(edit)
    source = edit.from_playlist
    gone = source is not None and source not in view.shown and source not in view.local
    return source if gone and edit.kind is EditKind.MOVE else None


def _apply(view: MergeView, edit: Edit) -> Dispute | None:
    """Apply one edit to `local`, or return its conflict."""
    if satisfied(view.local, edit):
        return None
    if edit.kind is not EditKind.CREATE and not view.local[changed_playlist(edit)].facts.writable:
        return conflicts.read_only(view, edit)
    return _RULES[edit.kind](view, edit)


def _create(view: MergeView, edit: Edit) -> None:
    view.local[edit.to_playlist or ""] = PlaylistCopy(Playlist(edit.to_playlist or "", edit.title or ""))


def _add(view: MergeView, edit: Edit) -> Dispute | None:
    return _put(view, edit, Item(None, edit.video_id or ""))


def _put(view: MergeView, edit: Edit, item: Item) -> Dispute | None:
    """Put a new item into the playlist of the edit, unless YouTube would refuse it."""
    if item.video_id in view.unavailable:
        return conflicts.refused(view, edit)
    target, shown = view.local[edit.to_playlist or ""], view.shown.get(edit.to_playlist or "")
    # what the plan takes out makes no room yet: of a move the new item comes first, and elsewhere the old one may stay
    if (len(shown.items) if shown else 0) + target.new_items >= MOST_ITEMS:
        return conflicts.full(view, edit)
    target.put(item, edit.after_item)
    return None


def _move(view: MergeView, edit: Edit) -> Dispute | None:
    source, target = view.local.get(edit.from_playlist or ""), view.local[edit.to_playlist or ""]
    key = source.find(edit) if source is not None and source.facts.writable else None
    if source is None or key is None:
        # An earlier edit took it, or it can only be copied: the video is wanted in both places.
        wanted = (source is not None and not source.facts.writable) or holds_source(view.shown, edit)
        return _add(view, edit) if wanted else conflicts.moved_but_gone(view, edit)
    item = source.items[key]
    if source is target:
        target.put(source.take(key), edit.after_item)
        return None
    if target.copies[item.video_id] < edit.copies:
        refusal = _put(view, edit, Item(None, item.video_id, note=item.note))
        if refusal is not None:
            return refusal
    source.take(key)
    return None


def _remove(view: MergeView, edit: Edit) -> Dispute | None:
    source = view.local[edit.from_playlist or ""]
    key = source.find(edit)
    if key is not None and edit.seen and source.items[key].note != edit.seen[0]:
        return conflicts.noted(view, edit)
    if key is not None:
        source.take(key)
    return None


def _rename(view: MergeView, edit: Edit) -> Dispute | None:
    target, before = view.local[edit.to_playlist or ""], view.shown.get(edit.to_playlist or "")
    if before is not None and before.facts.title not in edit.seen:
        return conflicts.renamed(view, edit, before.facts.title)
    target.facts = replace(target.facts, title=edit.title or "")
    return None


def _reorder(view: MergeView, edit: Edit) -> Dispute | None:
    before = view.shown.get(edit.to_playlist or "")
    if before is not None and not same_order(before.videos(), edit.seen):
        return conflicts.rearranged(view, edit)
    view.local[edit.to_playlist or ""].arrange(edit.order)
    return None


def _delete(view: MergeView, edit: Edit) -> Dispute | None:
    before, going = view.shown.get(edit.from_playlist or ""), view.local[edit.from_playlist or ""]
    if before is not None:
        # What left the playlist since (perhaps by our own push) is no reason to ask; what came into it is.
        unseen, title = set(before.items) - set(edit.seen), before.facts.title
        if unseen or edit.title not in (None, title):
            return conflicts.filled(view, edit, len(unseen), title)
    if view.disputed & set(going.videos()):
        return conflicts.undecided(view, edit)
    del view.local[edit.from_playlist or ""]
    return None


_RULES: dict[EditKind, Callable[[MergeView, Edit], Dispute | None]] = {
    EditKind.ADD: _add,
    EditKind.MOVE: _move,
    EditKind.REMOVE: _remove,
    EditKind.CREATE: _create,
    EditKind.RENAME: _rename,
    EditKind.REORDER: _reorder,
    EditKind.DELETE: _delete,
}


def _idle(remote: Library, target: Library, edits: Sequence[Edit]) -> set[str]:
    """The playlists among those the edits name that need no write, nor does any other that edits tie them to."""
    named = set().union(*map(named_playlists, edits))
    busy = {
        key
        for key in named
        if _title_and_videos(remote.playlists.get(key)) != _title_and_videos(target.playlists.get(key))
    }
    before = -1
    while before != len(busy):
        before = len(busy)
        busy |= {end for edit in edits if named_playlists(edit) & busy for end in named_playlists(edit)}
    return named - busy


def _title_and_videos(playlist: Playlist | None) -> tuple[str, ...] | None:
    return None if playlist is None else (playlist.title, *(item.video_id for item in playlist.items))
