"""Duplicates: pairs of videos that most likely show the same under two ids: one recording uploaded twice, or one event recorded twice.

Similarity alone proves nothing: at a cosine of .95 stand "Pre-fight" and "Post-fight press conference", and "Part 2" is as
similar to "Part 3" as can be. So the two must also have nearly the same length and the same numbers in their titles.
Nothing is merged here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lib.derived import Floats
from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.tokens import tokenize
from lib.models import Progress, silent

SAME_COSINE = 0.98
"""From this cosine on, the texts of two videos mean the same. Chosen by hand."""
RELATED_COSINE = 0.75
"""From this cosine on, two videos of the same length to the second are compared by their titles. Chosen by hand."""
TOLERANCE_SHARE, MIN_TOLERANCE, MAX_TOLERANCE = 0.03, 10.0, 60.0
"""How much the lengths of two recordings of one event may differ: a share of the longer one, within these bounds in seconds.

The ends are cut differently, or the event took place again. Chosen by hand.
"""
SAME_LENGTH_SECONDS = 2.0
"""Up to this difference two lengths are the same to the second: rounding, or one more title card. Chosen by hand."""
MIN_DISTINCTIVE_WORDS = 3
"""A title with fewer distinctive words, such as "Lightning talks", is given to many different videos. Chosen by hand."""
MAX_SAME_TITLE = 12
"""A title that more videos have names a series. Chosen by hand."""
BLOCK = 1024
"""Rows compared at a time, so that the similarities of a block and not of all pairs are in memory."""

_NUMBER = re.compile(r"\d+")
_SERIES = """i ii iii iv v vi vii viii ix x one two three four five six seven eight nine ten first second third fourth fifth
pre post beginner beginners intermediate advanced morning afternoon evening am pm monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"""
_SERIES_WORDS = frozenset(_SERIES.split())
"""Words that distinguish one video of a series from another, as its number does."""


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two rows that most likely show the same, `first` < `second`; `reason` is what they share, for people."""

    first: int
    second: int
    reason: str


def find_duplicates(
    titles: Sequence[str], vectors: Floats, seconds: Sequence[float | None], progress: Progress = silent
) -> list[DuplicatePair]:
    """Pairs of rows, the most certain first.

    `titles`, the rows of `vectors` (n, d) of unit length and `seconds` are parallel. Where a length is not known, as of a
    dead video, only the same title with enough distinctive words makes a pair. Raises whatever `progress` raises.
    """
    parsed = [_Title(tokenize(title)) for title in titles]
    lengths = np.array([np.nan if length is None else length for length in seconds], dtype=np.float64)
    matches: dict[tuple[int, int], tuple[float, str]] = {}

    def compare(pairs: Iterable[tuple[int, int]]) -> None:
        """Keep the duplicates among the candidates: of 3,000 shorts of one length there are millions of candidates."""
        for i, j in pairs:
            rank, reason = _compare(parsed[i], parsed[j], lengths[i], lengths[j], float(vectors[i] @ vectors[j]))
            if reason:
                matches[i, j] = rank, reason

    compare(_pairs_with_same_title(parsed))
    for start in range(0, len(parsed), BLOCK):
        progress(start, len(parsed), "Looking for repeats")
        compare(_similar_pairs(vectors, lengths, start))
    ranked = sorted((match, pair) for pair, match in matches.items())
    return [DuplicatePair(i, j, reason) for (_, reason), (i, j) in ranked]


class _Title:
    """A title as it is compared.

    `words`: its words in order. `distinctive`: those that are neither stop words nor numbers nor `_SERIES_WORDS`.
    `numbers`: its numbers without leading zeros, and its series words, with how often each stands in it.
    """

    def __init__(self, title_words: Sequence[str]) -> None:
        self.words = tuple(title_words)
        self.distinctive = frozenset(
            word for word in title_words if word not in STOP_WORDS | _SERIES_WORDS and not _NUMBER.search(word)
        )
        digits = [number.lstrip("0") for number in _NUMBER.findall(" ".join(title_words))]
        self.numbers = Counter(digits + [word for word in title_words if word in _SERIES_WORDS])


def _pairs_with_same_title(titles: Sequence[_Title]) -> Iterator[tuple[int, int]]:
    """Pairs of rows with the very same title, of titles that few videos have."""
    by_title: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, title in enumerate(titles):
        by_title[title.words].append(row)
    for title_words, rows in by_title.items():
        if title_words and len(rows) <= MAX_SAME_TITLE:
            yield from combinations(rows, 2)


def _similar_pairs(vectors: Floats, lengths: NDArray[np.float64], start: int) -> Iterator[tuple[int, int]]:
    """Pairs of the rows of one block with later rows: with the same meaning, or related and as long to the second."""
    cosines = vectors[start : start + BLOCK] @ vectors[start:].T
    gap = np.abs(lengths[start : start + BLOCK, None] - lengths[None, start:])
    rows, columns = np.nonzero((cosines >= SAME_COSINE) | ((cosines >= RELATED_COSINE) & (gap <= SAME_LENGTH_SECONDS)))
    yield from ((start + int(i), start + int(j)) for i, j in zip(rows, columns, strict=True) if i < j)


def _compare(first: _Title, second: _Title, length: float, second_length: float, cosine: float) -> tuple[float, str]:
    """The rank of a pair in the list, low first, and what it shares; the reason is "" where it is no duplicate.

    Lengths are in seconds, nan where not known.
    """
    gap = abs(length - second_length)
    if first.numbers != second.numbers or not _lengths_agree(gap, length, second_length):
        return 0.0, ""
    distinctive = min(len(first.distinctive), len(second.distinctive)) >= MIN_DISTINCTIVE_WORDS
    same_length, same_meaning = gap <= SAME_LENGTH_SECONDS, cosine >= SAME_COSINE
    if first.words == second.words and np.isnan(gap):
        return 2.0, "The same title; the length of one is not known." if distinctive else ""
    if first.words == second.words and (distinctive or (same_length and same_meaning and first.distinctive)):
        return gap / 1e6, f"The same title, {_length_reason(gap)}."
    if same_length and distinctive and _contains(first, second):
        return 0.5 + gap / 1e6, f"One title holds the other, {_length_reason(gap)}."
    if same_meaning and gap >= 0 and first.distinctive and first.distinctive == second.distinctive:
        return 1.0 + gap / 1e6, f"Much the same words, {_length_reason(gap)}."
    return 0.0, ""


def _lengths_agree(gap: float, length: float, second_length: float) -> bool:
    """Whether the lengths allow that both show the same; a length that is not known (nan) allows it."""
    tolerance = min(MAX_TOLERANCE, max(MIN_TOLERANCE, TOLERANCE_SHARE * max(length, second_length)))
    return bool(np.isnan(gap)) or gap <= tolerance


def _contains(first: _Title, second: _Title) -> bool:
    """Whether one title is a part of the other, as it is without the name of the event."""
    shorter, longer = sorted((f" {' '.join(title.words)} " for title in (first, second)), key=len)
    return shorter in longer


def _length_reason(gap: float) -> str:
    """What the lengths tell, for people. Of 56 pairs with the same title that were looked at, none showed another event."""
    if gap > SAME_LENGTH_SECONDS:
        return f"{round(gap)} s apart in length: perhaps it was given twice"
    return "as long to the second: most likely one recording"
