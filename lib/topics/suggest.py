"""Say where videos belong, how sure that is and why, from where the user put the others.

`suggest` is the way in. The model of `learn.py` reads meaning (the embedding), words (TF-IDF) and channel; confidence and the
bar for *sure* are measured on filed videos, each judged by a model that never saw it.

The name of each category is one more example of it: it carries a category that has no members yet, and fades as members come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.models import Progress, Suggestion, silent
from lib.topics.learn import Fitted, Judge, Mask, Rows, Scores, calibrate, fit
from lib.topics.text import category_text, phrases
from lib.topics.why import reason

RIDGE = 0.5
CHANNEL_WEIGHT = 0.5
NAME_WEIGHT = 2.0
"""How many members the name of a category counts for."""
MOST_EXAMPLES = 6_000
"""The fit grows with the cube of the examples: 1 s at 3,000, 6 s at 6,000."""
FEWEST_TO_BE_SURE = 3
"""A category with fewer members has not been tested, so nothing is sure to belong there."""
LARGE_CHANNEL = 0.25
MISFIT_CONFIDENCE = 0.9
MISFIT_OWN_SCORE = 0.1
FEWEST_CONFIDENCE = 0.2
LEAST_SCORE = 0.02
"""A best score below this says that nothing at all is in common: with no category, or with all alike."""
CHOICES = 2
CLOSE = 0.6
BLOCK = 2048


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that suggestions are made from. `video_ids`, `texts`, `channels`, `titles` and the rows of `vectors` are parallel.

    `categories`: title and description by playlist id. `members`: the videos of each category. `inbox`: the playlists that
    each inbox video stands in. `rejected`: (video, category) pairs the user refused. `level`: the precision that *sure*
    promises. `category_vectors`: the embedding of `category_text`; without it a name is judged by its words alone.
    """

    video_ids: Sequence[str]
    texts: Sequence[str]
    channels: Sequence[str]
    vectors: NDArray[np.float32]
    categories: Mapping[str, tuple[str, str]]
    members: Mapping[str, Sequence[str]]
    inbox: Mapping[str, Sequence[str]]
    rejected: Collection[tuple[str, str]] = frozenset()
    level: float = 0.95
    titles: Sequence[str] = ()
    category_vectors: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Table:
    """The evidence as arrays. Rows are the videos, then one row per category for its name; columns are the categories.

    `filed`: what is where. `allowed`: where something may still be suggested. `of_channel`: the filed rows of each channel.
    """

    evidence: Evidence
    ids: tuple[str, ...]
    filed: Mask
    allowed: Mask
    of_channel: Mapping[str, Rows]
    vectors: NDArray[np.float32]
    words: Any

    def kernel(self, rows: Rows, others: Rows) -> Scores:
        """How alike the rows are: cosine of meaning plus cosine of words plus the share of a common channel."""
        meaning = self.vectors[rows] @ self.vectors[others].T
        return np.asarray(meaning + (self.words[rows] @ self.words[others].T).toarray(), dtype=np.float64)

    def known_channel(self) -> Mask:
        """Whether something of the video's channel is filed; (videos,). Without a channel there is nothing to be new."""
        return np.array([not channel or len(self.of_channel[channel]) > 0 for channel in self.evidence.channels])


def suggest(evidence: Evidence, progress: Progress = silent) -> list[Suggestion]:
    """Suggestions for the unfiled videos of the inbox, sure ones first, then the misfits, each by confidence.

    An inbox video that any category holds already is filed and gets none. A rejected pair never comes back. Below a
    confidence of .2 nothing is said. Raises whatever `progress` raises.
    """
    if not evidence.categories or not len(evidence.video_ids):
        return []
    progress(0, 4, "Reading the words")
    table = _table(evidence)
    progress(1, 4, "Learning from your categories")
    examples = _examples(table.filed)
    model = _fit(table, examples)
    progress(2, 4, "Testing on what is filed")
    held_out = model.without_each()[: len(examples)]
    judges = _judges(table, examples, model, held_out)
    progress(3, 4, "Looking for places")
    found = _for_inbox(table, examples, model, judges) + _misfits(table, examples, held_out, judges[True])
    progress(4, 4, "Looking for places")
    return found


# Reading


