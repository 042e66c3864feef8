"""The 'tidy' command: take out of inboxes what stands in a category already."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import say
from lib.planning.titles import find_playlist
from lib.services.workspace import Workspace


@command("tidy", "lay edits that take out of inboxes what stands in a category already")
@click.argument("playlists", nargs=-1, help="id or exact title; every inbox by default")
@with_workspace
def tidy(workspace: Workspace, playlists: tuple[str, ...]) -> Answer:
    """Tidy these inboxes, by id or exact title; every inbox by default."""
    library, filing = workspace.catalog.library(), workspace.filing
    inboxes = [find_playlist(library, name).playlist_id for name in playlists] or list(filing.tidyable())
    edits = filing.tidy(inboxes)
    left = sum(len(filing.local().playlists[inbox].items) for inbox in set(inboxes))
    if not edits:
        say("Nothing to tidy: no video of these inboxes stands in a category on YouTube yet.")
    return {"edits": len(edits), "left": left}, DONE
