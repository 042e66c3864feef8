"""The table of what is unfiled, with a cell to say where each video belongs.

The frame stays as it is while cells are set, so that an edit costs one run and a kilobyte, and the row one works on
does not move. It is made anew when the page is entered and when the filter changes.
"""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from lib.derived import Suggestion
from lib.models import EditKind
from lib.ui.app_state import AppState
from lib.ui.file_into import file_videos
from lib.ui.messages import attempt
from lib.ui.snapshot import Snapshot

MOST_ROWS = 300


def show(app: AppState, doubts: dict[str, Suggestion]) -> None:
    """Every video that stands in an inbox and in no category, with a cell to say where it belongs."""
    snapshot = app.snapshot
    names = snapshot.categories
    wanted = st.text_input(
        "Find in the table", key="table_filter", type="search", placeholder="A word of the title or channel"
    )
    base = st.session_state.get("table_base")
    if base is None or base[0] != (app.library_kind, wanted, len(names)) or st.session_state.get("entered"):
        base = st.session_state["table_base"] = (
            (app.library_kind, wanted, len(names)),
            _inbox_table(snapshot, doubts, wanted),
        )
        st.session_state["table_kept"] = {}
    frame = base[1]
    st.data_editor(
        frame,
        key="table",
        hide_index=True,
        disabled=["title", "channel", "suggested"],
        column_config={
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "suggested": "Suggested",
            "category": st.column_config.SelectboxColumn(
                "Category", options=list(names), format_func=lambda playlist_id: names.get(str(playlist_id), "")
            ),
        },
        on_change=_keep_table,
        args=(app, tuple(frame.index)),
    )
    if len(frame) == MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} are listed. Type a word to find others.")


def _inbox_table(snapshot: Snapshot, doubts: dict[str, Suggestion], wanted: str) -> pd.DataFrame:
    """Unfiled videos, those with a suggestion first; `category` is empty."""
    ids = sorted(snapshot.unfiled, key=lambda i: (i not in doubts, -doubts[i].confidence if i in doubts else 0.0))
    folded = wanted.casefold()
    ids = [i for i in ids if folded in f"{snapshot.title(i)} {snapshot.channel(i)}".casefold()][:MOST_ROWS]
    columns = {
        "title": [snapshot.title(i) for i in ids],
        "channel": [snapshot.channel(i) for i in ids],
        "suggested": [_suggested(snapshot, i, doubts) for i in ids],
        "category": pd.Series([None] * len(ids), dtype="object"),
    }
    return pd.DataFrame({name: list(values) for name, values in columns.items()}, index=pd.Index(ids, name="video_id"))


def _suggested(snapshot: Snapshot, video_id: str, doubts: dict[str, Suggestion]) -> str:
    """What a rule says of a video, else what the model does."""
    if rule := snapshot.ruled.get(video_id):
        return f"{snapshot.playlist_title(rule.playlist_id)} (rule)"
    return snapshot.playlist_title(doubts[video_id].to_playlist) if video_id in doubts else ""


def _keep_table(app: AppState, ids: tuple[str, ...]) -> None:
    """Lay the edits for the cells that were just set; a cell that was emptied again takes its edit back."""
    kept: dict[str, str | None] = st.session_state["table_kept"]
    for position, changes in st.session_state["table"]["edited_rows"].items():
        video_id, category = ids[int(position)], changes.get("category")
        if kept.get(video_id) != category and (category is None or category in app.snapshot.categories):
            kept[video_id] = category
            attempt(partial(set_category, app, video_id, category))


def set_category(app: AppState, video_id: str, category: str | None) -> None:
    """File one video into the category of this id; None takes the edits back that filed it."""
    if category:
        file_videos(app, [video_id], category)
        return
    addition_ids = [e.edit_id for e in app.snapshot.edits if e.video_id == video_id and e.kind is EditKind.ADD]
    app.workspace.filing.take_back(addition_ids)
