"""The 'push' command: carry the plan out on YouTube."""

from __future__ import annotations

import click

from lib.cli.command import DONE, FAILED, WAITS, Answer, command, whole_number, with_workspace
from lib.cli.terminal import PROGRAM, progress, say, say_questions
from lib.errors import GuardTripped, NotSignedIn, QuotaExceeded, Waiting
from lib.planning.conflicts import conflict_rows
from lib.services.workspace import Workspace
from lib.sync.push_report import PushReport

KEYS = ["push_id", "state", "done", "left", "failed", "units", "resumes_at", "conflicts", "verified", "orphans"]
"""What of a `PushReport` is answered."""


@command("push", "carry the plan out on YouTube")
@click.option("--yes", is_flag=True, help="really send")
@click.option("--plan", "plan_id", metavar="PLAN_ID", help="only if this still is the plan")
@click.option("--confirm", type=whole_number, metavar="N", help="the number a guard asks for")
@click.option("--max-units", type=whole_number, metavar="N", help="pause before spending more")
@with_workspace
def push(workspace: Workspace, yes: bool, plan_id: str | None, confirm: int | None, max_units: int | None) -> Answer:
    """Push, and exit with 3 where it waits for the user or for quota. Raises `Waiting` without `--yes`."""
    if not yes:
        raise Waiting("Nothing was sent: a push needs --yes.", "Look at the plan first, then run: push --yes")
    try:
        report = workspace.pushes.push(plan_id=plan_id, confirm=confirm, max_units=max_units, progress=progress)
    except Waiting as reason:
        report = _not_begun(workspace, reason)
    if report.message:
        say(report.message)
    say_questions(report.conflicts, report.orphans)
    return {key: getattr(report, key) for key in KEYS}, _exit_code(report)


def _exit_code(report: PushReport) -> int:
    """3 where a choice, a typed number, a sign-in or patience helps; 1 for what failed and for want of the network."""
    if report.state == "failed" or report.reason == "network":
        return FAILED
    return DONE if report.state == "done" else WAITS


def _not_begun(workspace: Workspace, reason: Waiting) -> PushReport:
    """The report of a push that waits for the user or for quota before its first write."""
    plan, open_push = workspace.pushes.plan(), workspace.journal.open_push()
    if isinstance(reason, GuardTripped):
        say(f"To allow it: {PROGRAM} push --yes --plan {plan.plan_id} --confirm {reason.count}")
    if isinstance(reason, NotSignedIn):
        say(f"To sign in: {PROGRAM} sign-in --write")
    return PushReport(
        push_id=open_push.push_id if open_push else None,
        state="paused" if isinstance(reason, QuotaExceeded) else "waiting",
        left=len(plan.operations),
        resumes_at=reason.resets_at if isinstance(reason, QuotaExceeded) else None,
        conflicts=conflict_rows(plan),
        message=str(reason),
    )
