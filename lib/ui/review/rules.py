"""The rules beside the model: each in words with what it would file now, those that hold already, and a form."""

from __future__ import annotations

import streamlit as st

from lib.models import Edit, counted
from lib.rules.mining import Proposal
from lib.rules.rules import Rule, flaw, in_words
from lib.ui import take_back
from lib.ui.app_state import AppState
from lib.ui.messages import attempt
from lib.ui.review import rule_form
from lib.ui.styles import secondary_text

MOST_PROPOSALS = 5
_DELETED = "rule_deleted"


def show(app: AppState) -> None:
    """The rules in their order, and the ways to more of them."""
    rules, files = app.snapshot.rules, len(app.snapshot.ruled)
    st.caption(
        "A rule files what waits unfiled in an inbox. What you decided comes first, then the rules from the top down, then the "
        "model. A rule only copies, and YouTube changes when you push."
    )
    with st.container(horizontal=True):
        st.button(
            f"File {counted(files, 'video')} by rule" if files else "Nothing to file by rule",
            key="rules_apply",
            type="primary",
            icon=":material/rule:",
            disabled=not files,
            on_click=_apply,
            args=(app, None),
        )
        st.button(
            "New rule", key="rule_new", icon=":material/add:", disabled=rule_form.edited() == 0, on_click=rule_form.edit
        )
        take_back.show_take_back_last(app)
        _show_put_back(app)
    if rule_form.edited() == 0:
        rule_form.show(app, None)
    waiting = app.workspace.rules.store.waiting()
    for place, rule in enumerate(rules):
        _show_rule(app, rule, place, len(rules), waiting.get(rule.rule_id, []))
    proposals = app.workspace.rules.proposals(app.snapshot.situation)
    if not rules and not proposals and rule_form.edited() is None:
        st.info(
            "There is no rule yet. A rule for a channel, for words of the title, a length or an age spares you what you "
            "would always decide alike.",
            icon=":material/rule:",
        )
    _show_proposals(app, proposals)


def sentence(app: AppState, rule: Rule) -> str:
    """A rule in words, as in "Channel is 3Blue1Brown → Mathematics"."""
    known = rule.playlist_id in app.snapshot.local.playlists
    category_title = app.snapshot.playlist_title(rule.playlist_id) if known else rule.title or rule.playlist_id
    return f"{in_words(rule.conditions, app.snapshot.rule_names)} → {category_title}"


