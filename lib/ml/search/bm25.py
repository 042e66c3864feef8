"""Which videos hold which words, by weights of BM25, forgiving about endings and slips of the finger.

What a video has of the words is told as a share: 1 would be each word of the query, all in the title. So one common word
of five counts for little, however few videos hold it, and the share can be laid beside a cosine.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lib.ml.text.tokens import UNSPACED

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

TITLE_WEIGHT = 3
"""How often a word of the title counts, beside what it counts in the text."""
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""k1 and b of BM25; half of the usual b, because titles and tags make a text long without making it vague."""
SAME_STEM, SLIP, COMPLETION = 0.9, 0.9, 0.5
"""What another form of a word counts, a word that is a slip away, and one that the last word of the query begins."""
ONE_SLIP, TWO_SLIPS = 4, 8
"""From how many letters on a word may be one slip away from what was meant, and two."""
FEWEST_LETTERS = 2
"""A single letter begins a tenth of all words, and says nothing."""

_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_ENDING = re.compile(r"(?<=\w{3})(?:ies|ing|ed|es|s|y|e)$")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class WordIndex:
    """An index of n texts and their titles; weights after Robertson and Zaragoza 2009."""

    def __init__(self, texts: Sequence[str], titles: Sequence[str]) -> None:
        """Read both, which are parallel. Twenty thousand texts take a second or two."""
        read = [(words(text), words(title)) for text, title in zip(texts, titles, strict=True)]
        self.size = len(read)
        self.lines = [f" {' '.join(text)} " for text, _ in read]
        self.titles = [" ".join(title) for _, title in read]
        self.vocabulary = sorted({word for pair in read for part in pair for word in part})
        self._number = {word: number for number, word in enumerate(self.vocabulary)}
        self._starts, self._rows, self._weights = self._postings(read)
        self._families: dict[str, list[str]] = {}
        for word in self.vocabulary:
            self._families.setdefault(_stem(word), []).append(word)
        spelt = np.array([_spelling(word) for word in self.vocabulary], dtype=np.int16)
        self._spelt: NDArray[np.int16] = spelt.reshape(-1, len(_LETTERS) + 1)

    def shares(self, query: Sequence[str], *, unfinished: bool = False) -> Floats:
        """What each row has of the words of the query, between 0 and 1: (n,). The last word may be `unfinished`."""
        found, asked = np.zeros(self.size, dtype=np.float32), 0.0
        for position, word in enumerate(query):
            last = unfinished and position == len(query) - 1
            weights, rarity = self._weigh(word, prefix=last)
            found += weights
            asked += rarity
        return found / np.float32(asked) if asked else found

    def holding(self, phrase: Sequence[str]) -> Mask:
        """Which rows hold these words side by side: (n,)."""
        wanted = f" {' '.join(phrase)} "
        return np.array([wanted in line for line in self.lines], dtype=bool)

    def titled(self, query: Sequence[str]) -> Mask:
        """Which rows have just these words as their title: (n,)."""
        wanted = " ".join(query)
        return np.array([wanted == title for title in self.titles], dtype=bool)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _postings(self, read: Sequence[tuple[list[str], list[str]]]) -> tuple[Rows, Rows, Floats]:
        """By word its rows and weights between 0 and 1; those of word w are at starts[w] : starts[w + 1]."""
        spent = [[*text, *(title * (TITLE_WEIGHT - 1))] for text, title in read]
        lengths = np.array([len(one) for one in spent], dtype=np.intp)
        numbers = np.fromiter((self._number[word] for one in spent for word in one), np.intp, int(lengths.sum()))
        keys = numbers * self.size + np.repeat(np.arange(self.size), lengths)
        held, times = np.unique(keys, return_counts=True)
        rows = held % max(self.size, 1)
        mean = max(float(lengths.mean()) if self.size else 0.0, 1.0)
        damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[rows] / mean)
        starts = np.searchsorted(held // max(self.size, 1), np.arange(len(self.vocabulary) + 1))
        return starts, rows, np.asarray(times / (times + damping), dtype=np.float32)

    def _weigh(self, word: str, *, prefix: bool) -> tuple[Floats, float]:
        """What each row has of one word, and how rare the word is. Of several forms a row counts its best."""
        best, rarest = np.zeros(self.size, dtype=np.float32), 0.0
        for other, worth in self._forms(word, prefix=prefix):
            number = self._number[other]
            span = slice(self._starts[number], self._starts[number + 1])
            rarity = self._rarity(span.stop - span.start)
            rarest = max(rarest, rarity)
            rows = self._rows[span]
            best[rows] = np.maximum(best[rows], self._weights[span] * np.float32(worth * rarity))
        return best, rarest or self._rarity(0)

    def _rarity(self, holders: int) -> float:
        return math.log1p((self.size - holders + 0.5) / (holders + 0.5))

    def _forms(self, word: str, *, prefix: bool) -> Iterator[tuple[str, float]]:
        """The words of the vocabulary that may be meant, and what each counts."""
        known = word in self._number
        if known:
            yield word, 1.0
        others = [one for one in self._families.get(_stem(word), ()) if one != word]
        yield from ((one, SAME_STEM) for one in others)
        completions = self._completions(word) if prefix and len(word) >= FEWEST_LETTERS else []
        yield from ((one, COMPLETION) for one in completions if one != word)
        if not known and not completions:
            yield from ((one, SLIP) for one in self._slips(word))

    def _completions(self, word: str) -> list[str]:
        start = bisect_left(self.vocabulary, word)
        return self.vocabulary[start : bisect_left(self.vocabulary, word + "\U0010ffff")]

    def _slips(self, word: str) -> Iterator[str]:
        """Words that begin alike and are one slip away, in long words two: a letter more, less or other, or two swapped."""
        most = (len(word) >= ONE_SLIP) + (len(word) >= TWO_SLIPS)
        if not most:
            return
        near = abs(self._spelt - np.array(_spelling(word), dtype=np.int16)).sum(axis=1) <= 2 * most
        for number in np.flatnonzero(near):
            other = self.vocabulary[number]
            if other[0] == word[0] and distance(word, other, most) <= most:
                yield other


def words(text: str) -> list[str]:
    """Its words in lower case without accents, so that "Beyonce" finds Beyoncé.

    Of a script without spaces each letter is one.
    """
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _WORD.findall(folded)


def distance(one: str, other: str, most: int) -> int:
    """How many slips lie between two words (Damerau 1964, optimal string alignment); any number above `most` means more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and wanted == one[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _stem(word: str) -> str:
    """The word without its ending: rough, and enough to see that "integrals" and "integral" are one."""
    return _ENDING.sub("", word)


def _spelling(word: str) -> list[int]:
    """How often it has each letter, and how many other signs."""
    counts = [word.count(letter) for letter in _LETTERS]
    return [*counts, len(word) - sum(counts)]
