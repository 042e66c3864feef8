"""Make a topic a category: an existing playlist that holds most of it already, or a new one of its name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.derived import Topic
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.file_into import file_videos
from lib.ui.messages import attempt
from lib.ui.styles import secondary_text

_CHOSEN = "topic_chosen"


def choose(topic: Topic, video_ids: Sequence[str]) -> None:
    """Note that these videos were selected by choosing a topic."""
    st.session_state[_CHOSEN] = (topic.name, tuple(video_ids))


def show(app: AppState, picked: Sequence[str]) -> None:
    """The offer, as long as what is selected is what the topic selected."""
    name, video_ids = st.session_state.get(_CHOSEN, ("", ()))
    if not name or tuple(picked) != video_ids:
        return
    into = app.workspace.categories.best_for({name: list(video_ids)}).get(name)
    with st.container(border=True, key="make_category_box"):
        if into:
            _show_existing(app, video_ids, into)
        else:
            _show_new(app, name, video_ids)


def _show_existing(app: AppState, video_ids: Sequence[str], into: str) -> None:
    """Most of the topic is in one playlist: file the others there."""
    playlist = app.snapshot.local.playlists[into]
    missing = [video_id for video_id in video_ids if not playlist.copies(video_id)]
    movable = [video_id for video_id in missing if video_id not in app.snapshot.unavailable]
    if not missing:
        st.text(f"All {len(video_ids):,} are in {playlist.title} already: this topic is a category.")
        return
    st.text(f"{len(video_ids) - len(missing):,} of {len(video_ids):,} are in {playlist.title} already.")
    if len(movable) < len(missing):
        st.text(f"YouTube takes no unavailable video: {len(missing) - len(movable):,} stay where they are.")
    st.button(
        f"File the other {len(movable):,} there",
        key="make_category",
        type="primary",
        icon=":material/create_new_folder:",
        disabled=not movable,
        on_click=_file_into,
        args=(app, into, playlist.title, movable),
    )


def _show_new(app: AppState, name: str, video_ids: Sequence[str]) -> None:
    secondary_text("No playlist of yours holds a third of this topic.", "no_match")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input("New category", value=name, key=f"category_name_{name}", autocomplete="off")
        st.button(
            "Make this a category",
            key="make_category",
            type="primary",
            icon=":material/create_new_folder:",
            disabled=not title.strip(),
            on_click=_make_category,
            args=(app, title, video_ids),
        )


def _file_into(app: AppState, playlist_id: str, title: str, video_ids: Sequence[str]) -> None:
    attempt(
        lambda: file_videos(app, video_ids, playlist_id),
        lambda laid: f"{counted(laid, 'edit')} laid for {title}.",
    )


def _make_category(app: AppState, name: str, video_ids: Sequence[str]) -> None:
    attempt(
        lambda: app.workspace.categories.make(name, list(video_ids)),
        lambda laid: f"{counted(len(laid), 'edit')} laid for {name}.",
    )
    app.relearn()
