"""What a person approved and what is left of it: whether a fresh plan still is a part of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lib.models import JournalEntry, Library, Operation, OperationKind, Plan, State
from lib.sync.guard import NOWHERE, UNAVAILABLE

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
    said = {(guard, _key(e.operation)) for e in entries for guard in e.operation.before.get(CONFIRMED, ())}
    of_op = {op.op_id: _key(op) for op in plan.operations}
    news = {(g.guard_id, of_op[op_id]) for g in plan.guards if g.guard_id in (NOWHERE, UNAVAILABLE) for op_id in g.ops}
    return news <= said


def confirmed(plan: Plan) -> tuple[Operation, ...]:
    """The operations of an approved plan, each with the guards that named it."""
    return tuple(_with_guards(op, [g.guard_id for g in plan.guards if op.op_id in g.ops]) for op in plan.operations)


def faces(library: Library) -> dict[str, tuple[object, ...]]:
    """What a plan depends on of each playlist: its title, and its items in order."""
    return {
        key: (p.title, p.writable, *((item.item_id, item.video_id) for item in p.items))
        for key, p in library.playlists.items()
    }


def _with_guards(operation: Operation, guards: list[str]) -> Operation:
    return replace(operation, before={**operation.before, CONFIRMED: guards}) if guards else operation


def _key(operation: Operation) -> _Key:
    return (operation.kind, operation.playlist_id, operation.video_id, operation.item_id, operation.title)
