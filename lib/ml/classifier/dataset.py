"""What the classifier learns from: the user's library as lists, and as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lib.derived import Mask, Rows
from lib.ml.text.video_text import category_text

METHOD = "4: sure from the lowest threshold of a fixed sequence of tests"
"""Identifies how suggestions are made; stored suggestions of another method are made again."""
MAX_EXAMPLES = 5_000
"""The fit grows with the cube of the examples: half a second at 3,000, 2 s at 5,000."""
MAX_UNFILED = 2_000
"""So many unfiled videos are classified at a time, smoothed with each other; more are taken in several shares."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """All that suggestions are made from. `video_ids`, `texts`, `channels`, `titles` and the rows of `vectors` are parallel.

    `vectors` (n, d): embeddings of unit length. `categories`: title and description by playlist id. `members`: the videos
    of each category. `inbox`: the playlists that hold each video of an inbox. `rejected`: (video, category) pairs that the
    user turned down. `level`: the precision, 0 to 1, that *sure* promises. `category_vectors`: the embedding of
    `category_text` by playlist id; without one only the words of a name count.
    """

    video_ids: Sequence[str]
    texts: Sequence[str]
    channels: Sequence[str]
    vectors: NDArray[np.float32]
    categories: Mapping[str, tuple[str, str]]
    members: Mapping[str, Sequence[str]]
    inbox: Mapping[str, Sequence[str]]
    rejected: Collection[tuple[str, str]] = frozenset()
    level: float = 0.95
    titles: Sequence[str] = ()
    category_vectors: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A dataset as arrays. Rows are the n videos, then one row for the name of each category; columns are the c categories.

    `ids` (c): the playlist id of each column. `filed` (n, c): whether the category holds the video. `allowed` (n, c):
    whether the category may be suggested. `unfiled` (n,): videos of an inbox that no category holds. `of_channel`: the rows
    of the filed videos of each channel.
    """

    dataset: Dataset
    ids: tuple[str, ...]
    filed: Mask
    allowed: Mask
    unfiled: Mask
    of_channel: Mapping[str, Rows]

    @property
    def videos(self) -> int:
        """n: the number of rows that are videos; the names follow."""
        return len(self.filed)

    def examples(self) -> Rows:
        """The filed videos. Of more than can be fitted, as many of each category as fit, small categories whole."""
        rows = np.flatnonzero(self.filed.any(axis=1))
        if len(rows) <= MAX_EXAMPLES:
            return rows
        first_category = self.filed[rows].argmax(axis=1)
        rank = np.empty(len(rows), dtype=np.intp)
        for category in np.unique(first_category):
            rank[first_category == category] = np.arange((first_category == category).sum())
        return np.sort(rows[np.argsort(rank, kind="stable")[:MAX_EXAMPLES]])

    def name_rows(self) -> Rows:
        """The rows of the categories' names."""
        return self.videos + np.arange(len(self.ids))

    def shares(self) -> list[Rows]:
        """The unfiled videos in shares of at most `MAX_UNFILED`; one empty share where there are none."""
        unfiled = np.flatnonzero(self.unfiled)
        return np.array_split(unfiled, max(1, -(-len(unfiled) // MAX_UNFILED)))

    def known_channel(self) -> Mask:
        """Whether another video of the video's channel is filed, or it has no channel: (n,)."""
        return np.array([not channel or len(self.of_channel[channel]) > 0 for channel in self.dataset.channels])

    def texts(self) -> list[str]:
        """The text of each row."""
        return [*self.dataset.texts, *(category_text(*name) for name in self.dataset.categories.values())]

    def vectors(self) -> NDArray[np.float32]:
        """The embedding of each row; zeros for a name that was not embedded."""
        unknown = np.zeros(self.dataset.vectors.shape[1], dtype=np.float32)
        names = [self.dataset.category_vectors.get(playlist_id, unknown) for playlist_id in self.ids]
        return np.vstack([self.dataset.vectors, *names])

    def title(self, row: int) -> str:
        """The title of a video."""
        return self.dataset.titles[row] if self.dataset.titles else self.dataset.texts[row].split(". ")[0]


def table_of(dataset: Dataset) -> Table:
    """The dataset as arrays; members and rejections of videos that are not among the videos are ignored."""
    ids = tuple(dataset.categories)
    column_of = {playlist_id: i for i, playlist_id in enumerate(ids)}
    row_of = {video_id: i for i, video_id in enumerate(dataset.video_ids)}
    filed = np.zeros((len(row_of), len(ids)), dtype=bool)
    for playlist_id, videos in dataset.members.items():
        if playlist_id in column_of:
            filed[[row_of[v] for v in videos if v in row_of], column_of[playlist_id]] = True
    allowed = ~filed
    for video_id, playlist_id in dataset.rejected:
        if video_id in row_of and playlist_id in column_of:
            allowed[row_of[video_id], column_of[playlist_id]] = False
    in_inbox = np.array([video_id in dataset.inbox for video_id in dataset.video_ids], dtype=bool)
    by_channel: dict[str, list[int]] = {channel: [] for channel in dataset.channels}
    for i in np.flatnonzero(filed.any(axis=1)):
        by_channel[dataset.channels[int(i)]].append(int(i))
    of_channel = {channel: np.array(rows, dtype=np.intp) for channel, rows in by_channel.items()}
    return Table(dataset, ids, filed, allowed, in_inbox & ~filed.any(axis=1), of_channel)
