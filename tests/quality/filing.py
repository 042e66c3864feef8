"""How well held-out videos are filed, by how many labels a category has: `rows` yields the table's lines.

Each fold in turn is held out; of the rest k a category are filed, and everything else waits in the inbox, as a real one
would. Right is right by the model's own word: the share that it calls *sure* and how often that was so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.ml.classifier.dataset import Dataset
from lib.ml.classifier.predict import predict
from lib.ml.classifier.similarity import tf_idf
from tests.quality.sets import FOLDS, Labelled

LABELS: tuple[int | None, ...] = (0, 1, 2, 4, 8, 16, None)
"""How many of each category are filed; None for all."""
Scores = NDArray[np.floating]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Filed:
    """One line: a way of filing with k labels a category. Shares between 0 and 1, the mean of the folds.

    `sure` is the share called sure, `true` how much of it was right, `error` the expected calibration error in ten bins;
    None where the way has no such thing.
    """

    way: str
    labels: int | None
    accuracy: float
    top3: float
    sure: float | None = None
    true: float | None = None
    error: float | None = None

    def line(self) -> str:
        """The row of the table."""
        rest = (self.sure, self.true, self.error)
        told = "  ".join("    -" if one is None else f"{one:5.3f}" for one in (self.accuracy, self.top3, *rest))
        return f"    {self.way:<22} {'all' if self.labels is None else self.labels:>4}  {told}"


def rows(library: Labelled, labels: tuple[int | None, ...] = LABELS) -> Iterator[Filed]:
    """Ours and the ways it is held against, for each number of labels."""
    for k in labels:
        tasks = [task(library, k, fold) for fold in range(FOLDS)]
        yield ours(library, k, tasks)
        for way, score in OTHERS.items():
            if k != 0 or way == "names":
                hits = [_hits(score(library, *task), library.truth[task[1]]) for task in tasks]
                yield Filed(way, k, *_means(hits))


def summary(found: Sequence[tuple[str, Filed]]) -> Iterator[str]:
    """What is promised of all sets: never below the names alone, and ahead of a regression on the same vectors."""
    right = {(name, row.way, row.labels): row.accuracy for name, row in found}
    zero_shot = {name: right[name, "names", 0] for name, _ in found}
    behind = [
        f"{name} with {'all' if k is None else k} labels ({accuracy:.3f}, names alone {zero_shot[name]:.3f})"
        for (name, way, k), accuracy in right.items()
        if way == "ours" and accuracy < zero_shot[name]
    ]
    yield f"below the names alone: {', '.join(behind) or 'nowhere'}"
    for k in (one for one in LABELS if one):
        lead = [right[name, "ours", k] - right[name, "regression, MiniLM", k] for name in zero_shot]
        yield f"with {k} labels: {100 * float(np.mean(lead)):+.1f} points on a regression on MiniLM, the mean of {len(lead)} sets"


def task(library: Labelled, k: int | None, fold: int) -> tuple[Rows, Rows]:
    """What is filed, k of each category or all, and what is held out."""
    chance = np.random.default_rng(fold)
    rest, held = np.flatnonzero(library.folds != fold), np.flatnonzero(library.folds == fold)
    if k is None:
        return rest, held
    filed = [chance.permutation(rest[library.truth[rest] == c])[:k] for c in range(len(library.names))]
    return np.concatenate(filed), held


def _means(hits: list[tuple[float, float]]) -> tuple[float, float]:
    return float(np.mean([one for one, _ in hits])), float(np.mean([three for _, three in hits]))


def _hits(scores: Scores, truth: Rows) -> tuple[float, float]:
    order = np.argsort(-scores, axis=1, kind="stable")
    return float((order[:, 0] == truth).mean()), float((order[:, :3] == truth[:, None]).any(axis=1).mean())


# -- ours --------------------------------------------------------------------------------------------------------------


def dataset(library: Labelled, filed: Rows) -> Dataset:
    """The library with these videos filed and all others in the inbox."""
    ids, categories = [video.video_id for video in library.videos], [str(c) for c in range(len(library.names))]
    waits = set(range(len(ids))) - set(filed.tolist())
    return Dataset(
        video_ids=ids,
        texts=library.texts,
        channels=[video.channel_title for video in library.videos],
        vectors=library.vectors,
        categories=dict(zip(categories, library.names, strict=True)),
        members={c: [ids[i] for i in filed if str(library.truth[i]) == c] for c in categories},
        inbox={ids[i]: ("inbox",) for i in waits},
        titles=[video.title for video in library.videos],
        category_vectors=dict(zip(categories, library.name_vectors, strict=True)),
    )


def ours(library: Labelled, k: int | None, tasks: list[tuple[Rows, Rows]]) -> Filed:
    """The model's own line."""
    hits, confidence, right, sure = [], [], [], []
    for filed, held in tasks:
        predictions = predict(dataset(library, filed))
        row = np.empty(len(library.videos), dtype=np.intp)
        row[predictions.rows] = np.arange(len(predictions.rows))
        scores, truth = predictions.scores[row[held]], library.truth[held]
        hits.append(_hits(scores, truth))
        right.append(scores.argmax(axis=1) == truth)
        confidence.append(predictions.confidence[row[held]])
        sure.append(predictions.sure[row[held]])
    told, is_right, is_sure = np.concatenate(confidence), np.concatenate(right), np.concatenate(sure)
    true = float(is_right[is_sure].mean()) if is_sure.any() else None
    return Filed("ours", k, *_means(hits), float(is_sure.mean()), true, calibration_error(told, is_right))


def calibration_error(confidence: Scores, right: NDArray[np.bool_], bins: int = 10) -> float:
    """The expected calibration error (Naeini, Cooper and Hauskrecht 2015): bins of equal width, weighted by their size."""
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = (abs(confidence[bin_of == b].sum() - right[bin_of == b].sum()) for b in range(bins))
    return float(sum(gaps) / max(len(right), 1))


# -- what it is held against -------------------------------------------------------------------------------------------


def _names(library: Labelled, filed: Rows, held: Rows) -> Scores:
    return np.asarray(library.vectors[held] @ library.name_vectors.T, dtype=np.float64)


def _centroids(library: Labelled, filed: Rows, held: Rows) -> Scores:
    means = np.stack(
        [library.vectors[filed[library.truth[filed] == c]].mean(axis=0) for c in range(len(library.names))]
    )
    return np.asarray(library.vectors[held] @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T)


def _regression(features: NDArray[np.float32], library: Labelled, filed: Rows, held: Rows) -> Scores:
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge: its authors' default is what is compared
        model = LogisticRegression(max_iter=200).fit(features[filed], library.truth[filed])
    scores = np.full((len(held), len(library.names)), -np.inf)
    decided = model.decision_function(features[held])
    scores[:, model.classes_] = decided if decided.ndim == 2 else np.column_stack([-decided, decided])
    return scores


OTHERS: dict[str, Callable[[Labelled, Rows, Rows], Scores]] = {
    "names": _names,
    "centroids, MiniLM": _centroids,
    "regression, MiniLM": lambda library, filed, held: _regression(library.vectors, library, filed, held),
    "regression, TF-IDF": lambda library, filed, held: _regression(
        tf_idf(library.texts, ngram_range=(1, 2)), library, filed, held
    ),
}
"""Names: zero-shot, and the same for any number of labels."""
