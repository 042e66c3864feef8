"""How well a channel predicts the category: always, never, and the prior where little is filed."""

import numpy as np
import pytest

from lib.ml.classifier.prototypes import PRIOR_AGREEMENT, channel_agreement


def belongs(categories, count=4):
    return np.eye(count, dtype=bool)[categories]


@pytest.mark.parametrize(
    ("channel_of", "expected"),
    [
        pytest.param(lambda category, chance: category, 1.0, id="a channel keeps to its category"),
        pytest.param(
            lambda category, chance: chance.integers(0, 20, len(category)), 0.0, id="a channel is about anything"
        ),
        pytest.param(lambda category, chance: np.zeros_like(category), 0.0, id="all is of one channel"),
    ],
)
def test_it_is_read_off_what_is_filed(channel_of, expected):
    chance = np.random.default_rng(0)
    category = chance.integers(0, 4, 400)
    assert channel_agreement(channel_of(category, chance), belongs(category)) == pytest.approx(expected, abs=0.05)


def test_little_says_little():
    """Two videos of one channel in one category raise what is usual, and do not settle it."""
    assert PRIOR_AGREEMENT < channel_agreement(np.array([0, 0, 1, 2]), belongs([0, 0, 1, 2])) < 0.6
    assert channel_agreement(np.array([0, 0, 1, 2]), belongs([0, 1, 2, 3])) < PRIOR_AGREEMENT


@pytest.mark.parametrize("channel", [[], [0], [-1, -1, -1], [0, 1, 2]])
def test_without_two_of_a_channel_it_is_the_prior(channel):
    assert (
        channel_agreement(np.array(channel, dtype=int), belongs([i % 4 for i in range(len(channel))]))
        == PRIOR_AGREEMENT
    )


def test_two_in_some_category_together_agree_whatever_else_they_are_in():
    both = np.array([[True, True, False], [False, True, True]] * 30)
    alone = np.array([[False, False, True]] * 60)
    filed = np.vstack([both, alone])
    assert channel_agreement(np.repeat(np.arange(60), 2), filed) > 0.9


def test_one_category_is_no_matter_of_chance():
    assert 0.0 <= channel_agreement(np.zeros(20, dtype=int), np.ones((20, 1), dtype=bool)) <= PRIOR_AGREEMENT
