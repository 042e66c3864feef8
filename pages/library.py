"""Library: whose it is, pull, how healthy it is, and what each playlist is for."""

from datetime import datetime

import streamlit as st

from lib.store.overview import months_frame
from lib.ui import boot, connect
from lib.ui.library import charts, held_back, playlist_actions, playlists_table
from lib.ui.look import soft
from lib.ui.session import Desk, Which, desk
from lib.ui.words import attempt, local_time
from lib.youtube import auth

boot.page("pages/library.py")


def show_account(at: Desk) -> None:
    """Which library is open, and for one's own the way to connect it."""
    if at.which is Which.DEMO:
        st.info(
            "This is a sample library: 4,000 recorded talks in one person's untidy playlists, served by a YouTube of "
            "its own on this machine. Try everything; nothing leaves this computer.",
            icon=":material/science:",
        )
    if at.which is Which.MINE and not at.workspace.settings.token.exists():
        st.subheader("Connect your YouTube", anchor=False)
        connect.show_steps(at)


def show_buttons(at: Desk) -> None:
    """Read YouTube, and change to the other library."""
    settings, busy = at.workspace.settings, at.jobs.active() is not None
    signed_in = settings.token.exists() or auth.is_demo(settings)
    last = at.workspace.catalog.fact("last_pull")
    with st.container(horizontal=True, vertical_alignment="center"):
        if signed_in:
            st.button(
                "Pull from YouTube",
                key="pull",
                type="primary",
                icon=":material/download:",
                disabled=busy,
                on_click=at.pull,
                help="Reads what changed, and brings map and suggestions up to it. Nothing on YouTube is changed.",
            )
        if at.which is Which.DEMO:
            st.button(
                "Use my library",
                key="use_mine",
                icon=":material/person:",
                disabled=busy,
                on_click=switch,
                args=(at, Which.MINE),
            )
        if at.which is Which.MINE:
            st.button(
                "Try the sample library",
                key="use_demo",
                icon=":material/science:",
                disabled=busy,
                on_click=switch,
                args=(at, Which.DEMO),
            )
        if last:
            soft(f"Last pull: {local_time(datetime.fromisoformat(last))}", "last_pull")


def switch(at: Desk, which: Which) -> None:
    """Open the other library."""
    attempt(lambda: at.use(which))


def show_health(at: Desk) -> None:
    """What there is, and what could be better."""
    counts, snapshot = at.workspace.catalog.counts(), at.snapshot
    misfits = sum(one.misfit for one in snapshot.suggestions)
    cards = [
        ("Videos", counts["videos"], "Different videos in all your playlists together."),
        ("Playlists", counts["playlists"], "Your playlists, with the liked videos."),
        (
            "Unfiled",
            len(snapshot.unfiled),
            "Videos that stand in an inbox and in no category yet. Review proposes a place.",
        ),
        ("Misfits", misfits, "Filed videos that would fit another of your categories better. See Review."),
        ("Repeats", counts["repeats"], "Items beyond the first copy of a video in the same playlist."),
        (
            "Unavailable",
            counts["unavailable"],
            "Deleted or private videos. They stay listed here, with their last known title.",
        ),
    ]
    with st.container(horizontal=True):
        for label, number, help_text in cards:
            st.metric(label, f"{number:,}", help=help_text, border=True)


def show_months(at: Desk) -> None:
    """When the library grew."""
    months = months_frame(at.workspace.catalog)
    if len(months) > 1:
        st.subheader("When you saved them", anchor=False)
        bars = charts.saved_by_month(months)
        st.plotly_chart(bars, key="months", config={"displayModeBar": False}, alt="Items added in each month")


at = desk()
st.title("Library", anchor=False)
show_account(at)
show_buttons(at)
if at.workspace.catalog.counts()["playlists"]:
    show_health(at)
    held_back.show(at)
    playlists_table.show(at)
    playlist_actions.show(at)
    show_months(at)
elif at.jobs.active():
    st.info("Your library is being read. The sidebar shows how far it is.", icon=":material/hourglass_top:")
elif at.which is not Which.MINE or at.workspace.settings.token.exists():
    st.info("Nothing is here yet. Pull from YouTube to read your playlists.", icon=":material/inbox:")
