"""Keywords of topics: class-based TF-IDF (Grootendorst 2022, BERTopic) over words and pairs of words.

All videos of a topic are read as one document; BM25 weights, frequent words reduced. A keyword must be in titles, where people
write nouns: descriptions only help to weigh it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.derived import Rows
from lib.ml.naming.synonyms import stems, synonymous
from lib.ml.text.stopwords import INCOMPLETE_WORDS, MANNER_WORDS, STOP_WORDS, function_words, strip_elisions
from lib.ml.text.tokens import ngrams

# The constants were chosen by hand, reading the names of topics of khan, talks, pyvideo, trending and the sample library.

MOST_KEYWORDS, MOST_RARER = 48, 12
"""How many phrases of the first tier that names anything are weighed, and of each later tier."""
TIERS = ((0.06, 0.03), (0.03, 0.015), (0.015, 0.0075), (0.06, 0.0))
"""The shares of a topic's videos that must have a phrase in the text at all, and in the title; later tiers are fallbacks."""
LEAST_HELD = 0.25
"""A phrase is specific to a topic that holds at least this share of all videos that have the phrase."""
PAIR_STRENGTH = 0.6
"""A pair of words replaces its word if its weight is more than this share of the word's."""
FRAGMENT_SHARE = 0.6
"""A word with so much of its use within one pair is a fragment of it: "deep" without its "learning"."""
FRAGMENT_PREFIX = 4
"""Pairs whose other words share so many letters count as one: "deep learning", "deep learners"."""
_COMPOUNDS = re.compile(r"\b(time|real|live|lightning)[ -](series|time|coding|talks?)\b", re.IGNORECASE)
"""Pairs that are one word here, although "time" and "talk" alone are stop words."""


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Which of p phrases occur in n videos.

    Attributes:
        vocabulary: the p phrases, sorted.
        texts: sparse (n, p) of 0 and 1, in the title or the text.
        titles: sparse (n, p) of 0 and 1, in the title.
    """

    vocabulary: list[str]
    texts: Any
    titles: Any


@dataclass(frozen=True, slots=True)
class Keywords:
    """The phrases of a topic, the heaviest first.

    Attributes:
        frequent: those that enough of its videos have.
        specific: those of which the topic holds a good share of all uses.
        rarer: those that fewer of its videos have.
    """

    frequent: tuple[str, ...] = ()
    specific: frozenset[str] = frozenset()
    rarer: tuple[str, ...] = ()


def count_phrases(titles: Sequence[str], texts: Sequence[str], languages: Sequence[str]) -> PhraseTable | None:
    """The phrases of n videos, from title and text together; None where there is not one word."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=_phrases, binary=True, min_df=2 if len(texts) > 20 else 1)
    both = [f"{title}. {text}" for title, text in zip(titles, texts, strict=True)]
    try:
        in_texts = vectorizer.fit_transform(list(zip(both, languages, strict=True)))
    except ValueError:  # not one word in all the texts
        return None
    in_titles = vectorizer.transform(list(zip(titles, languages, strict=True)))
    return PhraseTable([str(phrase) for phrase in vectorizer.get_feature_names_out()], in_texts, in_titles)


def is_stop_phrase(phrase: str, function: frozenset[str]) -> bool:
    """Whether a phrase cannot be in a name, in a text with these function words."""
    words = phrase.split()
    return phrase in INCOMPLETE_WORDS or not MANNER_WORDS.isdisjoint(words) or not function.isdisjoint(words)


def topic_keywords(table: PhraseTable, groups: Sequence[Rows]) -> list[Keywords]:
    """The keywords of each group of rows, without those that repeat another's word. No group is empty.

    Where no phrase is frequent enough, as in a topic of many things, a later tier of `TIERS` takes its place.
    """
    if not groups:
        return []
    counts, title_counts = _counts(table.texts, groups), _counts(table.titles, groups)
    weights = _class_weights(counts)
    weights[_fragments(table.vocabulary, counts)] = 0.0
    specific = counts >= LEAST_HELD * counts.sum(axis=0)
    keywords = [Keywords()] * len(groups)
    for text_share, title_share in TIERS:
        enough = counts >= _least(groups, text_share)
        if title_share:
            enough &= title_counts >= _least(groups, title_share)
        for i, row in enumerate(np.where(enough, weights, 0.0)):
            keywords[i] = _with_tier(keywords[i], row, specific[i], table.vocabulary)
    return keywords


