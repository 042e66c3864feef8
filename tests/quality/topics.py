"""How good topics and their names are, beside BERTopic on the same vectors: `rows` yields the table's lines.

Agreement with the truth is measured without noise, whose share is shown beside it. The measures of names take the name as a
person sees it, for both methods alike.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.derived import NOISE, Topic
from lib.ml import projection
from lib.ml.naming import names as naming
from lib.ml.naming.names import naming_text
from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.video_text import RECIPE, text_hash, video_text
from lib.ml.topics import pipeline
from lib.ml.topics.matching import match_topics
from lib.models import Item, Listed, Role
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.quality.sets import CACHE, Labelled

SEEDS = 5
ADDED = 0.1
"""The share of the videos that comes later."""
PEER = CACHE / "bertopic"
PEER_PACKAGES = ("bertopic==0.17.4", "hdbscan==0.8.44")
Labels = NDArray[np.int64]
Names = dict[int, list[str]]
Method = Callable[[Labelled, int], tuple[Labels, Names]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A line of the table: a method of finding topics. Each figure is the mean over the seeds, but `stable`, which is over pairs.

    `ami` and `purity` are of the videos that have a topic. `stable` is the adjusted mutual information between the runs
    of two seeds, over all pairs. When a tenth of the videos is added, `lived` is the share of topics that survive, `kept`
    the share of those that keep their name, and `moved` how far the other videos move on the map; `redrawn` is how far
    they move when the map is redrawn, in radii. None where the method has no such figure.
    """

    method: str
    topics: float
    noise: float
    ami: float
    purity: float
    specificity: float
    npmi: float
    stable: float
    lived: float | None = None
    kept: float | None = None
    moved: float | None = None
    redrawn: float | None = None

    def line(self) -> str:
        """The row of the table."""
        rest = (self.noise, self.ami, self.purity, self.specificity, self.npmi, self.stable)
        grown = (self.lived, self.kept, self.moved, self.redrawn)
        figures = "  ".join("     -" if value is None else f"{value:6.3f}" for value in (*rest, *grown))
        return f"    {self.method:<10} {self.topics:6.0f}  {figures}"


HEADER = "    topics      found   noise     AMI  purity  specif    NPMI  stable   lived    kept   moved redrawn"


@dataclass(slots=True)
class Summary:
    """The lines of all sets, for their mean."""

    lines: dict[str, list[Measured]] = field(default_factory=dict)

    def add(self, row: Measured) -> None:
        """Take up the line of one set."""
        self.lines.setdefault(row.method, []).append(row)

    def means(self) -> Iterator[Measured]:
        """A line for each method: the mean over the sets."""
        for method, rows in self.lines.items():
            yield Measured(
                method, *(_mean([getattr(row, name) for row in rows]) for name in list(Measured.__slots__)[1:])
            )


def _mean(values: Sequence[float | None]) -> Any:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def rows(library: Labelled, seeds: int = SEEDS) -> Iterator[Measured]:
    """Ours, and BERTopic where it can be had."""
    yield replace(_measured("ours", library, ours, seeds), **_grown(library))
    if peer() is None:
        print("    BERTopic    skipped: it is not installed and could not be fetched", flush=True)
    else:
        yield replace(_measured("BERTopic", library, bertopic, seeds), **_refitted(library))


def _measured(method: str, library: Labelled, run: Method, seeds: int) -> Measured:
    from sklearn.metrics import adjusted_mutual_info_score as agreement

    runs = [run(library, seed) for seed in range(seeds)]
    figures, occurrences = [], Occurrences(library.texts)
    for labels, names in runs:
        topical = labels != NOISE
        truth, guess = library.truth[topical], labels[topical]
        shares = (1 - topical.mean(), agreement(truth, guess), purity(guess, truth))
        name_figures = (occurrences.specificity(labels, names), occurrences.npmi(names))
        figures.append((len(names), *shares, *name_figures))
    pairs = [(a, b, (a != NOISE) & (b != NOISE)) for (a, _), (b, _) in combinations(runs, 2)]
    stable = [agreement(a[rows], b[rows]) for a, b, rows in pairs] or [1.0]
    return Measured(method, *(float(value) for value in np.mean(figures, axis=0)), float(np.mean(stable)))


