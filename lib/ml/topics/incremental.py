"""Assign new videos to the existing topics without changing any old label: a pull of ten videos shuffles nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lib.derived import ABSENT, NOISE, Levels
from lib.ml.projection import Neighbours
from lib.ml.topics.clustering import cluster, smallest_topic
from lib.ml.topics.noise import attach
from lib.ml.topics.pipeline import TopicLevels, joined_user_topics


def grow_topics(
    points: NDArray[np.float32],
    near: Neighbours,
    previous: Levels,
    default_level: int,
    *,
    next_topic: int,
    user_topics: NDArray[np.int64] | None = None,
    joinable: NDArray[np.bool_] | None = None,
) -> TopicLevels:
    """The levels `previous` (n, levels) with labels for the rows that are `ABSENT` there.

    A new video takes the topic of most of its neighbours at each level. A group of new videos that is far from every topic
    becomes a new topic, with the same number at every level, from `next_topic` on. The other new videos are noise.
    `default_level` is passed on; `points`, `near`, `user_topics` and `joinable` are as for `find_topics`.
    """
    new = (previous == ABSENT).any(axis=1)
    levels = np.where(new[:, None], NOISE, previous)
    attached = np.stack([attach(column, *near) for column in levels.T], axis=1)
    levels = np.where(new[:, None], attached, levels)
    for rows in _new_groups(points, (levels == NOISE).all(axis=1), new):
        levels[rows] = next_topic
        next_topic += 1
    return TopicLevels(levels, default_level, joined_user_topics(near, user_topics, joinable, len(points)))


def _new_groups(
    points: NDArray[np.float32], noise: NDArray[np.bool_], new: NDArray[np.bool_]
) -> Iterator[NDArray[np.intp]]:
    """The noise rows of each cluster that is mostly noise, where most of those rows are new."""
    least = smallest_topic(len(points))
    if (noise & new).sum() < least:
        return
    labels = cluster(points)  # all points, since density is relative to the rest of the library
    for topic in range(int(labels.max(initial=NOISE)) + 1):
        group = labels == topic
        rows = np.flatnonzero(group & noise)
        if len(rows) >= max(least, group.sum() / 2) and 2 * new[rows].sum() > len(rows):
            yield rows
