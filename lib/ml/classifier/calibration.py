"""Calibration: how likely a suggestion is right, and from which confidence on it is *sure*; measured on held-out examples.

Arrays in, arrays out. Scores are those of the classifier, (n, c) for n rows and c categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.derived import Doubles, Mask, Rows
from lib.ml.classifier.kernel_ridge import Scores
from lib.ml.classifier.risk_bound import lowest_threshold

PRIOR_WEIGHTS = np.array([-1.2, 1.0, 10.0])
"""The logistic regression's weights before anything is measured. Chosen by hand on the sets of `tests/quality`, where few
examples place videos."""
PRIOR_SPREAD = np.array([1.0, 1.0, 4.0])
"""The standard deviations of that prior. Chosen by hand, like the prior."""
MIN_EXAMPLES = 100
"""With fewer examples nothing is sure. On 68 examples of khan, what was called sure was right in 91 of 100."""
NO_MATCH_SHARE = 0.01
"""The share of an inbox that is assumed to belong in no category. Chosen by hand."""
MIN_SCORE_QUANTILE = 0.002
"""What scores lower than this share of the sure examples is unlike all that the bound was measured on. Chosen by hand."""
CHANCE = 0.05
"""A category is excluded where its errors would be less likely than this by chance. Chosen by hand."""
EQUAL_SCORES = 1e-5
"""Scores that differ by less are equal."""
MAX_MISFILED = 0.06
"""A higher share of misfiled examples is not believed: then the categories themselves are hard to tell apart. Chosen by hand."""
MISFILED_SHARES = np.linspace(0.0, MAX_MISFILED, 7)
LIKELIHOOD_MARGIN = 1.92
"""Shares whose log-likelihood is this close to the best are as good, at 95 %: half the chi-squared quantile of one parameter."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the scores of a row to the probability that its best category is right, and whether that is *sure*.

    `weights` (3,): of the logistic regression on the features of `_features`. `threshold`: the confidence from which a
    suggestion is sure, inf for never. `min_score`: the best score that it must have besides: a video unlike all others can
    lead by much and still have little in common with anything. `excluded`: the categories for which nothing is sure, since
    they were wrong too often above the threshold.
    """

    weights: Doubles
    threshold: float
    min_score: float = -np.inf
    excluded: tuple[int, ...] = ()

    def confidence(self, scores: Scores, allowed: Mask | None = None) -> Doubles:
        """The probability that the best category is right, or the best that is allowed: scores and mask (n, c) to (n,).

        A higher score of one that is not allowed still lowers it. 0 where nothing is allowed, or all scores are equal.
        """
        open_scores = scores if allowed is None else np.where(allowed, scores, -np.inf)
        informative = np.isfinite(open_scores).any(axis=1) & ~_all_equal(scores)
        return np.where(informative, _probability(_features(scores, open_scores), self.weights), 0.0)

    def sure(self, confidence: Doubles, scores: Scores) -> Mask:
        """Which rows, by their confidence (n,) and the scores of what is allowed (n, c), are sure."""
        enough = (confidence >= self.threshold) & (scores.max(axis=1, initial=-np.inf) >= self.min_score)
        return np.asarray(enough & ~np.isin(scores.argmax(axis=1), self.excluded))


def calibrate(
    scores: Scores,
    without_category: Scores,
    belongs: Mask,
    level: float,
    weight: Doubles | None = None,
    misfiled: float = 0.0,
) -> Calibration:
    """Calibrate on n examples, each scored by a classifier that never saw it: `scores` and truth `belongs` (n, c).

    `without_category` (n, c): the same rows scored as if their category did not exist, -inf there: so the calibration has
    seen videos that belong nowhere. `weight` (n,): how much each row counts, 1 on average. `misfiled`: the share of the
    examples that are in a wrong category, see `misfiled_share`; they count neither for nor against. The logistic regression
    starts from `PRIOR_WEIGHTS` and moves as far as the rows show (maximum a posteriori). *Sure* is what is above a threshold
    for which the precision is `level` at least, but for a chance of `risk_bound.RISK`.
    """
    features, agrees, row_weight = _stacked(scores, without_category, belongs, weight)
    weights, _ = _fit(features, agrees, row_weight, misfiled)
    correct, agreement = agrees[: len(scores)], level * (1.0 - misfiled)
    if len(scores) < MIN_EXAMPLES or not correct.any():
        return Calibration(weights, np.inf)
    confidence = _probability(features, weights)
    threshold = lowest_threshold(confidence, agrees, row_weight, agreement, level)
    above = confidence[: len(scores)] >= threshold
    if not above.any():
        return Calibration(weights, np.inf)
    min_score = float(np.quantile(scores[above].max(axis=1), MIN_SCORE_QUANTILE))
    return Calibration(
        weights, threshold, min_score, _excluded(scores[above].argmax(axis=1), correct[above], agreement)
    )


def misfiled_share(scores: Scores, without_category: Scores, belongs: Mask, weight: Doubles | None = None) -> float:
    """The share of the examples that are in a wrong category, 0 to `MAX_MISFILED`. Arguments as of `calibrate`.

    The classifier errs more where it is less confident; a person's slips are independent of that. So they are the share of
    disagreement that no confidence takes away: the lapse rate of a psychometric function (Wichmann and Hill 2001). Of the
    shares that explain the rows about as well as the best, the lowest is taken. Without it nothing would be sure in a
    library that is not perfectly tidy.
    """
    features, agrees, row_weight = _stacked(scores, without_category, belongs, weight)
    losses = np.array([_fit(features, agrees, row_weight, float(share))[1] for share in MISFILED_SHARES])
    return float(MISFILED_SHARES[np.flatnonzero(losses <= losses.min() + LIKELIHOOD_MARGIN)[0]])


# -- features ----------------------------------------------------------------------------------------------------------


def _stacked(
    scores: Scores, without_category: Scores, belongs: Mask, weight: Doubles | None
) -> tuple[Doubles, Mask, Doubles]:
    """Features (2n, 3), whether the best category is a filed one, and the row's weight: the examples, then the same without category."""
    n = len(scores)
    correct = belongs[np.arange(n), scores.argmax(axis=1)] if n else np.zeros(0, dtype=bool)
    features = np.vstack([_features(scores, scores), _features(without_category, without_category)])
    weight = np.ones(n) if weight is None else weight
    row_weight = np.append(weight, weight * NO_MATCH_SHARE / (1 - NO_MATCH_SHARE))
    return features, np.append(correct, np.zeros(n, dtype=bool)), row_weight


