"""The 'search' command: find videos by meaning and by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from lib.cli.command import DONE, Answer, Command, command, minutes_length, positive_count, with_workspace
from lib.errors import UserError
from lib.planning.titles import find_playlist
from lib.services.search import Filters
from lib.services.workspace import Workspace


class SearchCommand(Command):
    """A command in which "-word" is text to search for."""

    takes_exclusions = True


@dataclass(frozen=True, slots=True)
class _Options:
    """What a hit must be, as given: playlists by id or title, channels by name, lengths in minutes."""

    playlist: tuple[str, ...]
    channel: tuple[str, ...]
    min_minutes: float | None
    max_minutes: float | None
    unavailable: bool
    unfiled: bool


@command("search", "find videos by meaning and by word", SearchCommand)
@click.argument("text", nargs=-1, help='words, "a phrase", -without, or the link of a video')
@click.option("--limit", type=positive_count, default=20, metavar="N", help="at most so many, 20 by default")
@click.option("--playlist", multiple=True, metavar="P", help="only in it; id or exact title")
@click.option("--channel", multiple=True, metavar="C", help="only of it; its name")
@click.option("--min-minutes", type=minutes_length, metavar="N", help="only videos that last as long")
@click.option("--max-minutes", type=minutes_length, metavar="N", help="only videos that last no longer")
@click.option("--unavailable", is_flag=True, help="only deleted and private videos")
@click.option("--unfiled", is_flag=True, help="only what stands in an inbox and in no category")
@with_workspace
def search(workspace: Workspace, /, text: tuple[str, ...], limit: int, **options: Any) -> Answer:
    """The hits, best first.

    Raises `UserError` for an unknown playlist, for lengths that no video can have, and for nothing to search for.
    """
    library, filters = workspace.local(), _filters(workspace, _Options(**options))
    words = " ".join(text).encode(errors="replace").decode()  # a terminal may send bytes that are no letters
    if not words.strip() and not filters.any:
        raise UserError("There is nothing to search for.", "Name some words, or a filter such as --playlist.")
    titles = workspace.catalog.titles()
    return [
        {
            "video_id": video_id,
            "title": titles[video_id],
            "score": round(score, 4),
            "playlists": library.homes(video_id),
        }
        for video_id, score in workspace.search.search(words, limit, filters)
    ], DONE


def _filters(workspace: Workspace, options: _Options) -> Filters:
    library, shortest, longest = workspace.local(), options.min_minutes, options.max_minutes
    if shortest is not None and longest is not None and shortest > longest:
        raise UserError(f"No video is at least {shortest:g} and at most {longest:g} minutes long.", "Swap the two.")
    return Filters(
        playlists=tuple(find_playlist(library, name).playlist_id for name in options.playlist),
        channels=options.channel,
        min_seconds=_seconds(shortest),
        max_seconds=_seconds(longest),
        unavailable=options.unavailable,
        unfiled=options.unfiled,
    )


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(60 * minutes)
