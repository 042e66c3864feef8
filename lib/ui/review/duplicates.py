"""Videos saved under two ids, side by side: which one to keep, or that they are not the same."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lib.models import WRITE_UNITS, Availability, counted
from lib.services.tidy import DUPLICATES, DuplicateVideos
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify
from lib.ui.review import refused, scan
from lib.ui.snapshot import Snapshot
from lib.ui.styles import secondary_text
from lib.youtube.links import watch_url

MOST_SHOWN = 20


def show(app: AppState) -> None:
    """The pairs, the surest first. Below them, those that are not the same."""
    _show_pairs(app)
    refused.show(app, DUPLICATES)


def _show_pairs(app: AppState) -> None:
    hints = scan.last_hints(
        app, "Finds one recording under two ids: nearly the same title, the same numbers in it, and as long."
    )
    if hints is None:
        return
    if not hints.duplicates:
        st.success("No video seems to be saved under two ids.", icon=":material/check:")
    for pair in hints.duplicates[:MOST_SHOWN]:
        _show_pair(app, pair)
    if len(hints.duplicates) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(hints.duplicates):,} are shown.")


def _show_pair(app: AppState, pair: DuplicateVideos) -> None:
    name = f"{pair.first}_{pair.second}"
    with st.container(border=True, key=f"duplicates_{name}"):
        left, right = st.columns(2)
        with left:
            _show_side(app, pair.first, pair.second)
        with right:
            _show_side(app, pair.second, pair.first)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(pair.reason)
            st.button(
                "Not the same",
                key=f"not_{name}",
                type="tertiary",
                icon=":material/close:",
                on_click=refuse,
                args=(app, pair),
            )


def _show_side(app: AppState, video_id: str, removed: str) -> None:
    """One of the two, and the button that keeps it and lets the other go."""
    snapshot = app.snapshot
    st.text(snapshot.title(video_id))
    secondary_text(facts(snapshot, video_id), f"duplicate_{video_id}_{removed}")
    edits = app.workspace.duplicates.steps(video_id, removed)
    with st.container(horizontal=True):
        st.button(
            "Keep this one",
            key=f"keep_{video_id}_{removed}",
            icon=":material/check:",
            disabled=not edits,
            help=f"The other leaves {counted(len({p.playlist_id for add, p in edits if not add}), 'playlist')}; {counted(len(edits), 'edit')}, "
            f"{WRITE_UNITS * len(edits):,} units at the next push.",
            on_click=keep,
            args=(app, video_id, removed),
        )
        st.link_button("Open", watch_url(video_id), icon=":material/open_in_new:")


def facts(snapshot: Snapshot, video_id: str) -> str:
    """Channel, length and playlists of a video, a line each."""
    video = snapshot.videos.get(video_id)
    lines = [snapshot.channel(video_id) or "channel unknown", snapshot.length(video_id) or "length unknown"]
    if video is not None and video.availability is not Availability.AVAILABLE:
        lines.append(f"{video.availability.value}: it can no longer be watched")
    return " · ".join(lines) + f"\nIn {snapshot.home_titles(video_id) or 'no playlist'}"


def keep(app: AppState, kept: str, removed: str) -> None:
    """Lay the edits that put one where the other stood, and take the other out of every playlist."""
    attempt(
        partial(app.workspace.duplicates.keep, kept, removed),
        lambda laid: f"{counted(len(laid), 'edit')} laid. Take them back on the Sync page.",
    )


def refuse(app: AppState, pair: DuplicateVideos) -> None:
    """Remember that two are not the same."""
    app.workspace.tidy.refuse(pair.refusal)
    notify("They are not shown as the same again. They stand under Refused.")
