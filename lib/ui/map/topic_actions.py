"""Rename, merge and split the selected topic, or make a topic of the selected videos; each can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from lib.derived import Topic
from lib.ui import selection
from lib.ui.app_state import AppState
from lib.ui.map import make_category
from lib.ui.messages import attempt, notify, plain


def show(app: AppState, video_ids: Sequence[str]) -> None:
    """What can be done with the selected videos as a topic."""
    members, chosen = app.snapshot.topic_members, sorted(video_ids)
    topic = next((candidate for candidate in app.snapshot.topics if members.get(candidate.topic) == chosen), None)
    busy = app.jobs.active() is not None
    with st.expander(
        plain(f"Topic: {topic.name}") if topic else "Make these a topic", icon=":material/category:", key="shape"
    ):
        if topic:
            _show_name(app, topic, busy)
            _show_merge(app, topic, busy)
            _show_parts(app, topic, busy)
        else:
            _show_make(app, video_ids, busy)
        if busy:
            st.caption("Topics can be changed when the running job is done.")
    show_undo(app)


def show_undo(app: AppState) -> None:
    """The button that undoes the last change of topics."""
    if act_name := app.workspace.derived.topic_store.last_act():
        st.button(
            plain(f"Undo the {act_name}"),
            key="undo_topic",
            type="tertiary",
            icon=":material/undo:",
            disabled=app.jobs.active() is not None,
            on_click=_undo,
            args=(app,),
        )


def _show_name(app: AppState, topic: Topic, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", value=topic.name, key=f"topic_name_{topic.topic}_{topic.name}", max_chars=80)
        st.button(
            "Rename", key="rename_topic", disabled=busy or name == topic.name, on_click=_rename, args=(app, topic, name)
        )


def _show_merge(app: AppState, topic: Topic, busy: bool) -> None:
    """The other topics, the nearest on the map first."""
    candidates = _by_nearness(app, topic)
    if not candidates:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        partner = st.selectbox(
            "Merge with",
            candidates,
            key=f"merge_with_{topic.topic}",
            format_func=lambda candidate: f"{candidate.name} ({candidate.size:,})",
        )
        st.button("Merge", key="merge_topic", disabled=busy, on_click=_merge, args=(app, topic, partner))


def _show_parts(app: AppState, topic: Topic, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Split",
            key="split_topic",
            icon=":material/call_split:",
            disabled=busy,
            on_click=_split,
            args=(app, topic),
            help="Into the finer topics it is made of, or into two.",
        )
        if topic.topic in app.snapshot.my_topics:
            st.button(
                "Let it be found again",
                key="release_topic",
                type="tertiary",
                disabled=busy,
                on_click=_release,
                args=(app, topic),
                help="This topic is yours: it stays as it is at every level and when topics are found again.",
            )


def _show_make(app: AppState, video_ids: Sequence[str], busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", key="made_topic_name", max_chars=80, placeholder="What they have in common")
        st.button(
            "Make a topic",
            key="make_topic",
            disabled=busy or not name.strip(),
            on_click=_make,
            args=(app, name, video_ids),
            help="It stays a topic of yours, whatever is found later.",
        )


def _by_nearness(app: AppState, topic: Topic) -> list[Topic]:
    frame = app.snapshot.map_frame
    middle = frame.groupby("topic")[["x", "y"]].median()
    centre = middle.loc[topic.topic].to_numpy()
    candidates = [
        candidate
        for candidate in app.snapshot.topics
        if candidate.topic != topic.topic and candidate.topic in middle.index
    ]
    return sorted(
        candidates, key=lambda candidate: float(np.linalg.norm(middle.loc[candidate.topic].to_numpy() - centre))
    )


def _rename(app: AppState, topic: Topic, name: str) -> None:
    _change_topics(app, lambda: app.workspace.topics.rename(topic.topic, name), f"Named: {' '.join(name.split())}.")


def _merge(app: AppState, topic: Topic, partner: Topic) -> None:
    _change_topics(
        app,
        lambda: app.workspace.topics.merge([topic.topic, partner.topic]),
        f"{topic.name} and {partner.name} are one.",
    )


def _make(app: AppState, name: str, video_ids: Sequence[str]) -> None:
    _change_topics(app, lambda: app.workspace.topics.make(name, video_ids), f"Made: {' '.join(name.split())}.")


def _split(app: AppState, topic: Topic) -> None:
    parts = attempt(lambda: app.workspace.topics.split(topic.topic))
    if parts:
        names = [candidate.name for candidate in app.snapshot.topics if candidate.topic in parts]
        notify(f"{topic.name} is now {' and '.join(names)}.")
        selection.pick([])


def _release(app: AppState, topic: Topic) -> None:
    attempt(lambda: app.workspace.topics.release(topic.topic), f"{topic.name} is found like the others again.")
    selection.pick([])


def _undo(app: AppState) -> None:
    notify(f"Undone: the {app.workspace.topics.undo()}.")
    selection.pick([])


def _change_topics(app: AppState, action: Callable[[], int], done: str) -> None:
    """Run the action, which returns a topic number, and select that topic."""
    number = attempt(action, done)
    topic = next((candidate for candidate in app.snapshot.topics if candidate.topic == number), None)
    if topic is not None:
        members = app.snapshot.topic_members.get(topic.topic, [])
        make_category.choose(topic, members)
        selection.pick(members)
