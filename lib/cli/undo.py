"""The 'undo' command: lay the edits that take a push back."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, whole_number, with_workspace
from lib.cli.terminal import say
from lib.services.workspace import Workspace


@command("undo", "lay the edits that take a push back")
@click.argument("push_id", type=whole_number, required=False, help="the last push by default")
@with_workspace
def undo(workspace: Workspace, push_id: int | None) -> Answer:
    """Lay the edits that take a push back, the last one by default, and say what cannot come back."""
    edits, irreversible = workspace.undo.undo_push(push_id)
    for sentence in irreversible:
        say(sentence)
    return {"edits": len(edits), "irreversible": irreversible}, DONE