def purity(guess: Labels, truth: NDArray[np.intp]) -> float:
    """The share of the videos that stand with the most frequent category of their topic."""
    return float(sum(np.bincount(truth[guess == topic]).max() for topic in np.unique(guess)) / max(len(guess), 1))


# -- the two methods ------------------------------------------------------------------------------------------------------


def ours(library: Labelled, seed: int) -> tuple[Labels, Names]:
    """Our topics at the usual level, from a map drawn from nothing."""
    near = projection.neighbours(library.vectors)
    points = projection.reduce(library.vectors, seed, near)
    topics = pipeline.find_topics(points, library.vectors, near, seed=seed)
    labels = topics.levels[:, topics.default_level]
    titles, channels = [video.title for video in library.videos], [video.channel_title for video in library.videos]
    texts = [naming_text(video) for video in library.videos]
    return labels, phrases_of(naming.name_levels(titles, texts, channels, topics.levels), labels)


def phrases_of(topics: Sequence[Topic], labels: Labels) -> Names:
    """The phrases of the names of the topics that occur among the labels: "Channel: One & Two" has three."""
    shown = set(labels.tolist()) - {NOISE}
    return {topic.topic: re.split(r": | & ", topic.name) for topic in topics if topic.topic in shown}


def bertopic(library: Labelled, seed: int) -> tuple[Labels, Names]:
    """BERTopic as it comes, with a seed, and with English stop words as its documentation advises for names."""
    return _fit_bertopic(library.texts, library.vectors, seed)


