"""Rank videos for a query by meaning and by words: exact, over the whole library.

The cosine of the embeddings and the share of the words are combined on one scale (a convex combination, which Bruch, Gai and
Ingber 2023 find better than fusing ranks). The share counts by its square: a video that has most of the words is the one
that was meant, and one that has a few of them by chance says less than its meaning does. There is no approximate index:
20,000 cosines take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.derived import Floats, Mask
from lib.ml.search.bm25 import WordIndex
from lib.ml.search.query import Query, parse_query

MEANING = 0.3
"""The weight of the cosine; the words have the rest. Chosen with `tests/quality/search.py` on khan, pyvideo and sample: words of
descriptions searched in titles, and titles half remembered."""
LEAST_COSINE = 0.15
"""The least cosine of a hit that has none of the words. Chosen by hand."""
MOST_SCORE = 0.999
"""The highest score of a hit that is not the very title."""


def rank(
    query: str,
    query_vector: NDArray[np.float32],
    vectors: NDArray[np.float32],
    texts: Sequence[str],
    titles: Sequence[str],
    limit: int,
    among: Mask | None = None,
) -> list[tuple[int, float]]:
    """The best rows for a query, best first, with scores between 0 and 1; none for a query without a word.

    `vectors` (n, d) and `query_vector` (d,) are of unit length, or zero where they are not known; `texts` and `titles` (n)
    are parallel to the rows. Only rows of the mask `among` (n,) are ranked, all by default. The last word may be unfinished:
    "guit" finds guitar. The word index is kept for as long as the same two sequences are passed, so pass tuples or lists that
    never change.
    """
    parsed = parse_query(query)
    if not parsed.words or not len(texts) or limit < 1:
        return []
    index = _word_index(_Identity(texts), _Identity(titles))
    scores = _scores(parsed, vectors @ query_vector, index)
    scores[~_matches(parsed, index, among)] = 0.0
    best = np.argsort(-scores, kind="stable")[:limit]
    return [(int(row), float(scores[row])) for row in best if scores[row] > 0]


def matches(query: str, texts: Sequence[str], titles: Sequence[str]) -> Mask:
    """The rows that hold every phrase of a query and nothing that it excludes: (n,)."""
    return _matches(parse_query(query), _word_index(_Identity(texts), _Identity(titles)), None)


def _scores(query: Query, cosines: Floats, index: WordIndex) -> NDArray[np.float64]:
    """The score of each row (n,), between 0 and 1, and 1 for the very title.

    The square root makes up for the squared share: a row with half of the words, and no likeness, has about half the score.
    """
    shares = index.shares(query.words, unfinished=query.unfinished)
    likeness = np.where((cosines >= LEAST_COSINE) | (shares > 0), np.clip(cosines, 0.0, 1.0), 0.0)
    scores = np.sqrt(MEANING * likeness + (1.0 - MEANING) * shares.astype(np.float64) ** 2)
    scores = np.minimum(scores, MOST_SCORE)
    scores[index.titled(query.words)] = 1.0
    return np.asarray(scores)


def _matches(query: Query, index: WordIndex, among: Mask | None) -> Mask:
    mask = np.ones(index.size, dtype=bool) if among is None else among.copy()
    for phrase in query.phrases:
        mask &= index.holding(phrase)
    for phrase in query.excluded:
        mask &= ~index.holding(phrase)
    return mask


class _Identity:
    """A sequence as a cache key, compared by identity, so that a search hashes none of 20,000 texts."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, candidate: object) -> bool:
        return isinstance(candidate, _Identity) and self.values is candidate.values


@lru_cache(maxsize=2)
def _word_index(texts: _Identity, titles: _Identity) -> WordIndex:
    return WordIndex(texts.values, titles.values)
