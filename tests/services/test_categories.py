"""What changes which videos a category holds: each act is one batch of edits, taken back in one go."""

from __future__ import annotations

import pytest

from lib.errors import UserError
from lib.models import EditKind, Library
from lib.services.categories import Categories
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from tests.flows import COOKING, DELETED, INBOX, MUSIC, video


@pytest.fixture
def categories(shop: Workspace) -> Categories:
    return shop.categories


def holds(library: Library, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in library.playlists[playlist_id].items]


def videos(library: Library, playlist_id: str) -> set[str]:
    return {item.video_id for item in library.playlists[playlist_id].items}


def test_merging_puts_what_is_missing_into_the_other_and_deletes_the_first(
    shop: Workspace, categories: Categories
) -> None:
    before = shop.local()
    cost = categories.merge_cost(COOKING, MUSIC)
    assert set(cost.to_add) == videos(before, COOKING) - videos(before, MUSIC) - shop.catalog.unavailable()
    laid = categories.merge(COOKING, MUSIC)
    assert [edit.kind for edit in laid] == [EditKind.ADD] * len(cost.to_add) + [EditKind.DELETE]
    assert COOKING not in shop.local().playlists
    assert videos(shop.local(), MUSIC) == videos(before, MUSIC) | set(cost.to_add)
    shop.filing.take_back_last()
    assert shop.edits.pending() == [] and shop.local() == before


def test_splitting_moves_a_part_into_a_new_category_and_is_one_act(shop: Workspace, categories: Categories) -> None:
    before = shop.local()
    part = sorted(videos(before, COOKING) - shop.catalog.unavailable())[:2]
    laid = categories.split(COOKING, part, None, "Baking")
    assert [edit.kind for edit in laid] == [EditKind.CREATE, EditKind.MOVE, EditKind.MOVE]
    assert videos(shop.local(), laid[0].to_playlist or "") == set(part)
    assert not videos(shop.local(), COOKING) & set(part)
    shop.filing.take_back_last()
    assert shop.local() == before


def test_filing_with_move_takes_videos_out_of_their_categories_and_is_one_act(
    shop: Workspace, categories: Categories
) -> None:
    before = shop.local()
    categories.file_into([video(0), video(10)], MUSIC, move=True)
    assert shop.local().homes(video(0)) == [MUSIC] and MUSIC in shop.local().homes(video(10))
    assert INBOX in shop.local().homes(video(10))
    shop.filing.take_back_last()
    assert shop.local() == before


def test_a_new_category_needs_a_title_that_youtube_takes(shop: Workspace, categories: Categories) -> None:
    with pytest.raises(UserError, match="cannot be the title"):
        categories.file_into([video(10)], None, " ")
    assert shop.edits.count() == 0


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


def test_a_topic_like_no_playlist_becomes_a_new_one_without_its_dead_videos(
    filing: Filing, categories: Categories
) -> None:
    laid = categories.make("Space", [video(13), video(14), video(DELETED)])
    assert [e.kind for e in laid] == [EditKind.CREATE, EditKind.ADD, EditKind.ADD]
    assert holds(filing.local(), laid[0].to_playlist or "") == [13, 14]
    assert categories.make("Space", [video(15)])[0].to_playlist == laid[0].to_playlist
    with pytest.raises(UserError, match="cannot be the title"):
        categories.make(" ", [video(11)])
