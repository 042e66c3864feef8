"""Sync: the plan for the edits that wait and what it costs, the push, and the history with undo."""

import streamlit as st

from lib.background.jobs import JobKind
from lib.ui import boot, held_back, job_panel, take_back
from lib.ui.app_state import AppState, app_state
from lib.ui.messages import browser_zone
from lib.ui.sync import conflicts, edits, history, paused, tidy_inbox
from lib.ui.sync import plan as plan_view

boot.page("pages/sync.py")


def show_plan(app: AppState) -> None:
    """The questions, the plan, the button, and how the last push ended."""
    job = app.jobs.active()
    if job and job.kind == JobKind.PUSH:
        job_panel.show_pushing(app)
        return
    plan = app.snapshot.plan(browser_zone())
    history.show_refusal(app)
    held_back.show(app, plan.conflicts)
    conflicts.show_conflicts(
        app, [conflict for conflict in plan.conflicts if not conflict.conflict_id.startswith("h:")]
    )
    conflicts.show_orphans(app, app.snapshot.orphans)
    agreed = paused.agreed(app, plan)
    confirmed = True
    if plan.operations:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(plan_view.heading(plan, app.snapshot.edits), anchor=False, width="content")
            take_back.show_take_back_last(app)
        plan_view.show_plan(app, plan)
        conflicts.show_irreversible(plan)
        confirmed = agreed or conflicts.show_guards(app, plan)
    elif not plan.conflicts:
        st.info(edits.NOTHING, icon=":material/inbox:")
    if not (agreed and paused.goes_on_by_hand(app)):
        plan_view.show_push(app, plan, confirmed, agreed=agreed)
    plan_view.show_promises()
    history.show_receipt(app)
    tidy_inbox.show(app)


app = app_state()
st.title("Sync", anchor=False)
paused.show(app)
history.show_lost(app)
parts = {
    "plan": "Plan and push",
    "edits": f"Edits ({len(app.snapshot.edits):,})",
    "history": f"History ({len(app.workspace.journal.pushes()):,})",
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
    show_plan(app)
elif part == "edits":
    edits.show(app)
else:
    history.show_history(app)
