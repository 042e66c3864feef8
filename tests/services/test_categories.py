"""What changes which videos a category holds: each act is one batch of edits, taken back in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lib.errors import UserError
from lib.models import EditKind, Library
from lib.services.categories import Categories
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, DELETED, INBOX, MUSIC, fill, small_world, video


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The small world in a database, put there without YouTube."""
    with closing(Workspace(Settings(tmp_path))) as opened:
        fill(opened, small_world())
        yield opened


@pytest.fixture
def filing(workspace: Workspace) -> Filing:
    return workspace.filing


@pytest.fixture
def categories(workspace: Workspace) -> Categories:
    return workspace.categories


def holds(library: Library, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in library.playlists[playlist_id].items]


def videos(library: Library, playlist_id: str) -> set[str]:
    return {item.video_id for item in library.playlists[playlist_id].items}


def test_merging_puts_what_is_missing_into_the_other_and_deletes_the_first(
    workspace: Workspace, categories: Categories
) -> None:
    before = workspace.local()
    cost = categories.merge_cost(COOKING, MUSIC)
    assert set(cost.to_add) == videos(before, COOKING) - videos(before, MUSIC) - workspace.catalog.unavailable()
    laid = categories.merge(COOKING, MUSIC)
    assert [edit.kind for edit in laid] == [EditKind.ADD] * len(cost.to_add) + [EditKind.DELETE]
    assert COOKING not in workspace.local().playlists
    assert videos(workspace.local(), MUSIC) == videos(before, MUSIC) | set(cost.to_add)
    workspace.filing.take_back_last()
    assert workspace.edits.pending() == [] and workspace.local() == before


def test_splitting_moves_a_part_into_a_new_category_and_is_one_act(
    workspace: Workspace, categories: Categories
) -> None:
    before = workspace.local()
    part = sorted(videos(before, COOKING) - workspace.catalog.unavailable())[:2]
    laid = categories.split(COOKING, part, None, "Baking")
    assert [edit.kind for edit in laid] == [EditKind.CREATE, EditKind.MOVE, EditKind.MOVE]
    assert videos(workspace.local(), laid[0].to_playlist or "") == set(part)
    assert not videos(workspace.local(), COOKING) & set(part)
    workspace.filing.take_back_last()
    assert workspace.local() == before


def test_filing_with_move_takes_videos_out_of_their_categories_and_is_one_act(
    workspace: Workspace, categories: Categories
) -> None:
    before = workspace.local()
    categories.file_into([video(0), video(10)], MUSIC, move=True)
    assert workspace.local().homes(video(0)) == [MUSIC] and MUSIC in workspace.local().homes(video(10))
    assert INBOX in workspace.local().homes(video(10))
    workspace.filing.take_back_last()
    assert workspace.local() == before


def test_a_new_category_needs_a_title_that_youtube_takes(workspace: Workspace, categories: Categories) -> None:
    with pytest.raises(UserError, match="cannot be the title"):
        categories.file_into([video(10)], None, " ")
    assert workspace.edits.count() == 0


# -- a topic becomes a category ----------------------------------------------------------------------------------------


def test_a_topic_is_matched_with_the_category_it_overlaps_most(filing: Filing, categories: Categories) -> None:
    groups = {
        "food": [video(n) for n in (0, 1, 2, 3, 10)],
        "songs": [video(0), video(7)],
        "new": [video(13), video(14)],
    }
    assert categories.best_for(groups) == {"food": COOKING, "songs": MUSIC, "new": None}


def test_a_matched_topic_files_only_what_is_missing_and_keeps_the_playlists_title(
    filing: Filing, categories: Categories
) -> None:
    laid = categories.make("Food", [video(n) for n in (0, 1, 2, 3, 10, DELETED)])
    assert [(e.kind, e.video_id, e.to_playlist) for e in laid] == [(EditKind.ADD, video(10), COOKING)]
    assert filing.categories()[COOKING] == "Cooking"


def test_a_matched_topic_gives_the_playlist_its_name_when_asked_to_and_goes_back_as_one(
    filing: Filing, categories: Categories
) -> None:
    laid = categories.make(" Food ", [video(n) for n in (0, 1, 2, 3, 10)], rename=True)
    assert [e.kind for e in laid] == [EditKind.RENAME, EditKind.ADD]
    assert filing.categories()[COOKING] == "Food"
    filing.take_back_last()
    assert filing.edits.pending() == []


def test_a_topic_like_no_playlist_becomes_a_new_one_without_its_dead_videos(
    filing: Filing, categories: Categories
) -> None:
    laid = categories.make("Space", [video(13), video(14), video(DELETED)])
    assert [e.kind for e in laid] == [EditKind.CREATE, EditKind.ADD, EditKind.ADD]
    assert holds(filing.local(), laid[0].to_playlist or "") == [13, 14]
    assert categories.make("Space", [video(15)])[0].to_playlist == laid[0].to_playlist
    with pytest.raises(UserError, match="cannot be the title"):
        categories.make(" ", [video(11)])
