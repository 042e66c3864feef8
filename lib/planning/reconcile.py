"""Three-way: what base showed when each edit was made, what the user wishes, what YouTube shows now.

`reconcile` is the way in. It lays the edits, in order, on the library that YouTube shows. A wish that YouTube already
fulfils is absorbed; a wish about something that changed otherwise meanwhile becomes a conflict and is left out of the
target. `ask` gives the same conflicts with what each of their choices means.

The cases are those of Balasubramaniam and Pierce, "What is a file synchronizer?" (1998), for items and for orders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from lib.models import MOST_ITEMS, Conflict, Edit, EditKind, HeldBack, Item, Library, Playlist
from lib.planning import conflicts
from lib.planning.conflicts import Grievance, Question, Sight
from lib.planning.order import same_order
from lib.planning.squash import Wish, condense
from lib.planning.working_copy import Shelf, Shelves, held, satisfied, shelves, written


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

    What the edits amount to is laid on, see `condense`. Wishes are also absorbed when together they change nothing.
    `unavailable` are the videos YouTube would not take into a playlist, `held_back` the playlists of `remote` whose
    newer listing was not believed, so that what is wished there has to wait; `titles` name videos in the questions.
    """
    merge = _merge(remote, edits, unavailable, held_back, titles)
    target, idle = merge.outcome()
    conflicts = tuple(question.conflict for question in merge.questions())
    return Reconciled(target, tuple(sorted([*merge.absorbed, *idle])), conflicts)


def ask(
    remote: Library,
    edits: Sequence[Edit],
    *,
    unavailable: Collection[str] = (),
    held_back: Collection[HeldBack] = (),
    titles: Mapping[str, str] = NO_TITLES,
) -> list[Question]:
    """The conflicts of `reconcile` as questions: with the edits that each choice stands for."""
    return _merge(remote, edits, unavailable, held_back, titles).questions()


def _merge(
    remote: Library,
    edits: Sequence[Edit],
    unavailable: Collection[str],
    held_back: Collection[HeldBack],
    titles: Mapping[str, str],
) -> _Merge:
    """The wishes laid on what YouTube shows; what would only take a video waits while its putting is asked about."""
    wishes, absorbed = condense(edits, shelves(remote))
    waiting: list[Wish] = []
    missing: set[str | None] = set()
    while True:
        sight = Sight(remote, shelves(remote), shelves(remote), set(unavailable), titles)
        merge = _Merge(sight, list(absorbed), {one.playlist_id: one for one in held_back}, waiting)
        merge.lay_all(wishes, missing)
        asked = {i for wish in (*merge.asked, *waiting) for i in wish.edit_ids}
        left = [wish for wish in wishes if not asked & set(wish.part_of)]
        lost = {wish.edit.item_id for wish in merge.asked} | missing
        if len(left) == len(wishes) and lost == missing:
            return merge
        waiting, missing = [*waiting, *(wish for wish in wishes if asked & set(wish.part_of))], lost
        wishes = left


