"""Hints about playlists: two that the library can hardly tell apart, and one that falls into two clearly separate parts.

Few and right rather than many: what is asked for is what a half of one subject, cut at random, or two subjects thrown
together, would show. `tests/quality/hints.py` measures both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.ml.naming.names import name_levels
from lib.models import Progress, silent

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

FEWEST, FEWEST_OF_A_PART = 12, 10
"""A category with fewer members says nothing of another, and a part of fewer is no category."""
MOST_ROWS, MOST_BESIDE = 300, 80
"""So many members speak for a larger category; and so many, where only the names of others are held against it."""
NEIGHBOURS = 10
MIXED = 0.75
"""Of two halves of one subject cut at random 1; of two subjects that have nothing in common 0."""
SHARED = 0.5
"""From this share of the smaller one's videos that stand in both, they are one playlist twice."""
NEAREST = 3
"""With how many of the categories nearest to its mean each one is compared."""
LEAST_SHARE, SEPARATE, OWN_NEIGHBOURS, KEEP_COMPANY = 0.25, 0.15, 5, 0.92
"""Of two parts: the smaller one's share, the silhouette, and how many of a member's five nearest are of its own part."""
MOST_HINTS = 5
_NUMBER = re.compile(r"\d+")
Hint = TypeVar("Hint")


@dataclass(frozen=True, slots=True)
class Merge:
    """Two categories by id. `shared` videos stand in both; `alike` is the share of the first, the smaller, that looks like the other."""

    one: str
    other: str
    shared: int
    alike: float


