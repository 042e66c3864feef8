"""Find the same talk under two ids: uploaded twice, or given and recorded twice. Arrays in, pairs out, and nothing is merged.

Likeness alone is no proof: at a cosine of .95 "Pre-fight" and "Post-fight press conference" are one already, and "Part 2" is
as like "Part 3" as can be. So a pair must also last as long, and bear the same numbers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lib.ml.search.bm25 import words
from lib.ml.text.video_text import STOP_WORDS
from lib.models import Progress, silent

Floats = NDArray[np.float32]

SAME_MEANING = 0.98
AKIN = 0.75
"""From this cosine on, two titles of which one says all of the other's words are worth a look at their lengths."""
TOLERANCE_SHARE, LEAST_TOLERANCE, MOST_TOLERANCE = 0.03, 10.0, 60.0
"""How much two of one talk may differ in length, in seconds: the ends are cut otherwise, or it was given again."""
TO_THE_SECOND = 2.0
TELLING_WORDS = 3
"""A title of fewer telling words, such as "Lightning talks", is given to many different videos."""
MOST_ALIKE = 12
"""A title that more videos bear names a series."""
BLOCK = 1024

_NUMBER = re.compile(r"\d+")
_SERIES = """i ii iii iv v vi vii viii ix x one two three four five six seven eight nine ten first second third fourth fifth
pre post beginner beginners intermediate advanced morning afternoon evening am pm monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"""
_COUNTING = frozenset(_SERIES.split())
"""Words that tell one of a series from another, as its number does."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two rows that are most likely one talk; `reason` says what they share, for people."""

    one: int
    other: int
    reason: str


def find_twins(
    titles: Sequence[str], vectors: Floats, seconds: Sequence[float | None], progress: Progress = silent
) -> list[Twins]:
    """Pairs of rows, the surest first. `titles`, `vectors` (n, d) of unit length and `seconds` are parallel.

    Where a length is not known, as of a dead video, only the very same title of some length will do.
    """
    read = [_Title(words(title)) for title in titles]
    lengths = np.array([np.nan if one is None else one for one in seconds], dtype=np.float64)
    found: dict[tuple[int, int], tuple[float, str]] = {}

    def judge(pairs: Iterable[tuple[int, int]]) -> None:
        """Keep the twins among many pairs that look alike: of 3,000 shorts of one length there are millions."""
        for i, j in pairs:
            told = _judge(read[i], read[j], lengths[i], lengths[j], float(vectors[i] @ vectors[j]))
            if told[1]:
                found[i, j] = told

    judge(_of_one_title(read))
    for start in range(0, len(read), BLOCK):
        progress(start, len(read), "Looking for repeats")
        judge(_near(vectors, lengths, start))
    return [Twins(i, j, reason) for (_, reason), (i, j) in sorted((told, pair) for pair, told in found.items())]


class _Title:
    """A title as it is compared: its words in order, the telling ones, and its numbers."""

    def __init__(self, said: Sequence[str]) -> None:
        self.said = tuple(said)
        self.telling = frozenset(
            word for word in said if word not in STOP_WORDS | _COUNTING and not _NUMBER.search(word)
        )
        self.numbers = Counter(
            [number.lstrip("0") for number in _NUMBER.findall(" ".join(said))] + [w for w in said if w in _COUNTING]
        )


def _of_one_title(read: Sequence[_Title]) -> Iterator[tuple[int, int]]:
    """Rows that bear the very same title, of titles that few bear."""
    by_title: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, title in enumerate(read):
        by_title[title.said].append(row)
    for said, rows in by_title.items():
        if said and len(rows) <= MOST_ALIKE:
            yield from combinations(rows, 2)


def _near(vectors: Floats, lengths: NDArray[np.float64], start: int) -> Iterator[tuple[int, int]]:
    """Pairs of one block of rows with later rows that mean the same, or nearly so and last as long to the second."""
    cosines = vectors[start : start + BLOCK] @ vectors[start:].T
    gap = np.abs(lengths[start : start + BLOCK, None] - lengths[None, start:])
    here, there = np.nonzero((cosines >= SAME_MEANING) | ((cosines >= AKIN) & (gap <= TO_THE_SECOND)))
    yield from ((start + int(i), start + int(j)) for i, j in zip(here, there, strict=True) if i < j)


def _judge(one: _Title, other: _Title, length: float, other_length: float, cosine: float) -> tuple[float, str]:
    """How far down the list a pair comes, and what it shares; no reason where it is no twin."""
    gap = abs(length - other_length)
    if one.numbers != other.numbers or not _may_be(gap, length, other_length):
        return 0.0, ""
    enough = min(len(one.telling), len(other.telling)) >= TELLING_WORDS
    to_the_second, akin = gap <= TO_THE_SECOND, cosine >= SAME_MEANING
    if one.said == other.said and np.isnan(gap):
        return 2.0, "The same title; the length of one is not known." if enough else ""
    if one.said == other.said and (enough or (to_the_second and akin and one.telling)):
        return gap / 1e6, f"The same title, {_lasting(gap)}."
    if to_the_second and enough and _within(one, other):
        return 0.5 + gap / 1e6, f"One title holds the other, {_lasting(gap)}."
    if akin and gap >= 0 and one.telling and one.telling == other.telling:
        return 1.0 + gap / 1e6, f"Much the same words, {_lasting(gap)}."
    return 0.0, ""


def _may_be(gap: float, length: float, other: float) -> bool:
    """Whether the lengths allow one talk; what is not known allows it."""
    return bool(np.isnan(gap)) or gap <= min(MOST_TOLERANCE, max(LEAST_TOLERANCE, TOLERANCE_SHARE * max(length, other)))


def _within(one: _Title, other: _Title) -> bool:
    """Whether one title stands as a whole in the other, as without the name of the event."""
    texts = sorted((f" {' '.join(title.said)} " for title in (one, other)), key=len)
    return texts[0] in texts[1]


def _lasting(gap: float) -> str:
    """What the lengths say: of talks recorded twice hardly two last as long, and of 56 pairs of one title none was another talk."""
    if gap > TO_THE_SECOND:
        return f"{round(gap)} s apart in length: perhaps it was given twice"
    return "as long to the second: most likely one recording"
