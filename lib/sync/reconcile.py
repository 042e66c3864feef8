"""Three-way: what base showed when each edit was made, what the user wishes, what YouTube shows now.

`reconcile` is the way in. It lays the edits, in order, on the library that YouTube shows. A wish that YouTube already
fulfils is absorbed; a wish about something that changed otherwise meanwhile becomes a conflict and is left out of the
target. `insist` turns a wish that lost its ground into the same wish on the ground of today.

The cases are those of Balasubramaniam and Pierce, "What is a file synchronizer?" (1998), for items and for orders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lib.models import Conflict, Edit, EditKind, Item, Library, Playlist, Reconciled
from lib.sync.condense import Wish, condense
from lib.sync.order import same_order
from lib.sync.shelf import Shelf, Shelves, held, satisfied, shelves, written

DROP = "drop this edit"


_Grievance = tuple[str, tuple[str, ...]]
"""What is to be asked, and the choices: the first insists where there are two, the last one gives the edit up."""


def reconcile(remote: Library, edits: Sequence[Edit]) -> Reconciled:
    """The library to reach from `remote`, the edits it already satisfies, and the conflicts. Edits apply in order.

    What the edits amount to is laid on, see `condense`. Wishes are also absorbed when together they change nothing.
    """
    shown, local = shelves(remote), shelves(remote)
    wishes, absorbed = condense(edits, shown)
    ghosts = _ghosts(shown, local, wishes)
    conflicts: list[Conflict] = []
    applied: list[Wish] = []
    for wish in wishes:
        _lay_to_rest(shown, local, wish.edit, ghosts)
        if satisfied(local, wish.edit) and satisfied(shown, wish.edit):
            absorbed += wish.edit_ids
        elif grievance := _lay(shown, local, wish.edit):
            conflicts.append(Conflict(f"c{wish.edit.edit_id}", wish.edit_ids, *grievance))
        else:
            applied.append(wish)
    target = Library({key: shelf.playlist() for key, shelf in local.items()})
    idle = _idle(remote, target, [wish.edit for wish in applied])
    absorbed += [i for wish in applied if _ends(wish.edit) <= idle for i in wish.edit_ids]
    for playlist_id in idle & remote.playlists.keys():
        target = target.with_playlist(remote.playlists[playlist_id])
    return Reconciled(target, tuple(sorted(absorbed)), tuple(conflicts))


def insist(edit: Edit, remote: Library) -> Edit:
    """The same wish, made in sight of what YouTube shows now: what "use mine" turns a conflicting edit into."""
    playlist = remote.playlists.get(edit.to_playlist or edit.from_playlist or "")
    if edit.kind is EditKind.MOVE:
        return replace(edit, kind=EditKind.ADD, from_playlist=None, item_id=None)
    if playlist is None:
        return edit
    if edit.kind is EditKind.RENAME:
        return replace(edit, seen=(playlist.title,))
    if edit.kind is EditKind.REORDER:
        return replace(edit, seen=tuple(item.video_id for item in playlist.items))
    if edit.kind is EditKind.DELETE:
        return replace(edit, seen=tuple(item.item_id or "" for item in playlist.items))
    return edit


def _ghosts(shown: Shelves, local: Shelves, wishes: Sequence[Wish]) -> set[str]:
    """The ids of items that are to be taken and are gone already, as in the middle of a push.

    Until the turn of the wish that takes one, the playlist counts as still holding it: what earlier wishes ask for,
    "two copies at least", was asked for when it did.
    """
    ghosts = set()
    for edit in (wish.edit for wish in wishes):
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


def _lay(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance | None:
    """Lay one edit on `local`, or say why that has to be asked first."""
    if satisfied(local, edit):
        return None
    if edit.kind is not EditKind.CREATE:
        changed = written(edit)
        if changed not in local:
            return f"{_wish(local, edit)}; that playlist is gone.", (DROP,)
        if not local[changed].facts.writable:
            return f"{_wish(local, edit)}; that playlist can only be read.", (DROP,)
    return _RULES[edit.kind](shown, local, edit)


def _create(shown: Shelves, local: Shelves, edit: Edit) -> None:
    local[edit.to_playlist or ""] = Shelf(Playlist(edit.to_playlist or "", edit.title or ""))


def _add(shown: Shelves, local: Shelves, edit: Edit) -> None:
    local[edit.to_playlist or ""].put(Item(None, edit.video_id or ""), edit.after_item)


def _move(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance | None:
    source, goal = local.get(edit.from_playlist or ""), local[edit.to_playlist or ""]
    if source is not None and not source.facts.writable:
        _add(shown, local, edit)
        return None
    key = source.find(edit) if source is not None else None
    if source is None or key is None:
        if not held(shown, edit):
            return _moved_but_gone(shown, local, edit)
        # An earlier edit took it: the video is wanted in both places.
        _add(shown, local, edit)
        return None
    item = source.take(key)
    if source is goal:
        goal.put(item, edit.after_item)
    elif goal.copies[item.video_id] < edit.copies:
        goal.put(Item(None, item.video_id, note=item.note), edit.after_item)
    return None


def _moved_but_gone(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance:
    homes = [shelf.facts.title for shelf in shown.values() if edit.video_id in shelf.videos()]
    now = f"; it now stands in {', '.join(map(_quoted, homes))}" if homes else ""
    what = f"{_wish(local, edit)}; on YouTube it was removed from {_title(local, edit.from_playlist)}{now}."
    return what, (f"keep in {local[edit.to_playlist or ''].facts.title}", "leave it removed")


def _remove(shown: Shelves, local: Shelves, edit: Edit) -> None:
    source = local[edit.from_playlist or ""]
    if key := source.find(edit):
        source.take(key)


def _rename(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance | None:
    goal, before = local[edit.to_playlist or ""], shown.get(edit.to_playlist or "")
    if before is not None and before.facts.title not in edit.seen:
        seen = _quoted(*edit.seen[:1])
        return f"You renamed {seen} to {_quoted(edit.title)}; on YouTube it became {_quoted(before.facts.title)}.", (
            "use mine",
            "keep YouTube's",
        )
    goal.facts = replace(goal.facts, title=edit.title or "")
    return None


def _reorder(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance | None:
    before = shown.get(edit.to_playlist or "")
    if before is not None and not same_order(before.videos(), edit.seen):
        return f"{_wish(local, edit)}; on YouTube its order was changed otherwise.", ("mine", "YouTube's")
    local[edit.to_playlist or ""].arrange(edit.order)
    return None


def _delete(shown: Shelves, local: Shelves, edit: Edit) -> _Grievance | None:
    before = shown.get(edit.from_playlist or "")
    # What left the playlist since (perhaps by our own push) is no reason to ask; what came into it is.
    unseen = set(before.items) - set(edit.seen) if before is not None else set()
    if unseen:
        return f"{_wish(local, edit)}; on YouTube {len(unseen)} came into it since.", (
            "delete it all the same",
            "keep it",
        )
    del local[edit.from_playlist or ""]
    return None


_RULES: dict[EditKind, Callable[[Shelves, Shelves, Edit], _Grievance | None]] = {
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


def _wish(local: Shelves, edit: Edit) -> str:
    """What the user did, as the beginning of a sentence; videos by id, playlists by title."""
    source, goal = _title(local, edit.from_playlist), _title(local, edit.to_playlist)
    return {
        EditKind.ADD: f"You added {edit.video_id} to {goal}",
        EditKind.MOVE: f"You moved {edit.video_id} from {source} to {goal}",
        EditKind.REMOVE: f"You removed {edit.video_id} from {source}",
        EditKind.RENAME: f"You renamed {goal} to {_quoted(edit.title)}",
        EditKind.REORDER: f"You changed the order of {goal}",
        EditKind.DELETE: f"You deleted {source}",
    }[edit.kind]


def _title(local: Shelves, playlist_id: str | None) -> str:
    return _quoted(local[playlist_id].facts.title if playlist_id in local else playlist_id)


def _quoted(text: str | None = None) -> str:
    return f'"{text or ""}"'