def _fit_bertopic(texts: list[str], vectors: NDArray[np.float32], seed: int) -> tuple[Labels, Names]:
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)
    model = peer()(umap_model=reducer, vectorizer_model=CountVectorizer(stop_words="english"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        labels, _ = model.fit_transform(texts, embeddings=vectors)
    info = model.get_topic_info()
    names = dict(zip(info["Topic"], info["Name"], strict=True))
    return np.asarray(labels, np.int64), {int(t): name.split("_")[1:] for t, name in names.items() if t != NOISE}


@cache
def peer() -> Any:
    """The class of BERTopic, installed beside the project where it is missing; None where that cannot be done."""
    if not PEER.exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(PEER),
            *PEER_PACKAGES,
        ]
        if subprocess.run(command, check=False).returncode:
            return None
    if str(PEER) not in sys.path:
        sys.path.append(str(PEER))  # last: what it shares with the project is the project's
    try:
        from bertopic import BERTopic
    except ImportError:
        return None
    return BERTopic


# -- names -------------------------------------------------------------------------------------------------------------


class Occurrences:
    """Which videos have a phrase in their text: as whole words, without regard to case and punctuation."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [f" {_bare(text)} " for text in texts]
        self.known: dict[str, NDArray[np.bool_]] = {}

    def of(self, phrase: str) -> NDArray[np.bool_]:
        """The videos that have it (n,)."""
        bare = f" {_bare(phrase)} "
        if bare not in self.known:
            self.known[bare] = np.array([bare in text for text in self.texts])
        return self.known[bare]

    def specificity(self, labels: Labels, names: Names) -> float:
        """How specific names are: of the videos that have a phrase of a name, the share that is in the topic.

        The mean over the phrases of a name, then over the topics; a phrase that no video has counts 0.
        """
        shares = [np.mean([self._held(labels == topic, phrase) for phrase in name]) for topic, name in names.items()]
        return float(np.mean(shares)) if shares else 0.0

    def npmi(self, names: Names) -> float:
        """Whether the words of a name belong together: normalised pointwise mutual information (Bouma 2009) of each two
        of them over the videos, without stop words, the mean over the names that have two."""
        words = [list(dict.fromkeys(_bare(" ".join(name)).split())) for name in names.values()]
        words = [[word for word in name if word not in STOP_WORDS] for name in words]
        means = [np.mean([self._npmi(*pair) for pair in combinations(name, 2)]) for name in words if name[1:]]
        return float(np.mean(means)) if means else 0.0

    def _held(self, inside: NDArray[np.bool_], phrase: str) -> float:
        rows = self.of(phrase)
        return float((rows & inside).sum() / max(1, rows.sum()))

    def _npmi(self, word: str, partner: str) -> float:
        first, second = self.of(word), self.of(partner)
        joint = float((first & second).mean())
        if joint in (0.0, 1.0):  # never and always together, by definition
            return 2 * joint - 1
        return float(np.log(joint / (first.mean() * second.mean())) / -np.log(joint))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


# -- a tenth comes later -----------------------------------------------------------------------------------------------


def _grown(library: Labelled) -> Mapping[str, float]:
    """The app itself: nine tenths are read and drawn, then the rest; then the map is redrawn."""
    first, _ = _parts(library)
    with tempfile.TemporaryDirectory() as folder, closing(Workspace(Settings(Path(folder)))) as workspace:
        _read(workspace, library, first)
        workspace.analysis.run()
        topics, places = workspace.derived.topics(), _places(workspace)
        _read(workspace, library, np.arange(len(library.videos)))
        workspace.analysis.run()
        after, grown = {topic.topic: topic.name for topic in workspace.derived.topics()}, _places(workspace)
        topics = [topic for topic in topics if topic.topic != NOISE]
        survivors = [topic for topic in topics if topic.topic in after]
        kept = float(np.mean([after[topic.topic] == topic.name for topic in survivors]))
        workspace.analysis.run(redraw=True)
        lived = len(survivors) / len(topics)
        return {
            "lived": lived,
            "kept": kept,
            "moved": _moved(places, grown),
            "redrawn": _moved(grown, _places(workspace)),
        }


def _parts(library: Labelled) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    order = np.random.default_rng(0).permutation(len(library.videos))
    later = round(ADDED * len(order))
    return np.sort(order[later:]), np.sort(order[:later])


def _read(workspace: Workspace, library: Labelled, rows: NDArray[np.intp]) -> None:
    """Put these videos into the workspace as a pull would, with the vectors there are."""
    videos = [library.videos[row] for row in rows]
    workspace.catalog.store_videos(videos)
    hashes = {video.video_id: text_hash(video_text(video), RECIPE) for video in videos}
    workspace.vectors.store(hashes, library.vectors[rows])
    workspace.catalog.store_listing([Listed("PLall", "All", "", "private", "", len(videos))])
    workspace.catalog.give_role(["PLall"], Role.INBOX)
    workspace.catalog.store_items("PLall", [Item(f"item{video.video_id}", video.video_id) for video in videos])


def _places(workspace: Workspace) -> dict[str, NDArray[np.float32]]:
    ids, layout, _ = workspace.derived.map_points()
    return dict(zip(ids, layout, strict=True))


def _moved(before: Mapping[str, NDArray[np.float32]], after: Mapping[str, NDArray[np.float32]]) -> float:
    """The mean way of the videos that were there before, in radii (root mean square) of the map as it was."""
    old = np.stack(list(before.values()))
    new = np.stack([after[video_id] for video_id in before])
    radius = np.sqrt(((old - old.mean(axis=0)) ** 2).sum(axis=1).mean())
    return float(np.linalg.norm(new - old, axis=1).mean() / radius)


def _refitted(library: Labelled) -> Mapping[str, float]:
    """BERTopic fitted to nine tenths and to all: the topics that survive by our rule, and those that keep their words."""
    first, _ = _parts(library)
    texts = library.texts
    before, names = _fit_bertopic([texts[row] for row in first], library.vectors[first], 0)
    after, renamed = _fit_bertopic(texts, library.vectors, 0)
    start = max(names, default=0) + 1
    numbered = match_topics(after[first][:, None], before[:, None], start)[:, 0]
    pairs = set(zip(after[first].tolist(), numbered.tolist(), strict=True))
    same = [renamed[new] == names[old] for new, old in pairs if new != NOISE and old < start]
    return {"lived": len(same) / max(1, len(names)), "kept": _mean(same) or 0.0}
