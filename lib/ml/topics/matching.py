"""Match the topics of two runs by the videos they share, so that a topic keeps its number and with it colour and name.

Numbers are never used twice: the number of a topic that is gone goes to no other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.derived import ABSENT, NOISE, Levels

LEAST_OVERLAP = 1 / 3
"""The least Jaccard index (shared videos over all videos of either) of one topic in two runs: two of equal size have half
of each in common. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class TopicChanges:
    """What became of the topics of the previous run.

    Attributes:
        new: numbers that were not there before, rising.
        merged: numbers that are gone, and most of whose videos are now in one other topic that was there before.
        gone: the other numbers that are gone.
    """

    new: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __str__(self) -> str:
        counts = [(len(self.new), "new"), (len(self.merged), "merged"), (len(self.gone), "gone")]
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "no topic changed"


def match_topics(levels: Levels, previous: Levels, next_topic: int) -> Levels:
    """`levels` (n, levels) with the numbers of `previous` (n, previous levels) for the topics that live on.

    The pairs are the assignment that maximises the sum of Jaccard indices (Kuhn 1955), so that no number is given twice.
    The other topics are numbered from `next_topic` on: those of the first column first, the largest of a column first.
    """
    number: dict[int, int] = {NOISE: NOISE}
    new, old = _topics(levels), _topics(previous)
    for row, column in _assignment(levels, previous, new, old):
        number[new[row]] = old[column]
    for topic in new:
        if topic not in number:
            number[topic] = next_topic
            next_topic += 1
    return np.vectorize(number.__getitem__, otypes=[np.int64])(levels) if levels.size else levels


def compare_topics(labels: NDArray[np.int64], previous: NDArray[np.int64]) -> TopicChanges:
    """How the topics of one level (n,) differ from the previous ones (n,), by their numbers."""
    now, then = set(labels.tolist()) - {NOISE}, set(previous.tolist()) - {NOISE, ABSENT}
    merged = []
    for topic in then - now:
        members = labels[previous == topic]
        values, counts = np.unique(members, return_counts=True)
        successor = int(values[counts.argmax()])
        if successor in then and 2 * counts.max() > len(members):
            merged.append(topic)
    gone = then - now - set(merged)
    return TopicChanges(tuple(sorted(now - then)), tuple(sorted(merged)), tuple(sorted(gone)))


def _topics(levels: Levels) -> list[int]:
    """The topic numbers column by column, the largest topic of a column first, each once."""
    ordered: dict[int, None] = {}
    for column in levels.T:
        topics, sizes = np.unique(column, return_counts=True)
        by_size = topics[np.argsort(-sizes, kind="stable")]
        ordered.update(dict.fromkeys(int(topic) for topic in by_size if topic >= 0))
    return list(ordered)


def _assignment(levels: Levels, previous: Levels, new: list[int], old: list[int]) -> list[tuple[int, int]]:
    """Pairs of positions in `new` and `old` that are the same topic."""
    if not new or not old:
        return []
    from scipy.optimize import linear_sum_assignment

    known = (previous != ABSENT).any(axis=1)
    new_members, old_members = _membership(levels[known], new), _membership(previous[known], old)
    shared = new_members @ old_members.T
    union = new_members.sum(axis=1)[:, None] + old_members.sum(axis=1) - shared
    jaccard = shared / np.maximum(union, 1.0)
    jaccard[jaccard < LEAST_OVERLAP] = 0.0
    rows, columns = linear_sum_assignment(jaccard, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if jaccard[row, column] > 0]


def _membership(levels: Levels, topics: list[int]) -> NDArray[np.float32]:
    """Which rows belong to each topic at any level: (topics, n) of 0 and 1."""
    return np.stack([(levels == topic).any(axis=1) for topic in topics]).astype(np.float32)
