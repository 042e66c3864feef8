"""Active learning: what to ask a person next about the videos that are not sure. Arrays in, arrays out.

First batches of videos that are likely to be right, then single ones, the most informative first. To correct a batch costs
one decision and one for each mistake in it, which is less than one for each video as long as some are right. A single
answer is worth the doubt that it removes from the videos similar to it; each next one is that which removes most of what
is left, which is doubt, density and diversity in one measure (facility location; Wei, Iyer and Bilmes 2015, "Submodularity
in data subset selection and active learning").
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace

import numpy as np
from numpy.typing import NDArray

from lib.derived import Rows

AnyFloats = NDArray[np.floating]

MIN_BATCH_CONFIDENCE = 0.3
"""A suggestion with less confidence is asked about alone. Chosen by hand."""
MIN_BATCH, MAX_BATCH = 6, 12
"""So many suggestions of one category make a batch of their own; and so many a person can look over at a time. Chosen by hand."""
SHARPNESS = 8
"""The power to which similarities are raised, so that only near videos count. Chosen by hand; `python -m tests.quality choosing` measures it."""


def questions(similarity: AnyFloats, best: Rows, confidence: AnyFloats) -> list[list[int]]:
    """The n rows in the order to ask about them, those of one question together; every row is in one question.

    `similarity` (n, n), symmetric; `best` (n,): the category suggested for each row; `confidence` (n,): the probability
    that it is right. Batches come first, by the number of right suggestions to expect, then single rows. A batch is of one
    category; suggestions of categories with too few for a batch share some.
    """
    likely = confidence >= MIN_BATCH_CONFIDENCE
    rows_of = [np.flatnonzero((best == category) & likely) for category in np.unique(best)]
    batches = [batch for rows in rows_of if len(rows) >= MIN_BATCH for batch in _batches(similarity, rows)]
    mixed = np.concatenate([*(rows for rows in rows_of if len(rows) < MIN_BATCH), np.zeros(0, np.intp)])
    if len(mixed):
        batches += [batch for batch in np.array_split(mixed, -(-len(mixed) // MAX_BATCH)) if len(batch) > 1]
    batches.sort(key=lambda batch: -confidence[batch].sum())
    in_batch = np.isin(np.arange(len(best)), np.concatenate([*batches, np.zeros(0, np.intp)]))
    single = most_informative_first(similarity, confidence, np.flatnonzero(~in_batch))
    return [batch.tolist() for batch in batches] + [[row] for row in single]


def _batches(similarity: AnyFloats, rows: Rows) -> list[Rows]:
    """Rows in batches of at most `MAX_BATCH`, similar ones next to each other (leaf order of average linkage)."""
    if len(rows) < 3:
        return [rows]
    from scipy.cluster.hierarchy import leaves_list, linkage

    block = similarity[np.ix_(rows, rows)]
    distance = block.max() - block
    tree = linkage(distance[np.triu_indices(len(rows), 1)], method="average")
    return list(np.array_split(rows[leaves_list(tree)], -(-len(rows) // MAX_BATCH)))


def most_informative_first(similarity: AnyFloats, confidence: AnyFloats, rows: Rows) -> list[int]:
    """The rows in the greedy order of facility location, weighted with doubt, 1 - confidence.

    A row's gain only falls as others are chosen, so few have to be computed anew at each step (lazy greedy, Minoux 1978).
    """
    near = np.maximum(similarity[np.ix_(rows, rows)], 0.0)
    near = (near / max(near.max(initial=0.0), 1e-9)) ** SHARPNESS
    doubt, covered, order = 1.0 - confidence[rows], np.zeros(len(rows)), list[int]()
    queue = [(-float(gain), i) for i, gain in enumerate(near @ doubt)]
    heapify(queue)
    while queue:
        best = queue[0][1]
        gain = float(doubt @ np.maximum(near[best] - covered, 0.0))
        heapreplace(queue, (-gain, best))
        if queue[0][1] == best:
            heappop(queue)
            covered = np.maximum(covered, near[best])
            order.append(int(rows[best]))
    return order
