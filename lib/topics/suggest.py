"""Say where videos belong, how sure that is and why, from where the user put the others.

`suggest` is the way in. The model of `learn.py` reads meaning (the embedding), words (TF-IDF) and channel; confidence and the
bar for *sure* are measured on filed videos, each judged by a model that never saw it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from lib.models import Progress, Suggestion, silent
from lib.topics.evidence import Evidence, Mask, Rows, Table, table_of
from lib.topics.judge import Judge, Weights, calibrate
from lib.topics.learn import Learned, learn
from lib.topics.likeness import Likeness, likeness
from lib.topics.ridge import Scores
from lib.topics.text import category_text, phrases
from lib.topics.why import reason

__all__ = ["Evidence", "Placed", "place", "suggest"]

FEWEST_TO_BE_SURE = 3
"""A category with fewer members has not been tested, so nothing is sure to belong there."""
LARGE_CHANNEL = 0.25
MISFIT_CONFIDENCE = 0.9
MISFIT_OWN_SCORE = 0.1
FEWEST_CONFIDENCE = 0.1
CHOICES = 2
CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the model puts some videos: `scores` (n, c) of the table's `rows` (n,), `confidence` and `sure` (n,).

    Categories that a video stands in already, or was refused, score -inf.
    """

    rows: Rows
    scores: Scores
    confidence: Weights
    sure: Mask


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is learned from a table with one share of its unfiled videos, and how sure each guess is.

    `rows`: the table's row of each place in the order that was learned from. `known`: one judge for videos whose channel is
    filed already (True), one for those of a new channel (False), which are harder to place.
    """

    table: Table
    rows: Rows
    places: Rows
    alike: Likeness
    learned: Learned
    held_out: Scores
    known: dict[bool, Judge]


def suggest(evidence: Evidence, progress: Progress = silent) -> list[Suggestion]:
    """Suggestions for the unfiled videos of the inbox, sure ones first, then the misfits, each by confidence.

    An inbox video that any category holds already is filed and gets none. A rejected pair never comes back. Below a
    confidence of .1 nothing is said. Raises whatever `progress` raises.
    """
    if not evidence.categories or not len(evidence.video_ids):
        return []
    table = table_of(evidence)
    shares, found = table.shares(), []
    for number, unfiled in enumerate(shares):
        progress(number, len(shares), "Learning from your categories")
        lesson = _lesson(table, unfiled)
        found += _said(lesson, _placed(lesson))
        if number == 0:
            misfits = _misfits(lesson)
    progress(len(shares), len(shares), "Looking for places")
    return sorted(found, key=lambda one: (not one.sure, -one.confidence, one.video_id)) + misfits


def place(evidence: Evidence) -> Placed:
    """Where the model puts each unfiled video of the inbox, said or not: what `suggest` chooses from."""
    table = table_of(evidence)
    parts = [_placed(_lesson(table, unfiled)) for unfiled in table.shares()]
    columns = zip(*((p.rows, p.scores, p.confidence, p.sure) for p in parts), strict=True)
    return Placed(*(np.concatenate(column) for column in columns))


# Learning


def _lesson(table: Table, unfiled: Rows) -> _Lesson:
    examples, names = table.examples(), table.names()
    rows = np.concatenate([examples, names, unfiled])
    pool = np.sort(rows)  # in the order of the library, so that a video that is filed changes nothing of the likeness
    texts, channels, vectors = table.texts(), [*table.evidence.channels, *("" for _ in names)], table.vectors()
    alike = likeness([texts[i] for i in pool], [channels[i] for i in pool], vectors[pool])
    places = np.searchsorted(pool, rows)
    learned = learn(alike, places, table.filed[examples])
    held_out = learned.without_each()
    return _Lesson(table, rows, places, alike, learned, held_out, _judges(table, examples, learned, held_out))


def _judges(table: Table, examples: Rows, learned: Learned, held_out: Scores) -> dict[bool, Judge]:
    """The judges for videos of known and of new channels.

    Measured on uploaders' categories: with its channel known a video is placed right in 83 of 100 cases, else in 56. The
    second judge therefore learns from examples scored without their whole channel. A channel that holds more than a
    quarter of the library would leave too little to judge by; its videos teach the first judge alone.
    """
    homeless = learned.without_category()
    strangers, tested = held_out.copy(), np.ones(len(examples), dtype=bool)
    channels = np.array([table.evidence.channels[row] for row in examples], dtype=object)
    for channel in dict.fromkeys(channels):
        group = np.flatnonzero(channels == channel)
        if channel and len(group) > LARGE_CHANNEL * len(examples):
            tested[group] = False
        elif channel and len(group) > 1:
            strangers[group] = learned.without(group)
    belongs, level = table.filed[examples], table.evidence.level
    return {
        True: calibrate(held_out, homeless, belongs, level),
        False: calibrate(strangers[tested], homeless[tested], belongs[tested], level),
    }


# Suggesting


def _placed(lesson: _Lesson) -> Placed:
    table = lesson.table
    rows = lesson.rows[len(lesson.held_out) + len(table.ids) :]
    scores, allowed = lesson.learned.of_others(), table.allowed[rows]
    known = table.known_channel()[rows]
    confidence, sure = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for is_known, judge in lesson.known.items():
        which = known == is_known
        confidence[which] = judge.confidence(scores[which], allowed[which])
        sure[which] = confidence[which] >= judge.sure_at
    open_to = np.where(allowed, scores, -np.inf)
    return Placed(rows, open_to, confidence, sure & _tested(table, open_to))


def _misfits(lesson: _Lesson) -> list[Suggestion]:
    """Filed videos that a model which never saw them puts elsewhere, surely, and hardly at all where they are."""
    table, examples, judge = lesson.table, lesson.rows[: len(lesson.held_out)], lesson.known[True]
    ridge = lesson.learned.ridge.without_each()[: len(examples)]
    own = np.where(table.filed[examples], ridge, -np.inf).max(axis=1, initial=-np.inf)
    doubted = np.flatnonzero(own < MISFIT_OWN_SCORE)
    allowed = table.allowed[examples[doubted]]
    scores = np.where(allowed, lesson.held_out[doubted], -np.inf)
    confidence = judge.confidence(lesson.held_out[doubted], allowed)
    sure = (confidence >= max(judge.sure_at, MISFIT_CONFIDENCE)) & _tested(table, scores)
    found = _said(lesson, Placed(examples[doubted][sure], scores[sure], confidence[sure], sure[sure]))
    return sorted(found, key=lambda one: (-one.confidence, one.video_id))


def _tested(table: Table, scores: Scores) -> Mask:
    """Whether the best category of each row has members enough to have been tested."""
    enough = table.filed.sum(axis=0) >= FEWEST_TO_BE_SURE
    return np.asarray(enough[scores.argmax(axis=1)] & np.isfinite(scores).any(axis=1))


def _said(lesson: _Lesson, placed: Placed) -> list[Suggestion]:
    """The suggestions that are worth saying, with choices for those that are not sure, and why."""
    table = lesson.table
    order = np.argsort(-placed.scores, axis=1, kind="stable")[:, : CHOICES + 1]
    spoken = np.flatnonzero(placed.confidence >= FEWEST_CONFIDENCE)
    reasons = _reasons(lesson, [(int(placed.rows[i]), int(order[i, 0])) for i in spoken])
    found = []
    for i, why in zip(spoken, reasons, strict=True):
        row, sure = int(placed.rows[i]), bool(placed.sure[i])
        open_to = [table.ids[other] for other in order[i] if np.isfinite(placed.scores[i, other])]
        homes = tuple(table.ids[category] for category in np.flatnonzero(table.filed[row]))
        video_id, others = table.evidence.video_ids[row], () if sure else tuple(open_to[1:])
        stands = homes or tuple(table.evidence.inbox[video_id])
        confidence = float(placed.confidence[i])
        found.append(
            Suggestion(video_id, stands, open_to[0], confidence, sure, why, misfit=bool(homes), alternatives=others)
        )
    return found


# Explaining


def _reasons(lesson: _Lesson, pairs: list[tuple[int, int]]) -> list[str]:
    """One plain line for each (row, category)."""
    table = lesson.table
    place_of = dict(zip(lesson.rows.tolist(), lesson.places.tolist(), strict=True))
    said = [""] * len(pairs)
    for category in {category for _, category in pairs}:
        places = [i for i, pair in enumerate(pairs) if pair[1] == category]
        members = np.array([m for m in np.flatnonzero(table.filed[:, category]) if int(m) in place_of], dtype=np.intp)
        rows, others = ([place_of[int(row)] for row in some] for some in ([pairs[i][0] for i in places], members))
        alike = lesson.alike.alone[np.ix_(rows, others)]
        typical = _typical(table, category, members)
        for i, near_to in zip(places, alike, strict=True):
            row = pairs[i][0]
            near = [int(members[m]) for m in np.argsort(-near_to, kind="stable")[:2] if near_to[m] >= CLOSE]
            own = set(phrases(table.evidence.texts[row]))
            shared = [phrase for phrase in typical if phrase in own]
            titles = [table.title(member) for member in near]
            name = table.evidence.categories[table.ids[category]][0]
            said[i] = reason(name, _channel(table, row, category), titles, shared, len(members) > 0)
    return said


def _typical(table: Table, category: int, members: Rows) -> list[str]:
    """The phrases of a category: those of its name, then those of two members or more, the most common first."""
    named = list(phrases(category_text(*table.evidence.categories[table.ids[category]])))
    videos = Counter(phrase for member in members for phrase in set(phrases(table.evidence.texts[member])))
    return list(dict.fromkeys([*named, *(phrase for phrase, count in videos.most_common() if count > 1)]))


def _channel(table: Table, row: int, category: int) -> tuple[str, int, int]:
    """The row's channel, how many filed videos of it the category holds, and how many are filed at all."""
    channel = table.evidence.channels[row]
    here = table.filed[table.of_channel[channel], category]
    return channel, int(here.sum()), len(here)
