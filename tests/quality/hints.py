"""How right the hints about playlists are: `rows` yields the table's lines.

Subjects are joined by twos, or cut in two at random, and it is counted how often that is noticed; and how often something
is said of a subject that was left alone, or of two that are neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lib.ml.merge_split import MIN_PART, find_merges_and_splits
from tests.quality.sets import Labelled

Rows = NDArray[np.intp]
MOST_PAIRS, MOST_OF_ONE = 60, 100


@dataclass(frozen=True, slots=True)
class Noticed:
    """One line: what was made, what a hint would say, and in how many of the cases there was one."""

    made: str
    hint: str
    cases: int
    hinted: int

    def line(self) -> str:
        """The row of the table."""
        share = self.hinted / max(self.cases, 1)
        return f"    {self.made:<34} {self.hint:<8} {self.hinted:>4} of {self.cases:>4}  {share:6.3f}"


def rows(library: Labelled) -> Iterator[Noticed]:
    """Joined, cut, and left alone."""
    chance = np.random.default_rng(0)
    subjects = [np.flatnonzero(library.truth == one) for one in range(len(library.names))]
    large = [chance.permutation(one)[:MOST_OF_ONE] for one in subjects if len(one) >= 2 * MIN_PART]
    pairs = list(combinations(range(len(large)), 2))
    pairs = [pairs[int(at)] for at in chance.permutation(len(pairs))[:MOST_PAIRS]]
    joined = [_split(library, np.concatenate([large[i], large[j]])) for i, j in pairs]
    alone = [_split(library, one) for one in large]
    halves = [one for one in large if len(one) >= 24]
    cut = [_merge(library, {"one": one[: len(one) // 2], "other": one[len(one) // 2 :]}) for one in halves]
    whole = _merge(library, {str(at): one for at, one in enumerate(large)})
    yield Noticed("two subjects joined", "split", len(joined), sum(joined))
    yield Noticed("a subject left alone", "split", len(alone), sum(alone))
    yield Noticed("a subject cut in two at random", "merge", len(cut), sum(cut))
    yield Noticed("all subjects as they are", "merge", len(large), whole)


def _columns(library: Labelled) -> dict[str, list[str]]:
    videos = library.videos
    return {
        "titles": [one.title for one in videos],
        "texts": library.texts,
        "channels": [one.channel_title for one in videos],
    }


def _split(library: Labelled, members: Rows) -> int:
    hints = find_merges_and_splits(library.vectors, {"one": members.tolist()}, {"one": "One"}, _columns(library))
    return len(hints.splits)


def _merge(library: Labelled, members: dict[str, Rows]) -> int:
    held, names = {key: rows.tolist() for key, rows in members.items()}, dict.fromkeys(members, "Same")
    return len(find_merges_and_splits(library.vectors, held, names, _columns(library)).merges)
