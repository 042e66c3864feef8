"""How sure a guess is, measured on examples that the model never saw. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.ml.classifier.kernel_ridge import Mask, Rows, Scores

Weights = NDArray[np.float64]

PRIOR = np.array([-1.2, 1.0, 10.0])
"""Weights of the judge before anything was measured: what held where few examples placed real videos."""
PRIOR_SPREAD = np.array([1.0, 1.0, 4.0])
FEWEST_TO_BE_SURE = 100
"""With fewer examples no promise of precision can be tested."""
NO_MATCH_SHARE = 0.01
"""How much of an inbox is taken to belong in no category at all."""
DOUBT = 0.2
"""The chance that is taken that the measured precision was luck."""
LEAST_SURE = 0.7
STRANGE = 0.002
"""What scores lower than all but such a share of what a promise was measured on is not covered by it."""
CHANCE = 0.05
"""A category that was wrong more often than this chance allows is not trusted."""
ALIKE = 1e-5
MOST_MISFILED = 0.06
"""More slips than this are not believed: then the categories themselves are hard to tell apart."""
RATES = np.linspace(0.0, MOST_MISFILED, 7)
AS_GOOD = 1.92
"""Rates whose logarithm of likelihood lies so close to the best one's are as good, at 95 %."""


@dataclass(frozen=True, slots=True)
class Judge:
    """From the two best scores of a row to how likely the best is right, and the confidence from which it is *sure*.

    `familiar_at` is the score from which: a stranger can lead by much and still have little in common with anything.
    `distrusted` are the categories that were too often wrong above that: what the library cannot tell apart is never sure.
    """

    weights: Weights
    sure_at: float
    familiar_at: float = -np.inf
    distrusted: tuple[int, ...] = ()

    def confidence(self, scores: Scores, allowed: Mask | None = None) -> Weights:
        """How likely the best is right, or the best that is allowed: scores and mask (n, c) to (n,), between 0 and 1.

        A better one that is not allowed still speaks against it. 0 where nothing is allowed, or all score alike.
        """
        seen = scores if allowed is None else np.where(allowed, scores, -np.inf)
        tells = np.isfinite(seen).any(axis=1) & ~_all_alike(scores)
        return np.where(tells, _probability(_signals(scores, seen), self.weights), 0.0)

    def sure(self, confidence: Weights, scores: Scores) -> Mask:
        """Which guesses, by their confidence (n,) and the scores of what is allowed (n, c), are sure."""
        enough = (confidence >= self.sure_at) & (scores.max(axis=1, initial=-np.inf) >= self.familiar_at)
        return np.asarray(enough & ~np.isin(scores.argmax(axis=1), self.distrusted))


def calibrate(
    scores: Scores, homeless: Scores, belongs: Mask, level: float, counts: Weights | None = None, slips: float = 0.0
) -> Judge:
    """A judge for rows like these, each scored by a model that never saw it: `scores` and truth `belongs` (n, c).

    `counts` (n,) is how much each row counts, 1 on average; `slips` the share that is filed wrongly: see `misfiled_share`.
    `homeless` (n, c) are the same rows scored as if their category did not exist, so that the judge has seen what belongs
    nowhere. It begins from `PRIOR` and moves as far as the rows show (logistic regression, maximum a posteriori). *Sure*
    is the largest set whose precision is `level` at least, as its lower bound tells (Clopper and Pearson 1934).
    """
    signals, outcome, share = _rows(scores, homeless, belongs, counts)
    weights, _ = _fitted(signals, outcome, share, slips)
    hits, level = outcome[: len(scores)], level * (1.0 - slips)
    if len(scores) < FEWEST_TO_BE_SURE or not hits.any():
        return Judge(weights, np.inf)
    confidence = _probability(signals, weights)
    bar = _bar(confidence, outcome, share, level)
    above = confidence[: len(hits)] >= bar
    if not above.any():
        return Judge(weights, np.inf)
    familiar = float(np.quantile(scores[above].max(axis=1), STRANGE))
    return Judge(weights, bar, familiar, _distrusted(scores[above].argmax(axis=1), hits[above], level))


