"""The banner of a paused push: why it paused, what is done, and how it goes on."""

from __future__ import annotations

import streamlit as st

from lib.models import Plan, State
from lib.planning.guards import still_approved
from lib.store.journal import Push
from lib.sync.push_report import PushReport
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, browser_zone, local_time, plain
from lib.ui.sync.plan import show_channel

BY_HAND = ("cancelled", "network", "allowance", "sign-in", "killed", "")
"""Reasons after which the user resumes the push by a button."""

_SAYS_MORE = ("network", "sign-in", "failed")

_WHY = {
    "cancelled": "You stopped push {number}.",
    "network": "Push {number} stopped: YouTube could not be reached.",
    "allowance": "Push {number} stopped: the units you allowed for it are spent.",
    "sign-in": "Push {number} waits for your sign-in.",
    "changed": "Push {number} waits: something changed since you agreed to it.",
    "conflict": "Push {number} waits: something changed on YouTube meanwhile.",
    "failed": "Push {number} stopped: a write could not be carried out.",
    "killed": "The app was closed in the middle of push {number}.",
    "": "Push {number} is not finished.",
}
_NEXT = {
    "cancelled": "Go on whenever you like.",
    "network": "It tries again by itself while the app runs.",
    "allowance": "Go on whenever you like.",
    "sign-in": "Sign in, then go on.",
    "changed": "Look at the plan below, then push it.",
    "conflict": "Plan again to see what is left to do.",
    "failed": "Look at the plan below, then push it.",
    "killed": "It goes on by itself in a moment.",
    "": "Go on whenever you like.",
}


def show(app: AppState) -> None:
    """Draw the banner of a paused push, or of one that has resumed by itself."""
    if app.jobs.active():
        _show_resumed(app)
        return
    push = app.workspace.journal.open_push()
    if push is None:
        return
    with st.container(key="standing"):
        st.warning(plain(description(app, push)), icon=":material/pause_circle:")
        if _reason(push) in BY_HAND:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    "Go on",
                    key="go_on",
                    type="primary",
                    icon=":material/play_arrow:",
                    on_click=attempt,
                    args=(app.resume_push,),
                )
                show_channel(app)
        elif push.reason == "conflict":
            st.button("Plan again", key="plan_again", icon=":material/refresh:", on_click=_plan_again, args=(app,))


def agreed(app: AppState, plan: Plan) -> bool:
    """Whether all of the plan is what the person agreed to when the push that stands still began."""
    push = app.workspace.journal.open_push()
    return push is not None and still_approved(plan, app.workspace.journal.entries(push.push_id))


def goes_on_by_hand(app: AppState) -> bool:
    """Whether the banner has the button that goes on."""
    push = app.workspace.journal.open_push()
    return push is not None and _reason(push) in BY_HAND


def _plan_again(app: AppState) -> None:
    """Read what YouTube shows now; the plan is made on that."""
    attempt(app.pull)


def _reason(push: Push) -> str:
    return "killed" if push.state == "running" else push.reason


def description(app: AppState, push: Push) -> str:
    """What happened to an open push, how far it came, and what comes next."""
    reason = _reason(push)
    why, then = _quota(app) if reason == "quota" else (_WHY[reason], _NEXT[reason])
    if reason in _SAYS_MORE and (report := _report_of(app, push)):
        then = f"{report.message_in(browser_zone())} {then}"
    return f"{why.format(number=push.push_id)} {_progress(app, push)} {then}"


def _quota(app: AppState) -> tuple[str, str]:
    spent = app.workspace.quota.left() < 200
    why = "today's units are spent." if spent else "YouTube takes no more of these today."
    when = local_time(app.workspace.quota.resets_at())
    then = f"It goes on by itself when units return, {when}, while the app runs or when you next start it."
    return "Push {number} is paused: " + why, then


def _progress(app: AppState, push: Push) -> str:
    entries = app.workspace.journal.entries(push.push_id)
    done = sum(entry.state is State.DONE for entry in entries)
    left = sum(entry.state in (State.PLANNED, State.SENT, State.UNKNOWN) for entry in entries)
    return f"{done:,} done, {left:,} to go; nothing is lost."


def _report_of(app: AppState, push: Push) -> PushReport | None:
    """What the try that has just ended said, where it was this push."""
    job = app.jobs.latest
    result = job.result if job else None
    return result if isinstance(result, PushReport) and result.push_id == push.push_id and result.message else None


def _show_resumed(app: AppState) -> None:
    """Say that a push goes on by itself, and since when it had stood."""
    push, job = app.push_resumer.resumed, app.jobs.active()
    if push is None or job is None or not app.push_resumer.is_automatic(job):
        return
    why = "after today's units returned" if push.reason == "quota" else "where it stopped"
    if not push.reason:
        why = "where it was when the app was closed"
    st.info(
        f"Push {push.push_id} goes on by itself, {why}. It does what you agreed to, and nothing else.",
        icon=":material/autorenew:",
    )
