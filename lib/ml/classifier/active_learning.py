"""What to ask a person next about the videos that are not sure: first together what looks likely, then single ones that tell most.

To look over a list and correct what is wrong in it costs one answer and one for each mistake, which is less than one for each
video as long as some are right. Of single ones, each tells something of those much like it, the more doubtful they are; so
that one is asked next that tells most beyond what those before it told, which is doubt, density and diversity in one measure
(facility location; Wei, Iyer and Bilmes 2015).
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace

import numpy as np
from numpy.typing import NDArray

from lib.ml.classifier.kernel_ridge import Rows

Floats = NDArray[np.floating]

LIKELY = 0.3
"""A guess that is less likely is asked about alone."""
ENOUGH, MOST = 6, 12
"""So many videos make a list of their own category; and so many a person can look over at a time."""
SHARPNESS = 8
"""The power of the likeness by which a video tells of others: of near ones alone."""


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
    return [part.tolist() for part in groups] + [[row] for row in by_worth(alike, confidence, np.flatnonzero(~grouped))]


def _lists(alike: Floats, rows: Rows) -> list[Rows]:
    """Rows in lists of at most 12, those that are alike next to each other."""
    if len(rows) < 3:
        return [rows]
    from scipy.cluster.hierarchy import leaves_list

    order = rows[leaves_list(_tree(alike[np.ix_(rows, rows)]))]
    return list(np.array_split(order, -(-len(rows) // MOST)))


def by_worth(alike: Floats, confidence: Floats, rows: Rows) -> list[int]:
    """The rows in the order in which each tells most of all that those before it left in doubt.

    What a row tells only falls as others are chosen, so few have to be weighed anew at each step (Minoux 1978).
    """
    near = np.maximum(alike[np.ix_(rows, rows)], 0.0)
    near = (near / max(near.max(initial=0.0), 1e-9)) ** SHARPNESS
    doubt, told, order = 1.0 - confidence[rows], np.zeros(len(rows)), list[int]()
    waiting = [(-float(worth), i) for i, worth in enumerate(near @ doubt)]
    heapify(waiting)
    while waiting:
        best = waiting[0][1]
        worth = float(doubt @ np.maximum(near[best] - told, 0.0))
        heapreplace(waiting, (-worth, best))
        if waiting[0][1] == best:
            heappop(waiting)
            told = np.maximum(told, near[best])
            order.append(int(rows[best]))
    return order


def _tree(alike: Floats) -> Floats:
    from scipy.cluster.hierarchy import linkage

    apart = alike.max() - alike
    return np.asarray(linkage(apart[np.triu_indices(len(alike), 1)], method="average"))
