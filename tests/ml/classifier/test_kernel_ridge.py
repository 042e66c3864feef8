"""The closed forms give what fitting again without the rows gives."""

import numpy as np
import pytest

from lib.ml.classifier.kernel_ridge import fit

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
