"""The closed forms give what fitting again without the rows gives, and confidence means what it says."""

import numpy as np
import pytest

from lib.topics.learn import FEWEST_TO_CALIBRATE, MOST_MISFILED, calibrate, fit, misfiled_share

RIDGE = np.full(40, 0.5)


@pytest.fixture
def problem():
    random = np.random.default_rng(0)
    points = random.normal(size=(40, 6))
    belongs = random.random((40, 3)) < 0.4
    return points @ points.T, belongs


def _refitted(kernel, belongs, group):
    kept = np.setdiff1d(np.arange(len(kernel)), group)
    model = fit(kernel[np.ix_(kept, kept)], RIDGE[kept], belongs[kept])
    return kernel[np.ix_(group, kept)] @ model.weights


def test_scores_without_each_are_those_of_a_model_fitted_without_it(problem):
    kernel, belongs = problem
    held_out = fit(kernel.copy(), RIDGE, belongs).without_each()
    for row in (0, 7, 39):
        assert np.allclose(held_out[row], _refitted(kernel, belongs, np.array([row])))


def test_scores_without_a_group_are_those_of_a_model_fitted_without_it(problem):
    kernel, belongs = problem
    group = np.array([3, 11, 25, 26])
    assert np.allclose(fit(kernel.copy(), RIDGE, belongs).without(group), _refitted(kernel, belongs, group))


def test_a_row_in_two_categories_teaches_both(problem):
    kernel, belongs = problem
    belongs[:] = False
    belongs[5, [0, 2]] = True
    scores = kernel[[5]] @ fit(kernel.copy(), RIDGE, belongs).weights
    assert scores[0, 0] == pytest.approx(scores[0, 2]) and scores[0, 0] > scores[0, 1]


def _judged(count, wrong, level=0.95):
    """`count` clear rows, and `wrong` doubtful ones whose best category is not theirs."""
    random = np.random.default_rng(1)
    truth = random.integers(3, size=count + wrong)
    scores = random.normal(0.1, 0.03, size=(count + wrong, 3))
    scores[np.arange(count), truth[:count]] = random.normal(0.9, 0.05, size=count)
    scores[np.arange(count, count + wrong), (truth[count:] + 1) % 3] += 0.2
    belongs = np.eye(3, dtype=bool)[truth]
    judge = calibrate(scores, np.where(belongs, -np.inf, scores), belongs, level)
    return judge, scores, belongs


def test_what_is_sure_is_right_as_often_as_promised():
    judge, scores, belongs = _judged(200, 60)
    sure = judge.confidence(scores) >= judge.sure_at
    assert sure.sum() >= 190
    assert belongs[np.arange(len(scores)), scores.argmax(axis=1)][sure].mean() >= 0.95


def test_confidence_is_a_probability_and_rises_with_the_lead():
    judge, scores, _ = _judged(200, 60)
    confidence = judge.confidence(scores)
    assert ((confidence >= 0) & (confidence <= 1)).all()
    assert confidence[:200].min() > confidence[200:].max()


def test_nothing_is_sure_before_it_could_be_measured():
    judge, scores, _ = _judged(FEWEST_TO_CALIBRATE - 1, 0)
    assert not (judge.confidence(scores) >= judge.sure_at).any()


def test_nothing_is_sure_where_nothing_was_right():
    judge, scores, _ = _judged(0, 60)
    assert not (judge.confidence(scores) >= judge.sure_at).any()


def test_a_promise_that_cannot_be_kept_makes_nothing_sure():
    judge, scores, _ = _judged(200, 60, level=1.0)
    assert not (judge.confidence(scores) >= judge.sure_at).any()


def confident_rows(wrong):
    """1,000 rows by falling confidence, all right but those named."""
    hits = np.ones(1000, dtype=bool)
    hits[wrong] = False
    return np.linspace(0.99, 0.3, 1000), hits


def test_slips_of_filing_are_seen_where_the_most_confident_rows_err_as_often_as_the_others():
    assert misfiled_share(*confident_rows(list(range(0, 1000, 20)))) == pytest.approx(0.05)


def test_errors_that_grow_with_doubt_are_the_models_own():
    assert misfiled_share(*confident_rows(list(range(120, 1000, 10)))) == 0.0


def test_more_than_a_few_slips_are_not_believed():
    assert misfiled_share(*confident_rows(list(range(0, 1000, 4)))) == MOST_MISFILED


def test_too_few_rows_show_no_slips():
    confidence, hits = confident_rows(list(range(0, 1000, 20)))
    assert misfiled_share(confidence[:500], hits[:500]) == 0.0
