"""What suggestions are made from, as the user's library has it and as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lib.ml.text.video_text import category_text

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

METHOD = "3: words by their letters, channels by what they tell, examples held out round by round"
"""Names the way in which suggestions are made; those of another way are made again."""
MOST_EXAMPLES = 5_000
"""The fit grows with the cube of the examples: half a second at 3,000, 2 s at 5,000."""
MOST_UNFILED = 2_000
"""So many unfiled videos are placed at one time, with each other's company; of more, one share after the other."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """All that suggestions are made from. `video_ids`, `texts`, `channels`, `titles` and the rows of `vectors` are parallel.

    `categories`: title and description by playlist id. `members`: the videos of each category. `inbox`: the playlists that
    each inbox video stands in. `rejected`: (video, category) pairs the user refused. `level`: the precision that *sure*
    promises. `category_vectors`: the embedding of `category_text`; without it a name is judged by its words alone.
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
    """The dataset as arrays. Rows are the videos, then one row per category for its name; columns are the categories.

    `ids`: the category of each column. `filed` (n, c): what is where. `allowed` (n, c): where something may still be
    suggested. `waiting` (n,): unfiled videos of an inbox. `of_channel`: the filed rows of each channel.
    """

    dataset: Dataset
    ids: tuple[str, ...]
    filed: Mask
    allowed: Mask
    waiting: Mask
    of_channel: Mapping[str, Rows]

    @property
    def videos(self) -> int:
        """How many rows are videos; the names follow."""
        return len(self.filed)

    def examples(self) -> Rows:
        """The filed videos; of a library with more than can be fitted, as many of each category as fit, small ones whole."""
        rows = np.flatnonzero(self.filed.any(axis=1))
        if len(rows) <= MOST_EXAMPLES:
            return rows
        first = self.filed[rows].argmax(axis=1)
        rank = np.empty(len(rows), dtype=np.intp)
        for category in np.unique(first):
            rank[first == category] = np.arange((first == category).sum())
        return np.sort(rows[np.argsort(rank, kind="stable")[:MOST_EXAMPLES]])

    def names(self) -> Rows:
        """The rows of the names."""
        return self.videos + np.arange(len(self.ids))

    def shares(self) -> list[Rows]:
        """The unfiled videos in shares that can be learned with at one time; one empty share where there are none."""
        unfiled = np.flatnonzero(self.waiting)
        return np.array_split(unfiled, max(1, -(-len(unfiled) // MOST_UNFILED)))

    def known_channel(self) -> Mask:
        """Whether something of the video's channel is filed; (videos,). Without a channel there is nothing to be new."""
        return np.array([not channel or len(self.of_channel[channel]) > 0 for channel in self.dataset.channels])

    def texts(self) -> list[str]:
        """The text of each row."""
        return [*self.dataset.texts, *(category_text(*name) for name in self.dataset.categories.values())]

    def vectors(self) -> NDArray[np.float32]:
        """The vector of each row; zeros for a name that was not embedded."""
        unknown = np.zeros(self.dataset.vectors.shape[1], dtype=np.float32)
        names = [self.dataset.category_vectors.get(playlist_id, unknown) for playlist_id in self.ids]
        return np.vstack([self.dataset.vectors, *names])

    def title(self, row: int) -> str:
        """The title of a video."""
        return self.dataset.titles[row] if self.dataset.titles else self.dataset.texts[row].split(". ")[0]


def table_of(dataset: Dataset) -> Table:
    """The dataset as arrays; members and rejections of videos that are not among the videos are passed over."""
    ids = tuple(dataset.categories)
    column = {playlist_id: i for i, playlist_id in enumerate(ids)}
    row = {video_id: i for i, video_id in enumerate(dataset.video_ids)}
    filed = np.zeros((len(row), len(ids)), dtype=bool)
    for playlist_id, videos in dataset.members.items():
        if playlist_id in column:
            filed[[row[v] for v in videos if v in row], column[playlist_id]] = True
    allowed = ~filed
    for video_id, playlist_id in dataset.rejected:
        if video_id in row and playlist_id in column:
            allowed[row[video_id], column[playlist_id]] = False
    in_inbox = np.array([video_id in dataset.inbox for video_id in dataset.video_ids], dtype=bool)
    by_channel: dict[str, list[int]] = {channel: [] for channel in dataset.channels}
    for i in np.flatnonzero(filed.any(axis=1)):
        by_channel[dataset.channels[int(i)]].append(int(i))
    of_channel = {channel: np.array(rows, dtype=np.intp) for channel, rows in by_channel.items()}
    return Table(dataset, ids, filed, allowed, in_inbox & ~filed.any(axis=1), of_channel)