def _show_rule(app: AppState, rule: Rule, place: int, count: int, waiting: list[int]) -> None:
    """One rule: what it says, what it would do, and all that can be done with it."""
    trouble = flaw(rule, app.snapshot.local)
    files = sum(answer.rule_id == rule.rule_id for answer in app.snapshot.ruled.values())
    with st.container(border=True, key=f"rule_{rule.rule_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch", gap="xsmall"):
                st.text(f"{place + 1}. {sentence(app, rule)}")
                secondary_text(_status(rule, trouble, files, len(waiting)), f"rule_{rule.rule_id}")
            st.button(
                f"File {files:,}",
                key=f"rule_apply_{rule.rule_id}",
                disabled=not files,
                on_click=_apply,
                args=(app, rule.rule_id),
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            _show_switches(app, rule)
            _show_acts(app, rule, place, count, waiting)
        if rule_form.edited() == rule.rule_id:
            rule_form.show(app, rule)


def _status(rule: Rule, trouble: str, files: int, waiting: int) -> str:
    if trouble:
        return f"It can do nothing: {trouble}"
    now = f"It would file {counted(files, 'video')} now." if files else "Nothing is left for it to file."
    left = f" {counted(waiting, 'edit')} of it {'waits' if waiting == 1 else 'wait'} for a push." if waiting else ""
    return (now if rule.enabled else "It is off.") + left


def _show_switches(app: AppState, rule: Rule) -> None:
    rules, number = app.workspace.rules, rule.rule_id
    on, itself = f"rule_on_{number}", f"rule_itself_{number}"
    st.session_state[on], st.session_state[itself] = rule.enabled, rule.by_itself  # whoever has switched it
    st.toggle(
        "On",
        key=on,
        on_change=attempt,
        args=(lambda: rules.switch(number, enabled=bool(st.session_state[on])),),
    )
    st.toggle(
        "By itself after each pull",
        key=itself,
        disabled=not rule.enabled,
        help="It then lays its edits without being asked. They wait for your push like all others.",
        on_change=attempt,
        args=(lambda: rules.switch(number, by_itself=bool(st.session_state[itself])),),
    )


def _show_acts(app: AppState, rule: Rule, place: int, count: int, waiting: list[int]) -> None:
    rules, number = app.workspace.rules, rule.rule_id
    for direction, icon, by in (("up", "arrow_upward", -1), ("down", "arrow_downward", 1)):
        st.button(
            "",
            key=f"rule_{direction}_{number}",
            icon=f":material/{icon}:",
            help=f"Ask it {'earlier' if by < 0 else 'later'}",
            disabled=not 0 <= place + by < count,
            on_click=attempt,
            args=(lambda by=by: rules.move(number, by),),
        )
    st.button("Edit", key=f"rule_edit_{number}", icon=":material/edit:", on_click=rule_form.edit, args=(number,))
    st.button(
        "Delete",
        key=f"rule_delete_{number}",
        icon=":material/delete:",
        help="The rule goes. What it has filed stays.",
        on_click=_delete,
        args=(app, number),
    )
    if waiting:
        st.button(
            f"Take back its {counted(len(waiting), 'edit')}",
            key=f"rule_take_back_{number}",
            icon=":material/undo:",
            disabled=app.jobs.active() is not None,
            on_click=take_back.take_back,
            args=(app, waiting),
        )


def _show_proposals(app: AppState, proposals: list[Proposal]) -> None:
    """Channels that are always filed alike, the ones with waiting videos first."""
    if not proposals:
        return
    st.subheader("Rules that hold already", anchor=False)
    for number, proposal in enumerate(proposals[:MOST_PROPOSALS]):
        share = (
            f"All {proposal.filed:,}"
            if proposal.agree == proposal.filed
            else f"{proposal.agree:,} of the {proposal.filed:,}"
        )
        verb = "waits" if proposal.waiting == 1 else "wait"
        more = f", and {proposal.waiting:,} more {verb} in an inbox" if proposal.waiting else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                category_title = app.snapshot.playlist_title(proposal.playlist_id)
                st.text(f"{share} filed videos of {proposal.channel_title} are in {category_title}{more}.")
            _show_answers(app, proposal, number)
    if len(proposals) > MOST_PROPOSALS:
        st.caption(f"{len(proposals) - MOST_PROPOSALS:,} more follow as you answer these.")


def _show_answers(app: AppState, proposal: Proposal, number: int) -> None:
    rules = app.workspace.rules
    st.button(
        "Make it a rule",
        key=f"proposal_{number}",
        icon=":material/add:",
        help="It files nothing before you say so.",
        on_click=attempt,
        args=(lambda: rules.agree(proposal), "The rule stands below the others. It has filed nothing yet."),
    )
    st.button(
        "No",
        key=f"proposal_no_{number}",
        type="tertiary",
        help="It is not proposed again.",
        on_click=attempt,
        args=(lambda: rules.decline(proposal),),
    )


def _delete(app: AppState, rule_id: int) -> None:
    if gone := attempt(lambda: app.workspace.rules.delete(rule_id), "The rule is deleted; what it has filed stays."):
        st.session_state[_DELETED] = (app.library_kind, *gone)
    if rule_form.edited() == rule_id:
        rule_form.edit(None)


def _show_put_back(app: AppState) -> None:
    """The way back for the rule that was deleted last."""
    of_library, *gone = st.session_state.get(_DELETED, (None,))
    if of_library is app.library_kind:
        st.button("Bring the deleted rule back", key="rule_put_back", on_click=_put_back, args=(app, *gone))


def _put_back(app: AppState, rule: Rule, place: int) -> None:
    app.workspace.rules.put_back(rule, place)
    del st.session_state[_DELETED]


def _apply(app: AppState, rule_id: int | None) -> None:
    attempt(lambda: app.workspace.rules.apply(None if rule_id is None else [rule_id]), receipt)


def receipt(laid: list[Edit]) -> str:
    """How many videos the rules have filed, in a sentence."""
    if not laid:
        return "There was nothing left to file."
    return f"{counted(len(laid), 'video')} filed by rule, as copies. YouTube changes when you push."
