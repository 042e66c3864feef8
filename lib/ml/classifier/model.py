"""The classifier: learns from where the user put videos which category another belongs to. Arrays in, arrays out.

Two models vote. Prototypes (class means) err least while there are few examples; kernel ridge regression tells similar
categories apart once there are many. The name of each category is an example too: alone it represents a category without
members, and it loses weight as members come. The fewer examples, the more the embedding counts beside the words; and a
channel counts as much as the channels of the filed videos predict their categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.derived import Mask, Rows
from lib.ml.classifier.kernel_ridge import KernelRidge, Scores, fit
from lib.ml.classifier.prototypes import Prototypes, channel_agreement, prototypes
from lib.ml.classifier.similarity import Similarity

PENALTY = 0.5
"""The ridge penalty of an example of weight 1. Chosen by hand; `python -m tests.quality filing` measures it."""
NAME_WEIGHT = 4.0
"""The name of a category counts for so many members. Chosen by hand; measured like `PENALTY`."""
PROTOTYPE_WEIGHT = 2.0
"""What the prototypes' scores are multiplied by, at most, before they are added. Chosen by hand; measured like `PENALTY`."""
FULL_VOTE_FROM = 16.0
"""Examples a category from which the prototypes have their whole weight. Chosen by hand; measured like `PENALTY`."""
EMPHASIS_HALVED_AT = 8.0
"""Examples a category at which the extra weight of the embedding is halved. Chosen by hand; measured like `PENALTY`."""
ROUNDS = 50
"""The examples are held out in at most so many rounds: of a larger category, more than one example at a time."""
CHANNEL_WEIGHT = 0.6
"""The kernel of two videos of one channel where channels predict everything. Chosen by hand: no more than does no harm to the
videos of channels of which nothing is filed yet."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained classifier of e examples, c categories with a name each, and u unlabelled rows; all scores are (rows, c).

    `kernel` (n, n): of the e examples, then the c names, then the u unlabelled rows. `examples`: e. `ridge`: fitted on
    examples and names. `prototypes`: the class means of the same, over all n rows. `prototype_weight`: their weight beside
    the ridge. The higher a score, the more likely the row belongs in the category.
    """

    kernel: Scores
    examples: int
    ridge: KernelRidge
    prototypes: Prototypes
    prototype_weight: np.float32

    def unlabelled_scores(self) -> Scores:
        """The scores of the rows that are neither examples nor names: (u, c)."""
        fitted = self.examples + self.ridge.targets.shape[1]
        ridge = self.kernel[fitted:, :fitted] @ self.ridge.weights
        return np.asarray(ridge + self._weighted(self.prototypes.scores()[fitted:]))

    def held_out_scores(self) -> Scores:
        """The scores of each example by a model trained without it and without one example of each other category: (e, c).

        To hold out the one alone would favour the other categories: of categories with one example each, its own would
        have none.
        """
        scores = np.empty((self.examples, self.ridge.targets.shape[1]), dtype=np.float32)
        for group in self._rounds():
            scores[group] = self.without(group)
        return scores

    def without(self, group: Rows) -> Scores:
        """The scores of a group of examples by a model trained without all of them: (len(group), c)."""
        return self.ridge.without(group) + self._weighted(self.prototypes.without(group))

    def without_category(self) -> Scores:
        """The scores of each example as if its categories, names and members, did not exist: (e, c), -inf in those."""
        scores = np.full((self.examples, self.ridge.targets.shape[1]), -np.inf, dtype=np.float32)
        by_prototypes = self._weighted(self.prototypes.scores()[: self.examples])
        for category in range(scores.shape[1]):
            group = np.flatnonzero(self.ridge.targets[:, category])
            is_example = group < self.examples
            rows = group[is_example]
            scores[rows] = self.ridge.without(group)[is_example] + by_prototypes[rows]
        scores[self.ridge.targets[: self.examples] > 0] = -np.inf
        return scores

    def _rounds(self) -> list[Rows]:
        """Every example in one of at most `ROUNDS` groups that hold one example of each category, while it has any."""
        belongs = self.ridge.targets[: self.examples] > 0
        smallest = np.where(belongs, belongs.sum(axis=0), np.inf).argmin(axis=1)
        round_of = np.empty(self.examples, dtype=np.intp)
        for category in np.unique(smallest):
            members = np.flatnonzero(smallest == category)
            round_of[members] = np.arange(len(members)) % ROUNDS
        return [np.flatnonzero(round_of == number) for number in np.unique(round_of)]

    def _weighted(self, scores: Scores) -> Scores:
        return np.asarray(self.prototype_weight * scores) if self.prototype_weight else np.zeros_like(scores)


def train(similarity: Similarity, order: Rows, belongs: Mask) -> Classifier:
    """Train on examples and names.

    `order` (n,): rows of the similarity: the examples, then the names, then the unlabelled ones. `belongs` (e, c): the
    categories of the e examples.
    """
    examples, categories = belongs.shape
    fitted = examples + categories
    per_category = examples / max(categories, 1)
    emphasis = 1.0 / (1.0 + per_category / EMPHASIS_HALVED_AT)
    same_channel = CHANNEL_WEIGHT * channel_agreement(similarity.channel[order[:examples]], belongs)
    kernel = similarity.kernel(emphasis, same_channel)[np.ix_(order, order)]
    truth = np.zeros((len(order), categories), dtype=bool)
    truth[:examples] = belongs
    truth[examples:fitted] = np.eye(categories, dtype=bool)
    weight = np.ones(len(order), dtype=np.float32)
    weight[examples:fitted] = NAME_WEIGHT
    ridge = fit(kernel[:fitted, :fitted].copy(), np.float32(PENALTY) / weight[:fitted], truth[:fitted])
    prototype_weight = np.float32(PROTOTYPE_WEIGHT * min(1.0, per_category / FULL_VOTE_FROM))
    return Classifier(kernel, examples, ridge, prototypes(kernel, weight, truth), prototype_weight)
