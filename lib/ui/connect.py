"""Connect a YouTube account: the client secret, the sign-in and its progress."""

from __future__ import annotations

import os

import streamlit as st

from lib.errors import UserError
from lib.settings import Settings
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify, show_error
from lib.youtube.auth import check_client_secret

POLL_SECONDS = 1.0
_CONSOLE = "https://console.cloud.google.com"
_STEPS = f"""
1. Open the [Google Cloud console]({_CONSOLE}/projectcreate) and create a project. Any name will do.
2. Enable the [YouTube Data API v3]({_CONSOLE}/apis/library/youtube.googleapis.com) for it.
3. On the [consent screen]({_CONSOLE}/auth/overview) choose *External*, and add your own address as a *test user*.
4. Create an [OAuth client]({_CONSOLE}/auth/clients) of type *Desktop app*, and download its JSON file.
5. Give that file to the app here. It stays in your data folder.
"""


def show_steps(app: AppState) -> None:
    """From nothing to a connected account: what to do at Google, the file, the button."""
    settings = app.workspace.settings
    has_secret = settings.client_secret.exists()
    with st.expander("Once, ten minutes: a key of your own from Google", expanded=not has_secret):
        st.markdown(_STEPS)
        st.caption(
            "YouTube gives each project 10,000 units a day. With a project of your own, they are all yours, and no "
            "server of ours stands in between. Google will say that the app is not verified: it is your own."
        )
    uploaded = st.file_uploader("client_secret.json", type="json", key="client_secret", max_upload_size=1)
    if uploaded is not None and st.session_state.get("secret_kept") != uploaded.file_id:
        st.session_state["secret_kept"] = uploaded.file_id
        attempt(lambda: keep_client_secret(uploaded.getvalue(), settings), "The key fits. Connect now.")
        st.rerun()
    show_sign_in(app, write=False)


def show_sign_in(app: AppState, *, write: bool) -> None:
    """The button that signs in, and while that is under way the address to open and how it stands."""
    waiting = app.sign_in is not None and app.sign_in.state == "waiting"
    if not waiting:
        st.button(
            "Allow writing" if write else "Connect YouTube (read-only)",
            key="allow_writing" if write else "connect",
            type="primary",
            icon=":material/login:",
            disabled=not app.workspace.settings.client_secret.exists(),
            on_click=_start_sign_in,
            args=(app, write),
        )
    if app.sign_in is not None:
        st.fragment(_show_progress, run_every=POLL_SECONDS if waiting else None)(app)


def keep_client_secret(content: bytes, settings: Settings) -> None:
    """Check a client secret and keep it in the data folder, for its owner's eyes only.

    Raises `UserError` that says what the file is instead; nothing is kept then.
    """
    partial = settings.home / ".checking" / settings.client_secret.name
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.touch(mode=0o600)
        partial.write_bytes(content)
        check_client_secret(partial)
        os.replace(partial, settings.client_secret)
    finally:
        partial.unlink(missing_ok=True)
        partial.parent.rmdir()


def _start_sign_in(app: AppState, write: bool) -> None:
    attempt(lambda: app.start_sign_in(write=write))


def _show_progress(app: AppState) -> None:
    sign_in = app.sign_in
    if sign_in is None:
        return
    if sign_in.state == "waiting":
        st.text("Google's page opens in your browser. Choose the channel whose playlists you want.")
        if sign_in.url:
            st.link_button("Open the page yourself", sign_in.url, icon=":material/open_in_new:")
        return
    app.sign_in = None
    if sign_in.state == "done":
        notify("You are signed in.")
        st.rerun()
    show_error(sign_in.error or UserError("The sign-in did not succeed.", "Try again."))
