"""Suggestions by category: one line a group with one button, and the list with ticks when it is asked for."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import streamlit as st

from lib.derived import Suggestion
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.review import decisions
from lib.ui.snapshot import Snapshot


def show(app: AppState, groups: dict[str, list[Suggestion]], *, misfits: bool) -> None:
    """One line a target category: how many videos, the list on demand with ticks, and one button."""
    for playlist_id, group in groups.items():
        name = f"{'misfit' if misfits else 'group'}_{playlist_id}"
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(width="stretch"):
                    title = app.snapshot.playlist_title(playlist_id)
                    what = f"may belong in {title}" if misfits else f"to {title}, all sure"
                    st.text(f"{counted(len(group), 'video')} {what}")
                opened = st.toggle("List", key=f"list_{name}")
                chosen = (
                    [suggestion for suggestion in group if suggestion.video_id not in _left_out(name)]
                    if opened
                    else group
                )
                st.button(
                    f"{'Move' if misfits else 'Accept'} {len(chosen):,}",
                    key=f"accept_{name}",
                    disabled=not chosen,
                    on_click=decisions.accept,
                    args=(app, chosen, opened or misfits),
                )
            if opened:
                _show_list(app, group, name, misfits=misfits)


def _show_list(app: AppState, group: list[Suggestion], name: str, *, misfits: bool) -> None:
    """The videos of a group with a tick each; what is left out stays a question."""
    frame = _suggestion_table(app.snapshot, group, _left_out(name))
    st.data_editor(
        frame,
        key=f"ticks_{name}",
        hide_index=True,
        disabled=[column for column in frame.columns if column != "take"],
        column_order=["take", "title", "channel", *(["now in"] if misfits else []), "sure", "why"],
        column_config={
            "take": st.column_config.CheckboxColumn("Take", width="small"),
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "now in": "Now in",
            "sure": st.column_config.NumberColumn("How sure", format="%d %%", width="small"),
            "why": st.column_config.TextColumn("Why", width="large"),
        },
        on_change=_keep_ticks,
        args=(name, tuple(frame.index)),
    )
    if refused := [suggestion for suggestion in group if suggestion.video_id in _left_out(name)]:
        st.button(
            f"The {len(refused):,} without a tick do not belong there",
            key=f"reject_{name}",
            type="tertiary",
            on_click=decisions.reject,
            args=(app, refused),
        )


def _left_out(name: str) -> set[str]:
    """The videos of a group whose tick was taken away."""
    video_ids: set[str] = st.session_state.setdefault(f"left_out_{name}", set())
    return video_ids


def _keep_ticks(name: str, ids: tuple[str, ...]) -> None:
    """Remember the ticks that were just set or taken away."""
    for position, changes in st.session_state[f"ticks_{name}"]["edited_rows"].items():
        if "take" in changes:
            (_left_out(name).discard if changes["take"] else _left_out(name).add)(ids[int(position)])


def _suggestion_table(snapshot: Snapshot, group: list[Suggestion], unticked: set[str]) -> pd.DataFrame:
    """Suggestions for the eye, one row each."""
    return pd.DataFrame(
        {
            "take": [suggestion.video_id not in unticked for suggestion in group],
            "title": [snapshot.title(suggestion.video_id) for suggestion in group],
            "channel": [snapshot.channel(suggestion.video_id) for suggestion in group],
            "now in": [
                ", ".join(snapshot.playlist_title(i) for i in suggestion.from_playlists) for suggestion in group
            ],
            "sure": [round(100 * suggestion.confidence) for suggestion in group],
            "why": [suggestion.why for suggestion in group],
        },
        index=[suggestion.video_id for suggestion in group],
    )


def by_target(suggestions: list[Suggestion]) -> dict[str, list[Suggestion]]:
    """Suggestions by category, the largest group first."""
    by_category: defaultdict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in suggestions:
        by_category[suggestion.to_playlist].append(suggestion)
    return dict(sorted(by_category.items(), key=lambda pair: -len(pair[1])))
