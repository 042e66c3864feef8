from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.models import Item, Library, Operation, OperationKind, Playlist
from lib.planning.guards import pairs
from lib.planning.operations import naive_units, operations
from lib.planning.order import longest_common
from tests.sync.paper import Paper, libraries, library, playlist, pushed, settled, targets, videos

TINY = ["".join(one) for length in range(5) for one in product("vwx", repeat=length)]


@st.composite
def changes(draw: st.DrawFn) -> tuple[Library, Library]:
    remote = draw(libraries())
    return remote, draw(targets(remote))


def ordered(before: str, after: str) -> tuple[Library, Library]:
    """The same videos in another order, as wishes for new items: the planner has to find the copies itself."""
    target = Library({"A": replace(playlist("A", ""), items=tuple(Item(None, video) for video in after))})
    return library(A=before), target


@given(changes())
def test_the_operations_reach_the_target(change: tuple[Library, Library]) -> None:
    remote, target = change
    assert settled(pushed(remote, operations(remote, target))) == settled(target)


@given(changes(), st.sets(st.sampled_from("vwxy")))
def test_stars_change_the_order_and_neither_the_end_nor_the_cost(
    change: tuple[Library, Library], starred: set[str]
) -> None:
    remote, target = change
    ops = operations(remote, target, starred)
    assert settled(pushed(remote, ops)) == settled(target)
    assert len(ops) == len(operations(remote, target))
    inserts = [op.video_id in starred for op in ops if op.kind is OperationKind.INSERT]
    assert inserts == sorted(inserts, reverse=True)


@given(libraries())
def test_a_library_that_is_as_wished_needs_nothing(remote: Library) -> None:
    assert operations(remote, remote) == ()
    assert naive_units(remote, remote) == 0


@given(changes(), st.data())
def test_no_video_is_ever_nowhere_whatever_is_refused(change: tuple[Library, Library], data: st.DataObject) -> None:
    remote, target = change
    ops = operations(remote, target)
    refused = data.draw(st.sets(st.sampled_from([op.op_id for op in ops]))) if ops else set()
    paper = Paper(remote, refused)
    paper.push(ops)
    safe = {item.video_id for p in target.playlists.values() for item in p.items}
    safe &= {item.video_id for p in remote.playlists.values() for item in p.items}
    assert all(shown.homes(video) for shown in paper.history for video in safe)


@given(changes())
def test_a_resumed_push_plans_only_what_is_left(change: tuple[Library, Library]) -> None:
    remote, target = change
    assert operations(pushed(remote, operations(remote, target)), by_real_ids(remote, target)) == ()


def by_real_ids(remote: Library, target: Library) -> Library:
    """The target with the ids that the push gave to what it created."""
    made = {op.playlist_id: f"made{op.op_id}" for op in operations(remote, target) if op.kind is OperationKind.CREATE}
    return Library({made.get(k, k): replace(p, playlist_id=made.get(k, k)) for k, p in target.playlists.items()})


@given(changes())
def test_the_order_is_renames_pairs_moves_deletes_deletions(change: tuple[Library, Library]) -> None:
    ops = operations(*change)
    halves = {op.op_id for op in pairs(ops).values()}
    phases = [phase(op, halves) for op in ops]
    assert phases == sorted(phases)
    assert all(half.op_id == insert + 1 for insert, half in pairs(ops).items())
    assert all(op.needs is None or op.needs < op.op_id for op in ops)


@given(changes(), st.booleans())
def test_whatever_is_put_behind_something_is_put_behind_what_stands_there_for_good(
    change: tuple[Library, Library], exact: bool
) -> None:
    """An anchor is never an item that this plan moves or deletes later, nor one that is not there yet."""
    remote, target = change
    paper = Paper(remote)
    ops = operations(remote, target, exact=exact)
    for number, op in enumerate(ops):
        if op.after_item:
            known = {item.item_id for p in paper.library.playlists.values() for item in p.items}
            anchor = paper.results[int(op.after_item[3:])] if op.after_item.startswith("op:") else op.after_item
            assert anchor in known
            assert anchor not in {later.item_id for later in ops[number:]}
        paper.push([op])


