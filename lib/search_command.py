"""The command `search`: its options, and its answer as rows."""

from __future__ import annotations

import argparse
from typing import Any

from lib.errors import UserError
from lib.searching import Filters
from lib.store.edits import find_playlist
from lib.workspace import Workspace


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to search for, and what a hit must be."""
    parser.add_argument("text", nargs="*", help='words, "a phrase", -without, or the link of a video')
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--playlist", action="append", default=[], metavar="P", help="only in it; id or exact title")
    parser.add_argument("--channel", action="append", default=[], metavar="C", help="only of it; its name")
    parser.add_argument("--min-minutes", type=float, metavar="N", help="only videos that last as long")
    parser.add_argument("--max-minutes", type=float, metavar="N", help="only videos that last no longer")
    parser.add_argument("--unavailable", action="store_true", help="only deleted and private videos")
    parser.add_argument("--unfiled", action="store_true", help="only what stands in an inbox and in no category")


def search_rows(workspace: Workspace, options: argparse.Namespace) -> list[dict[str, Any]]:
    """The hits, best first. Raises `UserError` for an unknown playlist, and where nothing is asked for."""
    library, filters = workspace.local(), _filters(workspace, options)
    text = " ".join(options.text)
    if not text.strip() and not filters.any:
        raise UserError("There is nothing to search for.", "Name some words, or a filter such as --playlist.")
    titles = workspace.catalog.titles()
    return [
        {
            "video_id": video_id,
            "title": titles[video_id],
            "score": round(score, 4),
            "playlists": library.homes(video_id),
        }
        for video_id, score in workspace.search(text, options.limit, filters)
    ]


def _filters(workspace: Workspace, options: argparse.Namespace) -> Filters:
    library = workspace.local()
    return Filters(
        playlists=tuple(find_playlist(library, name).playlist_id for name in options.playlist),
        channels=tuple(options.channel),
        min_seconds=_seconds(options.min_minutes),
        max_seconds=_seconds(options.max_minutes),
        unavailable=options.unavailable,
        unfiled=options.unfiled,
    )


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(60 * minutes)
