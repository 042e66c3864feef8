"""The filters of a search: playlists, channels, a topic, a length, and the states unfiled and unavailable."""

from __future__ import annotations

import streamlit as st

from lib.services.search import Filters
from lib.ui.app_state import AppState
from lib.ui.messages import undirected, unique_names

PLAYLISTS, CHANNELS, TOPIC, LENGTH, STATES = (
    f"search_{name}" for name in ("playlists", "channels", "topic", "length", "states")
)
UNFILED, UNAVAILABLE = "Unfiled", "Unavailable"
NO_LIMIT = 10_000
MINUTES = (0, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, NO_LIMIT)


def show(app: AppState) -> Filters:
    """The row of filters; what they ask for."""
    snapshot = app.snapshot
    playlists, topics = snapshot.playlist_names, unique_names({topic.topic: topic.name for topic in snapshot.topics})
    _drop_missing_choices(playlists, snapshot.channel_names, topics)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "In a playlist",
            list(playlists),
            format_func=lambda playlist_id: playlists.get(playlist_id, playlist_id),
            placeholder="Any",
            key=PLAYLISTS,
            persist_state="session",
        )
        channels = st.multiselect(
            "Of a channel",
            snapshot.channel_names,
            format_func=undirected,
            placeholder="Any",
            key=CHANNELS,
            persist_state="session",
        )
        topic = st.selectbox(
            "Topic",
            list(topics),
            index=None,
            format_func=lambda topic: topics.get(topic, ""),
            placeholder="Any",
            key=TOPIC,
            persist_state="session",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortest, longest = st.select_slider(
            "Length in minutes",
            MINUTES,
            value=(MINUTES[0], MINUTES[-1]),
            format_func=lambda minutes: "no limit" if minutes == NO_LIMIT else str(minutes),
            key=LENGTH,
            persist_state="session",
        )
        states = st.pills("Only", [UNFILED, UNAVAILABLE], selection_mode="multi", key=STATES, persist_state="session")
    return Filters(
        playlists=tuple(chosen),
        channels=tuple(channels),
        topic=topic,
        min_seconds=60 * shortest or None,
        max_seconds=None if longest == NO_LIMIT else 60 * longest,
        unavailable=UNAVAILABLE in states,
        unfiled=UNFILED in states,
    )


def clear() -> None:
    """Ask for nothing in particular again."""
    empty: dict[str, object] = {PLAYLISTS: [], CHANNELS: [], TOPIC: None, LENGTH: (MINUTES[0], MINUTES[-1]), STATES: []}
    for key, value in empty.items():
        st.session_state[key] = value


def _drop_missing_choices(playlists: dict[str, str], channels: list[str], topics: dict[int, str]) -> None:
    """A choice that the library no longer has, after a pull or in another library, is no choice."""
    state = st.session_state
    if set(state.get(PLAYLISTS, ())) - playlists.keys():
        state[PLAYLISTS] = [playlist_id for playlist_id in state[PLAYLISTS] if playlist_id in playlists]
    if set(state.get(CHANNELS, ())) - set(channels):
        state[CHANNELS] = [channel for channel in state[CHANNELS] if channel in channels]
    if state.get(TOPIC) is not None and state[TOPIC] not in topics:
        state[TOPIC] = None
