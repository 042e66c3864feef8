"""Clustering: groups of points that lie closer to each other than to the rest, by HDBSCAN or k-means.

HDBSCAN leaves noise, label -1: about a sixth of the videos of real libraries.
"""

from __future__ import annotations

import math

import numpy as np

from lib.derived import NOISE, Floats, Labels
from lib.errors import UserError

METHODS = ("hdbscan", "kmeans")
SMALLEST_TOPIC = 5
"""The fewest videos of a topic in a small library. Chosen by hand."""
LARGEST_SHARE = 1 / 12
"""A cluster that holds more of the library is clustered once more by itself: it may be several. Chosen by hand."""
LEAST_KEPT = 0.5
"""The share of such a cluster that must be in its parts and not noise, or it stays whole. Chosen by hand."""


def cluster(points: Floats, method: str = "hdbscan", k: int | None = None, seed: int = 0) -> Labels:
    """The cluster of each point: (n, d) to (n,), numbered from 0 by size, -1 for noise.

    "hdbscan" (Campello, Moulavi, Sander 2013) finds by itself how many clusters there are; "kmeans" makes `k` of them,
    about sqrt(n / 4) where none is given. Raises `UserError` for another method, or a `k` that n points cannot have.
    """
    check(method, k, len(points))
    if method == "kmeans":
        return _numbered_by_size(_kmeans(points, k, seed))
    return _numbered_by_size(_split_large(points, _hdbscan(points, smallest_topic(len(points)))))


def split_by_density(points: Floats, labels: Labels, first: int) -> Labels:
    """The same clusters (n,), where one that holds denser groups is split into them; the parts are numbered from `first` on.

    The groups are the leaves of HDBSCAN's tree. Each video of a split cluster goes to the part with the nearest mean, so
    that the step to finer topics makes no noise.
    """
    split = labels.copy()
    for topic in np.unique(labels[labels != NOISE]):
        rows = np.flatnonzero(labels == topic)
        inner = _hdbscan(points[rows], max(SMALLEST_TOPIC, smallest_topic(len(points)) // 2), leaves=True)
        if inner.max() < 1:
            continue
        means = np.stack([points[rows[inner == part]].mean(axis=0) for part in range(inner.max() + 1)])
        distance = ((points[rows][:, None] - means) ** 2).sum(axis=2)
        split[rows] = first + np.where(inner == NOISE, distance.argmin(axis=1), inner)
        first += len(means)
    return split


def check(method: str, k: int | None, n: int) -> None:
    """Raise `UserError` for an unknown method, and for a `k` that n videos cannot have."""
    if method not in METHODS:
        raise UserError(f"{method!r} is no way to find topics.", f"Choose one of: {', '.join(METHODS)}.")
    if method != "kmeans" and k is not None:
        raise UserError(
            f"{method} finds by itself how many topics there are.", "Choose kmeans for a number of your own."
        )
    if method == "kmeans" and k is not None and n and not 1 <= k <= n:
        raise UserError(f"{n} videos cannot be put into {k} topics.", f"Choose a number from 1 to {n}.")


def smallest_topic(n: int) -> int:
    """The fewest videos of a topic: a quarter of sqrt(n), so 5 in a small library, 16 of 4,000, 35 of 20,000. Chosen by hand."""
    return max(SMALLEST_TOPIC, round(math.sqrt(n) / 4))


def _numbered_by_size(labels: Labels) -> Labels:
    """The same clusters, the largest numbered 0; of two of one size, the one that appears first."""
    topics, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kept = topics != NOISE
    order = topics[kept][np.lexsort((first[kept], -sizes[kept]))]
    number = {int(topic): rank for rank, topic in enumerate(order)} | {NOISE: NOISE}
    return np.array([number[int(label)] for label in labels], dtype=np.int64)


def _split_large(points: Floats, labels: Labels) -> Labels:
    """The same clusters, but the very large ones that fall into parts when they are clustered alone.

    Density is relative: beside a remote, dense group everything else can look like one cluster.
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


def _hdbscan(points: Floats, smallest: int, leaves: bool = False) -> Labels:
    """HDBSCAN's clusters of at least `smallest` points: the most persistent ones, or the `leaves` of its tree."""
    if len(points) < 2 * SMALLEST_TOPIC:
        return np.full(len(points), NOISE, dtype=np.int64)
    from sklearn.cluster import HDBSCAN

    neighbours = max(SMALLEST_TOPIC, round(smallest * 2 / 3))  # the fraction was chosen by hand
    model = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=min(neighbours, len(points)),
        cluster_selection_method="leaf" if leaves else "eom",
        copy=True,
    )
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _kmeans(points: Floats, k: int | None, seed: int) -> Labels:
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    from sklearn.cluster import KMeans

    count = k if k is not None else min(len(points), max(2, round(math.sqrt(len(points) / 4))))
    return np.asarray(KMeans(count, n_init=3, random_state=seed).fit_predict(points), dtype=np.int64)
