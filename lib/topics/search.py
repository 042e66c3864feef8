"""Find videos by what they mean and by the words they use, over everything, exactly.

Two rankings are merged by reciprocal rank fusion (Cormack, Clarke, Büttcher 2009), which needs no common scale. No index
of neighbours: 20,000 cosines take a few milliseconds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FUSION = 60
"""The constant of reciprocal rank fusion, as its authors set it."""
DEPTH = 200
"""How far down each ranking counts."""
TITLE_WEIGHT = 3.0
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""k1 and b of BM25; half of the usual b, because titles and tags make a text long without making it vague."""
LEAST_COSINE = 0.15

_WORD = re.compile(r"\w+")


def rank(
    query: str,
    query_vector: NDArray[np.float32],
    vectors: NDArray[np.float32],
    texts: Sequence[str],
    titles: Sequence[str],
    limit: int,
) -> list[tuple[int, float]]:
    """The best rows for a query, best first, with scores between 0 and 1; nothing for an empty query.

    `vectors` (n, d) and `query_vector` (d,) are of unit length; `texts` and `titles` are parallel to the rows. The last
    word may be unfinished: "guit" finds guitar. The index of words is kept for as long as the same two sequences are passed, so pass
    tuples or lists that never change.
    """
    if not query.strip() or not len(texts) or limit < 1:
        return []
    by_meaning = _meaning(query_vector, vectors)
    by_words = _word_index(_Kept(texts), _Kept(titles)).rank(query)
    fused: dict[int, float] = {}
    for ranking in (by_meaning, by_words):
        for place, row in enumerate(ranking):
            fused[row] = fused.get(row, 0.0) + (FUSION + 1) / (FUSION + 1 + place) / 2
    return sorted(fused.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]


def _meaning(query_vector: NDArray[np.float32], vectors: NDArray[np.float32]) -> list[int]:
    cosines = vectors @ query_vector
    best = np.argsort(-cosines, kind="stable")[:DEPTH]
    return [int(row) for row in best if cosines[row] >= LEAST_COSINE]


class _Kept:
    """A sequence as a cache key: the same object is the same key, so that nothing of 20,000 texts is hashed on a search."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.values is other.values


class _WordIndex:
    """Which rows hold which word, with BM25 weights (Robertson and Zaragoza 2009); a title's words count three times."""

    def __init__(self, texts: Sequence[str], titles: Sequence[str]) -> None:
        counts = [_counted(text, title) for text, title in zip(texts, titles, strict=True)]
        lengths = [sum(count.values()) for count in counts]
        mean = max(sum(lengths) / max(len(lengths), 1), 1.0)
        self.rows: dict[str, list[tuple[int, float]]] = {}
        for row, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean)
            for word, times in count.items():
                self.rows.setdefault(word, []).append((row, times * (SATURATION + 1) / (times + damping)))
        self.size = len(counts)
        self.vocabulary = sorted(self.rows)

    def rank(self, query: str) -> list[int]:
        """Rows that hold words of the query, best first; the last word also matches as the beginning of a word."""
        words = _words(query)
        scores: dict[int, float] = {}
        for position, word in enumerate(words):
            last = position == len(words) - 1
            for row, weight in self._matches(word, prefix=last and not query[-1].isspace()).items():
                scores[row] = scores.get(row, 0.0) + weight
        return [row for row, _ in sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:DEPTH]]

    def _matches(self, word: str, prefix: bool) -> dict[int, float]:
        """Weight of each row for one word of the query. Of several completions a row counts its best; the whole word weighs double."""
        best: dict[int, float] = {}
        for found in self._completions(word) if prefix else [word]:
            holders = self.rows.get(found, [])
            rarity = math.log1p((self.size - len(holders) + 0.5) / (len(holders) + 0.5)) * (
                1.0 if found == word else 0.5
            )
            for row, weight in holders:
                best[row] = max(best.get(row, 0.0), weight * rarity)
        return best

    def _completions(self, word: str) -> list[str]:
        start = bisect_left(self.vocabulary, word)
        return self.vocabulary[start : bisect_left(self.vocabulary, word + "\U0010ffff")]


@lru_cache(maxsize=2)
def _word_index(texts: _Kept, titles: _Kept) -> _WordIndex:
    return _WordIndex(texts.values, titles.values)


def _counted(text: str, title: str) -> dict[str, float]:
    counts: dict[str, float] = dict(Counter(_words(text)))
    for word in _words(title):
        counts[word] = counts.get(word, 0.0) + TITLE_WEIGHT - 1.0
    return counts


def _words(text: str) -> list[str]:
    """Lower case without accents, so that "Beyonce" finds Beyoncé."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter)))
