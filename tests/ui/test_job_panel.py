"""A job in words: while it runs, and at its end."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.background.jobs import Job, JobKind
from lib.errors import WHEN, QuotaExceeded
from lib.sync.pull import PullReport
from lib.sync.push_report import PushReport
from lib.ui import job_panel
from lib.ui.job_panel import outcome_text, progress_text


def job(**facts: object) -> Job:
    job = Job(JobKind.PULL)
    for name, value in facts.items():
        setattr(job, name, value)
    return job


def test_a_step_that_is_counted_says_how_far_it_is() -> None:
    assert progress_text(job(done=1200, total=4000, what="Reading videos")) == "Reading videos · 1,200 of 4,000"


def test_a_step_with_a_pace_says_how_long_it_still_takes() -> None:
    running = job(done=30, total=40, what="Reading videos", phase_started=time.monotonic() - 60)
    assert progress_text(running) == "Reading videos · 30 of 40 · about 20 s left"


def test_a_step_that_cannot_be_counted_says_how_long_it_took_so_far() -> None:
    assert progress_text(job(what="Drawing the map", phase_started=time.monotonic() - 12)) == "Drawing the map · 12 s"
    assert progress_text(job()).startswith("Starting")


def test_a_pull_tells_what_came_and_went() -> None:
    told_text = outcome_text(job(result=PullReport(new_items=1047, removed_items=3)))
    assert told_text == "Your library is up to date: 1,047 new, 3 gone."


def test_a_push_tells_how_many_changes_youtube_took() -> None:
    assert outcome_text(job(kind=JobKind.PUSH, result=PushReport(1, "done", done=1))) == "Pushed: 1 change on YouTube."


def test_a_push_that_paused_tells_why() -> None:
    report = PushReport(1, "paused", done=1, left=2, message="Today's units are spent.")
    assert outcome_text(job(kind=JobKind.PUSH, result=report)) == "The push is paused. Today's units are spent."


def test_a_push_that_paused_names_its_moment_in_the_zone_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_panel, "browser_zone", lambda: ZoneInfo("Asia/Tokyo"))  # as the browser says
    spent = QuotaExceeded("Spent.", f"Units return {WHEN}.", datetime(2026, 1, 1, 20, 0, tzinfo=UTC))
    report = PushReport(1, "paused", message=str(spent), stopped_by=spent)
    assert outcome_text(job(kind=JobKind.PUSH, result=report)).endswith("Units return Friday 05:00.")


def test_any_other_job_is_just_done() -> None:
    assert outcome_text(job(kind=JobKind.ANALYSE, result=object())) == "Draw the map: done."