def _rows(scores: Scores, homeless: Scores, belongs: Mask, counts: Weights | None) -> tuple[Weights, Mask, Weights]:
    """Signals, whether the guess agrees with the filing, and how much the row counts: filed rows, then homeless ones."""
    hits = belongs[np.arange(len(scores)), scores.argmax(axis=1)] if len(scores) else np.zeros(0, dtype=bool)
    signals = np.vstack([_signals(scores, scores), _signals(homeless, homeless)])
    counts = np.ones(len(hits)) if counts is None else counts
    share = np.append(counts, counts * NO_MATCH_SHARE / (1 - NO_MATCH_SHARE))
    return signals, np.append(hits, np.zeros(len(hits), dtype=bool)), share


def _signals(scores: Scores, allowed: Scores) -> Weights:
    """What confidence is read from: a constant, the best score of the `allowed`, and its lead over every other."""
    rows, best = np.arange(len(scores)), allowed.argmax(axis=1)
    others = scores.astype(np.float64)
    top = np.nan_to_num(others[rows, best], neginf=0.0)
    others[rows, best] = -np.inf
    second = others.max(axis=1)
    return np.column_stack(
        [np.ones(len(scores)), top, top - np.where(np.isfinite(second), second, np.minimum(top, 0.0))]
    )


def _all_alike(scores: Scores) -> Mask:
    """Rows that have as much in common with each category as with any other: most likely nothing."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores), dtype=bool)
    finite = np.where(np.isfinite(scores), scores, np.nan_to_num(scores.min(axis=1, keepdims=True), neginf=-1.0))
    return np.asarray(np.ptp(finite, axis=1) < ALIKE)


def _probability(signals: Weights, weights: Weights) -> Weights:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(signals @ weights, -30.0, 30.0))))


def _fitted(signals: Weights, outcome: Mask, share: Weights, slips: float) -> tuple[Weights, float]:
    """Weights under which a guess agrees with the filing as often as it does, and the loss that remains.

    A guess agrees where it is right and no slip of filing stands against it.
    """
    from scipy.optimize import minimize

    def loss(weights: Weights) -> tuple[float, Weights]:
        right = _probability(signals, weights)
        agrees = (1.0 - slips) * right
        away = (weights - PRIOR) / PRIOR_SPREAD
        value = -share @ np.where(outcome, np.log(agrees), np.log1p(-agrees)) + 0.5 * away @ away
        slope = share * (1.0 - right) * np.where(outcome, -1.0, agrees / (1.0 - agrees))
        return float(value), signals.T @ slope + away / PRIOR_SPREAD

    found = minimize(loss, PRIOR, jac=True, method="L-BFGS-B")
    return np.asarray(found.x), float(found.fun)


def _bar(confidence: Weights, outcome: Mask, share: Weights, level: float) -> float:
    """The lowest confidence down to which at least `level` was right, but for luck; inf where there is none."""
    from scipy.stats import beta

    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((outcome * share)[order])
    wrong = np.cumsum(share[order]) - right
    precision = beta.ppf(DOUBT, np.maximum(right, 1e-9), wrong + 1.0)
    reached = np.flatnonzero((precision >= level) & (confidence[order] >= LEAST_SURE))
    return float(confidence[order[reached[-1]]]) if len(reached) else float("inf")


def _distrusted(category: Rows, hits: Mask, level: float) -> tuple[int, ...]:
    """The categories whose sure guesses were wrong more than twice as often as promised, and not by chance."""
    from scipy.stats import binom

    wrong = {
        int(one): (int((~hits[category == one]).sum()), int((category == one).sum())) for one in np.unique(category)
    }
    return tuple(one for one, (bad, of) in wrong.items() if bad > 1 and binom.sf(bad - 1, of, 2 * (1 - level)) < CHANCE)


def misfiled_share(scores: Scores, homeless: Scores, belongs: Mask, counts: Weights | None = None) -> float:
    """How much of what is filed stands in the wrong place: 0 to `MOST_MISFILED`. Arguments as of `calibrate`.

    A model errs more where it is less confident; a person's slips of filing know nothing of that. So slips are the share of
    disagreement that no confidence takes away: the lapse rate of a psychometric function (Wichmann and Hill 2001). Of the
    rates that explain the rows about as well as the best one, the lowest is believed. Without it nothing would be *sure* in
    any library that is not perfectly tidy.
    """
    signals, outcome, share = _rows(scores, homeless, belongs, counts)
    losses = [_fitted(signals, outcome, share, float(rate))[1] for rate in RATES]
    return float(RATES[next(i for i, one in enumerate(losses) if one <= min(losses) + AS_GOOD)])