def _phrases(document: tuple[str, str]) -> Iterator[str]:
    """The n-grams of a text in a language that may be in a name, with "time series" as one word."""
    text, language = document
    phrases = ngrams(_COMPOUNDS.sub(r"\1-\2", strip_elisions(text, language)), STOP_WORDS)
    return (phrase for phrase in phrases if not is_stop_phrase(phrase, function_words(language)))


def _with_tier(
    keywords: Keywords, weights: NDArray[np.float64], specific: NDArray[np.bool_], vocabulary: list[str]
) -> Keywords:
    """The keywords with the phrases of one more tier, which are those with a weight: frequent if there were none before."""
    best = _heaviest(weights)[: MOST_RARER if keywords.frequent else MOST_KEYWORDS]
    weighted = [(vocabulary[i], float(weights[i])) for i in best]
    phrases = [_split_compound(phrase) for phrase in _without_repeats(weighted)]
    if not keywords.frequent:
        return Keywords(tuple(phrases), frozenset(_split_compound(vocabulary[i]) for i in best if specific[i]))
    known = (*keywords.frequent, *keywords.rarer)
    rarer = (phrase for phrase in phrases if not any(synonymous(phrase, keyword) for keyword in known))
    return replace(keywords, rarer=(*keywords.rarer, *rarer))


def _split_compound(phrase: str) -> str:
    return _COMPOUNDS.sub(r"\1 \2", phrase)


def _fragments(vocabulary: list[str], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words of each group are fragments of a pair there, or of pairs that say the same: (groups, phrases)."""
    column_of = {phrase: i for i, phrase in enumerate(vocabulary)}
    pair_group: dict[tuple[int, str], int] = {}
    columns, sums = [], []
    for i, phrase in enumerate(vocabulary):
        first, _, second = phrase.partition(" ")
        for word, partner in ((first, second), (second, first)) if second else ():
            if word in column_of:
                columns.append(i)
                sums.append(pair_group.setdefault((column_of[word], partner[:FRAGMENT_PREFIX]), len(pair_group)))
    within = np.zeros((len(pair_group), len(counts)), counts.dtype)
    np.add.at(within, np.array(sums, np.intp), counts.T[np.array(columns, np.intp)])
    most = np.zeros(counts.T.shape, counts.dtype)
    np.maximum.at(most, np.array([word for word, _ in pair_group], np.intp), within)
    fragments: NDArray[np.bool_] = (FRAGMENT_SHARE * counts <= most.T) & (most.T > 0)
    return fragments


def _counts(occurrences: Any, groups: Sequence[Rows]) -> NDArray[np.int64]:
    """In how many videos of each group each phrase occurs: (groups, phrases)."""
    return np.vstack([np.asarray(occurrences[group].sum(axis=0)).ravel() for group in groups])


def _least(groups: Sequence[Rows], share: float) -> NDArray[np.float64]:
    """The fewest videos of each group that must have a phrase, as a column; two at least, where there are two."""
    return np.array([[max(min(2.0, len(group)), share * len(group))] for group in groups])


def _class_weights(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """c-TF-IDF: (topics, phrases) counts to weights; sqrt(share of the phrase) times BM25's inverse frequency."""
    total = counts.sum(axis=0)
    mean_length = counts.sum() / len(counts)
    inverse = np.log1p(np.clip((mean_length - total + 0.5) / (total + 0.5), 0.0, None))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    weights: NDArray[np.float64] = np.sqrt(share) * inverse
    return weights


def _heaviest(weights: NDArray[np.float64]) -> list[int]:
    """The phrases with a weight, the heaviest first."""
    order = np.argsort(-weights, kind="stable")[:MOST_KEYWORDS]
    return [int(i) for i in order if weights[i] > 0]


def _without_repeats(weighted: list[tuple[str, float]]) -> list[str]:
    """The phrases without synonyms: of "machine", "machine learning", "learning" the pair, unless a word weighs much more."""
    kept: list[tuple[str, float]] = []
    for phrase, weight in weighted:
        same = [i for i, (keyword, _) in enumerate(kept) if synonymous(keyword, phrase)]
        if not same:
            kept.append((phrase, weight))
            continue
        word, word_weight = kept[same[0]]
        if len(same) == 1 and stems(word) < stems(phrase) and weight > PAIR_STRENGTH * word_weight:
            kept[same[0]] = (phrase, weight)
    return [phrase for phrase, _ in kept]
