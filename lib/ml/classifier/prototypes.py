"""Nearest means: how near a row lies to the mean of each category, by a kernel alone. Arrays in, arrays out.

With few examples a mean errs less than any fitted boundary (Snell, Swersky and Zemel 2017 call them prototypes). What the
mean would be without a row, or without a group of rows, follows from sums, so nothing is computed twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.ml.classifier.kernel_ridge import Mask, Rows, Scores


@dataclass(frozen=True, slots=True)
class Centres:
    """c means of weighted rows in the space of a kernel (n, n).

    `share` (n, c): the weight of each row in each category; `total` (c,): its sums; `reach` (n, c): the kernel of each row
    with the weighted sum of each category; `length` (c,): the square of that sum's length.
    """

    kernel: Scores
    share: Scores
    total: Scores
    reach: Scores
    length: Scores

    def scores(self) -> Scores:
        """For each of the n rows: half the square of the mean's length taken from its likeness with the mean. (n, c)."""
        return _near(self.reach, self.length[None, :], self.total[None, :])

    def without(self, group: Rows) -> Scores:
        """The scores of a group of rows where none of the group counts anywhere: (len(group), c). No mean is left: -inf."""
        share = self.share[group]
        lost = self.kernel[np.ix_(group, group)] @ share
        length = self.length - 2 * (share * self.reach[group]).sum(axis=0) + (share * lost).sum(axis=0)
        return _near(self.reach[group] - lost, length[None, :], (self.total - share.sum(axis=0))[None, :])


def centres(kernel: Scores, weight: Scores, belongs: Mask) -> Centres:
    """The means of rows (n, n) that weigh `weight` (n,) in each category they belong to (n, c)."""
    share = weight[:, None] * belongs.astype(kernel.dtype)
    reach = kernel @ share
    return Centres(kernel, share, share.sum(axis=0), reach, (share * reach).sum(axis=0))


def _near(reach: Scores, length: Scores, total: Scores) -> Scores:
    with np.errstate(divide="ignore", invalid="ignore"):
        near = reach / total - 0.5 * length / total**2
    return np.where(np.broadcast_to(total, near.shape) > 1e-6, near, -np.inf).astype(reach.dtype)


USUAL = 0.4
"""What a channel tells in a library of which nothing is known yet."""
AS_KNOWN = 10.0
"""So many videos of channels filed before count as much as what is usual."""


def tells(channel: Rows, belongs: Mask) -> float:
    """How much better than chance another video of the same channel tells the category: 0 for not at all, 1 for always.

    `channel` (n,): the channel of each filed row, -1 for none; `belongs` (n, c): their categories. Each row is compared with
    the others of its channel: the share that is in a category with it, beyond the share that any two rows are (Cohen 1960).
    """
    rows, agreed, n = 0, 0.0, len(channel)
    for group in _of_two_or_more(channel):
        together = belongs[group].astype(np.float32)
        shares = (together @ together.T) > 0
        agreed += (shares.sum() - len(group)) / (len(group) - 1)
        rows += len(group)
    sizes = belongs.sum(axis=0, dtype=np.float64)
    chance = min(float((sizes * (sizes - 1)).sum() / max(n * (n - 1), 1)), 1.0)
    found = (agreed - rows * chance) / (1.0 - chance) if chance < 1.0 else 0.0
    return float(np.clip((found + AS_KNOWN * USUAL) / (rows + AS_KNOWN), 0.0, 1.0))


def _of_two_or_more(channel: Rows) -> list[Rows]:
    """The rows of each channel that has two or more."""
    order = np.argsort(channel, kind="stable")
    order = order[channel[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(channel[order])) + 1)
    return [group for group in groups if len(group) > 1]
