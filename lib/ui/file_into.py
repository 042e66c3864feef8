"""One row to file videos: choose a category, or type the name of a new one, and press the button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify


def show(app: AppState, video_ids: Sequence[str], key: str = "file") -> None:
    """Draw the row for these videos: `<key>_into` is the choice, `<key>_move` whether they leave, `<key>` the button."""
    names = app.snapshot.categories
    _drop_missing_choice(key, names)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "File into",
            list(names),
            format_func=lambda playlist_id: names.get(playlist_id, playlist_id),
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
            args=(app, tuple(video_ids), key, names),
        )
    st.checkbox(
        "Move: take them out of the categories they are in",
        key=f"{key}_move",
        help="Without it they are filed there as well. A video that is in no category yet stays in its inbox either way.",
    )


def _drop_missing_choice(key: str, names: Mapping[str, str]) -> None:
    """Empty the choice if its category has gone, or got another id by a push: its id would be taken for a typed name."""
    offered = st.session_state.get(f"{key}_offered", frozenset())
    if st.session_state.get(f"{key}_into") in offered - names.keys():
        st.session_state[f"{key}_into"] = None
    st.session_state[f"{key}_offered"] = frozenset(names)


def file_videos(app: AppState, video_ids: Iterable[str], category: str, *, move: bool = False) -> int:
    """File videos into the category of this id, else of this name, else into a new one of this name; how many edits were laid.

    Videos that YouTube would refuse to take are left out, unless there are no others: then a `UserError` says so, as it
    does for a name that no playlist can have.
    """
    known = category in app.snapshot.categories
    playlist_id = category if known else app.snapshot.category_names.get(category)
    laid = app.workspace.categories.file_into(list(video_ids), playlist_id, category, move=move)
    app.relearn()
    return len(laid)


def _file_now(app: AppState, video_ids: Sequence[str], key: str, names: Mapping[str, str]) -> None:
    """File into what is chosen: an id of `names`, which were offered, or the typed name of a new category."""
    category, move = str(st.session_state.get(f"{key}_into") or ""), bool(st.session_state.get(f"{key}_move"))
    if category in names.keys() - app.snapshot.categories.keys():
        notify(f"{names[category]} is gone. Choose another category.")
    elif category:
        attempt(
            lambda: file_videos(app, video_ids, category, move=move),
            lambda laid: f"{counted(laid, 'edit')} laid for {names.get(category, category)}.",
        )
