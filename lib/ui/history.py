"""What was pushed: how the last push ended, every push with its operations and receipt, and undo."""

from __future__ import annotations

import streamlit as st

from lib.store.journal import OPEN, Push
from lib.sync.push import PushReport
from lib.ui.session import Desk
from lib.ui.tables import operations_table, states
from lib.ui.words import attempt, counted, local_time, plain, say


def show_open_push(at: Desk) -> None:
    """A push that was paused: why nothing is lost, and how to go on."""
    open_push = at.workspace.journal.open_push()
    if open_push is None or at.jobs.active():
        return
    counts = states(at.workspace.journal.entries(open_push.push_id))
    left, done = counts.get("planned", 0), counts.get("done", 0)
    when = "now"
    if at.workspace.quota.left() < 100:
        when = f"when units return, {local_time(at.workspace.quota.resets_at())}"
    st.warning(
        f"Push {open_push.push_id} is {open_push.state}: {done:,} done, {left:,} to go. Nothing is lost. "
        f"Press Push to YouTube to go on {when}.",
        icon=":material/pause_circle:",
    )


def show_report(at: Desk) -> None:
    """What the push that has just ended says beside its counts: what waits, and what it may have left over."""
    job = at.jobs.latest
    if job is None or not isinstance(job.result, PushReport):
        return
    report = job.result
    if report.message:
        st.warning(plain(report.message), icon=":material/info:")
    if report.orphans:
        with st.container(border=True):
            st.warning(
                "These items may be left over from a write that was sent twice. Remove them on YouTube if they are."
            )
            for orphan in report.orphans:
                st.text(f"{at.reading.title(orphan['video_id'])} in {at.reading.playlist_title(orphan['playlist'])}")


def show_history(at: Desk) -> None:
    """Every push with its operations, its receipt and its undo."""
    pushes = at.workspace.journal.pushes()
    if not pushes:
        return
    st.subheader("History", anchor=False)
    for number, one in enumerate(pushes):
        with st.container(border=True):
            _show_one_push(at, one, newest=number == 0)


def _show_one_push(at: Desk, one: Push, *, newest: bool) -> None:
    """One push: how it ended in counts, and what can be done about it."""
    entries = at.workspace.journal.entries(one.push_id)
    counts = ", ".join(f"{number:,} {state}" for state, number in states(entries).items())
    when = local_time(one.started_at) if one.started_at else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.text(f"Push {one.push_id} · {when} · {one.state} · {counts or 'nothing to write'}")
        st.download_button(
            "Receipt (CSV)",
            data=lambda: at.workspace.receipt(one.push_id),
            file_name=f"push-{one.push_id}.csv",
            mime="text/csv",
            key=f"receipt_{one.push_id}",
            on_click="ignore",
            icon=":material/receipt_long:",
        )
        st.button(
            "Undo",
            key=f"undo_{one.push_id}",
            icon=":material/undo:",
            disabled=one.state in OPEN or not at.workspace.undoable(one.push_id) or at.jobs.active() is not None,
            on_click=_undo,
            args=(at, one.push_id),
        )
    if st.toggle("Every operation", key=f"operations_{one.push_id}", value=newest and len(entries) <= 50):
        st.dataframe(operations_table(at.reading, entries), hide_index=True, height=min(400, 38 + 35 * len(entries)))


def _undo(at: Desk, push_id: int) -> None:
    """Lay the edits that take a push back; the plan then shows what they do."""
    result = attempt(lambda: at.workspace.undo(push_id))
    if result:
        edits, lost = result
        say(f"{counted(len(edits), 'edit')} laid to undo push {push_id}. Look at the plan, then push.")
        st.session_state["cannot_come_back"] = lost


def show_lost() -> None:
    """What the undo that was just laid cannot bring back."""
    if lost := st.session_state.get("cannot_come_back"):
        with st.container(border=True):
            st.warning("The undo is among your edits. This much cannot come back:", icon=":material/info:")
            for sentence in lost:
                st.text(sentence)
            if st.button("Understood", key="understood"):
                del st.session_state["cannot_come_back"]
                st.rerun()
