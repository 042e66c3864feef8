"""A moment in words is the same moment in every time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lib.errors import WHEN, QuotaExceeded, UserError
from lib.local_time import local_time
from tests.conftest import machine_in

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
MOMENT = datetime(2026, 1, 1, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text"), [(TOKYO, "02 January 2026, 05:00"), (NEW_YORK, "01 January 2026, 15:00")])
def test_a_moment_is_told_in_the_zone_of_the_reader_by_default_that_of_the_machine(zone: ZoneInfo, text: str) -> None:
    assert local_time(MOMENT, zone) == text
    with machine_in(zone.key):
        assert local_time(MOMENT) == text


def test_a_near_moment_is_a_weekday_and_a_far_one_a_date() -> None:
    now = datetime.now(UTC)
    assert local_time(now, UTC) == f"{now:%A %H:%M}"
    assert local_time(now + timedelta(days=40), UTC) == f"{now + timedelta(days=40):%d %B %Y, %H:%M}"


def test_an_error_names_its_moment_in_the_zone_of_whoever_reads_it() -> None:
    with machine_in(NEW_YORK.key):
        error = QuotaExceeded("Spent.", f"Units return {WHEN}.", MOMENT)
        assert str(error) == "Spent. Units return Thursday 15:00."
        assert str(error.in_zone(TOKYO)) == "Spent. Units return Friday 05:00."
        assert error.in_zone(TOKYO).resets_at == MOMENT
    other = UserError("Wrong.", "Do better.")
    assert other.in_zone(TOKYO) is other
