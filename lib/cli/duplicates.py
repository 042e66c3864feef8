"""The 'duplicates' command: videos that are saved under two ids, and keeping one of two."""

from __future__ import annotations

from typing import Any

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import progress
from lib.errors import UserError
from lib.services.workspace import Workspace


@command("duplicates", "what is saved under two ids; keep one of two")
@click.option("--keep", metavar="VIDEO", help="put this one where the other stood")
@click.option("--drop", metavar="VIDEO", help="and take this one out of every playlist")
@with_workspace
def duplicates(workspace: Workspace, keep: str | None, drop: str | None) -> Answer:
    """List the pairs, the surest first, or lay the edits that keep one video of two.

    Raises `UserError` where a video is in no playlist, or cannot be put where the other stands.
    """
    if (keep is None) != (drop is None):
        raise click.UsageError("--keep and --drop go together")
    local = workspace.local()
    if keep is None or drop is None:
        workspace.tidy.scan(local, progress)
        hints = workspace.tidy.current_hints(local)  # without what was refused
        pairs = hints.duplicates if hints else ()
        return [_row(workspace, (pair.first, pair.second), pair.reason) for pair in pairs], DONE
    for video_id in (keep, drop):
        if not local.homes(video_id):
            raise UserError(f"The video {video_id} is in no playlist of the library.", "List them with: duplicates")
    if keep == drop or not workspace.duplicates.steps(keep, drop):
        raise UserError(f"{keep} cannot be kept in the place of {drop}.", "Keep the other one, or leave them.")
    return {"edits": len(workspace.duplicates.keep(keep, drop))}, DONE


def _row(workspace: Workspace, videos: tuple[str, str], why: str) -> dict[str, Any]:
    """A pair, with the video that is cheaper to keep; one that can no longer be watched only where the other cannot."""
    first, second = videos
    unavailable = workspace.catalog.unavailable()

    def cost(kept: str) -> tuple[bool, int]:
        """What keeping this video would cost: whether it is unavailable, then the writes to drop the other."""
        dropped = second if kept == first else first
        return kept in unavailable, len(workspace.duplicates.steps(kept, dropped))

    return {"videos": list(videos), "keep": min(videos, key=cost), "why": why}
