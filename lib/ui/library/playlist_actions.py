"""Change a playlist as a whole: its name, its order, or that it goes. Each is an edit, and waits for a push."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.models import Edit, counted
from lib.services.playlists import Playlists, SortBy
from lib.ui.app_state import AppState
from lib.ui.messages import attempt
from lib.ui.styles import secondary_text

_DIRECTIONS = ("ascending", "descending")


def show(app: AppState) -> None:
    """Choose a playlist, and what to do with it."""
    playlists = app.workspace.playlists
    titles, names = app.snapshot.arrangeable, app.snapshot.playlist_names
    if not titles:
        return
    with st.expander("Rename, sort or delete a playlist", key="acts"):
        playlist_id = st.selectbox(
            "Playlist", list(titles), format_func=names.__getitem__, index=None, placeholder="Choose", key="act_on"
        )
        if playlist_id in titles:
            _show_rename(playlists, playlist_id, titles[playlist_id])
            _show_sort(app, playlists, playlist_id)
            _show_delete(app, playlists, playlist_id)


def _show_rename(playlists: Playlists, playlist_id: str, title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        new_title = st.text_input("Name", value=title, key=f"name_{playlist_id}", max_chars=150, autocomplete="off")
        st.button(
            "Rename",
            key="rename",
            disabled=not new_title.strip() or new_title.strip() == title,
            on_click=_add_edits,
            args=(lambda: playlists.rename(playlist_id, new_title), "It is renamed when you push."),
        )


def _show_sort(app: AppState, playlists: Playlists, playlist_id: str) -> None:
    """The order to choose, and what it would cost, before it is laid as an edit."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.selectbox("Order by", list(SortBy), format_func=_capitalized, key="sort_by") or SortBy.TITLE
        direction = st.selectbox("Direction", _DIRECTIONS, format_func=str.capitalize, key="sort_direction")
        descending = direction == _DIRECTIONS[1]
        units = playlists.sort_units(playlist_id, by, descending=descending)
        st.button(
            f"Sort ({units:,} units)" if units else "Stands so already",
            key="sort",
            disabled=not units,
            on_click=_add_edits,
            args=(lambda: playlists.sort(playlist_id, by, descending=descending), "The order changes when you push."),
        )
    left = app.workspace.quota.left()
    if units > left:
        secondary_text(
            f"That is more than the {left:,} units left today; the plan will say which day finishes it.", "sort_days"
        )


def _show_delete(app: AppState, playlists: Playlists, playlist_id: str) -> None:
    held = len(app.snapshot.local.playlists[playlist_id].items)
    st.button(
        f"Delete this playlist of {counted(held, 'video')}",
        key="delete_playlist",
        icon=":material/delete:",
        help="Nothing is deleted yet: the plan asks you to type a number before the push does it.",
        on_click=_add_edits,
        args=(lambda: playlists.delete(playlist_id), "It is deleted when you push; the plan asks once more."),
    )


def _capitalized(by: SortBy) -> str:
    return by.value.capitalize()


def _add_edits(action: Callable[[], list[Edit]], message: str) -> None:
    attempt(action, lambda laid: message if laid else "Nothing has to be changed.")
