"""The flow from texts to suggestions: embed what is new, place or draw the map, find topics, name them, suggest.

Computing is handed to `call`, which runs a task of `worker.TASKS` by name, in this process or in the worker; this flow
alone reads and writes the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from lib.models import NOISE, Lesson, Library, Playlist, Progress, Role, Suggestion, Video, silent
from lib.store.catalog import Catalog
from lib.store.deciders import unconfirmed
from lib.store.edits import Edits
from lib.store.findings import Findings
from lib.store.lessons import Lessons
from lib.store.vectors import Vectors
from lib.topics.evidence import METHOD, Evidence
from lib.topics.lesson import changes
from lib.topics.text import RECIPE, category_text, text_hash, video_texts

Call = Callable[..., Any]
Floats = npt.NDArray[np.float32]
SEED = 7
RECENT = 50
"""Of so many of the last decisions is said how often we agreed."""
REDRAW_BELOW = 0.5
"""A map that holds less than this share of the videos says too little about where the others belong: draw it anew."""


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


class Analysis:
    """The derived side of one library."""

    def __init__(
        self, catalog: Catalog, edits: Edits, vectors: Vectors, findings: Findings, lessons: Lessons, call: Call
    ) -> None:
        self.catalog, self.edits, self.vectors, self.call = catalog, edits, vectors, call
        self.findings, self.lessons = findings, lessons
        self.seconds: dict[str, float] = {}

    def run(
        self,
        local: Library,
        *,
        method: str = "hdbscan",
        k: int | None = None,
        redraw: bool = False,
        progress: Progress = silent,
    ) -> AnalyseReport:
        """Bring map, topics and suggestions up to the library. Only new or changed texts are embedded.

        `local` is base with the edits applied. `redraw` moves every video; else only new ones are placed.
        Raises `ModelMissing`, `Cancelled`, and `UserError` for a method or `k` that cannot be.
        """
        videos = self._readable()
        texts = video_texts(videos)
        with self._timed("embed"):
            embedded = self._embed(texts, progress)
            self._embed(_category_texts(local), progress)
        ids = list(texts)
        vectors = self.vectors.load(ids)
        progress(0, 0, "Drawing the map")
        layout, reduced = self._map(ids, vectors, redraw)
        progress(0, 0, "Finding topics")
        with self._timed("cluster"):
            labels = self.call("cluster", points=reduced, method=method, k=k)
        with self._timed("label"):
            columns = {"titles": [v.title for v in videos], "channels": [v.channel_title for v in videos]}
            topics = self.call("name_topics", texts=list(texts.values()), labels=labels, **columns)
        with self.catalog.db.write():
            self.findings.store_map(ids, layout, reduced, labels)
            self.findings.store_topics(topics)
            self.catalog.remember("map_model", self.vectors.model)
        suggestions = self.suggest(local, progress)
        found = sum(topic.topic != NOISE for topic in topics)
        noise = int((labels == NOISE).sum())
        return AnalyseReport(len(ids), embedded, len(ids) - embedded, found, noise, len(suggestions), self.seconds)

    def suggest(self, local: Library, progress: Progress = silent) -> list[Suggestion]:
        """Suggest again from what is decided by now, with the vectors there are."""
        begun, known = datetime.now(UTC), self.vectors.known()
        videos = [video for video in self._readable() if video.video_id in known]
        progress(0, 0, "Looking where videos belong")
        with self._timed("suggest"):
            if known:
                self._embed(_category_texts(local), progress)
            found: list[Suggestion] = self.call("suggest", evidence=self._evidence(local, videos)) if videos else []
        kept = [one for one in found if not self._settled(one)]
        with self.catalog.db.write():
            self._note_lesson(kept, begun)
            self.findings.store_suggestions(kept)
            self.catalog.remember("suggested_with", METHOD)
        return kept

    def outdated(self) -> bool:
        """Whether the stored suggestions were made by an earlier version of the program."""
        return self.catalog.fact("map_model") is not None and self.catalog.fact("suggested_with") != METHOD

    # -- the steps ---------------------------------------------------------------------------------------------------

    def _readable(self) -> list[Video]:
        """Videos with a known title; nothing can be said of one that died before we saw it."""
        return [video for video in self.catalog.listed_videos().values() if video.title]

    def _embed(self, texts: dict[str, str], progress: Progress) -> int:
        """Embed what is new or changed among texts by id, of videos or of categories; how many those were."""
        known = self.vectors.known()
        hashes = {video_id: text_hash(text, RECIPE) for video_id, text in texts.items()}
        fresh = {video_id: digest for video_id, digest in hashes.items() if known.get(video_id) != digest}
        if fresh:
            todo = [texts[video_id] for video_id in fresh]
            self.vectors.store(fresh, self.call("embed", texts=todo, model=self.vectors.model, progress=progress))
        return len(fresh)

    def _map(self, ids: Sequence[str], vectors: Floats, redraw: bool) -> tuple[Floats, Floats]:
        """Positions (n, 2) and reduced space (n, r): old videos stay where they are unless the map is drawn anew."""
        with self._timed("project"):
            old_ids, old_layout, old_reduced = self.findings.map_points()
            present = set(ids)
            kept = [row for row, video_id in enumerate(old_ids) if video_id in present]
            same_model = self.catalog.fact("map_model") == self.vectors.model
            if redraw or not same_model or len(kept) < REDRAW_BELOW * len(ids):
                layout = self.call("layout", vectors=vectors, seed=SEED)
                return layout, self.call("reduce", vectors=vectors, seed=SEED)
            return self._grown(ids, vectors, [old_ids[row] for row in kept], old_layout[kept], old_reduced[kept])

    def _grown(
        self, ids: Sequence[str], vectors: Floats, old_ids: list[str], old_layout: Floats, old_reduced: Floats
    ) -> tuple[Floats, Floats]:
        row_of = {video_id: row for row, video_id in enumerate(ids)}
        old_rows = [row_of[video_id] for video_id in old_ids]
        known = set(old_ids)
        new_rows = [row for row, video_id in enumerate(ids) if video_id not in known]
        placed = []
        for points in (old_layout, old_reduced):
            whole = np.empty((len(ids), points.shape[1] if points.ndim == 2 else 0), np.float32)
            whole[old_rows] = points
            if new_rows:
                whole[new_rows] = self.call(
                    "place", new_vectors=vectors[new_rows], vectors=vectors[old_rows], xy=points
                )
            placed.append(whole)
        return placed[0], placed[1]

    def _evidence(self, local: Library, videos: Sequence[Video]) -> Evidence:
        ids = [video.video_id for video in videos]
        present, dead = set(ids), self.catalog.unavailable()
        unlearned = unconfirmed(self.catalog.db)  # what a rule or the model filed would only teach what they say
        categories = _categories(local)
        filed = {item.video_id for p in categories.values() for item in p.items}
        inbox: dict[str, list[str]] = {}
        for playlist in local.playlists.values():
            for item in playlist.items if playlist.role is Role.INBOX else ():
                if item.video_id in present and item.video_id not in filed | dead:
                    inbox.setdefault(item.video_id, []).append(playlist.playlist_id)
        return Evidence(
            video_ids=ids,
            texts=list(video_texts(videos).values()),
            channels=[video.channel_title for video in videos],
            vectors=self.vectors.load(ids),
            categories={p.playlist_id: (p.title, p.description) for p in categories.values()},
            members={
                key: [i.video_id for i in p.items if i.video_id in present and (i.video_id, key) not in unlearned]
                for key, p in categories.items()
            },
            inbox={video_id: list(dict.fromkeys(homes)) for video_id, homes in inbox.items()},
            rejected=self.edits.decided.rejected(),
            titles=[video.title for video in videos],
            category_vectors=dict(zip(categories, self.vectors.load(list(categories)), strict=True)),
        )

    def _note_lesson(self, suggestions: Sequence[Suggestion], begun: datetime) -> None:
        """Keep what the decisions since the last lesson have changed. What was decided meanwhile belongs to the next."""
        last = self.lessons.last()
        if decisions := self.edits.decided.since(last.learned_at if last else None):
            changed = changes(self.findings.suggestions(), suggestions)
            self.lessons.store(Lesson(begun, decisions, changed, *self.edits.decided.agreement(RECENT)))

    def _settled(self, suggestion: Suggestion) -> bool:
        """A misfit that cannot move, or that the user has put where it is, is no suggestion."""
        if not suggestion.misfit:
            return False
        accepted = self.edits.decided.accepted()
        return suggestion.video_id in self.catalog.unavailable() or any(
            (suggestion.video_id, home) in accepted for home in suggestion.from_playlists
        )

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - start, 2)


def _categories(local: Library) -> dict[str, Playlist]:
    return {p.playlist_id: p for p in local.playlists.values() if p.role is Role.CATEGORY and p.writable}


def _category_texts(local: Library) -> dict[str, str]:
    return {key: category_text(p.title, p.description) for key, p in _categories(local).items()}