def _table(evidence: Evidence) -> _Table:
    ids = tuple(evidence.categories)
    column = {playlist_id: i for i, playlist_id in enumerate(ids)}
    row = {video_id: i for i, video_id in enumerate(evidence.video_ids)}
    filed = np.zeros((len(row), len(ids)), dtype=bool)
    for playlist_id, videos in evidence.members.items():
        if playlist_id in column:
            filed[[row[v] for v in videos if v in row], column[playlist_id]] = True
    allowed = ~filed
    for video_id, playlist_id in evidence.rejected:
        if video_id in row and playlist_id in column:
            allowed[row[video_id], column[playlist_id]] = False
    unknown = np.zeros(evidence.vectors.shape[1], dtype=np.float32)
    names = np.stack([evidence.category_vectors.get(playlist_id, unknown) for playlist_id in ids])
    by_channel: dict[str, list[int]] = {channel: [] for channel in evidence.channels}
    for i in np.flatnonzero(filed.any(axis=1)):
        by_channel[evidence.channels[int(i)]].append(int(i))
    of_channel = {channel: np.array(rows, dtype=np.intp) for channel, rows in by_channel.items()}
    return _Table(evidence, ids, filed, allowed, of_channel, np.vstack([evidence.vectors, names]), _words(evidence))


def _words(evidence: Evidence) -> Any:
    """Sparse rows: TF-IDF of words and pairs of words, and one column per channel."""
    from scipy.sparse import coo_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [*evidence.texts, *(category_text(*name) for name in evidence.categories.values())]
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        strip_accents="unicode",
        min_df=2 if len(texts) > 100 else 1,
        dtype=np.float32,
    )
    try:
        words = vectorizer.fit_transform(texts)
    except ValueError:  # not one word in all the texts
        words = coo_matrix((len(texts), 1), dtype=np.float32)
    channels = {channel: i for i, channel in enumerate(dict.fromkeys(evidence.channels))}
    rows = [i for i, channel in enumerate(evidence.channels) if channel]
    columns = [channels[evidence.channels[i]] for i in rows]
    weight = np.full(len(rows), CHANNEL_WEIGHT**0.5, dtype=np.float32)
    by_channel = coo_matrix((weight, (rows, columns)), shape=(len(texts), max(len(channels), 1)))
    return hstack([words, by_channel]).tocsr()


def _examples(filed: Mask) -> Rows:
    """The filed videos; of a library with more than can be fitted, as many of each category as fit, small ones whole."""
    rows = np.flatnonzero(filed.any(axis=1))
    if len(rows) <= MOST_EXAMPLES:
        return rows
    first = filed[rows].argmax(axis=1)
    rank = np.empty(len(rows), dtype=np.intp)
    for category in np.unique(first):
        rank[first == category] = np.arange((first == category).sum())
    return np.sort(rows[np.argsort(rank, kind="stable")[:MOST_EXAMPLES]])


# Learning


def _fit(table: _Table, examples: Rows) -> Fitted:
    """The model of the examples, and behind them the name of each category as one example more."""
    rows = _with_names(table, examples)
    ridge = np.where(rows < len(table.filed), RIDGE, RIDGE / NAME_WEIGHT)
    belongs = np.vstack([table.filed[examples], np.eye(len(table.ids), dtype=bool)])
    return fit(table.kernel(rows, rows), ridge, belongs)


def _with_names(table: _Table, examples: Rows) -> Rows:
    return np.append(examples, len(table.filed) + np.arange(len(table.ids)))


def _judges(table: _Table, examples: Rows, model: Fitted, held_out: Scores) -> dict[bool, Judge]:
    """One judge for videos whose channel is filed already (True), one for those of a new channel, which are harder to place.

    Measured on uploaders' categories: with its channel known a video is placed right in 83 of 100 cases, else in 56. The
    second judge therefore learns from examples scored without their whole channel. A channel that holds more than a
    quarter of the library would leave too little to judge by; its videos teach the first judge alone.
    """
    homeless = _without_category(model, len(examples))
    strangers, tested = held_out.copy(), np.ones(len(examples), dtype=bool)
    channels = np.array([table.evidence.channels[row] for row in examples], dtype=object)
    for channel in dict.fromkeys(channels):
        group = np.flatnonzero(channels == channel)
        if channel and len(group) > LARGE_CHANNEL * len(examples):
            tested[group] = False
        elif channel and len(group) > 1:
            strangers[group] = model.without(group)[:, : held_out.shape[1]]
    belongs, level = table.filed[examples], table.evidence.level
    return {
        True: calibrate(held_out, homeless, belongs, level),
        False: calibrate(strangers[tested], homeless[tested], belongs[tested], level),
    }


def _without_category(model: Fitted, examples: int) -> Scores:
    """The scores of each example as if its category, name and members, did not exist."""
    scores = np.full((examples, model.targets.shape[1]), -np.inf)
    for category in range(scores.shape[1]):
        group = np.flatnonzero(model.targets[:, category])
        members = group < examples
        scores[group[members]] = model.without(group)[members]
    scores[model.targets[:examples] > 0] = -np.inf
    return scores


# Suggesting


