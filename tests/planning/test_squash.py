from __future__ import annotations

from lib.models import Edit, EditKind, Library
from lib.planning.squash import squash
from lib.planning.working_copy import working_copy
from tests.sync.paper import edit, library, move

BASE = library(A="vw", B="x", C="")


def amounts_to(edits: list[Edit], shown: Library = BASE) -> list[tuple[str, str | None, str | None, tuple[int, ...]]]:
    wishes, _ = squash(edits, working_copy(shown))
    return [(w.edit.kind.value, w.edit.from_playlist, w.edit.to_playlist, w.edit_ids) for w in wishes]


def test_a_move_on_of_what_is_only_a_wish_is_one_move() -> None:
    edits = [move("v", "A", "B", "A0"), move("v", "B", "C", None, 2)]
    assert amounts_to(edits) == [("move", "A", "C", (1, 2))]
    assert squash(edits, working_copy(BASE))[0][0].edit.item_id == "A0"


def test_a_move_that_youtube_shows_as_done_is_not_taken_up_again() -> None:
    edits = [move("v", "A", "B", "A0"), move("v", "B", "C", None, 2)]
    assert amounts_to(edits, library(A="", B="v", C="")) == [("move", "A", "B", (1,)), ("move", "B", "C", (2,))]


def test_a_move_back_of_what_is_only_a_wish_comes_to_nothing() -> None:
    edits = [move("v", "A", "B", "A0"), move("v", "B", "A", None, 2)]
    assert squash(edits, working_copy(BASE)) == ([], [1, 2])


def test_opposite_moves_of_one_copy_each_come_to_nothing_while_both_are_there() -> None:
    edits = [move("v", "A", "B", "A0", copies=2), move("v", "B", "A", "B0", 2)]
    assert squash(edits, working_copy(library(A="v", B="v"))) == ([], [1, 2])


def test_adding_and_removing_what_was_only_added_comes_to_nothing() -> None:
    add = edit(EditKind.ADD, 1, video_id="v", to_playlist="C")
    assert squash([add, edit(EditKind.REMOVE, 2, video_id="v", from_playlist="C")], working_copy(BASE)) == ([], [1, 2])


def test_removing_what_was_moved_is_removing_it_where_it_stood() -> None:
    edits = [move("v", "A", "B", "A0"), edit(EditKind.REMOVE, 2, video_id="v", from_playlist="B")]
    assert amounts_to(edits) == [("remove", "A", None, (1, 2))]


def test_adding_twice_is_adding_once() -> None:
    edits = [edit(EditKind.ADD, number, video_id="v", to_playlist="C") for number in (1, 2)]
    assert amounts_to(edits) == [("add", None, "C", (1, 2))]


def test_a_move_to_where_the_video_is_added_anyway_only_takes_it() -> None:
    edits = [edit(EditKind.ADD, 1, video_id="v", to_playlist="C"), move("v", "A", "C", "A0", 2)]
    assert amounts_to(edits) == [("add", None, "C", (1,)), ("remove", "A", None, (2,))]


def test_the_last_title_and_the_last_order_count() -> None:
    edits = [
        edit(EditKind.RENAME, 1, to_playlist="A", title="p", seen=("title A",)),
        edit(EditKind.REORDER, 2, to_playlist="A", order=("w", "v"), seen=("v", "w")),
        edit(EditKind.RENAME, 3, to_playlist="A", title="q", seen=("title A",)),
        edit(EditKind.REORDER, 4, to_playlist="A", order=("v", "w"), seen=("v", "w")),
    ]
    wishes, nothing = squash(edits, working_copy(BASE))
    assert [(wish.edit.edit_id, wish.edit_ids) for wish in wishes] == [(3, (1, 3)), (4, (2, 4))]
    assert "p" in wishes[0].edit.seen and nothing == []


def test_what_was_wished_for_a_playlist_goes_with_it_and_what_was_moved_there_is_only_removed() -> None:
    edits = [
        edit(EditKind.ADD, 1, video_id="w", to_playlist="B"),
        move("v", "A", "B", "A0", 2),
        edit(EditKind.DELETE, 3, from_playlist="B", seen=("B0",)),
    ]
    assert amounts_to(edits) == [("remove", "A", None, (2,)), ("delete", "B", None, (1, 3))]


def test_a_deletion_that_has_to_be_asked_about_changes_nothing_else() -> None:
    edits = [move("v", "A", "B", "A0", 2), edit(EditKind.DELETE, 3, from_playlist="B", seen=())]
    assert amounts_to(edits) == [("move", "A", "B", (2,)), ("delete", "B", None, (3,))]


def test_a_joined_move_takes_early_and_puts_late_when_something_stands_between() -> None:
    edits = [
        move("v", "A", "B", "A0"),
        edit(EditKind.ADD, 2, video_id="v", to_playlist="A"),
        move("v", "B", "C", None, 3),
    ]
    assert amounts_to(edits) == [("remove", "A", None, ()), ("add", None, "A", (2,)), ("move", "A", "C", (1, 3))]


def test_a_joined_move_that_was_taken_back_takes_nothing() -> None:
    edits = [
        move("v", "A", "B", "A0"),
        edit(EditKind.ADD, 2, video_id="x", to_playlist="A"),
        move("v", "B", "C", None, 3),
        move("v", "C", "A", None, 4),
    ]
    assert amounts_to(edits) == [("add", None, "A", (2,))]


def test_new_playlists_come_first_so_that_all_else_can_use_them() -> None:
    edits = [move("v", "A", "B", "A0"), edit(EditKind.CREATE, 2, to_playlist="new:1", title="t")]
    assert [kind for kind, *_ in amounts_to(edits)] == ["create", "move"]


def test_a_new_playlist_that_is_deleted_again_leaves_only_its_deletion() -> None:
    edits = [
        edit(EditKind.CREATE, 1, to_playlist="new:1", title="t"),
        edit(EditKind.ADD, 2, video_id="v", to_playlist="new:1"),
        edit(EditKind.DELETE, 3, from_playlist="new:1"),
    ]
    assert amounts_to(edits) == [("delete", "new:1", None, (1, 2, 3))]


def test_a_move_to_where_an_earlier_wish_puts_the_video_adds_nothing_whatever_was_wished_in_between() -> None:
    shown = library(A="vw", B="", C="v", D="")
    edits = [edit(EditKind.ADD, 1, video_id="v", to_playlist="B"), move("v", "A", "D", "A0", 2)]
    edits += [move("v", "D", "C", None, 3, copies=2), move("v", "C", "B", "C0", 4), move("v", "B", "A", None, 5)]
    assert amounts_to(edits, shown) == [
        ("move", "A", "C", (2, 3)),
        ("remove", "C", None, (4,)),
        ("add", None, "A", (1, 5)),
    ]
