"""Taking edits back: the picked ones, or the last step with a button that several pages show."""

from __future__ import annotations

import streamlit as st

from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.messages import attempt


def show_take_back_last(app: AppState) -> None:
    """The local undo, step by step."""
    st.button(
        "Take back the last",
        key="take_back_last",
        icon=":material/undo:",
        disabled=app.jobs.active() is not None,
        help="Step by step: what was laid last, in one go, goes first. Nothing on YouTube changes.",
        on_click=take_back,
        args=(app, None),
    )


def take_back(app: AppState, picked: list[int] | None) -> None:
    """Withdraw the picked edits, or undo the last step."""
    filing = app.workspace.filing
    if picked is None:
        attempt(filing.take_back_last, _undone)
    else:
        attempt(lambda: filing.take_back(picked), lambda gone: f"{counted(len(gone), 'edit')} taken back.")
    app.relearn()


def _undone(concerned: list[int]) -> str:
    if not concerned:
        return "There is nothing left to take back."
    return f"The last step is taken back ({counted(len(concerned), 'edit')})."