@dataclass(frozen=True, slots=True)
class Split:
    """A category by id and the two parts it falls into: their names, and the rows of each, the larger first."""

    category: str
    names: tuple[str, str]
    parts: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints, the clearest first."""

    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()


def find_hints(
    vectors: Floats,
    members: Mapping[str, Sequence[int]],
    names: Mapping[str, str],
    columns: Mapping[str, Sequence[str]],
    progress: Progress = silent,
) -> Hints:
    """What could be merged and what could be split.

    `vectors` (n, d) of unit length; `members` are rows by category, `names` their titles, `columns` the `titles`, `texts` and
    `channels` of the n rows, which name the parts.
    """
    held = {key: np.unique(np.array(rows, dtype=np.intp)) for key, rows in members.items() if len(set(rows)) >= FEWEST}
    merges = [
        (score, one) for score, one in (_merge(vectors, held, names, *pair) for pair in _pairs(vectors, held)) if one
    ]
    parted = []
    for done, (key, rows) in enumerate(held.items()):
        progress(done, len(held), "Looking for parts")
        score, parts = _parts(vectors, rows)
        if parts is not None:
            parted.append((score, (key, parts)))
    splits = [
        Split(key, _named(columns, held, parts), (_tuple(parts[0]), _tuple(parts[1])))
        for key, parts in _clearest(parted)
    ]
    return Hints(tuple(_clearest(merges)), tuple(splits))


def _clearest(scored: Sequence[tuple[float, Hint]]) -> list[Hint]:
    return [one for _, one in sorted(scored, key=lambda pair: -pair[0])[:MOST_HINTS]]


# -- merge -------------------------------------------------------------------------------------------------------------


def _pairs(vectors: Floats, held: Mapping[str, Rows]) -> list[tuple[str, str]]:
    """Each category with those whose mean is nearest to its own, and with those it shares videos with; the smaller first."""
    keys = list(held)
    if len(keys) < 2:
        return []
    means = np.stack([vectors[held[key]].mean(axis=0) for key in keys])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    near = means @ means.T
    for i, one in enumerate(keys):
        for j, other in enumerate(keys):
            near[i, j] += len(np.intersect1d(held[one], held[other])) / min(len(held[one]), len(held[other]))
    np.fill_diagonal(near, -np.inf)
    best = np.argsort(-near, axis=1, kind="stable")[:, : min(NEAREST, len(keys) - 1)]
    pairs = {
        tuple(sorted((i, int(j)), key=lambda at: (len(held[keys[at]]), at))) for i in range(len(keys)) for j in best[i]
    }
    return [(keys[i], keys[j]) for i, j in sorted(pairs)]


def _merge(
    vectors: Floats, held: Mapping[str, Rows], names: Mapping[str, str], one: str, other: str
) -> tuple[float, Merge | None]:
    """How clearly two categories are one, and the hint where they are. Those of a series, told by a number, are not."""
    if _NUMBER.findall(names[one]) != _NUMBER.findall(names[other]):
        return 0.0, None
    shared = len(np.intersect1d(held[one], held[other]))
    overlap = shared / len(held[one])
    mixed, alike = mixing(vectors, held[one], held[other])
    if overlap < SHARED and mixed < MIXED:
        return 0.0, None
    return max(mixed, overlap + SHARED), Merge(one, other, shared, max(alike, overlap))


def mixing(vectors: Floats, one: Rows, other: Rows) -> tuple[float, float]:
    """How mixed two sets of rows are, judged by their nearest neighbours, and the share of the first that looks like the other.

    Mixed is 1 where neighbours are of either as if dealt by chance, 0 where each has neighbours of its own only, the less
    of the two sides. Rows of both are left out.
    """
    mine, theirs = _some(np.setdiff1d(one, other)), _some(np.setdiff1d(other, one))
    if min(len(mine), len(theirs)) < 2:
        return 0.0, 0.0
    both = vectors[np.concatenate([mine, theirs])]
    near = both @ both.T
    np.fill_diagonal(near, -np.inf)
    k = min(NEIGHBOURS, len(mine) - 1, len(theirs) - 1) or 1
    nearest = np.argpartition(-near, k - 1, axis=1)[:, :k]
    of_other = nearest >= len(mine)
    first, second = of_other[: len(mine)], ~of_other[len(mine) :]
    rest = len(both) - 1
    sides = (first.mean() * rest / len(theirs), second.mean() * rest / len(mine))
    return float(min(sides)), float((first.mean(axis=1) >= 0.5).mean())


def _some(rows: Rows, most: int = MOST_ROWS) -> Rows:
    """All rows, or as many as speak for them."""
    return rows if len(rows) <= most else np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


# -- split -------------------------------------------------------------------------------------------------------------


def _parts(vectors: Floats, rows: Rows) -> tuple[float, tuple[Rows, Rows] | None]:
    """How separate the two parts of a category are, and the parts where that is clear, the larger first."""
    if len(rows) < 2 * FEWEST_OF_A_PART:
        return 0.0, None
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    some = _some(rows)
    means = KMeans(2, n_init=5, random_state=0).fit(vectors[some])
    second = means.labels_ == 1
    if not _balanced(second) or _own_neighbours(vectors[some], second) < KEEP_COMPANY:
        return 0.0, None
    separate = float(silhouette_score(vectors[some], second, metric="cosine"))
    of_second = means.predict(vectors[rows]) == 1
    if separate < SEPARATE or not _balanced(of_second):
        return 0.0, None
    larger, smaller = sorted((rows[~of_second], rows[of_second]), key=len, reverse=True)
    return separate, (larger, smaller)


def _balanced(second: NDArray[np.bool_]) -> bool:
    smaller = min(int(second.sum()), int((~second).sum()))
    return smaller >= max(FEWEST_OF_A_PART, LEAST_SHARE * len(second))


def _own_neighbours(vectors: Floats, second: NDArray[np.bool_]) -> float:
    """How many of the nearest neighbours are of the same part, in the part where that is less."""
    near = vectors @ vectors.T
    np.fill_diagonal(near, -np.inf)
    nearest = np.argpartition(-near, OWN_NEIGHBOURS - 1, axis=1)[:, :OWN_NEIGHBOURS]
    own = second[nearest] == second[:, None]
    return float(min(own[second].mean(), own[~second].mean()))


def _named(columns: Mapping[str, Sequence[str]], held: Mapping[str, Rows], parts: tuple[Rows, Rows]) -> tuple[str, str]:
    """Names for the two parts, by the words that tell them from each other and from the other categories."""
    labels = np.full(len(columns["titles"]), NOISE, dtype=np.int64)
    for label, rows in enumerate([*(_some(rows, MOST_BESIDE) for rows in held.values()), *parts]):
        labels[rows] = label
    read = np.flatnonzero(labels != NOISE)
    titles, texts, channels = ([columns[name][int(row)] for row in read] for name in ("titles", "texts", "channels"))
    names = {topic.topic: topic.name for topic in name_levels(titles, texts, channels, labels[read][:, None])}
    return names[len(held)], names[len(held) + 1]


def _tuple(rows: Rows) -> tuple[int, ...]:
    return tuple(int(row) for row in rows)
