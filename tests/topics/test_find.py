"""Topics at several levels, with the user's own above them, and with the numbers they had before."""

from __future__ import annotations

import numpy as np
import pytest

from lib.errors import UserError
from lib.models import NOISE
from lib.topics.find import Found, find_topics
from lib.topics.identity import ABSENT
from lib.topics.project import neighbours

SIZE, GROUPS = 30, 6


def library(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Six groups of thirty: points that lie apart, and vectors of which the groups are near in pairs."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(GROUPS), SIZE)
    points = 10.0 * np.eye(GROUPS)[group][:, :5] + 0.3 * random.normal(size=(len(group), 5))
    vectors = np.eye(8)[group // 2] + 0.4 * np.eye(8)[2 + group] + 0.05 * random.normal(size=(len(group), 8))
    return points.astype(np.float32), (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def find(**options) -> Found:
    points, vectors = library()
    return find_topics(points, vectors, neighbours(vectors), **options)


def usual(found: Found) -> np.ndarray:
    return found.levels[:, found.usual]


def test_each_group_is_a_topic_and_the_broad_level_joins_pairs() -> None:
    found = find()
    assert [len(set(column[usual(found) >= 0]) - {NOISE}) for column in found.levels.T] == [3, 6]
    for pair in range(3):
        rows = slice(2 * pair * SIZE, 2 * (pair + 1) * SIZE)
        assert len(set(found.levels[rows, 0]) - {NOISE}) == 1


def test_the_same_run_again_keeps_every_number() -> None:
    first = find()
    again = find(before=first.levels, following=100)
    assert np.array_equal(again.levels, first.levels)


def test_a_topic_of_the_users_stays_as_it_is_at_every_level() -> None:
    mine = np.full(SIZE * GROUPS, NOISE)
    mine[:40] = 77  # the first group and a third of the second
    found = find(mine=mine, following=100)
    assert (found.levels[:40] == 77).all()
    rest = found.levels[2 * SIZE :]
    assert 77 not in rest


def test_two_topics_that_the_user_merged_stay_one_and_parts_that_were_split_stay_apart() -> None:
    mine = np.full(SIZE * GROUPS, NOISE)
    mine[: 2 * SIZE] = 5  # merged
    mine[2 * SIZE : 2 * SIZE + 15], mine[2 * SIZE + 15 : 3 * SIZE] = 6, 7  # split
    first = find(mine=mine)
    for column in find(mine=mine, before=first.levels, following=50).levels.T:
        assert set(column[: 2 * SIZE]) == {5}
        assert set(column[2 * SIZE : 2 * SIZE + 15]) == {6}
        assert set(column[2 * SIZE + 15 : 3 * SIZE]) == {7}


def test_a_new_video_among_the_users_topic_joins_it() -> None:
    mine = np.full(SIZE * GROUPS, NOISE)
    mine[: SIZE - 1] = 5
    before = np.zeros((SIZE * GROUPS, 1), np.int64)
    before[SIZE - 1] = ABSENT
    assert (find(mine=mine, before=before, following=9).levels[SIZE - 1] == 5).all()


def test_a_number_that_the_user_took_is_given_to_nothing_that_is_found() -> None:
    first = find()
    number = usual(first)[0]
    mine = np.where(np.arange(SIZE * GROUPS) < 5, number, NOISE)
    found = find(mine=mine, before=first.levels, following=100)
    assert set(np.flatnonzero(usual(found) == number)) >= set(range(5))
    assert np.flatnonzero(found.levels == number).size < SIZE * found.levels.shape[1]


def test_k_means_has_one_level_of_as_many_topics_as_wished_with_the_users_among_them() -> None:
    assert len(set(usual(find(method="kmeans", k=4)))) == 4
    mine = np.where(np.arange(SIZE * GROUPS) < SIZE, 9, NOISE)
    found = find(method="kmeans", k=4, mine=mine, following=10)
    assert found.levels.shape[1] == 1 and len(set(usual(found))) == 4
    assert (usual(found)[:SIZE] == 9).all() and 9 not in usual(found)[SIZE:]


@pytest.mark.parametrize("options", [{"method": "guess"}, {"method": "kmeans", "k": 0}, {"method": "kmeans", "k": 181}])
def test_what_cannot_be_is_refused(options) -> None:
    with pytest.raises(UserError):
        find(**options)


@pytest.mark.parametrize("n", [0, 1, 5, 9])
@pytest.mark.parametrize("method", ["hdbscan", "kmeans"])
def test_a_tiny_library_is_no_error(n: int, method: str) -> None:
    points, vectors = (one[:n] for one in library())
    found = find_topics(points, vectors, neighbours(vectors), method=method)
    assert found.levels.shape[0] == n and found.usual < found.levels.shape[1]


def test_everything_in_topics_of_the_user_leaves_nothing_to_find() -> None:
    mine = np.repeat(np.arange(GROUPS), SIZE)
    for method in ("hdbscan", "kmeans"):
        assert (usual(find(mine=mine, method=method)) == mine).all()
