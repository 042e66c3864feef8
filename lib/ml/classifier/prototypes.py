"""Prototypes: how near a row lies to the mean of each category in the space of a kernel; and what a channel tells of categories.

With few examples a class mean errs less than any fitted boundary (Snell, Swersky and Zemel 2017, "Prototypical networks for
few-shot learning"). The mean without a row, or without a group of rows, follows from sums, so nothing is computed twice.
Arrays in, arrays out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.derived import Mask, Rows
from lib.ml.classifier.kernel_ridge import Scores

# -- class means -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prototypes:
    """The means of c categories, of weighted rows in the space of a kernel.

    `kernel` (n, n). `weights` (n, c): the weight of each row in each category, 0 where it is not a member. `total_weight`
    (c,): their sums. `row_sums` (n, c): the inner product of each row with the weighted sum of each category.
    `squared_norms` (c,): the squared length of that sum.
    """

    kernel: Scores
    weights: Scores
    total_weight: Scores
    row_sums: Scores
    squared_norms: Scores

    def scores(self) -> Scores:
        """For each of the n rows its inner product with each mean, less half the mean's squared length: (n, c)."""
        return _scores(self.row_sums, self.squared_norms[None, :], self.total_weight[None, :])

    def without(self, group: Rows) -> Scores:
        """The scores of a group of rows by means without all of them: (len(group), c); -inf where no member is left."""
        weights = self.weights[group]
        removed = self.kernel[np.ix_(group, group)] @ weights
        cross = (weights * self.row_sums[group]).sum(axis=0)
        squared_norms = self.squared_norms - 2 * cross + (weights * removed).sum(axis=0)
        left = self.total_weight - weights.sum(axis=0)
        return _scores(self.row_sums[group] - removed, squared_norms[None, :], left[None, :])


def prototypes(kernel: Scores, weight: Scores, belongs: Mask) -> Prototypes:
    """The class means of a kernel (n, n), weights of the rows (n,) and membership (n, c)."""
    weights = weight[:, None] * belongs.astype(kernel.dtype)
    row_sums = kernel @ weights
    return Prototypes(kernel, weights, weights.sum(axis=0), row_sums, (weights * row_sums).sum(axis=0))


def _scores(row_sums: Scores, squared_norms: Scores, total_weight: Scores) -> Scores:
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = row_sums / total_weight - 0.5 * squared_norms / total_weight**2
    return np.where(np.broadcast_to(total_weight, scores.shape) > 1e-6, scores, -np.inf).astype(row_sums.dtype)


# -- channels ----------------------------------------------------------------------------------------------------------

PRIOR_AGREEMENT = 0.4
"""The agreement of a channel in a library of which nothing is known yet. Chosen by hand."""
PRIOR_ROWS = 10.0
"""The prior counts as much as so many filed rows. Chosen by hand."""


def channel_agreement(channel: Rows, belongs: Mask) -> float:
    """How much better than chance another video of the same channel predicts the category: 0 not at all, 1 always.

    `channel` (n,): the channel of each filed row, -1 for none; `belongs` (n, c): its categories. Each row is compared with
    the others of its channel: the share that has a category in common with it, corrected for the share that any two rows
    have (Cohen's kappa, 1960), and shrunk to `PRIOR_AGREEMENT`.
    """
    compared, agreed, n = 0, 0.0, len(channel)
    for group in _shared_channels(channel):
        members = belongs[group].astype(np.float32)
        in_common = (members @ members.T) > 0
        agreed += (in_common.sum() - len(group)) / (len(group) - 1)
        compared += len(group)
    sizes = belongs.sum(axis=0, dtype=np.float64)
    chance = min(float((sizes * (sizes - 1)).sum() / max(n * (n - 1), 1)), 1.0)
    beyond_chance = (agreed - compared * chance) / (1.0 - chance) if chance < 1.0 else 0.0
    return float(np.clip((beyond_chance + PRIOR_ROWS * PRIOR_AGREEMENT) / (compared + PRIOR_ROWS), 0.0, 1.0))


def _shared_channels(channel: Rows) -> list[Rows]:
    """The rows of each channel that has two or more."""
    order = np.argsort(channel, kind="stable")
    order = order[channel[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(channel[order])) + 1)
    return [group for group in groups if len(group) > 1]
