"""Say where videos belong, how sure that is and why, from where the user put the others.

`suggest` is the way in. The model of `learn.py` reads meaning (the embedding), words (TF-IDF) and channel; confidence and the
bar for *sure* are measured on filed videos, each judged by a model that never saw it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from lib.derived import Suggestion
from lib.ml.classifier.active_learning import questions
from lib.ml.classifier.calibration import Judge, Weights, calibrate, misfiled_share
from lib.ml.classifier.dataset import Dataset, Mask, Rows, Table, table_of
from lib.ml.classifier.explain import reason, said
from lib.ml.classifier.kernel_ridge import Scores
from lib.ml.classifier.model import Learned, learn
from lib.ml.classifier.similarity import Likeness, likeness
from lib.ml.text.video_text import category_text, phrases
from lib.models import Progress, silent

__all__ = ["Dataset", "Placed", "place", "suggest"]

FEWEST_TO_BE_SURE = 3
"""A category with fewer members has not been tested, so nothing is sure to belong there."""
LARGE_CHANNEL = 0.25
MISFIT_CONFIDENCE = 0.9
MISFIT_OWN_SCORE = 0.1
FEWEST_CONFIDENCE = 0.1
CHOICES = 2
MOST_WEIGHT = 4.0
"""No example counts so many times more, or less, than another when what waits is of another mix."""
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

    def only(self, which: Mask | Rows) -> Placed:
        """Some of the videos."""
        return Placed(self.rows[which], self.scores[which], self.confidence[which], self.sure[which])


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is learned from a table with one share of its unfiled videos, and how sure each guess is.

    `rows`: the table's rows in the order that was learned from. `pool`: the same in the order of the likeness. `known`: one
    judge for videos whose channel is filed already (True), one for those of a new channel (False), which are harder to place.
    """

    table: Table
    rows: Rows
    pool: Rows
    alike: Likeness
    learned: Learned
    held_out: Scores
    known: dict[bool, Judge]

    def places(self, rows: Rows) -> Rows:
        """Where rows of the table stand in the likeness."""
        return np.searchsorted(self.pool, rows)


def suggest(dataset: Dataset, progress: Progress = silent) -> list[Suggestion]:
    """Suggestions for the unfiled videos of the inbox, then the misfits by confidence.

    Of the first the sure ones come first, by confidence, then the doubtful ones in the order in which they are best asked
    about. An inbox video that any category holds already is filed and gets none. A rejected pair never comes back. Below a
    confidence of .1 nothing is said. Raises whatever `progress` raises.
    """
    if not dataset.categories or not len(dataset.video_ids):
        return []
    table = table_of(dataset)
    shares, sure, doubtful = table.shares(), list[Suggestion](), list[Suggestion]()
    for number, unfiled in enumerate(shares):
        progress(number, len(shares), "Learning from your categories")
        lesson = _lesson(table, unfiled)
        placed = _placed(lesson)
        sure += _said(lesson, placed.only(placed.sure))
        doubtful += _asked(lesson, placed.only(~placed.sure), max((one.question for one in doubtful), default=0))
        if number == 0:
            misfits = _misfits(lesson)
    progress(len(shares), len(shares), "Looking for places")
    return sorted(sure, key=lambda one: (-one.confidence, one.video_id)) + doubtful + misfits


def place(dataset: Dataset) -> Placed:
    """Where the model puts each unfiled video of the inbox, said or not: what `suggest` chooses from."""
    table = table_of(dataset)
    parts = [_placed(_lesson(table, unfiled)) for unfiled in table.shares()]
    columns = zip(*((p.rows, p.scores, p.confidence, p.sure) for p in parts), strict=True)
    return Placed(*(np.concatenate(column) for column in columns))


# Learning


def _lesson(table: Table, unfiled: Rows) -> _Lesson:
    examples, names = table.examples(), table.names()
    rows = np.concatenate([examples, names, unfiled])
    pool = np.sort(rows)  # in the order of the library, so that a video that is filed changes nothing of the likeness
    texts, channels, vectors = table.texts(), [*table.dataset.channels, *("" for _ in names)], table.vectors()
    alike = likeness([texts[i] for i in pool], [channels[i] for i in pool], vectors[pool])
    learned = learn(alike, np.searchsorted(pool, rows), table.filed[examples])
    held_out = learned.held_out()
    return _Lesson(table, rows, pool, alike, learned, held_out, _judges(table, examples, learned, held_out))


def _judges(table: Table, examples: Rows, learned: Learned, held_out: Scores) -> dict[bool, Judge]:
    """The judges for videos of known and of new channels.

    Measured on uploaders' categories: with its channel known a video is placed right in 83 of 100 cases, else in 56. The
    second judge therefore learns from examples scored without their whole channel. A channel that holds more than a
    quarter of the library would leave too little to judge by; its videos teach the first judge alone.
    """
    homeless = learned.without_category()
    strangers, tested = held_out.copy(), np.ones(len(examples), dtype=bool)
    channels = np.array([table.dataset.channels[row] for row in examples], dtype=object)
    for channel in dict.fromkeys(channels):
        group = np.flatnonzero(channels == channel)
        if channel and len(group) > LARGE_CHANNEL * len(examples):
            tested[group] = False
        elif channel and len(group) > 1:
            strangers[group] = learned.without(group)
    belongs, level = table.filed[examples], table.dataset.level
    counts = _as_waiting(held_out.argmax(axis=1), learned.of_others().argmax(axis=1), held_out.shape[1])
    slips = misfiled_share(held_out, homeless, belongs, counts)
    return {
        True: calibrate(held_out, homeless, belongs, level, counts, slips),
        False: calibrate(strangers[tested], homeless[tested], belongs[tested], level, counts[tested], slips),
    }


