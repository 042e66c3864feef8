"""The closed forms give what the means are without the rows."""

import numpy as np
import pytest

from lib.ml.classifier.prototypes import prototypes

WEIGHT = np.linspace(0.5, 2.0, 30)


@pytest.fixture
def problem():
    random = np.random.default_rng(0)
    points = random.normal(size=(30, 6))
    belongs = random.random((30, 3)) < 0.4
    belongs[:3] = np.eye(3, dtype=bool)
    return points, belongs


def _by_hand(points, belongs, rows):
    """How near rows lie to the means of all others: half the squared distance, but for the row's own length."""
    kept = np.setdiff1d(np.arange(len(points)), rows)
    share = belongs[kept] * WEIGHT[kept, None]
    means = (share.T @ points[kept]) / share.sum(axis=0)[:, None]
    distance = ((points[rows][:, None] - means[None]) ** 2).sum(axis=2)
    return 0.5 * ((points[rows] ** 2).sum(axis=1)[:, None] - distance)


def test_scores_tell_the_distance_to_each_mean(problem):
    points, belongs = problem
    near = prototypes(points @ points.T, WEIGHT, belongs).scores()
    means = (belongs * WEIGHT[:, None]).T @ points / (belongs * WEIGHT[:, None]).sum(axis=0)[:, None]
    assert np.allclose(near, points @ means.T - 0.5 * (means**2).sum(axis=1))


def test_scores_without_a_group_are_those_of_means_without_it(problem):
    points, belongs = problem
    group = np.array([3, 11, 25, 26])
    assert np.allclose(prototypes(points @ points.T, WEIGHT, belongs).without(group), _by_hand(points, belongs, group))


def test_a_category_of_one_row_has_no_mean_without_it(problem):
    points, belongs = problem
    belongs[:, 2] = False
    belongs[7, 2] = True
    assert prototypes(points @ points.T, WEIGHT, belongs).without(np.array([7]))[0, 2] == -np.inf