class _Merge:
    """The wishes by what became of them."""

    def __init__(
        self, sight: Sight, absorbed: list[int], held_back: Mapping[str, HeldBack], waiting: Sequence[Wish]
    ) -> None:
        self.sight, self.absorbed, self.held_back, self.waiting = sight, absorbed, held_back, waiting
        self.applied: list[Wish] = []
        self.asked: list[Wish] = []
        self.single: list[Question] = []
        self.halted: defaultdict[str, list[Wish]] = defaultdict(list)
        self.stranded: defaultdict[str, list[Wish]] = defaultdict(list)

    def lay_all(self, wishes: Sequence[Wish], missing: Collection[str | None]) -> None:
        """Lay the wishes in their order; `missing` are items that somebody else took."""
        ghosts = _ghosts(self.sight.shown, self.sight.local, wishes, missing)
        for wish in wishes:
            _lay_to_rest(self.sight.shown, self.sight.local, wish.edit, ghosts)
            believed = not _ends(wish.edit) & self.held_back.keys()
            if believed and satisfied(self.sight.local, wish.edit) and satisfied(self.sight.shown, wish.edit):
                self.absorbed += wish.edit_ids
            elif self._dispute(wish):
                self.asked.append(wish)
                self.sight.disputed.add(wish.edit.video_id or "")
            else:
                self.applied.append(wish)

    def _dispute(self, wish: Wish) -> bool:
        """Lay one wish, or note what has to be asked about it; whether it has to."""
        edit = wish.edit
        if halted := _ends(edit) & self.held_back.keys():
            for playlist_id in halted:
                self.halted[playlist_id].append(wish)
        elif (lost := _lost_playlist(self.sight, edit)) is not None:
            self.stranded[lost].append(wish)
        elif grievance := _lay(self.sight, edit):
            self.single.append(Question(f"c{edit.edit_id}", wish.edit_ids, *grievance))
        else:
            return False
        return True

    def questions(self) -> list[Question]:
        """What has to be asked: wish by wish, then what is gone or held back, one question a playlist."""
        single = [conflicts.followed(one, self._followers(one.edit_ids)) for one in self.single]
        stranded = [conflicts.gone(key, self._with_followers(w), self.sight.remote) for key, w in self.stranded.items()]
        halted = [conflicts.held(self.held_back[key], self._with_followers(w)) for key, w in self.halted.items()]
        return [one for one in (*single, *stranded, *halted) if one.edit_ids]

    def _followers(self, edit_ids: Collection[int]) -> list[Wish]:
        """The wishes that wait because one with these edits is asked about."""
        found: list[Wish] = []
        known = set(edit_ids)
        for wish in self.waiting:
            if wish.edit_ids and known & set(wish.part_of):
                found.append(wish)
                known |= set(wish.edit_ids)
        return found

    def _with_followers(self, wishes: Sequence[Wish]) -> list[Wish]:
        return [*wishes, *self._followers({i for wish in wishes for i in wish.edit_ids})]

    def outcome(self) -> tuple[Library, list[int]]:
        """The library to reach, and the edits that together change nothing in it."""
        remote = self.sight.remote
        target = Library({key: shelf.playlist() for key, shelf in self.sight.local.items()})
        idle = _idle(remote, target, [wish.edit for wish in self.applied])
        for playlist_id in idle & remote.playlists.keys():
            target = target.with_playlist(remote.playlists[playlist_id])
        return target, [i for wish in self.applied if _ends(wish.edit) <= idle for i in wish.edit_ids]


def _ghosts(shown: Shelves, local: Shelves, wishes: Sequence[Wish], missing: Collection[str | None]) -> set[str]:
    """The ids of items that are to be taken and are gone already, as in the middle of a push.

    Until the turn of the wish that takes one, the playlist counts as still holding it: what earlier wishes ask for,
    "two copies at least", was asked for when it did. Not those `missing` that a wish in dispute was to take: there it
    was not our push that took them.
    """
    ghosts = set()
    for edit in (wish.edit for wish in wishes if wish.edit.item_id not in missing):
        source = edit.from_playlist
        if edit.item_id is not None and source in shown and not held(shown, edit) and edit.item_id not in ghosts:
            ghosts.add(edit.item_id)
            for side in (shown, local):
                side[source].copies[edit.video_id or ""] += 1
    return ghosts


def _lay_to_rest(shown: Shelves, local: Shelves, edit: Edit, ghosts: set[str]) -> None:
    if edit.item_id in ghosts and edit.from_playlist in shown:
        ghosts.discard(edit.item_id)
        for side in (shown, local):
            if edit.from_playlist in side:
                side[edit.from_playlist].copies[edit.video_id or ""] -= 1


def _lost_playlist(sight: Sight, edit: Edit) -> str | None:
    """The playlist of an edit that there is no more, whose edits all have to wait; an order of new ones is no such."""
    if edit.kind is EditKind.CREATE or satisfied(sight.local, edit):
        return None
    if written(edit) not in sight.local:
        return written(edit)
    source = edit.from_playlist
    gone = source is not None and source not in sight.shown and source not in sight.local
    return source if gone and edit.kind is EditKind.MOVE else None


def _lay(sight: Sight, edit: Edit) -> Grievance | None:
    """Lay one edit on `local`, or say why that has to be asked first."""
    if satisfied(sight.local, edit):
        return None
    if edit.kind is not EditKind.CREATE and not sight.local[written(edit)].facts.writable:
        return conflicts.read_only(sight, edit)
    return _RULES[edit.kind](sight, edit)


