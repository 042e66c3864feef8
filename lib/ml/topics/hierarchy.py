"""The hierarchy of topics: one tree over the clusters, cut at a few heights, from broad to fine.

A broad topic consists of whole finer ones, so that a step of the slider merges or splits and mixes nothing. Each step of
the tree joins the two topics whose union raises the sum of squares least (Ward 1963, on the means of their vectors). scipy's
and scikit-learn's Ward start from points of equal weight; here the leaves are clusters of different sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE, Floats, Labels

MOST_TOPICS = 60
"""The most topics of the default level, as many as a person can read in a list. Chosen by hand."""
FEWEST_TOPICS = 3


def default_count(n: int) -> int:
    """How many topics of n videos are shown at first: the square root of n, between 3 and 60."""
    return min(MOST_TOPICS, max(FEWEST_TOPICS, round(math.sqrt(n))))


def level_counts(clusters: int, n: int) -> tuple[list[int], int]:
    """The number of topics of each level, rising, for so many clusters of n videos; and which level is the default.

    A quarter of the default number, half of it, the default number, and all clusters.
    """
    default = min(clusters, default_count(n))
    wanted = [round(default / 4), round(default / 2), default, clusters]
    counts = sorted({count for count in wanted if count >= min(FEWEST_TOPICS, clusters)})
    return counts, counts.index(default)


def cut_tree(labels: Labels, vectors: Floats, counts: Sequence[int]) -> NDArray[np.int64]:
    """The nodes that each video belongs to where the tree has so many branches: (n, len(counts)).

    `labels` (n,) are clusters numbered from 0 without gaps, -1 for noise; `vectors` (n, d). A node has the same number at
    each level: a cluster its own, a joined one a number from the count of clusters on.
    """
    clusters = int(labels.max(initial=NOISE)) + 1
    node = np.arange(clusters)
    node_by_count = {clusters: node.copy()}
    for first, second, joined in _ward(labels, vectors, clusters):
        node = np.where((node == first) | (node == second), joined, node)
        node_by_count[len(np.unique(node))] = node
    columns = [np.append(node_by_count[count], NOISE)[labels] for count in counts]
    return np.stack(columns, axis=1).astype(np.int64) if columns else np.empty((len(labels), 0), np.int64)


def _ward(labels: Labels, vectors: Floats, clusters: int) -> list[tuple[int, int, int]]:
    """The joins in order: two nodes, and the number of the node they make."""
    size = np.bincount(labels[labels != NOISE], minlength=clusters).astype(float)
    mean = np.stack([vectors[labels == label].mean(axis=0) for label in range(clusters)]) if clusters else vectors[:0]
    mean, number = mean.astype(float), list(range(clusters))
    joins: list[tuple[int, int, int]] = []
    while len(number) > 1:
        square = (mean**2).sum(axis=1)
        distance = np.maximum(square[:, None] + square - 2 * mean @ mean.T, 0.0)
        increase = distance * size[:, None] * size / (size[:, None] + size)
        np.fill_diagonal(increase, np.inf)
        a, b = sorted(int(i) for i in np.unravel_index(increase.argmin(), increase.shape))
        joins.append((number[a], number[b], clusters + len(joins)))
        mean[a] = (size[a] * mean[a] + size[b] * mean[b]) / (size[a] + size[b])
        size[a] += size[b]
        number[a] = joins[-1][2]
        mean, size = np.delete(mean, b, axis=0), np.delete(size, b)
        del number[b]
    return joins
