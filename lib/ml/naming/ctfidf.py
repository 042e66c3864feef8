"""What words are a topic's own: class-based TF-IDF (Grootendorst 2022, BERTopic) over words and pairs of words.

All videos of a topic are read as one document; BM25 weights, frequent words reduced. What counts must be said in titles,
where people write nouns: descriptions only help to weigh it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.ml.naming.synonyms import alike, stems
from lib.ml.text.stopwords import function_words, unelided
from lib.ml.text.video_text import phrases

Group = NDArray[np.intp]

CANDIDATES, FEWER = 48, 12
TIERS = ((0.06, 0.03), (0.03, 0.015), (0.015, 0.0075), (0.06, 0.0))
"""What names a topic, and what is resorted to: the shares of its videos that must say it at all, and in their titles."""
HELD = 0.25
"""A topic that holds a smaller share of the videos that say a phrase has it in common with others."""
PAIR_STRENGTH = 0.6
FRAGMENT = 0.6
"""A word so much of whose use is within one pair is a piece of it: "deep" without its "learning"."""
FRAGMENT_START = 4
_MANNER = """advanced another basic basics better beginner beginners beyond build building class course create creating easy
everyone ex example examples getting guide ii iii intro introducing introduction iv learned overview preview problem problems quick
review series simple understanding used using vi vii viii vs without work working write writing"""
_HEADLINE = """announces breaks calls confirms delivers discovering exploring finally following gives happened happens hits keeps
meets reacts responds reveals says shows speaks strikes takes talks tells testifies tried tries wants wins"""
_OF_OTHER_LANGUAGES = """charla charlas cómo esta estas este esto estos avec dans entre hay más muy nuestra nuestro pero porque ser
sobre son también todo todos una unos une vous"""
SAYS_LITTLE = frozenset(f"{_MANNER} {_HEADLINE} {_OF_OTHER_LANGUAGES}".split())
"""Words of titles that tell of the manner, not of the matter. They weigh nothing in a name, beside the stop words of all."""
_IN_COMPANY = """anything bad big cool dr everything fun good great guess happen hit hold huge inside instead jr like lot maybe mr mrs
ms new nothing old others people perfect put real reveal something stop stuff thing things true try trying world wrong"""
_NOT_ALONE = frozenset(_IN_COMPANY.split())
"""Words that name something only together with another: "big data", "true crime", "stranger things"."""
_COMPOUNDS = re.compile(r"\b(time|real|live|lightning)[ -](series|time|coding|talks?)\b", re.IGNORECASE)
"""Pairs that are one thing, although "time" and "talk" say nothing of a video by themselves."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which phrases (p) the videos (n) say: sparse (n, p) of 0 and 1, in all their text and in the title alone."""

    vocabulary: list[str]
    texts: Any
    titles: Any


def spoken(titles: Sequence[str], texts: Sequence[str], languages: Sequence[str]) -> Spoken | None:
    """The phrases of n videos, title and text together; None where there is not one word."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=said, binary=True, min_df=2 if len(texts) > 20 else 1)
    both = [f"{title}. {text}" for title, text in zip(titles, texts, strict=True)]
    try:
        whole = vectorizer.fit_transform(list(zip(both, languages, strict=True)))
    except ValueError:  # not one word in all the texts
        return None
    told = vectorizer.transform(list(zip(titles, languages, strict=True)))
    return Spoken([str(one) for one in vectorizer.get_feature_names_out()], whole, told)


def said(read: tuple[str, str]) -> Iterator[str]:
    """The phrases of a text in a language that may stand in a name, with "time series" as one word."""
    text, language = read
    told = phrases(_COMPOUNDS.sub(r"\1-\2", unelided(text, language)))
    return (phrase for phrase in told if not is_left_out(phrase, function_words(language)))


def is_left_out(phrase: str, function: frozenset[str]) -> bool:
    """Whether a phrase can be no name, in a text with these function words."""
    words = phrase.split()
    return phrase in _NOT_ALONE or not SAYS_LITTLE.isdisjoint(words) or not function.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class Told:
    """The phrases of a topic, most telling first: those that enough of its videos say, of which some are its `own`
    rather than others' too; and behind them those that fewer say."""

    often: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    seldom: tuple[str, ...] = ()


def telling(library: Spoken, groups: Sequence[Group]) -> list[Told]:
    """Each group's phrases, without those that repeat another's word. Groups are rows; none is empty.

    Where not one phrase is said often, as in a topic of many things, those that are said least seldom are taken for it.
    """
    if not groups:
        return []
    counts, titled = _counts(library.texts, groups), _counts(library.titles, groups)
    weights = _class_weights(counts)
    weights[_fragments(library.vocabulary, counts)] = 0.0
    held = counts >= HELD * counts.sum(axis=0)
    found = [Told()] * len(groups)
    for text_share, title_share in TIERS:
        enough = counts >= _least(groups, text_share)
        if title_share:
            enough &= titled >= _least(groups, title_share)
        for i, row in enumerate(np.where(enough, weights, 0.0)):
            found[i] = _with_fewer(found[i], row, held[i], library.vocabulary)
    return found


def _with_fewer(told: Told, weights: NDArray[np.float64], held: NDArray[np.bool_], vocabulary: list[str]) -> Told:
    """What is told, and the phrases that have a weight; behind it where there is something told."""
    best = _best(weights)[: FEWER if told.often else CANDIDATES]
    own = {_shown(vocabulary[i]) for i in best if held[i]}
    phrases = [_shown(phrase) for phrase in _without_repeats([(vocabulary[i], float(weights[i])) for i in best])]
    if not told.often:
        return Told(tuple(phrases), frozenset(own))
    known = (*told.often, *told.seldom)
    more = (phrase for phrase in phrases if not any(alike(phrase, other) for other in known))
    return replace(told, seldom=(*told.seldom, *more))


def _shown(phrase: str) -> str:
    return _COMPOUNDS.sub(r"\1 \2", phrase)


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
                sums.append(uses.setdefault((place[word], other[:FRAGMENT_START]), len(uses)))
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
        elif len(same) == 1 and stems(kept[same[0]][0]) < stems(phrase) and weight > PAIR_STRENGTH * kept[same[0]][1]:
            kept[same[0]] = (phrase, weight)
    return [phrase for phrase, _ in kept]
