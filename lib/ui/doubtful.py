"""A doubtful suggestion: one video, a few choices, decided by a key."""

from __future__ import annotations

import streamlit as st

from lib.models import Suggestion
from lib.ui import decisions, why_view
from lib.ui.look import big, soft
from lib.ui.session import Desk
from lib.ui.words import plain


def show(at: Desk, one: Suggestion) -> None:
    """The video, its choices with their keys, and every other category by name."""
    reading = at.reading
    with st.container(border=True):
        big(reading.title(one.video_id), "doubtful")
        soft(f"{reading.channel(one.video_id)} · in {reading.home_titles(one.video_id)}", "doubtful_from")
        choices = [i for i in (one.to_playlist, *one.alternatives) if i in reading.local.playlists][:3]
        with st.container(horizontal=True):
            for number, playlist_id in enumerate(choices, start=1):
                st.button(
                    plain(reading.playlist_title(playlist_id)),
                    key=f"choose_{number}",
                    shortcut=str(number),
                    type="primary" if number == 1 else "secondary",
                    on_click=decisions.choose,
                    args=(at, one, playlist_id),
                )
            _show_others(at, one)
        st.text(f"{one.confidence:.0%} likely. {one.why}")
        why_view.show(at, one.video_id, one.to_playlist)
        st.caption("Keys: 1–3 choose, S skips, X none of these, Z undoes.")
        _show_keys(at, one)


def _show_others(at: Desk, one: Suggestion) -> None:
    """Every category, for what none of the choices is right."""
    key = f"other_{one.video_id}"
    st.selectbox(
        "Another category",
        list(at.reading.category_names),
        index=None,
        placeholder="Another category",
        key=key,
        label_visibility="collapsed",
        width=260,
        on_change=_choose_other,
        args=(at, one, key),
    )


def _choose_other(at: Desk, one: Suggestion, key: str) -> None:
    if name := st.session_state.get(key):
        decisions.choose(at, one, at.reading.category_names[name])


def _show_keys(at: Desk, one: Suggestion) -> None:
    """Skip, none of these, undo."""
    with st.container(horizontal=True):
        st.button("Skip", key="skip", shortcut="S", icon=":material/skip_next:", on_click=decisions.skip, args=([one],))
        st.button(
            "None of these",
            key="no_match",
            shortcut="X",
            icon=":material/block:",
            on_click=decisions.reject,
            args=(at, [one]),
        )
        decisions.undo_button(at)
