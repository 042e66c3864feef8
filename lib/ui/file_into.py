"""One row to file videos: choose a category, or type the name of a new one, and press the button."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import streamlit as st

from lib.models import Role
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, counted


def show(app: AppState, video_ids: Sequence[str], key: str = "file") -> None:
    """Draw the row for these videos: `<key>_into` is the choice, `<key>_move` whether they leave, `<key>` the button."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "File into",
            list(app.snapshot.category_names),
            index=None,
            placeholder="Choose, or type a new one",
            accept_new_options=True,
            key=f"{key}_into",
        )
        st.button(
            f"File {counted(len(video_ids), 'video')}" if video_ids else "File",
            key=key,
            type="primary",
            disabled=not video_ids or not st.session_state.get(f"{key}_into"),
            on_click=_file_now,
            args=(app, tuple(video_ids), key),
        )
    st.checkbox(
        "Move: take them out of the categories they are in",
        key=f"{key}_move",
        help="Without it they are filed there as well. A video that is in no category yet stays in its inbox either way.",
    )


def file_videos(app: AppState, video_ids: Iterable[str], name: str, *, move: bool = False) -> int:
    """File videos into a category by its shown name, or into a new one; how many edits were laid.

    Videos that YouTube would refuse to take are left out, unless there are no others: then a `UserError` says so, as it
    does for a name that no playlist can have.
    """
    filing, asked = app.workspace.filing, list(video_ids)
    unavailable = app.workspace.catalog.unavailable()
    living = [video_id for video_id in asked if video_id not in unavailable] or asked
    with app.workspace.db.write():
        target = app.snapshot.category_names.get(name) or filing.create_category(name)
        leaving, staying = _by_source(app, living, target) if move else ({}, living)
        laid = len(filing.file(staying, target)) if staying else 0
        for source, (movers, others) in leaving.items():
            laid += len(filing.file(movers, target, source)) if movers else 0
            laid += len(filing.file(others, None, source)) if others else 0
    app.relearn()
    return laid


def _by_source(
    app: AppState, video_ids: Sequence[str], target: str
) -> tuple[dict[str, tuple[list[str], list[str]]], list[str]]:
    """By category to leave: the videos that move from it, and those that move from another and only leave it; the rest."""
    leaving: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    staying = []
    for video_id in video_ids:
        homes = app.snapshot.homes.get(video_id, [])
        there = any(home.playlist_id == target for home in homes)
        sources = [h.playlist_id for h in homes if h.role is Role.CATEGORY and h.writable and h.playlist_id != target]
        if not sources:
            staying.append(video_id)
        for number, source in enumerate(sources):
            leaving[source][number > 0 or there].append(video_id)
    return leaving, staying


def _file_now(app: AppState, video_ids: Sequence[str], key: str) -> None:
    name, move = str(st.session_state.get(f"{key}_into") or ""), bool(st.session_state.get(f"{key}_move"))
    if name:
        attempt(
            lambda: file_videos(app, video_ids, name, move=move),
            lambda laid: f"{counted(laid, 'edit')} laid for {name}.",
        )
