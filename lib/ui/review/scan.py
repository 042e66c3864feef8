"""The scan of the library for duplicates, merges and splits: the button that starts it, and the hints of the last one."""

from __future__ import annotations

import streamlit as st

from lib.background.jobs import JobKind
from lib.services.tidy import TidyHints
from lib.ui.app_state import AppState
from lib.ui.messages import attempt


def last_hints(app: AppState, purpose: str) -> TidyHints | None:
    """The hints of the last scan, None before the first; shows the button that starts a scan. `purpose` is its caption."""
    tidy = app.workspace.tidy
    hints = tidy.current_hints(app.snapshot.local)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Look" if hints is None else "Look again",
            key="look_over",
            type="primary" if hints is None else "secondary",
            icon=":material/troubleshoot:",
            disabled=app.jobs.active() is not None,
            on_click=start_scan,
            args=(app,),
        )
        st.caption(purpose)
    return hints


def start_scan(app: AppState) -> None:
    """Scan the library in the background; it takes seconds."""
    workspace = app.workspace
    attempt(lambda: app.jobs.start(JobKind.SCAN, lambda progress: workspace.tidy.scan(workspace.local(), progress)))
