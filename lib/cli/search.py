"""The command `search`: its options, and its answer as rows."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from typing import Any

from lib.errors import UserError
from lib.services.search import Filters
from lib.services.workspace import Workspace
from lib.store.edits import find_playlist

_EXCLUSION = re.compile(r"-(?!-|h$)\S")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to search for, and what a hit must be."""
    parser.add_argument("text", nargs="*", help='words, "a phrase", -without, or the link of a video')
    parser.add_argument("--limit", type=_limit, default=20, metavar="N", help="at most so many, 20 by default")
    parser.add_argument("--playlist", action="append", default=[], metavar="P", help="only in it; id or exact title")
    parser.add_argument("--channel", action="append", default=[], metavar="C", help="only of it; its name")
    parser.add_argument("--min-minutes", type=_minutes, metavar="N", help="only videos that last as long")
    parser.add_argument("--max-minutes", type=_minutes, metavar="N", help="only videos that last no longer")
    parser.add_argument("--unavailable", action="store_true", help="only deleted and private videos")
    parser.add_argument("--unfiled", action="store_true", help="only what stands in an inbox and in no category")


def words_of_search(arguments: Sequence[str]) -> list[str]:
    """The arguments, with a space before each "-word": without it, argparse takes an exclusion for an option."""
    return [f" {one}" if _EXCLUSION.match(one) else one for one in arguments]


def search_rows(workspace: Workspace, options: argparse.Namespace) -> list[dict[str, Any]]:
    """The hits, best first. Raises `UserError` for an unknown playlist, for lengths that no video can have, and for nothing."""
    library, filters = workspace.local(), _filters(workspace, options)
    text = " ".join(options.text).encode(errors="replace").decode()  # a terminal may send bytes that are no letters
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
    library, shortest, longest = workspace.local(), options.min_minutes, options.max_minutes
    if shortest is not None and longest is not None and shortest > longest:
        raise UserError(f"No video is at least {shortest:g} and at most {longest:g} minutes long.", "Swap the two.")
    return Filters(
        playlists=tuple(find_playlist(library, name).playlist_id for name in options.playlist),
        channels=tuple(options.channel),
        min_seconds=_seconds(shortest),
        max_seconds=_seconds(longest),
        unavailable=options.unavailable,
        unfiled=options.unfiled,
    )


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(60 * minutes)


def _limit(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 up")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not math.isfinite(minutes) or minutes < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes from 0 up")
    return minutes
