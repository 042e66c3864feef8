"""The 'inbox' command: say which playlists the user sorts from."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.models import Role
from lib.services.workspace import Workspace


@command("inbox", "mark playlists as inbox")
@click.argument("playlists", nargs=-1, required=True, help="id or exact title")
@click.option("--category", is_flag=True, help="mark them as categories instead")
@with_workspace
def inbox(workspace: Workspace, playlists: tuple[str, ...], category: bool) -> Answer:
    """Give playlists, by id or exact title, the role of an inbox; the ids of all inboxes afterwards."""
    return {"inbox": workspace.playlists.give_role(playlists, Role.CATEGORY if category else Role.INBOX)}, DONE
