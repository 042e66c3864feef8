"""The videos that a search found: a table to tick, and what can be done with the ticked ones."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.models import counted
from lib.ui import file_into, selection
from lib.ui.app_state import AppState
from lib.ui.snapshot import Snapshot
from lib.ui.styles import table_height
from lib.youtube.links import watch_url

_SHOWN, _TABLE_NUMBER, _ALL = "hits_shown", "hits_turn", "hits_all"
Hits = Sequence[tuple[str, float]]


def show(app: AppState, hits: Hits, *, scored: bool) -> None:
    """The hits, which can be ticked, and the row to file them. `scored` shows how well each fits."""
    ids = [video_id for video_id, _ in hits]
    table_number = _table_number(ids)
    with st.container(horizontal=True, vertical_alignment="center"):
        everything = st.toggle(f"Select all {counted(len(ids), 'video')} shown", key=_ALL)
        beside = st.container(width="content")
    acts = st.container()
    chosen = st.dataframe(
        hits_table(app.snapshot, hits, scored=scored),
        key=f"hits_{table_number}",
        hide_index=True,
        height=table_height(len(ids), 560),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "score": st.column_config.NumberColumn("Match", format="%d %%", width="small"),
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "length": st.column_config.TextColumn("Length", width="small", alignment="right"),
            "playlists": "Playlists",
            "topic": "Topic",
            "open": st.column_config.LinkColumn("YouTube", display_text="Open", width="small"),
        },
    )
    ticked = ids if everything else [ids[row] for row in chosen["selection"]["rows"] if row < len(ids)]
    with beside:
        _show_on_map(ticked)
    with acts:
        file_into.show(app, ticked)


def _show_on_map(ticked: list[str]) -> None:
    """The button that selects the ticked videos on the map. Always drawn, as the row to file them is, so that no tick moves the table."""
    label = f"Show {counted(len(ticked), 'video')} on the map" if ticked else "Show on the map"
    if st.button(label, key="to_map", icon=":material/scatter_plot:", disabled=not ticked):
        selection.pick(ticked)
        st.switch_page("pages/map.py")


def hits_table(snapshot: Snapshot, hits: Hits, *, scored: bool) -> pd.DataFrame:
    """Hits for the eye: how well each fits in percent, what it is, where it stands, and its address."""
    ids = [video_id for video_id, _ in hits]
    table = snapshot.video_table(ids)
    if scored:
        table.insert(0, "score", [round(100 * score) for _, score in hits])
    table.insert(table.columns.get_loc("channel") + 1, "length", [snapshot.length(video_id) for video_id in ids])
    table.insert(table.columns.get_loc("length") + 1, "open", [watch_url(video_id) for video_id in ids])
    return table


def _table_number(ids: list[str]) -> int:
    """A number that changes with the hits, for the key of the table: ticks are places, and would stay for other videos."""
    if st.session_state.get(_SHOWN) != ids:
        st.session_state[_SHOWN], st.session_state[_ALL] = ids, False
        st.session_state[_TABLE_NUMBER] = st.session_state.get(_TABLE_NUMBER, 0) + 1
    return int(st.session_state[_TABLE_NUMBER])
