"""The rows of the table `videos`."""

from __future__ import annotations

from typing import Any

from lib.models import Availability, Video
from lib.store.db import aware, naive

VIDEO_COLUMNS = "video_id, title, description, channel_id, channel_title, tags, published_at, duration_seconds, availability, fetched_at"


def row_of(video: Video) -> tuple[Any, ...]:
    """The row of a video, in the order of `VIDEO_COLUMNS`."""
    known = (video.video_id, video.title, video.description, video.channel_id, video.channel_title, list(video.tags))
    return (
        *known,
        naive(video.published_at),
        video.duration_seconds,
        video.availability.value,
        naive(video.fetched_at),
    )


def video_of(row: tuple[Any, ...]) -> Video:
    """The video that a row with `VIDEO_COLUMNS` holds."""
    video_id, title, description, channel_id, channel_title, tags, published_at, duration, availability, fetched_at = (
        row
    )
    known = (video_id, title, description, channel_id, channel_title, tuple(tags), aware(published_at), duration)
    return Video(*known, Availability(availability), aware(fetched_at))
