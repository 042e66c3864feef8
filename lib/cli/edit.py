"""The 'edit' command: lay the edits of a CSV file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lib.cli.command import DONE, FAILED, Answer, command, with_workspace
from lib.cli.terminal import say
from lib.errors import UserError
from lib.services.edit_files import lay_edit_file
from lib.services.workspace import Workspace


@command("edit", "lay the edits of a CSV: video_id,from_playlist,to_playlist")
@click.argument("file", type=Path)
@click.option("--create", is_flag=True, help="make unknown titles new categories")
@click.option("--partial", is_flag=True, help="store the good lines of a file with bad ones")
@with_workspace
def edit(workspace: Workspace, file: Path, create: bool, partial: bool) -> Answer:
    """Lay the edits, and exit with 1 where a line was refused and nothing was stored."""
    accepted, rejected = lay_edit_file(workspace.filing, _read(file), create=create, partial=partial)
    for line in rejected:
        say(f"Line {line.line}: {line.reason}")
    if rejected and not partial:
        say("Nothing was stored. Correct the lines, or store the good ones with --partial.")
    answer = {"accepted": accepted, "rejected": [asdict(line) for line in rejected]}
    return answer, FAILED if rejected and not partial else DONE


def _read(file: Path) -> str:
    """The text of a file in UTF-8. Raises `UserError`, with the line where it is something else."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read ({error.strerror}).", "Check the path.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{file} cannot be read as a CSV in UTF-8: line {number} is in another encoding.", "Save it as UTF-8."
        ) from error
