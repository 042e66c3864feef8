"""Suggestions: where videos belong, how sure that is, and why, from where the user put the others.

`suggest` is the way in. The classifier of `model.py` reads meaning (the embedding), words (TF-IDF) and channel; confidence
and the threshold for *sure* are measured on filed videos, each scored by a classifier that never saw it (held out).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from lib.derived import Doubles, Mask, Rows, Suggestion
from lib.ml.classifier.active_learning import questions
from lib.ml.classifier.calibration import Calibration, calibrate, misfiled_share
from lib.ml.classifier.dataset import Dataset, Table, table_of
from lib.ml.classifier.explain import phrase_set, reason
from lib.ml.classifier.kernel_ridge import Scores
from lib.ml.classifier.model import Classifier, train
from lib.ml.classifier.similarity import Similarity, similarity
from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.tokens import ngrams
from lib.ml.text.video_text import category_text
from lib.models import Progress, silent

__all__ = ["Dataset", "Predictions", "predict", "suggest"]

MIN_MEMBERS = 3
"""Nothing is sure to belong in a category with fewer members: it has not been tested. Chosen by hand."""
LARGE_CHANNEL_SHARE = 0.25
"""A channel with a larger share of the filed videos is not held out whole: too little would be left. Chosen by hand."""
MISFIT_CONFIDENCE = 0.9
"""A misfit is suggested from this confidence in another category. Chosen by hand."""
MISFIT_MAX_SCORE = 0.1
"""A misfit's own category has at most this score of the ridge regression, where 1 is a member and 0 is none. Chosen by hand."""
MIN_CONFIDENCE = 0.1
"""With less confidence nothing is suggested. Chosen by hand."""
ALTERNATIVES = 2
MAX_WEIGHT = 4.0
"""No example counts so many times more, or less, than another when the unfiled videos are of another mix. Chosen by hand."""
MIN_SIMILARITY = 0.6
"""Members with at least this similarity, of at most 2, are named as a reason. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Where the classifier puts m videos: the table's `rows` (m,), `scores` (m, c), `confidence` (m,) and `sure` (m,).

    Categories that hold a video already, or that the user rejected for it, score -inf.
    """

    rows: Rows
    scores: Scores
    confidence: Doubles
    sure: Mask

    def only(self, which: Mask | Rows) -> Predictions:
        """Some of the videos."""
        return Predictions(self.rows[which], self.scores[which], self.confidence[which], self.sure[which])


@dataclass(frozen=True, slots=True)
class _Training:
    """A classifier trained on a table with one share of its unfiled videos, and its calibrations.

    `rows`: the table's rows in the classifier's order: examples, names, unfiled videos. `sorted_rows`: the same in the
    order of `similarity`. `held_out` (e, c): the examples' held-out scores. `calibrations`: for videos whose channel is
    filed already (True), and for those of a new channel (False), which are harder.
    """

    table: Table
    rows: Rows
    sorted_rows: Rows
    similarity: Similarity
    classifier: Classifier
    held_out: Scores
    calibrations: dict[bool, Calibration]

    @property
    def examples(self) -> Rows:
        """The table's rows of the examples."""
        return self.rows[: len(self.held_out)]

    @property
    def unfiled(self) -> Rows:
        """The table's rows of the unfiled videos."""
        return self.rows[len(self.held_out) + len(self.table.ids) :]

    def raw_similarity(self, rows: Rows, columns: Rows) -> Scores:
        """The unsmoothed similarity of rows of the table with others: (rows, columns)."""
        places = (np.searchsorted(self.sorted_rows, which) for which in (rows, columns))
        return self.similarity.raw[np.ix_(*places)]


def suggest(dataset: Dataset, progress: Progress = silent) -> list[Suggestion]:
    """Suggestions for the unfiled videos of the inbox, then the misfits by confidence.

    Of the first the sure ones come first, by confidence, then the doubtful ones in the order in which they are best asked
    about. An inbox video that any category holds is filed and gets none; neither does a video for which no category
    reaches `MIN_CONFIDENCE`. A rejected pair is never suggested again. Raises whatever `progress` raises.
    """
    if not dataset.categories or not len(dataset.video_ids):
        return []
    table = table_of(dataset)
    shares, sure, doubtful = table.shares(), list[Suggestion](), list[Suggestion]()
    misfits: list[Suggestion] = []
    for number, unfiled in enumerate(shares):
        progress(number, len(shares), "Learning from your categories")
        training = _train(table, unfiled)
        predictions = _predictions(training)
        sure += _suggestions(training, predictions.only(predictions.sure))
        last_question = max((suggestion.question for suggestion in doubtful), default=0)
        doubtful += _doubtful(training, predictions.only(~predictions.sure), last_question)
        if number == 0:
            misfits = _misfits(training)
    progress(len(shares), len(shares), "Looking for places")
    return _by_confidence(sure) + doubtful + misfits


