"""How a push ended, what is left of it, and why it did not go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from lib.errors import ApiError, Cancelled, GuardTripped, InconsistentListing, QuotaExceeded, StalePlan, UserError
from lib.models import JournalEntry, Plan, State
from lib.planning.conflicts import PLAN_AGAIN, conflict_rows
from lib.sync.push_state import PushState
from lib.sync.verify import Verification, verify


@dataclass(slots=True)
class PushReport:
    """How a push ended: done, paused (quota, network or cancel), waiting (the user must decide) or failed.

    `message` says why it did not go on, in the time zone of this machine; `stopped_by` is the error that it is the text
    of, where it is one. `reason` is the same in one word of `store.journal.Push`. `complete`: every operation of the plan
    is done and stands as it was asked for.
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
    orphans: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""
    complete: bool = False
    reason: str = ""
    stopped_by: UserError | None = field(default=None, compare=False)

    def message_in(self, zone: tzinfo | None) -> str:
        """The message for a reader in this time zone."""
        return str(self.stopped_by.in_zone(zone)) if self.stopped_by else self.message


class AllowanceSpent(Cancelled):
    """The units that the person allowed for this push are spent."""


def report_of(push_state: PushState, behind: int, plan: Plan, stop: UserError | None) -> PushReport:
    """How the push stands. What failed before it was planned anew, up to number `behind`, is judged no more."""
    present = [e for e in push_state.entries.values() if e.operation.op_id > behind]
    count = {state: sum(e.state is state for e in present) for state in State}
    conflicts = conflict_rows(plan) + [
        {"id": f"o{e.operation.op_id}", "what": e.error, "choices": [PLAN_AGAIN]}
        for e in present
        if e.state is State.CONFLICT
    ]
    done = len(push_state.in_state(State.DONE))
    report = PushReport(
        push_state.push_id, "done", done, count[State.PLANNED], count[State.FAILED], conflicts=conflicts
    )
    if stop is not None:
        report.state, report.reason = state_after(stop)
        report.message, report.stopped_by = str(stop), stop
        report.resumes_at = stop.resets_at if isinstance(stop, QuotaExceeded) else None
        return report
    seen = verify(push_state)
    report.verified, report.orphans = seen.verified, seen.orphans
    report.complete = all(e.state is State.DONE for e in present) and not seen.displaced
    _judge(report, present, count, seen)
    return report


def _judge(report: PushReport, present: list[JournalEntry], count: dict[State, int], seen: Verification) -> None:
    if count[State.FAILED] or (count[State.BLOCKED] and not count[State.CONFLICT]):
        report.state, report.reason = "failed", "failed"
        failed = next((e.error for e in present if e.state is State.FAILED), "")
        report.message = failed or next(e.error for e in present if e.state is State.BLOCKED)
    elif report.conflicts:
        report.state, report.reason = "waiting", "conflict"
        report.message = "Something changed on YouTube meanwhile and waits for your decision."
    elif report.left:
        report.state, report.message = "paused", "Some operations still wait for others. Push again to go on."
    elif seen.displaced:
        titles = ", ".join(f'"{title}"' for title in seen.displaced)
        report.message = f"The order of {titles} is not as you wished yet. Push again to put it right."


_STATES_AFTER: tuple[tuple[type[UserError], tuple[str, str]], ...] = (
    (QuotaExceeded, ("paused", "quota")),
    (AllowanceSpent, ("paused", "allowance")),
    (Cancelled, ("paused", "cancelled")),
    (ApiError, ("paused", "network")),
    (InconsistentListing, ("paused", "network")),
    (StalePlan, ("waiting", "changed")),
    (GuardTripped, ("waiting", "changed")),
)


def state_after(error: UserError) -> tuple[str, str]:
    """State and reason of a push that stops so; whatever else stops it (sign-in, an API not enabled) is for the person."""
    if isinstance(error, ApiError) and error.status == 401:
        return "waiting", "sign-in"
    return next((standing for kind, standing in _STATES_AFTER if isinstance(error, kind)), ("waiting", "sign-in"))
