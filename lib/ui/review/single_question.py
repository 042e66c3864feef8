"""A doubtful suggestion: one video, a few choices, decided by a key."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lib.derived import Suggestion
from lib.ui import explanation
from lib.ui.app_state import AppState
from lib.ui.messages import plain
from lib.ui.review import decisions, keys
from lib.ui.styles import large_text, secondary_text


def show(app: AppState, suggestion: Suggestion) -> None:
    """The video, its choices with their keys, and every other category by name."""
    snapshot, question = app.snapshot, keys.Question([suggestion])
    with st.container(border=True):
        large_text(snapshot.title(suggestion.video_id), "doubtful")
        secondary_text(
            f"{snapshot.channel(suggestion.video_id)} · in {snapshot.home_titles(suggestion.video_id)}", "doubtful_from"
        )
        choices = [i for i in (suggestion.to_playlist, *suggestion.alternatives) if i in snapshot.local.playlists][:3]
        with st.container(horizontal=True):
            for number, playlist_id in enumerate(choices, start=1):
                question.button(
                    plain(snapshot.playlist_title(playlist_id)),
                    f"choose_{number}",
                    str(number),
                    partial(decisions.choose, app, suggestion, playlist_id),
                    type="primary" if number == 1 else "secondary",
                )
            _show_other_categories(app, suggestion, question)
        st.text(f"{suggestion.confidence:.0%} likely. {suggestion.why}")
        explanation.show(app, suggestion.video_id, suggestion.to_playlist)
        st.caption(
            "Keys: 1–3 choose, O goes to the other categories, Esc leaves them, S skips, X none of these, Z undoes."
        )
        _show_keys(app, suggestion, question)


def _show_other_categories(app: AppState, suggestion: Suggestion, question: keys.Question) -> None:
    """Every category, for what none of the choices is right."""
    key, names = f"other_{suggestion.video_id}", app.snapshot.categories
    st.selectbox(
        "Another category",
        list(names),
        format_func=lambda playlist_id: names.get(playlist_id, playlist_id),
        index=None,
        placeholder="Another category",
        key=key,
        label_visibility="collapsed",
        width=260,
        on_change=question.answered,
        args=(partial(_choose_other, app, suggestion, key),),
    )


def _choose_other(app: AppState, suggestion: Suggestion, key: str) -> None:
    if playlist_id := st.session_state.get(key):
        decisions.choose(app, suggestion, playlist_id)


def _show_keys(app: AppState, suggestion: Suggestion, question: keys.Question) -> None:
    """Skip, none of these, undo."""
    with st.container(horizontal=True):
        question.button("Skip", "skip", "S", partial(decisions.skip, [suggestion]), icon=":material/skip_next:")
        question.button(
            "None of these", "no_match", "X", partial(decisions.reject, app, [suggestion]), icon=":material/block:"
        )
        decisions.undo_button(app)
