"""Guards: what a plan may not do unless the user types a number, and which new listing a pull does not believe."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from lib.models import Guard, HeldBack, JournalEntry, Library, Operation, OperationKind, Plan, Playlist, State, counted

NOWHERE, UNAVAILABLE, NEW_PLAYLISTS = "nowhere", "unavailable", "new-playlists"
FREE_CREATIONS = 10
"""From more new playlists on a plan asks. YouTube takes about ten a day, and channels were removed for more."""
FREE_DELETES = 10
FREE_SHARE = 0.10
FEW_ITEMS, FEW_PLAYLISTS = 2, 5
"""From so many items on a playlist's losses are asked about; from so many such playlists on, losses everywhere."""


def pairs(operations: Iterable[Operation]) -> dict[int, Operation]:
    """The delete that is the second half of a move, by the op_id of the insert it waits for; one delete an insert."""
    ops = list(operations)
    arriving = {op.op_id: op.video_id for op in ops if op.kind is OperationKind.INSERT}
    halves: dict[int, Operation] = {}
    for op in ops:
        if op.kind is OperationKind.DELETE and op.needs in arriving and arriving[op.needs] == op.video_id:
            halves.setdefault(op.needs, op)
    return halves


def needed(operation: Operation) -> set[int]:
    """The op_ids of the operations that must be done before this one."""
    return {*([operation.needs] if operation.needs else []), *operation.before.get("needs", ())}


def leaving(operation: Operation) -> set[str]:
    """The videos that an operation takes out of a playlist."""
    if operation.kind is OperationKind.DELETE_PLAYLIST:
        return set(operation.before["items"])
    return {operation.video_id} if operation.kind is OperationKind.DELETE and operation.video_id else set()


def doubted(held_back: Iterable[HeldBack]) -> set[tuple[str, str]]:
    """The (playlist, video) pairs that base holds and YouTube did not list: no copy there is one to count on."""
    return {(listing.playlist_id, video_id) for listing in held_back for video_id in listing.missing}


def guards(
    remote: Library,
    target: Library,
    operations: Sequence[Operation],
    unavailable: Collection[str] = (),
    held_back: Iterable[HeldBack] = (),
) -> tuple[Guard, ...]:
    """What the operations would do to `remote` that must be confirmed by typing a number. Moves are not deletes.

    Guard ids: "nowhere", "shrinks:ID", "emptied:ID", "deleted:ID", "unavailable", "new-playlists". `unavailable` are video ids,
    `held_back` the playlists whose newer listing was not believed.
    """
    moved = {op.op_id for op in pairs(operations).values()}
    plain = [op for op in operations if op.kind is OperationKind.DELETE and op.op_id not in moved]
    return (
        *_nowhere(target, operations, doubted(held_back)),
        *_shrinking(remote, target, plain),
        *_deleted(remote, operations),
        *_unavailable(operations, set(unavailable)),
        *_new_playlists(operations),
    )


def held_back(before: Playlist, after_items: Collection[str] | None) -> str | None:
    """Why the new listing of a playlist is not believed, or None when it is.

    `after_items` are the item ids it lists now, None when YouTube answers that there is no such playlist. A listing
    that failed looks like an emptied playlist, so such news is asked about before base takes it.
    """
    known = {item.item_id for item in before.items}
    if not known:
        return None
    items = counted(len(known), "item")
    if after_items is None:
        return f'YouTube says that "{before.title}" does not exist; it had {items}.'
    lost = len(known - set(after_items))
    if not after_items:
        return f'"{before.title}" had {items} and now lists none.'
    if 2 * lost > len(known):
        return f'"{before.title}" lost {lost} of its {items}.'
    return None


def all_shrunk(before: Library, after: Library) -> bool:
    """Whether every playlist lost items at once, which looks like a failing YouTube rather than like a tidy person.

    Only where at least five playlists had two items or more. A playlist that is not in `after` lost all of its items.
    """
    held = [{i.item_id for i in p.items} for p in before.playlists.values() if len(p.items) >= FEW_ITEMS]
    now = {i.item_id for p in after.playlists.values() for i in p.items}
    return len(held) >= FEW_PLAYLISTS and all(items - now for items in held)


def _nowhere(target: Library, operations: Sequence[Operation], doubtful: set[tuple[str, str]]) -> Iterator[Guard]:
    places = {(p.playlist_id, item.video_id) for p in target.playlists.values() for item in p.items} - doubtful
    lost = {video_id for op in operations for video_id in leaving(op)} - {video_id for _, video_id in places}
    ops = tuple(op.op_id for op in operations if lost & leaving(op))
    if ops:
        yield Guard(NOWHERE, f"{counted(len(lost), 'video')} would be in no playlist any more.", len(lost), ops)


