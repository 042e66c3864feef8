from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, permutations
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.models import Edit, EditKind, HeldBack, Item, Library, Operation, OperationKind, Plan, Playlist
from lib.planning.cost import reserve
from lib.planning.guards import pairs
from lib.planning.operations import operations
from lib.planning.plan import Allowance, calendar, local_days, make_plan, snapshot
from lib.planning.reconcile import reconcile
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
    remotes,
    retargeted,
    settled,
    videos,
    wishes,
)

TODAY = date(2026, 3, 1)
TITLES = {"A": "Cooking", "B": "Music", "C": "Later"}


def days(turn: int) -> date:
    """Somebody near the Pacific, whose days are quota days."""
    return TODAY + timedelta(days=turn)


def planned(remote: Library, edits: list[Edit], **facts: object) -> Plan:
    arguments: dict[str, object] = {
        **{"titles": {}, "unavailable": (), "allowance": Allowance(10_000, 10_000)},
        **{"days": days, **facts},
    }
    return make_plan(remote, edits, **arguments)  # type: ignore[arg-type]


def moves(count: int, playlist_id: str = "A", first: int = 1) -> list[Operation]:
    ops = []
    for op_id in range(first, first + 2 * count, 2):
        ops.append(Operation(op_id, OperationKind.INSERT, playlist_id, f"v{op_id}"))
        ops.append(Operation(op_id + 1, OperationKind.DELETE, "C", f"v{op_id}", needs=op_id))
    return ops


PAIR = reserve(moves(1))
"""What has to be left before a move begins."""


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
    filled = {edit.to_playlist for edit in edits if edit.video_id is not None}
    if any(edit.kind is EditKind.REORDER and edit.to_playlist in filled for edit in edits):
        return True
    brought = Counter((edit.video_id, edit.to_playlist) for edit in edits if edit.video_id is not None)
    taken = [(edit.video_id, edit.from_playlist) for edit in edits if edit.item_id is None and edit.from_playlist]
    return any(brought[place] > 1 for place in taken)


@given(worlds())
def test_after_the_push_every_edit_that_was_no_conflict_plans_nothing_more(world: tuple[Library, list[Edit]]) -> None:
    remote, edits = world
    assume(not ambiguous(edits))
    paper = Paper(remote)
    after = paper.push(planned(remote, edits).operations)
    left = [edit for edit in edits if edit.edit_id not in settled_or_asked(remote, edits)]
    again = planned(after, retargeted(left, paper))
    assert again.operations == () and not again.conflicts


@given(worlds(), st.integers(0, 30), st.booleans())
def test_an_interrupted_push_ends_as_the_undisturbed_one(
    world: tuple[Library, list[Edit]], cut: int, pulled: bool
) -> None:
    remote, edits = world
    assume(not ambiguous(edits))
    # While the places of one order are being changed the store has to keep what the edit saw up to date.
    edits = [edit for edit in edits if edit.kind is not EditKind.REORDER]
    waiting = [edit for edit in edits if edit.edit_id not in settled_or_asked(remote, edits)]
    plan = planned(remote, waiting)
    paper = Paper(remote)
    half = paper.push(plan.operations[:cut])
    left = retargeted(waiting, paper)
    if pulled:
        # A pull in between settles the edits that are fulfilled by now.
        left = [edit for edit in left if edit.edit_id not in reconcile(half, left).absorbed]
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
    assert (plan.plan_id, plan.units, plan.units_naive) == (plan.snapshot[:12], 150, 150)
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
    finished_days = calendar(moves(3), TITLES, Allowance(PAIR + 20, 2 * PAIR), days)
    assert [(day.day, day.units) for day in finished_days] == [(TODAY, 100), (days(1), 200)]


def test_a_move_starts_only_with_room_for_all_it_may_need() -> None:
    assert calendar(moves(1), TITLES, Allowance(PAIR - 1, 10_000), days)[0].day == days(1)
    assert calendar(moves(1), TITLES, Allowance(PAIR, 10_000), days)[0].day == TODAY


