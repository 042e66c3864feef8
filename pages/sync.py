"""Sync: the plan for the edits that wait and what it costs, the push, and the history with undo."""

import streamlit as st

from lib.ui import boot, edits_view, history, jobpanel, plan_view, promises, questions, standing, tidying
from lib.ui.library import held_back
from lib.ui.session import Desk, desk

boot.page("pages/sync.py")


def show_plan(at: Desk) -> None:
    """The questions, the plan, the button, and how the last push ended."""
    job = at.jobs.active()
    if job and job.kind == "push":
        jobpanel.show_pushing(at)
        return
    plan = at.reading.plan
    history.show_refusal(at)
    held_back.show(at, plan.conflicts)
    questions.show_conflicts(at, [one for one in plan.conflicts if not one.conflict_id.startswith("h:")])
    questions.show_orphans(at, at.reading.orphans)
    agreed = standing.agreed(at, plan)
    confirmed = True
    if plan.operations:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(plan_view.heading(plan, at.reading.edits), anchor=False, width="content")
            edits_view.show_take_back_last(at)
        plan_view.show_plan(at, plan)
        questions.show_irreversible(plan)
        confirmed = agreed or questions.show_guards(at, plan)
    elif not plan.conflicts:
        st.info(edits_view.NOTHING, icon=":material/inbox:")
    if not (agreed and standing.goes_on_by_hand(at)):
        plan_view.show_push(at, plan, confirmed, agreed=agreed)
    promises.show()
    history.show_receipt(at)
    tidying.show(at)


at = desk()
st.title("Sync", anchor=False)
standing.show(at)
history.show_lost(at)
parts = {
    "plan": "Plan and push",
    "edits": f"Edits ({len(at.reading.edits):,})",
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
    edits_view.show(at)
else:
    history.show_history(at)
