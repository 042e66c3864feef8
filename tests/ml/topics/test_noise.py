"""Noise stays honest: it takes a topic only where most of its neighbours have that one."""

from __future__ import annotations

import numpy as np

from lib.derived import NOISE
from lib.ml.topics.noise import attach


def near(*rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The same neighbours for a first row of noise, all as near; other rows know only themselves."""
    width = max(len(row) for row in rows)
    table = np.array([row + row[:1] * (width - len(row)) for row in rows], np.int32)
    return table, np.full(table.shape, 0.5, np.float32)


def test_noise_takes_the_topic_of_most_of_its_neighbours() -> None:
    labels = np.array([NOISE, 0, 0, 1])
    assert attach(labels, *near([0, 1, 2, 3], [1], [2], [3])).tolist() == [0, 0, 0, 1]


def test_half_of_them_is_not_most() -> None:
    labels = np.array([NOISE, 0, 1])
    assert attach(labels, *near([0, 1, 2], [1], [2])).tolist() == labels.tolist()


def test_neighbours_that_are_noise_vote_for_noise() -> None:
    labels = np.array([NOISE, 0, NOISE, NOISE])
    assert attach(labels, *near([0, 1, 2, 3], [1], [2], [3]))[0] == NOISE


def test_a_nearer_neighbour_counts_more() -> None:
    labels = np.array([NOISE, 0, 1, 1])
    rows, distances = near([0, 1, 2, 3], [1], [2], [3])
    distances[0] = [0.0, 0.1, 0.8, 0.8]
    assert attach(labels, rows, distances)[0] == 0


def test_a_topic_gains_the_same_videos_however_finely_the_others_are_divided() -> None:
    rows, distances = near([0, 1, 2, 3], [1], [2], [3])
    divided, whole = np.array([NOISE, 0, 0, 1]), np.array([NOISE, 0, 0, 0])
    assert attach(divided, rows, distances)[0] == attach(whole, rows, distances)[0] == 0


def test_topics_themselves_are_never_changed_and_all_noise_stays_noise() -> None:
    labels = np.array([1, 0, 0])
    rows = near([0, 1, 2], [1, 0, 2], [2, 0, 1])
    assert attach(labels, *rows).tolist() == labels.tolist()
    assert attach(np.full(3, NOISE), *rows).tolist() == [NOISE] * 3


def test_a_number_that_rose_over_many_runs_costs_no_memory() -> None:
    labels = np.array([NOISE, 10**12, 10**12, 7])
    assert attach(labels, *near([0, 1, 2, 3], [1], [2], [3])).tolist() == [10**12, 10**12, 10**12, 7]
