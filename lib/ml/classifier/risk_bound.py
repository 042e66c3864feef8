"""The risk bound: from which confidence on the precision is at least what is promised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RISK = 0.2
"""The chance that is taken that the measured precision was luck. Chosen on the sets of `tests/quality`: one in five keeps the
promise where .3 did not, and costs no set more than .004 of what is sure."""
MIN_CONFIDENCE = 0.7
"""No threshold is lower. Chosen by hand."""


def lowest_threshold(confidence: Floats, correct: Mask, weight: Floats, level: float) -> float:
    """The lowest confidence down to which the lower bound of the precision is `level` at least; inf where there is none.

    The bound is that of Clopper and Pearson (1934). All arguments (n,).
    """
    from scipy.stats import beta

    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((correct * weight)[order])
    wrong = np.cumsum(weight[order]) - right
    precision = beta.ppf(RISK, np.maximum(right, 1e-9), wrong + 1.0)
    reached = np.flatnonzero((precision >= level) & (confidence[order] >= MIN_CONFIDENCE))
    return float(confidence[order[reached[-1]]]) if len(reached) else float("inf")
