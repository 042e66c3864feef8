"""Find videos by what they mean and by the words they use, over everything, exactly.

The cosine of meaning and the share of the words are laid together on one scale (a convex combination, which Bruch, Gai and
Ingber 2023 find better than fusing ranks). The share counts by its square: a video that has most of the words is the one
that was meant, and one that has a few of them by chance says less than its meaning does. No index of neighbours: 20,000
cosines take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.ml.search.bm25 import Floats, Mask, WordIndex
from lib.ml.search.query import Query, parse_query

MEANING = 0.3
"""What meaning counts, the words the rest; measured on descriptions asked of titles, and on titles half remembered."""
LEAST_COSINE = 0.15


def rank(
    query: str,
    query_vector: NDArray[np.float32],
    vectors: NDArray[np.float32],
    texts: Sequence[str],
    titles: Sequence[str],
    limit: int,
    among: Mask | None = None,
) -> list[tuple[int, float]]:
    """The best rows for a query, best first, with scores between 0 and 1; nothing for a query that asks for no word.

    `vectors` (n, d) and `query_vector` (d,) are of unit length, or zero where nothing is known; `texts` and `titles` are
    parallel to the rows. Only rows `among` (n,) are looked at, all by default. The last word may be unfinished: "guit" finds guitar. The
    index of words is kept for as long as the same two sequences are passed, so pass tuples or lists that never change.
    """
    asked = parse_query(query)
    if not asked.words or not len(texts) or limit < 1:
        return []
    index = _word_index(_Kept(texts), _Kept(titles))
    scores = _scores(asked, vectors @ query_vector, index)
    scores[~_allowed(asked, index, among)] = 0.0
    best = np.argsort(-scores, kind="stable")[:limit]
    return [(int(row), float(scores[row])) for row in best if scores[row] > 0]


def allowed(query: str, texts: Sequence[str], titles: Sequence[str]) -> Mask:
    """The rows that hold every phrase of a query and nothing that it excludes: (n,)."""
    return _allowed(parse_query(query), _word_index(_Kept(texts), _Kept(titles)), None)


def _scores(asked: Query, cosines: Floats, index: WordIndex) -> NDArray[np.float64]:
    """Between 0 and 1, and 1 for the very title; the root, so that all of the words read as all of it."""
    shares = index.shares(asked.words, unfinished=asked.unfinished)
    near = np.where((cosines >= LEAST_COSINE) | (shares > 0), np.clip(cosines, 0.0, 1.0), 0.0)
    scores = np.sqrt(MEANING * near + (1.0 - MEANING) * shares.astype(np.float64) ** 2)
    scores = np.minimum(scores, 0.999)
    scores[index.titled(asked.words)] = 1.0
    return np.asarray(scores)


def _allowed(asked: Query, index: WordIndex, among: Mask | None) -> Mask:
    mask = np.ones(index.size, dtype=bool) if among is None else among.copy()
    for phrase in asked.phrases:
        mask &= index.holding(phrase)
    for phrase in asked.excluded:
        mask &= ~index.holding(phrase)
    return mask


class _Kept:
    """A sequence as a cache key: the same object is the same key, so that nothing of 20,000 texts is hashed on a search."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.values is other.values


@lru_cache(maxsize=2)
def _word_index(texts: _Kept, titles: _Kept) -> WordIndex:
    return WordIndex(texts.values, titles.values)
