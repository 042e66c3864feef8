from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lib.store.feedback import FeedbackStore
from tests.store.conftest import video_id

A, B = "PLa", "PLb"
ONE, TWO, THREE = (video_id(n) for n in (1, 2, 3))


@pytest.fixture
def feedback(db) -> FeedbackStore:
    return FeedbackStore(db)


def test_a_later_decision_replaces_an_earlier_one_on_the_same_pair(feedback):
    feedback.decide([(ONE, A, True), (ONE, B, False), (TWO, A, False)])
    feedback.decide([(ONE, A, False)])
    assert feedback.accepted() == set()
    assert feedback.rejected() == {(ONE, A), (ONE, B), (TWO, A)}


def test_a_forgotten_decision_leaves_the_others(feedback):
    feedback.decide([(ONE, A, False), (TWO, A, False)])
    feedback.forget([(ONE, A), (ONE, B)])
    assert feedback.rejected() == {(TWO, A)}


def test_agreement_counts_a_video_once_and_only_where_both_spoke(feedback):
    suggested = {ONE: A, TWO: A}
    feedback.decide([(ONE, A, True)], suggested=suggested)
    feedback.decide([(TWO, A, False), (TWO, B, False)], suggested=suggested)  # neither of two choices
    feedback.decide([(THREE, B, True)], suggested=suggested)  # nothing was suggested
    assert feedback.agreement(50) == (1, 2)


def test_agreement_looks_at_the_last_decisions_only(feedback):
    feedback.decide([(ONE, A, True)], suggested={ONE: A})
    feedback.decide([(TWO, B, True)], suggested={TWO: A})
    assert feedback.agreement(1) == (0, 1)


def test_decisions_are_counted_by_video_from_a_moment_on(feedback):
    feedback.decide([(ONE, A, False), (ONE, B, False), (TWO, A, True)])
    assert feedback.since(None) == 2
    assert feedback.since(datetime.now(UTC) + timedelta(seconds=1)) == 0


def test_a_playlist_that_was_only_a_wish_takes_its_decisions_along(feedback):
    feedback.decide([(ONE, "new:1", True)], suggested={ONE: "new:1"})
    feedback.rename("new:1", A)
    assert feedback.accepted() == {(ONE, A)}
    assert feedback.agreement(50) == (1, 1)
