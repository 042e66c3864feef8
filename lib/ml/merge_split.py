"""Merge and split: pairs of categories that can hardly be told apart, and categories that fall into two separate parts.

Few suggestions and right ones: two categories are merged only where they are as mixed as the two halves of one subject cut
at random, and a category is split only where it is as separate as two subjects joined. `tests/quality/hints.py` measures
both on the sets of `tests/quality/sets.py`, with subjects cut and joined; the thresholds below were chosen on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lib.derived import NOISE, Floats, Mask, Rows
from lib.ml.naming.names import name_levels
from lib.models import Progress, silent

MIN_MEMBERS, MIN_PART = 12, 10
"""A category with fewer members is not compared, and a part with fewer is not split off. Chosen by hand."""
MAX_ROWS, MAX_ROWS_FOR_NAMES = 300, 80
"""Of a larger category so many members are drawn, to compare it, and to name parts of others against it. Chosen by hand, for speed."""
NEIGHBOURS = 10
MIN_MIXING = 0.75
"""From this mixing on two categories are one: 1 for the halves of one subject cut at random, 0 for two separate subjects."""
MIN_OVERLAP = 0.5
"""Two categories are also one where this share of the smaller one's videos is in both. Chosen by hand."""
NEAREST_CATEGORIES = 3
"""Each category is compared with so many others, those whose means are nearest. Chosen by hand, for speed."""
MIN_PART_SHARE, MIN_SILHOUETTE = 0.25, 0.15
"""The smaller part's share of a category, and the silhouette coefficient of the two parts, from which it is split."""
PURITY_NEIGHBOURS, MIN_PURITY = 5, 0.92
"""Of each member's five nearest neighbours so large a share must be in the same part, on average in either part."""
MAX_RESULTS = 5
"""No more merges and no more splits are suggested at a time: what a person reads."""
_NUMBER = re.compile(r"\d+")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Merge:
    """Two categories, by id, that are most likely one.

    `shared` videos are in both. `similar_share` is the share, 0 to 1, of the smaller category's videos whose nearest
    neighbours are mostly in the larger one, or that are in both.
    """

    smaller: str
    larger: str
    shared: int
    similar_share: float


@dataclass(frozen=True, slots=True)
class Split:
    """A category, by id, and the two parts it falls into: their names, and the rows of each, the larger part first."""

    category: str
    names: tuple[str, str]
    parts: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class MergesAndSplits:
    """What is suggested for the categories of a library, the clearest first."""

    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()


def find_merges_and_splits(
    vectors: Floats,
    members: Mapping[str, Sequence[int]],
    names: Mapping[str, str],
    columns: Mapping[str, Sequence[str]],
    progress: Progress = silent,
) -> MergesAndSplits:
    """Which categories could be merged, and which could be split. Raises whatever `progress` raises.

    `vectors` (n, d) of unit length; `members` are rows by category id, `names` the categories' titles by id; `columns` are
    the `titles`, `texts` and `channels` of the n rows, from which the parts of a split are named.
    """
    rows_of = {key: np.unique(np.array(rows, dtype=np.intp)) for key, rows in members.items()}
    rows_of = {key: rows for key, rows in rows_of.items() if len(rows) >= MIN_MEMBERS}
    compared = [_merge(vectors, rows_of, names, *pair) for pair in _candidate_pairs(vectors, rows_of)]
    merges = _clearest([(score, merge) for score, merge in compared if merge])
    scored_parts = []
    for done, (key, rows) in enumerate(rows_of.items()):
        progress(done, len(rows_of), "Looking for parts")
        silhouette, parts = _two_parts(vectors, rows)
        if parts is not None:
            scored_parts.append((silhouette, (key, parts)))
    splits = [
        Split(key, _part_names(columns, rows_of, parts), (_as_tuple(parts[0]), _as_tuple(parts[1])))
        for key, parts in _clearest(scored_parts)
    ]
    return MergesAndSplits(tuple(merges), tuple(splits))


def _clearest(scored: Sequence[tuple[float, Result]]) -> list[Result]:
    """The results with the highest scores, the best first."""
    return [result for _, result in sorted(scored, key=lambda pair: -pair[0])[:MAX_RESULTS]]


# -- merge -------------------------------------------------------------------------------------------------------------


def _candidate_pairs(vectors: Floats, rows_of: Mapping[str, Rows]) -> list[tuple[str, str]]:
    """Each category with those whose means are nearest or that share videos with it: pairs of ids, the smaller category first."""
    keys = list(rows_of)
    if len(keys) < 2:
        return []
    means = np.stack([vectors[rows_of[key]].mean(axis=0) for key in keys])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    closeness = means @ means.T
    for i, first in enumerate(keys):
        for j, second in enumerate(keys):
            shared = len(np.intersect1d(rows_of[first], rows_of[second]))
            closeness[i, j] += shared / min(len(rows_of[first]), len(rows_of[second]))
    np.fill_diagonal(closeness, -np.inf)
    nearest = np.argsort(-closeness, axis=1, kind="stable")[:, : min(NEAREST_CATEGORIES, len(keys) - 1)]

    def by_size(category: int) -> tuple[int, int]:
        """The number of videos in a category, then its index, so that equal sizes have an order."""
        return len(rows_of[keys[category]]), category

    pairs = {tuple(sorted((i, int(j)), key=by_size)) for i in range(len(keys)) for j in nearest[i]}
    return [(keys[i], keys[j]) for i, j in sorted(pairs)]


