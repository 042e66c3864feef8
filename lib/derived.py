"""What the program computes from a library, as plain values: topics, suggestions, and what a training run changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Vectors (n, d), points (n, 2), similarities and other figures that need no double precision."""
Doubles = NDArray[np.float64]
Labels = NDArray[np.int64]
"""A number for each of n rows (n,), such as its topic."""
Levels = NDArray[np.int64]
"""The topic of each of n rows at several levels (n, levels), from broad to fine."""
Rows = NDArray[np.intp]
"""Row numbers."""
Mask = NDArray[np.bool_]
NOISE = -1
"""The topic of the videos that are in no cluster."""
ABSENT = -2
"""The topic of a video that is not on the map: it was not in the library at the training run in question."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster of the map.

    `topic` is its number, -1 for noise; `words` are its most typical terms, the best first; `size` is its number of videos.
    """

    topic: int
    name: str
    words: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The video belongs in the category `to_playlist`.

    `from_playlists`: the playlists that hold the video now. `confidence`: the calibrated probability that the category is
    right, 0 to 1. `sure`: whether it is in the set for which the classifier promises a precision. `why`: the reason, for
    people. `misfit`: the video is filed already, in another category. `alternatives`: the next best categories.
    `question`: doubtful suggestions with the same number (1, 2, ...; 0 for none) are similar and can be answered together.
    """

    video_id: str
    from_playlists: tuple[str, ...]
    to_playlist: str
    confidence: float
    sure: bool
    why: str
    misfit: bool = False
    alternatives: tuple[str, ...] = ()
    question: int = 0


def expected_wrong(suggestions: Iterable[Suggestion]) -> float:
    """How many of the suggestions are expected to be wrong: the sum of 1 - confidence, which is calibrated."""
    return sum(1.0 - suggestion.confidence for suggestion in suggestions)


@dataclass(frozen=True, slots=True)
class SuggestionChange:
    """A suggestion that a training run changed: the category suggested before and after it, "" for none, and whether sure."""

    video_id: str
    category_before: str
    category_after: str
    sure_before: bool
    sure_after: bool


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One training of the classifier, after `decisions` new decisions of the user, and the suggestions that it changed.

    Of the last `asked` videos that the user decided about and that had a suggestion, the user agreed with `agreed`.
    """

    learned_at: datetime
    decisions: int
    changed: tuple[SuggestionChange, ...]
    agreed: int
    asked: int
