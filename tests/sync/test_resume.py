from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lib.sync.push_report import PushReport
from lib.sync.resume import ResumeBackoff

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LOST = PushReport(1, "paused", reason="network")


def test_at_first_one_may_try_at_once() -> None:
    assert ResumeBackoff().is_over(NOON)


def test_each_try_that_finds_no_network_doubles_the_wait_up_to_an_hour() -> None:
    backoff, at = ResumeBackoff(), NOON
    waits = []
    for report in [LOST, None] * 6:
        backoff.note(report, at)
        start = at
        while not backoff.is_over(at):
            at += timedelta(seconds=30)
        waits.append((at - start).total_seconds())
    assert waits[:8] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert set(waits[8:]) == {3600}


def test_any_other_end_makes_one_ready_again() -> None:
    backoff = ResumeBackoff()
    backoff.note(LOST, NOON)
    backoff.note(PushReport(1, "paused", reason="quota"), NOON)
    assert backoff.is_over(NOON)
    backoff.note(LOST, NOON)
    assert backoff.is_over(NOON + timedelta(seconds=30))


def test_after_a_refusal_for_quota_it_waits_until_units_return() -> None:
    backoff = ResumeBackoff()
    backoff.note(PushReport(1, "paused", reason="quota", resumes_at=NOON + timedelta(minutes=15)), NOON)
    assert not backoff.is_over(NOON + timedelta(minutes=14))
    assert backoff.is_over(NOON + timedelta(minutes=15))


def test_a_clock_that_is_set_back_makes_nobody_wait_longer() -> None:
    backoff = ResumeBackoff()
    backoff.note(LOST, NOON)
    assert backoff.is_over(NOON - timedelta(days=1))
