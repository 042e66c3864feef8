"""The doubtful suggestions, one video at a time, decided by keys."""

from __future__ import annotations

import streamlit as st

from lib.models import Suggestion
from lib.ui import decisions
from lib.ui.look import big, soft
from lib.ui.session import Desk
from lib.ui.words import counted, plain


def show(at: Desk, doubtful: list[Suggestion]) -> None:
    """One video at a time, decided by keys."""
    waiting = [one for one in doubtful if (one.video_id, one.to_playlist) not in decisions.skipped()]
    if not waiting:
        st.success(
            "Nothing is left to decide here." if not doubtful else "The rest was skipped; it is asked again next time."
        )
        _show_keys(at, None)
        return
    one, reading = waiting[0], at.reading
    st.caption(f"{counted(len(waiting), 'video')} to decide. Keys: 1–3 choose, S skips, X none of these, Z undoes.")
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
        st.text(f"{one.confidence:.0%} likely. {one.why}")
        _show_keys(at, one)


def _show_keys(at: Desk, one: Suggestion | None) -> None:
    """Skip, none of these, undo."""
    with st.container(horizontal=True):
        if one:
            st.button(
                "Skip", key="skip", shortcut="S", icon=":material/skip_next:", on_click=decisions.skip, args=(one,)
            )
            st.button(
                "None of these",
                key="no_match",
                shortcut="X",
                icon=":material/block:",
                on_click=decisions.reject,
                args=(at, [one]),
            )
        decisions.undo_button(at)
