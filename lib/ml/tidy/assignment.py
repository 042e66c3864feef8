"""Which playlist each topic becomes, so that the fewest videos have to be filed: an assignment problem."""

from __future__ import annotations

from collections.abc import Collection, Mapping

LEAST_SHARE = 1 / 3
"""So much of the group and of the playlist must be in common, or the one is not the other under another name."""


def best_matches(
    groups: Mapping[str, Collection[str]], playlists: Mapping[str, Collection[str]]
) -> dict[str, str | None]:
    """The playlist for each group of video ids, no playlist twice; None where none has enough in common.

    `groups` and `playlists` are video ids by name. Every shared video is a write saved, and one more is the playlist that
    need not be created. Kuhn's assignment (1955), as scipy solves it: O(n^3).
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    held = [set(videos) for videos in playlists.values()]
    saved = np.array([[_saved(set(videos), other) for other in held] for videos in groups.values()])
    found: dict[str, str | None] = dict.fromkeys(groups)
    if saved.size == 0:
        return found
    names, keys = list(groups), list(playlists)
    for row, column in zip(*linear_sum_assignment(saved, maximize=True), strict=True):
        if saved[row, column]:
            found[names[row]] = keys[column]
    return found


def _saved(group: set[str], playlist: set[str]) -> int:
    """The writes saved where the group becomes that playlist; 0 where they have too little in common."""
    shared = len(group & playlist)
    enough = shared > 0 and shared >= LEAST_SHARE * max(len(group), len(playlist))
    return shared + 1 if enough else 0
