"""What can be computed, one typed task each. A task holds its arguments and can be sent to another process.

Whoever needs a result has a `Compute` and calls `compute(Embed(texts, model))`. `compute_here` runs a task in this
process, as the command line does; the app hands in that of its computing process, `lib.background.worker.Worker.compute`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from lib.derived import Floats, Labels, Levels, Suggestion, Topic
from lib.ml import duplicates, embedding, merge_split, projection
from lib.ml.classifier import predict
from lib.ml.classifier.dataset import Dataset
from lib.ml.duplicates import DuplicatePair
from lib.ml.merge_split import MergesAndSplits
from lib.ml.naming import names
from lib.ml.projection import Neighbours
from lib.ml.topics import clustering, incremental, pipeline
from lib.ml.topics.pipeline import TopicLevels
from lib.models import Progress, silent

Result = TypeVar("Result")
ResultOut = TypeVar("ResultOut", covariant=True)


class Task(ABC, Generic[ResultOut]):
    """Something to compute. `title` is what the progress bar says for as long as the task itself reports nothing."""

    title: ClassVar[str]

    @abstractmethod
    def run(self, progress: Progress) -> ResultOut:
        """Compute it in this process. Raises what the algorithm raises, and whatever `progress` raises."""


class Compute(Protocol):
    """Computes a task, here or in another process."""

    def __call__(self, task: Task[Result], progress: Progress = silent) -> Result:
        """The result of the task. Raises `UserError` of the task as itself, and whatever `progress` raises."""


def compute_here(task: Task[Result], progress: Progress = silent) -> Result:
    """A `Compute` that runs the task in this process."""
    return task.run(progress)


# -- vectors and maps --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoadModel(Task[int]):
    """Load an embedding model and keep it; the width of its vectors. Raises `ModelMissing`."""

    model: str
    title: ClassVar[str] = "Loading the model"

    def run(self, progress: Progress) -> int:
        """Load it; the width of its vectors."""
        return int(embedding.embed([""], self.model, progress).shape[1])


@dataclass(frozen=True)
class Embed(Task[Floats]):
    """Vectors (n, d) of unit length of n texts. Raises `ModelMissing`."""

    texts: Sequence[str]
    model: str
    title: ClassVar[str] = "Reading the texts"

    def run(self, progress: Progress) -> Floats:
        """The vectors (n, d)."""
        return embedding.embed(list(self.texts), self.model, progress)


@dataclass(frozen=True)
class FindNeighbours(Task[Neighbours]):
    """The nearest rows of each of the vectors (n, d) of unit length, and their cosine distances."""

    vectors: Floats
    title: ClassVar[str] = "Finding neighbours"

    def run(self, progress: Progress) -> Neighbours:
        """Row numbers (n, k) and cosine distances (n, k)."""
        return projection.neighbours(self.vectors)


@dataclass(frozen=True)
class Layout(Task[Floats]):
    """The map: vectors (n, d) of unit length to points (n, 2). `init` (n, 2) are earlier points to begin from."""

    vectors: Floats
    seed: int
    near: Neighbours | None = None
    init: Floats | None = None
    title: ClassVar[str] = "Drawing the map"

    def run(self, progress: Progress) -> Floats:
        """The points (n, 2)."""
        return projection.layout(self.vectors, self.seed, self.near, self.init)


@dataclass(frozen=True)
class Reduce(Task[Floats]):
    """The space that topics are looked for in: vectors (n, d) of unit length to points (n, 5). `init` as for `Layout`."""

    vectors: Floats
    seed: int
    near: Neighbours | None = None
    init: Floats | None = None
    title: ClassVar[str] = "Drawing the map"

    def run(self, progress: Progress) -> Floats:
        """The points (n, 5)."""
        return projection.reduce(self.vectors, self.seed, self.near, self.init)


@dataclass(frozen=True)
class Place(Task[Floats]):
    """Points (m, k) for `new_vectors` (m, d) on a map of `positions` (n, k), whose `vectors` are (n, d)."""

    new_vectors: Floats
    vectors: Floats
    positions: Floats
    title: ClassVar[str] = "Placing new videos"

    def run(self, progress: Progress) -> Floats:
        """The points (m, k)."""
        return projection.place(self.new_vectors, self.vectors, self.positions)


# -- topics ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster(Task[Labels]):
    """The cluster of each of the points (n, d), -1 for noise. Raises `UserError` for a method or `k` that cannot be."""

    points: Floats
    method: str = "hdbscan"
    k: int | None = None
    title: ClassVar[str] = "Finding topics"

    def run(self, progress: Progress) -> Labels:
        """The labels (n,)."""
        return clustering.cluster(self.points, self.method, self.k)


@dataclass(frozen=True)
class TopicState:
    """What both ways to find topics start from. All arrays have n rows, one a video.

    `points` (n, 5) are the reduced vectors; `near` are the nearest neighbours; `user_topics` (n,) the user's topic of each video,
    -1 for none; `joinable` (n,) which of the others may join one; `previous` (n, levels) the numbers until now; numbers
    from `next_topic` on were never used.
    """

    points: Floats
    near: Neighbours
    user_topics: Labels
    joinable: NDArray[np.bool_]
    previous: Levels
    next_topic: int


@dataclass(frozen=True)
class FindTopics(Task[TopicLevels]):
    """Topics from nothing, as levels from broad to fine; see `lib.ml.topics.pipeline.find_topics`."""

    state: TopicState
    vectors: Floats
    method: str = "hdbscan"
    k: int | None = None
    title: ClassVar[str] = "Finding topics"

    def run(self, progress: Progress) -> TopicLevels:
        """The levels, from broad to fine."""
        state = self.state
        return pipeline.find_topics(
            state.points,
            self.vectors,
            state.near,
            method=self.method,
            k=self.k,
            user_topics=state.user_topics,
            joinable=state.joinable,
            previous=state.previous,
            next_topic=state.next_topic,
        )


@dataclass(frozen=True)
class GrowTopics(Task[TopicLevels]):
    """The topics there are, with new videos taken in; see `lib.ml.topics.incremental.grow_topics`."""

    state: TopicState
    default_level: int
    title: ClassVar[str] = "Taking in new videos"

    def run(self, progress: Progress) -> TopicLevels:
        """The levels, from broad to fine."""
        state = self.state
        return incremental.grow_topics(
            state.points,
            state.near,
            state.previous,
            self.default_level,
            next_topic=state.next_topic,
            user_topics=state.user_topics,
            joinable=state.joinable,
        )


@dataclass(frozen=True)
class NameTopics(Task[list[Topic]]):
    """A name and words for each number in `levels` (n, levels); `titles`, `texts` and `channels` are parallel to its rows.

    `user_names` are the names that the user gave, by topic; `previous` are the topics until now, which keep a name that fits.
    """

    titles: Sequence[str]
    texts: Sequence[str]
    channels: Sequence[str]
    levels: Levels
    user_names: Mapping[int, str] | None = None
    previous: Sequence[Topic] = ()
    title: ClassVar[str] = "Naming topics"

    def run(self, progress: Progress) -> list[Topic]:
        """The topics, by number."""
        return names.name_levels(self.titles, self.texts, self.channels, self.levels, self.user_names, self.previous)


# -- suggestions and tidying -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggest(Task[list[Suggestion]]):
    """Suggestions for the videos of the inbox, then the misfits; see `lib.ml.classifier.predict.suggest`."""

    dataset: Dataset
    title: ClassVar[str] = "Looking for places"

    def run(self, progress: Progress) -> list[Suggestion]:
        """The suggestions."""
        return predict.suggest(self.dataset, progress)


@dataclass(frozen=True)
class FindDuplicates(Task[list[DuplicatePair]]):
    """Pairs of rows that are most likely one video under two ids. `titles`, `vectors` (n, d), `seconds` are parallel."""

    titles: Sequence[str]
    vectors: Floats
    seconds: Sequence[float | None]
    title: ClassVar[str] = "Looking for repeats"

    def run(self, progress: Progress) -> list[DuplicatePair]:
        """The pairs, the most similar first."""
        return duplicates.find_duplicates(self.titles, self.vectors, self.seconds, progress)


@dataclass(frozen=True)
class FindMergesAndSplits(Task[MergesAndSplits]):
    """Categories that could be one, and categories that could be two; see `lib.ml.merge_split`.

    `vectors` (n, d); `members` are rows by category id, `names` the titles of the categories; `columns` are the `titles`,
    `texts` and `channels` of the n rows.
    """

    vectors: Floats
    members: Mapping[str, Sequence[int]]
    names: Mapping[str, str]
    columns: Mapping[str, Sequence[str]]
    title: ClassVar[str] = "Comparing playlists"

    def run(self, progress: Progress) -> MergesAndSplits:
        """The merges and splits."""
        return merge_split.find_merges_and_splits(self.vectors, self.members, self.names, self.columns, progress)
