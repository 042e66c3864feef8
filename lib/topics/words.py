"""What words are a topic's own: class-based TF-IDF (Grootendorst 2022, BERTopic) over words and pairs of words.

All videos of a topic are read as one document; BM25 weights, frequent words reduced. What counts must be said in titles,
where people write nouns: descriptions only help to weigh it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.topics.text import phrases

Group = NDArray[np.intp]

CANDIDATES = 48
SUPPORT = 0.06
"""What a smaller share of a topic's videos says names nothing."""
TITLE_SUPPORT = 0.03
PAIR_STRENGTH = 0.6
FRAGMENT = 0.6
"""A word so much of whose use is within one pair is a piece of it: "deep" without its "learning"."""
SAME_START, LONG_WORD, SHORT_WORD = 5, 7, 4
"""Long words that begin alike say the same ("astronomy", "astronomical"), and a short one says what a longer begins with."""
_MANNER = """advanced basic basics beginner beginners beyond build building class course create creating easy everyone ex example
examples getting guide ii iii intro introducing introduction iv overview problem problems quick review series simple
understanding using vs without work working write writing"""
_OF_OTHER_LANGUAGES = """charla charlas como con cómo esta estas este esto estos avec dans entre hay más muy nuestra nuestro pero porque ser
sobre son también todo todos una unos une vous"""
_SAYS_LITTLE = frozenset(f"{_MANNER} {_OF_OTHER_LANGUAGES}".split())
"""Words of titles that tell of the manner, not of the matter. They weigh nothing in a name, beside the stop words of all."""
_COMPOUNDS = re.compile(r"\b(time|real|live|lightning)[ -](series|time|coding|talks?)\b", re.IGNORECASE)
"""Pairs that are one thing, although "time" and "talk" say nothing of a video by themselves."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which phrases (p) the videos (n) say: sparse (n, p) of 0 and 1, in all their text and in the title alone."""

    vocabulary: list[str]
    texts: Any
    titles: Any


def spoken(titles: Sequence[str], texts: Sequence[str]) -> Spoken | None:
    """The phrases of n videos, title and text together; None where there is not one word."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=said, binary=True, min_df=2 if len(texts) > 20 else 1)
    try:
        whole = vectorizer.fit_transform([f"{title}. {text}" for title, text in zip(titles, texts, strict=True)])
    except ValueError:  # not one word in all the texts
        return None
    return Spoken([str(one) for one in vectorizer.get_feature_names_out()], whole, vectorizer.transform(titles))


def said(text: str) -> Iterator[str]:
    """The phrases of a text that may stand in a name, with "time series" as one word."""
    told = phrases(_COMPOUNDS.sub(r"\1-\2", text))
    return (phrase for phrase in told if not _SAYS_LITTLE & set(phrase.split()))


def telling(library: Spoken, groups: Sequence[Group]) -> list[list[str]]:
    """Each group's phrases, most telling first, without those that repeat another's word. Groups are rows; none is empty."""
    if not groups:
        return []
    counts = _counts(library.texts, groups)
    weights = _class_weights(counts)
    weights[counts < _least(groups, SUPPORT)] = 0.0
    weights[_fragments(library.vocabulary, counts)] = 0.0
    titled = np.where(_counts(library.titles, groups) < _least(groups, TITLE_SUPPORT), 0.0, weights)
    chosen = np.where(np.any(titled > 0, axis=1, keepdims=True), titled, weights)
    told = [_without_repeats([(library.vocabulary[i], float(row[i])) for i in _best(row)]) for row in chosen]
    return [[_COMPOUNDS.sub(r"\1 \2", phrase) for phrase in one] for one in told]


def alike(phrase: str, other: str) -> bool:
    """Whether two phrases share a word, or words that say the same: a plural, a possessive, a longer form."""
    return any(_same(one, two) for one in _stems(phrase) for two in _stems(other))


def _stems(phrase: str) -> set[str]:
    return {re.sub(r"(?:['’]s|s)$", "", word) for word in re.split(r"[\s-]+", phrase.lower()) if word}


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORT_WORD and long.startswith(short):
        return True
    return one == other or (len(short) >= LONG_WORD and one[:SAME_START] == other[:SAME_START])


def _fragments(vocabulary: list[str], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words of each group are pieces of a pair there, or of pairs that say the same: (groups, phrases)."""
    place = {phrase: i for i, phrase in enumerate(vocabulary)}
    uses: dict[tuple[int, str], int] = {}
    columns, sums = [], []
    for i, phrase in enumerate(vocabulary):
        first, _, second = phrase.partition(" ")
        for word, other in ((first, second), (second, first)) if second else ():
            if word in place:
                columns.append(i)
                sums.append(uses.setdefault((place[word], other[:SHORT_WORD]), len(uses)))
    within = np.zeros((len(uses), len(counts)), counts.dtype)
    np.add.at(within, np.array(sums, np.intp), counts.T[np.array(columns, np.intp)])
    most = np.zeros(counts.T.shape, counts.dtype)
    np.maximum.at(most, np.array([word for word, _ in uses], np.intp), within)
    pieces: NDArray[np.bool_] = (FRAGMENT * counts <= most.T) & (most.T > 0)
    return pieces


def _counts(said: Any, groups: Sequence[Group]) -> NDArray[np.int64]:
    """In how many videos of each group each phrase occurs: (groups, phrases)."""
    return np.vstack([np.asarray(said[group].sum(axis=0)).ravel() for group in groups])


def _least(groups: Sequence[Group], share: float) -> NDArray[np.float64]:
    """The fewest videos of each group that must say a phrase, as a column: what one video says names nothing."""
    return np.array([[max(min(2.0, len(group)), share * len(group))] for group in groups])


def _class_weights(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """c-TF-IDF: (topics, phrases) counts to weights; sqrt(share of the phrase) times BM25's inverse frequency."""
    total = counts.sum(axis=0)
    mean_length = counts.sum() / len(counts)
    inverse = np.log1p(np.clip((mean_length - total + 0.5) / (total + 0.5), 0.0, None))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    weights: NDArray[np.float64] = np.sqrt(share) * inverse
    return weights


def _best(weights: NDArray[np.float64]) -> list[int]:
    order = np.argsort(-weights, kind="stable")[:CANDIDATES]
    return [int(i) for i in order if weights[i] > 0]


def _without_repeats(weighted: list[tuple[str, float]]) -> list[str]:
    """ "machine", "machine learning", "learning" is one thing, said once: by the pair unless its word is much stronger."""
    kept: list[tuple[str, float]] = []
    for phrase, weight in weighted:
        same = [i for i, (other, _) in enumerate(kept) if alike(other, phrase)]
        if not same:
            kept.append((phrase, weight))
        elif len(same) == 1 and _stems(kept[same[0]][0]) < _stems(phrase) and weight > PAIR_STRENGTH * kept[same[0]][1]:
            kept[same[0]] = (phrase, weight)
    return [phrase for phrase, _ in kept]
