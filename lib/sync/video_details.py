"""The details of videos: what a listing tells of them, and what is read anew of those that are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from lib.models import PAGE, ListedItem, Progress, Video
from lib.store.catalog import Catalog
from lib.youtube.api import Client

REFRESH_AFTER = timedelta(days=28)
"""Titles and descriptions are read again when they are this old: YouTube's terms ask for it within 30 days."""
T = TypeVar("T")


def note_videos(catalog: Catalog, listing: Sequence[ListedItem]) -> None:
    """Store what a listing tells of its videos: new ones, and which can no longer be watched or can again.

    The title of a known video stays: the listing of a deleted one shows only "Deleted video".
    """
    known = catalog.videos({shown.item.video_id for shown in listing})
    new = [_placeholder(shown) for shown in listing if shown.item.video_id not in known]
    catalog.store_videos(list({video.video_id: video for video in new}.values()))
    changed = {
        shown.item.video_id: shown.availability
        for shown in listing
        if shown.item.video_id in known and known[shown.item.video_id].availability is not shown.availability
    }
    catalog.mark_unavailable(changed)


def refresh_videos(catalog: Catalog, client: Client, now: datetime, progress: Progress) -> None:
    """Read the details of videos that are new, that can be watched again, or that are due for a refresh."""
    known = catalog.due_videos(now - REFRESH_AFTER)
    due = list(known)
    for done, batch in enumerate(batches(due)):
        progress(done * PAGE, len(due), "Reading videos")
        read = {key: replace(video, fetched_at=now) for key, video in client.videos(batch).items()}
        # what the listing calls alive and videos.list leaves out keeps its title, and is asked for again in a month
        missing = [replace(known[video_id], fetched_at=now) for video_id in batch if video_id not in read]
        catalog.store_videos([*read.values(), *missing])


def _placeholder(shown: ListedItem) -> Video:
    """A new video with what a listing tells of it, until its details are read."""
    return Video(
        shown.item.video_id,
        shown.title,
        channel_id=shown.channel_id,
        channel_title=shown.channel_title,
        availability=shown.availability,
    )


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in parts of one page, the most ids that YouTube takes at once."""
    for start in range(0, len(values), PAGE):
        yield values[start : start + PAGE]