def test_a_day_holds_more_moves_than_it_could_if_each_needed_all_it_may() -> None:
    assert [day.units for day in calendar(moves(60), TITLES, Allowance(0, 5_000), days)] == [4_900, 1_100]
    assert 5_000 // PAIR < 49


def test_a_playlist_is_named_on_the_day_of_its_last_operation() -> None:
    ops = [*moves(1, "A"), *moves(1, "B", first=3)]
    finished_days = calendar(ops, TITLES, Allowance(PAIR, PAIR), days)
    assert [day.playlists for day in finished_days] == [("Cooking",), ("Music", "Later")]


def test_the_calendar_ends_where_no_day_is_long_enough() -> None:
    ops = [Operation(1, OperationKind.RENAME, "B", title="x"), *moves(1, first=2)]
    assert [day.units for day in calendar(ops, TITLES, Allowance(60, 60), days)] == [50]
    assert calendar(moves(1), TITLES, Allowance(0, 0), days) == ()


BERLIN, TOKYO, LOS_ANGELES = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Los_Angeles")


def pacific_midnight(after: datetime) -> datetime:
    local_now = after.astimezone(LOS_ANGELES)
    return datetime.combine(local_now.date() + timedelta(days=1), time(), LOS_ANGELES)


@pytest.mark.parametrize(
    ("zone", "now", "dates"),
    [
        (BERLIN, datetime(2026, 10, 6, 5, 0), [6, 6, 7, 8]),  # nine o'clock of the same morning is the next quota day
        (BERLIN, datetime(2026, 10, 6, 10, 0), [6, 7, 8, 9]),
        (TOKYO, datetime(2026, 10, 6, 15, 59), [6, 6, 7, 8]),
        (TOKYO, datetime(2026, 10, 6, 16, 1), [6, 7, 8, 9]),
        (LOS_ANGELES, datetime(2026, 10, 31, 23, 59), [31, 1, 2, 3]),  # the clocks go back in between
        (LOS_ANGELES, datetime(2026, 3, 7, 12, 0), [7, 8, 9, 10]),  # and forward
    ],
)
def test_a_quota_day_has_the_users_date_of_its_beginning(zone: ZoneInfo, now: datetime, dates: list[int]) -> None:
    local_now = now.replace(tzinfo=zone)
    quota_days = local_days(local_now, pacific_midnight(local_now), zone)
    assert [quota_days(turn).day for turn in range(4)] == dates


def test_two_quota_days_of_one_date_are_one_day_of_the_calendar() -> None:
    finished_days = calendar(
        moves(4), TITLES, Allowance(PAIR, 2 * PAIR), lambda turn: TODAY + timedelta(days=max(0, turn - 1))
    )
    assert [(day.day, day.units, day.playlists) for day in finished_days] == [
        (TODAY, 300, ()),
        (days(1), 100, ("Cooking", "Later")),
    ]


def test_nothing_to_do_has_no_days() -> None:
    assert calendar((), TITLES, Allowance(10_000, 10_000), days) == ()


@given(worlds(), st.integers(0, 400), st.integers(130, 400))
def test_the_calendar_holds_every_unit_and_no_day_too_much(
    world: tuple[Library, list[Edit]], left: int, daily: int
) -> None:
    plan = planned(*world, allowance=Allowance(left, daily))
    assert sum(day.units for day in plan.calendar) == plan.units
    assert all(day.units <= (left if day.day == TODAY else daily) for day in plan.calendar)
    assert all(day.day < following.day for day, following in zip(plan.calendar, plan.calendar[1:], strict=False))
    finished = [title for day in plan.calendar for title in day.playlists]
    assert len(finished) == len({op.playlist_id for op in plan.operations})


