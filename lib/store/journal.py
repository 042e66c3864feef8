"""The journal: every operation of every push with its state, committed before and after each write to YouTube.

planned -> sent -> done -> undone
sent -> unknown (no clear answer) -> done (found) | planned (not there, send again) | failed
sent -> planned (refused for now) | failed (refused for good)
planned -> conflict (what it changes is no longer so) | blocked (what it needs failed) | done (already so, nothing sent) | failed (too often)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.models import JournalEntry, Operation, OperationKind, State
from lib.store.db import Database, aware, naive

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SENT, State.DONE, State.CONFLICT, State.BLOCKED, State.FAILED}),
    State.SENT: frozenset({State.DONE, State.UNKNOWN, State.PLANNED, State.FAILED}),
    State.UNKNOWN: frozenset({State.DONE, State.PLANNED, State.FAILED}),
    State.DONE: frozenset({State.UNDONE}),
    State.FAILED: frozenset(),
    State.BLOCKED: frozenset(),
    State.CONFLICT: frozenset(),
    State.UNDONE: frozenset(),
}
OPEN = ("running", "paused", "waiting")
"""States of a push that goes on when it is asked to: killed or under way, out of quota, or waiting for the user."""

_COLUMNS = (
    "push_id, op_id, kind, state, playlist_id, video_id, item_id, after_item, title, needs, starred, units, before, "
    "fence, attempts, sent_at, result_id, error"
)


@dataclass(frozen=True, slots=True)
class Push:
    """One push: what was approved, and how far it came."""

    push_id: int
    plan_id: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None


class Journal:
    """Reads and writes pushes and their operations."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def start(self, plan_id: str, at: datetime) -> int:
        """Open a new push and return its number."""
        with self.db.write() as tx:
            push_id = int(tx.execute("SELECT nextval('push_ids')").fetchall()[0][0])
            tx.execute("INSERT INTO pushes VALUES (?, ?, 'running', ?, NULL, '')", [push_id, plan_id, naive(at)])
        return push_id

    def set_state(self, push_id: int, state: str, at: datetime) -> None:
        """Say how a push stands: running, paused, waiting, done or failed."""
        with self.db.write() as tx:
            ended = None if state in OPEN else naive(at)
            tx.execute("UPDATE pushes SET state = ?, ended_at = ? WHERE push_id = ?", [state, ended, push_id])

    def pushes(self) -> list[Push]:
        """All pushes, newest first."""
        rows = self.db.rows("SELECT push_id, plan_id, state, started_at, ended_at FROM pushes ORDER BY push_id DESC")
        return [Push(r[0], r[1], r[2], aware(r[3]), aware(r[4])) for r in rows]

    def open_push(self) -> Push | None:
        """The push that was killed, paused or waits; there is at most one."""
        return next((push for push in self.pushes() if push.state in OPEN), None)

    def plan(self, push_id: int, operations: Sequence[Operation]) -> int:
        """Put a fresh plan into a push in the place of what was planned and never sent.

        Numbers go on behind those already used, and references between the new operations are shifted with them.
        Returns the last number used before.
        """
        with self.db.write() as tx:
            tx.execute("DELETE FROM operations WHERE push_id = ? AND state = 'planned' AND attempts = 0", [push_id])
            tx.execute(
                "UPDATE operations SET state = 'blocked', error = 'planned anew' WHERE push_id = ? AND state = 'planned'",
                [push_id],
            )
            shift = int(self.db.value("SELECT coalesce(max(op_id), 0) FROM operations WHERE push_id = ?", [push_id]))
            for operation in operations:
                _insert(tx, push_id, _shifted(operation, shift))
        return shift

    def entries(self, push_id: int, states: Iterable[State] | None = None) -> list[JournalEntry]:
        """The operations of a push in their order, all or those in some states."""
        wanted = [state.value for state in (states or State)]
        sql = (
            f"SELECT {_COLUMNS} FROM operations WHERE push_id = ? AND list_contains(?::VARCHAR[], state) ORDER BY op_id"
        )
        return [_entry(row) for row in self.db.rows(sql, [push_id, wanted])]

    def entry(self, push_id: int, op_id: int) -> JournalEntry:
        """One operation. Raises `KeyError` where there is none."""
        rows = self.db.rows(f"SELECT {_COLUMNS} FROM operations WHERE push_id = ? AND op_id = ?", [push_id, op_id])
        if not rows:
            raise KeyError((push_id, op_id))
        return _entry(rows[0])

    def advance(self, entry: JournalEntry, state: State, at: datetime, **facts: Any) -> JournalEntry:
        """Write a transition durably, with `fence`, `attempts`, `sent_at`, `result_id` or `error`.

        Raises `ValueError` for a transition that is not in the table above: that would be a bug of ours.
        """
        if state not in TRANSITIONS[entry.state]:
            raise ValueError(f"operation {entry.operation.op_id} cannot go from {entry.state} to {state}")
        after = replace(entry, state=state, **facts)
        with self.db.write() as tx:
            tx.execute(
                """UPDATE operations SET state = ?, fence = ?::VARCHAR[], attempts = ?, sent_at = ?, done_at = ?, result_id = ?, error = ?
                   WHERE push_id = ? AND op_id = ?""",
                [
                    *(state.value, list(after.fence), after.attempts, naive(after.sent_at)),
                    *(
                        naive(at) if state is State.DONE else None,
                        after.result_id,
                        after.error,
                        after.push_id,
                        after.operation.op_id,
                    ),
                ],
            )
        return after

    def retarget(self, push_id: int, placeholder: str, playlist_id: str) -> None:
        """A playlist that was only planned now exists: let the operations that wait for it name its real id."""
        with self.db.write() as tx:
            tx.execute(
                "UPDATE operations SET playlist_id = ? WHERE push_id = ? AND playlist_id = ?",
                [playlist_id, push_id, placeholder],
            )

    def claimed(self) -> set[str]:
        """Ids that YouTube gave to operations of ours: no other operation may take one for its own."""
        return {row[0] for row in self.db.rows("SELECT result_id FROM operations WHERE result_id IS NOT NULL")}

    def recent_writes(self, since: datetime) -> tuple[set[str], set[str]]:
        """Item ids inserted and item ids deleted by us since then: listings as old as that may not show it yet."""
        rows = self.db.rows(
            "SELECT kind, result_id, item_id FROM operations WHERE state = 'done' AND done_at >= ?", [naive(since)]
        )
        inserted = {result for kind, result, _ in rows if kind == OperationKind.INSERT and result}
        return inserted, {item for kind, _, item in rows if kind == OperationKind.DELETE and item}

    def mark_undone(self, push_id: int, at: datetime) -> None:
        """Every done operation of a push has been taken back on YouTube."""
        for entry in self.entries(push_id, [State.DONE]):
            self.advance(entry, State.UNDONE, at)