def _merge(
    vectors: Floats, rows_of: Mapping[str, Rows], names: Mapping[str, str], smaller: str, larger: str
) -> tuple[float, Merge | None]:
    """How clearly two categories are one, and the merge, None where they are not. Titles with different numbers are a series."""
    if _NUMBER.findall(names[smaller]) != _NUMBER.findall(names[larger]):
        return 0.0, None
    shared = len(np.intersect1d(rows_of[smaller], rows_of[larger]))
    overlap = shared / len(rows_of[smaller])
    mixed, similar_share = mixing(vectors, rows_of[smaller], rows_of[larger])
    if overlap < MIN_OVERLAP and mixed < MIN_MIXING:
        return 0.0, None
    return max(mixed, overlap + MIN_OVERLAP), Merge(smaller, larger, shared, max(similar_share, overlap))


def mixing(vectors: Floats, first: Rows, second: Rows) -> tuple[float, float]:
    """How mixed two sets of rows are, and the share of the first whose nearest neighbours are mostly of the second.

    For each set, the share of its nearest neighbours that are of the other set, divided by what chance would give; mixing
    is the lower of the two: 1 where neighbours are as if dealt by chance, 0 where each set has only neighbours of its own.
    Rows in both sets are left out.
    """
    first_only, second_only = _sample(np.setdiff1d(first, second)), _sample(np.setdiff1d(second, first))
    if min(len(first_only), len(second_only)) < 2:
        return 0.0, 0.0
    both = vectors[np.concatenate([first_only, second_only])]
    cosines = both @ both.T
    np.fill_diagonal(cosines, -np.inf)
    k = min(NEIGHBOURS, len(first_only) - 1, len(second_only) - 1) or 1
    nearest = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
    in_second = nearest >= len(first_only)
    foreign_to_first, foreign_to_second = in_second[: len(first_only)], ~in_second[len(first_only) :]
    candidates = len(both) - 1
    sides = (
        foreign_to_first.mean() * candidates / len(second_only),
        foreign_to_second.mean() * candidates / len(first_only),
    )
    return float(min(sides)), float((foreign_to_first.mean(axis=1) >= 0.5).mean())


def _sample(rows: Rows, most: int = MAX_ROWS) -> Rows:
    """All rows, or `most` of them drawn with a fixed seed, in order."""
    return rows if len(rows) <= most else np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


# -- split -------------------------------------------------------------------------------------------------------------


def _two_parts(vectors: Floats, rows: Rows) -> tuple[float, tuple[Rows, Rows] | None]:
    """The silhouette of the two parts of a category by k-means, and their rows, the larger first; None where not separate."""
    if len(rows) < 2 * MIN_PART:
        return 0.0, None
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    sample = _sample(rows)
    kmeans = KMeans(2, n_init=5, random_state=0).fit(vectors[sample])
    in_second = kmeans.labels_ == 1
    if not _balanced(in_second) or _neighbour_purity(vectors[sample], in_second) < MIN_PURITY:
        return 0.0, None
    silhouette = float(silhouette_score(vectors[sample], in_second, metric="cosine"))
    all_in_second = kmeans.predict(vectors[rows]) == 1
    if silhouette < MIN_SILHOUETTE or not _balanced(all_in_second):
        return 0.0, None
    larger, smaller = sorted((rows[~all_in_second], rows[all_in_second]), key=len, reverse=True)
    return silhouette, (larger, smaller)


def _balanced(in_second: Mask) -> bool:
    """Whether both parts are large enough to be a category."""
    smaller = min(int(in_second.sum()), int((~in_second).sum()))
    return smaller >= max(MIN_PART, MIN_PART_SHARE * len(in_second))


def _neighbour_purity(vectors: Floats, in_second: Mask) -> float:
    """The mean share of a row's nearest neighbours that are of its own part, in the part where that is lower."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argpartition(-cosines, PURITY_NEIGHBOURS - 1, axis=1)[:, :PURITY_NEIGHBOURS]
    same_part = in_second[nearest] == in_second[:, None]
    return float(min(same_part[in_second].mean(), same_part[~in_second].mean()))


def _part_names(
    columns: Mapping[str, Sequence[str]], rows_of: Mapping[str, Rows], parts: tuple[Rows, Rows]
) -> tuple[str, str]:
    """Names for the two parts, by the words that distinguish them from each other and from the other categories."""
    labels = np.full(len(columns["titles"]), NOISE, dtype=np.int64)
    for label, rows in enumerate([*(_sample(rows, MAX_ROWS_FOR_NAMES) for rows in rows_of.values()), *parts]):
        labels[rows] = label
    labelled = np.flatnonzero(labels != NOISE)
    titles, texts, channels = (
        [columns[name][int(row)] for row in labelled] for name in ("titles", "texts", "channels")
    )
    names = {topic.topic: topic.name for topic in name_levels(titles, texts, channels, labels[labelled][:, None])}
    return names[len(rows_of)], names[len(rows_of) + 1]


def _as_tuple(rows: Rows) -> tuple[int, ...]:
    return tuple(int(row) for row in rows)
