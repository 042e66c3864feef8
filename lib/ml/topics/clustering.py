"""Find topics: groups of points that lie closer to each other than to the rest.

A topic is a proposal. Noise, topic -1, is an honest answer: on real libraries about a sixth of the videos.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.errors import UserError

Labels = NDArray[np.int64]
Points = NDArray[np.float32]

METHODS = ("hdbscan", "kmeans")
SMALLEST_TOPIC = 5
LARGEST_SHARE = 1 / 12
"""A topic that holds more of the library is looked at once more by itself: it may be several."""
LEAST_KEPT = 0.5
"""So much of such a topic must find a place in its parts, or it stays whole."""


def cluster(points: Points, method: str = "hdbscan", k: int | None = None, seed: int = 0) -> Labels:
    """The topic of each point: (n, d) to (n,), numbered from 0 by size, -1 for noise.

    "hdbscan" (Campello, Moulavi, Sander 2013) finds how many topics there are; "kmeans" makes `k` of them, about
    sqrt(n / 4) where none is given. Raises `UserError` for another method or a `k` that the points cannot have.
    """
    check(method, k, len(points))
    if method == "kmeans":
        return _by_size(_kmeans(points, k, seed))
    return _by_size(_in_parts(points, _hdbscan(points, smallest_topic(len(points)))))


def parts(points: Points, labels: Labels, first: int) -> Labels:
    """The same topics (n,), where one that holds denser groups is divided among them; those are numbered from `first` on.

    Every video of a divided topic goes to the part whose middle is nearest: a step to finer topics makes no noise.
    """
    divided = labels.copy()
    for topic in np.unique(labels[labels != NOISE]):
        rows = np.flatnonzero(labels == topic)
        inner = _hdbscan(points[rows], max(SMALLEST_TOPIC, smallest_topic(len(points)) // 2), leaves=True)
        if inner.max() < 1:
            continue
        middles = np.stack([points[rows[inner == part]].mean(axis=0) for part in range(inner.max() + 1)])
        apart = ((points[rows][:, None] - middles) ** 2).sum(axis=2)
        divided[rows] = first + np.where(inner == NOISE, apart.argmin(axis=1), inner)
        first += len(middles)
    return divided


def check(method: str, k: int | None, n: int) -> None:
    """Raise `UserError` for a method there is not, and a `k` that n videos cannot have."""
    if method not in METHODS:
        raise UserError(f"{method!r} is no way to find topics.", f"Choose one of: {', '.join(METHODS)}.")
    if method != "kmeans" and k is not None:
        raise UserError(
            f"{method} finds by itself how many topics there are.", "Choose kmeans for a number of your own."
        )
    if method == "kmeans" and k is not None and n and not 1 <= k <= n:
        raise UserError(f"{n} videos cannot be put into {k} topics.", f"Choose a number from 1 to {n}.")


def smallest_topic(n: int) -> int:
    """How many videos a topic holds at least: 5 in a small library, 16 among 4,000, 35 among 20,000."""
    return max(SMALLEST_TOPIC, round(math.sqrt(n) / 4))


def _by_size(labels: Labels) -> Labels:
    """The same topics, the largest numbered 0; of two as large, the one that appears first."""
    topics, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kept = topics != NOISE
    order = topics[kept][np.lexsort((first[kept], -sizes[kept]))]
    number = {int(topic): rank for rank, topic in enumerate(order)} | {NOISE: NOISE}
    return np.array([number[int(label)] for label in labels], dtype=np.int64)


def _in_parts(points: Points, labels: Labels) -> Labels:
    """The same topics, but for the very large ones that fall into parts when they are looked at alone.

    Density is relative: beside a remote, dense group everything else can look like one topic.
    """
    labels = labels.copy()
    large = [int(topic) for topic in np.unique(labels) if _is_large(labels, topic)]
    while large:
        rows = np.flatnonzero(labels == large.pop())
        inner = _hdbscan(points[rows], smallest_topic(len(points)))
        if inner.max() < 1 or (inner != NOISE).mean() < LEAST_KEPT:
            continue
        first = labels.max() + 1
        labels[rows] = np.where(inner == NOISE, NOISE, inner + first)
        large += [int(topic) for topic in range(first, labels.max() + 1) if _is_large(labels, topic)]
    return labels


def _is_large(labels: Labels, topic: int) -> bool:
    return topic != NOISE and int((labels == topic).sum()) > max(LARGEST_SHARE * len(labels), 8 * SMALLEST_TOPIC)


def _hdbscan(points: Points, smallest: int, leaves: bool = False) -> Labels:
    if len(points) < 2 * SMALLEST_TOPIC:
        return np.full(len(points), NOISE, dtype=np.int64)
    from sklearn.cluster import HDBSCAN

    neighbours = max(SMALLEST_TOPIC, round(smallest * 2 / 3))
    how = "leaf" if leaves else "eom"  # the finest groups there are, or those that persist longest
    model = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=min(neighbours, len(points)),
        cluster_selection_method=how,
        copy=True,
    )
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _kmeans(points: Points, k: int | None, seed: int) -> Labels:
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    from sklearn.cluster import KMeans

    count = k if k is not None else min(len(points), max(2, round(math.sqrt(len(points) / 4))))
    return np.asarray(KMeans(count, n_init=3, random_state=seed).fit_predict(points), dtype=np.int64)
