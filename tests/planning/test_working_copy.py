from __future__ import annotations

from lib.models import EditKind, Item
from lib.planning.working_copy import PlaylistCopy, changed_playlist, holds_source, satisfied, working_copy
from tests.sync.paper import edit, library, move, playlist


def test_a_shelf_gives_back_the_playlist_it_was_made_of() -> None:
    before = playlist("A", "vwv", description="words", privacy="public")
    assert PlaylistCopy(before).playlist() == before


def test_an_item_is_found_by_its_id_and_only_by_that() -> None:
    playlist_copy = PlaylistCopy(playlist("A", "vv"))
    assert playlist_copy.find(edit(EditKind.REMOVE, video_id="v", item_id="A0")) == "A0"
    assert playlist_copy.find(edit(EditKind.REMOVE, video_id="v", item_id="A9")) is None


def test_without_an_id_the_newest_wish_is_meant_and_else_the_last_copy() -> None:
    playlist_copy = PlaylistCopy(playlist("A", "vwv"))
    meant = edit(EditKind.REMOVE, video_id="v")
    assert playlist_copy.find(meant) == "A2"
    playlist_copy.put(Item(None, "v"), "")
    assert playlist_copy.items[playlist_copy.find(meant) or ""].item_id is None
    assert playlist_copy.find(edit(EditKind.REMOVE, video_id="x")) is None


def test_items_are_put_at_the_head_behind_a_neighbour_and_at_the_end() -> None:
    playlist_copy = PlaylistCopy(playlist("A", "vw"))
    for video, after in (("a", ""), ("b", "A0"), ("c", None), ("d", "gone")):
        playlist_copy.put(Item(None, video), after)
    assert "".join(playlist_copy.videos()) == "avbwcd"
    assert playlist_copy.copies["b"] == 1


def test_a_taken_item_is_counted_no_more() -> None:
    playlist_copy = PlaylistCopy(playlist("A", "vv"))
    assert playlist_copy.take("A0") == Item("A0", "v")
    assert playlist_copy.copies["v"] == 1 and list(playlist_copy.items) == ["A1"]


def test_arranging_keeps_every_item_under_its_own_key() -> None:
    playlist_copy = PlaylistCopy(playlist("A", "vwx"))
    playlist_copy.arrange("xv")
    assert {key: item.item_id for key, item in playlist_copy.items.items()} == {key: key for key in ("A0", "A1", "A2")}
    assert playlist_copy.videos()[0] == "x"


def test_each_kind_of_edit_is_satisfied_by_what_it_wishes() -> None:
    shown = working_copy(library(A="vw", B="x", LL="y"))
    fulfilled = [
        edit(EditKind.ADD, video_id="v", to_playlist="A"),
        move("x", "A", "B", "A9"),
        move("x", "LL", "B", "LL0"),
        edit(EditKind.REMOVE, video_id="v", item_id="A9", from_playlist="A"),
        edit(EditKind.CREATE, to_playlist="A"),
        edit(EditKind.RENAME, to_playlist="A", title="title A"),
        edit(EditKind.REORDER, to_playlist="A", order=("v", "w")),
        edit(EditKind.DELETE, from_playlist="C"),
    ]
    waiting = [
        edit(EditKind.ADD, video_id="v", to_playlist="A", copies=2),
        edit(EditKind.ADD, video_id="v", to_playlist="C"),
        move("v", "A", "B", "A0"),
        move("v", "A", "B", "A9"),
        edit(EditKind.REMOVE, video_id="v", item_id="A0", from_playlist="A"),
        edit(EditKind.REMOVE, video_id="v", item_id="C0", from_playlist="C"),
        edit(EditKind.CREATE, to_playlist="new:1"),
        edit(EditKind.RENAME, to_playlist="A", title="p"),
        edit(EditKind.REORDER, to_playlist="A", order=("w", "v")),
        edit(EditKind.DELETE, from_playlist="A"),
    ]
    assert [satisfied(shown, one) for one in fulfilled] == [True] * len(fulfilled)
    assert [satisfied(shown, one) for one in waiting] == [False] * len(waiting)


def test_an_edit_writes_where_it_takes_or_where_it_puts() -> None:
    assert changed_playlist(move("v", "A", "B", "A0")) == "B"
    assert changed_playlist(edit(EditKind.REMOVE, from_playlist="A")) == "A"
    assert changed_playlist(edit(EditKind.DELETE, from_playlist="A")) == "A"
    assert changed_playlist(edit(EditKind.RENAME, to_playlist="A")) == "A"


def test_what_is_to_be_taken_is_held_or_not() -> None:
    shown = working_copy(library(A="v"))
    assert holds_source(shown, move("v", "A", "B", "A0"))
    assert not holds_source(shown, move("v", "A", "B", "A1"))
    assert not holds_source(shown, move("v", "Z", "B", "A0"))
