"""How sure a guess is, measured on examples that the model never saw. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.topics.ridge import Mask, Scores

Weights = NDArray[np.float64]

PRIOR = np.array([-1.2, 1.0, 10.0])
"""Weights of the judge before anything was measured: what held where few examples placed real videos."""
PRIOR_SPREAD = np.array([1.0, 1.0, 4.0])
FEWEST_TO_BE_SURE = 30
"""With fewer examples no promise of precision can be tested."""
NO_MATCH_SHARE = 0.01
"""How much of an inbox is taken to belong in no category at all."""
DOUBT = 0.3
"""The chance that is taken that the measured precision was luck."""
LEAST_SURE = 0.7
ALIKE = 1e-5
MOST_MISFILED = 0.06
"""More slips than this are not believed: then the categories themselves are hard to tell apart."""
FEWEST_TO_SEE_SLIPS = 60


@dataclass(frozen=True, slots=True)
class Judge:
    """From the two best scores of a row to how likely the best is right, and the confidence from which it is *sure*."""

    weights: Weights
    sure_at: float

    def confidence(self, scores: Scores, allowed: Mask | None = None) -> Weights:
        """How likely the best is right, or the best that is allowed: scores and mask (n, c) to (n,), between 0 and 1.

        A better one that is not allowed still speaks against it. 0 where nothing is allowed, or all score alike.
        """
        seen = scores if allowed is None else np.where(allowed, scores, -np.inf)
        tells = np.isfinite(seen).any(axis=1) & ~_all_alike(scores)
        return np.where(tells, _probability(_signals(scores, seen), self.weights), 0.0)


def calibrate(scores: Scores, homeless: Scores, belongs: Mask, level: float) -> Judge:
    """A judge for rows like these, each scored by a model that never saw it: `scores` and truth `belongs` (n, c).

    `homeless` (n, c) are the same rows scored as if their category did not exist, so that the judge has seen what belongs
    nowhere. It begins from `PRIOR` and moves as far as the rows show (logistic regression, maximum a posteriori). *Sure*
    is the largest set whose precision is `level` at least, as its lower bound tells (Clopper and Pearson 1934).
    """
    hits = belongs[np.arange(len(scores)), scores.argmax(axis=1)] if len(scores) else np.zeros(0, dtype=bool)
    signals = np.vstack([_signals(scores, scores), _signals(homeless, homeless)])
    outcome = np.append(hits, np.zeros(len(hits), dtype=bool))
    share = np.append(np.ones(len(hits)), np.full(len(hits), NO_MATCH_SHARE / (1 - NO_MATCH_SHARE)))
    weights = _weights(signals, outcome, share)
    if len(scores) < FEWEST_TO_BE_SURE or not hits.any():
        return Judge(weights, np.inf)
    confidence = _probability(signals, weights)
    slips = misfiled_share(confidence[: len(hits)], hits)
    return Judge(weights, _bar(confidence, outcome, share, level * (1 - slips)))


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
    return np.asarray(np.ptp(scores, axis=1) < ALIKE)


def _probability(signals: Weights, weights: Weights) -> Weights:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(signals @ weights, -30.0, 30.0))))


def _weights(signals: Weights, outcome: Mask, share: Weights) -> Weights:
    from scipy.optimize import minimize

    sign = np.where(outcome, 1.0, -1.0)

    def loss(weights: Weights) -> tuple[float, Weights]:
        margin = sign * (signals @ weights)
        away = (weights - PRIOR) / PRIOR_SPREAD
        slope = -share * sign * _probability(-margin[:, None], np.ones(1))
        value = float(share @ np.logaddexp(0.0, -margin) + 0.5 * away @ away)
        return value, signals.T @ slope + away / PRIOR_SPREAD

    return np.asarray(minimize(loss, PRIOR, jac=True, method="L-BFGS-B").x)


def _bar(confidence: Weights, outcome: Mask, share: Weights, level: float) -> float:
    """The lowest confidence down to which at least `level` was right, but for luck; inf where there is none."""
    from scipy.stats import beta

    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((outcome * share)[order])
    wrong = np.cumsum(share[order]) - right
    precision = beta.ppf(DOUBT, np.maximum(right, 1e-9), wrong + 1.0)
    reached = np.flatnonzero((precision >= level) & (confidence[order] >= LEAST_SURE))
    return float(confidence[order[reached[-1]]]) if len(reached) else float("inf")


def misfiled_share(confidence: Weights, hits: Mask) -> float:
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
