"""Make a topic a category: an existing playlist that holds most of it already, or a new one of its name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.derived import Topic
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, counted
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
            _show_existing(app, name, video_ids, into)
        else:
            _show_new(app, name, video_ids)


def _show_existing(app: AppState, name: str, video_ids: Sequence[str], into: str) -> None:
    """Most of the topic is in one playlist: file the others there."""
    playlist = app.snapshot.local.playlists[into]
    filed = sum(bool(playlist.copies(video_id)) for video_id in video_ids)
    missing = len(video_ids) - filed
    if not missing:
        st.text(f"All {len(video_ids):,} are in {playlist.title} already: this topic is a category.")
        return
    st.text(f"{filed:,} of {len(video_ids):,} are in {playlist.title} already.")
    st.button(
        f"File the other {missing:,} there",
        key="make_category",
        type="primary",
        icon=":material/create_new_folder:",
        on_click=_make_category,
        args=(app, playlist.title, name, video_ids),
    )


def _show_new(app: AppState, name: str, video_ids: Sequence[str]) -> None:
    secondary_text("No playlist of yours holds a third of this topic.", "no_match")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wished = st.text_input("New category", value=name, key=f"category_name_{name}", autocomplete="off")
        st.button(
            "Make this a category",
            key="make_category",
            type="primary",
            icon=":material/create_new_folder:",
            disabled=not wished.strip(),
            on_click=_make_category,
            args=(app, wished, wished, video_ids),
        )


def _make_category(app: AppState, shown: str, name: str, video_ids: Sequence[str]) -> None:
    attempt(
        lambda: app.workspace.categories.make(name, list(video_ids)),
        lambda laid: f"{counted(len(laid), 'edit')} laid for {shown}.",
    )
    app.relearn()
