"""Push: carry out a plan, one write at a time, so that no video is ever nowhere and no insert happens twice.

For every operation: what it changes is read, `sent` is committed, the request leaves once, and what YouTube showed
enters base in the transaction that writes `done`. Where the answer was lost we look before we send again. The promises
are in the README; the states in `store/journal.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lib.errors import (
    GuardTripped,
    NotSignedIn,
    QuotaExceeded,
    StalePlan,
    StoreError,
    UserError,
)
from lib.models import PAGE, JournalEntry, Operation, OperationKind, Plan, Progress, State, silent
from lib.planning.backoff import Pace
from lib.planning.conflicts import conflict_rows
from lib.planning.cost import reserve
from lib.planning.guards import confirmed, needed, playlist_contents, still_approved
from lib.sync.attempt import ATTEMPTS, Attempts
from lib.sync.preconditions import Preconditions
from lib.sync.push_report import AllowanceSpent, PushReport, report_of, state_after
from lib.sync.push_state import Context, PushState


def push(
    context: Context,
    replan: Callable[[], Plan],
    *,
    plan_id: str | None = None,
    confirm: int | None = None,
    max_units: int | None = None,
    progress: Progress = silent,
    only_approved: bool = False,
    finish: Callable[[PushReport], None] = lambda report: None,
) -> PushReport:
    """Settle what an earlier push left in flight, plan anew on what YouTube shows now, and carry it out.

    `replan` pulls and plans. What is left of an open push goes on without being asked about again. Raises `StalePlan`
    where the plan is no longer the plan `plan_id`, or with `only_approved` holds anything else than what is left;
    `GuardTripped` where it needs `confirm`; `NotSignedIn` for another channel. Nothing is sent then.

    The edits that are carried out are locked meanwhile: nobody can take back what may be on YouTube already. `finish`
    is called with the report before they are unlocked, to say which of them are fulfilled.
    """
    spent_before = context.quota.total()
    engine = _Engine(context, max_units, progress)
    try:
        engine.lock_open()
        engine.check_account()
        engine.settle_open()
        plan = engine.plan(replan, only_approved)
        engine.approve(plan, plan_id, confirm, only_approved)
        report = engine.run(plan)
        report.units = context.quota.total() - spent_before
        finish(report)
    except StoreError:
        raise
    except UserError as error:
        report = engine.not_begun(error)
        report.units = context.quota.total() - spent_before
        finish(report)
    finally:
        context.edits.unlock()
    return report


_RESUMABLE = ({State.PLANNED}, {State.PLANNED, State.DONE})


class _Engine:
    """The steps of one push, from the checks before it to its report.

    Attributes:
        c: the stores, the client and the limits of the push.
        progress: told of each step; raises `Cancelled` when the person wants to stop.
        ceiling: the units used in all beyond which the push stops, None for no limit.
        pace: waits between the writes.
        done_and_total: how many operations are done, of how many.
        unchanged: whether nothing changed since what is left of the open push was approved; see `plan`.
    """

    def __init__(self, context: Context, max_units: int | None, progress: Progress) -> None:
        self.c, self.progress = context, progress
        self.ceiling = context.quota.total() + max_units if max_units is not None else None
        self.pace = Pace(context.sleep, context.random, self._nap)
        self.done_and_total = (0, 0)
        self.unchanged = False

    def _nap(self) -> None:
        self.progress(*self.done_and_total, "Waiting for YouTube")

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

    def lock_open(self) -> None:
        """What the open push may have sent already is not taken back before that is settled."""
        open_push = self.c.journal.open_push()
        if open_push is not None:
            self.c.edits.lock(self.c.journal.approval(open_push.push_id)[1])

    def settle_open(self) -> None:
        """Find out what became of operations that were under way when the last push died."""
        open_push = self.c.journal.open_push()
        if open_push is None or not self.c.journal.entries(open_push.push_id, [State.SENT, State.UNKNOWN]):
            return
        push_state = PushState(self.c, open_push.push_id, self.pace)
        for op_id in [entry.operation.op_id for entry in push_state.in_state(State.SENT, State.UNKNOWN)]:
            entry = push_state.entries[op_id]
            if entry.state is State.SENT:
                entry = push_state.advance(entry, State.UNKNOWN, error="interrupted")
            Attempts(push_state).look(entry, self._patience_left(entry))

    def _patience_left(self, entry: JournalEntry) -> float:
        """How long reads may still not show what was sent; nothing where the last start is long ago."""
        since = (self.c.now() - entry.sent_at).total_seconds() if entry.sent_at else 0.0
        return max(0.0, self.c.settle_seconds - max(0.0, since))

    def plan(self, replan: Callable[[], Plan], only_approved: bool) -> Plan:
        """Plan on what YouTube shows now; and note whether nothing changed since what is left was approved.

        With `only_approved`, edits laid since are no change: they wait until somebody approves a plan with them.
        """
        open_push = self.c.journal.open_push()
        before = playlist_contents(self.c.catalog.library()) if open_push else None
        plan = replan()
        if open_push and before == playlist_contents(self.c.catalog.library()):
            behind, edit_ids = self.c.journal.approval(open_push.push_id)
            states = {e.state for e in self.c.journal.entries(open_push.push_id) if e.operation.op_id > behind}
            planned = self._edits_of(plan) & edit_ids if only_approved else self._edits_of(plan)
            self.unchanged = states in _RESUMABLE and planned == self._still_open(edit_ids)
        return plan

    def _still_open(self, edit_ids: set[int]) -> set[int]:
        """Those of the approved edits that have to be carried out: all but what YouTube satisfies by itself meanwhile."""
        gone = edit_ids - {edit.edit_id for edit in self.c.edits.pending()}
        return edit_ids - gone if self.c.edits.all_fulfilled(sorted(gone)) else edit_ids

    def _edits_of(self, plan: Plan) -> set[int]:
        """The edits that a plan carries out: those that wait, but for what has to be asked."""
        asked = {edit_id for conflict in plan.conflicts for edit_id in conflict.edit_ids}
        return set(plan.edit_ids) - asked

    def approve(self, plan: Plan, plan_id: str | None, confirm: int | None, only_approved: bool) -> None:
        """Nothing is sent that the person has not approved, now or when the open push was begun."""
        open_push = self.c.journal.open_push()
        if self.unchanged or still_approved(plan, self.c.journal.entries(open_push.push_id) if open_push else []):
            return
        if only_approved or (plan_id is not None and plan_id != plan.plan_id):
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

    def not_begun(self, error: UserError) -> PushReport:
        """Why the open push does not go on. Raises the error where there is none, or where the person has to decide."""
        open_push = self.c.journal.open_push()
        if open_push is None:
            raise error
        state, reason = state_after(error)
        self.c.journal.set_state(open_push.push_id, state, self.c.now(), reason)
        if isinstance(error, (StalePlan, GuardTripped)):
            raise error
        entries = self.c.journal.entries(open_push.push_id)
        done, left = (sum(entry.state is state for entry in entries) for state in (State.DONE, State.PLANNED))
        report = PushReport(open_push.push_id, state, done, left, message=str(error), reason=reason, stopped_by=error)
        report.resumes_at = error.resets_at if isinstance(error, QuotaExceeded) else None
        return report

    # -- the run -----------------------------------------------------------------------------------------------------

    def run(self, plan: Plan) -> PushReport:
        """Carry out the approved plan in the open push, or in a new one."""
        journal, open_push = self.c.journal, self.c.journal.open_push()
        if not plan.operations and not open_push:
            state, reason = ("waiting", "conflict") if plan.conflicts else ("done", "")
            return PushReport(None, state, conflicts=conflict_rows(plan), reason=reason)
        with journal.db.write():
            if open_push and self.unchanged:
                # what is left goes on as it was planned: planned anew on a half-finished library, equal edits may end otherwise
                push_id, (behind, edit_ids) = open_push.push_id, journal.approval(open_push.push_id)
                self._lock(self._still_open(edit_ids))
                journal.set_state(push_id, "running", self.c.now())
            else:
                self._lock(self._edits_of(plan))
                push_id, behind = journal.approve(plan.plan_id, confirmed(plan), self.c.now(), self._edits_of(plan))
        push_state = PushState(self.c, push_id, self.pace)
        stop: UserError | None = None
        try:
            self._carry_out(push_state)
        except StoreError:
            raise
        except UserError as error:
            stop = error
        report = report_of(push_state, behind, plan, stop)
        journal.set_state(push_id, report.state, self.c.now(), report.reason)
        return report

    def _lock(self, edit_ids: set[int]) -> None:
        """From now on nobody takes these back. Raises `StalePlan` where somebody has since they were planned."""
        if not edit_ids <= {edit.edit_id for edit in self.c.edits.pending()}:
            raise StalePlan(
                "A change was taken back while it was being planned, so nothing was pushed.", "Push again to go on."
            )
        self.c.edits.lock(edit_ids)

    def _carry_out(self, push_state: PushState) -> None:
        attempts, preconditions = Attempts(push_state), Preconditions(push_state)
        postponed = False
        left = len(push_state.in_state(State.PLANNED))
        for chunk in _chunks(push_state.in_state(State.PLANNED)):
            preconditions.read(chunk)
            for number in (entry.operation.op_id for entry in chunk):
                self.done_and_total = (len(push_state.entries) - left, len(push_state.entries))
                self.progress(*self.done_and_total, "Writing to YouTube")
                if push_state.entries[number].operation.kind is OperationKind.CREATE and self._enough_playlists():
                    postponed = True  # what needs it is held up; the rest goes on
                else:
                    self._carry_out_operation(push_state, attempts, preconditions, number)
                left -= 1
        if postponed:
            today = f"Today's {self.c.daily_playlists} new playlists are made: YouTube removes channels that make many more."
            raise attempts.no_more_playlists(today)

    def _enough_playlists(self) -> bool:
        """Whether as many new playlists were made today as a day may have."""
        return not self.c.journal.playlists_left(self.c.quota.today(), self.c.daily_playlists)

    def _carry_out_operation(
        self, push_state: PushState, attempts: Attempts, preconditions: Preconditions, op_id: int
    ) -> None:
        if _held_up(push_state, push_state.entries[op_id]):
            return
        while (entry := push_state.entries[op_id]).state is State.PLANNED:
            if entry.attempts >= ATTEMPTS:
                push_state.advance(entry, State.FAILED, error=entry.error or "no answer in six attempts")
                return
            half = push_state.halves.get(op_id)
            self._require_budget(push_state, (entry.operation, half) if half else (entry.operation,))
            self.pace.before_write(entry.attempts)
            ready = preconditions.ready(entry)
            if ready is not None:
                attempts.attempt(entry, ready)

    def _require_budget(self, push_state: PushState, step: tuple[Operation, ...]) -> None:
        """A move starts only with units for both halves; its second half may use up what was kept for it."""
        units = reserve(step, self.c.settle_seconds, len(push_state.items))
        if units > self.c.quota.left():
            raise self.c.quota.exceeded()
        if self.ceiling is not None and self.c.quota.total() + units > self.ceiling:
            raise AllowanceSpent("The units you allowed for this push are spent.", "Push again to go on.")


def _chunks(planned: list[JournalEntry]) -> Iterator[list[JournalEntry]]:
    """The operations in their order, at most a page at a time; a pair is never split over two."""
    while planned:
        size = PAGE
        if len(planned) > size and planned[size].operation.needs == planned[size - 1].operation.op_id:
            size -= 1
        yield planned[:size]
        planned = planned[size:]


def _held_up(push_state: PushState, entry: JournalEntry) -> bool:
    """Whether what this operation needs has not happened; it is blocked then, unless that may still come."""
    required = [push_state.entries[op_id] for op_id in sorted(needed(entry.operation))]
    failed = next((e for e in required if e.state in (State.FAILED, State.CONFLICT, State.BLOCKED)), None)
    if failed:
        push_state.advance(entry, State.BLOCKED, error=f"operation {failed.operation.op_id} did not happen")
    return any(e.state is not State.DONE for e in required)
