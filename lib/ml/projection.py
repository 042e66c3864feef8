"""Projection: vectors to few dimensions, five to find topics in and two to look at.

UMAP (McInnes, Healy, Melville 2018) with an exact table of nearest neighbours, which for a personal library is both faster
and more faithful than the approximate search that UMAP brings: at 4,000 videos .5 s instead of 20 s.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from lib.derived import Floats

Neighbours = tuple[NDArray[np.int32], Floats]
"""The nearest rows of each row (n, k), itself first, and their cosine distances (n, k)."""

CLUSTER_DIMENSIONS = 5
"""Chosen by hand; UMAP's and BERTopic's documentation recommend it for clustering."""
NEIGHBOURS, CLUSTER_NEIGHBOURS = 15, 20
"""UMAP's n_neighbors for the map, its default, and for the points to cluster, chosen with `tests/quality/topics.py`."""
FEWEST = 10
"""Fewer videos than this are projected on their principal components instead."""
PLACE_NEIGHBOURS = 5
"""How many old neighbours decide where a new video is placed. Chosen by hand."""
REDRAW_LEARNING_RATE = 0.25
"""UMAP's learning rate where it starts from an earlier map, a quarter of the usual: points move less. Chosen by hand."""
BLOCK = 1024
"""Rows of the similarity matrix that are held at once."""


def reduce(vectors: Floats, seed: int, near: Neighbours | None = None, init: Floats | None = None) -> Floats:
    """Points to cluster: (n, d) of unit length to (n, 5) float32. UMAP with min_dist 0, so that clusters draw together.

    `near` is what `neighbours` returns, where that is known. `init` (n, 5) are earlier points to start from; the new ones
    are then aligned with them by `align`.
    """
    return _umap(vectors, CLUSTER_DIMENSIONS, CLUSTER_NEIGHBOURS, 0.0, seed, near, init)


def layout(vectors: Floats, seed: int, near: Neighbours | None = None, init: Floats | None = None) -> Floats:
    """Points to look at: (n, d) of unit length to (n, 2) float32. The same seed draws the same map.

    `near` and `init` (n, 2) as for `reduce`: a map drawn anew looks like the one before it.
    """
    return _umap(vectors, 2, NEIGHBOURS, 0.1, seed, near, init)


def align(points: Floats, target: Floats) -> Floats:
    """The points (n, d) rotated, reflected, shifted and scaled so that they lie on `target` (n, d) as closely as possible.

    Orthogonal Procrustes with a scale (Schoenemann and Carroll 1970): least squares over all points.
    """
    if len(points) < 2:
        return target.copy()
    from scipy.linalg import orthogonal_procrustes

    centred, centre = points - points.mean(axis=0), target.mean(axis=0)
    rotation, singular_sum = orthogonal_procrustes(centred, target - centre)
    square_sum = float((centred**2).sum())
    scale = singular_sum / square_sum if square_sum > 0 else 1.0
    return np.asarray(scale * centred @ rotation + centre, dtype=np.float32)


def neighbours(vectors: Floats, k: int = CLUSTER_NEIGHBOURS) -> Neighbours:
    """The k nearest rows of each row, itself first, and their cosine distances: exact, in blocks; fewer where n < k."""
    k = min(k, len(vectors))
    rows = np.zeros((len(vectors), k), dtype=np.int32)
    distances = np.zeros((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        similarity = vectors[start : start + BLOCK] @ vectors.T
        diagonal = np.arange(len(similarity))
        similarity[diagonal, start + diagonal] = 2.0  # a duplicate must not come before the row itself
        nearest, cosines = _largest(similarity, k)
        rows[start : start + BLOCK] = nearest
        distances[start : start + BLOCK] = np.clip(1.0 - cosines, 0.0, 2.0)
    return rows, distances


def place(new_vectors: Floats, vectors: Floats, positions: Floats) -> Floats:
    """Positions for new videos in a projection that stays as it is: (m, d), (n, d) and (n, p) to (m, p).

    The mean of the 5 nearest old neighbours, weighted by cosine. Measured: no old point moves, and neighbourhoods are
    kept as well as `UMAP.transform` keeps them, at once instead of in 7 s.
    """
    placed = np.zeros((len(new_vectors), positions.shape[1]), dtype=np.float32)
    if len(vectors) == 0:
        return placed
    for start in range(0, len(new_vectors), BLOCK):
        similarity = new_vectors[start : start + BLOCK] @ vectors.T
        rows, cosines = _largest(similarity, min(PLACE_NEIGHBOURS, len(vectors)))
        weights = np.clip(cosines, 1e-6, None)
        weights /= weights.sum(axis=1, keepdims=True)
        placed[start : start + BLOCK] = (positions[rows] * weights[:, :, None]).sum(axis=1)
    return placed


def _umap(
    vectors: Floats,
    dimensions: int,
    most_neighbours: int,
    min_dist: float,
    seed: int,
    near: Neighbours | None,
    init: Floats | None,
) -> Floats:
    start = _principal_components(vectors, dimensions) if init is None else init
    if len(vectors) < FEWEST or np.ptp(start, axis=0).max() < 1e-6:
        return start
    import umap

    count = min(most_neighbours, len(vectors) - 1)
    rows, distances = near or neighbours(vectors, count)
    reducer = umap.UMAP(
        n_components=dimensions,
        n_neighbors=count,
        min_dist=min_dist,
        metric="cosine",
        init=start,
        learning_rate=1.0 if init is None else REDRAW_LEARNING_RATE,
        random_state=seed,
        n_jobs=1,  # a seed and threads exclude each other
        precomputed_knn=(rows[:, :count], distances[:, :count], None),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that UMAP's own `transform` will not work: `place` is used instead
        points = np.asarray(reducer.fit_transform(vectors), dtype=np.float32)
    # A point whose neighbours are all its own duplicates can come back as NaN; it stays where it started.
    points = np.where(np.isfinite(points), points, start)
    return points if init is None else align(points, init)


def _largest(values: Floats, k: int) -> tuple[NDArray[np.intp], Floats]:
    """Columns and values of the k largest entries of each row, largest first: (rows, k) each."""
    columns = np.argpartition(-values, k - 1, axis=1)[:, :k]
    largest = np.take_along_axis(values, columns, axis=1)
    order = np.argsort(-largest, axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1), np.take_along_axis(largest, order, axis=1)


def _principal_components(vectors: Floats, dimensions: int) -> Floats:
    """The first principal components (n, dimensions); columns of zeros where there are not so many."""
    points = np.zeros((len(vectors), dimensions), dtype=np.float32)
    if len(vectors) < 2 or not np.ptp(vectors, axis=0).any():
        return points
    from sklearn.decomposition import PCA

    count = min(dimensions, *vectors.shape)
    points[:, :count] = PCA(count, svd_solver="covariance_eigh").fit_transform(vectors)
    return points
