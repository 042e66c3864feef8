"""The 'merge' command: put everything of one category into another, and delete the first."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import say
from lib.errors import UserError
from lib.planning.titles import find_playlist
from lib.services.workspace import Workspace


@command("merge", "lay edits that put one playlist into another and delete it")
@click.argument("playlist", help="the one that goes; id or exact title")
@click.argument("into", help="the one that stays; id or exact title")
@click.option("--keep-playlist", is_flag=True, help="do not delete the first one")
@click.option(
    "--delete", is_flag=True, help="delete it also where it holds videos that YouTube would take nowhere else"
)
@with_workspace
def merge(workspace: Workspace, playlist: str, into: str, keep_playlist: bool, delete: bool) -> Answer:
    """Lay the edits; a playlist with unavailable videos stays unless it is said. Raises `UserError`."""
    local = workspace.local()
    source, target = find_playlist(local, playlist), find_playlist(local, into)
    if source.playlist_id == target.playlist_id:
        raise UserError(f"{source.title!r} cannot be merged into itself.", "Name two different playlists.")
    cost = workspace.categories.merge_cost(source.playlist_id, target.playlist_id)
    deleted = not keep_playlist and (delete or not cost.unavailable)
    edits = workspace.categories.merge(source.playlist_id, target.playlist_id, delete=deleted)
    if cost.unavailable:
        say(f"Of {source.title!r}, YouTube would take {cost.unavailable} nowhere else: deleted or private.")
    return {"edits": len(edits), "added": len(cost.to_add), "unavailable": cost.unavailable, "deleted": deleted}, DONE
