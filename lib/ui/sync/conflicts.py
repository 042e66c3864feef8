"""What must be answered before a push: conflicts, orphans, guards; and what undo cannot bring back.

Questions name titles, so they are shown by `st.text`; only the words of the choices stand on buttons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import streamlit as st

from lib.models import Conflict, Edit, Guard, Operation, Plan, counted
from lib.planning.orphans import ORPHAN_CHOICES, Orphan
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify, plain
from lib.ui.styles import secondary_text

MOST = 10
"""At most so many conflicts of one kind are listed. Chosen by hand."""

MOST_TITLES = 20

_TITLE = re.compile(r'".*"', re.DOTALL)
_YOUTUBE = "; on YouTube "


def show_conflicts(app: AppState, conflicts: Sequence[Conflict]) -> None:
    """Draw each conflict with both sides and a button for each choice; conflicts of one kind can be answered together."""
    if not conflicts:
        return
    st.subheader(f"{counted(len(conflicts), 'question')} for you", anchor=False)
    st.caption(
        "Changed here and on YouTube, with different results. The rest of the plan does not wait for the answer."
    )
    for alike in groups(app, conflicts):
        with st.container(border=True):
            if len(alike) > 1:
                _show_all_alike(app, alike)
            for conflict in alike[:MOST]:
                _show_conflict(app, conflict)
            if len(alike) > MOST:
                st.text(f"and {len(alike) - MOST:,} more like this")


def groups(app: AppState, conflicts: Sequence[Conflict]) -> list[list[Conflict]]:
    """The conflicts that ask the same of different videos, together."""
    kinds = {edit.edit_id: edit.kind.value for edit in app.snapshot.edits}
    by_question: defaultdict[tuple[str, ...], list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        kind = next((kinds[i] for i in conflict.edit_ids if i in kinds), "")
        by_question[kind, *map(without_title, conflict.choices)].append(conflict)
    return list(by_question.values())


def without_title(choice: str) -> str:
    """A choice without the title that it names."""
    return _TITLE.sub("…", choice)


def sides(app: AppState, conflict: Conflict) -> tuple[str, str]:
    """The local and the remote side of a conflict, each a sentence with titles of videos in place of ids."""
    what = conflict.what
    for edit in app.snapshot.edits:
        if edit.edit_id in conflict.edit_ids and edit.video_id:
            what = what.replace(edit.video_id, f"“{app.snapshot.title(edit.video_id)}”")
    ours, separator, theirs = what.partition(_YOUTUBE)
    return (f"{ours}.", f"On YouTube {theirs}") if separator else (what, "")


def _show_conflict(app: AppState, conflict: Conflict) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            secondary_text("\n".join(side for side in sides(app, conflict) if side), f"conflict_{conflict.conflict_id}")
        _show_choices(app, [conflict], conflict.choices, "resolve")


def _show_all_alike(app: AppState, alike: Sequence[Conflict]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.text(f"{len(alike):,} of one kind: the same for all")
        _show_choices(app, alike, tuple(map(without_title, alike[0].choices)), "resolve_all")


def _show_choices(app: AppState, conflicts: Sequence[Conflict], choices: Sequence[str], key: str) -> None:
    with st.container(horizontal=True, width="content"):
        for number, choice in enumerate(choices, 1):
            st.button(
                plain(choice[:1].upper() + choice[1:]),
                key=f"{key}_{conflicts[0].conflict_id}_{number}",
                disabled=app.jobs.active() is not None,
                on_click=resolve,
                args=(app, conflicts, number),
            )


def resolve(app: AppState, conflicts: Sequence[Conflict], number: int) -> None:
    """Answer the conflicts with the choice of this number."""
    answers = [partial(app.workspace.conflicts.resolve, conflict.conflict_id, str(number)) for conflict in conflicts]
    messages = [sentence for answer in answers if (sentence := attempt(answer))]
    if messages:
        notify(messages[0] if len(messages) == 1 else f"{counted(len(messages), 'question')} answered.")


def show_orphans(app: AppState, orphans: Sequence[Orphan]) -> None:
    """Items that a write of ours may have left over, proposed for removal."""
    if not orphans:
        return
    with st.container(border=True):
        st.text("Left over?")
        secondary_text(
            "The answer to a write was lost, so it was sent twice, and YouTube seems to have done it twice. "
            "A removal joins your plan; nothing is removed before you push.",
            "orphans",
        )
        for orphan in orphans[:MOST]:
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(width="stretch"):
                    st.text(
                        f"{app.snapshot.title(orphan.video_id)}, twice in {app.snapshot.playlist_title(orphan.playlist_id)}"
                    )
                for number, choice in enumerate(ORPHAN_CHOICES):
                    st.button(
                        choice.capitalize(),
                        key=f"{('remove', 'keep')[number]}_{orphan.item_id}",
                        disabled=app.jobs.active() is not None,
                        on_click=_answer,
                        args=(app, f"x{orphan.item_id}", choice),
                    )


def _answer(app: AppState, question: str, choice: str) -> None:
    attempt(lambda: app.workspace.conflicts.resolve(question, choice), str)


def show_irreversible(plan: Plan) -> None:
    """What undo will not bring back, said before the push."""
    if not plan.irreversible:
        return
    with st.container(border=True):
        st.text("Before you push: this cannot come back by undo")
        secondary_text("\n".join(listed(plan.irreversible)), "irreversible")


def listed(sentences: Sequence[str], most: int = MOST) -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(sentences) - most
    return [*sentences[:most], *([f"and {more:,} more"] if more > 0 else [])]


def show_guards(app: AppState, plan: Plan) -> bool:
    """What takes much away: leave it out, or type the number; whether the person has confirmed what must be."""
    if not plan.guards:
        return True
    if st.session_state.get("confirm_for") != plan.plan_id:  # a number typed for another plan confirms nothing
        st.session_state["confirm_for"], st.session_state["confirm"] = plan.plan_id, ""
    with st.container(border=True, key="guards"):
        st.warning("This plan takes much away. Read it before you confirm.", icon=":material/warning:")
        for guard in plan.guards:
            st.text(guard.what)
        _show_concerned(app, plan)
        _show_unavailable(app, plan)
        if behind := edits_behind(plan, plan.guards, app.snapshot.edits):
            st.button(
                "Leave these out of the push",
                key="leave_out",
                icon=":material/undo:",
                on_click=_leave_out,
                args=(app, behind),
            )
        typed = st.text_input(
            f"Or type the number {plan.confirm_count} to allow it", key="confirm", autocomplete="off", width=320
        )
    return typed.replace(",", "").strip() == str(plan.confirm_count)


def _show_concerned(app: AppState, plan: Plan) -> None:
    """The titles of what would go, the first of them."""
    lines = [
        f"{app.snapshot.title(video_id)}, from {app.snapshot.playlist_title(op.playlist_id)}"
        for op in _guarded(plan, plan.guards)
        for video_id in _videos(op)
    ]
    with st.expander(f"What would go ({len(lines):,})", key="concerned"):
        secondary_text("\n".join(listed(lines, MOST_TITLES)), "concerned")


def _show_unavailable(app: AppState, plan: Plan) -> None:
    """Videos that could never be put back are asked about one by one."""
    final = [guard for guard in plan.guards if guard.guard_id == "unavailable"]
    unavailable = app.workspace.catalog.unavailable() if final else set()
    edit_ids = set(edits_behind(plan, final, app.snapshot.edits))
    for edit in [e for e in app.snapshot.edits if e.edit_id in edit_ids and e.video_id in unavailable][:MOST]:
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                where = app.snapshot.playlist_title(edit.from_playlist)
                secondary_text(
                    f"{app.snapshot.title(edit.video_id or '')}, from {where}: gone for good", f"final_{edit.edit_id}"
                )
            st.button("Keep it", key=f"spare_{edit.edit_id}", on_click=_leave_out, args=(app, [edit.edit_id]))


def _guarded(plan: Plan, guards: Sequence[Guard]) -> list[Operation]:
    ops = {op_id for guard in guards for op_id in guard.ops}
    return [op for op in plan.operations if op.op_id in ops]


def _videos(operation: Operation) -> list[str]:
    return [operation.video_id] if operation.video_id else list(operation.before.get("items", ()))


def edits_behind(plan: Plan, guards: Sequence[Guard], edits: Sequence[Edit]) -> list[int]:
    """The numbers of the edits behind what these guards ask about."""
    gone = {(op.playlist_id, op.video_id) for op in _guarded(plan, guards)}
    return [edit.edit_id for edit in edits if (edit.from_playlist, edit.video_id) in gone]


def _leave_out(app: AppState, edit_ids: list[int]) -> None:
    attempt(
        lambda: app.workspace.filing.take_back(edit_ids),
        lambda gone: f"{counted(len(gone), 'edit')} taken back; everything stays where it is.",
    )
