"""Why a video is suggested for a category: in one line the strongest reason, or all reasons side by side. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.tokens import ngrams

MIN_CHANNEL_VIDEOS, MIN_CHANNEL_SHARE = 3, 0.8
"""A channel is a reason where so many of its videos are in the category, and so large a share of those filed. Chosen by hand."""
MAX_SHARED_WORDS = 3
MAX_TITLE = 60
"""Characters of a title in a reason."""
MAX_NEAREST, MAX_WORDS = 3, 5
"""So many members and words an `Explanation` holds."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """A word or phrase of the video: how many members of the category contain it, and how many filed videos elsewhere."""

    word: str
    in_category: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for a category.

    `nearest`: the ids of the most similar members, with the cosine of their embeddings. `of_channel`: how many filed videos
    of the same channel are in the category, and how many are filed at all. `words`: those that distinguish the category, the
    strongest first. `in_category`, `elsewhere`: how many videos are filed there, and in other categories.
    """

    nearest: tuple[tuple[str, float], ...]
    of_channel: tuple[int, int]
    words: tuple[WordCounts, ...]
    in_category: int
    elsewhere: int


@lru_cache(maxsize=50_000)
def phrase_set(text: str) -> frozenset[str]:
    """The phrases of a text; cached, since each training run asks for those of all that is filed."""
    return frozenset(ngrams(text, STOP_WORDS))


def explain(
    video_id: str,
    members: Collection[str],
    filed: Collection[str],
    vectors: Mapping[str, NDArray[np.float32]],
    texts: Mapping[str, str],
    channels: Mapping[str, str],
) -> Explanation:
    """What speaks for filing a video with these members, of all videos that are `filed`; the last three are by video id.

    Words are ranked by the logarithm of the ratio of their frequencies in the category and elsewhere, smoothed; a word in
    only one member is no reason.
    """
    inside = [member for member in dict.fromkeys(members) if member in texts and member != video_id]
    outside = [video for video in dict.fromkeys(filed) if video in texts and video not in {*inside, video_id}]
    cosines = [(member, float(vectors[member] @ vectors[video_id])) for member in inside if member in vectors]
    nearest = sorted(cosines, key=lambda pair: -pair[1])[:MAX_NEAREST]
    channel = channels.get(video_id, "")
    channel_inside, channel_outside = (
        sum(channel != "" and channels.get(video) == channel for video in videos) for videos in (inside, outside)
    )
    counts_inside, counts_outside = _phrase_counts(inside, texts), _phrase_counts(outside, texts)
    words = [WordCounts(w, counts_inside[w], counts_outside[w]) for w in sorted(phrase_set(texts[video_id]))]

    def log_ratio(word: WordCounts) -> float:
        """How much more frequent the word is inside the category than outside, as a smoothed logarithm."""
        frequency_inside = (word.in_category + 0.5) / (len(inside) + 1)
        frequency_outside = (word.elsewhere + 0.5) / (len(outside) + 1)
        return math.log(frequency_inside) - math.log(frequency_outside)

    distinctive = [word for word in words if word.in_category > 1 and log_ratio(word) > 0]
    distinctive.sort(key=lambda word: -log_ratio(word))
    of_channel = (channel_inside, channel_inside + channel_outside)
    return Explanation(tuple(nearest), of_channel, tuple(distinctive[:MAX_WORDS]), len(inside), len(outside))


def _phrase_counts(videos: Sequence[str], texts: Mapping[str, str]) -> Counter[str]:
    """In how many of the videos each phrase stands."""
    return Counter(phrase for video in videos for phrase in phrase_set(texts[video]))


def reason(
    category: str, channel: tuple[str, int, int], similar: Sequence[str], shared: Sequence[str], has_members: bool
) -> str:
    """The strongest reason in one line. Its titles are untrusted text: shortened, and to be shown as text.

    `category` is the title of the category; `channel` the video's channel, how many of its filed videos are in the
    category, and how many are filed at all; `similar` titles of members similar to the video; `shared` words in common.
    """
    name, in_category, filed = channel
    if name and in_category >= MIN_CHANNEL_VIDEOS and in_category >= MIN_CHANNEL_SHARE * filed:
        return f"Channel {_short(name)}: {in_category} of its {filed} filed videos are here."
    if similar:
        return f"Much like {' and '.join(f'“{_short(title)}”' for title in similar)}."
    if shared:
        return f"Shares with “{_short(category)}”: {', '.join(shared[:MAX_SHARED_WORDS])}."
    return f"Nearest in meaning to {'what is in' if has_members else 'the name'} “{_short(category)}”."


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1].rstrip() + "…"
