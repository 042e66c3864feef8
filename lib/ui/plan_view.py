"""A plan for the eye: what a push would do, what it costs, when it is done, and what has to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd
import streamlit as st

from lib.models import Conflict, Plan
from lib.ui.session import Desk
from lib.ui.tables import plan_table
from lib.ui.words import counted


def show_plan(at: Desk, plan: Plan) -> None:
    """What a push would do, what it costs, and when it is done."""
    st.subheader("The plan", anchor=False)
    last = plan.calendar[-1].day if plan.calendar else None
    with st.container(horizontal=True):
        st.metric("Writes", f"{len(plan.operations):,}", border=True)
        st.metric("Units", f"{plan.units:,}", border=True, help="50 for each write. A few more go to looking.")
        st.metric(
            "Units saved",
            f"{plan.units_naive - plan.units:,}",
            border=True,
            help="Against putting each place of a playlist right by hand, one after the other.",
        )
        st.metric(
            "Done",
            _day_name(last),
            border=True,
            help=f"{at.workspace.quota.left():,} units are left today, a day has {at.workspace.quota.daily_units:,}.",
        )
    st.dataframe(
        plan_table(at.reading, plan),
        key="plan",
        hide_index=True,
        column_config={
            "playlist": st.column_config.TextColumn("Playlist", width="large"),
            "before": st.column_config.NumberColumn("Before", format="localized"),
            "after": st.column_config.NumberColumn("After", format="localized"),
            "operations": st.column_config.NumberColumn("Writes", format="localized"),
            "units": st.column_config.NumberColumn("Units", format="localized"),
        },
    )
    if len(plan.calendar) > 1:
        _show_calendar(plan)


def _day_name(day: date | None) -> str:
    """A day as one speaks of it."""
    if day is None:
        return "not with this quota"
    ahead = (day - datetime.now().astimezone().date()).days
    return ("today", "tomorrow")[ahead] if ahead in (0, 1) else f"{day:%a} {day.day} {day:%b}"


def _show_calendar(plan: Plan) -> None:
    """Which day finishes which playlists."""
    st.caption("Quota allows this much a day. Each playlist is listed on the day that finishes it.")
    rows = {
        "Day": [day.day for day in plan.calendar],
        "Units": [day.units for day in plan.calendar],
        "Finished": [list(day.playlists) for day in plan.calendar],
    }
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config={"Day": st.column_config.DateColumn(format="dddd, D MMMM")}
    )


def show_questions(at: Desk, plan: Plan, take_back: Callable[[Desk, list[int]], None]) -> bool:
    """Conflicts, what cannot be undone, and the typed confirmation; whether the person has confirmed what must be.

    `take_back` withdraws the edits of these numbers.
    """
    if plan.conflicts:
        with st.container(border=True):
            st.warning(
                "Changed here and on YouTube, with different results. These edits are left out of the push.",
                icon=":material/call_split:",
            )
            for conflict in plan.conflicts:
                st.text(_with_title(at, conflict))
            st.button(
                "Drop these edits",
                key="drop_conflicts",
                on_click=take_back,
                args=(at, [i for one in plan.conflicts for i in one.edit_ids]),
            )
    if plan.irreversible:
        with st.expander(f"{counted(len(plan.irreversible), 'thing')} that cannot come back by undo"):
            for sentence in plan.irreversible:
                st.text(sentence)
    if not plan.guards:
        return True
    with st.container(border=True):
        st.warning("This plan takes much away. Read it before you confirm.", icon=":material/warning:")
        for guard in plan.guards:
            st.text(guard.what)
        typed = st.text_input(f"Type the number {plan.confirm_count} to allow it", key="confirm", autocomplete="off")
    return typed.strip() == str(plan.confirm_count)


def _with_title(at: Desk, conflict: Conflict) -> str:
    """What is in conflict, with the title of the video in place of its id."""
    edit = next((one for one in at.reading.edits if one.edit_id in conflict.edit_ids), None)
    if edit is None or not edit.video_id:
        return conflict.what
    return conflict.what.replace(edit.video_id, f"“{at.reading.title(edit.video_id)}”")
