"""The 'plan' command: what a push would do, cost and finish when; sends nothing."""

from __future__ import annotations

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import say, say_questions
from lib.local_time import local_time
from lib.planning.conflicts import conflict_rows
from lib.planning.orphans import orphan_row
from lib.services.workspace import Workspace


@command("plan", "what a push would do, cost and finish when; sends nothing")
@with_workspace
def plan(workspace: Workspace) -> Answer:
    """The plan for the pending edits, with its questions and what cannot come back."""
    plan, orphans = workspace.pushes.plan(), [orphan_row(orphan) for orphan in workspace.pushes.orphans()]
    for guard in plan.guards:
        say(f"{guard.what} Pushing will need --confirm {plan.confirm_count}.")
    for note in plan.notes:
        say(note)
    if len(plan.calendar) > 1:
        begins = local_time(workspace.quota.resets_at())
        say(f"The dates are days of this machine's time zone. YouTube's next day, with new units, begins {begins}.")
    say_questions(conflict_rows(plan), orphans)
    if not (plan.operations or plan.conflicts or orphans):
        say("Nothing to do: YouTube already is as you wish.")
    return {
        "plan_id": plan.plan_id,
        "operations": [
            {"kind": op.kind, "playlist": op.playlist_id, "video_id": op.video_id, "units": op.units}
            for op in plan.operations
        ],
        "units": plan.units,
        "units_naive": plan.units_naive,
        "days": len(plan.calendar),
        "calendar": [{"date": day.day, "units": day.units, "playlists": list(day.playlists)} for day in plan.calendar],
        "conflicts": conflict_rows(plan),
        "guards": [{"id": guard.guard_id, "what": guard.what, "count": guard.count} for guard in plan.guards],
        "confirm": plan.confirm_count,
        "irreversible": list(plan.irreversible),
        "notes": list(plan.notes),
        "orphans": orphans,
    }, DONE
