"""The 'split' command: move the smaller part of a category that falls into two into a category of its own."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import progress
from lib.errors import UserError
from lib.planning.titles import find_playlist, playlists_titled
from lib.services.workspace import Workspace


@command("split", "lay edits that move the smaller part of a playlist that is two into another")
@click.argument("playlist", help="id or exact title")
@click.option("--into", metavar="TITLE", help="the playlist for it; named after its topic by default")
@with_workspace
def split(workspace: Workspace, playlist: str, into: str | None) -> Answer:
    """Look where the category falls into two, and lay the edits. Raises `UserError` where it is one."""
    local = workspace.local()
    category = find_playlist(local, playlist)
    splits = workspace.tidy.scan(local, progress).splits
    parts = next((hint for hint in splits if hint.category == category.playlist_id), None)
    if parts is None:
        raise UserError(
            f"{category.title!r} does not fall into two.", "Select what should leave it on the map instead."
        )
    title = into or parts.names[1]
    known = playlists_titled(local, title)
    target = find_playlist(local, title).playlist_id if known else None
    edits = workspace.categories.split(category.playlist_id, parts.parts[1], target, title)
    return {"edits": len(edits), "videos": list(parts.parts[1]), "to_title": title}, DONE
