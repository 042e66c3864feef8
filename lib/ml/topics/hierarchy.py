"""How fine topics are: one tree over the topics that were found, cut at a few heights, from broad to fine.

The parts of a broad topic are whole finer ones, so that a step of the slider merges or splits and mixes nothing. The
tree joins the two topics that lose least by it (Ward 1963, on the means of their vectors).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.ml.topics.clustering import Labels

Vectors = NDArray[np.float32]

LEVELS = 4
MOST_TOPICS = 60
"""A list that a person can read; finer levels are a step of the slider away."""
FEWEST_TOPICS = 3


def usual_count(n: int) -> int:
    """How many topics are shown unless the person wishes otherwise: the square root of the videos, at most 60."""
    return min(MOST_TOPICS, max(FEWEST_TOPICS, round(math.sqrt(n))))


def level_counts(found: int, n: int) -> tuple[list[int], int]:
    """How many topics each level has, rising, of `found` topics among n videos; and which level is the usual one.

    A quarter of the usual number, half, the usual number, and all that were found.
    """
    usual = min(found, usual_count(n))
    wished = [round(usual / 4), round(usual / 2), usual, found]
    counts = sorted({count for count in wished if count >= min(FEWEST_TOPICS, found)})
    return counts, counts.index(usual)


def nested(labels: Labels, vectors: Vectors, counts: Sequence[int]) -> NDArray[np.int64]:
    """The level of each count as a column: (n,) topics from 0 without gaps, -1 for noise, to (n, levels) nodes of the tree.

    A node keeps its number in all the levels in which it stands: the found topics theirs, a joined one a new number.
    """
    topics = int(labels.max(initial=NOISE)) + 1
    node = np.arange(topics)
    found = {topics: node.copy()}
    for first, second, joined in _ward(labels, vectors, topics):
        node = np.where((node == first) | (node == second), joined, node)
        found[len(np.unique(node))] = node
    columns = [np.append(found[count], NOISE)[labels] for count in counts]
    return np.stack(columns, axis=1).astype(np.int64) if columns else np.empty((len(labels), 0), np.int64)


def _ward(labels: Labels, vectors: Vectors, topics: int) -> list[tuple[int, int, int]]:
    """The joins in their order: two nodes, and the number of the one they make."""
    size = np.bincount(labels[labels != NOISE], minlength=topics).astype(float)
    mean = np.stack([vectors[labels == topic].mean(axis=0) for topic in range(topics)]) if topics else vectors[:0]
    mean, number = mean.astype(float), list(range(topics))
    joins: list[tuple[int, int, int]] = []
    while len(number) > 1:
        square = (mean**2).sum(axis=1)
        apart = np.maximum(square[:, None] + square - 2 * mean @ mean.T, 0.0)
        loss = apart * size[:, None] * size / (size[:, None] + size)
        np.fill_diagonal(loss, np.inf)
        a, b = sorted(int(i) for i in np.unravel_index(loss.argmin(), loss.shape))
        joins.append((number[a], number[b], topics + len(joins)))
        mean[a] = (size[a] * mean[a] + size[b] * mean[b]) / (size[a] + size[b])
        size[a] += size[b]
        number[a] = joins[-1][2]
        mean, size = np.delete(mean, b, axis=0), np.delete(size, b)
        del number[b]
    return joins
