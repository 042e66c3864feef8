"""Which new topic is which old one: by the videos they share, so that a topic keeps its number, and with it colour and name.

Numbers are never used twice: a topic that is gone stays gone, and no other is taken for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE

Levels = NDArray[np.int64]

ABSENT = -2
"""Where a video was before that was not there before."""
LEAST_OVERLAP = 1 / 3
"""Shared videos over all videos of either (Jaccard): of two as large, half of each is in common."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What came of the topics that were shown: numbers of new ones, of those merged into another, and of those gone."""

    new: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __str__(self) -> str:
        told = [f"{len(one)} {word}" for one, word in ((self.new, "new"), (self.merged, "merged"), (self.gone, "gone"))]
        return ", ".join(words for words in told if not words.startswith("0 ")) or "no topic changed"


def carried_over(found: Levels, before: Levels, following: int) -> Levels:
    """`found` (n, levels) with the numbers of `before` (n, earlier levels) where topics survive, else from `following` on.

    Each survivor is the old topic it has most in common with, no old one twice: Kuhn's assignment over the shares they
    have in common. New numbers go to the level that comes first, the largest topics first.
    """
    number: dict[int, int] = {NOISE: NOISE}
    new, old = _topics(found), _topics(before)
    for row, column in _matched(found, before, new, old):
        number[new[row]] = old[column]
    for topic in new:
        if topic not in number:
            number[topic], following = following, following + 1
    return np.vectorize(number.__getitem__, otypes=[np.int64])(found) if found.size else found


def changes(found: NDArray[np.int64], before: NDArray[np.int64]) -> Changes:
    """How the topics of one level (n,) differ from those shown before (n,), by their numbers."""
    now, then = set(found.tolist()) - {NOISE}, set(before.tolist()) - {NOISE, ABSENT}
    merged = []
    for topic in then - now:
        members = found[before == topic]
        values, counts = np.unique(members, return_counts=True)
        goal = int(values[counts.argmax()])
        if goal in then and 2 * counts.max() > len(members):
            merged.append(topic)
    gone = then - now - set(merged)
    return Changes(tuple(sorted(now - then)), tuple(sorted(merged)), tuple(sorted(gone)))


def _topics(levels: Levels) -> list[int]:
    """The numbers that occur, level by level, within one the largest topic first."""
    found: dict[int, None] = {}
    for column in levels.T:
        topics, sizes = np.unique(column, return_counts=True)
        found.update(dict.fromkeys(int(topic) for topic in topics[np.argsort(-sizes, kind="stable")] if topic >= 0))
    return list(found)


def _matched(found: Levels, before: Levels, new: list[int], old: list[int]) -> list[tuple[int, int]]:
    """Pairs of positions in `new` and `old` that are the same topic."""
    if not new or not old:
        return []
    from scipy.optimize import linear_sum_assignment

    known = (before != ABSENT).any(axis=1)
    holds_new, holds_old = _membership(found[known], new), _membership(before[known], old)
    shared = holds_new @ holds_old.T
    either = holds_new.sum(axis=1)[:, None] + holds_old.sum(axis=1) - shared
    overlap = shared / np.maximum(either, 1.0)
    overlap[overlap < LEAST_OVERLAP] = 0.0
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if overlap[r, c] > 0]


def _membership(levels: Levels, topics: list[int]) -> NDArray[np.float32]:
    """Which rows a topic holds, at the levels where it stands: (topics, n) of 0 and 1."""
    return np.stack([(levels == topic).any(axis=1) for topic in topics]).astype(np.float32)
