"""Take new videos into the topics there are: nothing else changes, so that a pull of ten videos shuffles nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.ml.projection import Near
from lib.ml.topics.clustering import cluster, smallest_topic
from lib.ml.topics.matching import ABSENT
from lib.ml.topics.noise import attach
from lib.ml.topics.pipeline import Found, joining

Levels = NDArray[np.int64]


def grow_topics(
    points: NDArray[np.float32],
    near: Near,
    before: Levels,
    usual: int,
    *,
    following: int,
    mine: NDArray[np.int64] | None = None,
    joinable: NDArray[np.bool_] | None = None,
) -> Found:
    """The levels as they were, `before` (n, levels), with the rows that are `identity.ABSENT` there taken in.

    A new video takes the topic of most of its neighbours at each level. Where new ones stand together far from all
    topics, they are a new topic, numbered from `following` on, at every level. The others are noise. `usual` is the
    usual level; the rest as for `find_topics`.
    """
    new = (before == ABSENT).any(axis=1)
    levels = np.where(new[:, None], NOISE, before)
    attached = np.stack([attach(column, *near) for column in levels.T], axis=1)
    levels = np.where(new[:, None], attached, levels)
    for rows in _apart(points, (levels == NOISE).all(axis=1), new):
        levels[rows], following = following, following + 1
    return Found(levels, usual, joining(near, mine, joinable, len(points)))


def _apart(points: NDArray[np.float32], noise: NDArray[np.bool_], new: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """The rows of each group that is mostly noise until now, and that mostly of new videos."""
    least = smallest_topic(len(points))
    if (noise & new).sum() < least:
        return
    labels = cluster(points)  # of all: a group is told from others, not from nothing
    for topic in range(int(labels.max(initial=NOISE)) + 1):
        group = labels == topic
        rows = np.flatnonzero(group & noise)
        if len(rows) >= max(least, group.sum() / 2) and 2 * new[rows].sum() > len(rows):
            yield rows