def phase(op: Operation, halves: set[int]) -> int:
    if op.op_id in halves or op.kind is OperationKind.CREATE:
        return 1
    order = [OperationKind.RENAME, OperationKind.INSERT, OperationKind.MOVE]
    return [*order, OperationKind.DELETE, OperationKind.DELETE_PLAYLIST].index(op.kind)


@given(changes())
def test_every_delete_that_can_be_the_half_of_a_move_is_one(change: tuple[Library, Library]) -> None:
    ops = operations(*change)
    for video in "vwxy":
        inserts = [op for op in ops if op.kind is OperationKind.INSERT and op.video_id == video]
        deletes = [op for op in ops if op.kind is OperationKind.DELETE and op.video_id == video]
        assert len([op for op in pairs(ops).values() if op.video_id == video]) == min(len(inserts), len(deletes))


def distances(start: str) -> dict[str, int]:
    """The fewest writes from one short list to every other one, by breadth-first search over all lists."""
    found, queue = {start: 0}, deque([start])
    while queue:
        one = queue.popleft()
        for other in neighbours(one):
            if other not in found:
                found[other] = found[one] + 1
                queue.append(other)
    return found


def neighbours(one: str) -> Iterator[str]:
    for place in range(len(one)):
        rest = one[:place] + one[place + 1 :]
        yield rest
        yield from (rest[:k] + one[place] + rest[k:] for k in range(len(one)))
    if len(one) < 4:
        yield from (one[:k] + video + one[k:] for k in range(len(one) + 1) for video in "vwx")


@pytest.mark.parametrize("length", range(5))
def test_no_search_over_all_short_lists_finds_a_cheaper_plan(length: int) -> None:
    for before in (one for one in TINY if len(one) == length):
        cheapest = distances(before)
        for after in TINY:
            remote, target = ordered(before, after)
            ops = operations(remote, target)
            assert len(ops) == cheapest[after], (before, after)
            assert videos(pushed(remote, ops)) == {"A": after}


@given(changes())
def test_doing_it_by_hand_is_never_cheaper(change: tuple[Library, Library]) -> None:
    assert sum(op.units for op in operations(*change)) <= naive_units(*change)


def test_by_hand_the_first_of_a_thousand_to_the_end_costs_999_writes_and_here_one() -> None:
    before = [str(number) for number in range(1000)]
    remote, target = library(A=before), Library({"A": playlist("A", [*before[1:], "0"])})  # type: ignore[arg-type]
    assert naive_units(remote, target) == 999 * 50
    assert sum(op.units for op in operations(remote, target)) == 50


def test_the_copy_that_the_user_removed_is_the_one_deleted() -> None:
    for gone, kept in (("A0", "A1"), ("A1", "A0")):
        remote = library(A="vv")
        target = Library(
            {
                "A": replace(
                    remote.playlists["A"], items=tuple(i for i in remote.playlists["A"].items if i.item_id == kept)
                )
            }
        )
        assert [op.item_id for op in operations(remote, target)] == [gone]


@given(libraries(alphabet="vw"), st.data())
def test_of_any_copies_exactly_those_removed_are_deleted(remote: Library, data: st.DataObject) -> None:
    target = remote
    for key in "ABC":
        items = remote.playlists[key].items
        gone = data.draw(st.sets(st.sampled_from(items))) if items else set()
        target = target.map_playlist(key, items=tuple(item for item in items if item not in gone))
    kept = {item.item_id for p in target.playlists.values() for item in p.items}
    known = {item.item_id for p in remote.playlists.values() for item in p.items}
    assert {op.item_id for op in operations(remote, target)} == known - kept


def test_a_move_is_an_insert_and_the_delete_that_waits_for_it() -> None:
    remote = library(A="vw", B="x")
    target = Library({"A": playlist("A", "")}).with_playlist(playlist("B", "xvw"))
    kinds = [(op.kind.value, op.playlist_id, op.video_id, op.needs) for op in operations(remote, target)]
    assert kinds == [
        ("insert", "B", "v", None),
        ("delete", "A", "v", 1),
        ("insert", "B", "w", None),
        ("delete", "A", "w", 3),
    ]


