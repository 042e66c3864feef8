from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lib.models import Item, JournalEntry, Library, Operation, OperationKind, Playlist, State
from lib.planning.orphans import Orphan, orphans

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
OURS = Item("ours", "v", NOON)
LEFT = Item("left", "v", NOON - timedelta(minutes=1))


def sent(*ids_before: str, state: State = State.DONE, playlist_id: str = "A") -> JournalEntry:
    insert = Operation(1, OperationKind.INSERT, playlist_id, video_id="v")
    return JournalEntry(1, insert, state, ids_before, attempts=2, sent_at=NOON, result_id="ours")


def library(*items: Item) -> Library:
    return Library({"A": Playlist("A", "A", items=items)})


def test_an_item_that_nobody_claims_of_a_video_that_was_sent_twice_may_be_ours() -> None:
    assert orphans([sent()], {"ours"}, library(OURS, LEFT)) == [Orphan("left", "A", "v")]
    assert orphans([sent(state=State.FAILED)], set(), library(LEFT)) == [Orphan("left", "A", "v")]


def test_what_was_there_before_the_first_sending_is_not() -> None:
    assert orphans([sent("left")], {"ours"}, library(OURS, LEFT)) == []


def test_nor_is_what_an_operation_was_given_or_the_user_has_decided_about() -> None:
    assert orphans([sent()], {"ours", "left"}, library(OURS, LEFT)) == []
    assert orphans([sent()], {"ours"}, library(OURS, LEFT), {"left"}) == []


def test_nor_another_video_nor_another_playlist() -> None:
    assert orphans([sent()], {"ours"}, library(OURS, Item("left", "w", NOON))) == []
    assert orphans([sent(playlist_id="B")], {"ours"}, library(OURS, LEFT)) == []


def test_nor_what_was_added_after_our_last_request() -> None:
    later = Item("later", "v", NOON + timedelta(minutes=5))
    assert orphans([sent()], {"ours"}, library(OURS, later)) == []
    assert len(orphans([sent()], {"ours"}, library(later))) == 1  # nothing to compare the clocks by
    assert orphans([sent()], {"ours"}, library(Item("later", "v", NOON + timedelta(days=2)))) == []
    assert len(orphans([sent()], {"ours"}, library(OURS, Item("undated", "v")))) == 1
