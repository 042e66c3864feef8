from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lib.store.feedback import Decisions
from tests.store.conftest import video_id

A, B = "PLa", "PLb"
ONE, TWO, THREE = (video_id(n) for n in (1, 2, 3))


@pytest.fixture
def decided(db) -> Decisions:
    return Decisions(db)


def test_a_later_decision_replaces_an_earlier_one_on_the_same_pair(decided):
    decided.decide([(ONE, A, True), (ONE, B, False), (TWO, A, False)])
    decided.decide([(ONE, A, False)])
    assert decided.accepted() == set()
    assert decided.rejected() == {(ONE, A), (ONE, B), (TWO, A)}


def test_a_forgotten_decision_leaves_the_others(decided):
    decided.decide([(ONE, A, False), (TWO, A, False)])
    decided.forget([(ONE, A), (ONE, B)])
    assert decided.rejected() == {(TWO, A)}


def test_agreement_counts_a_video_once_and_only_where_both_spoke(decided):
    said = {ONE: A, TWO: A}
    decided.decide([(ONE, A, True)], suggested=said)
    decided.decide([(TWO, A, False), (TWO, B, False)], suggested=said)  # neither of two choices
    decided.decide([(THREE, B, True)], suggested=said)  # nothing was suggested
    assert decided.agreement(50) == (1, 2)


def test_agreement_looks_at_the_last_decisions_only(decided):
    decided.decide([(ONE, A, True)], suggested={ONE: A})
    decided.decide([(TWO, B, True)], suggested={TWO: A})
    assert decided.agreement(1) == (0, 1)


def test_decisions_are_counted_by_video_from_a_moment_on(decided):
    decided.decide([(ONE, A, False), (ONE, B, False), (TWO, A, True)])
    assert decided.since(None) == 2
    assert decided.since(datetime.now(UTC) + timedelta(seconds=1)) == 0


def test_a_playlist_that_was_only_a_wish_takes_its_decisions_along(decided):
    decided.decide([(ONE, "new:1", True)], suggested={ONE: "new:1"})
    decided.rename("new:1", A)
    assert decided.accepted() == {(ONE, A)}
    assert decided.agreement(50) == (1, 1)