@given(st.lists(st.integers(0, 4), min_size=2, max_size=4), st.integers(0, 12))
def test_whenever_it_stops_as_many_playlists_are_finished_as_can_be(sizes: list[int], sent: int) -> None:
    """Against every other order of the playlists: what fits into a number of writes never finishes more of them."""
    goals = dict(zip("ABCD", sizes, strict=False))
    remote = library(**dict.fromkeys(goals, ""), S="v" * sum(sizes))
    edits = [
        edit(EditKind.ADD, video_id=f"{key}{n}", to_playlist=key, number=n)
        for key, size in goals.items()
        for n in range(size)
    ]
    done = Counter(op.playlist_id for op in planned(remote, edits).operations[:sent])
    finished = sum(done[key] == size for key, size in goals.items())
    assert finished == max(finished_by(order, sent) for order in permutations(sizes))


def finished_by(sizes: tuple[int, ...], sent: int) -> int:
    """How many playlists are finished by so many writes, taken one playlist after the other."""
    return sum(total <= sent for total in accumulate(sizes))


@given(worlds(), st.randoms())
def test_the_order_in_which_independent_things_were_wished_does_not_matter(
    world: tuple[Library, list[Edit]], chance: Random
) -> None:
    remote, edits = world
    about = Counter(edit.video_id for edit in edits)
    alone = [
        edit
        for edit in edits
        if edit.kind in (EditKind.MOVE, EditKind.REMOVE) and edit.item_id and about[edit.video_id] == 1
    ]
    shuffled = chance.sample(alone, len(alone))
    first, second = planned(remote, alone), planned(remote, shuffled)
    assert membership(pushed(remote, first.operations)) == membership(pushed(remote, second.operations))
    assert first.units == second.units


@given(libraries(), st.data())
def test_edits_laid_on_base_and_planned_on_another_library_only_do_what_they_say(
    base: Library, data: st.DataObject
) -> None:
    """One library changed twice: here by wishes and on YouTube by somebody; every delete was asked for by its item."""
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    plan = planned(remote, edits, unavailable=data.draw(st.sets(st.sampled_from("vwxy"), max_size=1)))
    named = {edit.item_id for edit in edits}
    loose = {edit.video_id for edit in edits if edit.item_id is None and edit.from_playlist}
    going = {edit.from_playlist for edit in edits if edit.kind is EditKind.DELETE}
    for op in plan.operations:
        if op.kind is OperationKind.DELETE:
            assert op.item_id in named or op.video_id in loose
        assert op.kind is not OperationKind.DELETE_PLAYLIST or op.playlist_id in going
    paper = Paper(remote)
    assert settled(paper.push(plan.operations)) == settled(target_of(remote, edits, plan))
    assert all(set(conflict.choices) for conflict in plan.conflicts)


def target_of(remote: Library, edits: list[Edit], plan: Plan) -> Library:
    disputed = {i for conflict in plan.conflicts for i in conflict.edit_ids}
    return reconcile(remote, [edit for edit in edits if edit.edit_id not in disputed]).target


@given(worlds())
def test_guards_name_operations_of_the_plan(world: tuple[Library, list[Edit]]) -> None:
    plan = planned(*world, unavailable=VIDEOS)
    known = {op.op_id for op in plan.operations}
    assert all(set(guard.ops) <= known for guard in plan.guards)
    unavailable = {op for guard in plan.guards if guard.guard_id == "unavailable" for op in guard.ops}
    assert {half.op_id for half in pairs(plan.operations).values()} <= unavailable


def test_the_snapshot_changes_with_whatever_decides_the_plan() -> None:
    remote, edits = library(A="vw", B="x"), [move("v", "A", "B", "A0")]
    changed_arguments = [
        (library(A="wv", B="x"), edits),
        (library(A="vw", B="x", C=""), edits),
        (remote.map_playlist("A", title="other"), edits),
        (remote.map_playlist("A", items=tuple(reversed(remote.playlists["A"].items))), edits),
        (remote, []),
        (remote, [replace(edits[0], after_item="B0")]),
        (remote, [replace(edits[0], starred=True)]),
        (remote, [replace(edits[0], copies=2)]),
    ]
    hashes = [snapshot(*arguments) for arguments in [(remote, edits), *changed_arguments]]
    assert len(set(hashes)) == len(hashes)
    assert all(len(digest) == 64 for digest in hashes)


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


