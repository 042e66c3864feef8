"""Attach noise to topics: only the videos of whose neighbours a majority has one and the same topic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE, Labels

MAJORITY = 0.5
"""The share of the neighbours, by weight, that must have the topic. Chosen by hand."""
ROUNDS = 3
"""How often the vote is repeated: a video that was attached votes in the next round, but not without end. Chosen by hand."""


def attach(labels: Labels, neighbours: NDArray[np.int32], distances: NDArray[np.float32]) -> Labels:
    """The labels (n,) with noise given the topic that more than half of its neighbours have, weighted by cosine.

    `neighbours` (n, k) are rows, each row itself first, and `distances` (n, k) their cosine distances. The other noise
    stays noise. Since a majority does not depend on the other topics, a topic gains the same videos however finely the
    others are divided.
    """
    for _ in range(ROUNDS):
        attached = _vote(labels, neighbours, distances)
        if np.array_equal(attached, labels):
            break
        labels = attached
    return labels


def _vote(labels: Labels, neighbours: NDArray[np.int32], distances: NDArray[np.float32]) -> Labels:
    """One round of `attach`."""
    noise, topics = np.flatnonzero(labels == NOISE), np.unique(labels[labels != NOISE])
    if not len(noise) or not len(topics) or neighbours.shape[1] < 2:
        return labels
    column = np.where(labels == NOISE, len(topics), np.searchsorted(topics, labels))  # numbers rise with every run
    weight = np.clip(1.0 - distances[noise, 1:], 0.0, None)
    votes = np.zeros((len(noise), len(topics) + 1), dtype=np.float64)  # the last column counts votes for noise
    np.add.at(votes, (np.arange(len(noise))[:, None], column[neighbours[noise, 1:]]), weight)
    votes[:, -1] = 0.0
    best = votes.argmax(axis=1)
    majority = votes[np.arange(len(noise)), best] > MAJORITY * weight.sum(axis=1)
    attached = labels.copy()
    attached[noise[majority]] = topics[best[majority]]
    return attached
