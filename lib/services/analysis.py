"""The flow from texts to suggestions: embed what is new, place or draw the map, find topics, name them, suggest.

Computing is handed to `compute`, which may run a task of `lib.ml.tasks` in another process; this flow alone reads and
writes the database. The suggestions are a flow of their own, in `suggestions.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from lib.derived import ABSENT, NOISE, Floats, Labels, Topic
from lib.errors import UserError
from lib.ml.naming.names import naming_text
from lib.ml.projection import Neighbours
from lib.ml.tasks import (
    Compute,
    FindNeighbours,
    FindTopics,
    GrowTopics,
    Layout,
    NameTopics,
    Place,
    Reduce,
    TopicState,
)
from lib.ml.text.video_text import video_texts
from lib.ml.topics.clustering import METHODS, check
from lib.ml.topics.matching import TopicChanges, compare_topics
from lib.ml.topics.pipeline import TopicLevels
from lib.models import Progress, Video, silent
from lib.services.embeddings import Embedding
from lib.services.local_library import local_library
from lib.services.suggestions import Suggestions, category_texts
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.topics import UserTopic
from lib.store.vectors import Vectors

SEED = 7
REDRAW_BELOW = 0.5
"""A map that holds less than this share of the videos says too little about where the others belong: draw it anew."""

GROWTH = 1.25
"""Topics that were found among n videos are found again when there are more than so many times n."""


@dataclass(slots=True)
class AnalyseReport:
    """What an analysis did: counts, and seconds by step."""

    videos: int = 0
    embedded: int = 0
    reused: int = 0
    topics: int = 0
    noise: int = 0
    suggestions: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    changes: TopicChanges = field(default_factory=TopicChanges)


class Analysis:
    """The derived side of one library."""

    def __init__(
        self, catalog: Catalog, vectors: Vectors, derived: Derived, suggestions: Suggestions, compute: Compute
    ) -> None:
        self.catalog, self.vectors, self.derived, self.compute = catalog, vectors, derived, compute
        self.suggestions, self.embedding = suggestions, Embedding(catalog, vectors, compute)
        self.seconds: dict[str, float] = {}

    def run(
        self,
        *,
        method: str | None = None,
        k: int | None = None,
        redraw: bool = False,
        progress: Progress = silent,
    ) -> AnalyseReport:
        """Bring map, topics and suggestions up to the library. Only new or changed texts are embedded.

        With a `method` the topics are found again; without, those there are take
        in what is new until a quarter is, or another model reads the library. `redraw` moves every video, from where it
        stands; else only new ones are placed.
        Raises `ModelMissing`, `Cancelled`, and `UserError` for a method or `k` that cannot be.
        """
        self.seconds = {}
        videos = self.embedding.readable()
        texts = video_texts(videos)
        method_and_k = self._method_and_k(method, k)
        if method is not None or k is not None:
            check(*method_and_k, len(texts))
        with self._timed("embed"):
            embedded = self.embedding.embed(texts, progress)
            self.embedding.embed(category_texts(local_library(self.catalog, self.suggestions.edits)), progress)
        ids = list(texts)
        vectors = self.vectors.load(ids)
        progress(0, 0, "Drawing the map")
        with self._timed("project"):
            near = self.compute(FindNeighbours(vectors))
            drawn = self._draw(ids, vectors, near, redraw)
        progress(0, 0, "Finding topics")
        is_default = method_and_k[0] == METHODS[0]
        again = method is not None or drawn.moved or drawn.anew or not is_default or self._outgrown(len(ids))
        shown, changes = self._find_topics(videos, vectors, near, drawn, *method_and_k, again)
        with self._timed("suggest"):
            suggestions = self.suggestions.suggest(progress)
        noise = int((shown == NOISE).sum())
        topics = len(set(shown.tolist()) - {NOISE})
        counts = (len(ids), embedded, len(ids) - embedded, topics, noise, len(suggestions))
        return AnalyseReport(*counts, self.seconds, changes)

    def put_map_back(self) -> bool:
        """Put the map back to where it was before it was redrawn; whether there was one. Topics stay as they are.

        Raises `UserError` where another model is to read the library, and has not yet.
        """
        old_ids, old_layout, old_reduced = self.derived.earlier()
        ids, *_ = self.derived.map_points()
        row_of = {video_id: row for row, video_id in enumerate(ids)}
        kept = [row for row, video_id in enumerate(old_ids) if video_id in row_of]
        if not kept:
            return False
        if set(ids) - self.vectors.known().keys():
            raise UserError(
                f"The map was drawn by another model than {self.vectors.model}.", "Find topics again first."
            )
        old = _Drawn([old_ids[row] for row in kept], old_layout[kept], old_reduced[kept])
        drawn = self._grown(ids, self.vectors.load(ids), old)
        self.derived.put_back(ids, drawn.layout, drawn.reduced)
        return True

    # -- the steps ---------------------------------------------------------------------------------------------------

    def _method_and_k(self, method: str | None, k: int | None) -> tuple[str, int | None]:
        """The method and the number of topics asked for, else those of the last time."""
        if method is not None:
            return method, k
        last, usual = self.catalog.fact("topic_k"), self.catalog.fact("topic_method") or METHODS[0]
        return usual, k if k is not None or not last else int(last)

    def _outgrown(self, n: int) -> bool:
        """Whether topics were never found, or in a library so much smaller that it is time to find them again."""
        return n > GROWTH * int(self.catalog.fact("topics_found_in") or 0)

    def _draw(self, ids: Sequence[str], vectors: Floats, near: Neighbours, redraw: bool) -> _Drawn:
        """Where the videos stand: old ones stay where they are unless the map is drawn anew."""
        old_ids, old_layout, old_reduced = self.derived.map_points()
        present = set(ids)
        kept = [row for row, video_id in enumerate(old_ids) if video_id in present]
        same_model = self.catalog.fact("map_model") == self.vectors.model
        if not same_model or len(kept) < REDRAW_BELOW * len(ids):
            layout = self.compute(Layout(vectors, SEED, near))
            reduced = self.compute(Reduce(vectors, SEED, near))
            return _Drawn(ids, layout, reduced, anew=True)
        old = _Drawn([old_ids[row] for row in kept], old_layout[kept], old_reduced[kept])
        grown = self._grown(ids, vectors, old)
        if not redraw:
            return grown
        layout = self.compute(Layout(vectors, SEED, near, grown.layout))
        reduced = self.compute(Reduce(vectors, SEED, near, grown.reduced))
        return _Drawn(ids, layout, reduced, grown.fresh, moved=True)

    def _grown(self, ids: Sequence[str], vectors: Floats, old: _Drawn) -> _Drawn:
        """The old map with the videos that it lacks placed among their neighbours."""
        row_of = {video_id: row for row, video_id in enumerate(ids)}
        old_rows = [row_of[video_id] for video_id in old.ids]
        known = set(old.ids)
        new_rows = [row for row, video_id in enumerate(ids) if video_id not in known]
        placed = []
        for points in (old.layout, old.reduced):
            whole = np.empty((len(ids), points.shape[1] if points.ndim == 2 else 0), np.float32)
            whole[old_rows] = points
            if new_rows:
                whole[new_rows] = self.compute(Place(vectors[new_rows], vectors[old_rows], points))
            placed.append(whole)
        return _Drawn(ids, placed[0], placed[1], fresh=[ids[row] for row in new_rows] or None)

    def _find_topics(
        self,
        videos: Sequence[Video],
        vectors: Floats,
        near: Neighbours,
        drawn: _Drawn,
        method: str,
        k: int | None,
        again: bool,
    ) -> tuple[Labels, TopicChanges]:
        """Find the topics, name them, and store them with the map; what is shown (n,), and what is another than before.

        Unless `again`, the topics there are only take in what is new.
        """
        store, ids = self.derived.topic_store, list(drawn.ids)
        before, by_user = store.shown(ids), store.user_topics()
        user_topics = _user_topic_of_each(ids, by_user)
        with self._timed("cluster"):
            state = TopicState(
                points=drawn.reduced,
                near=near,
                user_topics=user_topics,
                joinable=(before == ABSENT) | np.isin(before, list(by_user)),
                previous=store.automatic_topics(ids),
                next_topic=store.following(),
            )
            if again:
                most = min(k, len(ids)) if k else k  # what was asked for a library that has shrunk since
                levels = self.compute(FindTopics(state, vectors, method, most))
            else:
                levels = self.compute(GrowTopics(state, store.usual()))
        with self._timed("label"):
            given = {number: topic.name for number, topic in by_user.items() if topic.named}
            levels, topics = self._named(videos, levels, user_topics, given)
        with self.catalog.db.write():
            if drawn.moved:
                self.derived.keep_earlier()
            store.note_following(store.following())
            store.note_usual(levels.default_level)
            self.derived.store_map(ids, drawn.layout, drawn.reduced, levels.levels, drawn.fresh, levels.joined)
            self.derived.store_topics(topics)
            store.name_user_topics({topic.topic: topic.name for topic in topics})
            facts = {"map_model": self.vectors.model, "topic_method": method, "topic_k": str(k or "")}
            if again:
                facts["topics_found_in"] = str(len(ids))
            for key, value in facts.items():
                self.catalog.remember(key, value)
        shown = store.shown(ids)
        return shown, compare_topics(shown, before)

    def _named(
        self, videos: Sequence[Video], found_levels: TopicLevels, user_topics: Labels, given: dict[int, str]
    ) -> tuple[TopicLevels, list[Topic]]:
        """The levels and their named topics. An automatic topic whose name changes counts as new and gets a new number.

        `user_topics` (n,) are the user's topics by video, `given` the names that the user gave, by topic.
        """
        known = {topic.topic: topic for topic in self.derived.named_topics()}
        topics = self.compute(
            NameTopics(
                titles=[video.title for video in videos],
                texts=[naming_text(video) for video in videos],
                channels=[video.channel_title for video in videos],
                levels=_shown_levels(found_levels, user_topics),
                user_names=given,
                previous=list(known.values()),
            )
        )
        automatic = [topic for topic in topics if topic.topic in known and topic.topic not in user_topics]
        renamed = [topic.topic for topic in automatic if topic.name != known[topic.topic].name and topic.topic != NOISE]
        first = max(self.derived.topic_store.following(), int(found_levels.levels.max(initial=NOISE)) + 1)
        new_number = {topic: first + position for position, topic in enumerate(renamed)}
        levels = found_levels.levels.copy()
        for topic, number in new_number.items():
            levels[found_levels.levels == topic] = number
        renumbered = [replace(topic, topic=new_number.get(topic.topic, topic.topic)) for topic in topics]
        return replace(found_levels, levels=levels), renumbered

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - start, 2)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Videos with their positions (n, 2) and reduced points (n, r).

    `fresh` are the videos just placed (None: none was), `moved` says that every video moved, `anew` that the map owes
    nothing to an earlier one.
    """

    ids: Sequence[str]
    layout: Floats
    reduced: Floats
    fresh: Sequence[str] | None = None
    moved: bool = False
    anew: bool = False


def _user_topic_of_each(ids: Sequence[str], by_user: Mapping[int, UserTopic]) -> Labels:
    """The number of the user's topic that holds each video (n,), `NOISE` for videos in none."""
    topic_of = {video_id: number for number, topic in by_user.items() for video_id in topic.video_ids}
    return np.array([topic_of.get(video_id, NOISE) for video_id in ids], np.int64)


def _shown_levels(found_levels: TopicLevels, user_topics: Labels) -> npt.NDArray[np.int64]:
    """The topics as they are shown (n, levels): those of the user, or joined to them, in the place of those found."""
    assigned = np.where(user_topics == NOISE, found_levels.joined, user_topics)[:, None]
    return np.where(assigned == NOISE, found_levels.levels, assigned)
