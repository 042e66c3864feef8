"""Levels are cuts of one tree: broad topics are made of whole finer ones, and one that lives on keeps its number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.derived import NOISE
from lib.ml.topics.hierarchy import FEWEST_TOPICS, MOST_TOPICS, cut_tree, default_count, level_counts


def vectors(*angles: float) -> np.ndarray:
    """A unit vector for each angle, in degrees."""
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_the_nearest_topics_are_joined_first() -> None:
    columns = cut_tree(np.array([0, 1, 2, NOISE]), vectors(0, 10, 90, 45), [1, 2, 3])
    assert columns[:, 2].tolist() == [0, 1, 2, NOISE]
    assert columns[0, 1] == columns[1, 1] != columns[2, 1]
    assert len(set(columns[:3, 0])) == 1 and columns[3, 0] == NOISE


def test_a_topic_that_stands_in_two_levels_has_one_number_and_a_joined_one_a_new_one() -> None:
    columns = cut_tree(np.array([0, 1, 2]), vectors(0, 10, 90), [2, 3])
    assert columns[2].tolist() == [2, 2]
    assert columns[0, 0] == columns[1, 0] == 3


def test_of_two_as_near_the_smaller_ones_are_joined() -> None:
    """What counts is the loss over all videos: a large topic is not swallowed for a small step."""
    labels = np.array([0] * 20 + [1] * 20 + [2, 3])
    columns = cut_tree(labels, vectors(*[0] * 20, *[20] * 20, 90, 110), [3])
    assert columns[40, 0] == columns[41, 0]
    assert columns[0, 0] != columns[20, 0]


@given(st.lists(st.integers(NOISE, 6), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
def test_each_level_joins_whole_topics_of_the_next(labels: list[int], seed: int) -> None:
    given_labels = np.unique(np.append(labels, NOISE), return_inverse=True)[1][:-1] - 1  # without gaps
    clusters = int(given_labels.max()) + 1
    random = np.random.default_rng(seed)
    counts = list(range(1, clusters + 1))
    columns = cut_tree(given_labels, random.normal(size=(len(labels), 4)).astype(np.float32), counts)
    for level, count in enumerate(counts):
        assert len(set(columns[:, level]) - {NOISE}) == count
        assert ((columns[:, level] == NOISE) == (given_labels == NOISE)).all()
    for broad, fine in zip(columns.T, columns.T[1:], strict=False):
        for topic in set(fine):
            assert len(set(broad[fine == topic])) == 1


@pytest.mark.parametrize(
    ("clusters", "n", "counts", "default"),
    [
        (87, 3468, [15, 30, 59, 87], 2),
        (450, 8651, [15, 30, 60, 450], 2),
        (10, 3468, [5, 10], 1),
        (1, 50, [1], 0),
    ],
)
def test_there_are_up_to_four_levels_about_the_usual_one(
    clusters: int, n: int, counts: list[int], default: int
) -> None:
    assert level_counts(clusters, n) == (counts, default)


@given(st.integers(1, 900), st.integers(1, 100_000))
def test_levels_rise_and_hold_the_usual_one(clusters: int, n: int) -> None:
    counts, default = level_counts(clusters, n)
    assert counts == sorted(set(counts)) and 1 <= len(counts) <= 4
    assert counts[default] == min(clusters, default_count(n)) <= MOST_TOPICS
    assert counts[-1] == clusters and counts[0] >= min(FEWEST_TOPICS, clusters)


def test_without_topics_all_is_noise() -> None:
    assert cut_tree(np.array([NOISE, NOISE]), vectors(0, 1), [0]).tolist() == [[NOISE], [NOISE]]
