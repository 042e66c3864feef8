"""The sample library: about 4,000 real talks as one person's messy playlists, in one file that ships with the app."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lib.demo.account import Account, empty_account, item_id_of
from lib.errors import UserError
from lib.models import LIKED, Availability, Channel, Item, Playlist, Video
from lib.settings import ROOT

LIBRARY = ROOT / "data" / "demo_library.json.gz"


def load_library(path: Path = LIBRARY) -> Account:
    """The account that a library file describes. Raises `UserError` when the file is missing or damaged."""
    try:
        return account_of(json.loads(gzip.decompress(path.read_bytes())))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"The sample library {path} cannot be read ({error}).", "Restore the file from the project's repository."
        ) from error


def account_of(document: Mapping[str, Any]) -> Account:
    """The account of a parsed library file. Raises `KeyError`, `ValueError` or `TypeError` for another shape.

    The file holds `channel`, `videos`, `playlists` (items as pairs of video id and moment), and `truth`.
    """
    videos = {row["id"]: _video(row) for row in document["videos"]}
    account = empty_account(Channel(**document["channel"]), videos)
    playlists = {row["id"]: _playlist(row) for row in document["playlists"]}
    liked = replace(account.playlists[LIKED], items=_items(LIKED, document["liked"]))
    created = {row["id"]: datetime.fromisoformat(row["created"]) for row in document["playlists"]}
    return replace(
        account,
        playlists={**playlists, **account.playlists, LIKED: liked},
        created=created,
        truth=dict(document["truth"]),
    )


def _video(row: Mapping[str, Any]) -> Video:
    return Video(
        video_id=row["id"],
        title=row["title"],
        description=row.get("description", ""),
        channel_id=row["channel_id"],
        channel_title=row["channel"],
        tags=tuple(row.get("tags", ())),
        published_at=datetime.fromisoformat(row["published_at"]),
        duration_seconds=row["seconds"],
        availability=Availability(row.get("availability", "available")),
    )


def _playlist(row: Mapping[str, Any]) -> Playlist:
    return Playlist(row["id"], row["title"], row["description"], row["privacy"], items=_items(row["id"], row["items"]))


def _items(playlist_id: str, rows: Sequence[Sequence[str]]) -> tuple[Item, ...]:
    return tuple(
        Item(item_id_of(playlist_id, str(position)), video_id, datetime.fromisoformat(added))
        for position, (video_id, added) in enumerate(rows)
    )
