"""Lay vectors out in few dimensions: five to find topics in, two to look at.

UMAP (McInnes, Healy, Melville 2018) with an exact neighbour table, which for a personal library is both faster and more
faithful than the approximate search that UMAP brings: at 4,000 videos .5 s instead of 20 s.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Near = tuple[NDArray[np.int32], Vectors]
"""The nearest rows of each row (n, k), itself first, and their cosine distances (n, k)."""

CLUSTER_DIMENSIONS = 5
NEIGHBOURS, CLUSTER_NEIGHBOURS = 15, 20
"""How many videos hold on to each other on the map, and where topics are looked for: more make calmer topics."""
FEWEST = 10
"""Below this many videos there is no manifold to speak of; the main axes say as much."""
PLACE_NEIGHBOURS = 5
GENTLY = 0.25
"""How hard a map that begins from an earlier one is pulled: it is mended as well as a map from nothing, and scattered less."""
BLOCK = 1024


def reduce(vectors: Vectors, seed: int, near: Near | None = None, start: Vectors | None = None) -> Vectors:
    """Points to cluster: (n, d) of unit length to (n, 5) float32. UMAP with min_dist 0, so that clusters draw together.

    `near` is what `neighbours` found, where that is known. `start` (n, 5) are earlier points to begin from, and then the
    new ones lie on them as well as turning, mirroring, shifting and scaling allow.
    """
    return _umap(vectors, CLUSTER_DIMENSIONS, CLUSTER_NEIGHBOURS, 0.0, seed, near, start)


def layout(vectors: Vectors, seed: int, near: Near | None = None, start: Vectors | None = None) -> Vectors:
    """Points to look at: (n, d) of unit length to (n, 2) float32. The same seed draws the same map.

    `near` and `start` (n, 2) as for `reduce`: a map drawn anew looks like the one before it.
    """
    return _umap(vectors, 2, NEIGHBOURS, 0.1, seed, near, start)


def register(points: Vectors, onto: Vectors) -> Vectors:
    """The points (n, d) turned, mirrored, shifted and scaled so that they lie on others (n, d) as closely as can be.

    Orthogonal Procrustes with a scale (Schoenemann and Carroll 1970): least squares over all points.
    """
    if len(points) < 2:
        return onto.copy()
    centre, goal = points.mean(axis=0), onto.mean(axis=0)
    moved = points - centre
    left, singular, right = np.linalg.svd(moved.T @ (onto - goal))
    spread = float((moved**2).sum())
    scale = singular.sum() / spread if spread > 0 else 1.0
    return np.asarray(scale * moved @ (left @ right) + goal, dtype=np.float32)


def neighbours(vectors: Vectors, k: int = CLUSTER_NEIGHBOURS) -> Near:
    """The k nearest rows of each row, itself first, and their cosine distances: exact, in blocks; fewer where n < k."""
    k = min(k, len(vectors))
    rows = np.zeros((len(vectors), k), dtype=np.int32)
    distances = np.zeros((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        similarity = vectors[start : start + BLOCK] @ vectors.T
        own = np.arange(len(similarity))
        similarity[own, start + own] = 2.0  # a duplicate must not come before the row itself
        nearest, cosines = _largest(similarity, k)
        rows[start : start + BLOCK] = nearest
        distances[start : start + BLOCK] = np.clip(1.0 - cosines, 0.0, 2.0)
    return rows, distances


def place(new_vectors: Vectors, vectors: Vectors, xy: Vectors) -> Vectors:
    """Where new videos belong on a map that stays as it is: (m, d), (n, d), (n, 2) to (m, 2), or of 5 to 5.

    The mean of the 5 nearest old neighbours, weighted by cosine. Measured: no old point moves, and neighbourhoods are
    kept as well as `UMAP.transform` keeps them, at once instead of in 7 s.
    """
    if len(vectors) == 0:
        return np.zeros((len(new_vectors), xy.shape[1]), dtype=np.float32)
    placed = np.empty((len(new_vectors), xy.shape[1]), dtype=np.float32)
    for start in range(0, len(new_vectors), BLOCK):
        similarity = new_vectors[start : start + BLOCK] @ vectors.T
        rows, cosines = _largest(similarity, min(PLACE_NEIGHBOURS, len(vectors)))
        weights = np.clip(cosines, 1e-6, None)
        weights /= weights.sum(axis=1, keepdims=True)
        placed[start : start + BLOCK] = (xy[rows] * weights[:, :, None]).sum(axis=1)
    return placed


def _umap(
    vectors: Vectors,
    dimensions: int,
    most: int,
    min_dist: float,
    seed: int,
    near: Near | None,
    start: Vectors | None,
) -> Vectors:
    first = _main_axes(vectors, dimensions) if start is None else start
    if len(vectors) < FEWEST or np.ptp(first, axis=0).max() < 1e-6:
        return first
    import umap

    count = min(most, len(vectors) - 1)
    rows, distances = near or neighbours(vectors, count)
    reducer = umap.UMAP(
        n_components=dimensions,
        n_neighbors=count,
        min_dist=min_dist,
        metric="cosine",
        init=first,
        learning_rate=1.0 if start is None else GENTLY,
        random_state=seed,
        n_jobs=1,  # a seed and threads exclude each other
        precomputed_knn=(rows[:, :count], distances[:, :count], None),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that UMAP's own `transform` will not work: `place` does its part
        points = np.asarray(reducer.fit_transform(vectors), dtype=np.float32)
    # A point whose every neighbour is its own duplicate hangs on nothing and can come back as NaN; it stays where it started.
    points = np.where(np.isfinite(points), points, first)
    return points if start is None else register(points, start)


def _largest(values: Vectors, k: int) -> tuple[NDArray[np.intp], Vectors]:
    """Columns and values of the k largest entries of each row, largest first."""
    columns = np.argpartition(-values, k - 1, axis=1)[:, :k]
    found = np.take_along_axis(values, columns, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1), np.take_along_axis(found, order, axis=1)


def _main_axes(vectors: Vectors, dimensions: int) -> Vectors:
    """Coordinates along the directions in which the vectors differ most; columns of zeros where there are not so many."""
    points = np.zeros((len(vectors), dimensions), dtype=np.float32)
    if len(vectors) < 2:
        return points
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    kept = axes[:, ::-1][:, :dimensions]
    kept = kept * np.where(
        kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])] < 0, -1, 1
    )  # an axis has no sign of its own
    points[:, : kept.shape[1]] = centred @ kept
    return points
