"""The 'suggestions' command: where videos belong."""

from __future__ import annotations

from lib.cli.command import DONE, Answer, command, with_workspace
from lib.services.workspace import Workspace


@command("suggestions", "where videos belong: unfiled ones first, then misfits")
@with_workspace
def suggestions(workspace: Workspace) -> Answer:
    """What the model suggests and no rule answers already."""
    titles = workspace.filing.categories()
    return [
        {
            "video_id": suggestion.video_id,
            "from": list(suggestion.from_playlists),
            "to": suggestion.to_playlist,
            "to_title": titles.get(suggestion.to_playlist, ""),
            "confidence": round(suggestion.confidence, 4),
            "sure": suggestion.sure,
            "why": suggestion.why,
        }
        for suggestion in workspace.rules.unanswered(workspace.derived.suggestions())
    ], DONE
