from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lib.sync.push import PushReport
from lib.sync.resume import Patience

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LOST = PushReport(1, "paused", reason="network")


def test_at_first_one_may_try_at_once() -> None:
    assert Patience().over(NOON)


def test_each_try_that_finds_no_network_doubles_the_wait_up_to_an_hour() -> None:
    patience, at = Patience(), NOON
    waits = []
    for report in [LOST, None] * 6:
        patience.note(report, at)
        start = at
        while not patience.over(at):
            at += timedelta(seconds=30)
        waits.append((at - start).total_seconds())
    assert waits[:8] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert set(waits[8:]) == {3600}


def test_any_other_end_makes_one_ready_again() -> None:
    patience = Patience()
    patience.note(LOST, NOON)
    patience.note(PushReport(1, "paused", reason="quota"), NOON)
    assert patience.over(NOON)
    patience.note(LOST, NOON)
    assert patience.over(NOON + timedelta(seconds=30))
