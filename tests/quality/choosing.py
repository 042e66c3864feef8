"""How many labels it takes to learn most of what can be learned, by the order in which they are asked for.

From the names alone, videos of the inbox are labelled in rounds, each a tenth of what is labelled and ten at least, until the
held-out fold is filed as well as `ENOUGH` of what all labels reach. Three orders: at random; single ones as `ask.py` ranks
them by what they tell; and as the page asks, where a list of likely ones is one decision and one more for each mistake in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.topics import ask
from lib.topics.evidence import table_of
from lib.topics.likeness import likeness
from lib.topics.suggest import Placed, place
from tests.quality.filing import evidence
from tests.quality.sets import Labelled

Rows = NDArray[np.intp]
Order = Callable[["Round", np.random.Generator], list[list[int]]]
ENOUGH = 0.95
LEAST, SHARE = 10, 0.1
"""Labels of a round: so many at least, and such a share of those there are."""
MOST = 2_000
"""Videos of a set; of a larger one so many are drawn, since each round learns anew."""
PLAYED = 2
"""Folds that are held out in turn."""


@dataclass(frozen=True, slots=True)
class Round:
    """What waits in the inbox now, as rows of the library, and where the model puts it."""

    waiting: Rows
    placed: Placed
    alike: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One line: an order, and the labels and the decisions it took to reach `ENOUGH` of the ceiling, the mean of the folds."""

    order: str
    labels: float
    decisions: float
    start: float
    ceiling: float

    def line(self) -> str:
        """The row of the table."""
        return f"    {self.order:<34} {self.labels:>8.0f} {self.decisions:>10.0f}   {self.start:.3f} {self.ceiling:.3f}"


def rows(library: Labelled) -> Iterator[Chosen]:
    """Each order on one library."""
    drawn = _drawn(library)
    for name, order in ORDERS.items():
        played = [_play(drawn, fold, order) for fold in range(PLAYED)]
        yield Chosen(name, *(float(np.mean(column)) for column in zip(*played, strict=True)))


def _play(library: Labelled, fold: int, order: Order) -> tuple[int, int, float, float]:
    """Labels, decisions, and how much was right without any and with all."""
    chance = np.random.default_rng(fold)
    pool, held = np.flatnonzero(library.folds != fold), np.flatnonzero(library.folds == fold)
    ceiling, _ = _learned(library, pool, held)
    filed, decisions = np.zeros(0, dtype=np.intp), 0
    right, now = _learned(library, filed, held)
    start = right
    while right < ENOUGH * ceiling and len(filed) < len(pool):
        wanted = max(LEAST, int(SHARE * len(filed)))
        asked = list[int]()
        for question in order(now, chance):
            asked += question
            decisions += _decisions(now, question, library.truth)
            if len(asked) >= wanted:
                break
        filed = np.append(filed, now.waiting[asked])
        right, now = _learned(library, filed, held)
    return len(filed), decisions, start, ceiling


def _learned(library: Labelled, filed: Rows, held: Rows) -> tuple[float, Round]:
    """How much of the held-out fold is filed right, and the next round, in which nothing of that fold is asked about."""
    known = evidence(library, filed)
    placed, table = place(known), table_of(known)
    is_held = np.isin(placed.rows, held)
    right = placed.scores[is_held].argmax(axis=1) == library.truth[placed.rows[is_held]]
    alike = likeness(table.texts(), [*known.channels, *("" for _ in table.ids)], table.vectors()).alone
    waits = placed.only(~is_held)
    return float(right.mean()), Round(waits.rows, waits, alike[np.ix_(waits.rows, waits.rows)])


def _decisions(now: Round, question: Sequence[int], truth: Rows) -> int:
    wrong = int((now.placed.scores[question].argmax(axis=1) != truth[now.waiting[question]]).sum())
    return wrong + (wrong < len(question))


def _at_random(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return [[int(one)] for one in chance.permutation(len(now.waiting))]


def _one_by_one(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return [[one] for one in ask.by_worth(now.alike, now.placed.confidence, np.arange(len(now.waiting)))]


def _as_asked(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return ask.questions(now.alike, now.placed.scores.argmax(axis=1), now.placed.confidence)


ORDERS: dict[str, Order] = {
    "at random": _at_random,
    "single ones, by what they tell": _one_by_one,
    "as asked, lists of likely ones first": _as_asked,
}


def _drawn(library: Labelled, seed: int = 0) -> Labelled:
    """The library, or `MOST` of its videos."""
    if len(library.videos) <= MOST:
        return library
    kept = np.sort(np.random.default_rng(seed).choice(len(library.videos), MOST, replace=False))
    return Labelled(
        library.name,
        [library.videos[i] for i in kept],
        library.names,
        library.truth[kept],
        library.folds[kept],
        library.vectors[kept],
        library.name_vectors,
    )
