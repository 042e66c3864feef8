"""Keeping one of two ids of a video: it stands where the other stood, and the other is gone; one act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, DELETED, INBOX, fill, small_world, video


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The small world in a database, put there without YouTube."""
    with closing(Workspace(Settings(tmp_path))) as opened:
        fill(opened, small_world())
        yield opened


def test_the_kept_one_stands_where_the_other_stood(workspace: Workspace) -> None:
    before, kept, removed = workspace.local(), video(10), video(0)
    homes = before.homes(removed)
    assert COOKING in homes and before.homes(kept) == [INBOX]
    edits = workspace.duplicates.keep(kept, removed)
    assert len(edits) == len(homes) + sum(before.playlists[key].copies(removed) for key in homes)
    assert workspace.local().homes(removed) == [] and set(workspace.local().homes(kept)) == {INBOX, *homes}
    workspace.filing.take_back_last()
    assert workspace.local() == before


def test_an_unavailable_video_is_not_kept_where_it_would_have_to_be_added(workspace: Workspace) -> None:
    assert workspace.duplicates.steps(video(DELETED), video(0)) == []