def _as_waiting(filed: Rows, waiting: Rows, categories: int) -> Weights:
    """How much each example counts so that they are spread over the guesses as what waits is; 1 on average.

    A user files what is easy first, or a little of everything: what holds of that need not hold of what is left.
    """
    has, wants = (np.bincount(rows, minlength=categories) + 1.0 for rows in (filed, waiting))
    ratio = (wants / wants.sum()) / (has / has.sum())
    counts = np.clip(ratio, 1 / MOST_WEIGHT, MOST_WEIGHT)[filed]
    return np.asarray(counts / counts.mean()) if len(filed) else counts


# Suggesting


def _placed(lesson: _Lesson) -> Placed:
    table = lesson.table
    rows = lesson.rows[len(lesson.held_out) + len(table.ids) :]
    scores, allowed = lesson.learned.of_others(), table.allowed[rows]
    open_to = np.where(allowed, scores, -np.inf)
    known = table.known_channel()[rows]
    confidence, sure = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for is_known, judge in lesson.known.items():
        which = known == is_known
        confidence[which] = judge.confidence(scores[which], allowed[which])
        sure[which] = judge.sure(confidence[which], open_to[which])
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
    sure = judge.sure(confidence, scores) & (confidence >= MISFIT_CONFIDENCE) & _tested(table, scores)
    found = _said(lesson, Placed(examples[doubted], scores, confidence, sure).only(sure))
    return sorted(found, key=lambda one: (-one.confidence, one.video_id))


def _tested(table: Table, scores: Scores) -> Mask:
    """Whether the best category of each row has members enough to have been tested."""
    enough = table.filed.sum(axis=0) >= FEWEST_TO_BE_SURE
    return np.asarray(enough[scores.argmax(axis=1)] & np.isfinite(scores).any(axis=1))


def _asked(lesson: _Lesson, placed: Placed, before: int) -> list[Suggestion]:
    """The doubtful suggestions in the order to ask; questions about several videos are numbered from `before` + 1 on."""
    placed = placed.only(placed.confidence >= FEWEST_CONFIDENCE)
    places, number, found = lesson.places(placed.rows), before, list[Suggestion]()
    suggestions = _said(lesson, placed)
    for group in questions(lesson.alike.alone[np.ix_(places, places)], placed.scores.argmax(axis=1), placed.confidence):
        number += len(group) > 1
        found += [replace(suggestions[i], question=number if len(group) > 1 else 0) for i in group]
    return found


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
        video_id, others = table.dataset.video_ids[row], () if sure else tuple(open_to[1:])
        stands = homes or tuple(table.dataset.inbox[video_id])
        confidence = float(placed.confidence[i])
        found.append(
            Suggestion(video_id, stands, open_to[0], confidence, sure, why, misfit=bool(homes), alternatives=others)
        )
    return found


# Explaining


def _reasons(lesson: _Lesson, pairs: list[tuple[int, int]]) -> list[str]:
    """One plain line for each (row, category)."""
    table = lesson.table
    lines = [""] * len(pairs)
    for category in {category for _, category in pairs}:
        places = [i for i, pair in enumerate(pairs) if pair[1] == category]
        members = np.intersect1d(np.flatnonzero(table.filed[:, category]), lesson.pool)
        rows = np.array([pairs[i][0] for i in places], dtype=np.intp)
        alike = lesson.alike.alone[np.ix_(lesson.places(rows), lesson.places(members))]
        typical = _typical(table, category, members)
        for i, near_to in zip(places, alike, strict=True):
            row = pairs[i][0]
            near = [int(members[m]) for m in np.argsort(-near_to, kind="stable")[:2] if near_to[m] >= CLOSE]
            own = said(table.dataset.texts[row])
            shared = [phrase for phrase in typical if phrase in own]
            titles = [table.title(member) for member in near]
            name = table.dataset.categories[table.ids[category]][0]
            lines[i] = reason(name, _channel(table, row, category), titles, shared, len(members) > 0)
    return lines


def _typical(table: Table, category: int, members: Rows) -> list[str]:
    """The phrases of a category: those of its name, then those of two members or more, the most common first."""
    named = list(phrases(category_text(*table.dataset.categories[table.ids[category]])))
    videos = Counter(phrase for member in members for phrase in said(table.dataset.texts[member]))
    common = sorted((-count, phrase) for phrase, count in videos.items() if count > 1)
    return list(dict.fromkeys([*named, *(phrase for _, phrase in common)]))


def _channel(table: Table, row: int, category: int) -> tuple[str, int, int]:
    """The row's channel, how many filed videos of it the category holds, and how many are filed at all."""
    channel = table.dataset.channels[row]
    here = table.filed[table.of_channel[channel], category]
    return channel, int(here.sum()), len(here)
