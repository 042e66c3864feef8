"""Names of topics: two keywords that tell the topic from the others, behind the channel where one made most of its videos.

No language model is used. A name stays for as long as its words are among the keywords of the topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from lib.derived import NOISE, Levels, Rows, Topic
from lib.ml.naming.ctfidf import TIERS, Keywords, PhraseTable, count_phrases, is_stop_phrase, topic_keywords
from lib.ml.naming.phrases import TitleIndex
from lib.ml.naming.synonyms import abbreviates, synonymous
from lib.ml.text.stopwords import all_function_words, detect_language
from lib.ml.text.tokens import counted_words
from lib.ml.text.video_text import video_text
from lib.models import Video

# The constants were chosen by hand, reading the names of topics of khan, talks, pyvideo, trending and the sample library.

UNSORTED = "Unsorted"
"""The name of noise."""
WORDS = 8
"""How many keywords of a topic are kept, and how many are tried for a name."""
NAME_PHRASES = 2
CHANNEL_SHARE = 0.5
"""A channel is part of the name of a topic of which it made more than this share."""
LONG_CHANNEL, LONGEST_CHANNEL = 24, 39
"""Characters: behind a longer channel a name has one phrase, and a channel longer still is not in a name."""
NAMING_WORDS = 3
"""A name stays while one of the first so many words that it was made of is still a keyword."""
FALLBACK_LENGTH = 60
"""Characters of a title that serves as a name where there are no keywords."""


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
    languages = [detect_language(f"{title}. {text}") for title, text in zip(titles, texts, strict=True)]
    rows, keywords = _rows(levels), _keywords(count_phrases(titles, texts, languages), levels)
    texts_of = {topic: [f"{titles[row]}. {texts[row]}" for row in rows[topic]] for topic in rows}
    names = {topic: name for topic, name in (user_names or {}).items() if topic in rows and name}
    kept = _kept_names(keywords, {topic.topic: topic for topic in previous}, texts_of)
    rivals = _topics_beside(levels)
    channel_of = _leading_channels(channels, rows)
    index = TitleIndex(titles, languages)
    for topic in sorted(rows.keys() - names.keys(), key=lambda topic: (topic not in kept, -len(rows[topic]))):
        taken = {UNSORTED.casefold(), *(names[rival].casefold() for rival in rivals[topic] & names.keys())}
        first_title = titles[rows[topic][0]]
        candidates = _candidates(channel_of[topic], keywords[topic], index, rows[topic], first_title)
        free = (name for name in chain(kept.get(topic, ()), candidates) if name.casefold() not in taken)
        names[topic] = next(free)
    noise = int((levels[:, 0] == NOISE).sum()) if levels.size else 0
    unsorted = [Topic(NOISE, UNSORTED, (), noise)] if (levels == NOISE).any() else []
    return unsorted + [Topic(topic, names[topic], keywords[topic].frequent[:WORDS], len(rows[topic])) for topic in rows]


def naming_text(video: Video) -> str:
    """The text that topics are named by: title and description without channel and tags."""
    return video_text(replace(video, channel_title="", tags=()))


def _rows(levels: Levels) -> dict[int, Rows]:
    """The rows of each topic, by number."""
    rows: dict[int, Rows] = {}
    for column in levels.T:
        for topic in np.unique(column):
            if topic != NOISE and int(topic) not in rows:
                rows[int(topic)] = np.flatnonzero(column == topic)
    return dict(sorted(rows.items()))


def _keywords(table: PhraseTable | None, levels: Levels) -> dict[int, Keywords]:
    """The keywords of each topic, against the others of the finest level that has it."""
    keywords: dict[int, Keywords] = {}
    for column in levels.T[::-1]:
        topics = [int(topic) for topic in np.unique(column) if topic != NOISE]
        if set(topics) <= keywords.keys():
            continue
        groups = [np.flatnonzero(column == topic) for topic in topics]
        of_level = topic_keywords(table, groups) if table else [Keywords()] * len(topics)
        keywords = dict(zip(topics, of_level, strict=True)) | keywords
    return keywords


def _topics_beside(levels: Levels) -> dict[int, set[int]]:
    """The topics that are at some level together with each."""
    beside: dict[int, set[int]] = {}
    for column in levels.T:
        topics = {int(topic) for topic in np.unique(column)} - {NOISE}
        for topic in topics:
            beside.setdefault(topic, set()).update(topics - {topic})
    return beside


def _kept_names(
    keywords: Mapping[int, Keywords], previous: Mapping[int, Topic], texts: Mapping[int, Sequence[str]]
) -> dict[int, list[str]]:
    """The previous names, by topic, whose words are still keywords; each in a list of one."""
    known = keywords.keys() & previous.keys()
    return {
        topic: [previous[topic].name] for topic in known if _still_fits(previous[topic], keywords[topic], texts[topic])
    }


def _still_fits(topic: Topic, keywords: Keywords, texts: Sequence[str]) -> bool:
    """Whether a topic still has a word that it was named by.

    A stop word of today may have been in a name of an earlier version, so it is looked for in the texts themselves.
    """
    old = topic.words[:NAMING_WORDS]
    if not old or any(synonymous(word, keyword) for word in old for keyword in keywords.frequent):
        return True
    stop_phrases = [phrase for phrase in old if is_stop_phrase(phrase, all_function_words())]
    return any(_is_frequent(phrase, texts) for phrase in stop_phrases)


def _is_frequent(phrase: str, texts: Sequence[str]) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    return sum(bool(pattern.search(text)) for text in texts) >= TIERS[0][0] * len(texts)


def _leading_channels(channels: Sequence[str], rows: Mapping[int, Rows]) -> dict[int, str]:
    """The channel that made most of each topic, or "". One that leads most of the topics tells none apart, and is left out."""
    leading = {}
    for topic, group in rows.items():
        channel, videos = Counter(channels[row] for row in group).most_common(1)[0]
        leading[topic] = channel if videos > CHANNEL_SHARE * len(group) and len(channel) <= LONGEST_CHANNEL else ""
    led = Counter(leading.values())
    return {
        topic: channel if led[channel] < 2 or led[channel] <= len(rows) / 2 else ""
        for topic, channel in leading.items()
    }


def _candidates(channel: str, keywords: Keywords, index: TitleIndex, rows: Rows, title: str) -> Iterator[str]:
    """Names without end, best first: two phrases, then another second phrase, then a number."""
    prefix = f"{channel}: " if channel else ""
    best, more = _name_phrases(channel, keywords, index, rows)
    if len(channel) > LONG_CHANNEL:
        yield from (prefix + phrase for phrase in (*best, *more))
    plain = prefix + " & ".join(best[:NAME_PHRASES]) if best else channel or title[:FALLBACK_LENGTH] or "Untitled"
    yield plain
    for phrase in (*best[NAME_PHRASES:], *more):
        yield f"{prefix}{best[0]} & {phrase}"
    for number in count(2):
        yield f"{plain} {number}"


def _name_phrases(channel: str, keywords: Keywords, index: TitleIndex, rows: Rows) -> tuple[list[str], list[str]]:
    """The phrases that a name is best made of, none twice and none that is in the channel's name; and what else there is.

    A phrase of several words is alone unless another one is specific to the topic; a single word is joined by a second phrase.
    """
    phrases = [
        phrase for phrase in (*keywords.frequent[:WORDS], *keywords.rarer[:WORDS]) if not index.is_symbol(phrase)
    ]
    distinct = _distinct(phrases, index, set(rows.tolist()), " ".join(counted_words(channel)))
    first, rest = distinct[:1], distinct[1:]
    second = [shown for shown in rest if shown.phrase in keywords.specific]
    if not second and first and " " not in first[0].full:
        second = [shown for shown in rest if shown.phrase in keywords.frequent][:1]
    best = [shown.full for shown in first + second]
    return best, [shown.full for shown in rest if shown.full not in best]


class _Shown(NamedTuple):
    """A keyword `phrase`, and the `full` form in which a name shows it."""

    full: str
    phrase: str


def _distinct(phrases: Sequence[str], index: TitleIndex, inside: set[int], channel: str) -> list[_Shown]:
    """The phrases that in full say neither the same as the channel nor as one before them; long forms for abbreviations.

    A phrase of several words that in full repeats a single word before it is not completed: "Slope & Intercept Form".
    """
    distinct: list[_Shown] = []
    for phrase in phrases:
        full, plain = index.complete(phrase, inside), index.title_case(phrase)
        same = [position for position, shown in enumerate(distinct) if synonymous(shown.full, full)]
        if synonymous(channel, full) or len(same) > 1:
            continue
        if not same:
            distinct.append(_Shown(full, phrase))
            continue
        earlier = distinct[same[0]]
        if abbreviates(earlier.full, full):
            distinct[same[0]] = _Shown(full, earlier.phrase)
        elif " " in phrase and " " not in earlier.full and not synonymous(earlier.full, plain):
            distinct.append(_Shown(plain, phrase))
    return distinct
