"""The 'edits' command: list the edits that wait, withdraw one, or let one go first."""

from __future__ import annotations

from typing import Any

import click

from lib.cli.command import DONE, Answer, at_most_one, command, whole_number, with_workspace
from lib.models import Edit
from lib.services.workspace import Workspace


@command("edits", "the edits that wait")
@click.option("--take-back", type=whole_number, metavar="ID", help="withdraw one")
@click.option("--star", type=whole_number, metavar="ID", help="let one go first")
@click.option("--unstar", type=whole_number, metavar="ID", help="let one wait its turn again")
@with_workspace
def edits(workspace: Workspace, take_back: int | None, star: int | None, unstar: int | None) -> Answer:
    """List the pending edits, or change one of them."""
    at_most_one(take_back=take_back, star=star, unstar=unstar)
    if take_back is not None:
        return {"taken_back": workspace.filing.take_back([take_back])}, DONE
    if star is not None:
        return {"starred": workspace.edits.star([star])}, DONE
    if unstar is not None:
        return {"unstarred": workspace.edits.star([unstar], False)}, DONE
    return [_row(edit) for edit in workspace.edits.pending()], DONE


def _row(edit: Edit) -> dict[str, Any]:
    return {
        "id": edit.edit_id,
        "kind": edit.kind,
        "made_at": edit.made_at,
        "video_id": edit.video_id,
        "from": edit.from_playlist,
        "to": edit.to_playlist,
        "title": edit.title,
        "decided_by": edit.decided_by,
    }
