"""The selected videos: kept over pages, shown as a table or one by one, and filed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.models import counted
from lib.rules.rules import in_words
from lib.ui import explanation, file_into
from lib.ui.app_state import AppState
from lib.ui.styles import large_text, secondary_text, table_height
from lib.youtube.links import watch_url

MOST_ROWS = 500
_PICKED, _NONCE, _HANDED = "picked", "map_nonce", "map_handed"


def selected() -> list[str]:
    """The selected videos."""
    return list(st.session_state.get(_PICKED, []))


def pick(video_ids: Sequence[str]) -> None:
    """Select these videos; the map takes the selection over."""
    st.session_state[_PICKED] = list(video_ids)
    st.session_state[_NONCE] = st.session_state.get(_NONCE, 0) + 1


def take_from_map(video_ids: Sequence[str]) -> None:
    """Keep a selection that was made on the map; the map is not told."""
    st.session_state[_PICKED] = list(video_ids)


def handed_to_map(ids: Sequence[str]) -> tuple[int, list[int]]:
    """The nonce, and the rows of `ids` that were selected when it was given out.

    They stay the same until `pick` is called, because the map is sent anew whenever anything about it changes.
    """
    nonce, version = st.session_state.setdefault(_NONCE, 0), hash(tuple(ids))
    handed = st.session_state.get(_HANDED)
    if handed is None or handed[:2] != (nonce, version):
        row_of = {video_id: row for row, video_id in enumerate(ids)}
        handed = (nonce, version, [row_of[video_id] for video_id in selected() if video_id in row_of])
        st.session_state[_HANDED] = handed
    return nonce, handed[2]


def show(app: AppState, picked: Sequence[str]) -> None:
    """What is selected, as a table, with the row to file it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(f"{counted(len(picked), 'video')} selected", anchor=False, width="content")
        st.button("Clear", key="clear", type="tertiary", icon=":material/close:", on_click=pick, args=([],))
    file_into.show(app, picked)
    if len(picked) == 1:
        _show_video(app, picked[0])
        return
    table = app.snapshot.video_table(picked[:MOST_ROWS])
    st.dataframe(
        table,
        height=table_height(len(table), 430),
        hide_index=True,
        column_config={
            "title": st.column_config.TextColumn("Title", width="medium"),
            "channel": "Channel",
            "playlists": "Playlists",
            "topic": "Topic",
        },
    )
    if len(picked) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} are listed; filing takes all {len(picked):,}.")


def _show_video(app: AppState, video_id: str) -> None:
    """One video: what it is, where it stands, and where it may belong."""
    snapshot = app.snapshot
    with st.container(border=True):
        large_text(snapshot.title(video_id), "video")
        facts = (
            f"Channel: {snapshot.channel(video_id) or 'unknown'}",
            f"In: {snapshot.home_titles(video_id) or 'no playlist'}",
            f"Filed by: {snapshot.filed_by(video_id) or 'nobody yet'}",
            f"Topic: {snapshot.topic_of.get(video_id) or 'none'}",
        )
        secondary_text("\n".join(facts), "facts")
        if rule := snapshot.ruled.get(video_id):
            st.text(
                f"A rule says: {snapshot.playlist_title(rule.playlist_id)}. {in_words(rule.conditions, snapshot.rule_names)}."
            )
        if suggestion := next(
            (suggestion for suggestion in snapshot.suggestions if suggestion.video_id == video_id), None
        ):
            st.text(
                f"Suggested: {snapshot.playlist_title(suggestion.to_playlist)} ({suggestion.confidence:.0%}). {suggestion.why}"
            )
            explanation.show(app, video_id, suggestion.to_playlist)
        with st.container(horizontal=True):
            st.link_button("Open on YouTube", watch_url(video_id), icon=":material/open_in_new:")
            asked = st.button(
                "Show picture", key="picture", help="Asks YouTube for the picture, which it does not do by itself."
            )
        if asked:
            st.image(f"https://i.ytimg.com/vi/{video_id}/mqdefault.jpg")
