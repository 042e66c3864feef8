"""Learn from examples which category a row belongs to, test that honestly, and say how sure it is. Arrays in, arrays out.

Kernel ridge regression, one output per category, so that a row in two categories teaches both. Its leave-out predictions have
a closed form (Rifkin and Lippert 2007), so every example is judged by a model that never saw it without fitting twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

FEWEST_TO_CALIBRATE = 30
NO_MATCH_SHARE = 0.02
"""How much of an inbox is taken to belong in no category at all. Measured on lectures with a quarter of the subjects unknown."""
MOST_MISFILED = 0.06
"""More slips than this are not believed: then the categories themselves are hard to tell apart."""
FEWEST_TO_SEE_SLIPS = 60
UNTESTED = np.array([-1.2, 1.0, 10.0])
"""Weights of the judge while too few examples are there to measure any: fitted where names alone placed real videos."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model of n rows and c categories. `inverse`: of the regularised kernel (n, n); the others are (n, c).

    The score of a new row is its kernel with the n rows times `weights`.
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


def fit(kernel: Scores, ridge: Scores, belongs: Mask) -> Fitted:
    """Fit on a kernel (n, n), which is used up, a ridge per row (n,), small for rows that count much, and truth (n, c)."""
    from scipy.linalg import inv

    kernel[np.diag_indices(len(kernel))] += ridge
    inverse = np.asarray(inv(kernel, overwrite_a=True, check_finite=False, assume_a="pos"))
    targets = belongs.astype(np.float64)
    return Fitted(inverse, targets, inverse @ targets)


@dataclass(frozen=True, slots=True)
class Judge:
    """From the two best scores of a row to how likely the best is right, and the confidence from which it is *sure*."""

    weights: NDArray[np.float64]
    sure_at: float

    def confidence(self, scores: Scores) -> Scores:
        """(n, c) to (n,), between 0 and 1."""
        return np.asarray(1.0 / (1.0 + np.exp(-_signals(scores) @ self.weights)))


def calibrate(scores: Scores, homeless: Scores, belongs: Mask, level: float) -> Judge:
    """A judge for rows like these, each scored by a model that never saw it: `scores` and truth `belongs` (n, c).

    `homeless` (n, c) are the same rows scored as if their category did not exist, so that the judge has seen what belongs
    nowhere. With fewer than 30 rows nothing can be measured, and nothing is sure.
    """
    if len(scores) < FEWEST_TO_CALIBRATE:
        return Judge(UNTESTED, np.inf)
    hits = belongs[np.arange(len(scores)), scores.argmax(axis=1)]
    if not hits.any():
        return Judge(UNTESTED, np.inf)
    from sklearn.linear_model import LogisticRegression

    share = np.append(np.ones(len(hits)), np.full(len(hits), NO_MATCH_SHARE / (1 - NO_MATCH_SHARE)))
    outcome = np.append(hits, np.zeros(len(hits), dtype=bool))
    signals = np.vstack([_signals(scores), _signals(homeless)])
    weights = LogisticRegression(C=100.0, fit_intercept=False).fit(signals, outcome, sample_weight=share).coef_[0]
    confidence = Judge(weights, np.inf).confidence(np.vstack([scores, homeless]))
    slips = misfiled_share(confidence[: len(hits)], hits)
    return Judge(weights, _bar(confidence, outcome, share, level * (1 - slips)))


def _signals(scores: Scores) -> Scores:
    """What confidence is read from: a constant, the best score, and its lead over the second."""
    best = np.sort(np.where(np.isfinite(scores), scores, 0.0), axis=1)[:, ::-1]
    lead = best[:, 0] - (best[:, 1] if best.shape[1] > 1 else 0.0)
    return np.column_stack([np.ones(len(scores)), best[:, 0], lead])


def _bar(confidence: Scores, outcome: Mask, share: Scores, level: float) -> float:
    """The lowest confidence down to which `level` was right, counting one mistake more than was seen; inf for none."""
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum((outcome * share)[order]) / (np.cumsum(share[order]) + 1.0)
    reached = np.flatnonzero(precision >= level)
    return float(confidence[order[reached[-1]]]) if len(reached) else float("inf")


def misfiled_share(confidence: Scores, hits: Mask) -> float:
    """How much of what is filed stands in the wrong place: 0 to `MOST_MISFILED`. Both arguments are (n,).

    A model errs more where it is less confident; a person's slips of filing know nothing of that. So where the most
    confident tenth disagrees with the filing as often as the next fifth does, that share are slips, and to measure the
    model against them would make nothing *sure* in any library that is not perfectly tidy.
    """
    wrong = ~hits[np.argsort(-confidence, kind="stable")]
    tenth, third = len(wrong) // 10, 3 * len(wrong) // 10
    if tenth < FEWEST_TO_SEE_SLIPS:
        return 0.0
    top, following = float(wrong[:tenth].mean()), float(wrong[tenth:third].mean())
    # below the error of the next fifth by more than chance explains: then it is the model that errs
    noise = float(np.sqrt(max(following, 1 / third) / tenth))
    return min(top, following, MOST_MISFILED) if top > following - noise else 0.0
