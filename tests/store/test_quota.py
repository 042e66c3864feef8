from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from lib.errors import QuotaExceeded
from lib.store.db import Database
from lib.store.quota import Quota


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quota(db, clock) -> Quota:
    return Quota(db, 1000, clock)


def test_booked_units_are_gone_at_once_and_for_the_next_process_too(path, db, quota, clock):
    quota.reserve(1, "playlists.list")
    quota.reserve(50, "playlistItems.insert")
    assert (quota.spent(), quota.left(), quota.requests(), quota.total()) == (51, 949, 2, 51)
    db.close()
    again = Database(path)
    assert Quota(again, 1000, clock).left() == 949
    again.close()


def test_the_last_unit_can_be_booked_and_no_more(quota):
    quota.reserve(1000, "x")
    assert quota.left() == 0
    with pytest.raises(QuotaExceeded, match="1,000 quota units are spent"):
        quota.reserve(1, "x")
    assert quota.spent() == 1000


def test_a_write_that_does_not_fit_books_nothing_and_a_read_still_goes(quota):
    quota.reserve(960, "x")
    with pytest.raises(QuotaExceeded):
        quota.reserve(50, "playlistItems.insert")
    quota.reserve(40, "x")
    assert quota.left() == 0


def test_calls_booked_together_are_booked_all_or_none(quota):
    quota.reserve(50, "playlistItems.insert", (1, "playlistItems.list"))
    assert (quota.spent(), quota.requests()) == (51, 2)
    quota.reserve(899, "x")
    with pytest.raises(QuotaExceeded):
        quota.reserve(50, "playlistItems.insert", (1, "playlistItems.list"))
    assert (quota.spent(), quota.requests(), quota.left()) == (950, 3, 50)


def test_threads_that_book_at_the_same_time_never_book_more_than_the_day_has(quota):
    quota.reserve(500, "x")
    refused: list[QuotaExceeded] = []

    def book() -> None:
        for _ in range(5):
            try:
                quota.reserve(50, "x")
            except QuotaExceeded as error:
                refused.append(error)

    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (quota.spent(), len(refused)) == (1000, 10)


def test_when_youtube_says_exceeded_nothing_is_left_until_the_reset_whatever_we_counted(quota, clock):
    quota.reserve(1, "x")
    error = quota.exhaust()
    quota.exhaust()
    assert error.resets_at == datetime(2026, 7, 2, 7, 0, tzinfo=UTC)
    assert quota.left() == 0
    with pytest.raises(QuotaExceeded):
        quota.reserve(1, "x")
    clock.now = error.resets_at
    assert quota.left() == 1000


def test_a_smaller_allowance_than_was_spent_leaves_nothing_and_no_debt(db, quota, clock):
    quota.reserve(900, "x")
    assert Quota(db, 100, clock).left() == 0


@pytest.mark.parametrize(
    ("now", "day", "resets_at"),
    [
        ("2026-07-02T06:59:59", "2026-07-01", "2026-07-02T07:00:00"),
        ("2026-07-02T07:00:00", "2026-07-02", "2026-07-03T07:00:00"),
        ("2026-01-02T07:59:59", "2026-01-01", "2026-01-02T08:00:00"),
        # 8 March has 23 hours on the Pacific coast, 1 November 25
        ("2026-03-08T08:00:00", "2026-03-08", "2026-03-09T07:00:00"),
        ("2026-03-09T06:59:59", "2026-03-08", "2026-03-09T07:00:00"),
        ("2026-11-01T07:00:00", "2026-11-01", "2026-11-02T08:00:00"),
        ("2026-11-01T08:30:00", "2026-11-01", "2026-11-02T08:00:00"),
        ("2026-11-01T09:30:00", "2026-11-01", "2026-11-02T08:00:00"),
        ("2026-11-02T07:59:59", "2026-11-01", "2026-11-02T08:00:00"),
        ("2026-11-02T08:00:00", "2026-11-02", "2026-11-03T08:00:00"),
    ],
)
def test_the_day_is_the_pacific_one_and_ends_at_its_midnight(quota, clock, now, day, resets_at):
    clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert quota.today() == date.fromisoformat(day)
    assert quota.resets_at() == datetime.fromisoformat(resets_at).replace(tzinfo=UTC)


def test_a_new_day_has_its_own_units_and_the_totals_go_on(quota, clock):
    quota.reserve(400, "x")
    clock.now = quota.resets_at()
    quota.reserve(1, "x")
    assert (quota.spent(), quota.left(), quota.requests(), quota.total()) == (1, 999, 2, 401)


