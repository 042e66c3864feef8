"""New videos are taken into the topics there are, and nothing that was there changes."""

from __future__ import annotations

import numpy as np
import pytest

from lib.derived import ABSENT, NOISE
from lib.ml.projection import neighbours
from lib.ml.topics.incremental import grow_topics
from tests.ml.topics.test_pipeline import GROUPS, SIZE, find, library

N = SIZE * GROUPS
POINTS, VECTORS = library()
NEAR = neighbours(VECTORS)


@pytest.fixture(scope="module")
def before() -> np.ndarray:
    return find().levels


def grown(levels: np.ndarray, new: np.ndarray | slice | list[int], **options) -> np.ndarray:
    """The levels after these rows came in anew."""
    known = levels.copy()
    known[new] = ABSENT
    return grow_topics(POINTS, NEAR, known, 1, next_topic=100, **options).levels


def test_a_new_video_takes_the_topic_of_its_neighbours_at_every_level(before: np.ndarray) -> None:
    new = [3, 40, 100]
    assert np.array_equal(grown(before, new)[new], before[new])


def test_what_was_there_stays_exactly_as_it_was_also_noise(before: np.ndarray) -> None:
    levels = before.copy()
    levels[:4] = NOISE
    after = grown(levels, [3, 40])
    old = np.setdiff1d(np.arange(N), [3, 40])
    assert np.array_equal(after[old], levels[old])


def test_new_videos_far_from_all_topics_are_a_new_topic_at_every_level(before: np.ndarray) -> None:
    after = grown(before, slice(0, SIZE))
    assert set(after[:SIZE].ravel()) - {NOISE} == {100}
    assert (after[:SIZE] == 100).all(axis=1).mean() > 0.8
    assert np.array_equal(after[SIZE:], before[SIZE:])


def test_old_noise_alone_becomes_no_new_topic(before: np.ndarray) -> None:
    levels = before.copy()
    levels[:SIZE] = NOISE
    assert (grown(levels, [N - 1])[:SIZE] == NOISE).all()


def test_a_new_video_joins_a_topic_of_the_users(before: np.ndarray) -> None:
    user_topics = np.where(np.arange(N) < SIZE - 1, 77, NOISE)
    new = np.arange(N) == SIZE - 1
    known = before.copy()
    known[new] = ABSENT
    topics = grow_topics(POINTS, NEAR, known, 1, next_topic=100, user_topics=user_topics, joinable=new)
    assert topics.joined[SIZE - 1] == 77 and set(topics.joined[~new]) == {NOISE}


def test_nothing_new_changes_nothing(before: np.ndarray) -> None:
    assert np.array_equal(grown(before, []), before)
