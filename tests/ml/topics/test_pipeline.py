"""Topics at several levels, with the user's own above them, and with the numbers they had before."""

from __future__ import annotations

import numpy as np
import pytest

from lib.derived import NOISE
from lib.errors import UserError
from lib.ml.projection import neighbours
from lib.ml.topics.pipeline import TopicLevels, find_topics

SIZE, GROUPS = 30, 6


def library(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Six groups of thirty: points that lie apart, and vectors of which the groups are near in pairs."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(GROUPS), SIZE)
    points = 10.0 * np.eye(GROUPS)[group][:, :5] + 0.3 * random.normal(size=(len(group), 5))
    vectors = np.eye(8)[group // 2] + 0.4 * np.eye(8)[2 + group] + 0.05 * random.normal(size=(len(group), 8))
    return points.astype(np.float32), (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def find(**options) -> TopicLevels:
    points, vectors = library()
    return find_topics(points, vectors, neighbours(vectors), **options)


def default_column(topics: TopicLevels) -> np.ndarray:
    return topics.levels[:, topics.default_level]


def test_each_group_is_a_topic_and_the_broad_level_joins_pairs() -> None:
    topics = find()
    assert [len(set(column[default_column(topics) >= 0]) - {NOISE}) for column in topics.levels.T] == [3, 6]
    for pair in range(3):
        rows = slice(2 * pair * SIZE, 2 * (pair + 1) * SIZE)
        assert len(set(topics.levels[rows, 0]) - {NOISE}) == 1


def test_the_same_run_again_keeps_every_number() -> None:
    first = find()
    again = find(previous=first.levels, next_topic=100)
    assert np.array_equal(again.levels, first.levels)


def user_numbers(*groups: tuple[slice, int]) -> np.ndarray:
    """The user's topics: rows and their numbers."""
    numbers = np.full(SIZE * GROUPS, NOISE)
    for rows, topic in groups:
        numbers[rows] = topic
    return numbers


def test_what_is_found_does_not_depend_on_the_users_topics_so_that_they_can_be_taken_back() -> None:
    first = find()
    merged = find(user_topics=user_numbers((slice(0, 2 * SIZE), 77)), previous=first.levels, next_topic=100)
    assert np.array_equal(merged.levels, first.levels)


def test_a_number_of_the_users_is_given_to_nothing_that_is_found() -> None:
    first = find()
    number = default_column(first)[0]
    topics = find(user_topics=user_numbers((slice(0, SIZE), number)), previous=first.levels, next_topic=100)
    assert number not in topics.levels
    assert default_column(topics)[0] == 100
    assert np.array_equal(topics.levels[SIZE:, topics.default_level], default_column(first)[SIZE:])


def test_a_new_video_most_of_whose_neighbours_are_in_a_topic_of_the_users_joins_it_and_no_old_one_does() -> None:
    new = np.arange(SIZE * GROUPS) == SIZE - 1
    topics = find(user_topics=user_numbers((slice(0, SIZE - 5), 5)), joinable=new)
    assert topics.joined[SIZE - 1] == 5
    assert set(topics.joined[~new]) == {NOISE}
    assert set(find(user_topics=user_numbers((slice(0, SIZE - 5), 5))).joined) == {NOISE}


def test_k_means_has_one_level_of_as_many_topics_as_wished() -> None:
    topics = find(method="kmeans", k=4)
    assert topics.levels.shape[1] == 1 and len(set(default_column(topics))) == 4


@pytest.mark.parametrize("options", [{"method": "guess"}, {"method": "kmeans", "k": 0}, {"method": "kmeans", "k": 181}])
def test_what_cannot_be_is_refused(options) -> None:
    with pytest.raises(UserError):
        find(**options)


@pytest.mark.parametrize("n", [0, 1, 5, 9])
@pytest.mark.parametrize("method", ["hdbscan", "kmeans"])
def test_a_tiny_library_is_no_error(n: int, method: str) -> None:
    points, vectors = (array[:n] for array in library())
    topics = find_topics(points, vectors, neighbours(vectors), method=method)
    assert topics.levels.shape[0] == n and topics.default_level < topics.levels.shape[1]
