"""From points to topics at several levels, each with the number it had before where it survives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.ml.projection import Near
from lib.ml.topics.clustering import Labels, cluster, parts
from lib.ml.topics.hierarchy import level_counts, nested
from lib.ml.topics.matching import carried_over
from lib.ml.topics.noise import attach

Vectors = NDArray[np.float32]
Levels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """Topic numbers (n, levels), from broad to fine, -1 for noise; and which level is the usual one.

    `joined` (n,): the topic of the user that a video joins although the user has not put it there, else -1.
    """

    levels: Levels
    usual: int
    joined: Labels


def find_topics(
    points: Vectors,
    vectors: Vectors,
    near: Near,
    *,
    method: str = "hdbscan",
    k: int | None = None,
    mine: Labels | None = None,
    joinable: NDArray[np.bool_] | None = None,
    before: Levels | None = None,
    following: int = 0,
    seed: int = 0,
) -> Found:
    """The topics of n videos: in `points` (n, d) groups are looked for, by `vectors` (n, m) they are joined into levels.

    `near` is what `project.neighbours` gives. `before` (n, earlier levels): the numbers until now, `identity.ABSENT` for
    new videos; numbers from `following` on were never used. `mine` (n,): the numbers of the topics that the user shaped,
    and -1. They lie over what is found and are given to nothing that is; of the others only `joinable` ones (n,) join
    them, where most of their neighbours are. "kmeans" has one level, of k topics. Raises `UserError` as `cluster` does.
    """
    columns, usual = _levels(points, vectors, cluster(points, method, k, seed), method)
    if method == "hdbscan":
        columns = np.stack([attach(column, *near) for column in columns.T], axis=1)
    before = np.full((len(points), 1), NOISE, np.int64) if before is None else before
    if mine is not None:
        before = np.where(np.isin(before, mine[mine != NOISE]), NOISE, before)
    order = [usual, *(level for level in range(columns.shape[1]) if level != usual)]
    numbered = np.empty_like(columns)
    numbered[:, order] = carried_over(columns[:, order], before, following)
    return Found(numbered, usual, joining(near, mine, joinable, len(points)))


def joining(near: Near, mine: Labels | None, joinable: NDArray[np.bool_] | None, n: int) -> Labels:
    """The topic of the user's that each of n videos joins by its neighbours, -1 for most."""
    if mine is None or joinable is None:
        return np.full(n, NOISE, np.int64)
    return np.where((mine == NOISE) & joinable, attach(mine, *near), NOISE)


def _levels(points: Vectors, vectors: Vectors, labels: Labels, method: str) -> tuple[Levels, int]:
    """The found topics joined to fewer and divided into more, each numbered once, and which column is the usual one."""
    found = int(labels.max(initial=NOISE)) + 1
    if method != "hdbscan" or not found:
        return labels[:, None], 0
    counts, usual = level_counts(found, len(points))
    columns = nested(labels, vectors, counts)
    finest = parts(points, labels, first=2 * found)  # behind all that joining has numbered
    divided = [finest] if len(np.unique(finest)) > len(np.unique(labels)) else []
    return np.column_stack([columns, *divided]), usual
