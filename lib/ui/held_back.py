"""Playlists whose new listing was held back by the pull: what would be removed, and whether to accept it."""

from __future__ import annotations

import streamlit as st

from lib.models import Conflict, HeldBack, counted
from lib.planning.conflicts import DROP_ALL
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify
from lib.ui.styles import secondary_text

MOST_TITLES = 20
UNCONFIRMED = 10
"""Accepting that more videos than this are gone takes typing their number, as for a guard of a plan. Chosen by hand."""

_LATER = "held_back_later"


def show(app: AppState, conflicts: tuple[Conflict, ...] = ()) -> None:
    """Draw a box for each. `conflicts` are those of the plan; some are about edits in a playlist that is held back."""
    later = st.session_state.get(_LATER, {})
    waiting = [held for held in app.snapshot.held_back if later.get(held.playlist_id) != (held.reason, held.missing)]
    if not waiting:
        return
    st.subheader("Not believed yet", anchor=False)
    st.caption("YouTube listed this so differently from last time that nothing was taken over. Look before you agree.")
    edits = {conflict.conflict_id: conflict.edit_ids for conflict in conflicts}
    for held in waiting:
        with st.container(border=True):
            _show_question(app, held, edits.get(f"h:{held.playlist_id}", ()))


def _show_question(app: AppState, held: HeldBack, edit_ids: tuple[int, ...]) -> None:
    st.text(held.reason or app.snapshot.playlist_title(held.playlist_id))
    if held.missing:
        _show_missing(app, held)
    sure = True
    if len(held.missing) > UNCONFIRMED:
        typed = st.text_input(
            f"To believe YouTube, type the number {len(held.missing)}",
            key=f"believe_{held.playlist_id}",
            autocomplete="off",
            width=320,
        )
        sure = typed.replace(",", "").strip() == str(len(held.missing))
    busy = app.jobs.active() is not None
    with st.container(horizontal=True):
        st.button(
            "Keep what I had, look again later", key=f"later_{held.playlist_id}", on_click=_look_later, args=(held,)
        )
        st.button(
            "Believe YouTube",
            key=f"accept_{held.playlist_id}",
            disabled=busy or not sure,
            on_click=_believe,
            args=(app, held),
        )
        if edit_ids:
            st.button(
                f"Drop {counted(len(edit_ids), 'edit')} of mine",
                key=f"drop_{held.playlist_id}",
                disabled=busy,
                on_click=_drop,
                args=(app, held),
            )


def _show_missing(app: AppState, held: HeldBack) -> None:
    """The titles that would go."""
    with st.expander(f"{counted(len(held.missing), 'video')} would go", key=f"missing_{held.playlist_id}"):
        titles = [app.snapshot.title(video_id) for video_id in held.missing[:MOST_TITLES]]
        more = len(held.missing) - MOST_TITLES
        secondary_text(
            "\n".join([*titles, *([f"and {more:,} more"] if more > 0 else [])]), f"missing_{held.playlist_id}"
        )


def _look_later(held: HeldBack) -> None:
    """Ask no more in this session, unless YouTube shows something else by then."""
    st.session_state.setdefault(_LATER, {})[held.playlist_id] = (held.reason, held.missing)
    notify("Everything is kept. The next pull looks again.")


def _believe(app: AppState, held: HeldBack) -> None:
    """Pull in the background, taking over what YouTube shows of this playlist."""
    attempt(lambda: app.pull(accept=(held.playlist_id,)))


def _drop(app: AppState, held: HeldBack) -> None:
    attempt(lambda: app.workspace.conflicts.resolve(f"h:{held.playlist_id}", DROP_ALL), str)
