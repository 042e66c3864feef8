"""The 'status' command: where things stand, without asking YouTube."""

from __future__ import annotations

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.services.workspace import Workspace


@command("status", "where things stand")
@with_workspace
def status(workspace: Workspace) -> Answer:
    """The account, what is in the library, the quota and an open push."""
    return workspace.status(), DONE
