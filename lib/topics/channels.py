"""How much a channel tells of where its videos belong: a cook's nearly all, a conference's nothing. Arrays in, a number out."""

from __future__ import annotations

import numpy as np

from lib.topics.ridge import Mask, Rows

USUAL = 0.4
"""What a channel tells in a library of which nothing is known yet."""
AS_KNOWN = 10.0
"""So many videos of channels filed before count as much as what is usual."""


def tells(channel: Rows, belongs: Mask) -> float:
    """How much better than chance another video of the same channel tells the category: 0 for not at all, 1 for always.

    `channel` (n,): the channel of each filed row, -1 for none; `belongs` (n, c): their categories. Each row is compared with
    the others of its channel: the share that is in a category with it, beyond the share that any two rows are (Cohen 1960).
    """
    rows, agreed, n = 0, 0.0, len(channel)
    for group in _of_two_or_more(channel):
        together = belongs[group].astype(np.float32)
        shares = (together @ together.T) > 0
        agreed += (shares.sum() - len(group)) / (len(group) - 1)
        rows += len(group)
    sizes = belongs.sum(axis=0, dtype=np.float64)
    chance = min(float((sizes * (sizes - 1)).sum() / max(n * (n - 1), 1)), 1.0)
    found = (agreed - rows * chance) / (1.0 - chance) if chance < 1.0 else 0.0
    return float(np.clip((found + AS_KNOWN * USUAL) / (rows + AS_KNOWN), 0.0, 1.0))


def _of_two_or_more(channel: Rows) -> list[Rows]:
    """The rows of each channel that has two or more."""
    order = np.argsort(channel, kind="stable")
    order = order[channel[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(channel[order])) + 1)
    return [group for group in groups if len(group) > 1]
