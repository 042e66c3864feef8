"""From points to topics at several levels: cluster, build the hierarchy, attach noise, keep the numbers of the last run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE, Floats, Labels, Levels
from lib.ml.projection import Neighbours
from lib.ml.topics.clustering import cluster, split_by_density
from lib.ml.topics.hierarchy import cut_tree, level_counts
from lib.ml.topics.matching import match_topics
from lib.ml.topics.noise import attach


@dataclass(frozen=True, slots=True)
class TopicLevels:
    """The topics of n videos at several levels.

    Attributes:
        levels: topic numbers (n, levels), from broad to fine, -1 for noise.
        default_level: the column of `levels` that is shown unless the user chooses another.
        joined: (n,) the user's topic that a video joins although the user has not put it there, else -1.
    """

    levels: Levels
    default_level: int
    joined: Labels


def find_topics(
    points: Floats,
    vectors: Floats,
    near: Neighbours,
    *,
    method: str = "hdbscan",
    k: int | None = None,
    user_topics: Labels | None = None,
    joinable: NDArray[np.bool_] | None = None,
    previous: Levels | None = None,
    next_topic: int = 0,
    seed: int = 0,
) -> TopicLevels:
    """The topics of n videos, found anew. Raises `UserError` as `cluster` does.

    Args:
        points: (n, d) what `projection.reduce` returns; clusters are looked for here.
        vectors: (n, m) embeddings; clusters are joined to broader levels by their means here.
        near: the nearest neighbours of each row, from `projection.neighbours`.
        method: "hdbscan", or "kmeans", which has one level of `k` topics.
        k: the number of clusters, for "kmeans" alone.
        user_topics: (n,) numbers of the topics that the user made or changed, -1 elsewhere. They are shown in place of the
            topics found; their numbers are given to none of those.
        joinable: (n,) which rows may join a topic of the user: where most of their neighbours are in one.
        previous: (n, previous levels) numbers of the last run, `ABSENT` for new videos.
        next_topic: the first number that was never used.
        seed: for "kmeans".
    """
    columns, default_level = _levels(points, vectors, cluster(points, method, k, seed), method)
    if method == "hdbscan":
        columns = np.stack([attach(column, *near) for column in columns.T], axis=1)
    if previous is None:
        previous = np.full((len(points), 1), NOISE, np.int64)
    if user_topics is not None:
        previous = np.where(np.isin(previous, user_topics[user_topics != NOISE]), NOISE, previous)
    order = [default_level, *(level for level in range(columns.shape[1]) if level != default_level)]
    numbered = np.empty_like(columns)
    numbered[:, order] = match_topics(columns[:, order], previous, next_topic)
    return TopicLevels(numbered, default_level, joined_user_topics(near, user_topics, joinable, len(points)))


def joined_user_topics(
    near: Neighbours, user_topics: Labels | None, joinable: NDArray[np.bool_] | None, n: int
) -> Labels:
    """The topic of the user that each of n videos joins, by the majority of its neighbours; -1 for most. (n,)"""
    if user_topics is None or joinable is None:
        return np.full(n, NOISE, np.int64)
    return np.where((user_topics == NOISE) & joinable, attach(user_topics, *near), NOISE)


def _levels(points: Floats, vectors: Floats, labels: Labels, method: str) -> tuple[Levels, int]:
    """The clusters joined to fewer and split into more, one column a level, and which column is the default level."""
    clusters = int(labels.max(initial=NOISE)) + 1
    if method != "hdbscan" or not clusters:
        return labels[:, None], 0
    counts, default_level = level_counts(clusters, len(points))
    columns = cut_tree(labels, vectors, counts)
    finest = split_by_density(points, labels, first=2 * clusters)  # the tree has fewer than 2 * clusters nodes
    if len(np.unique(finest)) > len(np.unique(labels)):
        columns = np.column_stack([columns, finest])
    return columns, default_level
