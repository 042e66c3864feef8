from __future__ import annotations

from typing import Any

import pytest

from lib.models import JournalEntry, Operation, OperationKind, State
from lib.planning.undo import taken_back


def entry(push_id: int, op_id: int, kind: OperationKind, playlist_id: str, **facts: Any) -> JournalEntry:
    result = facts.pop("result_id", None)
    return JournalEntry(push_id, Operation(op_id, kind, playlist_id, **facts), State.DONE, attempts=1, result_id=result)


MOVED = [
    entry(1, 1, OperationKind.INSERT, "B", video_id="v", result_id="new"),
    entry(1, 2, OperationKind.DELETE, "A", video_id="v", item_id="old", needs=1),
]


def numbers(push: list[JournalEntry], *later: JournalEntry) -> list[int]:
    return sorted(one.operation.op_id for one in taken_back(push, later))


def test_a_move_back_takes_both_halves_of_a_move_back() -> None:
    home = entry(2, 1, OperationKind.INSERT, "A", video_id="v", result_id="again")
    gone = entry(2, 2, OperationKind.DELETE, "B", video_id="v", item_id="new", needs=1)
    assert numbers(MOVED, home, gone) == [1, 2]
    assert numbers(MOVED, home) == []


def test_a_move_on_takes_only_the_insert_back() -> None:
    on = entry(2, 1, OperationKind.INSERT, "C", video_id="v", result_id="on")
    gone = entry(2, 2, OperationKind.DELETE, "B", video_id="v", item_id="new", needs=1)
    assert numbers(MOVED, on, gone) == [1]


CASES = [
    (
        entry(1, 1, OperationKind.CREATE, "PL", title="T", result_id="PL"),
        entry(2, 1, OperationKind.DELETE_PLAYLIST, "PL"),
    ),
    (
        entry(1, 1, OperationKind.INSERT, "PL", video_id="v", result_id="new"),
        entry(2, 1, OperationKind.DELETE_PLAYLIST, "PL"),
    ),
    (
        entry(1, 1, OperationKind.RENAME, "PL", title="New", before={"title": "Old"}),
        entry(2, 1, OperationKind.RENAME, "PL", title="Old", before={"title": "New"}),
    ),
]


@pytest.mark.parametrize(("done", "later"), CASES)
def test_what_took_its_result_away_took_it_back(done: JournalEntry, later: JournalEntry) -> None:
    assert numbers([done], later) == [1]
    assert numbers([done]) == []


def test_of_places_and_plain_deletes_nothing_is_certain() -> None:
    plain = entry(1, 1, OperationKind.DELETE, "A", video_id="v", item_id="old")
    place = entry(1, 2, OperationKind.MOVE, "A", video_id="v", item_id="i")
    again = entry(2, 1, OperationKind.INSERT, "A", video_id="v", result_id="again")
    assert numbers([plain, place], again) == []