def test_the_error_says_in_words_what_was_spent_and_when_it_goes_on(quota):
    quota.reserve(850, "x")
    error = quota.exceeded()
    local = error.resets_at.astimezone()
    assert "850 by this program" in error.message
    assert f"{local:%A %H:%M}" in error.next_step


MIDNIGHT = datetime(2026, 7, 2, 7, 0, tzinfo=UTC)
"""The next one in Pacific time."""


def test_a_refusal_counts_for_the_day_on_which_its_request_was_booked(quota, clock):
    clock.now = MIDNIGHT - timedelta(seconds=1)
    quota.reserve(1, "x")
    clock.now = MIDNIGHT + timedelta(seconds=1)
    error = quota.exhaust()
    assert quota.left() == 1000
    assert error.resets_at <= clock.now + timedelta(minutes=15)
    clock.now = MIDNIGHT - timedelta(seconds=1)
    assert quota.left() == 0


def test_a_refusal_in_the_first_hour_of_a_day_exhausts_nothing_for_our_clock_may_be_ahead(quota, clock):
    clock.now = MIDNIGHT + timedelta(minutes=59)
    quota.reserve(1, "x")
    assert quota.exhaust().resets_at == clock.now + timedelta(minutes=15)
    assert quota.left() == 999
    clock.now = MIDNIGHT + timedelta(minutes=61)
    quota.reserve(1, "x")
    assert quota.exhaust().resets_at == MIDNIGHT + timedelta(days=1)
    assert quota.left() == 0


def test_a_clock_that_was_a_day_ahead_costs_no_day_once_it_is_set_back(db, quota, clock):
    today = clock.now
    quota.reserve(100, "x")
    clock.now = today + timedelta(days=1)
    quota.reserve(300, "x")
    quota.exhaust()
    assert quota.left() == 0
    clock.now = today
    assert (quota.left(), quota.total()) == (600, 400)
    clock.now = today + timedelta(days=1)
    assert quota.left() == 1000
    assert Quota(db, 1000, clock).left() == 1000


def test_a_clock_that_is_hours_ahead_of_youtubes_costs_no_day(db, quota, clock):
    """What YouTube counts is the day of its own answer: by that, the units of our new day are not touched yet."""
    quota.reserve(900, "x")
    clock.now = MIDNIGHT + timedelta(hours=2)
    quota.reserve(50, "x")
    error = quota.exhaust(clock.now - timedelta(hours=5))
    assert error.resets_at == clock.now + timedelta(hours=3)
    assert (quota.left(), Quota(db, 1000, clock).left()) == (950, 950)
    clock.now = MIDNIGHT + timedelta(hours=6)
    assert quota.exhaust(clock.now - timedelta(hours=5)).resets_at == MIDNIGHT + timedelta(days=1)
    assert quota.left() == 0


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-50), timedelta(days=3), None])
def test_an_answer_whose_time_cannot_be_true_leaves_the_word_to_our_clock(quota, clock, ahead):
    clock.now = MIDNIGHT + timedelta(hours=2)
    quota.reserve(50, "x")
    assert quota.exhaust(None if ahead is None else clock.now - ahead).resets_at == MIDNIGHT + timedelta(days=1)
    assert quota.left() == 0


@pytest.mark.parametrize("hours", [1, 5, 11, 23])
def test_hours_forward_and_back_within_a_day_or_over_midnight_neither_lose_nor_double_the_units(
    db, quota, clock, hours
):
    right = clock.now
    quota.reserve(400, "x")
    clock.now = right + timedelta(hours=hours)
    quota.reserve(300, "x")
    clock.now = right + timedelta(minutes=1)
    assert (quota.left(), Quota(db, 1000, clock).left()) == (300, 300)
    clock.now = right + timedelta(days=1)
    assert (quota.left(), Quota(db, 1000, clock).left()) == (1000, 1000)


def test_a_computer_that_starts_long_ago_and_only_looks_forgets_nothing_of_today(db, quota, clock):
    """A clock with an empty battery is wrong until the network has set it."""
    right = clock.now
    quota.reserve(900, "x")
    quota.exhaust()
    clock.now = datetime(2015, 1, 1, tzinfo=UTC)
    assert Quota(db, 1000, clock).left() == 1000
    clock.now = right
    assert (Quota(db, 1000, clock).spent(), Quota(db, 1000, clock).left()) == (900, 0)
