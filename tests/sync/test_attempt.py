from __future__ import annotations

from dataclasses import replace

import pytest

from lib.errors import QuotaExceeded
from lib.models import JournalEntry, Operation, OperationKind, State
from lib.sync.attempt import Attempts
from tests.flows import (
    COOKING,
    INBOX,
    MUSIC,
    START,
    World,
    lost,
    on,
    refused,
    video,
    writing,
)

KINDS = list(OperationKind)


def first_item(world: World, playlist_id: str) -> str:
    return world.shop.catalog.items_of(playlist_id)[0].item_id or ""


def operation(world: World, kind: OperationKind) -> Operation:
    """One operation of each kind that the small world allows."""
    item = first_item(world, INBOX)
    match kind:
        case OperationKind.CREATE:
            return Operation(1, kind, "new:1", title="Space")
        case OperationKind.RENAME:
            return Operation(1, kind, MUSIC, title="Songs", before={"title": "Music"})
        case OperationKind.INSERT:
            return Operation(1, kind, COOKING, video_id=video(10))
        case OperationKind.MOVE:
            return Operation(1, kind, INBOX, video_id=video(10), item_id=item)
        case OperationKind.DELETE:
            return Operation(1, kind, INBOX, video_id=video(10), item_id=item)
        case OperationKind.DELETE_PLAYLIST:
            return Operation(1, kind, MUSIC)


def planned(world: World, *operations: Operation) -> list[JournalEntry]:
    push_id = world.shop.journal.start("by hand", START)
    world.shop.journal.plan(push_id, operations)
    return world.shop.journal.entries(push_id)


def shown(world: World) -> dict[str, tuple[str, list[str]]]:
    """Titles and videos of the playlists the account truly has."""
    return {p.playlist_id: (p.title, [i.video_id for i in p.items]) for p in world.youtube.present.listed}


def in_base(world: World) -> dict[str, tuple[str, list[str]]]:
    library = world.shop.catalog.library()
    return {p.playlist_id: (p.title, [i.video_id for i in p.items]) for p in library.playlists.values() if p.writable}


@pytest.mark.parametrize("kind", KINDS)
def test_what_youtube_confirms_is_done_and_stands_in_base(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    done = Attempts(pulled.context()).attempt(entry)
    assert (done.state, done.attempts, done.error) == (State.DONE, 1, "")
    assert shown(pulled) == in_base(pulled)
    kept = pulled.shop.journal.entry(entry.push_id, 1)
    assert (kept.state, kept.attempts, kept.result_id) == (done.state, done.attempts, done.result_id)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not OperationKind.MOVE])
def test_an_answer_that_was_lost_is_found_by_looking(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    pulled.wire.rule = on(writing(), lost)
    done = Attempts(pulled.context()).attempt(entry)
    assert (done.state, done.attempts) == (State.DONE, 1)
    assert shown(pulled) == in_base(pulled)
    assert len(pulled.writes()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_applied_is_planned_again_after_a_patient_look(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    untouched = in_base(pulled)
    pulled.wire.rule = on(writing(), refused(503))
    again = Attempts(pulled.context()).attempt(entry)
    assert (again.state, again.attempts) == (State.PLANNED, 1)
    assert "503" in again.error
    assert in_base(pulled) == untouched
    assert sum(pulled.clock.slept) == pulled.settle_seconds


def test_a_lost_reorder_is_simply_sent_again_since_that_does_no_harm(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.MOVE))
    pulled.wire.rule = on(writing(), lost)
    attempts = Attempts(pulled.context())
    assert attempts.attempt(attempts.attempt(entry)).state is State.DONE
    assert pulled.on_youtube(INBOX) == pulled.in_base(INBOX) == [11, 12, 13, 14, 15, 10]


def test_a_permanent_refusal_fails_after_one_look(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.wire.rule = on(writing(), refused(400, "badRequest"))
    failed = Attempts(pulled.context()).attempt(entry)
    assert (failed.state, failed.attempts) == (State.FAILED, 1)
    assert "badRequest" in failed.error
    assert pulled.clock.slept == []


def test_a_refusal_that_was_applied_all_the_same_is_done(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))

    def applied_then_refused(request, answer):
        answer(request)
        return refused(409, "SERVICE_UNAVAILABLE")(request, answer)

    pulled.wire.rule = on(writing(), applied_then_refused)
    assert Attempts(pulled.context()).attempt(entry).state is State.DONE
    assert pulled.on_youtube(COOKING).count(10) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (401, "authError")]
)
def test_a_refusal_for_now_needs_no_look(pulled: World, status: int, reason: str) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.wire.rule = on(writing(), refused(status, reason))
    begin = len(pulled.youtube.log)
    assert Attempts(pulled.context()).attempt(entry).state is State.PLANNED
    assert pulled.requests(begin) == []


