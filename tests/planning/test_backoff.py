from __future__ import annotations

from random import Random

import pytest

from lib.errors import Cancelled
from lib.planning.backoff import Pace


class Sleeper:
    """Remembers how long it slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def pace(sleeper: Sleeper) -> Pace:
    return Pace(sleeper, Random(7))


def test_where_all_is_quiet_nobody_waits(pace: Pace, sleeper: Sleeper) -> None:
    pace.before_write(0)
    assert sleeper.slept == []


def test_the_distance_doubles_with_each_refusal_up_to_a_minute_and_halves_with_each_success(pace: Pace) -> None:
    distances = []
    for _ in range(8):
        pace.too_fast()
        distances.append(pace.distance)
    assert distances == [1, 2, 4, 8, 16, 32, 60, 60]
    distances = []
    for _ in range(8):
        pace.taken()
        distances.append(pace.distance)
    assert distances == [30, 15, 7.5, 3.75, 1.875, 0.9375, 0, 0]


def test_writes_keep_the_distance(pace: Pace, sleeper: Sleeper) -> None:
    pace.too_fast()
    pace.too_fast()
    pace.before_write(0)
    assert sum(sleeper.slept) == 2


def test_the_backoff_is_anything_up_to_a_cap_that_doubles_to_a_minute() -> None:
    for attempts, cap in ((1, 2), (2, 4), (5, 32), (6, 60), (9, 60)):
        sums = []
        for seed in range(200):
            sleeper = Sleeper()
            Pace(sleeper, Random(seed)).before_write(attempts)
            sums.append(sum(sleeper.slept))
        assert 0 <= min(sums) < 0.1 * cap
        assert 0.9 * cap < max(sums) <= cap


def test_the_same_chance_makes_the_same_waits() -> None:
    first, second = Sleeper(), Sleeper()
    for sleeper in (first, second):
        Pace(sleeper, Random(3)).before_write(4)
    assert first.slept == second.slept


def test_a_long_sleep_is_one_of_short_ones_and_can_be_ended_between_two(sleeper: Sleeper) -> None:
    asked = [0]

    def nap() -> None:
        asked[0] += 1
        if asked[0] > 3:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        Pace(sleeper, Random(1), nap).rest(60)
    assert sleeper.slept == [1, 1, 1]
