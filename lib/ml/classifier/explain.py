"""Why a video was put somewhere: the most telling thing in one plain line, or all of it side by side. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.ml.text.video_text import phrases

FEWEST_OF_CHANNEL = 3
CHANNEL_PURITY = 0.8
WORDS_SHOWN = 3
SHORT = 60
NEAREST, TELLING = 3, 5
"""So many members and words are shown."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the video: under how many members of the category it stands, and under how many filed videos elsewhere."""

    word: str
    here: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a category: its nearest members with their cosine, the channel, and the words that tell it from others.

    `of_channel`: how many filed videos of the same channel stand there, and how many are filed at all. `members`, `others`:
    how many videos are filed there, and elsewhere.
    """

    nearest: tuple[tuple[str, float], ...]
    of_channel: tuple[int, int]
    words: tuple[Word, ...]
    members: int
    others: int


@lru_cache(maxsize=50_000)
def said(text: str) -> frozenset[str]:
    """The phrases of a text; kept, since each lesson asks for those of all that is filed."""
    return frozenset(phrases(text))


def explain(
    video_id: str,
    members: Collection[str],
    filed: Collection[str],
    vectors: Mapping[str, NDArray[np.float32]],
    texts: Mapping[str, str],
    channels: Mapping[str, str],
) -> Why:
    """What speaks for filing a video with these members, of all that is filed; the last three are by video id.

    Words are ranked by the logarithm of how much more often they stand here than elsewhere; one member that says a word
    is no reason.
    """
    here = [one for one in dict.fromkeys(members) if one in texts and one != video_id]
    elsewhere = [one for one in dict.fromkeys(filed) if one in texts and one not in set(here) and one != video_id]
    near = sorted(
        ((one, float(vectors[one] @ vectors[video_id])) for one in here if one in vectors), key=lambda p: -p[1]
    )
    channel = channels.get(video_id, "")
    same = [sum(channel != "" and channels.get(one) == channel for one in some) for some in (here, elsewhere)]
    said_here, said_elsewhere = _counted(here, texts), _counted(elsewhere, texts)
    words = [Word(word, said_here[word], said_elsewhere[word]) for word in sorted(said(texts[video_id]))]

    def weight(word: Word) -> float:
        return math.log((word.here + 0.5) / (len(here) + 1)) - math.log((word.elsewhere + 0.5) / (len(elsewhere) + 1))

    telling = sorted((word for word in words if word.here > 1 and weight(word) > 0), key=lambda word: -weight(word))
    of_channel = (same[0], same[0] + same[1])
    return Why(tuple(near[:NEAREST]), of_channel, tuple(telling[:TELLING]), len(here), len(elsewhere))


def _counted(videos: Sequence[str], texts: Mapping[str, str]) -> Counter[str]:
    return Counter(phrase for one in videos for phrase in said(texts[one]))


def reason(
    category: str, channel: tuple[str, int, int], alike: Sequence[str], shared: Sequence[str], has_members: bool
) -> str:
    """One sentence or less than one. Its titles are untrusted text, shortened, and shown as text.

    `category` is the title of the category; `channel` the video's channel, how many of its filed videos are in the
    category, and how many are filed at all; `alike` titles of members much like the video; `shared` words in common.
    """
    name, here, filed = channel
    if name and here >= FEWEST_OF_CHANNEL and here >= CHANNEL_PURITY * filed:
        return f"Channel {_short(name)}: {here} of its {filed} filed videos are here."
    if alike:
        return f"Much like {' and '.join(f'“{_short(title)}”' for title in alike)}."
    if shared:
        return f"Shares with “{_short(category)}”: {', '.join(shared[:WORDS_SHOWN])}."
    return f"Nearest in meaning to {'what is in' if has_members else 'the name'} “{_short(category)}”."


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
