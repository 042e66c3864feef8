from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from lib.models import Edit, EditKind, Item, Library, Operation, OperationKind, Plan, Playlist
from lib.sync import plan as planning
from lib.sync.guard import pairs
from lib.sync.plan import calendar, make_plan, operations, snapshot
from lib.sync.reconcile import reconcile
from tests.sync.paper import (
    NOW,
    VIDEOS,
    Paper,
    edit,
    libraries,
    library,
    membership,
    move,
    pushed,
    retargeted,
    settled,
    videos,
    wishes,
)

TODAY = date(2026, 3, 1)
TITLES = {"A": "Cooking", "B": "Music", "C": "Later"}


def planned(remote: Library, edits: list[Edit], **facts: object) -> Plan:
    given_facts: dict[str, object] = {
        **{"titles": {}, "unavailable": (), "units_left": 10_000, "daily_units": 10_000},
        **{"today": TODAY, "plan_id": "p1", **facts},
    }
    return make_plan(remote, edits, **given_facts)  # type: ignore[arg-type]


def moves(count: int, playlist_id: str = "A", first: int = 1) -> list[Operation]:
    ops = []
    for op_id in range(first, first + 2 * count, 2):
        ops.append(Operation(op_id, OperationKind.INSERT, playlist_id, f"v{op_id}"))
        ops.append(Operation(op_id + 1, OperationKind.DELETE, "C", f"v{op_id}", needs=op_id))
    return ops


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Library, list[Edit]]:
    base = draw(libraries())
    return base, draw(wishes(base))


@given(worlds())
def test_a_plan_reaches_what_the_edits_wish(world: tuple[Library, list[Edit]]) -> None:
    remote, edits = world
    plan = planned(remote, edits)
    assert settled(pushed(remote, plan.operations)) == settled(reconcile(remote, edits).target)
    assert plan.units == 50 * len(plan.operations) <= plan.units_naive


def settled_or_asked(remote: Library, edits: list[Edit]) -> set[int]:
    """The edits that wait no more once they have been reconciled."""
    reconciled = reconcile(remote, edits)
    return {*reconciled.absorbed, *(i for conflict in reconciled.conflicts for i in conflict.edit_ids)}


def ambiguous(edits: list[Edit]) -> bool:
    """Whether what waits cannot be told from what is done, unless the store marks a finished push's edits itself.

    That is a video that is only a wish, taken from where two edits bring it, and an order wished for a playlist into
    which something is brought.
    """
    filled = {one.to_playlist for one in edits if one.video_id is not None}
    if any(one.kind is EditKind.REORDER and one.to_playlist in filled for one in edits):
        return True
    brought = Counter((one.video_id, one.to_playlist) for one in edits if one.video_id is not None)
    taken = [(one.video_id, one.from_playlist) for one in edits if one.item_id is None and one.from_playlist]
    return any(brought[place] > 1 for place in taken)


@given(worlds())
def test_after_the_push_every_edit_that_was_no_conflict_plans_nothing_more(world: tuple[Library, list[Edit]]) -> None:
    remote, edits = world
    assume(not ambiguous(edits))
    paper = Paper(remote)
    after = paper.push(planned(remote, edits).operations)
    left = [one for one in edits if one.edit_id not in settled_or_asked(remote, edits)]
    again = planned(after, retargeted(left, paper))
    assert again.operations == () and not again.conflicts


@given(worlds(), st.integers(0, 30), st.booleans())
def test_an_interrupted_push_ends_as_the_undisturbed_one(
    world: tuple[Library, list[Edit]], cut: int, pulled: bool
) -> None:
    remote, edits = world
    assume(not ambiguous(edits))
    # While the places of one order are being changed the store has to keep what the edit saw up to date.
    edits = [one for one in edits if one.kind is not EditKind.REORDER]
    waiting = [one for one in edits if one.edit_id not in settled_or_asked(remote, edits)]
    plan = planned(remote, waiting)
    paper = Paper(remote)
    half = paper.push(plan.operations[:cut])
    left = retargeted(waiting, paper)
    if pulled:
        # A pull in between settles the edits that are fulfilled by now.
        left = [one for one in left if one.edit_id not in reconcile(half, left).absorbed]
    again = planned(half, left)
    assert not again.conflicts
    assert membership(pushed(half, again.operations, mark="more")) == membership(pushed(remote, plan.operations))


def test_a_whole_plan_says_everything_about_itself() -> None:
    remote = library(A="vw", B="x")
    edits = [
        move("v", "A", "B", "A0"),
        edit(EditKind.REMOVE, 2, video_id="x", item_id="B0", from_playlist="B"),
        move("y", "B", "A", "B9", 3),
    ]
    plan = planned(remote, edits, titles={"x": "Old film"}, unavailable={"x"})
    assert [op.kind.value for op in plan.operations] == ["insert", "delete", "delete"]
    assert (plan.plan_id, plan.units, plan.units_naive) == ("p1", 150, 150)
    assert [conflict.conflict_id for conflict in plan.conflicts] == ["c3"]
    assert {guard.guard_id for guard in plan.guards} == {"nowhere", "unavailable"}
    assert plan.confirm_count == 1
    assert plan.irreversible == (
        "The added dates of 1 moved item are lost on YouTube: a moved item is a new one there.",
        '"Old film" is unavailable and can never be put back.',
    )
    assert [(day.day, day.units, day.playlists) for day in plan.calendar] == [(TODAY, 150, ("title A", "title B"))]


def test_starred_moves_come_first() -> None:
    remote = library(A="vw", B="", C="")
    edits = [move("v", "A", "B", "A0"), move("w", "A", "C", "A1", 2, starred=True)]
    assert [(op.video_id, op.starred) for op in planned(remote, edits).operations] == [
        ("w", True),
        ("w", True),
        ("v", False),
        ("v", False),
    ]