def predict(dataset: Dataset) -> Predictions:
    """The predictions for all unfiled videos of the inbox, whatever their confidence: what `suggest` chooses from."""
    table = table_of(dataset)
    parts = [_predictions(_train(table, unfiled)) for unfiled in table.shares()]
    columns = zip(*((p.rows, p.scores, p.confidence, p.sure) for p in parts), strict=True)
    return Predictions(*(np.concatenate(column) for column in columns))


def _by_confidence(suggestions: list[Suggestion]) -> list[Suggestion]:
    return sorted(suggestions, key=lambda suggestion: (-suggestion.confidence, suggestion.video_id))


# -- training ----------------------------------------------------------------------------------------------------------


def _train(table: Table, unfiled: Rows) -> _Training:
    examples, names = table.examples(), table.name_rows()
    rows = np.concatenate([examples, names, unfiled])
    sorted_rows = np.sort(rows)  # in the library's order, so that the cached similarity holds when a video is filed
    texts, channels, vectors = table.texts(), [*table.dataset.channels, *("" for _ in names)], table.vectors()
    pairwise = similarity([texts[i] for i in sorted_rows], [channels[i] for i in sorted_rows], vectors[sorted_rows])
    classifier = train(pairwise, np.searchsorted(sorted_rows, rows), table.filed[examples])
    held_out = classifier.held_out_scores()
    calibrations = _calibrations(table, examples, classifier, held_out)
    return _Training(table, rows, sorted_rows, pairwise, classifier, held_out, calibrations)


def _calibrations(table: Table, examples: Rows, classifier: Classifier, held_out: Scores) -> dict[bool, Calibration]:
    """The calibrations for videos of known and of new channels.

    Measured on trending, whose categories are the uploaders': with its channel known a video is placed right in 83 of 100
    cases, else in 56. The second calibration therefore learns from examples scored without their whole channel. A channel
    with more than `LARGE_CHANNEL_SHARE` of the examples is left out of it.
    """
    without_category = classifier.without_category()
    new_channel, tested = held_out.copy(), np.ones(len(examples), dtype=bool)
    channels = np.array([table.dataset.channels[row] for row in examples], dtype=object)
    for channel in dict.fromkeys(channels):
        group = np.flatnonzero(channels == channel)
        if channel and len(group) > LARGE_CHANNEL_SHARE * len(examples):
            tested[group] = False
        elif channel and len(group) > 1:
            new_channel[group] = classifier.without(group)
    belongs, level = table.filed[examples], table.dataset.level
    best_unfiled = classifier.unlabelled_scores().argmax(axis=1)
    weight = _shift_weights(held_out.argmax(axis=1), best_unfiled, held_out.shape[1])
    misfiled = misfiled_share(held_out, without_category, belongs, weight)
    return {
        True: calibrate(held_out, without_category, belongs, level, weight, misfiled),
        False: calibrate(
            new_channel[tested], without_category[tested], belongs[tested], level, weight[tested], misfiled
        ),
    }


def _shift_weights(filed: Rows, unfiled: Rows, categories: int) -> Doubles:
    """Importance weights (e,) by which the examples' best categories are spread as those of the unfiled videos; 1 on average.

    `filed` (e,) and `unfiled` (u,): the best category of each. A user files what is easy first, or a little of everything:
    what is measured on that need not hold for what is left.
    """
    have, want = (np.bincount(rows, minlength=categories) + 1.0 for rows in (filed, unfiled))
    ratio = (want / want.sum()) / (have / have.sum())
    weight = np.clip(ratio, 1 / MAX_WEIGHT, MAX_WEIGHT)[filed]
    return np.asarray(weight / weight.mean()) if len(filed) else weight


# -- suggestions -------------------------------------------------------------------------------------------------------


def _predictions(training: _Training) -> Predictions:
    table, rows = training.table, training.unfiled
    scores, allowed = training.classifier.unlabelled_scores(), table.allowed[rows]
    open_scores = np.where(allowed, scores, -np.inf)
    known = table.known_channel()[rows]
    confidence, sure = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for is_known, calibration in training.calibrations.items():
        which = known == is_known
        confidence[which] = calibration.confidence(scores[which], allowed[which])
        sure[which] = calibration.sure(confidence[which], open_scores[which])
    return Predictions(rows, open_scores, confidence, sure & _tested(table, open_scores))


