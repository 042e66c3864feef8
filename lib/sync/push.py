"""Push: carry out a plan, one write at a time, so that no video is ever nowhere and no insert happens twice.

For every operation: its precondition is read, `sent` is committed, the request leaves once, and what YouTube showed
enters base in the transaction that writes `done`. Where the answer was lost we look before we send again. The promises
are in the README; the states in `store/journal.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.errors import ApiError, Cancelled, GuardTripped, NotSignedIn, QuotaExceeded, StalePlan, UserError
from lib.models import JournalEntry, ListedItem, OperationKind, Plan, Progress, State, silent
from lib.sync.attempt import ATTEMPTS, Attempts, Context
from lib.youtube.api import PAGE, READ, WRITE

BACKOFF_CAP_SECONDS = 60.0
LOOKS = 4
"""Units kept for looking when an answer is lost, beside those of the writes themselves."""


@dataclass(slots=True)
class PushReport:
    """How a push ended: done, paused (quota, network or cancel), waiting (the user must decide) or failed.

    `message` says why it did not go on; `complete`, that every operation of the plan is done.
    """

    push_id: int | None
    state: str
    done: int = 0
    left: int = 0
    failed: int = 0
    units: int = 0
    resumes_at: datetime | None = None
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    verified: int = 0
    orphans: list[dict[str, str]] = field(default_factory=list)
    message: str = ""
    complete: bool = False


def push(
    context: Context,
    replan: Callable[[], Plan],
    *,
    plan_id: str | None = None,
    confirm: int | None = None,
    max_units: int | None = None,
    progress: Progress = silent,
) -> PushReport:
    """Settle what an earlier push left in flight, plan anew on what YouTube shows now, and carry it out.

    `replan` pulls and plans. Raises `StalePlan` where that is no longer the plan `plan_id`, `GuardTripped` where the
    plan needs `confirm`, `NotSignedIn` for another channel. Nothing is sent then.
    """
    spent_before = context.quota.total()
    engine = _Engine(context, max_units, progress)
    engine.check_account()
    engine.settle_open()
    plan = replan()
    _approve(plan, plan_id, confirm)
    report = engine.run(plan)
    report.units = context.quota.total() - spent_before
    return report


def _approve(plan: Plan, plan_id: str | None, confirm: int | None) -> None:
    if plan_id is not None and plan_id != plan.plan_id:
        raise StalePlan(
            "Your library or your edits changed since that plan was made, so it was not pushed.",
            f"Look at the new plan ({plan.plan_id}), then push it.",
        )
    if plan.guards and confirm != plan.confirm_count:
        reasons = " ".join(guard.what for guard in plan.guards)
        raise GuardTripped(
            f"This plan needs your word: {reasons}",
            f"If that is what you want, confirm the number {plan.confirm_count} (on the command line: --confirm {plan.confirm_count}).",
            plan.confirm_count,
        )


class _Engine:
    def __init__(self, context: Context, max_units: int | None, progress: Progress) -> None:
        self.c, self.progress, self.attempts = context, progress, Attempts(context)
        self.ceiling = context.quota.total() + max_units if max_units is not None else None
        self.facts: dict[str, ListedItem] = {}

    # -- before ------------------------------------------------------------------------------------------------------

    def check_account(self) -> None:
        """Writes go only to the channel the library was read from."""
        pinned = self.c.catalog.channel()
        signed_in, _ = self.c.client.channel()
        if pinned and pinned.channel_id != signed_in.channel_id:
            raise NotSignedIn(
                f"This library belongs to the channel {pinned.title!r}, but you are signed in as {signed_in.title!r}.",
                "Sign in again and choose the right channel; nothing was sent.",
            )

    def settle_open(self) -> None:
        """Find out what became of operations that were under way when the last push died."""
        open_push = self.c.journal.open_push()
        if open_push:
            for entry in self.c.journal.entries(open_push.push_id, [State.SENT, State.UNKNOWN]):
                if entry.state is State.SENT:
                    entry = self.c.journal.advance(entry, State.UNKNOWN, self.c.now(), error="interrupted")
                self.attempts.look(entry, patient=True)

    # -- the run -----------------------------------------------------------------------------------------------------

    def run(self, plan: Plan) -> PushReport:
        """Carry out the plan in the open push, or in a new one."""
        journal, now = self.c.journal, self.c.now
        open_push = journal.open_push()
        if not plan.operations and not open_push:
            return PushReport(None, "waiting" if plan.conflicts else "done", conflicts=_conflicts(plan))
        push_id = open_push.push_id if open_push else journal.start(plan.plan_id, now())
        behind = journal.plan(push_id, plan.operations)
        journal.set_state(push_id, "running", now())
        stop: UserError | None = None
        try:
            self._carry_out(push_id)
        except (QuotaExceeded, NotSignedIn, Cancelled, ApiError) as error:
            stop = error
        report = self._report(push_id, behind, plan, stop)
        journal.set_state(push_id, report.state, now())
        return report

    def _carry_out(self, push_id: int) -> None:
        total = len(self.c.journal.entries(push_id))
        for chunk in self._chunks(push_id):
            self._read_preconditions(chunk)
            for entry in chunk:
                done = total - len(self.c.journal.entries(push_id, [State.PLANNED]))
                self.progress(done, total, "Writing to YouTube")
                self._one(self.c.journal.entry(push_id, entry.operation.op_id))

    def _chunks(self, push_id: int) -> Iterator[list[JournalEntry]]:
        """The operations in their order, at most a page at a time; a pair is never split over two."""
        planned = self.c.journal.entries(push_id, [State.PLANNED])
        while planned:
            size = PAGE
            if len(planned) > size and planned[size].operation.needs == planned[size - 1].operation.op_id:
                size -= 1
            yield planned[:size]
            planned = planned[size:]

    def _read_preconditions(self, chunk: list[JournalEntry]) -> None:
        ids = [e.operation.item_id for e in chunk if e.operation.item_id]
        self.facts = self.c.client.items_by_id(ids) if ids else {}

    def _one(self, entry: JournalEntry) -> None:
        if self._held_up(entry) or self._settled_already(entry):
            return
        while entry.state is State.PLANNED:
            if entry.attempts >= ATTEMPTS:
                self.attempts.advance(entry, State.FAILED, error=entry.error or "no answer in six attempts")
                return
            self._require_budget(entry)
            if entry.attempts:
                self.c.sleep(random.uniform(0, min(BACKOFF_CAP_SECONDS, 2.0**entry.attempts)))
            entry = self.attempts.attempt(entry)

    def _held_up(self, entry: JournalEntry) -> bool:
        """Whether what this operation needs has not happened; it is blocked then, unless that may still come."""
        operation = entry.operation
        needs = {*([operation.needs] if operation.needs else []), *operation.before.get("needs", ())}
        needed = [self.c.journal.entry(entry.push_id, op_id) for op_id in sorted(needs)]
        failed = next((e for e in needed if e.state in (State.FAILED, State.CONFLICT, State.BLOCKED)), None)
        if failed:
            self.attempts.advance(entry, State.BLOCKED, error=f"operation {failed.operation.op_id} did not happen")
        elif any(e.state is not State.DONE for e in needed):
            return True
        elif operation.kind in _TAKES_AWAY and not all(self._seen_in_listing(e) for e in needed):
            self.attempts.advance(entry, State.BLOCKED, error="the copy in the other playlist has not shown up yet")
        else:
            return False
        return True

    def _seen_in_listing(self, insert: JournalEntry) -> bool:
        """A delete of a move goes out only when YouTube itself lists the new item."""
        if insert.operation.kind is not OperationKind.INSERT or not insert.result_id:
            return True
        return any(insert.result_id in self.c.client.items_by_id([insert.result_id]) for _ in self.attempts.waits())

    def _settled_already(self, entry: JournalEntry) -> bool:
        """Whether what it changes is no longer as planned: then nothing is sent."""
        operation = entry.operation
        if operation.kind is OperationKind.RENAME:
            return self._renamed_meanwhile(entry)
        if operation.kind not in (OperationKind.DELETE, OperationKind.MOVE):
            return False
        fact = self.facts.get(operation.item_id or "")
        if fact and fact.item.video_id == operation.video_id and fact.playlist_id == operation.playlist_id:
            return False
        if operation.kind is OperationKind.DELETE and fact is None:
            with self.c.catalog.db.write():
                self.attempts.advance(entry, State.DONE, error="was already gone; nothing was sent")
                self.c.catalog.remove_item(operation.item_id or "")
        else:
            self.attempts.advance(entry, State.CONFLICT, error="the item is no longer where the plan found it")
        return True

    def _renamed_meanwhile(self, entry: JournalEntry) -> bool:
        operation = entry.operation
        present = self.c.client.playlists_by_id([operation.playlist_id]).get(operation.playlist_id)
        if present and present.title == operation.before.get("title"):
            return False
        if present and present.title == operation.title:
            self.attempts.done(entry, present)
        else:
            self.attempts.advance(
                entry, State.CONFLICT, error="the playlist was renamed or deleted on YouTube meanwhile"
            )
        return True

    def _require_budget(self, entry: JournalEntry) -> None:
        """A move starts only with units for both halves; its second half may use up what was kept for it."""
        operation = entry.operation
        second = operation.kind is OperationKind.DELETE and operation.needs is not None
        following = self.c.journal.entries(entry.push_id, [State.PLANNED])
        paired = any(
            e.operation.needs == operation.op_id and e.operation.kind is OperationKind.DELETE for e in following
        )
        units = WRITE if second else (2 if paired else 1) * WRITE + LOOKS * READ
        if units > self.c.quota.left():
            raise self.c.quota.exceeded()
        if self.ceiling is not None and self.c.quota.total() + units > self.ceiling:
            raise Cancelled("The units you allowed for this push are spent.", "Push again to go on.")

    # -- after -------------------------------------------------------------------------------------------------------

    def _report(self, push_id: int, behind: int, plan: Plan, stop: UserError | None) -> PushReport:
        """How the push stands. What failed before it was planned anew, up to number `behind`, is judged no more."""
        entries = self.c.journal.entries(push_id)
        present = [e for e in entries if e.operation.op_id > behind]
        count = {state: sum(e.state is state for e in present) for state in State}
        done = sum(e.state is State.DONE for e in entries)
        conflicts = _conflicts(plan) + [
            {"id": f"o{e.operation.op_id}", "what": e.error, "choices": ["pull and plan again"]}
            for e in present
            if e.state is State.CONFLICT
        ]
        report = PushReport(push_id, "done", done, count[State.PLANNED], count[State.FAILED], conflicts=conflicts)
        report.complete = all(e.state is State.DONE for e in present)
        if isinstance(stop, QuotaExceeded):
            report.resumes_at = stop.resets_at
        if stop is not None:
            report.state, report.message = ("waiting" if isinstance(stop, NotSignedIn) else "paused"), str(stop)
            return report
        report.verified, report.orphans = self._verify(entries)
        if count[State.FAILED] or count[State.BLOCKED]:
            report.state = "failed"
            report.message = next(
                (e.error for e in present if e.state is State.FAILED), "An operation could not be carried out."
            )
        elif conflicts:
            report.state, report.message = (
                "waiting",
                "Something changed on YouTube meanwhile and waits for your decision.",
            )
        elif report.left:
            report.state, report.message = "paused", "Some operations still wait for others. Push again to go on."
        return report

    def _verify(self, entries: list[JournalEntry]) -> tuple[int, list[dict[str, str]]]:
        """How many writes YouTube now shows, and items that a repeated insert may have left: proposed, never removed."""
        done = [e for e in entries if e.state is State.DONE]
        ids = [e.result_id or e.operation.item_id for e in done if e.operation.kind not in _WHOLE_PLAYLIST]
        present: set[str] = set()
        try:
            for start in range(0, len(ids), PAGE):
                present |= self.c.client.items_by_id([i for i in ids[start : start + PAGE] if i]).keys()
            orphans = [
                orphan
                for e in done
                if e.operation.kind is OperationKind.INSERT and e.attempts > 1
                for orphan in self._orphans(e)
            ]
        except UserError:
            return 0, []  # everything is done and recorded; only the second look has to wait for the next pull
        absent_is_right = {e.operation.op_id for e in done if e.operation.kind is OperationKind.DELETE}
        shown = [
            e.operation.kind in _WHOLE_PLAYLIST
            or ((e.result_id or e.operation.item_id) in present) != (e.operation.op_id in absent_is_right)
            for e in done
        ]
        return sum(shown), orphans

    def _orphans(self, entry: JournalEntry) -> list[dict[str, str]]:
        playlist_id, video_id = entry.operation.playlist_id, entry.operation.video_id or ""
        known = self.c.journal.claimed() | set(entry.fence)
        listed = [one.item.item_id or "" for one in self.c.client.items_of_video(playlist_id, video_id)]
        return [{"item_id": i, "playlist": playlist_id, "video_id": video_id} for i in listed if i not in known]


_TAKES_AWAY = (OperationKind.DELETE, OperationKind.DELETE_PLAYLIST)
_WHOLE_PLAYLIST = (OperationKind.CREATE, OperationKind.RENAME, OperationKind.DELETE_PLAYLIST)


def _conflicts(plan: Plan) -> list[dict[str, Any]]:
    return [{"id": c.conflict_id, "what": c.what, "choices": list(c.choices)} for c in plan.conflicts]
