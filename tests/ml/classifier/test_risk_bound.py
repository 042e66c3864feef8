"""What is sure keeps its promise over the threshold that was chosen, as often as was said, and not over a fixed one alone."""

import numpy as np
import pytest
from scipy.stats import beta

from lib.ml.classifier.calibration import calibrate
from lib.ml.classifier.risk_bound import MIN_CONFIDENCE, MIN_TESTED, RISK, lowest_threshold

LEVEL, RUNS, ROWS = 0.95, 150, 1000


def best_of_all_bounds(confidence, correct, weight, level):
    """The rule as it was: the lowest threshold whose own bound is good enough, as if it had been the only one."""
    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((correct * weight)[order])
    wrong = np.cumsum(weight[order]) - right
    good_enough = beta.cdf(level, np.maximum(right, 1e-9), wrong + 1.0) <= RISK  # the lower bound is the level at least
    reached = np.flatnonzero(good_enough & (confidence[order] >= MIN_CONFIDENCE))
    return confidence[order[reached[-1]]] if len(reached) else np.inf


def calibrated(confidence):
    """The confidence is the probability itself; of the videos above .9 a little more than 95 in 100 are right."""
    return confidence


def overconfident(confidence):
    """However high the confidence, 94.5 in 100 are right: no threshold keeps the promise."""
    return np.full_like(confidence, 0.945)


def samples(probability):
    """Confidences and outcomes of many libraries, whose videos are right with `probability(confidence)`."""
    random = np.random.default_rng(7)
    for _ in range(RUNS):
        confidence = random.uniform(MIN_CONFIDENCE, 1.0, ROWS)
        yield confidence, random.random(ROWS) < probability(confidence)


def broken(probability, rule):
    """In which share of the libraries the chosen threshold breaks the promise, and which share of videos is sure in the mean."""
    grid = np.linspace(MIN_CONFIDENCE, 1.0, 20_001)
    chances, fails, sure = probability(grid), 0, 0.0
    for confidence, correct in samples(probability):
        threshold = rule(confidence, correct)
        fails += bool(np.isfinite(threshold) and chances[grid >= threshold].mean() < LEVEL)
        sure += float((confidence >= threshold).mean())
    return fails / RUNS, sure / RUNS


def before(confidence, correct):
    return best_of_all_bounds(confidence, correct, np.ones(len(confidence)), LEVEL)


def now(confidence, correct):
    return lowest_threshold(confidence, correct, np.ones(len(confidence)), LEVEL, LEVEL)


def test_the_best_of_many_bounds_breaks_the_promise_more_often_than_is_said():
    assert broken(overconfident, before)[0] > RISK + 0.1


@pytest.mark.parametrize("probability", [overconfident, calibrated])
def test_the_chosen_threshold_breaks_it_no_more_often_than_is_said(probability):
    assert broken(probability, now)[0] <= RISK


def test_where_confidence_is_calibrated_half_of_what_could_be_sure_is_at_least():
    assert broken(calibrated, now)[1] > 0.5 * (1.0 - 0.9) / (1.0 - MIN_CONFIDENCE)


def libraries(runs):
    """Held-out scores of two categories; whatever the lead of the best, 94.5 in 100 are right."""
    random = np.random.default_rng(11)
    for _ in range(runs):
        lead, category = random.uniform(0.2, 1.0, ROWS), random.integers(2, size=ROWS)
        scores = np.where(np.arange(2) == category[:, None], lead[:, None], 0.0)
        right = random.random(ROWS) < 0.945
        belongs = np.arange(2) == np.where(right, category, 1 - category)[:, None]
        yield scores, np.where(belongs, -np.inf, scores), belongs


def test_the_promise_holds_although_confidence_is_fitted_to_the_same_rows():
    runs = 60
    assert sum(np.isfinite(calibrate(*rows, LEVEL).threshold) for rows in libraries(runs)) <= RISK * runs


def test_rows_that_weigh_unequally_prove_less():
    random = np.random.default_rng(3)
    confidence, correct = random.uniform(0.9, 1.0, 400), np.arange(400) % 100 > 0
    unequal = np.where(np.arange(400) % 10 == 5, 9.1, 0.1)
    assert np.isfinite(lowest_threshold(confidence, correct, np.ones(400), LEVEL, LEVEL))
    assert lowest_threshold(confidence, correct, unequal, LEVEL, LEVEL) == np.inf


def test_too_few_rows_or_too_little_confidence_make_nothing_sure():
    assert lowest_threshold(np.full(30, 0.99), np.ones(30, bool), np.ones(30), LEVEL, LEVEL) == np.inf
    assert lowest_threshold(np.full(300, 0.6), np.ones(300, bool), np.ones(300), LEVEL, LEVEL) == np.inf
    assert lowest_threshold(np.zeros(0), np.zeros(0, bool), np.zeros(0), LEVEL, LEVEL) == np.inf


def test_rows_of_the_same_confidence_are_sure_together_or_not_at_all():
    confidence = np.repeat([0.99, 0.9], [int(MIN_TESTED) // 2, 400])
    correct = np.ones(len(confidence), bool)
    assert lowest_threshold(confidence, correct, np.ones(len(confidence)), LEVEL, LEVEL) == 0.9