def _shifted(operation: Operation, shift: int) -> Operation:
    """The operation with its number and every number it refers to raised by `shift`."""
    after, before = operation.after_item, operation.before
    if after and after.startswith("op:"):
        after = f"op:{int(after[3:]) + shift}"
    if "needs" in before:
        before = {**before, "needs": [op_id + shift for op_id in before["needs"]]}
    needs = operation.needs + shift if operation.needs else None
    return replace(operation, op_id=operation.op_id + shift, needs=needs, after_item=after, before=before)


def _insert(tx: Any, push_id: int, one: Operation) -> None:
    values = [
        push_id,
        one.op_id,
        one.kind.value,
        State.PLANNED.value,
        one.playlist_id,
        one.video_id,
        one.item_id,
        one.after_item,
        one.title,
    ]
    values += [one.needs, one.starred, one.units, json.dumps(one.before)]
    tx.execute(
        "INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, [], 0, NULL, NULL, NULL, '')", values
    )


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    (
        push_id,
        op_id,
        kind,
        state,
        playlist_id,
        video_id,
        item_id,
        after_item,
        title,
        needs,
        starred,
        units,
        before,
        *progress,
    ) = row
    operation = Operation(
        op_id,
        OperationKind(kind),
        playlist_id,
        video_id,
        item_id,
        after_item,
        title,
        needs,
        starred,
        json.loads(before),
        units,
    )
    fence, attempts, sent_at, result_id, error = progress
    return JournalEntry(push_id, operation, State(state), tuple(fence), attempts, aware(sent_at), result_id, error)
