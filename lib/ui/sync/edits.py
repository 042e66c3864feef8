"""The edits that wait: a table to choose from, to star some and to take some back."""

from __future__ import annotations

import streamlit as st

from lib.ui.session import Desk
from lib.ui.sync.tables import edits_table
from lib.ui.words import attempt, counted

NOTHING = "No edit waits. File videos on the Map, Review or Search page; they gather here."


def show(at: Desk) -> None:
    """The wishes that wait, the newest first."""
    if not at.snapshot.edits:
        st.info(NOTHING, icon=":material/inbox:")
        show_take_back_last(at)  # what was answered or taken back can come back
        return
    table = edits_table(at.snapshot)
    st.caption("Starred ones go first. Taking one back changes nothing on YouTube: it was only a wish.")
    chosen = st.dataframe(
        table,
        key="edits",
        hide_index=True,
        height=min(460, 38 + 35 * len(table)),
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
    _show_buttons(at, picked, bool(picked) and bool((table["turn"].iloc[rows] == "first").all()))


def _show_buttons(at: Desk, picked: list[int], starred: bool) -> None:
    busy = at.jobs.active() is not None
    with st.container(horizontal=True):
        st.button(
            "Unstar" if starred else "Star: push these first",
            key="star",
            icon=":material/star:",
            disabled=not picked or busy,
            on_click=star,
            args=(at, picked, not starred),
        )
        st.button(
            f"Take back {len(picked):,} selected" if picked else "Take back selected",
            key="take_back",
            disabled=not picked or busy,
            on_click=take_back,
            args=(at, picked),
        )
        show_take_back_last(at)


def show_take_back_last(at: Desk) -> None:
    """The local undo, step by step."""
    st.button(
        "Take back the last",
        key="take_back_last",
        icon=":material/undo:",
        disabled=at.jobs.active() is not None,
        help="Step by step: what was laid last, in one go, goes first. Nothing on YouTube changes.",
        on_click=take_back,
        args=(at, None),
    )


def star(at: Desk, picked: list[int], starred: bool) -> None:
    """Let these edits go first, or no longer."""
    said = "go first" if starred else "wait their turn"
    attempt(lambda: at.workspace.edits.star(picked, starred), f"{counted(len(picked), 'edit')}: {said}.")


def take_back(at: Desk, picked: list[int] | None) -> None:
    """Withdraw the picked edits, or undo the last step."""
    filing = at.workspace.filing
    if picked is None:
        attempt(filing.take_back_last, _undone)
    else:
        attempt(lambda: filing.take_back(picked), lambda gone: f"{counted(len(gone), 'edit')} taken back.")
    at.relearn()


def _undone(concerned: list[int]) -> str:
    if not concerned:
        return "There is nothing left to take back."
    return f"The last step is taken back ({counted(len(concerned), 'edit')})."
