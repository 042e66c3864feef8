"""New edits from what the user asks for: each fits the library, or `UserError` says in words why it cannot be made."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from lib.errors import UserError
from lib.models import NEW_PREFIX, Decider, Edit, EditKind, Library, Playlist
from lib.planning.titles import find_playlist

VIDEO_ID = re.compile(r"^[A-Za-z0-9_-]{11}\Z")
TITLE_LIMIT = 150
"""Characters in the title of a playlist: YouTube refuses longer ones."""


def placement_edit(
    library: Library,
    unavailable: set[str],
    video_id: str,
    source: str | None,
    target: str | None,
    *,
    decided_by: Decider = Decider.YOU,
) -> Edit:
    """The edit for "from `source` to `target`" on the local library; no source adds, no target removes.

    Raises `UserError` for a bad id, an unknown playlist, a video that is not where it is said to be, a playlist that
    can only be read, and a dead video that YouTube would refuse to take.
    """
    if not VIDEO_ID.match(video_id):
        raise UserError(f"{video_id!r} is no YouTube video id.", "Ids have 11 letters, digits, - or _.")
    if not source and not target:
        raise UserError(
            "Neither a playlist to take the video from nor one to put it into is named.",
            "Fill from_playlist, to_playlist or both.",
        )
    source_playlist = find_playlist(library, source) if source else None
    target_playlist = find_playlist(library, target) if target else None
    if target_playlist and not target_playlist.writable:
        raise UserError(
            f"YouTube lets nobody write to {target_playlist.title!r} from outside.", "Choose another playlist."
        )
    if target_playlist and video_id in unavailable:
        raise UserError(
            f"The video {video_id} is deleted or private, and YouTube takes no such video into a playlist.",
            "Leave it where it is, or only remove it.",
        )
    if source_playlist and target_playlist and source_playlist.playlist_id == target_playlist.playlist_id:
        raise UserError(
            f"The video {video_id} would move from {target_playlist.title!r} to itself.",
            "Name two different playlists.",
        )
    return _edit_between(library, video_id, source_playlist, target_playlist, decided_by)


def creation_edit(title: str, number: int, made_at: datetime | None = None) -> Edit:
    """The edit that makes a new category. Raises `UserError` for a title that YouTube would refuse."""
    clean = title.strip()
    if not clean or len(clean) > TITLE_LIMIT or re.search(r"<.*>", clean, re.DOTALL):
        raise UserError(
            f"{title!r} cannot be the title of a playlist.", f"Use 1 to {TITLE_LIMIT} characters, without <...>."
        )
    return Edit(0, EditKind.CREATE, made_at or datetime.now(UTC), to_playlist=f"{NEW_PREFIX}{number}", title=clean)


def _edit_between(
    library: Library,
    video_id: str,
    source_playlist: Playlist | None,
    target_playlist: Playlist | None,
    decided_by: Decider,
) -> Edit:
    add = Edit(
        0,
        EditKind.ADD,
        datetime.now(UTC),
        video_id=video_id,
        to_playlist=target_playlist.playlist_id if target_playlist else None,
        decided_by=decided_by,
    )
    if source_playlist is None:
        if not library.homes(video_id):
            raise UserError(
                f"The video {video_id} is not in your library.",
                "Check the id, or save the video on YouTube and pull again.",
            )
        return add
    item = next((i for i in source_playlist.items if i.video_id == video_id), None)
    if item is None:
        raise UserError(
            f"The video {video_id} is not in {source_playlist.title!r}.",
            "Pull again if you changed it on YouTube, or correct the row.",
        )
    if not source_playlist.writable:
        if target_playlist is None:
            raise UserError(
                f"{source_playlist.title!r} can only be read, so nothing can be removed from it here.",
                "Remove it on YouTube itself.",
            )
        return add
    return replace(
        add,
        kind=EditKind.MOVE if target_playlist else EditKind.REMOVE,
        item_id=item.item_id,
        from_playlist=source_playlist.playlist_id,
    )
