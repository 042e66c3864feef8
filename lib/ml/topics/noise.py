"""Give a part of the noise a topic: only the videos most of whose neighbours have one and the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE
from lib.ml.topics.clustering import Labels

MAJORITY = 0.5
ROUNDS = 3
"""A video that was given a topic can lead the next one into it, but not without end."""


def attach(labels: Labels, neighbours: NDArray[np.int32], distances: NDArray[np.float32]) -> Labels:
    """The same labels, where noise takes the topic that holds more than half of its neighbours by weight.

    `neighbours` (n, k) are rows, each row itself first, and `distances` (n, k) their cosine distances. The other noise
    stays noise: to have no topic is an answer. Since a majority depends on no other topic, a topic gains the same
    videos however finely the others are divided.
    """
    for _ in range(ROUNDS):
        attached = _attached(labels, neighbours, distances)
        if np.array_equal(attached, labels):
            break
        labels = attached
    return labels


def _attached(labels: Labels, neighbours: NDArray[np.int32], distances: NDArray[np.float32]) -> Labels:
    noise, topics = np.flatnonzero(labels == NOISE), np.unique(labels[labels != NOISE])
    if not len(noise) or not len(topics) or neighbours.shape[1] < 2:
        return labels
    column = np.where(labels == NOISE, len(topics), np.searchsorted(topics, labels))  # numbers rise with every run
    near = column[neighbours[noise, 1:]]
    weight = np.clip(1.0 - distances[noise, 1:], 0.0, None)
    votes = np.zeros((len(noise), len(topics) + 1), dtype=np.float64)  # the last column is noise's own
    np.add.at(votes, (np.arange(len(noise))[:, None], near), weight)
    votes[:, -1] = 0.0
    best = votes.argmax(axis=1)
    sure = votes[np.arange(len(noise)), best] > MAJORITY * weight.sum(axis=1)
    attached = labels.copy()
    attached[noise[sure]] = topics[best[sure]]
    return attached
