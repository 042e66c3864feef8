"""The running job on every page: a bar with counts and time left, Cancel, and in words how it ended."""

from __future__ import annotations

import time
from typing import Literal

import streamlit as st

from lib.background.jobs import Job, JobKind
from lib.models import counted
from lib.services.analysis import AnalyseReport
from lib.sync.pull import PullReport
from lib.sync.push_report import PushReport
from lib.ui.app_state import AppState
from lib.ui.messages import browser_zone, duration_text, plain

POLL_SECONDS = 0.5
IDLE_SECONDS = 5.0
"""While no job runs, a tab checks so often whether another tab or the timer has started one."""

_REPORTED, _WATCHED = "job_told", "job_watched"


def show_running(app: AppState) -> None:
    """The bar of the running job. It looks again twice a second while there is one.

    The page reruns at each new step, so that it shows what has come in, and at the end. The steps of a push bring nothing
    in, and six tabs that rerun their pages would slow it down: there the panel alone shows them.
    """
    active = app.jobs.active()
    st.fragment(_panel, run_every=POLL_SECONDS if active else IDLE_SECONDS)(app, active, active.what if active else "")


def show_pushing(app: AppState) -> None:
    """The running push, large: how far it is, the time left, and the button that stops it."""
    st.fragment(_pushing, run_every=POLL_SECONDS)(app)


def show_outcome(app: AppState) -> None:
    """How the last job ended, until it is dismissed; a job that went well is told in passing."""
    job = app.jobs.latest
    if job is None or job.running:
        st.session_state[_WATCHED] = job.started if job else None
        return
    if st.session_state.get(_REPORTED) == job.started:
        return
    if job.state == "done":
        st.session_state[_REPORTED] = job.started
        if st.session_state.get(_WATCHED) == job.started:  # a tab opened later need not hear of it
            st.toast(plain(outcome_text(job)), icon=":material/check:")
        return
    box = st.error if job.state == "failed" else st.warning
    error = job.error.in_zone(browser_zone()) if job.error else job
    box(f"{plain(job.kind.label)}: {plain(error.message)}  \n{plain(error.next_step)}")
    if st.button("Dismiss", key="dismiss"):
        st.session_state[_REPORTED] = job.started
        st.rerun()


def outcome_text(job: Job) -> str:
    """What a job has done, in one sentence."""
    if isinstance(job.result, PullReport):
        ruled = f" {counted(job.result.ruled, 'video')} filed by your rules." if job.result.ruled else ""
        return f"Your library is up to date: {job.result.new_items:,} new, {job.result.removed_items:,} gone.{ruled}"
    if isinstance(job.result, PushReport) and job.result.state != "done":
        return f"The push is {job.result.state}. {job.result.message_in(browser_zone())}"
    if isinstance(job.result, PushReport):
        return f"Pushed: {counted(job.result.done, 'change')} on YouTube."
    if isinstance(job.result, AnalyseReport):
        return f"The map is up to date: {job.result.changes}."
    return f"{job.kind.label}: done."


def progress_text(job: Job) -> str:
    """The present step with its counts and the time left, or the time it has taken where it cannot be counted."""
    if not job.total:
        return f"{job.what or 'Starting'} · {duration_text(time.monotonic() - job.phase_started)}"
    left = job.seconds_left
    return f"{job.what} · {job.done:,} of {job.total:,}" + (f" · about {duration_text(left)} left" if left else "")


def _pushing(app: AppState) -> None:
    job = app.jobs.active()
    if job is None:
        return
    with st.container(border=True, key="pushing"):
        st.text(job.kind.label)
        if job.total:
            st.progress(min(1.0, job.done / job.total), text=plain(progress_text(job)))
        else:
            st.status(plain(progress_text(job)), state="running", type="compact")
        with st.container(horizontal=True, vertical_alignment="center"):
            _cancel(app, job, "cancel_push", "content")
            st.text("You may close this page: it goes on. Cancelling ends after the present write and loses nothing.")


def _panel(app: AppState, shown: Job | None, step: str) -> None:
    job = app.jobs.active()
    if job is not shown or (job and job.what != step and job.kind != JobKind.PUSH):
        st.rerun()
    if job is None:
        return
    with st.container(border=True, key="job"):
        st.text(job.kind.label)
        if job.total:
            st.progress(min(1.0, job.done / job.total), text=plain(progress_text(job)))
        else:
            st.status(plain(progress_text(job)), state="running", type="compact")
        _cancel(app, job, "cancel", "stretch")


def _cancel(app: AppState, job: Job, key: str, width: Literal["content", "stretch"]) -> None:
    """The button that ends the job. A callback: a panel that reruns the page for a new step would lose the click."""
    cancelling = job.cancelled.is_set()
    label = "Cancelling …" if cancelling else "Cancel"
    st.button(label, key=key, icon=":material/stop_circle:", width=width, disabled=cancelling, on_click=app.jobs.cancel)
