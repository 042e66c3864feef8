"""Name topics by the words that are theirs and not the others'.

Class-based TF-IDF (Grootendorst 2022, BERTopic) over words and pairs of words, with BM25 weights and frequent words
reduced: all videos of a topic are read as one document. No language model is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.models import NOISE, Topic
from lib.topics.text import WORD, phrases

UNSORTED = "Unsorted"
WORDS = 8
NAME_PHRASES = 2
CHANNEL_SHARE = 0.4
SUPPORT = 0.06
PAIR_STRENGTH = 0.6
ACRONYM = 5
FALLBACK_LENGTH = 60


def name_topics(
    titles: Sequence[str], texts: Sequence[str], channels: Sequence[str], labels: NDArray[np.int64]
) -> list[Topic]:
    """One `Topic` per label, by number, noise first where there is any. Names differ from each other.

    The four arguments are parallel. A channel that holds more than 40 % of a topic stands in its name, unless the same
    channel leads most topics and so tells none apart.
    """
    topics = [int(topic) for topic in np.unique(labels)]
    named = [topic for topic in topics if topic != NOISE]
    rows = {topic: np.flatnonzero(labels == topic) for topic in topics}
    telling = _phrases(
        [f"{title}. {text}" for title, text in zip(titles, texts, strict=True)], [rows[topic] for topic in named]
    )
    leaders = _leading_channels(channels, [rows[topic] for topic in named])
    spelling = _spelling(titles)
    taken = {UNSORTED.casefold()}
    found = [Topic(NOISE, UNSORTED, (), len(rows[NOISE]))] if NOISE in rows else []
    for topic, words, leader in zip(named, telling, leaders, strict=True):
        shown = [" ".join(spelling.get(word, word.capitalize()) for word in phrase.split()) for phrase in words]
        name = next(name for name in _names(leader, shown, titles[rows[topic][0]]) if name.casefold() not in taken)
        taken.add(name.casefold())
        found.append(Topic(topic, name, tuple(words[:WORDS]), len(rows[topic])))
    return found


def _phrases(texts: list[str], groups: list[NDArray[np.intp]]) -> list[list[str]]:
    """Each group's phrases, most telling first, without those that repeat another's word."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not groups:
        return []
    vectorizer = CountVectorizer(analyzer=phrases, binary=True, min_df=2 if len(texts) > 20 else 1)
    try:
        videos = vectorizer.fit_transform(texts)
    except ValueError:  # not one word in all the texts
        return [[] for _ in groups]
    counts = np.vstack([np.asarray(videos[group].sum(axis=0)).ravel() for group in groups])
    weights = _class_weights(counts)
    weights[counts < _support([len(group) for group in groups])] = 0.0
    vocabulary = vectorizer.get_feature_names_out()
    return [_without_repeats([(str(vocabulary[i]), float(row[i])) for i in _best(row)]) for row in weights]


def _support(sizes: list[int]) -> NDArray[np.float64]:
    """In how many videos of each topic a phrase must occur to name it, as a column: what one video says names nothing."""
    return np.array([[min(2.0, size) if size < 2 / SUPPORT else SUPPORT * size] for size in sizes])


def _class_weights(counts: NDArray[Any]) -> NDArray[np.float64]:
    """c-TF-IDF: (topics, phrases) counts to weights; sqrt(share of the phrase) times BM25's inverse frequency."""
    total = counts.sum(axis=0)
    mean_length = counts.sum() / len(counts)
    inverse = np.log1p(np.clip((mean_length - total + 0.5) / (total + 0.5), 0.0, None))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    weights: NDArray[np.float64] = np.sqrt(share) * inverse
    return weights


def _best(weights: NDArray[np.float64]) -> list[int]:
    order = np.argsort(-weights, kind="stable")[: 6 * WORDS]
    return [int(i) for i in order if weights[i] > 0]


def _without_repeats(weighted: list[tuple[str, float]]) -> list[str]:
    """ "machine", "machine learning", "learning" is one thing, said once: by the pair unless its word is much stronger."""
    kept: list[tuple[str, float]] = []
    for phrase, weight in weighted:
        same = [i for i, (other, _) in enumerate(kept) if _stems(other) & _stems(phrase)]
        if not same:
            kept.append((phrase, weight))
        elif len(same) == 1 and _stems(kept[same[0]][0]) < _stems(phrase) and weight > PAIR_STRENGTH * kept[same[0]][1]:
            kept[same[0]] = (phrase, weight)
    return [phrase for phrase, _ in kept]


def _stems(phrase: str) -> set[str]:
    """Words with the endings of the plural and the possessive off: enough to see that two phrases say the same."""
    return {re.sub(r"(?:['’]s|s)$", "", word) for word in phrase.split()}


def _leading_channels(channels: Sequence[str], groups: list[NDArray[np.intp]]) -> list[str]:
    leaders = []
    for group in groups:
        channel, videos = Counter(channels[row] for row in group).most_common(1)[0]
        leaders.append(channel if videos > CHANNEL_SHARE * len(group) else "")
    led = Counter(leaders)
    return [leader if led[leader] < 2 or led[leader] <= len(groups) / 2 else "" for leader in leaders]


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


def _names(channel: str, shown: list[str], title: str) -> Iterator[str]:
    """Candidate names without end, best first: two phrases, then one more to tell it from another, then a number."""
    said = set(re.findall(WORD, channel.lower()))
    fresh = [phrase for phrase in shown if not said & set(phrase.lower().split())]
    prefix = f"{channel}: " if channel else ""
    for length in range(NAME_PHRASES, len(fresh) + 1):
        yield prefix + " & ".join([*fresh[: NAME_PHRASES - 1], fresh[length - 1]])
    plain = prefix + " & ".join(fresh[:NAME_PHRASES]) if fresh else channel or title[:FALLBACK_LENGTH] or "Untitled"
    yield plain
    for number in count(2):
        yield f"{plain} {number}"
