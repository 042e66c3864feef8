"""Learn from where the user put videos which category another belongs to. Arrays in, arrays out.

Two learners vote. A mean per category errs least while there are few examples; ridge regression tells close categories apart
once there are many. The name of each category is an example too: alone it carries a category without members, and it fades
as members come. The fewer examples, the more the sentence model's own sense of meaning counts beside words; and a channel
counts as much as the channels of what is filed tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.ml.classifier.kernel_ridge import Mask, Ridge, Rows, Scores, fit
from lib.ml.classifier.prototypes import Centres, centres, tells
from lib.ml.classifier.similarity import Likeness

RIDGE = 0.5
NAME_WEIGHT = 4.0
"""How many members the name of a category counts for."""
MEANS_WEIGHT = 2.0
FEW, MANY = 16.0, 8.0
"""Examples a category from which its mean has its whole vote, and at which meaning has lost half of its extra weight."""
ROUNDS = 50
"""In so many rounds the examples are held out: of a category with more than so many, more than one at a time."""
CHANNEL_WEIGHT = 0.6
"""What the same channel counts where a channel tells everything."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What n rows teach, of which the first are examples and the next c the names; the rest are still to be placed.

    All scores are (rows, c): the higher, the more likely the row belongs there.
    """

    kernel: Scores
    examples: int
    ridge: Ridge
    means: Centres
    vote: np.float32

    def of_others(self) -> Scores:
        """The scores of the rows behind examples and names."""
        fitted = self.examples + self.ridge.targets.shape[1]
        return self.kernel[fitted:, :fitted] @ self.ridge.weights + self._means(self.means.scores()[fitted:])

    def held_out(self) -> Scores:
        """The scores of each example by a model that saw neither it nor one of each other category.

        To leave out the one alone would favour the others: of categories with one example each, its own would have none.
        """
        scores = np.empty((self.examples, self.ridge.targets.shape[1]), dtype=np.float32)
        for group in self._rounds():
            scores[group] = self.without(group)
        return scores

    def without(self, group: Rows) -> Scores:
        """The scores of a group of examples as if none of them were one."""
        return self.ridge.without(group) + self._means(self.means.without(group))

    def without_category(self) -> Scores:
        """The scores of each example as if its categories, names and members, did not exist; -inf there."""
        scores = np.full((self.examples, self.ridge.targets.shape[1]), -np.inf, dtype=np.float32)
        means = self._means(self.means.scores()[: self.examples])
        for category in range(scores.shape[1]):
            group = np.flatnonzero(self.ridge.targets[:, category])
            members = group < self.examples
            rows = group[members]
            scores[rows] = self.ridge.without(group)[members] + means[rows]
        scores[self.ridge.targets[: self.examples] > 0] = -np.inf
        return scores

    def _rounds(self) -> list[Rows]:
        """Every example in one of at most `ROUNDS` groups that hold one example of each category, while it has any."""
        belongs = self.ridge.targets[: self.examples] > 0
        smallest = np.where(belongs, belongs.sum(axis=0), np.inf).argmin(axis=1)
        turn = np.empty(self.examples, dtype=np.intp)
        for category in np.unique(smallest):
            members = np.flatnonzero(smallest == category)
            turn[members] = np.arange(len(members)) % ROUNDS
        return [np.flatnonzero(turn == number) for number in np.unique(turn)]

    def _means(self, scores: Scores) -> Scores:
        return np.asarray(self.vote * scores) if self.vote else np.zeros_like(scores)


def learn(likeness: Likeness, order: Rows, belongs: Mask) -> Learned:
    """Learn from examples and names. `order` (n,): the rows of the likeness, examples first, then the names, then others.

    `belongs` (e, c): the categories of the e examples.
    """
    examples, categories = belongs.shape
    fitted = examples + categories
    per_category = examples / max(categories, 1)
    same_channel = CHANNEL_WEIGHT * tells(likeness.channel[order[:examples]], belongs)
    kernel = likeness.blend(1.0 / (1.0 + per_category / MANY), same_channel)[np.ix_(order, order)]
    truth = np.zeros((len(order), categories), dtype=bool)
    truth[:examples] = belongs
    truth[examples:fitted] = np.eye(categories, dtype=bool)
    weight = np.ones(len(order), dtype=np.float32)
    weight[examples:fitted] = NAME_WEIGHT
    ridge = fit(kernel[:fitted, :fitted].copy(), np.float32(RIDGE) / weight[:fitted], truth[:fitted])
    vote = np.float32(MEANS_WEIGHT * min(1.0, per_category / FEW))
    return Learned(kernel, examples, ridge, centres(kernel, weight, truth), vote)
