"""Addresses on YouTube's own site, for people to open."""


def watch_url(video_id: str) -> str:
    """The address at which YouTube plays a video."""
    return f"https://www.youtube.com/watch?v={video_id}"
