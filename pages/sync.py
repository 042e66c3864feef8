"""Sync: the edits that wait, the plan and what it costs, the push, and the history with undo."""

import streamlit as st

from lib.models import Plan
from lib.ui import boot, connect, history, plan_view
from lib.ui.session import Desk, desk
from lib.ui.tables import edits_table
from lib.ui.words import attempt, counted
from lib.youtube.auth import can_write

boot.page("pages/sync.py")


def show_edits(at: Desk) -> None:
    """The wishes that wait, each of which can be taken back."""
    if not at.reading.edits:
        st.info(
            "No edit waits. File videos on the Map, Review or Search page; they gather here.", icon=":material/inbox:"
        )
        return
    st.subheader(f"{counted(len(at.reading.edits), 'edit')} waiting", anchor=False)
    table = edits_table(at.reading)
    chosen = st.dataframe(
        table,
        key="edits",
        hide_index=True,
        height=min(320, 38 + 35 * len(table)),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "edit": st.column_config.TextColumn("Edit", width="small"),
            "what": st.column_config.TextColumn("Video or title", width="large"),
            "from": "From",
            "to": "To",
            "decided by": st.column_config.TextColumn("Decided by", width="small"),
        },
    )
    rows = [row for row in chosen["selection"]["rows"] if row < len(table)]
    picked = [int(table.index[row]) for row in rows]
    with st.container(horizontal=True):
        st.button(
            f"Take back {len(picked):,} selected" if picked else "Take back selected",
            key="take_back",
            disabled=not picked or at.jobs.active() is not None,
            on_click=take_back,
            args=(at, picked),
        )
        st.button(
            "Take back the last",
            key="take_back_last",
            icon=":material/undo:",
            disabled=at.jobs.active() is not None,
            on_click=take_back,
            args=(at, None),
        )


def take_back(at: Desk, picked: list[int] | None) -> None:
    """Withdraw the picked edits, or what was laid last."""
    filing = at.workspace.filing
    attempt(
        filing.take_back_last if picked is None else lambda: filing.take_back(picked),
        lambda gone: f"{counted(len(gone), 'edit')} taken back.",
    )
    at.relearn()


def show_push(at: Desk, plan: Plan, confirmed: bool) -> None:
    """The one button that writes, with the channel it writes to beside it."""
    open_push, channel = at.workspace.journal.open_push(), at.workspace.catalog.channel()
    nothing = not plan.operations and open_push is None
    if not can_write(at.workspace.settings):
        if nothing:
            return
        st.info("Until now the app may only read your library. Writing needs your leave, once.", icon=":material/lock:")
        connect.show_sign_in(at, write=True)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Push to YouTube",
            key="push",
            type="primary",
            icon=":material/upload:",
            disabled=nothing or not confirmed or at.jobs.active() is not None,
            on_click=push,
            args=(at, plan),
        )
        st.text(f"to the channel {channel.title}" if channel else "")


def push(at: Desk, plan: Plan) -> None:
    """Carry the plan out in the background."""
    confirm = plan.confirm_count if plan.guards else None
    at.jobs.start("push", lambda progress: at.workspace.push(plan_id=plan.plan_id, confirm=confirm, progress=progress))


at = desk()
st.title("Sync", anchor=False)
history.show_open_push(at)
history.show_lost()
show_edits(at)
plan = at.reading.plan
confirmed = True
if plan.operations or plan.conflicts:
    plan_view.show_plan(at, plan)
    confirmed = plan_view.show_questions(at, plan, take_back)
show_push(at, plan, confirmed)
history.show_report(at)
history.show_history(at)