def _shrinking(remote: Library, target: Library, plain: Sequence[Operation]) -> Iterator[Guard]:
    by_playlist: defaultdict[str, list[int]] = defaultdict(list)
    for op in plain:
        by_playlist[op.playlist_id].append(op.op_id)
    for playlist_id, ops in by_playlist.items():
        before = remote.playlists[playlist_id]
        if not target.playlists[playlist_id].items:
            yield Guard(
                f"emptied:{playlist_id}",
                f'"{before.title}" would be empty: {counted(len(ops), "item")} deleted.',
                len(ops),
                tuple(ops),
            )
        if len(ops) > max(FREE_DELETES, FREE_SHARE * len(before.items)):
            what = f'{len(ops)} of the {len(before.items)} items of "{before.title}" would be deleted.'
            yield Guard(f"shrinks:{playlist_id}", what, len(ops), tuple(ops))


def _deleted(remote: Library, operations: Sequence[Operation]) -> Iterator[Guard]:
    for op in operations:
        if op.kind is OperationKind.DELETE_PLAYLIST:
            before = remote.playlists[op.playlist_id]
            what = f'The playlist "{before.title}" would be deleted with its {counted(len(before.items), "item")}.'
            yield Guard(f"deleted:{op.playlist_id}", what, max(1, len(before.items)), (op.op_id,))


def _unavailable(operations: Sequence[Operation], unavailable: set[str]) -> Iterator[Guard]:
    ops = tuple(op.op_id for op in operations if unavailable & leaving(op))
    if ops:
        count = sum(len(unavailable & leaving(op)) for op in operations)
        yield Guard(
            UNAVAILABLE, f"{counted(count, 'deleted item')} of unavailable videos can never be put back.", count, ops
        )


def _new_playlists(operations: Sequence[Operation]) -> Iterator[Guard]:
    ops = tuple(op.op_id for op in operations if op.kind is OperationKind.CREATE)
    if len(ops) > FREE_CREATIONS:
        what = (
            f"{len(ops)} new playlists would be made. YouTube takes about {FREE_CREATIONS} a day and has removed channels "
            "that made many more, so the push spreads them over several days."
        )
        yield Guard(NEW_PLAYLISTS, what, len(ops), ops)


CONFIRMED = "confirmed"
"""Key of an operation's `before`: the guards that named it when it was approved."""

_Key = tuple[OperationKind, str, str | None, str | None, str | None]


def approved(operations: Iterable[Operation], entries: Iterable[JournalEntry]) -> bool:
    """Whether all these operations are among those of an open push that were approved and still wait to be sent.

    A playlist that was only planned has its real id in the journal from the moment on that it exists.
    """
    waiting = Counter(_key(entry.operation) for entry in entries if entry.state is State.PLANNED)
    return Counter(map(_key, operations)) <= waiting


def still_approved(plan: Plan, entries: Sequence[JournalEntry]) -> bool:
    """Whether nothing of a fresh plan needs to be asked again.

    Guards were asked when the push was approved; but if a video would now be nowhere, because its other copy has gone
    meanwhile, or could never be put back, because it has died, and that was not said then, it is news.
    """
    if not approved(plan.operations, entries):
        return False
    confirmed_before = {(guard, _key(e.operation)) for e in entries for guard in e.operation.before.get(CONFIRMED, ())}
    of_op = {op.op_id: _key(op) for op in plan.operations}
    news = {(g.guard_id, of_op[op_id]) for g in plan.guards if g.guard_id in (NOWHERE, UNAVAILABLE) for op_id in g.ops}
    return news <= confirmed_before


def confirmed(plan: Plan) -> tuple[Operation, ...]:
    """The operations of an approved plan, each with the guards that named it."""
    return tuple(_with_guards(op, [g.guard_id for g in plan.guards if op.op_id in g.ops]) for op in plan.operations)


def playlist_contents(library: Library) -> dict[str, tuple[object, ...]]:
    """What a plan depends on of each playlist: its title, and its items in order."""
    return {
        key: (p.title, p.writable, *((item.item_id, item.video_id) for item in p.items))
        for key, p in library.playlists.items()
    }


def _with_guards(operation: Operation, guards: list[str]) -> Operation:
    return replace(operation, before={**operation.before, CONFIRMED: guards}) if guards else operation


def _key(operation: Operation) -> _Key:
    return (operation.kind, operation.playlist_id, operation.video_id, operation.item_id, operation.title)