def _features(scores: Scores, open_scores: Scores) -> Doubles:
    """What confidence is computed from (n, 3): a constant, the best of the open scores, and its lead over all other scores."""
    rows, best = np.arange(len(scores)), open_scores.argmax(axis=1)
    rest = scores.astype(np.float64)
    top = np.nan_to_num(rest[rows, best], neginf=0.0)
    rest[rows, best] = -np.inf
    second = rest.max(axis=1)
    lead = top - np.where(np.isfinite(second), second, np.minimum(top, 0.0))
    return np.column_stack([np.ones(len(scores)), top, lead])


def _all_equal(scores: Scores) -> Mask:
    """Rows that are as similar to each category as to any other: most likely to none."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores), dtype=bool)
    finite = np.where(np.isfinite(scores), scores, np.nan_to_num(scores.min(axis=1, keepdims=True), neginf=-1.0))
    return np.asarray(np.ptp(finite, axis=1) < EQUAL_SCORES)


# -- logistic regression -----------------------------------------------------------------------------------------------


def _probability(features: Doubles, weights: Doubles) -> Doubles:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(features @ weights, -30.0, 30.0))))


def _fit(features: Doubles, agrees: Mask, row_weight: Doubles, misfiled: float) -> tuple[Doubles, float]:
    """The weights (3,) that best explain how often suggestions agree with the filing, and their loss.

    A suggestion agrees where it is right and the example is not misfiled.
    """
    from scipy.optimize import minimize

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        """The negative log-posterior of weights (3,), and its gradient (3,)."""
        right = _probability(features, weights)
        agreement = (1.0 - misfiled) * right
        from_prior = (weights - PRIOR_WEIGHTS) / PRIOR_SPREAD
        value = -row_weight @ np.where(agrees, np.log(agreement), np.log1p(-agreement)) + 0.5 * from_prior @ from_prior
        slope = row_weight * (1.0 - right) * np.where(agrees, -1.0, agreement / (1.0 - agreement))
        return float(value), features.T @ slope + from_prior / PRIOR_SPREAD

    result = minimize(loss, PRIOR_WEIGHTS, jac=True, method="L-BFGS-B")
    return np.asarray(result.x), float(result.fun)


def _excluded(category: Rows, correct: Mask, level: float) -> tuple[int, ...]:
    """The categories whose sure suggestions were wrong more than twice as often as promised, and not by chance."""
    from scipy.stats import binom

    excluded = []
    for candidate in np.unique(category):
        wrong, count = int((~correct[category == candidate]).sum()), int((category == candidate).sum())
        if wrong > 1 and binom.sf(wrong - 1, count, 2 * (1 - level)) < CHANCE:
            excluded.append(int(candidate))
    return tuple(excluded)
