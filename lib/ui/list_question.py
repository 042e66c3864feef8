"""A list of videos that are filed together after a look: what is wrong in it is corrected in its cell, the rest with one button."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.models import Suggestion
from lib.ui import decisions
from lib.ui.reading import Reading
from lib.ui.session import Desk
from lib.ui.words import counted

NOWHERE = "None of these"
ROW, HEAD = 35, 38
"""Pixels of a table's row and of its head."""


def show(at: Desk, shown: Sequence[Suggestion], unseen: Sequence[Suggestion] = ()) -> None:
    """The list with a category each, and the button that files it.

    `unseen` are filed with it as suggested; they do not teach, since nobody looked at them.
    """
    key = _key(shown)
    frame = _table(at.reading, shown)
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        height=min(460, HEAD + ROW * len(frame)),
        disabled=[column for column in frame.columns if column != "category"],
        column_config={
            "category": st.column_config.SelectboxColumn(
                "Category", options=[*at.reading.category_names, NOWHERE], required=True, width="medium"
            ),
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "sure": st.column_config.NumberColumn("How sure", format="%d %%", width="small"),
            "why": st.column_config.TextColumn("Why", width="large"),
        },
    )
    corrected = _corrected(key, shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        number = len(shown) + len(unseen)
        st.button(
            f"File {counted(number, 'video')}" if not corrected else f"File {number:,}, {len(corrected):,} corrected",
            key="file_list",
            type="primary",
            shortcut="A",
            icon=":material/check:",
            on_click=decisions.file_list,
            args=(at, list(shown), corrected, list(unseen)),
        )
        st.button(
            "Skip",
            key="skip",
            shortcut="S",
            icon=":material/skip_next:",
            on_click=decisions.skip,
            args=([*shown, *unseen],),
        )
        decisions.undo_button(at)


def _key(shown: Sequence[Suggestion]) -> str:
    """Another list, another state: what was set in one must not fall onto the next."""
    names = "\n".join(f"{one.video_id} {one.to_playlist}" for one in shown)
    return f"list_{hashlib.blake2b(names.encode(), digest_size=8).hexdigest()}"


def _table(reading: Reading, shown: Sequence[Suggestion]) -> pd.DataFrame:
    name_of = {playlist_id: name for name, playlist_id in reading.category_names.items()}
    columns = {
        "category": [name_of.get(one.to_playlist, "") for one in shown],
        "title": [reading.title(one.video_id) for one in shown],
        "channel": [reading.channel(one.video_id) for one in shown],
        "sure": [round(100 * one.confidence) for one in shown],
        "why": [one.why for one in shown],
    }
    return pd.DataFrame(columns, index=[one.video_id for one in shown])


def _corrected(key: str, shown: Sequence[Suggestion]) -> dict[str, str]:
    """What the person has set, by video: the name of a category, or that it belongs in none."""
    state = st.session_state.get(key) or {}
    return {
        shown[int(row)].video_id: str(changes["category"])
        for row, changes in state.get("edited_rows", {}).items()
        if changes.get("category")
    }
