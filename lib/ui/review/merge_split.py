"""Playlists that the library can hardly tell apart, and playlists that fall into two: what a merge or a split would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lib.ml.merge_split import Merge
from lib.models import WRITE_UNITS, Edit, counted
from lib.services.tidy import Refusal, SplitOff, merge_refusal, split_refusal
from lib.ui import selection
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify
from lib.ui.review import refused, scan

MOST_NAMED = 5


def show(app: AppState) -> None:
    """The hints, each with what it would cost. Nothing moves before the second click. Below them, what was refused."""
    _show_hints(app)
    refused.show(app, "merge", "split")


def _show_hints(app: AppState) -> None:
    hints = scan.last_hints(app, "Compares your categories: which two are one, and which one is two.")
    if hints is None:
        return
    if not hints.merges and not hints.splits:
        st.success("Every category stands for itself.", icon=":material/check:")
    for merge in hints.merges:
        _show_merge(app, merge)
    for split in hints.splits:
        _show_split(app, split)


# -- merge -------------------------------------------------------------------------------------------------------------


def _show_merge(app: AppState, merge: Merge) -> None:
    snapshot, name = app.snapshot, f"{merge.smaller}_{merge.larger}"
    smaller, larger = snapshot.playlist_title(merge.smaller), snapshot.playlist_title(merge.larger)
    with st.container(border=True, key=f"merge_{name}"):
        st.text(f"Merge? {smaller} and {larger}")
        st.text(merge_reason(smaller, merge))
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Merge them", icon=":material/call_merge:"):
                _confirm_merge(app, merge.smaller, merge.larger, name)
            _select(app, [i.video_id for i in snapshot.local.playlists[merge.smaller].items], f"pick_merge_{name}")
            _refuse(app, merge_refusal(merge), f"no_merge_{name}")


def merge_reason(smaller: str, merge: Merge) -> str:
    """Why two playlists may be one."""
    shared = f"They share {counted(merge.shared, 'video')}." if merge.shared else "They share no video yet."
    return f"{merge.similar_share:.0%} of {smaller} could as well stand in the other. {shared}"


def _confirm_merge(app: AppState, smaller: str, larger: str, name: str) -> None:
    """What merging does and costs, and the button that lays it."""
    cost = app.workspace.categories.merge_cost(smaller, larger)
    adds, stranded = cost.to_add, cost.unavailable
    title, into = app.snapshot.playlist_title(smaller), app.snapshot.playlist_title(larger)
    in_larger = len(app.snapshot.local.playlists[smaller].items) - len(adds) - stranded
    st.text(f"{in_larger:,} of {title} are in {into} already; {counted(len(adds), 'video')} more will be.")
    delete = True
    if stranded:
        lost = counted(stranded, "unavailable video")
        st.text(f"YouTube would not take {lost} anywhere else.")
        delete = st.checkbox("Delete the playlist with them all the same", key=f"lose_{name}")
    edits = len(adds) + delete
    st.text(
        f"{title} {'is then deleted' if delete else 'stays'}. {counted(edits, 'edit')}, {WRITE_UNITS * edits:,} units."
    )
    if delete:
        st.text("The plan asks you once more before a playlist is deleted.")
    st.button(
        "Lay these edits",
        key=f"do_merge_{name}",
        type="primary",
        disabled=not edits,
        on_click=merge,
        args=(app, smaller, larger, delete),
    )


def merge(app: AppState, smaller: str, larger: str, delete: bool) -> None:
    """Lay the edits: everything into the other, and then one is deleted where that is asked for."""
    _lay(app, lambda: app.workspace.categories.merge(smaller, larger, delete=delete))


# -- split -------------------------------------------------------------------------------------------------------------


def _show_split(app: AppState, split: SplitOff) -> None:
    larger, smaller = split.parts
    with st.container(border=True, key=f"split_{split.category}"):
        st.text(f"Split? {app.snapshot.playlist_title(split.category)}")
        st.text(f"{len(larger):,} about {split.names[0]}, {len(smaller):,} about {split.names[1]}.")
        for part in split.parts:
            st.caption(f"{len(part):,} videos, such as:")
            st.text("\n".join(app.snapshot.title(video_id) for video_id in part[:MOST_NAMED]))
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Split it", icon=":material/call_split:"):
                _confirm_split(app, split)
            _select(app, smaller, f"pick_split_{split.category}")
            _refuse(app, split_refusal(split), f"no_split_{split.category}")


def _confirm_split(app: AppState, split: SplitOff) -> None:
    """What splitting does and costs, a name for the new category, and the button that lays it."""
    movers = [video_id for video_id in split.parts[1] if video_id not in app.snapshot.unavailable]
    name = st.text_input("New category", value=split.names[1], key=f"split_name_{split.category}", autocomplete="off")
    units = WRITE_UNITS * (1 + 2 * len(movers))
    st.text(f"{counted(len(movers), 'video')} move there from {app.snapshot.playlist_title(split.category)}.")
    st.text(f"{counted(1 + len(movers), 'edit')}, {units:,} units at the next push.")
    st.button(
        "Lay these edits",
        key=f"do_split_{split.category}",
        type="primary",
        disabled=not name.strip() or not movers,
        on_click=split_off,
        args=(app, split, name),
    )


def split_off(app: AppState, split: SplitOff, name: str) -> None:
    """Lay the edits: a new category, and the smaller part moves there."""
    playlist_id = app.snapshot.category_names.get(name)
    _lay(app, lambda: app.workspace.categories.split(split.category, split.parts[1], playlist_id, name))


# -- both --------------------------------------------------------------------------------------------------------------


def _select(app: AppState, video_ids: Sequence[str], key: str) -> None:
    """The button that selects the videos on the map, where they can be filed anywhere."""
    if st.button(f"Select these {len(video_ids):,}", key=key, icon=":material/scatter_plot:"):
        selection.pick(list(video_ids))
        st.switch_page("pages/map.py")


def _refuse(app: AppState, refusal: Refusal, key: str) -> None:
    st.button("Leave it", key=key, type="tertiary", on_click=refuse, args=(app, refusal))


def refuse(app: AppState, refusal: Refusal) -> None:
    """Remember that a hint is not wanted; it stands among the refused ones then."""
    app.workspace.tidy.refuse(refusal)
    notify("It is not said again. It stands under Refused.")


def _lay(app: AppState, lay: Callable[[], list[Edit]]) -> None:
    attempt(lay, lambda laid: f"{counted(len(laid), 'edit')} laid. Take them back on the Sync page.")
    app.relearn()
