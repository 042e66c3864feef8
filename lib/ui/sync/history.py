"""What was pushed: the receipt of the last push, every push with its operations, and undo."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.models import JournalEntry, Operation, State, counted
from lib.store.journal import OPEN, Push
from lib.sync.push_report import PushReport
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, browser_zone, local_time, notify, plain
from lib.ui.styles import secondary_text, table_height
from lib.ui.sync.tables import operations_table, states

NEWEST = 20
"""At most so many pushes are listed. Chosen by hand."""

_NOT_DONE = (State.FAILED, State.BLOCKED, State.CONFLICT)


def show_refusal(app: AppState) -> None:
    """Why the push that was just asked for has not begun."""
    report = _report(app)
    if report and report.push_id is None and report.message:
        st.warning(plain(report.message_in(browser_zone())), icon=":material/info:")


def show_receipt(app: AppState) -> None:
    """The newest push: counts, what could not be done and what to do, receipt and undo. What stands still has a banner."""
    newest = next(iter(app.workspace.journal.pushes()), None)
    if newest is None:
        return
    entries = app.workspace.journal.entries(newest.push_id)
    bad = not_carried_out(entries)
    ended, stands = how_it_ended(newest, entries), newest.state in OPEN
    if stands and not bad:
        return
    with st.container(border=True, key="receipt"):
        _show_head(app, newest, entries)
        report = _report(app)
        if report and report.push_id == newest.push_id and report.message and not stands:
            st.warning(plain(report.message_in(browser_zone())), icon=":material/info:")
        if bad and ended != "undone":
            _show_bad(app, bad)


def _show_head(app: AppState, push: Push, entries: Sequence[JournalEntry]) -> None:
    """A push in two lines, with its receipt and its undo."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xsmall"):
            st.text(f"Push {push.push_id} · {how_it_ended(push, entries)}")
            secondary_text(f"{_when(push)} · {_counts(entries)} · {_units(entries):,} units", f"push_{push.push_id}")
        _show_buttons(app, push)


def _report(app: AppState) -> PushReport | None:
    result = app.jobs.latest.result if app.jobs.latest else None
    return result if isinstance(result, PushReport) else None


def how_it_ended(push: Push, entries: Sequence[JournalEntry]) -> str:
    """The state of a push in one word: undone once everything it did was taken back."""
    counts = states(entries)
    if counts.get("undone") and not counts.get("done"):
        return "undone"
    return push.state


def not_carried_out(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The operations that could not be done, but for those that a later plan of the same push has taken up again."""
    last = {_what(entry.operation): entry.operation.op_id for entry in entries}
    return [e for e in entries if e.state in _NOT_DONE and last[_what(e.operation)] == e.operation.op_id]


def _what(operation: Operation) -> tuple[str, str, str | None, str | None]:
    return operation.kind.value, operation.playlist_id, operation.video_id, operation.item_id


def _show_bad(app: AppState, bad: Sequence[JournalEntry]) -> None:
    """Which operations could not be carried out, why, and what to do."""
    st.text("Not carried out:")
    st.dataframe(
        operations_table(app.snapshot, bad).drop(columns=["number"]),
        key="not_done",
        hide_index=True,
        column_config={
            **_COLUMNS,
            "what": st.column_config.TextColumn("Video or title", width="medium"),
            "remark": st.column_config.TextColumn("Why", width="large"),
        },
    )
    st.caption("Your edits are kept: push again to try these once more, or take the edits back.")


def show_history(app: AppState) -> None:
    """Every push with its operations, its receipt and its undo."""
    pushes = app.workspace.journal.pushes()
    if not pushes:
        st.info(
            "Nothing was pushed yet. Every push stays listed here, with each of its writes.", icon=":material/history:"
        )
        return
    wanted = st.pills(
        "Only operations that are",
        [state.value for state in State],
        selection_mode="multi",
        key="states",
        persist_state="session",
    )
    for number, push in enumerate(pushes[:NEWEST]):
        with st.container(border=True):
            _show_push(app, push, wanted, newest=number == 0)
    if len(pushes) > NEWEST:
        st.caption(f"The newest {NEWEST} of {len(pushes):,} pushes.")


def _show_push(app: AppState, push: Push, wanted: Sequence[str], *, newest: bool) -> None:
    """One push: how it ended in counts, and what can be done about it."""
    entries = app.workspace.journal.entries(push.push_id)
    _show_head(app, push, entries)
    if not st.toggle("Every operation", key=f"operations_{push.push_id}", value=newest):
        return
    shown = [entry for entry in entries if not wanted or entry.state in wanted]
    if not shown:
        st.caption("No operation of this push is so.")
        return
    st.dataframe(
        operations_table(app.snapshot, shown),
        hide_index=True,
        height=table_height(len(shown), 400),
        column_config={"number": st.column_config.NumberColumn("No.", width="small"), **_COLUMNS},
    )


def _show_buttons(app: AppState, push: Push) -> None:
    with st.container(horizontal=True, width="content"):
        st.download_button(
            "Receipt (CSV)",
            data=lambda: app.workspace.pushes.receipt(push.push_id),
            file_name=f"push-{push.push_id}.csv",
            mime="text/csv",
            key=f"receipt_{push.push_id}",
            on_click="ignore",
            icon=":material/receipt_long:",
        )
        st.button(
            "Undo",
            key=f"undo_{push.push_id}",
            icon=":material/undo:",
            disabled=push.state in OPEN
            or not app.workspace.undo.undoable(push.push_id)
            or app.jobs.active() is not None,
            on_click=_undo,
            args=(app, push.push_id),
        )


def _undo(app: AppState, push_id: int) -> None:
    """Lay the edits that take a push back; the plan then shows what they do."""
    result = attempt(lambda: app.workspace.undo.undo_push(push_id))
    if result:
        edits, lost = result
        notify(f"{counted(len(edits), 'edit')} laid to undo push {push_id}. Look at the plan, then push.")
        st.session_state["cannot_come_back"] = lost


def show_lost(app: AppState) -> None:
    """What the undo that was just laid cannot bring back; once it waits no more there is nothing to say."""
    if not app.snapshot.edits:
        st.session_state.pop("cannot_come_back", None)
    if lost := st.session_state.get("cannot_come_back"):
        with st.container(border=True):
            st.text("The undo is among your edits. This much cannot come back:")
            secondary_text("\n".join(lost), "lost")
            if st.button("Understood", key="understood"):
                del st.session_state["cannot_come_back"]
                st.rerun()


def _when(push: Push) -> str:
    return local_time(push.started_at) if push.started_at else ""


def _counts(entries: Sequence[JournalEntry]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in states(entries).items()) or "nothing to write"


def _units(entries: Sequence[JournalEntry]) -> int:
    return sum(entry.operation.units * entry.attempts for entry in entries)


_COLUMNS = {
    "write": st.column_config.TextColumn("Write"),
    "what": st.column_config.TextColumn("Video or title", width="large"),
    "playlist": st.column_config.TextColumn("Playlist"),
    "state": st.column_config.TextColumn("State", width="small"),
    "remark": st.column_config.TextColumn("Remark", width="medium"),
}
