"""BM25 over titles and texts, tolerant of word endings and typing errors.

The result is a share of the query's words: 1 would be each word of the query, all in the title. So one common word of five
counts for little, however few videos hold it, and the share can be combined with a cosine.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from lib.derived import Floats, Mask, Rows
from lib.ml.text.stems import stem
from lib.ml.text.tokens import tokenize

TITLE_WEIGHT = 3
"""How often a word of the title counts, beside what it counts in the text. Chosen by hand."""
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""k1 and b of BM25; half of the usual b, because titles and tags make a text long without making it vague. Chosen by hand."""
SAME_STEM, TYPING_ERROR, COMPLETION = 0.85, 0.9, 0.5
"""What a word of the same stem counts, one that differs by a typing error, and one that the last word of the query begins.
Chosen with `tests/quality/search.py` on khan, pyvideo and sample; the first of .7, .8, .85 and .9, all three kinds of query together."""
ONE_ERROR, TWO_ERRORS = 4, 8
"""From how many letters on a word may have one typing error, and two. Chosen by hand."""
FEWEST_LETTERS = 2
"""Letters of an unfinished word that is completed: a single letter begins a tenth of all words."""
_STEM_PREFIX = 2
"""Letters that words of one stem have in common. Snowball changes an ending "y" to "i" from the third letter on."""
_LAST_CHARACTER = "\U0010ffff"


class WordIndex:
    """An inverted index of n texts and their titles, with weights after Robertson and Zaragoza 2009.

    Attributes:
        size: n.
        lines: the tokens of each text, joined and framed by spaces, to look for phrases in.
        titles: the tokens of each title, joined by spaces.
        vocabulary: all tokens of texts and titles, sorted.
    """

    def __init__(self, texts: Sequence[str], titles: Sequence[str]) -> None:
        """Index both, which are parallel. Twenty thousand texts take a second or two."""
        documents = [(tokenize(text), tokenize(title)) for text, title in zip(texts, titles, strict=True)]
        self.size = len(documents)
        self.lines = [f" {' '.join(text)} " for text, _ in documents]
        self.titles = [" ".join(title) for _, title in documents]
        self.vocabulary = sorted({word for text, title in documents for word in (*text, *title)})
        self._number = {word: number for number, word in enumerate(self.vocabulary)}
        self._starts, self._rows, self._weights = self._postings(documents)

    def shares(self, query: Sequence[str], *, unfinished: bool = False) -> Floats:
        """The share of the query's words that each row has, between 0 and 1: (n,). The last word may be `unfinished`."""
        weights, total = np.zeros(self.size, dtype=np.float32), 0.0
        for position, word in enumerate(query):
            is_prefix = unfinished and position == len(query) - 1
            word_weights, rarity = self._weigh(word, prefix=is_prefix)
            weights += word_weights
            total += rarity
        return weights / np.float32(total) if total else weights

    def holding(self, phrase: Sequence[str]) -> Mask:
        """Which rows hold these words side by side: (n,)."""
        wanted = f" {' '.join(phrase)} "
        return np.array([wanted in line for line in self.lines], dtype=bool)

    def titled(self, query: Sequence[str]) -> Mask:
        """Which rows have exactly these words as their title: (n,)."""
        wanted = " ".join(query)
        return np.array([wanted == title for title in self.titles], dtype=bool)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _postings(self, documents: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[Rows, Rows, Floats]:
        """The rows of each word and their weights between 0 and 1; those of word w are at starts[w] : starts[w + 1]."""
        weighted = [text + title * (TITLE_WEIGHT - 1) for text, title in documents]
        lengths = np.array([len(document) for document in weighted], dtype=np.intp)
        tokens = (self._number[word] for document in weighted for word in document)
        numbers = np.fromiter(tokens, np.intp, int(lengths.sum()))
        keys = numbers * self.size + np.repeat(np.arange(self.size), lengths)
        pairs, times = np.unique(keys, return_counts=True)
        rows = pairs % max(self.size, 1)
        mean = max(float(lengths.mean()) if self.size else 0.0, 1.0)
        damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[rows] / mean)
        starts = np.searchsorted(pairs // max(self.size, 1), np.arange(len(self.vocabulary) + 1))
        return starts, rows, np.asarray(times / (times + damping), dtype=np.float32)

    def _weigh(self, word: str, *, prefix: bool) -> tuple[Floats, float]:
        """The weight of a word in each row (n,), and its inverse document frequency. Of several forms the best counts."""
        best, rarest = np.zeros(self.size, dtype=np.float32), 0.0
        for form, factor in self._forms(word, prefix=prefix):
            number = self._number[form]
            span = slice(self._starts[number], self._starts[number + 1])
            rarity = self._rarity(span.stop - span.start)
            rarest = max(rarest, rarity)
            rows = self._rows[span]
            best[rows] = np.maximum(best[rows], self._weights[span] * np.float32(factor * rarity))
        return best, rarest or self._rarity(0)

    def _rarity(self, holders: int) -> float:
        """The inverse document frequency of a word that so many rows hold."""
        return math.log1p((self.size - holders + 0.5) / (holders + 0.5))

    def _forms(self, word: str, *, prefix: bool) -> Iterator[tuple[str, float]]:
        """The words of the vocabulary that may be meant, each with its factor."""
        known = word in self._number
        if known:
            yield word, 1.0
        yield from ((form, SAME_STEM) for form in self._same_stem(word) if form != word)
        completions = self._starting_with(word) if prefix and len(word) >= FEWEST_LETTERS else []
        yield from ((form, COMPLETION) for form in completions if form != word)
        if not known and not completions:
            yield from ((form, TYPING_ERROR) for form in self._misspelt(word))

    def _starting_with(self, prefix: str) -> list[str]:
        start = bisect_left(self.vocabulary, prefix)
        return self.vocabulary[start : bisect_left(self.vocabulary, prefix + _LAST_CHARACTER)]

    def _same_stem(self, word: str) -> list[str]:
        """The words of the vocabulary with the stem of a word. Only words that begin alike are stemmed, which is slow."""
        if len(word) <= _STEM_PREFIX:
            return []
        third = "iy" if word[_STEM_PREFIX] in "iy" else word[_STEM_PREFIX]
        begins = (form for letter in third for form in self._starting_with(word[:_STEM_PREFIX] + letter))
        wanted = stem(word)
        return [form for form in begins if stem(form) == wanted]

    def _misspelt(self, word: str) -> list[str]:
        """Words with the same first letter that are one typing error away, or two where the word is long.

        An error is a letter more, less or other, or two neighbours exchanged (optimal string alignment, Damerau 1964).
        """
        most = (len(word) >= ONE_ERROR) + (len(word) >= TWO_ERRORS)
        if not most:
            return []
        candidates = self._starting_with(word[0])
        matches = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=most, limit=None)
        return [form for form, _, _ in matches]
