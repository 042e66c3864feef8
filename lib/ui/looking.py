"""The button that looks the library over, for the parts of the review page that show what it found."""

from __future__ import annotations

import streamlit as st

from lib.services.tidy import Found
from lib.ui.session import Desk


def found(at: Desk, asked: str) -> Found | None:
    """What the last look found, with the button to look, or to look again. `asked` says what for."""
    curating = at.workspace.curating
    known = curating.found(at.reading.local)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Look" if known is None else "Look again",
            key="look_over",
            type="primary" if known is None else "secondary",
            icon=":material/troubleshoot:",
            disabled=at.jobs.active() is not None,
            on_click=look,
            args=(at,),
        )
        st.caption(asked)
    return known


def look(at: Desk) -> None:
    """Look the library over in the background; it takes seconds."""
    workspace = at.workspace
    at.jobs.start("look", lambda progress: workspace.curating.look(workspace.local(), progress))
