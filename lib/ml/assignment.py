"""Assignment: which playlist each topic becomes, so that the fewest videos have to be filed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

MIN_SHARE = 1 / 3
"""The share of the larger of the two that must be in common for a topic to become a playlist. Chosen by hand."""


def best_matches(
    groups: Mapping[str, Collection[str]], playlists: Mapping[str, Collection[str]]
) -> dict[str, str | None]:
    """The playlist for each group of videos, no playlist twice; None where none has enough in common.

    `groups` and `playlists`: video ids by the name of the group and by playlist id. Every shared video saves a write, and
    one more is saved where no playlist has to be created; the sum is maximised (linear sum assignment, Kuhn 1955), O(n^3).
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    playlist_videos = [set(videos) for videos in playlists.values()]
    saved = np.array([[_saved_writes(set(videos), held) for held in playlist_videos] for videos in groups.values()])
    matches: dict[str, str | None] = dict.fromkeys(groups)
    if saved.size == 0:
        return matches
    names, keys = list(groups), list(playlists)
    for row, column in zip(*linear_sum_assignment(saved, maximize=True), strict=True):
        if saved[row, column]:
            matches[names[row]] = keys[column]
    return matches


def _saved_writes(group: set[str], playlist: set[str]) -> int:
    """The writes saved where the group becomes that playlist; 0 where they have too little in common."""
    shared = len(group & playlist)
    enough = shared > 0 and shared >= MIN_SHARE * max(len(group), len(playlist))
    return shared + 1 if enough else 0
