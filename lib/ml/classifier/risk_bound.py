"""The risk bound: from which confidence on the precision is at least what is promised, for the threshold that is chosen.

To bound the precision of every threshold and take the lowest one that is good enough would be a choice among many bounds,
each of which fails at times: the bound of the chosen one fails more often than each. So thresholds are tested one after
the other, in an order that does not look at the outcomes, and the first that fails ends the sequence. Then the chance
that the precision of the chosen threshold is below the level is at most `RISK`, although it was chosen on the same rows:
learn-then-test with fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan and Lei 2021, arXiv:2110.01052).
"""

from __future__ import annotations

import numpy as np

from lib.derived import Doubles, Mask, Rows

RISK = 0.2
"""The chance that is taken that the promise is broken. Chosen on the sets of `tests/quality`."""
MIN_CONFIDENCE = 0.7
"""No threshold is lower. Chosen by hand."""
MIN_TESTED = 100.0
"""The fewest rows, by weight, that a threshold is tested on. Below 32 even a faultless set fails at a level of .95; chosen by
hand, so that an error or two do not decide."""
THRESHOLDS = 40
"""So many thresholds are tested at most. Chosen on khan, khan topics and pyvideo: with 10 or 20, less is sure and no more right."""


def lowest_threshold(
    confidence: Doubles, correct: Mask, weight: Doubles, level: float, predicted_level: float
) -> float:
    """The lowest confidence, of those tested, from which on the precision is at least `level`; inf where there is none.

    `confidence`, `correct` and `weight` (n,) are of the rows it is measured on. The order of the tests begins at the
    threshold that would pass most clearly if the confidences were right, for a precision of `predicted_level`, and goes on
    to lower ones. A test is that of a binomial proportion (Clopper and Pearson 1934), with the effective number of rows
    where weights differ (Kish 1965).
    """
    from scipy.stats import beta

    order = np.argsort(-confidence, kind="stable")
    confidence, correct, weight = confidence[order], correct[order], weight[order]
    last = _thresholds(confidence, weight)
    if not len(last):
        return float("inf")
    total = np.cumsum(weight)[last]
    rows = total**2 / np.cumsum(weight**2)[last]
    precision, predicted = np.cumsum(weight * correct)[last] / total, np.cumsum(weight * confidence)[last] / total
    start = int(((predicted - predicted_level) * np.sqrt(rows)).argmax())
    right = rows * precision
    p_value = beta.cdf(level, np.maximum(right, 1e-9), rows - right + 1.0)  # of a precision below the level
    failed = np.flatnonzero(p_value[start:] > RISK)
    passed = start + (failed[0] if len(failed) else len(last) - start)
    return float(confidence[last[passed - 1]]) if passed > start else float("inf")


def _thresholds(confidence: Doubles, weight: Doubles) -> Rows:
    """Of rows by falling confidence, the last row above each threshold: evenly spaced by weight, ties kept together."""
    candidates = int((confidence >= MIN_CONFIDENCE).sum())
    if not candidates:
        return np.zeros(0, np.intp)
    total = np.cumsum(weight[:candidates])
    targets = np.linspace(min(MIN_TESTED, total[-1]), total[-1], THRESHOLDS)
    last = np.minimum(np.searchsorted(total, targets - 1e-9), candidates - 1)
    return np.unique(np.searchsorted(-confidence, -confidence[last], side="right") - 1)