def _for_inbox(table: _Table, examples: Rows, model: Fitted, judges: dict[bool, Judge]) -> list[Suggestion]:
    known, unfiled = table.known_channel(), ~table.filed.any(axis=1)
    waiting = unfiled & np.array([video_id in table.evidence.inbox for video_id in table.evidence.video_ids])
    others = _with_names(table, examples)
    found: list[Suggestion] = []
    for is_known, judge in judges.items():
        rows = np.flatnonzero(waiting & (known == is_known))
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            scores = np.where(table.allowed[block], table.kernel(block, others) @ model.weights, -np.inf)
            found += _suggestions(table, block, scores, judge, judge.sure_at)
    return sorted(found, key=lambda one: (not one.sure, -one.confidence, one.video_id))


def _misfits(table: _Table, examples: Rows, held_out: Scores, judge: Judge) -> list[Suggestion]:
    """Filed videos that a model which never saw them puts elsewhere, surely, and hardly at all where they are."""
    own = np.where(table.filed[examples], held_out, -np.inf).max(axis=1, initial=-np.inf)
    doubted = np.flatnonzero(own < MISFIT_OWN_SCORE)
    scores = np.where(table.allowed[examples[doubted]], held_out[doubted], -np.inf)
    found = _suggestions(table, examples[doubted], scores, judge, max(judge.sure_at, MISFIT_CONFIDENCE))
    return sorted((one for one in found if one.sure), key=lambda one: (-one.confidence, one.video_id))


def _suggestions(table: _Table, rows: Rows, scores: Scores, judge: Judge, bar: float) -> list[Suggestion]:
    confidence = judge.confidence(scores)
    order = np.argsort(-scores, axis=1, kind="stable")[:, : CHOICES + 1]
    spoken = np.flatnonzero((scores.max(axis=1) > LEAST_SCORE) & (confidence >= FEWEST_CONFIDENCE))
    reasons = _reasons(table, [(int(rows[i]), int(order[i, 0])) for i in spoken])
    sizes = table.filed.sum(axis=0)
    found = []
    for i, why in zip(spoken, reasons, strict=True):
        row, best, sure = int(rows[i]), int(order[i, 0]), confidence[i] >= bar
        sure = bool(sure and sizes[best] >= FEWEST_TO_BE_SURE)
        others = () if sure else tuple(table.ids[other] for other in order[i, 1:] if np.isfinite(scores[i, other]))
        found.append(_suggestion(table, row, table.ids[best], float(confidence[i]), sure, why, others))
    return found


def _suggestion(
    table: _Table, row: int, to: str, confidence: float, sure: bool, why: str, others: tuple[str, ...]
) -> Suggestion:
    video_id = table.evidence.video_ids[row]
    homes = tuple(table.ids[category] for category in np.flatnonzero(table.filed[row]))
    stands = homes or tuple(table.evidence.inbox[video_id])
    return Suggestion(video_id, stands, to, confidence, sure, why, misfit=bool(homes), alternatives=others)


# Explaining


def _reasons(table: _Table, pairs: list[tuple[int, int]]) -> list[str]:
    """One plain line for each (row, category)."""
    said = [""] * len(pairs)
    for category in {category for _, category in pairs}:
        places = [i for i, pair in enumerate(pairs) if pair[1] == category]
        rows = np.array([pairs[i][0] for i in places], dtype=np.intp)
        members = np.flatnonzero(table.filed[:, category])
        alike = table.kernel(rows, members) if len(members) else np.zeros((len(rows), 0))
        typical = _typical(table, category, members)
        for i, row, likeness in zip(places, rows, alike, strict=True):
            near = [int(members[m]) for m in np.argsort(-likeness, kind="stable")[:2] if likeness[m] >= CLOSE]
            own = set(phrases(table.evidence.texts[int(row)]))
            shared = [phrase for phrase in typical if phrase in own]
            titles = [_title(table.evidence, member) for member in near]
            name = table.evidence.categories[table.ids[category]][0]
            said[i] = reason(name, _channel(table, int(row), category), titles, shared, len(members) > 0)
    return said


def _typical(table: _Table, category: int, members: Rows) -> list[str]:
    """The phrases of a category: those of its name, then those of two members or more, the most common first."""
    named = list(phrases(category_text(*table.evidence.categories[table.ids[category]])))
    videos = Counter(phrase for member in members for phrase in set(phrases(table.evidence.texts[member])))
    return list(dict.fromkeys([*named, *(phrase for phrase, count in videos.most_common() if count > 1)]))


def _channel(table: _Table, row: int, category: int) -> tuple[str, int, int]:
    """The row's channel, how many filed videos of it the category holds, and how many are filed at all."""
    channel = table.evidence.channels[row]
    here = table.filed[table.of_channel[channel], category]
    return channel, int(here.sum()), len(here)


def _title(evidence: Evidence, row: int) -> str:
    return evidence.titles[row] if evidence.titles else evidence.texts[row].split(". ")[0]
