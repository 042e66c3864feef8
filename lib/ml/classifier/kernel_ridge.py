"""Kernel ridge regression with one output per category, so that a row in two categories teaches both. Arrays in, arrays out.

Its leave-out predictions have a closed form (Rifkin and Lippert 2007), so every example is scored by a model that never
saw it without fitting twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.derived import Mask, Rows

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KernelRidge:
    """A fitted model of n rows and c categories. The score of a new row is its kernel with the n rows times `weights`.

    `inverse` (n, n): the inverse of the regularised kernel. `targets` (n, c): 1 where the row is in the category, else 0.
    `weights` (n, c): the dual coefficients.
    """

    inverse: Scores
    targets: Scores
    weights: Scores

    def without_each(self) -> Scores:
        """The scores of each row by the model fitted without it: (n, c)."""
        return np.asarray(self.targets - self.weights / np.diag(self.inverse)[:, None])

    def without(self, group: Rows) -> Scores:
        """The scores of a group of rows by the model fitted without all of them: (len(group), c)."""
        block = self.inverse[np.ix_(group, group)]
        return np.asarray(self.targets[group] - np.linalg.solve(block, self.weights[group]))


def fit(kernel: Scores, penalty: Scores, belongs: Mask) -> KernelRidge:
    """Fit on a kernel (n, n), which is overwritten, a ridge penalty per row (n,), small for rows of much weight, and truth (n, c)."""
    from scipy.linalg import inv

    kernel[np.diag_indices(len(kernel))] += penalty
    inverse = np.asarray(inv(kernel, overwrite_a=True, check_finite=False, assume_a="pos"))
    targets = belongs.astype(kernel.dtype)
    return KernelRidge(inverse, targets, inverse @ targets)
