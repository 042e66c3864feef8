"""The 'resolve' command: answer a question of the plan or the push."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.cli.terminal import progress, say
from lib.services.workspace import Workspace


@command("resolve", "answer a question of the plan or the push")
@click.argument("conflict", help="its id")
@click.argument("choice", nargs=-1, required=True, help="one of its choices, or its number")
@with_workspace
def resolve(workspace: Workspace, conflict: str, choice: tuple[str, ...]) -> Answer:
    """Carry out one of the choices of a conflict, by its words or by its number."""
    words = " ".join(choice)
    message = workspace.conflicts.resolve(conflict, words, progress)
    say(message)
    return {"id": conflict, "choice": words, "message": message}, DONE