def test_quota_leaves_the_operation_planned_and_stops_everything(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    with pytest.raises(QuotaExceeded):
        Attempts(pulled.context()).attempt(entry)
    kept = pulled.shop.journal.entry(entry.push_id, 1)
    assert (kept.state, kept.attempts) == (State.PLANNED, 1)


def test_a_delete_of_what_is_gone_is_done(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.DELETE))
    pulled.amend_items(INBOX, lambda items: items[1:])
    assert Attempts(pulled.context()).attempt(entry).state is State.DONE
    assert pulled.in_base(INBOX) == [11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("anchor", "wanted"),
    [
        (None, [0, 0, 7, 10]),
        ("", [10, 0, 0, 7]),
        ("the first", [0, 10, 0, 7]),
        ("the last", [0, 0, 7, 10]),
        ("UEgone", [0, 0, 7, 10]),
    ],
)
def test_an_insert_goes_behind_its_neighbour(pulled: World, anchor: str | None, wanted: list[int]) -> None:
    items = [item.item_id for item in pulled.shop.catalog.items_of(MUSIC)]
    after = {"the first": items[0], "the last": items[-1]}.get(anchor or "", anchor)
    (entry,) = planned(pulled, Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=after))
    Attempts(pulled.context()).attempt(entry)
    assert pulled.on_youtube(MUSIC) == pulled.in_base(MUSIC) == wanted


def test_a_neighbour_may_be_the_item_that_another_operation_inserts(pulled: World) -> None:
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=""),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(11), after_item="op:1"),
    )
    attempts = Attempts(pulled.context())
    attempts.attempt(first)
    attempts.attempt(second)
    assert pulled.on_youtube(MUSIC) == pulled.in_base(MUSIC) == [10, 11, 0, 0, 7]


def test_the_fence_holds_the_copies_seen_before_the_first_sending_and_no_later_ones(pulled: World) -> None:
    (entry,) = planned(pulled, Operation(1, OperationKind.INSERT, MUSIC, video_id=video(0)))
    copies = tuple(i.item_id or "" for i in pulled.shop.catalog.items_of(MUSIC) if i.video_id == video(0))
    pulled.wire.rule = on(writing(), refused(503), times=2)
    attempts = Attempts(pulled.context())
    once = attempts.attempt(entry)
    assert once.fence == copies
    found = replace(pulled.shop.catalog.items_of(MUSIC)[0], item_id="UEfound")
    pulled.shop.catalog.insert_item(MUSIC, found, 0)
    assert attempts.attempt(once).fence == copies


def test_a_playlist_of_the_same_title_that_was_there_before_is_not_ours(pulled: World) -> None:
    (entry,) = planned(pulled, Operation(1, OperationKind.CREATE, "new:1", title="Music"))
    pulled.wire.rule = on(writing(), refused(503))
    assert Attempts(pulled.context()).attempt(entry).state is State.PLANNED


def test_a_playlist_gets_its_real_id_everywhere_once_it_exists(pulled: World) -> None:
    placeholder = pulled.shop.filing.create_category("Space")
    pulled.copy(10, placeholder)
    creation, insert = planned(
        pulled,
        Operation(1, OperationKind.CREATE, placeholder, title="Space"),
        Operation(2, OperationKind.INSERT, placeholder, video_id=video(10), needs=1),
    )
    made = Attempts(pulled.context()).attempt(creation).result_id
    assert made in pulled.youtube.present.playlists
    assert pulled.shop.journal.entry(insert.push_id, 2).operation.playlist_id == made
    assert [edit.to_playlist for edit in pulled.shop.edits.pending()] == [made]
    assert made in pulled.shop.catalog.library().playlists


def test_one_looks_at_once_and_then_ever_more_seldom_until_reads_have_settled(pulled: World) -> None:
    assert list(Attempts(pulled.context()).waits()) == [0, 2, 6, 14, 30, 60]
    assert pulled.clock.slept == [2, 4, 8, 16, 30]
    pulled.settle_seconds = 0
    assert list(Attempts(pulled.context()).waits()) == [0]


def test_done_and_what_was_seen_are_one_transaction(pulled: World) -> None:
    """The database refuses a second operation that claims the same item; then base must not show that item either."""
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10)),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(10)),
    )
    attempts = Attempts(pulled.context())
    attempts.attempt(first)
    unchanged = pulled.shop.catalog.items_of(MUSIC)
    listed = pulled.client.items_of_video(MUSIC, video(10))[0]
    sent = attempts.advance(second, State.SENT)
    with pytest.raises(Exception, match=r"[Cc]onstraint"):
        attempts.done(sent, replace(listed, position=0))
    assert pulled.shop.catalog.items_of(MUSIC) == unchanged
    assert pulled.shop.journal.entry(second.push_id, 2).state is State.SENT
