"""Settings: the account, the quota, where the data lie, and the way out with everything."""

import streamlit as st

from lib.ui import boot
from lib.ui.app_state import AppState, LibraryKind, app_state
from lib.ui.messages import attempt, local_time
from lib.ui.sync.plan import SHOW_PICTURE
from lib.youtube import auth

boot.page("pages/settings.py")

ABOUT = """
Playlist Atlas runs on this computer. It sends nothing anywhere but to YouTube: what it reads comes from there, and what
you push goes there. The meaning of titles is computed here, by a model that was installed with the app; only another one
that you name with ATLAS_MODEL is downloaded, from Hugging Face. Pictures are fetched only when you ask for one.

It uses YouTube API Services. By using it you agree to the [YouTube Terms of Service](https://www.youtube.com/t/terms);
Google's [Privacy Policy](https://policies.google.com/privacy) applies to your account. You can take the app's access
back at any time in [your Google account](https://myaccount.google.com/connections).

The sample library is made of talks listed by [PyVideo](https://pyvideo.org), thanks to its volunteers and speakers.
"""


def show_account(app: AppState) -> None:
    """Who is signed in, and the way out."""
    st.subheader("Account", anchor=False)
    channel, settings = app.workspace.catalog.channel(), app.workspace.settings
    st.text(channel.title if channel else "No channel has been read yet.")
    if auth.is_demo(settings):
        st.caption("The demo account needs no sign-in.")
    elif settings.token.exists():
        st.caption("Signed in for reading and writing." if auth.can_write(settings) else "Signed in for reading only.")
        st.button(
            "Sign out",
            key="sign_out",
            icon=":material/logout:",
            disabled=app.jobs.active() is not None,
            on_click=lambda: attempt(app.sign_out, "Signed out. Your library stays here."),
        )
    else:
        st.caption("Not signed in. Connect on the Library page.")


def show_pictures(app: AppState) -> None:
    """Whether the picture of the channel is fetched: the browser asks Google for it each time."""
    st.session_state[SHOW_PICTURE] = bool(app.workspace.catalog.fact(SHOW_PICTURE))  # whoever has switched it
    st.toggle(
        "Show the channel's picture beside Push",
        key=SHOW_PICTURE,
        help="Your browser then fetches it from Google. Other pictures are fetched only when you ask for one.",
        on_change=lambda: app.workspace.catalog.remember(SHOW_PICTURE, "yes" if st.session_state[SHOW_PICTURE] else ""),
    )


def show_quota(app: AppState) -> None:
    """Units of today."""
    st.subheader("Quota", anchor=False)
    quota = app.workspace.quota
    with st.container(horizontal=True):
        st.metric("Units left today", f"{quota.left():,}", border=True)
        st.metric("Spent by this app", f"{quota.spent():,}", border=True)
        st.metric(
            "Units a day",
            f"{quota.daily_units:,}",
            border=True,
            help="Change it with the environment variable ATLAS_DAILY_UNITS.",
        )
    st.caption(f"Units return {local_time(quota.resets_at())} your time, when it is midnight in California.")


def show_data(app: AppState) -> None:
    """Where everything lies, and a copy of it."""
    st.subheader("Your data", anchor=False)
    st.text("Data folder")
    st.code(str(app.workspace.settings.home), language=None)
    st.text("Model that reads the titles")
    st.code(app.workspace.settings.model, language=None)
    st.caption(
        "Set ATLAS_HOME for another folder, ATLAS_MODEL for another sentence-transformers model, and start the app again."
    )
    st.download_button(
        "Export as CSV",
        data=lambda: app.workspace.export.text(),
        file_name="playlist-atlas.csv",
        mime="text/csv",
        key="export",
        on_click="ignore",
        icon=":material/download:",
        disabled=app.workspace.catalog.counts()["items"] == 0,
    )


app = app_state()
st.title("Settings", anchor=False)
if app.library_kind is LibraryKind.DEMO:
    st.info("These are the settings of the sample library.", icon=":material/science:")
show_account(app)
show_pictures(app)
show_quota(app)
show_data(app)
st.subheader("About", anchor=False)
st.markdown(ABOUT)
