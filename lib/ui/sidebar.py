"""The sidebar: whose library is open, what is left of today's quota, how many edits wait, and what runs."""

from __future__ import annotations

import streamlit as st

from lib.ui.jobpanel import show_running
from lib.ui.session import Desk, Which
from lib.ui.words import counted

LOW_UNITS = 1_000
COUNT_SECONDS = 2.0


def show(desk: Desk) -> None:
    """Draw the sidebar below the list of pages."""
    with st.sidebar:
        with st.container(gap="xsmall"):
            _show_account(desk)
            # a push spends what is left, and the page itself need not be drawn anew for that
            st.fragment(_show_counts, run_every=COUNT_SECONDS if desk.jobs.active() else None)(desk)
        show_running(desk)


def _show_account(desk: Desk) -> None:
    channel = desk.workspace.catalog.channel()
    st.text(channel.title if channel else "No library yet")
    if desk.which is Which.DEMO:
        st.badge("Sample library", icon=":material/science:", color="violet", help="Nothing here reaches YouTube.")


def _show_counts(desk: Desk) -> None:
    left, edits = desk.workspace.quota.left(), desk.workspace.edits.count()
    open_push = desk.workspace.journal.open_push()
    with st.container(gap="xsmall"):
        st.badge(
            f"{left:,} units left today",
            icon=":material/bolt:",
            color="orange" if left < LOW_UNITS else "gray",
            help="A read costs 1 unit, a write 50. YouTube gives 10,000 a day.",
        )
        if edits:
            st.badge(f"{counted(edits, 'edit')} waiting", icon=":material/edit:", color="blue")
        if open_push and not desk.jobs.active():
            st.badge(f"Push {open_push.push_id} stands still", icon=":material/pause:", color="orange")
