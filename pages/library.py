"""Library: whose it is, pull, how healthy it is, and what each playlist is for."""

from datetime import datetime

import streamlit as st

from lib.ui import boot, connect, held_back
from lib.ui.app_state import AppState, LibraryKind, app_state
from lib.ui.library import charts, playlist_actions, playlists_table
from lib.ui.messages import attempt, local_time
from lib.ui.styles import secondary_text
from lib.youtube import auth

boot.page("pages/library.py")


def show_account(app: AppState) -> None:
    """Which library is open, and for one's own the way to connect it."""
    if app.library_kind is LibraryKind.DEMO:
        st.info(
            "This is a sample library: 4,000 recorded talks in one person's untidy playlists, served by a YouTube of "
            "its own on this machine. Try everything; nothing leaves this computer.",
            icon=":material/science:",
        )
    if app.library_kind is LibraryKind.MINE and not app.workspace.settings.token.exists():
        st.subheader("Connect your YouTube", anchor=False)
        connect.show_steps(app)


def show_buttons(app: AppState) -> None:
    """Read YouTube, and change to the other library."""
    settings, busy = app.workspace.settings, app.jobs.active() is not None
    signed_in = settings.token.exists() or auth.is_demo(settings)
    last = app.workspace.catalog.fact("last_pull")
    with st.container(horizontal=True, vertical_alignment="center"):
        if signed_in:
            st.button(
                "Pull from YouTube",
                key="pull",
                type="primary",
                icon=":material/download:",
                disabled=busy,
                on_click=attempt,
                args=(app.pull,),
                help="Reads what changed, and brings map and suggestions up to it. Nothing on YouTube is changed.",
            )
        if app.library_kind is LibraryKind.DEMO:
            st.button(
                "Use my library",
                key="use_mine",
                icon=":material/person:",
                disabled=busy,
                on_click=switch,
                args=(app, LibraryKind.MINE),
            )
        if app.library_kind is LibraryKind.MINE:
            st.button(
                "Try the sample library",
                key="use_demo",
                icon=":material/science:",
                disabled=busy,
                on_click=switch,
                args=(app, LibraryKind.DEMO),
            )
        if last:
            secondary_text(f"Last pull: {local_time(datetime.fromisoformat(last))}", "last_pull")


def switch(app: AppState, library_kind: LibraryKind) -> None:
    """Open the other library."""
    attempt(lambda: app.use(library_kind))


def show_health(app: AppState) -> None:
    """What there is, and what could be better."""
    snapshot = app.snapshot
    counts = snapshot.counts
    misfits = sum(suggestion.misfit for suggestion in snapshot.suggestions)
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


def show_months(app: AppState) -> None:
    """When the library grew."""
    months = app.snapshot.months_frame
    if len(months) > 1:
        st.subheader("When you saved them", anchor=False)
        bars = charts.saved_by_month(months)
        st.plotly_chart(bars, key="months", config={"displayModeBar": False}, alt="Items added in each month")


app = app_state()
st.title("Library", anchor=False)
show_account(app)
show_buttons(app)
if app.snapshot.counts["playlists"]:
    show_health(app)
    held_back.show(app)
    playlists_table.show(app)
    playlist_actions.show(app)
    show_months(app)
elif app.jobs.active():
    st.info("Your library is being read. The sidebar shows how far it is.", icon=":material/hourglass_top:")
elif app.library_kind is not LibraryKind.MINE or app.workspace.settings.token.exists():
    st.info("Nothing is here yet. Pull from YouTube to read your playlists.", icon=":material/inbox:")
