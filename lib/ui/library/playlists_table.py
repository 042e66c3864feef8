"""Every playlist with its numbers, and the cell that says what it is for."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from lib.models import Role
from lib.ui.app_state import AppState
from lib.ui.messages import attempt
from lib.ui.styles import table_height

_ROLES = [role.value for role in Role]


def show(app: AppState) -> None:
    """Every playlist with its numbers, and what it is for."""
    st.subheader("Playlists", anchor=False)
    st.caption(
        "A category is sorted into, an inbox is sorted from, an ignored playlist is left alone. Liked videos, and a "
        "playlist titled exactly “Inbox” or “Watch later”, start as inboxes; every other playlist starts as a category."
    )
    frame = app.snapshot.playlists_frame.set_index("playlist_id")
    shown = frame[["title", "role", "videos", "repeats", "unavailable"]]
    st.data_editor(
        shown,
        key="roles",
        hide_index=True,
        disabled=["title", "videos", "repeats", "unavailable"],
        column_config={
            "title": st.column_config.TextColumn("Playlist", width="medium"),
            "role": st.column_config.SelectboxColumn("Use", options=_ROLES, required=True, width="small"),
            "videos": st.column_config.NumberColumn("Videos", format="localized"),
            "repeats": st.column_config.NumberColumn("Repeats", format="localized"),
            "unavailable": st.column_config.NumberColumn("Unavailable", format="localized"),
        },
        height=table_height(len(shown), 640),
        on_change=_keep_roles,
        args=(app, shown),
    )


def _keep_roles(app: AppState, shown: pd.DataFrame) -> None:
    """Give the roles that were just chosen."""
    for position, changes in st.session_state["roles"]["edited_rows"].items():
        role = changes.get("role")
        if role in _ROLES and role != shown["role"].iloc[int(position)]:
            attempt(partial(app.workspace.playlists.give_role, [shown.index[int(position)]], Role(role)))
            app.relearn()
