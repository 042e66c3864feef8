"""How many labels it takes to learn most of what can be learned, by the order in which they are asked for.

From the names alone, videos of the inbox are labelled in rounds, each a tenth of what is labelled and ten at least, until held-out
folds are filed as well, in the mean, as `ENOUGH` of what all labels reach. Three orders: at random; single ones as `active_learning.py` ranks
them by what they tell; and as the page asks, where a list of likely ones is one decision and one more for each mistake in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.ml.classifier import active_learning
from lib.ml.classifier.dataset import table_of
from lib.ml.classifier.predict import Predictions, predict
from lib.ml.classifier.similarity import similarity
from tests.quality.filing import dataset
from tests.quality.sets import FOLDS, Labelled

Rows = NDArray[np.intp]
Order = Callable[["Round", np.random.Generator], list[list[int]]]
ENOUGH = 0.95
LEAST, SHARE = 10, 0.1
"""Labels of a round: so many at least, and such a share of those there are."""
MOST = 1_000
"""Videos of a set; of a larger one so many are drawn, since each round learns anew."""


@dataclass(frozen=True, slots=True)
class Round:
    """What waits in the inbox now, as rows of the library, and where the model puts it."""

    waiting: Rows
    predictions: Predictions
    raw: NDArray[np.floating]


@dataclass
class Game:
    """One fold held out, and what was labelled so far; `right` is how much of the fold is filed right now."""

    library: Labelled
    held: Rows
    chance: np.random.Generator
    filed: Rows
    decisions: int = 0
    right: float = 0.0
    now: Round | None = None

    def learn(self) -> None:
        """From what is labelled; nothing of the fold is ever asked about."""
        self.right, self.now = _learned(self.library, self.filed, self.held)

    def ask(self, order: Order) -> None:
        """One round of questions, answered by the truth."""
        assert self.now is not None
        wanted, asked = max(LEAST, int(SHARE * len(self.filed))), list[int]()
        for question in order(self.now, self.chance):
            asked += question
            self.decisions += _decisions(self.now, question, self.library.truth)
            if len(asked) >= wanted:
                break
        self.filed = np.append(self.filed, self.now.waiting[asked])


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
        return f"    {self.order:<36} {self.labels:>8.0f} {self.decisions:>10.0f}   {self.start:.3f} {self.ceiling:.3f}"


def rows(library: Labelled) -> Iterator[Chosen]:
    """Each order on one library."""
    drawn = library.drawn(MOST)
    held_out = [np.flatnonzero(drawn.folds == fold) for fold in range(FOLDS)]
    ceiling = float(np.mean([_learned(drawn, np.flatnonzero(drawn.folds != i), held_out[i])[0] for i in range(FOLDS)]))
    for name, order in ORDERS.items():
        games = [
            Game(drawn, held, np.random.default_rng(fold), np.zeros(0, np.intp)) for fold, held in enumerate(held_out)
        ]
        start = right = _learned_all(games)
        while right < ENOUGH * ceiling and all(game.now is not None and len(game.now.waiting) for game in games):
            for game in games:
                game.ask(order)
            right = _learned_all(games)
        labels, decisions = (
            float(np.mean(one)) for one in zip(*((len(g.filed), g.decisions) for g in games), strict=True)
        )
        yield Chosen(name, labels, decisions, start, ceiling)


def _learned_all(games: Sequence[Game]) -> float:
    for game in games:
        game.learn()
    return float(np.mean([game.right for game in games]))


def _learned(library: Labelled, filed: Rows, held: Rows) -> tuple[float, Round]:
    """How much of the held-out fold is filed right, and the next round, in which nothing of that fold is asked about."""
    known = dataset(library, filed)
    predictions, table = predict(known), table_of(known)
    is_held = np.isin(predictions.rows, held)
    right = predictions.scores[is_held].argmax(axis=1) == library.truth[predictions.rows[is_held]]
    raw = similarity(table.texts(), [*known.channels, *("" for _ in table.ids)], table.vectors()).raw
    waits = predictions.only(~is_held)
    return float(right.mean()), Round(waits.rows, waits, raw[np.ix_(waits.rows, waits.rows)])


def _decisions(now: Round, question: Sequence[int], truth: Rows) -> int:
    wrong = int((now.predictions.scores[question].argmax(axis=1) != truth[now.waiting[question]]).sum())
    return wrong + (wrong < len(question))


def _at_random(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return [[int(one)] for one in chance.permutation(len(now.waiting))]


def _one_by_one(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return [
        [one]
        for one in active_learning.most_informative_first(
            now.raw, now.predictions.confidence, np.arange(len(now.waiting))
        )
    ]


def _as_asked(now: Round, chance: np.random.Generator) -> list[list[int]]:
    return active_learning.questions(now.raw, now.predictions.scores.argmax(axis=1), now.predictions.confidence)


ORDERS: dict[str, Order] = {
    "at random": _at_random,
    "single ones, by what they tell": _one_by_one,
    "as asked, lists of likely ones first": _as_asked,
}
