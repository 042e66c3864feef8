"""The journal: every operation of every push with its state, committed before and after each write to YouTube.

planned -> sent -> done -> undone
sent -> unknown (no clear answer) -> done (found) | planned (not there, send again) | failed
sent -> planned (refused for now) | failed (refused for good)
planned -> conflict (what it changes is no longer so) | blocked (what it needs failed) | done (already so, nothing sent) | failed (too often)
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from lib.models import JournalEntry, Operation, OperationKind, State
from lib.planning.read_lag import RecentWrites
from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.db import Database, aware, naive
from lib.store.operation_rows import COLUMNS, entry_of, insert_operations, shifted
from lib.store.quota import PACIFIC

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

NO_MORE_PLAYLISTS = "YouTube takes no more new playlists today: about ten a day is all it allows."
"""What the journal says of a new playlist that YouTube refused, so that no other is asked for on that day."""

_ARRANGING = (OperationKind.INSERT, OperationKind.MOVE)


@dataclass(frozen=True, slots=True)
class Push:
    """One push: what was approved, how far it came, and why it stands still.

    `reason` is "quota", "cancelled", "allowance", "network", "sign-in", "changed", "conflict", "failed" or "". A push
    that was killed says "running" and "".
    """

    push_id: int
    plan_id: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    reason: str = ""


class Journal:
    """Reads and writes pushes and their operations."""

    def __init__(self, db: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` are seconds that nobody sets forward or back, unlike the clock of the computer."""
        self.db, self.monotonic = db, monotonic
        self._done_at: dict[tuple[int, int], float] = {}
        self._pushes = Cached(db, self._read_pushes, Area.PUSHES)

    def start(self, plan_id: str, now: datetime) -> int:
        """Open a new push and return its number."""
        with self.db.write(Area.PUSHES) as tx:
            push_id = int(tx.execute("SELECT nextval('push_ids')").fetchall()[0][0])
            tx.execute("INSERT INTO pushes VALUES (?, ?, 'running', ?, NULL, '')", [push_id, plan_id, naive(now)])
        return push_id

    def set_state(self, push_id: int, state: str, now: datetime, reason: str = "") -> None:
        """Say how a push stands (running, paused, waiting, done or failed), and why it stands still."""
        with self.db.write(Area.PUSHES) as tx:
            tx.execute(
                "UPDATE pushes SET state = ?, ended_at = ?, reason = ? WHERE push_id = ?",
                [state, None if state in OPEN else naive(now), reason, push_id],
            )

    def pushes(self) -> list[Push]:
        """All pushes, newest first. Read once until one changes."""
        return list(self._pushes.get())

    def _read_pushes(self) -> tuple[Push, ...]:
        rows = self.db.rows(
            "SELECT push_id, plan_id, state, started_at, ended_at, reason FROM pushes ORDER BY push_id DESC"
        )
        return tuple(Push(row[0], row[1], row[2], aware(row[3]), aware(row[4]), row[5] or "") for row in rows)

    def open_push(self) -> Push | None:
        """The push that was killed, paused or waits; there is at most one."""
        return next((push for push in self.pushes() if push.state in OPEN), None)

    def approve(
        self, plan_id: str, operations: Sequence[Operation], now: datetime, edit_ids: Iterable[int] = ()
    ) -> tuple[int, int]:
        """Put an approved plan into the open push, or into a new one, and let it run, in one transaction.

        `edit_ids` are the edits that it carries out. Returns the push's number and the last number of an operation used
        before.
        """
        with self.db.write(Area.PUSHES) as tx:
            open_push = self.open_push()
            push_id = open_push.push_id if open_push else self.start(plan_id, now)
            behind = self.plan(push_id, operations)
            tx.execute("UPDATE pushes SET plan_id = ? WHERE push_id = ?", [plan_id, push_id])
            tx.execute(
                "INSERT INTO approvals VALUES (?, ?, ?::INTEGER[], ?)", [push_id, behind, list(edit_ids), naive(now)]
            )
            self.set_state(push_id, "running", now)
        return push_id, behind

    def approval(self, push_id: int) -> tuple[int, set[int]]:
        """The last number used before the present plan of a push, and the edits that this plan carries out."""
        return next(reversed(self.approvals(push_id)), (0, set()))

    def approvals(self, push_id: int) -> list[tuple[int, set[int]]]:
        """The same of every plan that was approved for a push, the first one first."""
        rows = self.db.rows(
            "SELECT behind, edits FROM approvals WHERE push_id = ? ORDER BY behind, approved_at", [push_id]
        )
        return [(behind, set(edits)) for behind, edits in rows]

    def plan(self, push_id: int, operations: Sequence[Operation]) -> int:
        """Put a fresh plan into a push in the place of what was planned and never sent.

        Numbers go on behind those already used, and references between the new operations are shifted with them.
        Returns the last number used before.
        """
        with self.db.write(Area.JOURNAL) as tx:
            tx.execute("DELETE FROM operations WHERE push_id = ? AND state = 'planned' AND attempts = 0", [push_id])
            tx.execute(
                "UPDATE operations SET state = 'blocked', error = 'planned anew' WHERE push_id = ? AND state = 'planned'",
                [push_id],
            )
            shift = int(self.db.value("SELECT coalesce(max(op_id), 0) FROM operations WHERE push_id = ?", [push_id]))
            insert_operations(tx, push_id, [shifted(operation, shift) for operation in operations])
        return shift

    def entries(self, push_id: int, states: Iterable[State] | None = None) -> list[JournalEntry]:
        """The operations of a push in their order, all or those in some states."""
        wanted = [state.value for state in (states or State)]
        sql = (
            f"SELECT {COLUMNS} FROM operations WHERE push_id = ? AND list_contains(?::VARCHAR[], state) ORDER BY op_id"
        )
        return [entry_of(row) for row in self.db.rows(sql, [push_id, wanted])]

    def entry(self, push_id: int, op_id: int) -> JournalEntry:
        """One operation. Raises `KeyError` where there is none."""
        rows = self.db.rows(f"SELECT {COLUMNS} FROM operations WHERE push_id = ? AND op_id = ?", [push_id, op_id])
        if not rows:
            raise KeyError((push_id, op_id))
        return entry_of(rows[0])

    def advance(self, entry: JournalEntry, state: State, now: datetime, **facts: Any) -> JournalEntry:
        """Write a transition durably, with `ids_before`, `attempts`, `sent_at`, `result_id` or `error`.

        Raises `ValueError` for a transition that is not in the table above: that would be a bug of ours.
        """
        if state not in TRANSITIONS[entry.state]:
            raise ValueError(f"operation {entry.operation.op_id} cannot go from {entry.state} to {state}")
        after = replace(entry, state=state, **facts)
        changed: dict[str, Any] = {"state": state.value}
        for name in ("error", "attempts"):
            if getattr(after, name) != getattr(entry, name):
                changed[name] = getattr(after, name)
        if state is State.SENT:
            changed["sent_at"] = naive(after.sent_at)
        if state is State.DONE:
            changed["done_at"] = naive(now)
        if after.ids_before != entry.ids_before:  # a list costs four times the rest: only where it changes
            changed["fence"] = list(after.ids_before)
        if after.result_id != entry.result_id:
            changed["result_id"] = after.result_id
        names = ", ".join(f"{name} = ?::VARCHAR[]" if name == "fence" else f"{name} = ?" for name in changed)
        with self.db.write(Area.JOURNAL) as tx:
            tx.execute(
                f"UPDATE operations SET {names} WHERE push_id = ? AND op_id = ?",
                [*changed.values(), after.push_id, after.operation.op_id],
            )
        if state is State.DONE:
            self._done_at[after.push_id, after.operation.op_id] = self.monotonic()
        return after

    def retarget(self, push_id: int, placeholder: str, playlist_id: str) -> None:
        """A playlist that was only planned now exists: let the operations that wait for it name its real id."""
        with self.db.write(Area.JOURNAL) as tx:
            tx.execute(
                "UPDATE operations SET playlist_id = ? WHERE push_id = ? AND playlist_id = ?",
                [playlist_id, push_id, placeholder],
            )

    def claimed(self) -> set[str]:
        """Ids that YouTube gave to operations of ours: no other operation may take one for its own."""
        return {row[0] for row in self.db.rows("SELECT result_id FROM operations WHERE result_id IS NOT NULL")}

    def playlists_left(self, day: date, daily_playlists: int) -> int:
        """How many new playlists may still be made on a Pacific day; none once YouTube has refused one on it.

        One whose answer was lost counts as made.
        """
        begin, end = (
            naive(datetime.combine(moment, time_of_day(), PACIFIC)) for moment in (day, day + timedelta(days=1))
        )
        sql = """SELECT coalesce(sum((state IN ('sent', 'unknown', 'done', 'undone'))::INTEGER), 0),
                        coalesce(sum((state = 'planned' AND error = $1)::INTEGER), 0)
                 FROM operations WHERE kind = 'create' AND attempts > 0 AND sent_at >= $2 AND sent_at < $3"""
        made, refused = self.db.rows(sql, [NO_MORE_PLAYLISTS, begin, end])[0]
        return 0 if refused else max(0, daily_playlists - int(made))

    def recent_writes(self, since: datetime, settle_seconds: float = 0.0) -> RecentWrites:
        """What we wrote since then: listings as old as that may not show it yet.

        Also what this process wrote less than `settle_seconds` ago, though the clock was set forward meanwhile.
        """
        oldest = self.monotonic() - settle_seconds
        lately = [f"{push_id}:{op_id}" for (push_id, op_id), done_at in self._done_at.items() if done_at > oldest]
        rows = self.db.rows(
            """SELECT kind, playlist_id, item_id, result_id, title, before FROM operations
               WHERE state IN ('done', 'undone') AND (done_at >= ? OR list_contains(?::VARCHAR[], push_id || ':' || op_id))
               ORDER BY done_at, push_id, op_id""",
            [naive(since), lately],
        )
        by_kind: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for kind, *row in rows:
            by_kind[kind].append(tuple(row))
        former: dict[str, str] = {}
        for playlist_id, _, _, _, before in by_kind[OperationKind.RENAME]:
            former.setdefault(playlist_id, json.loads(before).get("title", ""))
        return RecentWrites(
            inserted=frozenset(row[2] for row in by_kind[OperationKind.INSERT]),
            deleted=frozenset(row[1] for row in by_kind[OperationKind.DELETE]),
            arranged=frozenset(row[0] for kind in _ARRANGING for row in by_kind[kind]),
            created=frozenset(row[2] for row in by_kind[OperationKind.CREATE]),
            dropped=frozenset(row[0] for row in by_kind[OperationKind.DELETE_PLAYLIST]),
            renamed={row[0]: (former[row[0]], row[3]) for row in by_kind[OperationKind.RENAME]},
        )

    # -- doubts and undo ---------------------------------------------------------------------------------------------

    def note_unclear(self, entry: JournalEntry) -> None:
        """Nobody knows what became of an attempt: no clear answer, and not found where it was looked for."""
        with self.db.write(Area.PUSHES) as tx:
            tx.execute("INSERT INTO unclear VALUES (?, ?)", [entry.push_id, entry.operation.op_id])

    def sent_repeatedly(self) -> list[JournalEntry]:
        """The inserts of every (playlist, video) for which another request left after an unclear one, over all pushes."""
        sql = f"""SELECT {COLUMNS} FROM operations WHERE kind = 'insert' AND (playlist_id, video_id) IN
                  (SELECT (playlist_id, video_id) FROM operations LEFT JOIN unclear USING (push_id, op_id) WHERE kind = 'insert'
                   GROUP BY playlist_id, video_id
                   HAVING sum(attempts) > greatest(1, count(result_id)) AND count(unclear.op_id) > 0)"""
        return [entry_of(row) for row in self.db.rows(sql + " ORDER BY push_id, op_id")]

    def keep_item(self, item_id: str) -> None:
        """The user wants to keep an item that may be a leftover of ours: it is not asked about again."""
        with self.db.write(Area.PUSHES) as tx:
            tx.execute("INSERT INTO kept_items VALUES (?) ON CONFLICT DO NOTHING", [item_id])

    def kept_items(self) -> set[str]:
        """The items that the user wants to keep, by id."""
        return {row[0] for row in self.db.rows("SELECT item_id FROM kept_items")}

    def note_undo(self, push_id: int, edit_ids: Iterable[int]) -> None:
        """These edits take a push back."""
        with self.db.write(Area.PUSHES) as tx:
            for edit_id in edit_ids:
                tx.execute("INSERT INTO undos VALUES (?, ?)", [edit_id, push_id])

    def undos(self) -> dict[int, list[int]]:
        """The edits laid to take pushes back, by the number of the push."""
        edits_by_push: defaultdict[int, list[int]] = defaultdict(list)
        for push_id, edit_id in self.db.rows("SELECT push_id, edit_id FROM undos ORDER BY edit_id"):
            edits_by_push[push_id].append(edit_id)
        return dict(edits_by_push)

    def forget_undo(self, push_id: int) -> None:
        """The edits that take a push back are all carried out or withdrawn."""
        with self.db.write(Area.PUSHES) as tx:
            tx.execute("DELETE FROM undos WHERE push_id = ?", [push_id])

    def done_after(self, push_id: int) -> list[JournalEntry]:
        """The done operations of later pushes."""
        sql = f"SELECT {COLUMNS} FROM operations WHERE push_id > ? AND state = 'done' ORDER BY push_id, op_id"
        return [entry_of(row) for row in self.db.rows(sql, [push_id])]

    def see_undone(self, entries: Iterable[JournalEntry], now: datetime) -> None:
        """These done operations have been taken back on YouTube."""
        with self.db.write():
            for entry in entries:
                self.advance(entry, State.UNDONE, now)

    def mark_undone(self, push_id: int, now: datetime) -> None:
        """Every done operation of a push has been taken back on YouTube."""
        self.see_undone(self.entries(push_id, [State.DONE]), now)
