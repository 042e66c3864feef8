"""Tidy: hints about a whole library. Videos saved under two ids, categories to merge, categories to split.

A scan takes seconds and runs when it is asked for; its hints are kept until the program ends. A scan changes nothing,
and a hint that the user has refused is not shown again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lib.derived import Floats
from lib.ml.duplicates import DuplicatePair
from lib.ml.merge_split import Merge, MergesAndSplits
from lib.ml.tasks import Compute, FindDuplicates, FindMergesAndSplits
from lib.ml.text.video_text import video_texts
from lib.models import Library, Progress, Video, silent
from lib.store.catalog import Catalog
from lib.store.vectors import Vectors

_REFUSED = "refused_hints"
DUPLICATES = "twins"
"""The kind of a refusal of two videos as duplicates. The value is stored in databases, so it stays as it was first called."""
Refusal = tuple[str, str, str]
"""A kind of hint, and what it was about: two ids, or one and ""."""


@dataclass(frozen=True, slots=True)
class DuplicateVideos:
    """Two videos, by id, that most likely show the same; `reason` says what they share."""

    first: str
    second: str
    reason: str

    @property
    def refusal(self) -> Refusal:
        """What to remember where the person says that they are not the same."""
        smaller, larger = sorted((self.first, self.second))
        return DUPLICATES, smaller, larger


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A category by id and the two parts it falls into, the larger first: their names and their video ids."""

    category: str
    names: tuple[str, str]
    parts: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TidyHints:
    """What a scan found, by kind, the clearest first in each."""

    duplicates: tuple[DuplicateVideos, ...] = ()
    merges: tuple[Merge, ...] = ()
    splits: tuple[SplitOff, ...] = ()


class Tidy:
    """Scans one library for what could be tidied."""

    def __init__(self, catalog: Catalog, vectors: Vectors, compute: Compute) -> None:
        self.catalog, self.vectors, self.compute = catalog, vectors, compute
        self._scanned: TidyHints | None = None

    def scan(self, local: Library, progress: Progress = silent) -> TidyHints:
        """Scan the library with the pending edits applied (`local`). Raises `Cancelled`."""
        known = self.vectors.known()
        listed = self.catalog.listed_videos().values()
        videos = [video for video in listed if video.title and video.video_id in known]
        vectors = self.vectors.load([video.video_id for video in videos])
        titles, seconds = [video.title for video in videos], [video.duration_seconds for video in videos]
        duplicates: list[DuplicatePair] = []
        hints = MergesAndSplits()
        if videos:
            duplicates = self.compute(FindDuplicates(titles, vectors, seconds), progress)
            hints = self.compute(_comparison(local, videos, vectors), progress)
        pairs = tuple(
            DuplicateVideos(videos[pair.first].video_id, videos[pair.second].video_id, pair.reason)
            for pair in duplicates
        )
        splits = tuple(SplitOff(split.category, split.names, _ids(videos, split.parts)) for split in hints.splits)
        self._scanned = TidyHints(pairs, hints.merges, splits)
        return self._scanned

    def current_hints(self, local: Library) -> TidyHints | None:
        """The hints of the last scan that still hold and were not refused; None before the first scan."""
        if self._scanned is None:
            return None
        refused, members = self.refused(), _members(local)
        listed = {item.video_id for playlist in local.playlists.values() for item in playlist.items}
        return TidyHints(
            tuple(
                pair
                for pair in self._scanned.duplicates
                if {pair.first, pair.second} <= listed and pair.refusal not in refused
            ),
            tuple(
                merge
                for merge in self._scanned.merges
                if {merge.smaller, merge.larger} <= members.keys() and merge_refusal(merge) not in refused
            ),
            tuple(
                split
                for split in self._scanned.splits
                if set(split.parts[1]) <= members.get(split.category, set()) and split_refusal(split) not in refused
            ),
        )

    def refused(self) -> set[Refusal]:
        """The hints the person has refused."""
        kept: list[list[str]] = json.loads(self.catalog.fact(_REFUSED) or "[]")
        return {(kind, first, second) for kind, first, second in kept}

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


def _members(local: Library) -> dict[str, set[str]]:
    """The videos of each category."""
    return {key: {item.video_id for item in category.items} for key, category in local.categories.items()}


def _ids(
    videos: Sequence[Video], parts: tuple[tuple[int, ...], tuple[int, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, second = (tuple(videos[row].video_id for row in part) for part in parts)
    return first, second
