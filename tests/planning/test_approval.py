from __future__ import annotations

from dataclasses import replace

import pytest

from lib.models import Guard, Item, JournalEntry, Library, Operation, OperationKind, Plan, Playlist, State
from lib.planning.guards import CONFIRMED, approved, confirmed, playlist_contents, still_approved

INSERT = Operation(1, OperationKind.INSERT, "A", video_id="v")
DELETE = Operation(2, OperationKind.DELETE, "B", video_id="v", item_id="i", needs=1)


def plan(*operations: Operation, guards: tuple[Guard, ...] = ()) -> Plan:
    return Plan("p", "s", operations, 0, 0, (), (), guards, ())


def waiting(*operations: Operation, state: State = State.PLANNED) -> list[JournalEntry]:
    return [JournalEntry(1, one, state) for one in operations]


def test_what_is_left_of_what_was_approved_is_approved_whatever_its_numbers() -> None:
    assert approved([replace(DELETE, op_id=1, needs=None, after_item="x")], waiting(INSERT, DELETE))
    assert approved([], [])


@pytest.mark.parametrize("state", [state for state in State if state is not State.PLANNED])
def test_what_is_not_waiting_any_more_is_not_approved_again(state: State) -> None:
    assert not approved([INSERT], waiting(INSERT, state=state))


def test_the_same_write_twice_was_approved_only_as_often_as_it_was_planned() -> None:
    assert not approved([INSERT, INSERT], waiting(INSERT))
    assert approved([INSERT, INSERT], waiting(INSERT, INSERT))


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": OperationKind.MOVE},
        {"playlist_id": "C"},
        {"video_id": "w"},
        {"item_id": "j"},
        {"title": "another"},
    ],
)
def test_anything_else_was_not_approved(changed: dict[str, object]) -> None:
    assert not approved([replace(DELETE, **changed)], waiting(INSERT, DELETE))


def nowhere(*ops: int) -> Guard:
    return Guard("nowhere", "A video would be in no playlist.", 1, ops)


def test_a_guard_that_was_confirmed_is_not_asked_again() -> None:
    shrinks = Guard("shrinks:B", "12 of 20.", 12, (2,))
    before = confirmed(plan(INSERT, DELETE, guards=(nowhere(2), shrinks)))
    assert [op.before.get(CONFIRMED) for op in before] == [None, ["nowhere", "shrinks:B"]]
    assert still_approved(plan(replace(DELETE, op_id=1), guards=(nowhere(1),)), waiting(*before))


def test_that_a_video_would_be_nowhere_is_news_where_it_was_not_said() -> None:
    before = confirmed(plan(INSERT, DELETE, guards=()))
    assert still_approved(plan(DELETE, guards=(Guard("shrinks:B", "Much.", 12, (2,)),)), waiting(*before))
    assert not still_approved(plan(DELETE, guards=(nowhere(2),)), waiting(*before))


def test_that_a_video_has_died_is_news_where_it_was_not_said() -> None:
    dead = Guard("unavailable", "It can never be put back.", 1, (2,))
    assert not still_approved(plan(DELETE, guards=(dead,)), waiting(*confirmed(plan(INSERT, DELETE, guards=()))))
    assert still_approved(plan(DELETE, guards=(dead,)), waiting(*confirmed(plan(INSERT, DELETE, guards=(dead,)))))


def test_the_face_of_a_library_is_what_a_plan_depends_on() -> None:
    library = Library({"A": Playlist("A", "T", items=(Item("i", "v"),)), "B": Playlist("B", "U")})
    again = Library(
        {"B": Playlist("B", "U", description="said"), "A": Playlist("A", "T", items=(Item("i", "v", note="n"),))}
    )
    assert playlist_contents(library) == playlist_contents(again)
    assert playlist_contents(library) != playlist_contents(library.map_playlist("A", title="other"))
    assert playlist_contents(library) != playlist_contents(library.map_playlist("A", items=()))
