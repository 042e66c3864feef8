"""Name topics as a person would: by the words that are theirs and not the others', and by the channel where one rules.

No language model is asked. A name, once given, stays while the topic lives and its videos still say the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from lib.models import NOISE, Topic, Video
from lib.topics.text import WORD, video_text
from lib.topics.words import Group, alike, spoken, telling

Levels = NDArray[np.int64]

UNSORTED = "Unsorted"
WORDS = 8
NAME_PHRASES = 2
CHANNEL_SHARE = 0.5
"""A channel rules a topic of which it made more than this share."""
LONG_CHANNEL, LONGEST_CHANNEL = 24, 39
"""Characters; behind a longer name of a channel one phrase is enough, and a sentence is no name."""
STILL_SAID = 3
"""A name stays while one of the first so many words it was made of is still among the words of the topic."""
ACRONYM = 5
FALLBACK_LENGTH = 60


def name_levels(
    titles: Sequence[str],
    texts: Sequence[str],
    channels: Sequence[str],
    levels: Levels,
    mine: Mapping[int, str] | None = None,
    before: Sequence[Topic] = (),
) -> list[Topic]:
    """One `Topic` per number in `levels` (n, levels), noise first where there is any. Within a level no name comes twice.

    The first three arguments are parallel to the rows. `mine` are names that the user gave; they stay as they are. A
    topic that `before` knows by its number keeps its name while it still fits.
    """
    rows, words = _rows(levels), _words(titles, texts, levels)
    given = _given(words, mine or {}, {one.topic: one for one in before})
    beside = _beside(levels)
    leaders = _leading_channels(channels, rows)
    spelling = _spelling(titles)
    for topic in sorted(rows.keys() - given.keys(), key=lambda one: -len(rows[one])):
        taken = {UNSORTED.casefold(), *(given[other].casefold() for other in beside[topic] & given.keys())}
        shown = [_spelt(phrase, spelling) for phrase in words[topic]]
        names = _names(leaders[topic], shown, titles[rows[topic][0]])
        given[topic] = next(name for name in names if name.casefold() not in taken)
    noise = int((levels[:, 0] == NOISE).sum()) if levels.size else 0
    unsorted = [Topic(NOISE, UNSORTED, (), noise)] if (levels == NOISE).any() else []
    return unsorted + [Topic(topic, given[topic], tuple(words[topic][:WORDS]), len(rows[topic])) for topic in rows]


def spoken_text(video: Video) -> str:
    """What is said of a video itself, to name topics by: its title and description without channel and tags."""
    return video_text(replace(video, channel_title="", tags=()))


def _rows(levels: Levels) -> dict[int, Group]:
    """The rows of each topic, by number."""
    found: dict[int, Group] = {}
    for column in levels.T:
        for topic in np.unique(column):
            if topic != NOISE and int(topic) not in found:
                found[int(topic)] = np.flatnonzero(column == topic)
    return dict(sorted(found.items()))


def _words(titles: Sequence[str], texts: Sequence[str], levels: Levels) -> dict[int, list[str]]:
    """The telling phrases of each topic, against the others of the finest level at which it stands."""
    found: dict[int, list[str]] = {}
    library = spoken(titles, texts)
    for column in levels.T[::-1]:
        topics = [int(topic) for topic in np.unique(column) if topic != NOISE]
        if set(topics) <= found.keys():
            continue
        groups = [np.flatnonzero(column == topic) for topic in topics]
        told = telling(library, groups) if library else [[] for _ in topics]
        found = dict(zip(topics, told, strict=True)) | found
    return found


def _beside(levels: Levels) -> dict[int, set[int]]:
    """The topics that stand at a level together with each."""
    found: dict[int, set[int]] = {}
    for column in levels.T:
        together = {int(topic) for topic in np.unique(column)} - {NOISE}
        for topic in together:
            found.setdefault(topic, set()).update(together - {topic})
    return found


def _given(words: Mapping[int, list[str]], mine: Mapping[int, str], before: Mapping[int, Topic]) -> dict[int, str]:
    """The names that stand already: the user's, and automatic ones whose words are still among the telling ones."""
    kept = {
        topic: before[topic].name for topic, told in words.items() if topic in before and _fits(before[topic], told)
    }
    return kept | {topic: name for topic, name in mine.items() if topic in words and name}


def _fits(one: Topic, told: Sequence[str]) -> bool:
    old = one.words[:STILL_SAID]
    return not old or any(alike(word, phrase) for word in old for phrase in told)


def _leading_channels(channels: Sequence[str], rows: Mapping[int, Group]) -> dict[int, str]:
    """The channel that rules each topic, or "". One that leads most topics tells none apart, and counts for none."""
    leaders = {}
    for topic, group in rows.items():
        channel, videos = Counter(channels[row] for row in group).most_common(1)[0]
        leaders[topic] = channel if videos > CHANNEL_SHARE * len(group) and len(channel) <= LONGEST_CHANNEL else ""
    led = Counter(leaders.values())
    return {topic: one if led[one] < 2 or led[one] <= len(rows) / 2 else "" for topic, one in leaders.items()}


def _spelling(titles: Sequence[str]) -> dict[str, str]:
    """How a word that is not simply capitalised is written in most titles: "SQL", "iPhone". Shouted titles do not count."""
    forms: dict[str, Counter[str]] = {}
    for title in titles:
        if title.isupper():
            continue
        for word in re.findall(WORD, title):
            forms.setdefault(word.lower(), Counter())[word] += 1
    usual = {word: counter.most_common(1)[0][0] for word, counter in forms.items()}
    return {
        word: form
        for word, form in usual.items()
        if form[1:] != form[1:].lower() and not (form.isupper() and len(form) > ACRONYM)
    }


def _spelt(phrase: str, spelling: Mapping[str, str]) -> str:
    """A phrase in Title Case, with words that are spelt in their own way left so."""
    return " ".join(spelling.get(word, word[:1].upper() + word[1:]) for word in phrase.split())


def _names(channel: str, shown: list[str], title: str) -> Iterator[str]:
    """Candidate names without end, best first: two phrases, then one more to tell it from another, then a number."""
    said = " ".join(re.findall(WORD, channel))
    fresh = [phrase for phrase in shown if not alike(said, phrase)]
    prefix, length = (
        (f"{channel}: ", 1 if len(channel) > LONG_CHANNEL else NAME_PHRASES) if channel else ("", NAME_PHRASES)
    )
    for last in range(length, len(fresh) + 1):
        yield prefix + " & ".join([*fresh[: length - 1], fresh[last - 1]])
    plain = prefix + " & ".join(fresh[:length]) if fresh else channel or title[:FALLBACK_LENGTH] or "Untitled"
    yield plain
    for number in count(2):
        yield f"{plain} {number}"
