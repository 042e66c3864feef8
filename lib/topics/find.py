"""From points to topics at several levels, each with the number it had before where it survives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.models import NOISE
from lib.topics.attach import attach
from lib.topics.cluster import Labels, check, cluster
from lib.topics.identity import carried_over
from lib.topics.levels import level_counts, nested
from lib.topics.project import Near

Vectors = NDArray[np.float32]
Levels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """Topic numbers (n, levels), from broad to fine, -1 for noise; and which level is the usual one."""

    levels: Levels
    usual: int


def find_topics(
    points: Vectors,
    vectors: Vectors,
    near: Near,
    *,
    method: str = "hdbscan",
    k: int | None = None,
    mine: Labels | None = None,
    before: Levels | None = None,
    following: int = 0,
    seed: int = 0,
) -> Found:
    """The topics of n videos: in `points` (n, d) groups are looked for, by `vectors` (n, m) they are joined into levels.

    `near` is what `project.neighbours` gives. `mine` (n,): the numbers of the topics that
    the user shaped, which stay as they are at every level, and -1. `before` (n, earlier levels): the numbers until now,
    `identity.ABSENT` for new videos; numbers from `following` on were never used. "kmeans" has one level, of k topics
    with the user's own among them. Raises `UserError` as `cluster` does.
    """
    n = len(points)
    check(method, k, n)
    mine = np.full(n, NOISE, np.int64) if mine is None else mine
    own = sorted(set(mine.tolist()) - {NOISE})
    columns, usual = _automatic(points, vectors, mine, method, None if k is None else max(1, k - len(own)), seed)
    first = int(columns.max(initial=NOISE)) + 1
    for position, topic in enumerate(own):  # for the while of `attach`, numbers without gaps
        columns[mine == topic] = first + position
    if method == "hdbscan" and n:
        columns = np.stack([attach(column, *near) for column in columns.T], axis=1)
    theirs = columns >= first
    found = np.where(theirs, NOISE, columns)
    if before is not None:
        before = np.where(np.isin(before, own), NOISE, before)
    order = [usual, *(level for level in range(columns.shape[1]) if level != usual)]
    numbered = np.empty_like(found)
    numbered[:, order] = carried_over(found[:, order], _known(before, n), following)
    numbered[theirs] = np.array(own, np.int64)[columns[theirs] - first] if own else NOISE
    return Found(numbered, usual)


def _automatic(
    points: Vectors, vectors: Vectors, mine: Labels, method: str, k: int | None, seed: int
) -> tuple[Levels, int]:
    """Levels (n, levels) of what is in no topic of the user, numbered without gaps, and the usual one."""
    free = np.flatnonzero(mine == NOISE)
    labels = cluster(points[free], method, None if k is None else min(k, max(1, len(free))), seed)
    found = int(labels.max(initial=NOISE)) + 1
    counts, usual = level_counts(found, len(free)) if method == "hdbscan" and found else ([found], 0)
    columns = np.full((len(points), len(counts)), NOISE, np.int64)
    columns[free] = nested(labels, vectors[free], counts)
    return columns, usual


def _known(before: Levels | None, n: int) -> Levels:
    return np.full((n, 1), NOISE, np.int64) if before is None else before
