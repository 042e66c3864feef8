from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.models import Guard, HeldBack, Item, Library, Operation, OperationKind, counted
from lib.planning.guards import all_shrunk, guards, held_back, leaving, pairs
from lib.planning.operations import operations
from tests.sync.paper import libraries, library, playlist, targets


def tripped(remote: Library, target: Library, unavailable: str = "") -> dict[str, Guard]:
    tripped_guards = guards(remote, target, operations(remote, target), set(unavailable))
    return {guard.guard_id: guard for guard in tripped_guards}


def many(count: int) -> list[str]:
    return [f"video{number}" for number in range(count)]


def test_a_video_that_would_be_in_no_playlist_is_counted_once() -> None:
    tripped_guards = tripped(library(A="vvw", B="v"), library(A="w", B=""))
    assert (tripped_guards["nowhere"].count, tripped_guards["nowhere"].ops) == (1, (1, 2, 3))
    assert "1 video " in tripped_guards["nowhere"].what


def test_a_copy_that_youtube_did_not_list_is_none_to_count_on() -> None:
    remote, target = library(A="vw", B="vw"), library(A="", B="vw")
    doubtful = [HeldBack("B", "lost 1 of its 2 items", ("v",))]
    (nowhere,) = [
        g for g in guards(remote, target, operations(remote, target), (), doubtful) if g.guard_id == "nowhere"
    ]
    assert (nowhere.count, nowhere.ops) == (1, (1,))


def test_a_video_that_stays_elsewhere_is_not_nowhere() -> None:
    assert "nowhere" not in tripped(library(A="vw", LL="v"), library(A="w", LL="v"))


@pytest.mark.parametrize(
    ("size", "kept", "trips"), [(12, 2, False), (12, 1, True), (200, 180, False), (200, 179, True)]
)
def test_more_than_ten_and_more_than_a_tenth_of_a_playlist_is_too_much(size: int, kept: int, trips: bool) -> None:
    names = many(size)
    remote = Library({"A": playlist("A", names), "B": playlist("B", names)})
    target = Library({"A": playlist("A", names[:kept]), "B": playlist("B", names)})
    tripped_guards = tripped(remote, target)
    assert ("shrinks:A" in tripped_guards) is trips
    assert not trips or tripped_guards["shrinks:A"].count == size - kept == len(tripped_guards["shrinks:A"].ops)


def test_moves_are_no_deletes() -> None:
    names = many(30)
    remote = Library({"A": playlist("A", names), "B": playlist("B", "")})
    target = Library({"A": playlist("A", ""), "B": playlist("B", names)})
    assert tripped(remote, target) == {}


def test_a_second_copy_that_is_deleted_beside_a_move_is_a_delete() -> None:
    tripped_guards = tripped(library(A="v", B="v", C=""), library(A="", B="", C="v"))
    assert set(tripped_guards) == {"emptied:B"}


def test_an_emptied_playlist_is_named_with_what_it_loses() -> None:
    tripped_guards = tripped(library(A="vw", B="vw"), library(A="", B="vw"))
    assert (tripped_guards["emptied:A"].count, tripped_guards["emptied:A"].ops) == (2, (1, 2))
    assert '"title A"' in tripped_guards["emptied:A"].what


def test_a_deleted_playlist_is_named_with_the_number_of_its_items() -> None:
    tripped_guards = tripped(library(A="vw", B="vw"), library(B="vw"))
    assert set(tripped_guards) == {"deleted:A"}
    assert (tripped_guards["deleted:A"].count, tripped_guards["deleted:A"].ops) == (2, (1,))


def test_an_unavailable_video_is_never_deleted_unasked_not_even_by_a_move() -> None:
    remote, target = library(A="vw", B="x"), library(A="w", B="xv")
    assert tripped(remote, target, unavailable="v")["unavailable"].ops == (2,)
    assert tripped(remote, target, unavailable="w") == {}
    gone = tripped(library(A="vw", B="vw"), library(B="vw"), unavailable="vw")["unavailable"]
    assert (gone.count, gone.ops) == (2, (1,))


@given(libraries(), st.data())
def test_every_lost_video_is_guarded_and_nothing_else_is_called_lost(remote: Library, data: st.DataObject) -> None:
    target = data.draw(targets(remote))
    lost = {video for video in "vwxy" if remote.homes(video) and not target.homes(video)}
    tripped_guards = tripped(remote, target)
    assert ("nowhere" in tripped_guards) == bool(lost)
    assert not lost or tripped_guards["nowhere"].count == len(lost)


def test_a_pair_is_an_insert_and_the_first_delete_that_waits_for_it() -> None:
    ops = [
        Operation(1, OperationKind.INSERT, "B", "v"),
        Operation(2, OperationKind.DELETE, "A", "v", needs=1),
        Operation(3, OperationKind.DELETE, "C", "v", needs=1),
        Operation(4, OperationKind.DELETE, "C", "w"),
    ]
    assert pairs(ops) == {1: ops[1]}


def test_what_leaves_is_the_deleted_video_or_all_of_a_deleted_playlist() -> None:
    assert leaving(Operation(1, OperationKind.DELETE, "A", "v")) == {"v"}
    assert leaving(Operation(1, OperationKind.DELETE_PLAYLIST, "A", before={"items": ["v", "w"]})) == {"v", "w"}
    assert leaving(Operation(1, OperationKind.INSERT, "A", "v")) == set()


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        ("vw", ["A0", "A1"], False),
        ("vw", ["A0"], False),
        ("vwx", ["A0"], True),
        ("vw", ["new"], True),
        ("vw", [], True),
        ("vw", None, True),
        ("v", [], True),
        ("v", None, True),
        ("v", ["new"], True),
        ("v", ["A0", "new"], False),
        ("", None, False),
    ],
)
def test_a_listing_that_lost_all_or_most_is_held_back(before: str, after: list[str] | None, held: bool) -> None:
    reason = held_back(playlist("A", before), after)
    assert (reason is not None) is held
    assert reason is None or '"title A"' in reason


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(number, "item") for number in (0, 1, 2)] == ["0 items", "1 item", "2 items"]


def five(**changed: str) -> Library:
    return library(**({"A": "vw", "B": "vw", "C": "xy", "D": "vwx", "E": "wx", "F": "v"} | changed))


def test_losses_in_every_playlist_at_once_are_noticed() -> None:
    assert all_shrunk(five(), five(A="v", B="v", C="x", D="vw", E="w"))
    assert all_shrunk(five(), library(A="v"))


def test_losses_in_all_but_one_playlist_are_a_tidy_person() -> None:
    assert not all_shrunk(five(), five(A="v", B="v", C="x", D="vw"))
    assert not all_shrunk(five(), five())


def test_losses_in_a_few_playlists_are_a_small_library() -> None:
    assert not all_shrunk(library(A="vw", B="vw", C="vw", D="vw"), library(A="v", B="v", C="v", D="v"))


def test_what_was_replaced_in_every_playlist_was_lost_too() -> None:
    replaced = Library({k: replace(p, items=(Item(f"new{k}", "z"), *p.items[1:])) for k, p in five().playlists.items()})
    assert all_shrunk(five(), replaced)
