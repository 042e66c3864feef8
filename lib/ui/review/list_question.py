"""A list of videos that are filed together after a look: what is wrong in it is corrected in its cell, the rest with one button."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.derived import Suggestion
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.review import decisions, keys
from lib.ui.review.decisions import NOWHERE
from lib.ui.snapshot import Snapshot
from lib.ui.styles import table_height

NOWHERE_NAME = "None of these"
"""The value of a cell that says that a video belongs in none of the categories, and how it is shown."""
_SHOWN = "list_shown"


def show(app: AppState, shown: Sequence[Suggestion], unseen: Sequence[Suggestion] = ()) -> None:
    """The list with a category each, and the button that files it.

    `unseen` are filed with it as suggested; they do not teach, since nobody looked at them.
    """
    question = keys.Question([*shown, *unseen])
    key = f"list_{question.name}"
    st.session_state[_SHOWN] = (question.name, (*shown, *unseen))
    frame = _table(app.snapshot, shown)
    with st.container(key="to_correct"):
        _show_table(app.snapshot, frame, key)
    st.caption("Keys: E goes to the list, Enter there changes a category, Esc leaves it. A files, S skips, Z undoes.")
    corrected = _corrected(key, shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        number = len(shown) + len(unseen)
        question.button(
            f"File {counted(number, 'video')}" if not corrected else f"File {number:,}, {len(corrected):,} corrected",
            "file_list",
            "A",
            partial(decisions.file_list, app, list(shown), corrected, list(unseen)),
            type="primary",
            icon=":material/check:",
        )
        question.button("Skip", "skip", "S", partial(decisions.skip, [*shown, *unseen]), icon=":material/skip_next:")
        decisions.undo_button(app)


def _show_table(snapshot: Snapshot, frame: pd.DataFrame, key: str) -> None:
    names = snapshot.categories
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        height=table_height(len(frame), 460),
        disabled=[column for column in frame.columns if column != "category"],
        column_config={
            "category": st.column_config.SelectboxColumn(
                "Category",
                options=[*names, NOWHERE],
                format_func=lambda playlist_id: names.get(str(playlist_id), NOWHERE_NAME),
                required=True,
                width="medium",
            ),
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "sure": st.column_config.NumberColumn("How sure", format="%d %%", width="small"),
            "why": st.column_config.TextColumn("Why", width="large"),
        },
    )


def being_corrected(app: AppState) -> tuple[Suggestion, ...]:
    """The suggestions of the list on the screen if a correction was set in it, else (): a training run must not replace it."""
    name, shown = st.session_state.get(_SHOWN, ("", ()))
    corrected = keys.is_open(name) and _corrected(f"list_{name}", shown)
    still_unfiled = {suggestion.video_id for suggestion in shown} <= set(app.snapshot.unfiled)
    return shown if corrected and still_unfiled else ()


def _table(snapshot: Snapshot, shown: Sequence[Suggestion]) -> pd.DataFrame:
    columns = {
        "category": [suggestion.to_playlist for suggestion in shown],
        "title": [snapshot.title(suggestion.video_id) for suggestion in shown],
        "channel": [snapshot.channel(suggestion.video_id) for suggestion in shown],
        "sure": [round(100 * suggestion.confidence) for suggestion in shown],
        "why": [suggestion.why for suggestion in shown],
    }
    return pd.DataFrame(columns, index=[suggestion.video_id for suggestion in shown])


def _corrected(key: str, shown: Sequence[Suggestion]) -> dict[str, str]:
    """The corrections by video: the id of a category, or `NOWHERE`."""
    state = st.session_state.get(key) or {}
    return {
        shown[int(row)].video_id: str(changes["category"])
        for row, changes in state.get("edited_rows", {}).items()
        if changes.get("category")
    }
