"""The 'export' command: write the library as CSV."""

from __future__ import annotations

from pathlib import Path

import click

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.services.workspace import Workspace


@command("export", "write the library as CSV")
@click.argument("path", type=Path)
@with_workspace
def export(workspace: Workspace, path: Path) -> Answer:
    """Write one row an item, safe to open in a spreadsheet."""
    return {"path": str(path), "rows": workspace.export.write(path)}, DONE
