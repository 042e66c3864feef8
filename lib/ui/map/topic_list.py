"""The topics beside the map: how fine they are, how large each is, and what is new."""

from __future__ import annotations

import streamlit as st

from lib.derived import NOISE
from lib.models import counted
from lib.ui import selection
from lib.ui.app_state import AppState, app_state
from lib.ui.map import make_category, topic_actions
from lib.ui.messages import unique_names
from lib.ui.styles import table_height

_LEVEL, _TABLE = "topic_level", "topics"


def show(app: AppState) -> None:
    """The list. Choosing a topic selects its videos."""
    topics = app.snapshot.topics
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(counted(len(topics), "topic"), anchor=False, width="content")
        if new := app.snapshot.new_on_map:
            label = f"{len(new):,} new since last time"
            st.button(
                label, key="new", type="tertiary", icon=":material/fiber_new:", on_click=selection.pick, args=(new,)
            )
    _show_level(app)
    st.caption("Choose one to select its videos, and to name, merge or split it or make it a category.")
    st.dataframe(
        {"Topic": [topic.name for topic in topics], "Videos": [topic.size for topic in topics]},
        key=_TABLE,
        height=table_height(len(topics), 430),
        hide_index=True,
        on_select=_choose,
        selection_mode="single-row",
        column_config={
            "Topic": st.column_config.TextColumn(width="medium"),
            "Videos": st.column_config.NumberColumn(format="localized", width="small"),
        },
    )
    if unsorted := app.snapshot.topic_members.get(NOISE):
        label = f"{counted(len(unsorted), 'video')} in no topic"
        st.button(
            label, key="unsorted", type="tertiary", icon=":material/blur_on:", on_click=selection.pick, args=(unsorted,)
        )
    topic_actions.show_undo(app)


def _show_level(app: AppState) -> None:
    """The slider over the levels, where there is more than one."""
    counts = app.snapshot.topic_counts
    if len(counts) < 2:
        return
    labels = unique_names({level: f"{count:,}" for level, count in enumerate(counts)})
    st.session_state[_LEVEL] = app.workspace.derived.topic_store.level()
    with st.container(horizontal=True, vertical_alignment="center", key="level_row"):
        st.caption("Fewer, broader", width="content")
        st.select_slider(
            "How many topics",
            range(len(counts)),
            key=_LEVEL,
            format_func=labels.__getitem__,
            label_visibility="collapsed",
            on_change=lambda: app.workspace.derived.topic_store.show_level(st.session_state[_LEVEL]),
            width="stretch",
        )
        st.caption("More, finer", width="content")


def _choose() -> None:
    """Select the videos of the topic whose row was chosen."""
    app = app_state()
    rows = st.session_state[_TABLE]["selection"]["rows"]
    if rows and rows[0] < len(app.snapshot.topics):
        topic = app.snapshot.topics[rows[0]]
        members = app.snapshot.topic_members.get(topic.topic, [])
        make_category.choose(topic, members)
        selection.pick(members)