def test_a_second_copy_that_has_no_other_future_home_waits_for_the_insert_too() -> None:
    ops = operations(library(A="v", B="v", C=""), library(A="", B="", C="v"))
    assert [(op.kind.value, op.needs) for op in ops] == [("insert", None), ("delete", 1), ("delete", 1)]


def test_a_second_copy_waits_for_nothing_when_another_one_stays() -> None:
    ops = operations(library(A="vv", B="", LL="v"), library(A="", B="v", LL="v"))
    assert [(op.kind.value, op.needs) for op in ops] == [("insert", None), ("delete", 1), ("delete", None)]


def test_a_playlist_is_deleted_only_after_every_insert_its_videos_wait_for() -> None:
    ops = operations(library(A="vwx", B="x"), library(B="xvw"))
    assert [op.kind.value for op in ops] == ["insert", "insert", "delete playlist"]
    assert ops[-1].needs == 2
    assert ops[-1].before["needs"] == [1, 2]
    assert ops[-1].before["items"] == ["v", "w", "x"]


def test_inserts_into_a_new_playlist_need_its_creation() -> None:
    target = library(A="v").with_playlist(Playlist("new:1", "Cooking", items=(Item(None, "w"),)))
    create, insert = operations(library(A="v"), target)
    assert (create.kind, create.title, create.playlist_id) == (OperationKind.CREATE, "Cooking", "new:1")
    assert (insert.playlist_id, insert.needs, insert.after_item) == ("new:1", create.op_id, None)


def test_an_insert_names_its_neighbour_the_head_or_nothing_at_the_end() -> None:
    remote = library(A="vw")
    v, w = remote.playlists["A"].items
    wished = (Item(None, "a"), v, Item(None, "b"), Item(None, "c"), w, Item(None, "d"))
    ops = operations(remote, Library({"A": replace(remote.playlists["A"], items=wished)}))
    assert [op.after_item for op in ops] == ["", "A0", "op:2", None]


def test_what_can_only_be_read_is_left_alone() -> None:
    assert operations(library(LL="vw", A=""), library(LL="w", A="")) == ()
    assert operations(library(LL="vw", A=""), library(A="")) == ()
    assert naive_units(library(LL="vw", A=""), library(A="")) == 0


def test_the_images_before_hold_what_undo_needs() -> None:
    added = datetime(2020, 1, 2, tzinfo=UTC)
    items = (Item("i0", "v"), Item("i1", "w", added, "a note"), Item("i2", "x"))
    remote = Library({"A": Playlist("A", "old", "words", "public", items=items), "B": playlist("B", "y")})
    target = Library({"A": Playlist("A", "new", items=(items[2], items[0]))})
    rename, move, delete, gone = operations(remote, target)
    assert rename.before == {"title": "old", "description": "words"}
    assert move.before in ({"after": "i1", "position": 2}, {"after": "", "position": 0})
    assert delete.before == {
        "after": "i0",
        "position": 1,
        "video_id": "w",
        "added_at": added.isoformat(),
        "note": "a note",
    }
    assert gone.before == {"title": "title B", "description": "", "privacy": "private", "items": ["y"], "needs": []}


def test_five_thousand_items_of_which_a_twentieth_moved_are_planned_in_well_under_a_second() -> None:
    before = [str(number) for number in range(5000)]
    rng = random.Random(7)
    after = before.copy()
    for video in rng.sample(before, 250):
        after.remove(video)
        after.insert(rng.randrange(len(after) + 1), video)
    remote, target = library(A=before), Library({"A": playlist("A", after)})  # type: ignore[arg-type]
    started = time.perf_counter()
    ops = operations(remote, target)
    assert time.perf_counter() - started < 1
    assert len(ops) == 5000 - len(longest_common(before, after)) <= 250
    assert naive_units(remote, target) > 4000 * 50
