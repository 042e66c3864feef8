"""Playlists whose new listing was not believed: what would go, and whom to believe."""

from __future__ import annotations

import streamlit as st

from lib.models import Conflict, HeldBack
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, counted, notify
from lib.ui.styles import secondary_text

MOST_TITLES = 20
FREE = 10
"""More videos than this go only after their number was typed."""

_LATER = "held_back_later"


def show(app: AppState, conflicts: tuple[Conflict, ...] = ()) -> None:
    """A box for each; `conflicts` are those of the plan, of which some are about edits in such a playlist."""
    later = st.session_state.get(_LATER, {})
    waits = [one for one in app.snapshot.held_back if later.get(one.playlist_id) != (one.reason, one.missing)]
    if not waits:
        return
    st.subheader("Not believed yet", anchor=False)
    st.caption("YouTube listed this so differently from last time that nothing was taken over. Look before you agree.")
    edits = {one.conflict_id: one.edit_ids for one in conflicts}
    for one in waits:
        with st.container(border=True):
            _show_one(app, one, edits.get(f"h:{one.playlist_id}", ()))


def _show_one(app: AppState, one: HeldBack, edit_ids: tuple[int, ...]) -> None:
    st.text(one.reason or app.snapshot.playlist_title(one.playlist_id))
    if one.missing:
        _show_missing(app, one)
    sure = True
    if len(one.missing) > FREE:
        typed = st.text_input(
            f"To believe YouTube, type the number {len(one.missing)}",
            key=f"believe_{one.playlist_id}",
            autocomplete="off",
            width=320,
        )
        sure = typed.replace(",", "").strip() == str(len(one.missing))
    busy = app.jobs.active() is not None
    with st.container(horizontal=True):
        st.button(
            "Keep what I had, look again later", key=f"later_{one.playlist_id}", on_click=_look_later, args=(one,)
        )
        st.button(
            "Believe YouTube",
            key=f"accept_{one.playlist_id}",
            disabled=busy or not sure,
            on_click=_believe,
            args=(app, one),
        )
        if edit_ids:
            st.button(
                f"Drop {counted(len(edit_ids), 'edit')} of mine",
                key=f"drop_{one.playlist_id}",
                disabled=busy,
                on_click=_drop,
                args=(app, one),
            )


def _show_missing(app: AppState, one: HeldBack) -> None:
    """The titles that would go."""
    with st.expander(f"{counted(len(one.missing), 'video')} would go", key=f"missing_{one.playlist_id}"):
        titles = [app.snapshot.title(video_id) for video_id in one.missing[:MOST_TITLES]]
        more = len(one.missing) - MOST_TITLES
        secondary_text(
            "\n".join([*titles, *([f"and {more:,} more"] if more > 0 else [])]), f"missing_{one.playlist_id}"
        )


def _look_later(one: HeldBack) -> None:
    """Ask no more in this session, unless YouTube shows something else by then."""
    st.session_state.setdefault(_LATER, {})[one.playlist_id] = (one.reason, one.missing)
    notify("Everything is kept. The next pull looks again.")


def _believe(app: AppState, one: HeldBack) -> None:
    """Pull in the background, taking over what YouTube shows of this playlist."""
    app.pull(accept=(one.playlist_id,))


def _drop(app: AppState, one: HeldBack) -> None:
    attempt(lambda: app.workspace.conflicts.resolve(f"h:{one.playlist_id}", "drop these edits"), str)
