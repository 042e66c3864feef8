"""Two learners and the names: what is held out is scored as if it had not been there."""

from dataclasses import replace

import numpy as np
import pytest

from lib.ml.classifier.model import CHANNEL_WEIGHT, EMPHASIS_HALVED_AT, train
from lib.ml.classifier.similarity import Similarity

EXAMPLES, CATEGORIES, WAITING = 24, 3, 6
ROWS = EXAMPLES + CATEGORIES + WAITING


@pytest.fixture
def problem():
    """Three clouds of points; a name near the middle of each; some waiting in each."""
    random = np.random.default_rng(0)
    middle = np.eye(3, 8) * 2
    truth = np.concatenate([np.arange(EXAMPLES) % 3, np.arange(3), np.arange(WAITING) % 3])
    points = middle[truth] + random.normal(scale=0.3, size=(ROWS, 8))
    kernel = (points @ points.T / 4).astype(np.float32)
    return Similarity(kernel, np.zeros_like(kernel), kernel, np.full(ROWS, -1)), truth


def _trained(pairwise, truth, examples=EXAMPLES):
    order = np.concatenate([np.arange(examples), np.arange(EXAMPLES, ROWS)])
    return train(pairwise, order, np.eye(3, dtype=bool)[truth[:examples]])


def test_what_waits_is_put_where_its_like_is(problem):
    pairwise, truth = problem
    assert (_trained(pairwise, truth).unlabelled_scores().argmax(axis=1) == truth[-WAITING:]).all()


def test_without_examples_the_names_decide(problem):
    pairwise, truth = problem
    scores = _trained(pairwise, truth, examples=0).unlabelled_scores()
    assert np.isfinite(scores).all() and (scores.argmax(axis=1) == truth[-WAITING:]).all()


def test_without_examples_nothing_is_held_out(problem):
    classifier = _trained(*problem, examples=0)
    assert classifier.held_out_scores().shape == classifier.without_category().shape == (0, 3)


def test_an_example_is_held_out_by_both_learners(problem):
    pairwise, truth = problem
    whole, row = _trained(pairwise, truth), 5
    rest = np.delete(np.arange(EXAMPLES), row)
    order = np.concatenate([rest, np.arange(EXAMPLES, ROWS), [row]])
    again = train(pairwise, order, np.eye(3, dtype=bool)[truth[rest]])
    # one example fewer also shifts, by a hair, how much meaning and the means count
    assert np.allclose(whole.without(np.array([row]))[0], again.unlabelled_scores()[-1], atol=0.05)


def test_each_is_held_out_with_one_of_each_other_category(problem):
    whole = _trained(*problem)
    held_out = whole.held_out_scores()
    for first in (0, 3, 21):
        group = np.arange(first, first + 3)
        assert np.allclose(held_out[group], whole.without(group))


def test_one_example_each_is_held_out_with_only_the_names_left(problem):
    pairwise, truth = problem
    held_out = _trained(pairwise, truth, examples=3).held_out_scores()
    names = _trained(pairwise, truth, examples=0)
    alone = names.ridge.weights.T @ pairwise.kernel(1.0, 0.0)[EXAMPLES : EXAMPLES + 3, :3]
    assert (held_out.argmax(axis=1) == alone.argmax(axis=0)).all()


def test_without_its_category_an_example_scores_nowhere_near_as_high(problem):
    pairwise, truth = problem
    classifier = _trained(pairwise, truth)
    without = classifier.without_category()
    assert (without[np.arange(EXAMPLES), truth[:EXAMPLES]] == -np.inf).all()
    assert without.max(axis=1).mean() < classifier.held_out_scores().max(axis=1).mean() - 0.5


def test_a_channel_counts_as_much_as_channels_tell(problem):
    pairwise, truth = problem
    by_category, by_chance = truth.copy(), np.arange(ROWS) // 3 % 3
    for channel, predictive in ((by_category, True), (by_chance, False)):
        gained = train(
            replace(pairwise, channel=channel), np.arange(ROWS), np.eye(3, dtype=bool)[truth[:EXAMPLES]]
        ).kernel - pairwise.kernel(1.0 / (1.0 + EXAMPLES / 3 / EMPHASIS_HALVED_AT), 0.0)
        assert (gained[0, 3] > 0.5 * CHANNEL_WEIGHT) == predictive
