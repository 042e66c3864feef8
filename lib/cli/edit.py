"""The 'edit' command: lay the edits of a CSV file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lib.cli.command import DONE, FAILED, Answer, command, with_workspace
from lib.cli.terminal import say
from lib.errors import UserError
from lib.services.workspace import Workspace


@command("edit", "lay the edits of a CSV: video_id,from_playlist,to_playlist")
@click.argument("file", type=Path)
@click.option("--create", is_flag=True, help="make unknown titles new categories")
@click.option("--partial", is_flag=True, help="store the good lines of a file with bad ones")
@with_workspace
def edit(workspace: Workspace, file: Path, create: bool, partial: bool) -> Answer:
    """Lay the edits, and exit with 1 where a line was refused and nothing was stored."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} cannot be read as a CSV in UTF-8.", "Check the path, and save the file as UTF-8."
        ) from error
    accepted, rejected = workspace.filing.edit_file(text, create=create, partial=partial)
    for line in rejected:
        say(f"Line {line.line}: {line.reason}")
    if rejected and not partial:
        say("Nothing was stored. Correct the lines, or store the good ones with --partial.")
    answer = {"accepted": accepted, "rejected": [asdict(line) for line in rejected]}
    return answer, FAILED if rejected and not partial else DONE
