"""Keeps the playlists of the demo account in a file, so that a restarted app finds them as they were."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lib.demo.account import Account
from lib.errors import UserError
from lib.models import Item, Playlist

_VERSION = 1


def keeper(path: Path) -> Callable[[Account], None]:
    """A function that writes an account's playlists to the file: whole or not at all, also when the process is killed."""

    def keep(account: Account) -> None:
        """Write to a new file beside it, then rename: the old file stays whole until then."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}.new")
        new.write_text(json.dumps(_document(account), ensure_ascii=False, separators=(",", ":")), "utf-8")
        os.replace(new, path)

    return keep


def restored(account: Account, path: Path) -> Account:
    """The account with the playlists of the file, or as it is when there is no file.

    Raises `UserError` for a file that is damaged or belongs to another channel.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["version"] != _VERSION or document["channel"] != account.channel.channel_id:
            raise ValueError("another channel or version")
        playlists = [_playlist(row) for row in document["playlists"]]
        created = {playlist_id: datetime.fromisoformat(moment) for playlist_id, moment in document["created"].items()}
    except FileNotFoundError:
        return account
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(
            f"The demo library kept in {path} cannot be read ({error}).",
            "Delete that file to begin again with the sample library.",
        ) from error
    return replace(account, playlists={playlist.playlist_id: playlist for playlist in playlists}, created=created)


def _document(account: Account) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "channel": account.channel.channel_id,
        "created": {playlist_id: moment.isoformat() for playlist_id, moment in account.created.items()},
        "playlists": [_row(playlist) for playlist in account.playlists.values()],
    }


def _row(playlist: Playlist) -> dict[str, Any]:
    items = [
        [item.item_id, item.video_id, item.added_at.isoformat() if item.added_at else None, item.note]
        for item in playlist.items
    ]
    return {
        "id": playlist.playlist_id,
        "title": playlist.title,
        "description": playlist.description,
        "privacy": playlist.privacy,
        "writable": playlist.writable,
        "items": items,
    }


def _playlist(row: dict[str, Any]) -> Playlist:
    items = tuple(
        Item(item_id, video_id, datetime.fromisoformat(added) if added else None, note)
        for item_id, video_id, added, note in row["items"]
    )
    return Playlist(row["id"], row["title"], row["description"], row["privacy"], writable=row["writable"], items=items)