def _misfits(training: _Training) -> list[Suggestion]:
    """Filed videos that a classifier which never saw them puts elsewhere, surely, and hardly at all where they are."""
    table, examples, calibration = training.table, training.examples, training.calibrations[True]
    ridge = training.classifier.ridge.without_each()[: len(examples)]
    own_score = np.where(table.filed[examples], ridge, -np.inf).max(axis=1, initial=-np.inf)
    doubted = np.flatnonzero(own_score < MISFIT_MAX_SCORE)
    allowed = table.allowed[examples[doubted]]
    scores = np.where(allowed, training.held_out[doubted], -np.inf)
    confidence = calibration.confidence(training.held_out[doubted], allowed)
    sure = calibration.sure(confidence, scores) & (confidence >= MISFIT_CONFIDENCE) & _tested(table, scores)
    misfits = Predictions(examples[doubted], scores, confidence, sure).only(sure)
    return _by_confidence(_suggestions(training, misfits))


def _tested(table: Table, scores: Scores) -> Mask:
    """Whether the best category of each row has enough members to have been tested."""
    enough = table.filed.sum(axis=0) >= MIN_MEMBERS
    return np.asarray(enough[scores.argmax(axis=1)] & np.isfinite(scores).any(axis=1))


def _doubtful(training: _Training, predictions: Predictions, last_question: int) -> list[Suggestion]:
    """The doubtful suggestions in the order to ask about them; questions about several are numbered from `last_question` + 1."""
    predictions = predictions.only(predictions.confidence >= MIN_CONFIDENCE)
    raw = training.raw_similarity(predictions.rows, predictions.rows)
    suggestions, ordered = _suggestions(training, predictions), list[Suggestion]()
    for group in questions(raw, predictions.scores.argmax(axis=1), predictions.confidence):
        is_batch = len(group) > 1
        last_question += is_batch
        ordered += [replace(suggestions[i], question=last_question if is_batch else 0) for i in group]
    return ordered


def _suggestions(training: _Training, predictions: Predictions) -> list[Suggestion]:
    """The predictions with enough confidence as suggestions, with reasons, and with alternatives for those that are not sure."""
    table = training.table
    order = np.argsort(-predictions.scores, axis=1, kind="stable")[:, : ALTERNATIVES + 1]
    enough = np.flatnonzero(predictions.confidence >= MIN_CONFIDENCE)
    reasons = _reasons(training, [(int(predictions.rows[i]), int(order[i, 0])) for i in enough])
    suggestions = []
    for i, why in zip(enough, reasons, strict=True):
        row, sure = int(predictions.rows[i]), bool(predictions.sure[i])
        ranked = [table.ids[category] for category in order[i] if np.isfinite(predictions.scores[i, category])]
        categories = tuple(table.ids[category] for category in np.flatnonzero(table.filed[row]))
        video_id = table.dataset.video_ids[row]
        suggestions.append(
            Suggestion(
                video_id=video_id,
                from_playlists=categories or tuple(table.dataset.inbox[video_id]),
                to_playlist=ranked[0],
                confidence=float(predictions.confidence[i]),
                sure=sure,
                why=why,
                misfit=bool(categories),
                alternatives=() if sure else tuple(ranked[1:]),
            )
        )
    return suggestions


# -- reasons -----------------------------------------------------------------------------------------------------------


def _reasons(training: _Training, pairs: list[tuple[int, int]]) -> list[str]:
    """One line for each (row, category)."""
    table = training.table
    lines = [""] * len(pairs)
    for category in {category for _, category in pairs}:
        places = [i for i, pair in enumerate(pairs) if pair[1] == category]
        members = np.intersect1d(np.flatnonzero(table.filed[:, category]), training.sorted_rows)
        rows = np.array([pairs[i][0] for i in places], dtype=np.intp)
        title = table.dataset.categories[table.ids[category]][0]
        typical = _typical_phrases(table, category, members)
        for i, similarities in zip(places, training.raw_similarity(rows, members), strict=True):
            row = pairs[i][0]
            nearest = [m for m in np.argsort(-similarities, kind="stable")[:2] if similarities[m] >= MIN_SIMILARITY]
            titles = [table.title(int(members[m])) for m in nearest]
            video_phrases = phrase_set(table.dataset.texts[row])
            shared = [phrase for phrase in typical if phrase in video_phrases]
            lines[i] = reason(title, _channel(table, row, category), titles, shared, len(members) > 0)
    return lines


def _typical_phrases(table: Table, category: int, members: Rows) -> list[str]:
    """The phrases of a category: those of its name, then those of two members or more, the most frequent first."""
    of_name = ngrams(category_text(*table.dataset.categories[table.ids[category]]), STOP_WORDS)
    counts = Counter(phrase for member in members for phrase in phrase_set(table.dataset.texts[member]))
    frequent = sorted((-count, phrase) for phrase, count in counts.items() if count > 1)
    return list(dict.fromkeys([*of_name, *(phrase for _, phrase in frequent)]))


def _channel(table: Table, row: int, category: int) -> tuple[str, int, int]:
    """The row's channel, how many filed videos of it the category holds, and how many are filed at all."""
    channel = table.dataset.channels[row]
    in_category = table.filed[table.of_channel[channel], category]
    return channel, int(in_category.sum()), len(in_category)