def test_a_deleted_playlist_is_said_to_come_back_only_as_another() -> None:
    gone = edit(EditKind.DELETE, from_playlist="B", seen=("B0",))
    plan = planned(library(A="x", B="x"), [gone])
    assert plan.irreversible == ('The playlist "title B" can only come back as a new one with another address.',)


def test_opposite_moves_plan_nothing() -> None:
    edits = [move("v", "A", "B", "A0"), move("v", "B", "A", None, 2)]
    assert planned(library(A="vw", B="x"), edits).operations == ()


def test_the_removed_copy_itself_is_deleted_even_where_the_other_would_be_cheaper() -> None:
    remote = library(A="vwv")
    kept = Item("A2", "v")
    target = Library({"A": replace(remote.playlists["A"], items=(kept, Item("A1", "w")))})
    assert [(op.kind.value, op.item_id) for op in operations(remote, target)] == [("delete", "A2")]
    exact = operations(remote, target, exact=True)
    assert [(op.kind.value, op.item_id) for op in exact if op.kind is OperationKind.DELETE] == [("delete", "A0")]
    assert settled(pushed(remote, exact)) == settled(target)


def test_a_day_never_ends_between_the_halves_of_a_move() -> None:
    days = calendar(moves(3), TITLES, 150, 210, TODAY)
    assert [(day.day, day.units) for day in days] == [
        (TODAY, 100),
        (TODAY + timedelta(days=1), 200),
    ]


def test_a_move_starts_only_with_room_for_its_look_ups() -> None:
    assert calendar(moves(1), TITLES, 101, 10_000, TODAY)[0].day == TODAY + timedelta(days=1)
    assert calendar(moves(1), TITLES, 102, 10_000, TODAY)[0].day == TODAY


def test_a_playlist_is_named_on_the_day_of_its_last_operation() -> None:
    ops = [*moves(1, "A"), *moves(1, "B", first=3)]
    days = calendar(ops, TITLES, 102, 102, TODAY)
    assert [day.playlists for day in days] == [("Cooking",), ("Music", "Later")]


def test_the_calendar_ends_where_no_day_is_long_enough() -> None:
    ops = [Operation(1, OperationKind.RENAME, "B", title="x"), *moves(1, first=2)]
    assert [day.units for day in calendar(ops, TITLES, 60, 60, TODAY)] == [50]
    assert calendar(moves(1), TITLES, 0, 0, TODAY) == ()


def test_nothing_to_do_has_no_days() -> None:
    assert calendar((), TITLES, 10_000, 10_000, TODAY) == ()


@given(worlds(), st.integers(0, 400), st.integers(102, 400))
def test_the_calendar_holds_every_unit_and_no_day_too_much(
    world: tuple[Library, list[Edit]], left: int, daily: int
) -> None:
    plan = planned(*world, units_left=left, daily_units=daily)
    assert sum(day.units for day in plan.calendar) == plan.units
    assert all(day.units <= (left if day.day == TODAY else daily) for day in plan.calendar)
    assert all(one.day < other.day for one, other in zip(plan.calendar, plan.calendar[1:], strict=False))
    finished = [title for day in plan.calendar for title in day.playlists]
    assert len(finished) == len({op.playlist_id for op in plan.operations})


@given(worlds())
def test_guards_name_operations_of_the_plan(world: tuple[Library, list[Edit]]) -> None:
    plan = planned(*world, unavailable=VIDEOS)
    known = {op.op_id for op in plan.operations}
    assert all(set(guard.ops) <= known for guard in plan.guards)
    unavailable = {op for guard in plan.guards if guard.guard_id == "unavailable" for op in guard.ops}
    assert {half.op_id for half in pairs(plan.operations).values()} <= unavailable


def test_the_snapshot_changes_with_whatever_decides_the_plan() -> None:
    remote, edits = library(A="vw", B="x"), [move("v", "A", "B", "A0")]
    others = [
        (library(A="wv", B="x"), edits),
        (library(A="vw", B="x", C=""), edits),
        (remote.map_playlist("A", title="other"), edits),
        (remote.map_playlist("A", items=tuple(reversed(remote.playlists["A"].items))), edits),
        (remote, []),
        (remote, [replace(edits[0], after_item="B0")]),
        (remote, [replace(edits[0], starred=True)]),
        (remote, [replace(edits[0], copies=2)]),
    ]
    hashes = [snapshot(*one) for one in [(remote, edits), *others]]
    assert len(set(hashes)) == len(hashes)
    assert all(len(one) == 64 for one in hashes)


def test_the_snapshot_stays_when_nothing_of_the_plan_changed() -> None:
    remote, edits = library(A="vw"), [edit(EditKind.ADD, video_id="x", to_playlist="A")]
    later = [replace(edits[0], made_at=NOW + timedelta(days=1))]
    assert snapshot(remote, edits) == snapshot(library(A="vw"), later)


def test_a_title_is_only_text() -> None:
    remote = Library({"A": Playlist("A", '"; DROP\n<b>\ud83d', items=(Item("A0", "v"),))})
    assert len(snapshot(remote, [])) == 64


def test_pushing_on_paper_needs_what_planning_promised() -> None:
    remote = library(A="v", B="")
    plan = planned(remote, [move("v", "A", "B", "A0")])
    paper = Paper(remote, refuse={1})
    assert videos(paper.push(plan.operations)) == {"A": "v", "B": ""}


def test_the_way_in_also_names_its_parts() -> None:
    assert set(planning.__all__) == {"calendar", "make_plan", "naive_units", "operations", "snapshot"}
