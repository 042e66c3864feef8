"""The 'pull' command: read the library from YouTube."""

from __future__ import annotations

from dataclasses import asdict

import click

from lib.cli.command import DONE, WAITS, Answer, command, with_workspace
from lib.cli.terminal import progress, say
from lib.services.workspace import Workspace


@command("pull", "read the library from YouTube")
@click.option("--full", is_flag=True, help="read every playlist again")
@click.option("--accept", multiple=True, metavar="PLAYLIST", help="believe a listing that was held back")
@with_workspace
def pull(workspace: Workspace, full: bool, accept: tuple[str, ...]) -> Answer:
    """Pull, and exit with 3 where a listing was held back."""
    report = workspace.pulls.pull(full=full, accept=accept, progress=progress)
    if report.ruled:
        say(f"Filed by your rules, as copies: {report.ruled}. List them with edits, then plan and push.")
    for listing in report.held_back:
        say(f"Held back: {listing.reason} Look on YouTube; to believe it: pull --accept {listing.playlist_id}")
    held_back = [{"playlist": listing.playlist_id, "reason": listing.reason} for listing in report.held_back]
    return asdict(report) | {"held_back": held_back}, WAITS if held_back else DONE
