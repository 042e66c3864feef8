"""Search: videos by meaning, by word, by link and by filter, over everything that stands in a playlist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from lib.derived import Floats
from lib.ml.search.query import linked_video, parse_query
from lib.ml.search.ranking import matches, rank
from lib.ml.tasks import Compute, Embed
from lib.ml.text.video_text import video_texts
from lib.models import Availability, Library, Video
from lib.services.local_library import local_library
from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.edits import Edits
from lib.store.vectors import Vectors

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be. Empty or None asks for nothing; of several playlists, or channels, one is enough.

    `playlists` are ids, `channels` names. Where a length is asked for, a video of unknown length is no hit. `unavailable`
    means only deleted and private videos, `unfiled` only what stands in an inbox and in no category.
    """

    playlists: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topic: int | None = None
    min_seconds: int | None = None
    max_seconds: int | None = None
    unavailable: bool = False
    unfiled: bool = False

    @property
    def any(self) -> bool:
        """Whether it asks for anything at all."""
        return self != EVERYTHING


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class _Searched:
    """What is searched: parallel, and the same objects until a video, a vector or a playlist changes."""

    videos: tuple[Video, ...]
    vectors: Floats
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    embedded: bool


class Search:
    """Finds videos of one library."""

    def __init__(self, catalog: Catalog, edits: Edits, vectors: Vectors, derived: Derived, compute: Compute) -> None:
        self.catalog, self.edits, self.vectors, self.derived = catalog, edits, vectors, derived
        self.compute = compute
        self._searched = Cached(catalog.db, self._read, Area.BASE, Area.VIDEOS, Area.VECTORS)

    def search(
        self, text: str, limit: int = 20, filters: Filters = EVERYTHING, local: Library | None = None
    ) -> list[tuple[str, float]]:
        """Video ids with their scores between 0 and 1, best first, of what the filters let through.

        `local` is the local library where that was read already. The link or the id of a video finds that one. Without words, what was added last comes first, with score 0, as long as
        there is a filter or an exclusion. Before anything is embedded the words alone are asked, and no model is loaded.
        """
        searched = self._searched.get()
        if not searched.videos:
            return []
        local = local or local_library(self.catalog, self.edits)
        among = self._among(local, searched.videos, filters)
        ids = [video.video_id for video in searched.videos]
        if (link := linked_video(text)) and (link in ids or len(text.strip()) > len(link)):
            return [(link, 1.0)] if link in ids and among[ids.index(link)] else []
        query = parse_query(text)
        if query.words:
            hits = rank(text, self._vector(query.text, searched), *_columns(searched), limit, among)
            return [(ids[row], score) for row, score in hits]
        if not filters.any and not query.excluded:
            return []
        among &= matches(text, searched.texts, searched.titles)
        listed = [ids[row] for row in np.flatnonzero(among)]
        return [(video_id, 0.0) for video_id in _newest_first(local, listed)[:limit]]

    def computes(self, text: str) -> bool:
        """Whether a search for this asks the model: for words, once anything is embedded."""
        return bool(parse_query(text).words) and self._searched.get().embedded

    def known(self) -> tuple[dict[str, Floats], dict[str, str]]:
        """The vectors, and the texts, of all videos by id; a video that was not embedded has no vector."""
        searched = self._searched.get()
        ids = [video.video_id for video in searched.videos]
        rows = np.flatnonzero(searched.vectors.any(axis=1))
        return {ids[row]: searched.vectors[row] for row in rows}, dict(zip(ids, searched.texts, strict=True))

    def _vector(self, text: str, searched: _Searched) -> Floats:
        if not searched.embedded:
            return np.zeros(searched.vectors.shape[1], dtype=np.float32)
        vector: Floats = self.compute(Embed([text], self.vectors.model))[0]
        return vector

    def _read(self) -> _Searched:
        known = self.vectors.known()
        videos = tuple(self.catalog.listed_videos().values())
        rows = [row for row, video in enumerate(videos) if video.video_id in known]
        loaded = self.vectors.load([videos[row].video_id for row in rows])
        vectors = np.zeros((len(videos), loaded.shape[1]), dtype=np.float32)
        vectors[rows] = loaded
        titles = tuple(video.title for video in videos)
        return _Searched(videos, vectors, tuple(video_texts(videos).values()), titles, bool(rows))

    def _among(self, local: Library, videos: Sequence[Video], filters: Filters) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of the videos the filters let through: (n,)."""
        wanted = [self._test(local, filters)] if filters.any else []
        return np.array([all(test(video) for test in wanted) for video in videos], dtype=bool)

    def _test(self, local: Library, filters: Filters) -> Callable[[Video], bool]:
        held = _in_any(local, filters.playlists)
        unfiled = set(local.unfiled()) if filters.unfiled else set()
        of_topic = set(self.derived.members().get(filters.topic, ())) if filters.topic is not None else set()
        shortest, longest = filters.min_seconds, filters.max_seconds

        def test(video: Video) -> bool:
            """Whether a video passes every filter that is set."""
            seconds = video.duration_seconds
            return (
                (not filters.playlists or video.video_id in held)
                and (not filters.channels or video.channel_title in filters.channels)
                and (filters.topic is None or video.video_id in of_topic)
                and (shortest is None or (seconds is not None and seconds >= shortest))
                and (longest is None or (seconds is not None and seconds <= longest))
                and (not filters.unavailable or video.availability is not Availability.AVAILABLE)
                and (not filters.unfiled or video.video_id in unfiled)
            )

        return test


def _columns(searched: _Searched) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    return searched.vectors, searched.texts, searched.titles


def _in_any(local: Library, playlist_ids: Sequence[str]) -> set[str]:
    chosen = (local.playlists[key] for key in playlist_ids if key in local.playlists)
    return {item.video_id for playlist in chosen for item in playlist.items}


def _newest_first(local: Library, video_ids: Sequence[str]) -> list[str]:
    added: dict[str, datetime] = {}
    for playlist in local.playlists.values():
        for item in playlist.items:
            if item.added_at is not None:
                added[item.video_id] = max(added.get(item.video_id, _LONG_AGO), item.added_at)
    return sorted(video_ids, key=lambda video_id: added.get(video_id, _LONG_AGO), reverse=True)
