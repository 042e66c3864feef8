"""Tidy an inbox: what stands in a category already need not stand there. A choice of its own, never made beforehand."""

from __future__ import annotations

import streamlit as st

from lib.models import WRITE_UNITS, counted
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, plain
from lib.ui.styles import secondary_text


def show(app: AppState) -> None:
    """A line for each inbox that holds something YouTube has shown in a category."""
    tidyable = {key: items for key, items in app.snapshot.tidyable.items() if items}
    if not tidyable:
        return
    with st.container(border=True):
        st.text("Tidy up, if you like")
        for playlist_id, items in tidyable.items():
            title = app.snapshot.playlist_title(playlist_id)
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(width="stretch", gap="xsmall"):
                    verb = "is" if len(items) == 1 else "are"
                    st.text(f"{counted(len(items), 'video')} of {title} {verb} in a category already.")
                    secondary_text(
                        f"{'It stays' if len(items) == 1 else 'They stay'} there and "
                        f"{'leaves' if len(items) == 1 else 'leave'} {title}: {WRITE_UNITS * len(items):,} units.",
                        f"tidy_{playlist_id}",
                    )
                st.button(
                    f"Tidy {plain(title)}",
                    key=f"tidy_{playlist_id}",
                    icon=":material/mop:",
                    disabled=app.jobs.active() is not None,
                    on_click=_tidy,
                    args=(app, playlist_id),
                )


def _tidy(app: AppState, playlist_id: str) -> None:
    attempt(
        lambda: app.workspace.filing.tidy([playlist_id]),
        lambda laid: f"{counted(len(laid), 'edit')} laid. Look at the plan, then push.",
    )