def creations(count: int) -> list[Edit]:
    """Edits that make so many new playlists, each with one video."""
    edits = []
    for n in range(1, count + 1):
        edits.append(edit(EditKind.CREATE, 2 * n - 1, to_playlist=f"new:{n}", title=f"T{n}"))
        edits.append(edit(EditKind.ADD, 2 * n, video_id="v", to_playlist=f"new:{n}"))
    return edits


def test_a_plan_that_creates_more_than_ten_playlists_is_guarded_and_says_why() -> None:
    plan = planned(library(A="v"), creations(11))
    assert [(guard.guard_id, guard.count) for guard in plan.guards] == [("new-playlists", 11)]
    assert "removed channels" in plan.guards[0].what
    assert plan.confirm_count == 11
    assert planned(library(A="v"), creations(10)).guards == ()


def test_a_plan_says_when_it_makes_more_playlists_than_may_be_made_today() -> None:
    left = Allowance(10_000, 10_000, playlists_left=2)
    assert planned(library(A="v"), creations(2), allowance=left).notes == ()
    assert "goes on the next day" in planned(library(A="v"), creations(3), allowance=left).notes[0]


def test_a_new_playlist_is_filled_before_the_next_one_is_made() -> None:
    edits = [
        *creations(2),
        edit(EditKind.ADD, 5, video_id="w", to_playlist="new:1"),
        edit(EditKind.ADD, 6, video_id="x", to_playlist="new:2", starred=True),
    ]
    ops = planned(library(A="vwx"), edits).operations
    assert [(op.kind.value, op.playlist_id) for op in ops] == [
        ("create", "new:2"),
        ("insert", "new:2"),
        ("insert", "new:2"),
        ("create", "new:1"),
        ("insert", "new:1"),
        ("insert", "new:1"),
    ]


def test_the_calendar_makes_no_more_new_playlists_than_a_day_may_have_and_goes_on_with_the_rest() -> None:
    remote = library(A="v", B="")
    edits = [*creations(25), edit(EditKind.ADD, 99, video_id="v", to_playlist="B", after_item=None)]
    plan = planned(remote, edits, allowance=Allowance(10_000, 10_000, playlists_left=3, daily_playlists=10))
    assert [(day.day, day.units, len(day.playlists)) for day in plan.calendar] == [
        (TODAY, 3 * 100 + 50, 4),
        (days(1), 1_000, 10),
        (days(2), 1_000, 10),
        (days(3), 200, 2),
    ]
    assert "title B" in plan.calendar[0].playlists


def test_what_is_wished_of_a_held_back_playlist_is_not_planned() -> None:
    remote, back = library(A="vw", B=""), [HeldBack("B", "why")]
    plan = planned(remote, [move("v", "A", "B", "A0")], held_back=back)
    assert (plan.operations, [conflict.conflict_id for conflict in plan.conflicts]) == ((), ["h:B"])
    assert plan.snapshot != planned(remote, [move("v", "A", "B", "A0")]).snapshot


def test_an_insert_that_youtube_would_refuse_is_not_planned() -> None:
    plan = planned(library(A="vw", B=""), [move("v", "A", "B", "A0")], unavailable="v", titles={"v": "Bread"})
    assert (plan.operations, len(plan.conflicts)) == ((), 1)
    assert "Bread" in plan.conflicts[0].what


@given(libraries())
def test_a_first_run_deletes_nothing(remote: Library) -> None:
    assert planned(remote, []).operations == ()
