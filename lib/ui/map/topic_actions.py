"""Name, merge and split the topic that is selected, or make one of what is; each of these can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from lib.derived import Topic
from lib.ui import selection
from lib.ui.map import make_category
from lib.ui.session import Desk
from lib.ui.words import attempt, plain, say


def show(at: Desk, video_ids: Sequence[str]) -> None:
    """What can be done with the selected videos as a topic."""
    members, chosen = at.snapshot.topic_members, sorted(video_ids)
    topic = next((one for one in at.snapshot.topics if members.get(one.topic) == chosen), None)
    busy = at.jobs.active() is not None
    with st.expander(
        plain(f"Topic: {topic.name}") if topic else "Make these a topic", icon=":material/category:", key="shape"
    ):
        if topic:
            _show_name(at, topic, busy)
            _show_merge(at, topic, busy)
            _show_parts(at, topic, busy)
        else:
            _show_make(at, video_ids, busy)
        if busy:
            st.caption("Topics can be changed when the running job is done.")
    show_undo(at)


def show_undo(at: Desk) -> None:
    """The button that takes the last act back."""
    if said := at.workspace.findings.topic_store.last_act():
        st.button(
            plain(f"Undo the {said}"),
            key="undo_topic",
            type="tertiary",
            icon=":material/undo:",
            disabled=at.jobs.active() is not None,
            on_click=_undo,
            args=(at,),
        )


def _show_name(at: Desk, topic: Topic, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", value=topic.name, key=f"topic_name_{topic.topic}_{topic.name}", max_chars=80)
        st.button(
            "Rename", key="rename_topic", disabled=busy or name == topic.name, on_click=_rename, args=(at, topic, name)
        )


def _show_merge(at: Desk, topic: Topic, busy: bool) -> None:
    """The other topics, the nearest on the map first."""
    others = _by_nearness(at, topic)
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.selectbox(
            "Merge with", others, key=f"merge_with_{topic.topic}", format_func=lambda one: f"{one.name} ({one.size:,})"
        )
        st.button("Merge", key="merge_topic", disabled=busy, on_click=_merge, args=(at, topic, other))


def _show_parts(at: Desk, topic: Topic, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Split",
            key="split_topic",
            icon=":material/call_split:",
            disabled=busy,
            on_click=_split,
            args=(at, topic),
            help="Into the finer topics it is made of, or into two.",
        )
        if topic.topic in at.snapshot.my_topics:
            st.button(
                "Let it be found again",
                key="release_topic",
                type="tertiary",
                disabled=busy,
                on_click=_release,
                args=(at, topic),
                help="This topic is yours: it stays as it is at every level and when topics are found again.",
            )


def _show_make(at: Desk, video_ids: Sequence[str], busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", key="made_topic_name", max_chars=80, placeholder="What they have in common")
        st.button(
            "Make a topic",
            key="make_topic",
            disabled=busy or not name.strip(),
            on_click=_make,
            args=(at, name, video_ids),
            help="It stays a topic of yours, whatever is found later.",
        )


def _by_nearness(at: Desk, topic: Topic) -> list[Topic]:
    frame = at.snapshot.map_frame
    middle = frame.groupby("topic")[["x", "y"]].median()
    here = middle.loc[topic.topic].to_numpy()
    others = [one for one in at.snapshot.topics if one.topic != topic.topic and one.topic in middle.index]
    return sorted(others, key=lambda one: float(np.linalg.norm(middle.loc[one.topic].to_numpy() - here)))


def _rename(at: Desk, topic: Topic, name: str) -> None:
    _act(at, lambda: at.workspace.shaping.rename(topic.topic, name), f"Named: {' '.join(name.split())}.")


def _merge(at: Desk, topic: Topic, other: Topic) -> None:
    _act(at, lambda: at.workspace.shaping.merge([topic.topic, other.topic]), f"{topic.name} and {other.name} are one.")


def _make(at: Desk, name: str, video_ids: Sequence[str]) -> None:
    _act(at, lambda: at.workspace.shaping.make(name, video_ids), f"Made: {' '.join(name.split())}.")


def _split(at: Desk, topic: Topic) -> None:
    parts = attempt(lambda: at.workspace.shaping.split(topic.topic))
    if parts:
        names = [one.name for one in at.snapshot.topics if one.topic in parts]
        say(f"{topic.name} is now {' and '.join(names)}.")
        selection.pick([])


def _release(at: Desk, topic: Topic) -> None:
    attempt(lambda: at.workspace.shaping.release(topic.topic), f"{topic.name} is found like the others again.")
    selection.pick([])


def _undo(at: Desk) -> None:
    say(f"Undone: the {at.workspace.shaping.undo()}.")
    selection.pick([])


def _act(at: Desk, action: Callable[[], int], done: str) -> None:
    """Do it, and select the topic that came of it."""
    number = attempt(action, done)
    topic = next((one for one in at.snapshot.topics if one.topic == number), None)
    if topic is not None:
        members = at.snapshot.topic_members.get(topic.topic, [])
        make_category.choose(topic, members)
        selection.pick(members)
