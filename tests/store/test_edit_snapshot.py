from __future__ import annotations

import pytest

from lib.models import Edit, EditKind
from lib.planning.new_edits import creation_edit
from lib.store.catalog import Catalog
from lib.store.edit_snapshot import with_snapshots
from lib.store.edits import Edits
from tests.store.conftest import NOON, item, listed, video_id

ONE, TWO = video_id(1), video_id(2)


@pytest.fixture
def edits(catalog: Catalog) -> Edits:
    catalog.store_listing([listed("PLa", "Cooking"), listed("PLb", "Music")])
    catalog.store_items("PLa", [item(1, 1, note="at 3:10"), item(2, 1), item(3, 2)])
    catalog.store_items("PLb", [item(4, 1)])
    return Edits(catalog.db)


def seen(edits: Edits, kind: EditKind, **facts: object) -> tuple[tuple[str, ...], str | None]:
    (edit,) = with_snapshots(edits.db, [Edit(0, kind, NOON, **facts)])  # type: ignore[arg-type]
    return edit.seen, edit.title


def test_a_move_knows_the_playlist_of_every_copy_and_the_title_of_its_goal(edits: Edits) -> None:
    ends = {"video_id": ONE, "item_id": "item1", "from_playlist": "PLa", "to_playlist": "PLb"}
    assert seen(edits, EditKind.MOVE, **ends) == (("PLa", "PLa", "PLb"), "Music")


def test_a_removal_knows_the_note_of_its_item_and_the_title_of_its_playlist(edits: Edits) -> None:
    assert seen(edits, EditKind.REMOVE, video_id=ONE, item_id="item1", from_playlist="PLa") == (("at 3:10",), "Cooking")
    assert seen(edits, EditKind.REMOVE, video_id=TWO, item_id="item3", from_playlist="PLa") == (("",), "Cooking")
    assert seen(edits, EditKind.REMOVE, video_id=ONE, from_playlist="PLa") == ((), "Cooking")


def test_what_an_edit_brings_with_it_is_kept(edits: Edits) -> None:
    assert seen(edits, EditKind.MOVE, video_id=ONE, to_playlist="PLb", seen=("PLz",))[0] == ("PLz",)
    assert seen(edits, EditKind.RENAME, to_playlist="PLb", title="Songs", seen=("Music",)) == (("Music",), "Songs")


def test_an_addition_knows_the_title_of_a_category_that_is_itself_only_a_wish(edits: Edits) -> None:
    laid = edits.lay([creation_edit("Space", 1, NOON), Edit(0, EditKind.ADD, NOON, video_id=ONE, to_playlist="new:1")])
    later = edits.lay([Edit(0, EditKind.ADD, NOON, video_id=TWO, to_playlist="new:1")])
    assert [edit.title for edit in laid + later] == ["Space", "Space", "Space"]


def test_a_playlist_that_nobody_knows_has_no_title(edits: Edits) -> None:
    assert seen(edits, EditKind.ADD, video_id=ONE, to_playlist="PLz") == ((), None)
    assert with_snapshots(edits.db, []) == []
