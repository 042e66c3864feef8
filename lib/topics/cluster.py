"""Find topics: groups of points that lie closer to each other than to the rest.

A topic is a proposal. Noise, topic -1, is an honest answer: on real libraries about a quarter of the videos.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lib.errors import UserError
from lib.models import NOISE

METHODS = ("hdbscan", "kmeans")
SMALLEST_TOPIC = 5


def cluster(
    points: NDArray[np.float32], method: str = "hdbscan", k: int | None = None, seed: int = 0
) -> NDArray[np.int64]:
    """The topic of each point: (n, d) to (n,), numbered from 0 by size, -1 for noise.

    "hdbscan" (Campello, Moulavi, Sander 2013) finds how many topics there are; "kmeans" makes `k` of them, about
    sqrt(n / 4) where none is given. Raises `UserError` for another method or a `k` that the points cannot have.
    """
    if method not in METHODS:
        raise UserError(f"{method!r} is no way to find topics.", f"Choose one of: {', '.join(METHODS)}.")
    if method == "kmeans":
        return _by_size(_kmeans(points, k, seed))
    return _by_size(_hdbscan(points))


def smallest_topic(n: int) -> int:
    """How many videos a topic holds at least: 5 in a small library, 16 among 4,000, 35 among 20,000."""
    return max(SMALLEST_TOPIC, round(math.sqrt(n) / 4))


def _hdbscan(points: NDArray[np.float32]) -> NDArray[np.int64]:
    if len(points) < 2 * SMALLEST_TOPIC:
        return np.full(len(points), NOISE, dtype=np.int64)
    from sklearn.cluster import HDBSCAN

    model = HDBSCAN(min_cluster_size=smallest_topic(len(points)), min_samples=SMALLEST_TOPIC, copy=True)
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _kmeans(points: NDArray[np.float32], k: int | None, seed: int) -> NDArray[np.int64]:
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    count = k if k is not None else min(len(points), max(2, round(math.sqrt(len(points) / 4))))
    if not 1 <= count <= len(points):
        raise UserError(
            f"{len(points)} videos cannot be put into {count} topics.", f"Choose a number from 1 to {len(points)}."
        )
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(count, n_init=3, random_state=seed).fit_predict(points), dtype=np.int64)


def _by_size(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same topics, the largest numbered 0; of two as large, the one that appears first."""
    topics, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kept = topics != NOISE
    order = topics[kept][np.lexsort((first[kept], -sizes[kept]))]
    number = {int(topic): rank for rank, topic in enumerate(order)} | {NOISE: NOISE}
    return np.array([number[int(label)] for label in labels], dtype=np.int64)
