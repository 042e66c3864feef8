"""The plan on the screen: its writes, units and days, and the button that pushes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib.models import Edit, EditKind, OperationKind, Plan, counted
from lib.ui import connect
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, in_local_zone, local_time
from lib.ui.styles import secondary_text
from lib.ui.sync.tables import plan_table, writes_table
from lib.youtube.auth import can_write

MOST_WRITES = 500
SHOW_PICTURE = "show_channel_picture"
"""The fact that says that the channel's picture may be fetched from Google; set on the settings page."""


def heading(plan: Plan, edits: Sequence[Edit]) -> str:
    """How many edits the plan carries out; those in conflict wait for an answer."""
    asked = {edit_id for conflict in plan.conflicts for edit_id in conflict.edit_ids}
    waits = sum(edit.edit_id in asked for edit in edits)
    share = f"{len(edits) - waits:,} of " if waits else ""
    return f"The plan for {share}{counted(len(edits), 'edit')}"


def show_plan(app: AppState, plan: Plan) -> None:
    """What a push would do, what it costs, and when it is done."""
    _show_figures(app, plan)
    st.dataframe(
        plan_table(app.snapshot, plan),
        key="plan",
        hide_index=True,
        column_config={
            "playlist": st.column_config.TextColumn("Playlist", width="medium"),
            "before": st.column_config.NumberColumn("Before", format="localized"),
            "after": st.column_config.NumberColumn("After", format="localized"),
            "operations": st.column_config.NumberColumn("Writes", format="localized"),
            "units": st.column_config.NumberColumn("Units", format="localized"),
        },
    )
    if len(plan.calendar) > 1:
        _show_calendar(app, plan)
    for note in plan.notes:
        secondary_text(note, f"note_{plan.notes.index(note)}")
    _show_order(app, plan)
    if st.toggle("Every write", key="writes"):
        st.dataframe(writes_table(app.snapshot, plan.operations[:MOST_WRITES]), hide_index=True)
        if len(plan.operations) > MOST_WRITES:
            st.caption(f"The first {MOST_WRITES} of {len(plan.operations):,}.")


def _show_figures(app: AppState, plan: Plan) -> None:
    last = plan.calendar[-1].day if plan.calendar else None
    left, daily = app.workspace.quota.left(), app.workspace.quota.daily_units
    resets = local_time(app.workspace.quota.resets_at())
    with st.container(horizontal=True):
        st.metric("Writes", f"{len(plan.operations):,}", border=True, help="What is starred goes first.")
        st.metric("Units", f"{plan.units:,}", border=True, help="50 for each write. A few more go to looking.")
        st.metric(
            "Units saved",
            f"{plan.units_naive - plan.units:,}",
            border=True,
            help="Against putting each place of a playlist right by hand, one after the other.",
        )
        st.metric(
            "Done",
            day_name(last, in_local_zone(app.workspace.quota.now()).date()),
            border=True,
            help=f"A day of yours. {left:,} units are left until YouTube's day ends, {resets}; a day has {daily:,}.",
        )


def day_name(day: date | None, today: date) -> str:
    """A day in words: Today, Tomorrow, or as in "Mon 5 Oct"."""
    if day is None:
        return "Not with this quota"
    ahead = (day - today).days
    return ("Today", "Tomorrow")[ahead] if ahead in (0, 1) else f"{day:%a} {day.day} {day:%b}"


def _show_calendar(app: AppState, plan: Plan) -> None:
    """Which day of the user's finishes which playlists; two of YouTube's days may lie on one of them."""
    quota = app.workspace.quota
    st.caption(
        f"The days are yours. YouTube gives {quota.daily_units:,} units for each day of its own, which begins at midnight "
        f"in California: {in_local_zone(quota.resets_at()):%H:%M} your time. Each playlist is listed on the day that "
        "finishes it; no move is ever split."
    )
    rows = {
        "Day": [day.day for day in plan.calendar],
        "Units": [day.units for day in plan.calendar],
        "Finished": [list(day.playlists) for day in plan.calendar],
    }
    st.dataframe(
        pd.DataFrame(rows),
        key="calendar",
        hide_index=True,
        column_config={
            "Day": st.column_config.DateColumn(format="dddd, D MMMM"),
            "Units": st.column_config.NumberColumn(format="localized"),
            "Finished": st.column_config.ListColumn(width="large"),
        },
    )


def _show_order(app: AppState, plan: Plan) -> None:
    """The order of a playlist is rarely worth its units: a way to leave it as it is."""
    orders = {e.edit_id: e.to_playlist for e in app.snapshot.edits if e.kind is EditKind.REORDER}
    units = sum(
        op.units for op in plan.operations if op.kind is OperationKind.MOVE and op.playlist_id in orders.values()
    )
    if units:
        st.button(
            f"Leave the order alone (saves {units:,} units)",
            key="leave_order",
            icon=":material/low_priority:",
            on_click=_leave_order,
            args=(app, list(orders)),
        )


def _leave_order(app: AppState, edit_ids: list[int]) -> None:
    attempt(
        lambda: app.workspace.filing.take_back(edit_ids),
        lambda gone: f"{counted(len(gone), 'edit')} taken back; the order stays.",
    )


def show_push(app: AppState, plan: Plan, confirmed: bool, *, agreed: bool = False) -> None:
    """The one button that writes, with the channel it writes to beside it; there is none to press for what was `agreed`."""
    nothing = not plan.operations
    if not can_write(app.workspace.settings):
        if nothing:
            return
        st.info("Until now the app may only read your library. Writing needs your leave, once.", icon=":material/lock:")
        connect.show_sign_in(app, write=True)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="push_row"):
        st.button(
            "Push to YouTube",
            key="push",
            type="primary",
            icon=":material/upload:",
            disabled=nothing or not confirmed or agreed or app.jobs.active() is not None,
            help="You pressed it already: the rest goes on by itself." if agreed and not nothing else None,
            on_click=_push,
            args=(app, plan),
        )
        show_channel(app)


def _push(app: AppState, plan: Plan) -> None:
    """Carry the plan out in the background."""
    attempt(lambda: app.push(plan))


def show_channel(app: AppState) -> None:
    """Whose playlists are written to: the name, and the picture where the settings allow to fetch it."""
    channel = app.workspace.catalog.channel()
    if channel is None:
        return
    if channel.thumbnail.startswith("https://") and app.workspace.catalog.fact(SHOW_PICTURE):
        st.image(channel.thumbnail, width=32)
    st.text(f"to the channel {channel.title}")


PROMISES = (
    "We never remove a video from one playlist before it is safely in the other, and YouTube itself has shown it there.",
    "Filing from an inbox copies first. Tidying the inbox is a separate choice.",
    "We never overwrite a change you made on YouTube without asking.",
    "You may close the lid, lose the network or run out of quota at any moment: a push goes on by itself where it stopped, "
    "when the units return or at the next start, and does only what you had approved.",
    "Nothing leaves this machine before you press **Push to YouTube**. What deletes more than a little needs a typed number.",
    'Every push can be undone. What cannot come back (the "added" date of a moved video, a video that has since died) '
    "is said before you push.",
    "Writes go only to the channel the library was read from.",
)


def show_promises() -> None:
    """The promises, folded up."""
    with st.expander("What this promises"):
        st.markdown("\n".join(f"* {promise}" for promise in PROMISES))
