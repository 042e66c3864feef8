"""Tidy: what could be tidied in a library as a whole. Talks saved under two ids, playlists that are one, or two.

Looking takes seconds and happens when it is asked for; what it found is kept until the program ends. Nothing is changed
by it, and what the person has refused is not said again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lib.ml.tasks import Compute, FindDuplicates, FindMergesAndSplits
from lib.ml.text.video_text import video_texts
from lib.ml.tidy.duplicates import DuplicatePair
from lib.ml.tidy.merge_split import Merge, MergesAndSplits
from lib.models import Library, Progress, Video, silent
from lib.store.catalog import Catalog
from lib.store.vectors import Floats, Vectors

_REFUSED = "refused_hints"
Refusal = tuple[str, str, str]
"""A kind of hint, and what it was about: two ids, or one and ""."""


@dataclass(frozen=True, slots=True)
class TwinVideos:
    """Two video ids that are most likely one talk, and what they share."""

    one: str
    other: str
    reason: str

    @property
    def refusal(self) -> Refusal:
        """What to remember where the person says that they are not the same."""
        first, second = sorted((self.one, self.other))
        return "twins", first, second


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A category by id and the two parts it falls into, the larger first: their names and their video ids."""

    category: str
    names: tuple[str, str]
    parts: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found, the clearest first."""

    twins: tuple[TwinVideos, ...] = ()
    merges: tuple[Merge, ...] = ()
    splits: tuple[SplitOff, ...] = ()


class Tidy:
    """Looks over one library."""

    def __init__(self, catalog: Catalog, vectors: Vectors, compute: Compute) -> None:
        self.catalog, self.vectors, self.compute = catalog, vectors, compute
        self._found: Found | None = None

    def look(self, local: Library, progress: Progress = silent) -> Found:
        """Look the library over, as the user wants it to be; what was found. Raises `Cancelled`."""
        known = self.vectors.known()
        videos = [v for v in self.catalog.listed_videos().values() if v.title and v.video_id in known]
        vectors, titles = self.vectors.load([v.video_id for v in videos]), [v.title for v in videos]
        seconds = [v.duration_seconds for v in videos]
        twins: list[DuplicatePair] = []
        hints = MergesAndSplits()
        if videos:
            twins = self.compute(FindDuplicates(titles, vectors, seconds), progress)
            hints = self.compute(_comparison(local, videos, vectors), progress)
        pairs = tuple(TwinVideos(videos[t.first].video_id, videos[t.second].video_id, t.reason) for t in twins)
        splits = tuple(SplitOff(one.category, one.names, _ids(videos, one.parts)) for one in hints.splits)
        self._found = Found(pairs, hints.merges, splits)
        return self._found

    def found(self, local: Library) -> Found | None:
        """What the last look found and still is so, without what was refused; None before the first."""
        if self._found is None:
            return None
        refused, holders = self.refused(), _held(local)
        listed = {item.video_id for playlist in local.playlists.values() for item in playlist.items}
        return Found(
            tuple(t for t in self._found.twins if {t.one, t.other} <= listed and t.refusal not in refused),
            tuple(
                m
                for m in self._found.merges
                if {m.smaller, m.larger} <= holders.keys() and merge_refusal(m) not in refused
            ),
            tuple(
                s
                for s in self._found.splits
                if set(s.parts[1]) <= holders.get(s.category, set()) and split_refusal(s) not in refused
            ),
        )

    def refused(self) -> set[Refusal]:
        """The hints the person has refused."""
        kept: list[list[str]] = json.loads(self.catalog.fact(_REFUSED) or "[]")
        return {(kind, one, other) for kind, one, other in kept}

    def refuse(self, refusal: Refusal) -> None:
        """Do not say this again, until it is brought back."""
        with self.catalog.db.write():
            self._keep(self.refused() | {refusal})

    def bring_back(self, refusal: Refusal) -> None:
        """Say this again where it is so, as before it was refused."""
        with self.catalog.db.write():
            self._keep(self.refused() - {refusal})

    def _keep(self, refused: set[Refusal]) -> None:
        self.catalog.remember(_REFUSED, json.dumps(sorted(refused)))


def merge_refusal(merge: Merge) -> Refusal:
    """What to remember where two categories are to stay two."""
    first, second = sorted((merge.smaller, merge.larger))
    return "merge", first, second


def split_refusal(split: SplitOff) -> Refusal:
    """What to remember where a category is to stay whole."""
    return "split", split.category, ""


def _comparison(local: Library, videos: Sequence[Video], vectors: Floats) -> FindMergesAndSplits:
    """The task that compares the categories of a library; `vectors` (n, d) are those of the videos."""
    row_of = {video.video_id: row for row, video in enumerate(videos)}
    return FindMergesAndSplits(
        vectors,
        members={
            key: [row_of[item.video_id] for item in category.items if item.video_id in row_of]
            for key, category in local.categories.items()
        },
        names={key: category.title for key, category in local.categories.items()},
        columns={
            "titles": [video.title for video in videos],
            "texts": list(video_texts(videos).values()),
            "channels": [video.channel_title for video in videos],
        },
    )


def _held(local: Library) -> dict[str, set[str]]:
    """The videos of each category."""
    return {key: {item.video_id for item in category.items} for key, category in local.categories.items()}


def _ids(
    videos: Sequence[Video], parts: tuple[tuple[int, ...], tuple[int, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, second = (tuple(videos[row].video_id for row in part) for part in parts)
    return first, second
