"""Sync: the plan for the edits that wait and what it costs, the push, and the history with undo."""

import streamlit as st

from lib.ui import boot, jobpanel
from lib.ui.library import held_back
from lib.ui.session import Desk, desk
from lib.ui.sync import conflicts, edits, history, paused, tidy_inbox
from lib.ui.sync import plan as plan_view

boot.page("pages/sync.py")


def show_plan(at: Desk) -> None:
    """The questions, the plan, the button, and how the last push ended."""
    job = at.jobs.active()
    if job and job.kind == "push":
        jobpanel.show_pushing(at)
        return
    plan = at.snapshot.plan
    history.show_refusal(at)
    held_back.show(at, plan.conflicts)
    conflicts.show_conflicts(at, [one for one in plan.conflicts if not one.conflict_id.startswith("h:")])
    conflicts.show_orphans(at, at.snapshot.orphans)
    agreed = paused.agreed(at, plan)
    confirmed = True
    if plan.operations:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(plan_view.heading(plan, at.snapshot.edits), anchor=False, width="content")
            edits.show_take_back_last(at)
        plan_view.show_plan(at, plan)
        conflicts.show_irreversible(plan)
        confirmed = agreed or conflicts.show_guards(at, plan)
    elif not plan.conflicts:
        st.info(edits.NOTHING, icon=":material/inbox:")
    if not (agreed and paused.goes_on_by_hand(at)):
        plan_view.show_push(at, plan, confirmed, agreed=agreed)
    plan_view.show_promises()
    history.show_receipt(at)
    tidy_inbox.show(at)


at = desk()
st.title("Sync", anchor=False)
paused.show(at)
history.show_lost(at)
parts = {
    "plan": "Plan and push",
    "edits": f"Edits ({len(at.snapshot.edits):,})",
    "history": f"History ({len(at.workspace.journal.pushes()):,})",
}
part = st.segmented_control(
    "What to see",
    list(parts),
    format_func=parts.__getitem__,
    default="plan",
    required=True,
    key="sync_part",
    label_visibility="collapsed",
    persist_state="session",
)
if part == "plan":
    show_plan(at)
elif part == "edits":
    edits.show(at)
else:
    history.show_history(at)
