"""One row to file videos: choose a category, or type the name of a new one, and press the button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from lib.ui.app_state import AppState
from lib.ui.messages import attempt, counted


def show(app: AppState, video_ids: Sequence[str], key: str = "file") -> None:
    """Draw the row for these videos: `<key>_into` is the choice, `<key>_move` whether they leave, `<key>` the button."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "File into",
            list(app.snapshot.category_names),
            index=None,
            placeholder="Choose, or type a new one",
            accept_new_options=True,
            key=f"{key}_into",
        )
        st.button(
            f"File {counted(len(video_ids), 'video')}" if video_ids else "File",
            key=key,
            type="primary",
            disabled=not video_ids or not st.session_state.get(f"{key}_into"),
            on_click=_file_now,
            args=(app, tuple(video_ids), key),
        )
    st.checkbox(
        "Move: take them out of the categories they are in",
        key=f"{key}_move",
        help="Without it they are filed there as well. A video that is in no category yet stays in its inbox either way.",
    )


def file_videos(app: AppState, video_ids: Iterable[str], name: str, *, move: bool = False) -> int:
    """File videos into a category by its shown name, or into a new one; how many edits were laid.

    Videos that YouTube would refuse to take are left out, unless there are no others: then a `UserError` says so, as it
    does for a name that no playlist can have.
    """
    playlist_id = app.snapshot.category_names.get(name)
    laid = app.workspace.categories.file_into(list(video_ids), playlist_id, name, move=move)
    app.relearn()
    return len(laid)


def _file_now(app: AppState, video_ids: Sequence[str], key: str) -> None:
    name, move = str(st.session_state.get(f"{key}_into") or ""), bool(st.session_state.get(f"{key}_move"))
    if name:
        attempt(
            lambda: file_videos(app, video_ids, name, move=move),
            lambda laid: f"{counted(laid, 'edit')} laid for {name}.",
        )
