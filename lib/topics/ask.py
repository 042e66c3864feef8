"""What to ask a person next about the videos that are not sure: first together what looks likely, then single ones that tell most.

To look over a list and correct what is wrong in it costs one answer and one for each mistake, which is less than one for each
video as long as some are right. Of single ones, those between two categories teach most, but not ten of a kind: the most
doubtful are spread over clusters, and of each cluster the most typical is asked first (margin, then diversity, then density;
Zhdanov 2019, Hacohen, Dekel and Weinshall 2022).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lib.topics.ridge import Rows

Floats = NDArray[np.floating]

LIKELY = 0.3
"""A guess that is less likely is asked about alone."""
ENOUGH, MOST = 6, 12
"""So many videos make a list of their own category; and so many a person can look over at a time."""
ROUND = 10
"""So many single videos are chosen at a time, out of four times as many doubtful ones."""


def questions(alike: Floats, best: Rows, confidence: Floats) -> list[list[int]]:
    """The rows to ask about, in the order to ask, those of one question together; every row is in one.

    `alike` (n, n) is how alike the rows are, `best` (n,) the category that each would be filed in, `confidence` (n,) how
    likely that is right. Lists come first, those with most to gain before all, then single rows. A list is of one category;
    those of which there are too few for one are put together.
    """
    likely = confidence >= LIKELY
    of_one = {int(one): np.flatnonzero((best == one) & likely) for one in np.unique(best)}
    groups = [part for rows in of_one.values() if len(rows) >= ENOUGH for part in _lists(alike, rows)]
    few = np.concatenate([*(rows for rows in of_one.values() if len(rows) < ENOUGH), np.zeros(0, np.intp)])
    groups += [part for part in np.array_split(few, -(-len(few) // MOST)) if len(part) > 1] if len(few) else []
    groups.sort(key=lambda part: -confidence[part].sum())
    grouped = np.isin(np.arange(len(best)), np.concatenate([*groups, np.zeros(0, np.intp)]))
    return [part.tolist() for part in groups] + [
        [row] for row in _by_worth(alike, confidence, np.flatnonzero(~grouped))
    ]


def _lists(alike: Floats, rows: Rows) -> list[Rows]:
    """Rows in lists of at most 12, those that are alike next to each other."""
    if len(rows) < 3:
        return [rows]
    from scipy.cluster.hierarchy import leaves_list

    order = rows[leaves_list(_tree(alike[np.ix_(rows, rows)]))]
    return list(np.array_split(order, -(-len(rows) // MOST)))


def _by_worth(alike: Floats, confidence: Floats, rows: Rows) -> list[int]:
    """Single rows, round after round: of the most doubtful the most typical of each of ten clusters, those in doubt first."""
    left, order = rows[np.argsort(confidence[rows], kind="stable")], list[int]()
    while len(left) > ROUND:
        doubtful = left[: 4 * ROUND]
        chosen = _spread(alike[np.ix_(doubtful, doubtful)])
        order += [int(row) for row in doubtful[chosen]]
        left = np.concatenate([np.delete(doubtful, chosen), left[4 * ROUND :]])
    return order + [int(row) for row in left]


def _spread(alike: Floats) -> Rows:
    """The most typical row of each of ten clusters, in their order."""
    from scipy.cluster.hierarchy import fcluster

    member_of = fcluster(_tree(alike), ROUND, criterion="maxclust")
    typical = [
        members[alike[np.ix_(members, members)].mean(axis=1).argmax()]
        for members in (np.flatnonzero(member_of == number) for number in np.unique(member_of))
    ]
    return np.sort(np.array(typical, dtype=np.intp))


def _tree(alike: Floats) -> Floats:
    from scipy.cluster.hierarchy import linkage

    apart = alike.max() - alike
    return np.asarray(linkage(apart[np.triu_indices(len(alike), 1)], method="average"))
