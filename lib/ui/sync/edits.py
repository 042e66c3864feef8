"""The edits that wait: a table to choose from, to star some and to take some back."""

from __future__ import annotations

import streamlit as st

from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.messages import attempt
from lib.ui.styles import table_height
from lib.ui.sync.tables import edits_table
from lib.ui.take_back import show_take_back_last, take_back

NOTHING = "No edit waits. File videos on the Map, Review or Search page; they gather here."


def show(app: AppState) -> None:
    """The edits that wait, the newest first."""
    if not app.snapshot.edits:
        st.info(NOTHING, icon=":material/inbox:")
        show_take_back_last(app)  # what was answered or taken back can come back
        return
    table = edits_table(app.snapshot)
    st.caption("Starred ones go first. Taking one back changes nothing on YouTube: it was only a wish.")
    chosen = st.dataframe(
        table,
        key="edits",
        hide_index=True,
        height=table_height(len(table), 460),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "turn": st.column_config.TextColumn("Turn", width="small"),
            "edit": st.column_config.TextColumn("Edit", width="small"),
            "what": st.column_config.TextColumn("Video or title", width="large"),
            "from": "From",
            "to": "To",
            "decided by": st.column_config.TextColumn("Decided by", width="small"),
        },
    )
    rows = [row for row in chosen["selection"]["rows"] if row < len(table)]
    picked = [int(table.index[row]) for row in rows]
    _show_buttons(app, picked, bool(picked) and bool((table["turn"].iloc[rows] == "first").all()))


def _show_buttons(app: AppState, picked: list[int], starred: bool) -> None:
    busy = app.jobs.active() is not None
    with st.container(horizontal=True):
        st.button(
            "Unstar" if starred else "Star: push these first",
            key="star",
            icon=":material/star:",
            disabled=not picked or busy,
            on_click=star,
            args=(app, picked, not starred),
        )
        st.button(
            f"Take back {len(picked):,} selected" if picked else "Take back selected",
            key="take_back",
            disabled=not picked or busy,
            on_click=take_back,
            args=(app, picked),
        )
        show_take_back_last(app)


def star(app: AppState, picked: list[int], starred: bool) -> None:
    """Let these edits go first, or no longer."""
    consequence = "go first" if starred else "wait their turn"
    attempt(lambda: app.workspace.edits.star(picked, starred), f"{counted(len(picked), 'edit')}: {consequence}.")
