"""The sidebar: whose library is open, what is left of today's quota, how many edits wait, and what runs."""

from __future__ import annotations

import streamlit as st

from lib.models import counted
from lib.ui.app_state import AppState, LibraryKind
from lib.ui.job_panel import show_running
from lib.ui.messages import local_time

LOW_UNITS = 1_000
COUNT_SECONDS = 2.0


def show(app: AppState) -> None:
    """Draw the sidebar below the list of pages."""
    with st.sidebar:
        with st.container(gap="xsmall"):
            _show_account(app)
            # a push spends what is left, and the page itself need not be drawn anew for that
            st.fragment(_show_counts, run_every=COUNT_SECONDS if app.jobs.active() else None)(app)
        show_running(app)


def _show_account(app: AppState) -> None:
    channel = app.workspace.catalog.channel()
    st.text(channel.title if channel else "No library yet")
    if app.library_kind is LibraryKind.DEMO:
        st.badge("Sample library", icon=":material/science:", color="violet", help="Nothing here reaches YouTube.")


def _show_counts(app: AppState) -> None:
    left, edits = app.workspace.quota.left(), app.workspace.edits.count()
    open_push = app.workspace.journal.open_push()
    with st.container(gap="xsmall"):
        st.badge(
            f"{left:,} units left today",
            icon=":material/bolt:",
            color="orange" if left < LOW_UNITS else "gray",
            help="A read costs 1 unit, a write 50. YouTube gives 10,000 a day. Its day ends at midnight in California: "
            f"{local_time(app.workspace.quota.resets_at())} your time.",
        )
        if edits:
            st.badge(f"{counted(edits, 'edit')} waiting", icon=":material/edit:", color="blue")
        if open_push and not app.jobs.active():
            st.badge(f"Push {open_push.push_id} stands still", icon=":material/pause:", color="orange")
