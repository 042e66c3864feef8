"""Two learners and the names: what is held out is scored as if it had not been there."""

import numpy as np
import pytest

from lib.topics.learn import learn
from lib.topics.likeness import Likeness

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
    return Likeness(kernel, np.zeros_like(kernel), kernel), truth


def _learned(alike, truth, examples=EXAMPLES):
    order = np.concatenate([np.arange(examples), np.arange(EXAMPLES, ROWS)])
    return learn(alike, order, np.eye(3, dtype=bool)[truth[:examples]])


def test_what_waits_is_put_where_its_like_is(problem):
    alike, truth = problem
    assert (_learned(alike, truth).of_others().argmax(axis=1) == truth[-WAITING:]).all()


def test_without_examples_the_names_decide(problem):
    alike, truth = problem
    scores = _learned(alike, truth, examples=0).of_others()
    assert np.isfinite(scores).all() and (scores.argmax(axis=1) == truth[-WAITING:]).all()


def test_without_examples_nothing_is_held_out(problem):
    learned = _learned(*problem, examples=0)
    assert learned.without_each().shape == learned.without_category().shape == (0, 3)


def test_an_example_is_held_out_by_both_learners(problem):
    alike, truth = problem
    whole, row = _learned(alike, truth), 5
    rest = np.delete(np.arange(EXAMPLES), row)
    order = np.concatenate([rest, np.arange(EXAMPLES, ROWS), [row]])
    again = learn(alike, order, np.eye(3, dtype=bool)[truth[rest]])
    # one example fewer also shifts, by a hair, how much meaning and the means count
    assert np.allclose(whole.without_each()[row], again.of_others()[-1], atol=0.05)
    assert np.allclose(whole.without(np.array([row]))[0], whole.without_each()[row], atol=1e-4)


def test_without_its_category_an_example_scores_nowhere_near_as_high(problem):
    alike, truth = problem
    learned = _learned(alike, truth)
    homeless = learned.without_category()
    assert (homeless[np.arange(EXAMPLES), truth[:EXAMPLES]] == -np.inf).all()
    assert homeless.max(axis=1).mean() < learned.without_each().max(axis=1).mean() - 0.5
