"""Name topics as a person would: by the words that are theirs and not the others', and by the channel where one rules.

No language model is asked. A name, once given, stays while the topic lives and its videos still say the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE, Topic
from lib.ml.naming.ctfidf import TIERS, Group, Spoken, Told, is_left_out, spoken, telling
from lib.ml.naming.phrases import Wording
from lib.ml.naming.synonyms import alike, short_for
from lib.ml.text.stopwords import all_function_words, language_of
from lib.ml.text.video_text import WORD, video_text
from lib.models import Video

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
FALLBACK_LENGTH = 60


def name_levels(
    titles: Sequence[str],
    texts: Sequence[str],
    channels: Sequence[str],
    levels: Levels,
    user_names: Mapping[int, str] | None = None,
    previous: Sequence[Topic] = (),
) -> list[Topic]:
    """One `Topic` per number in `levels` (n, levels), noise first where there is any. Within a level no name comes twice.

    The first three arguments are parallel to the rows. `user_names` are names that the user gave; they stay as they are. A
    topic that `previous` knows by its number keeps its name while it still fits and no other has it.
    """
    languages = [language_of(f"{title}. {text}") for title, text in zip(titles, texts, strict=True)]
    rows, words = _rows(levels), _words(spoken(titles, texts, languages), levels)
    spoken_in = {topic: [f"{titles[row]}. {texts[row]}" for row in rows[topic]] for topic in rows}
    given = {topic: name for topic, name in (user_names or {}).items() if topic in rows and name}
    kept = _kept(words, {topic.topic: topic for topic in previous}, spoken_in)
    beside = _beside(levels)
    leaders = _leading_channels(channels, rows)
    wording = Wording(titles, languages)
    for topic in sorted(rows.keys() - given.keys(), key=lambda one: (one not in kept, -len(rows[one]))):
        taken = {UNSORTED.casefold(), *(given[other].casefold() for other in beside[topic] & given.keys())}
        names = chain(
            kept.get(topic, ()), _names(leaders[topic], words[topic], wording, rows[topic], titles[rows[topic][0]])
        )
        given[topic] = next(name for name in names if name.casefold() not in taken)
    noise = int((levels[:, 0] == NOISE).sum()) if levels.size else 0
    unsorted = [Topic(NOISE, UNSORTED, (), noise)] if (levels == NOISE).any() else []
    return unsorted + [Topic(topic, given[topic], words[topic].often[:WORDS], len(rows[topic])) for topic in rows]


def naming_text(video: Video) -> str:
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


def _words(library: Spoken | None, levels: Levels) -> dict[int, Told]:
    """The telling phrases of each topic, against the others of the finest level at which it stands."""
    found: dict[int, Told] = {}
    for column in levels.T[::-1]:
        topics = [int(topic) for topic in np.unique(column) if topic != NOISE]
        if set(topics) <= found.keys():
            continue
        groups = [np.flatnonzero(column == topic) for topic in topics]
        told = telling(library, groups) if library else [Told()] * len(topics)
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


def _kept(
    words: Mapping[int, Told], before: Mapping[int, Topic], texts: Mapping[int, Sequence[str]]
) -> dict[int, list[str]]:
    """The automatic names that stand already, whose words are still among the telling ones."""
    known = words.keys() & before.keys()
    return {topic: [before[topic].name] for topic in known if _fits(before[topic], words[topic], texts[topic])}


def _fits(one: Topic, told: Told, texts: Sequence[str]) -> bool:
    """Whether a topic still says what it was named by; a word that would name nothing today may have named it once."""
    old = one.words[:STILL_SAID]
    if not old or any(alike(word, phrase) for word in old for phrase in told.often):
        return True
    nameless = [phrase for phrase in old if is_left_out(phrase, all_function_words())]
    return any(_still_said(phrase, texts) for phrase in nameless)


def _still_said(phrase: str, texts: Sequence[str]) -> bool:
    said = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    return sum(bool(said.search(text)) for text in texts) >= TIERS[0][0] * len(texts)


def _leading_channels(channels: Sequence[str], rows: Mapping[int, Group]) -> dict[int, str]:
    """The channel that rules each topic, or "". One that leads most topics tells none apart, and counts for none."""
    leaders = {}
    for topic, group in rows.items():
        channel, videos = Counter(channels[row] for row in group).most_common(1)[0]
        leaders[topic] = channel if videos > CHANNEL_SHARE * len(group) and len(channel) <= LONGEST_CHANNEL else ""
    led = Counter(leaders.values())
    return {topic: one if led[one] < 2 or led[one] <= len(rows) / 2 else "" for topic, one in leaders.items()}


def _names(channel: str, told: Told, wording: Wording, rows: Group, title: str) -> Iterator[str]:
    """Candidate names without end, best first: two phrases, then one more to tell it from another, then a number."""
    prefix = f"{channel}: " if channel else ""
    best, more = _parts(channel, told, wording, rows)
    if len(channel) > LONG_CHANNEL:
        yield from (prefix + phrase for phrase in (*best, *more))
    plain = prefix + " & ".join(best[:NAME_PHRASES]) if best else channel or title[:FALLBACK_LENGTH] or "Untitled"
    yield plain
    for phrase in (*best[NAME_PHRASES:], *more):
        yield f"{prefix}{best[0]} & {phrase}"
    for number in count(2):
        yield f"{plain} {number}"


def _parts(channel: str, told: Told, wording: Wording, rows: Group) -> tuple[list[str], list[str]]:
    """The phrases that a name is best made of, none twice and none that the channel says; and what else there is.

    Several words stand alone unless another phrase is the topic's own too; a single one says more in company.
    """
    said = [one for one in (*told.often[:WORDS], *told.seldom[:WORDS]) if not wording.is_symbol(one)]
    shown = _fresh(said, wording, set(rows.tolist()), " ".join(re.findall(WORD, channel)))
    first, others = shown[:1], shown[1:]
    company = [one for one in others if one.phrase in told.own]
    if not company and first and " " not in first[0].full:
        company = [one for one in others if one.phrase in told.often][:1]
    best = [one.full for one in first + company]
    return best, [one.full for one in others if one.full not in best]


class _Shown(NamedTuple):
    """A phrase as a name shows it, and as it is told."""

    full: str
    phrase: str


def _fresh(phrases: Sequence[str], wording: Wording, inside: set[int], channel: str) -> list[_Shown]:
    """The phrases that in full share no word with the channel or one before them; words rather than their abbreviation.

    One that is made of words, and in full repeats a single word before it, is not completed: "Slope & Intercept Form".
    """
    found: list[_Shown] = []
    for phrase in phrases:
        full, plain = wording.put(phrase, inside), wording.spelt(phrase)
        same = [place for place, one in enumerate(found) if alike(one.full, full)]
        if alike(channel, full) or len(same) > 1:
            continue
        if not same:
            found.append(_Shown(full, phrase))
        elif short_for(found[same[0]].full, full):
            found[same[0]] = _Shown(full, found[same[0]].phrase)
        elif " " in phrase and " " not in found[same[0]].full and not alike(found[same[0]].full, plain):
            found.append(_Shown(plain, phrase))
    return found