def _create(sight: Sight, edit: Edit) -> None:
    sight.local[edit.to_playlist or ""] = Shelf(Playlist(edit.to_playlist or "", edit.title or ""))


def _add(sight: Sight, edit: Edit) -> Grievance | None:
    return _put(sight, edit, Item(None, edit.video_id or ""))


def _put(sight: Sight, edit: Edit, item: Item) -> Grievance | None:
    """Put a new item where the edit wishes it, unless YouTube would refuse it."""
    if item.video_id in sight.unavailable:
        return conflicts.refused(sight, edit)
    goal, shown = sight.local[edit.to_playlist or ""], sight.shown.get(edit.to_playlist or "")
    # what the plan takes out makes no room yet: of a move the new item comes first, and elsewhere the old one may stay
    if (len(shown.items) if shown else 0) + goal.wishes >= MOST_ITEMS:
        return conflicts.full(sight, edit)
    goal.put(item, edit.after_item)
    return None


def _move(sight: Sight, edit: Edit) -> Grievance | None:
    source, goal = sight.local.get(edit.from_playlist or ""), sight.local[edit.to_playlist or ""]
    key = source.find(edit) if source is not None and source.facts.writable else None
    if source is None or key is None:
        # An earlier edit took it, or it can only be copied: the video is wanted in both places.
        wanted = (source is not None and not source.facts.writable) or held(sight.shown, edit)
        return _add(sight, edit) if wanted else conflicts.moved_but_gone(sight, edit)
    item = source.items[key]
    if source is goal:
        goal.put(source.take(key), edit.after_item)
        return None
    if goal.copies[item.video_id] < edit.copies:
        refusal = _put(sight, edit, Item(None, item.video_id, note=item.note))
        if refusal is not None:
            return refusal
    source.take(key)
    return None


def _remove(sight: Sight, edit: Edit) -> Grievance | None:
    source = sight.local[edit.from_playlist or ""]
    key = source.find(edit)
    if key is not None and edit.seen and source.items[key].note != edit.seen[0]:
        return conflicts.noted(sight, edit)
    if key is not None:
        source.take(key)
    return None


def _rename(sight: Sight, edit: Edit) -> Grievance | None:
    goal, before = sight.local[edit.to_playlist or ""], sight.shown.get(edit.to_playlist or "")
    if before is not None and before.facts.title not in edit.seen:
        return conflicts.renamed(sight, edit, before.facts.title)
    goal.facts = replace(goal.facts, title=edit.title or "")
    return None


def _reorder(sight: Sight, edit: Edit) -> Grievance | None:
    before = sight.shown.get(edit.to_playlist or "")
    if before is not None and not same_order(before.videos(), edit.seen):
        return conflicts.rearranged(sight, edit)
    sight.local[edit.to_playlist or ""].arrange(edit.order)
    return None


def _delete(sight: Sight, edit: Edit) -> Grievance | None:
    before, going = sight.shown.get(edit.from_playlist or ""), sight.local[edit.from_playlist or ""]
    if before is not None:
        # What left the playlist since (perhaps by our own push) is no reason to ask; what came into it is.
        unseen, title = set(before.items) - set(edit.seen), before.facts.title
        if unseen or edit.title not in (None, title):
            return conflicts.filled(sight, edit, len(unseen), title)
    if sight.disputed & set(going.videos()):
        return conflicts.undecided(sight, edit)
    del sight.local[edit.from_playlist or ""]
    return None


_RULES: dict[EditKind, Callable[[Sight, Edit], Grievance | None]] = {
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
    named = set().union(*map(_ends, edits))
    busy = {key for key in named if _face(remote.playlists.get(key)) != _face(target.playlists.get(key))}
    before = -1
    while before != len(busy):
        before = len(busy)
        busy |= {end for edit in edits if _ends(edit) & busy for end in _ends(edit)}
    return named - busy


def _ends(edit: Edit) -> set[str]:
    return {end for end in (edit.from_playlist, edit.to_playlist) if end is not None}


def _face(playlist: Playlist | None) -> tuple[str, ...] | None:
    return None if playlist is None else (playlist.title, *(item.video_id for item in playlist.items))
