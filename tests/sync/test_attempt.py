from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lib.demo.youtube import Answer, Request
from lib.errors import ApiError, NotSignedIn, QuotaExceeded
from lib.models import JournalEntry, Operation, OperationKind, State
from lib.store.catalog import Catalog
from lib.sync.attempt import SHORT_SECONDS, Attempts, Ready
from lib.sync.listing import listed
from lib.sync.preconditions import Preconditions
from lib.sync.push_state import PushState
from tests.flows import (
    COOKING,
    INBOX,
    MUSIC,
    START,
    World,
    lost,
    on,
    playlist,
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


def item(world: World, playlist_id: str, place: int) -> str:
    return world.shop.catalog.items_of(playlist_id)[place].item_id or ""


def planned(world: World, *operations: Operation) -> list[JournalEntry]:
    push_id = world.shop.journal.start("by hand", START)
    world.shop.journal.plan(push_id, operations)
    return world.shop.journal.entries(push_id)


def carried(world: World, entry: JournalEntry, push_state: PushState | None = None) -> JournalEntry:
    """The operation after one attempt, checked before as in a push."""
    push_state = push_state or PushState(world.context(), entry.push_id)
    preconditions = Preconditions(push_state)
    preconditions.read([entry])
    ready = preconditions.ready(entry)
    return Attempts(push_state).attempt(entry, ready) if ready else push_state.entries[entry.operation.op_id]


def shown(world: World) -> dict[str, tuple[str, list[str]]]:
    """Titles and videos of the playlists the account truly has."""
    return {p.playlist_id: (p.title, [i.video_id for i in p.items]) for p in world.youtube.present.listed}


def in_base(world: World) -> dict[str, tuple[str, list[str]]]:
    library = world.shop.catalog.library()
    return {p.playlist_id: (p.title, [i.video_id for i in p.items]) for p in library.playlists.values() if p.writable}


@pytest.mark.parametrize("kind", KINDS)
def test_what_youtube_confirms_is_done_and_stands_in_base(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    done = carried(pulled, entry)
    assert (done.state, done.attempts, done.error) == (State.DONE, 1, "")
    assert shown(pulled) == in_base(pulled)
    kept = pulled.shop.journal.entry(entry.push_id, 1)
    assert (kept.state, kept.attempts, kept.result_id) == (done.state, done.attempts, done.result_id)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not OperationKind.MOVE])
def test_an_answer_that_was_lost_is_found_by_looking(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    pulled.wire.rule = on(writing(), lost)
    done = carried(pulled, entry)
    assert (done.state, done.attempts) == (State.DONE, 1)
    assert shown(pulled) == in_base(pulled)
    assert len(pulled.writes()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_applied_is_planned_again_after_a_patient_look(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    untouched = in_base(pulled)
    pulled.wire.rule = on(writing(), refused(503))
    again = carried(pulled, entry)
    assert (again.state, again.attempts) == (State.PLANNED, 1)
    assert "503" in again.error
    assert in_base(pulled) == untouched
    assert sum(pulled.clock.slept) == pulled.settle_seconds


def test_a_refused_change_whose_place_or_title_is_right_all_the_same_is_done(pulled: World) -> None:
    """A 404 to a change was seen although it had been applied."""
    for kind in (OperationKind.MOVE, OperationKind.RENAME):
        (entry,) = planned(pulled, operation(pulled, kind))

        def applied_then_gone(request: Request, answer: Callable[[Request], Answer]) -> Answer:
            answer(request)
            return refused(404, "notFound")(request, answer)

        pulled.wire.rule = on(writing(), applied_then_gone)
        assert carried(pulled, entry).state is State.DONE
        assert shown(pulled) == in_base(pulled)


@pytest.mark.parametrize("kind", [OperationKind.INSERT, OperationKind.MOVE])
def test_a_permanent_refusal_fails_after_a_short_look(pulled: World, kind: OperationKind) -> None:
    (entry,) = planned(pulled, operation(pulled, kind))
    pulled.wire.rule = on(writing(), refused(400 if kind is OperationKind.INSERT else 404, "badRequest"))
    failed = carried(pulled, entry)
    assert (failed.state, failed.attempts) == (State.FAILED, 1)
    assert "badRequest" in failed.error
    assert sum(pulled.clock.slept) == SHORT_SECONDS


def test_a_refusal_that_was_applied_all_the_same_is_done(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))

    def applied_then_refused(request, answer):
        answer(request)
        return refused(409, "SERVICE_UNAVAILABLE")(request, answer)

    pulled.wire.rule = on(writing(), applied_then_refused)
    assert carried(pulled, entry).state is State.DONE
    assert pulled.on_youtube(COOKING).count(10) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (401, "authError")]
)
def test_a_refusal_for_now_needs_no_look(pulled: World, status: int, reason: str) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.wire.rule = on(writing(), refused(status, reason))
    begin = len(pulled.youtube.log)
    assert carried(pulled, entry).state is State.PLANNED
    assert [e.path.rsplit("/", 1)[1] for e in pulled.requests(begin)] == ["videos"]  # asked before the write


def test_quota_leaves_the_operation_planned_and_stops_everything(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    with pytest.raises(QuotaExceeded):
        carried(pulled, entry)
    kept = pulled.shop.journal.entry(entry.push_id, 1)
    assert (kept.state, kept.attempts) == (State.PLANNED, 1)


def test_a_delete_of_what_is_gone_is_done(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.DELETE))
    pulled.amend_items(INBOX, lambda items: items[1:])
    assert carried(pulled, entry).state is State.DONE
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
    carried(pulled, entry)
    assert pulled.on_youtube(MUSIC) == pulled.in_base(MUSIC) == wanted


def test_a_neighbour_may_be_the_item_that_another_operation_inserts(pulled: World) -> None:
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=""),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(11), after_item="op:1"),
    )
    push_state = PushState(pulled.context(), first.push_id)
    carried(pulled, first, push_state)
    carried(pulled, second, push_state)
    assert pulled.on_youtube(MUSIC) == pulled.in_base(MUSIC) == [10, 11, 0, 0, 7]


def test_the_ids_before_are_the_copies_seen_before_the_first_sending_and_no_later_ones(pulled: World) -> None:
    (entry,) = planned(pulled, Operation(1, OperationKind.INSERT, MUSIC, video_id=video(0)))
    copies = tuple(i.item_id or "" for i in pulled.shop.catalog.items_of(MUSIC) if i.video_id == video(0))
    pulled.wire.rule = on(writing(), refused(503), times=2)
    once = carried(pulled, entry)
    assert once.ids_before == copies
    found = replace(pulled.shop.catalog.items_of(MUSIC)[0], item_id="UEfound")
    pulled.shop.catalog.insert_item(MUSIC, found, 0)
    assert carried(pulled, once).ids_before == copies


def test_what_another_operation_made_is_never_taken_for_our_own(pulled: World) -> None:
    """Two copies of one video are wished: the one that is looked for was sent before the other came to be."""
    wished = [Operation(number, OperationKind.INSERT, COOKING, video_id=video(10)) for number in (1, 2)]
    first, second = planned(pulled, *wished)
    push_state = PushState(pulled.context(), first.push_id)
    sent = push_state.send(second)
    assert carried(pulled, first, push_state).state is State.DONE
    again = Attempts(push_state).look(push_state.advance(sent, State.UNKNOWN))
    assert (again.state, again.result_id) == (State.PLANNED, None)


def test_a_playlist_of_the_same_title_that_was_there_before_is_not_ours(pulled: World) -> None:
    (entry,) = planned(pulled, Operation(1, OperationKind.CREATE, "new:1", title="Music"))
    pulled.wire.rule = on(writing(), refused(503))
    assert carried(pulled, entry).state is State.PLANNED


def test_a_playlist_gets_its_real_id_everywhere_once_it_exists(pulled: World) -> None:
    placeholder = pulled.shop.filing.create_category("Space")
    pulled.copy(10, placeholder)
    creation, insert = planned(
        pulled,
        Operation(1, OperationKind.CREATE, placeholder, title="Space"),
        Operation(2, OperationKind.INSERT, placeholder, video_id=video(10), needs=1),
    )
    made = carried(pulled, creation).result_id
    assert made in pulled.youtube.present.playlists
    assert pulled.shop.journal.entry(insert.push_id, 2).operation.playlist_id == made
    assert [edit.to_playlist for edit in pulled.shop.edits.pending()] == [made]
    assert made in pulled.shop.catalog.library().playlists


def test_one_looks_at_once_and_then_ever_more_seldom_until_reads_have_settled(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    push_state = PushState(pulled.context(), entry.push_id)
    assert list(push_state.looks()) == [0, 2, 6, 14, 30, 60]
    assert sum(pulled.clock.slept) == 60
    assert list(push_state.looks(SHORT_SECONDS)) == [0, 2, 6]
    pulled.settle_seconds = 0
    assert list(PushState(pulled.context(), entry.push_id).looks()) == [0]


def test_done_and_what_was_seen_are_one_transaction(pulled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    plain, unchanged = Catalog.insert_item, pulled.shop.catalog.items_of(COOKING)

    def dies_behind(*given: Any, **facts: Any) -> None:
        plain(*given, **facts)
        raise OSError

    monkeypatch.setattr(Catalog, "insert_item", dies_behind)
    with pytest.raises(OSError):
        carried(pulled, entry)
    assert pulled.shop.catalog.items_of(COOKING) == unchanged
    assert pulled.shop.journal.entry(entry.push_id, 1).state is State.SENT


def test_an_item_that_another_operation_made_is_recorded_for_no_other(pulled: World) -> None:
    first, second = planned(pulled, *(Operation(n, OperationKind.INSERT, MUSIC, video_id=video(10)) for n in (1, 2)))
    push_state = PushState(pulled.context(), first.push_id)
    carried(pulled, first, push_state)
    (fact,), unchanged = listed(pulled.client, MUSIC, video(10)), pulled.shop.catalog.items_of(MUSIC)
    with pytest.raises(ApiError, match="another write of ours"):
        push_state.done(push_state.send(second), fact)
    assert pulled.shop.catalog.items_of(MUSIC) == unchanged
    assert pulled.shop.journal.entry(second.push_id, 2).state is State.SENT


def test_sent_the_ids_before_and_the_units_are_one_transaction(pulled: World) -> None:
    (entry,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    spent, revision = pulled.shop.quota.spent(), pulled.shop.db.revision
    PushState(pulled.context(), entry.push_id).send(entry)
    assert (pulled.shop.quota.spent(), pulled.shop.db.revision) == (spent + 50, revision + 1)
    (other,) = planned(pulled, operation(pulled, OperationKind.INSERT))
    pulled.shop.quota.daily_units = spent + 60
    with pytest.raises(QuotaExceeded):
        PushState(pulled.context(), other.push_id).send(other)
    assert pulled.shop.journal.entry(other.push_id, 1).state is State.PLANNED


# -- places ------------------------------------------------------------------------------------------------------------


def on_top(world: World, playlist_id: str, number: int = 20) -> Callable[[], None]:
    fresh = playlist(playlist_id, "", [9] * 50 + [number]).items[-1]
    return lambda: world.amend_items(playlist_id, lambda items: (fresh, *items))


def test_somebody_who_adds_on_top_meanwhile_does_not_shift_our_item(pulled: World) -> None:
    anchor = pulled.shop.catalog.items_of(COOKING)[2].item_id
    insert, move = (
        Operation(1, OperationKind.INSERT, COOKING, video_id=video(10), after_item=anchor),
        Operation(
            1,
            OperationKind.MOVE,
            INBOX,
            video_id=video(11),
            item_id=item(pulled, INBOX, 1),
            after_item=item(pulled, INBOX, 4),
        ),
    )
    on_top(pulled, COOKING)()
    on_top(pulled, INBOX)()
    for one in (insert, move):
        (entry,) = planned(pulled, one)
        assert carried(pulled, entry).state is State.DONE
    assert pulled.on_youtube(COOKING)[:5] == [20, 0, 1, 2, 10]
    assert pulled.on_youtube(INBOX) == [20, 10, 12, 13, 14, 11, 15]


def test_a_second_operation_counts_from_what_the_first_one_wrote_whatever_reads_still_show(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=30)
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=""),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(11), after_item=item(pulled, MUSIC, 0)),
    )
    push_state = PushState(pulled.context(), first.push_id)
    carried(pulled, first, push_state)
    carried(pulled, second, push_state)
    assert pulled.on_youtube(MUSIC) == pulled.in_base(MUSIC) == [10, 0, 11, 0, 7]


def test_a_neighbour_whose_own_insert_failed_hands_on_its_neighbour(pulled: World) -> None:
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=item(pulled, MUSIC, 1)),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(11), after_item="op:1"),
    )
    push_state = PushState(pulled.context(), first.push_id)
    pulled.wire.rule = on(writing(), refused(400, "badRequest"))
    assert carried(pulled, first, push_state).state is State.FAILED
    carried(pulled, second, push_state)
    assert pulled.on_youtube(MUSIC) == [0, 0, 11, 7]


@pytest.mark.parametrize(
    ("after", "wanted"),
    [(None, [11, 12, 13, 14, 15, 10]), ("", [15, 10, 11, 12, 13, 14]), ("second", [11, 12, 10, 13, 14, 15])],
)
def test_a_move_whose_answer_was_lost_is_found_where_it_was_put_and_not_sent_again(
    pulled: World, after: str | None, wanted: list[int]
) -> None:
    at, anchor = (5, "") if after == "" else (0, item(pulled, INBOX, 2) if after else None)
    number = 15 if after == "" else 10
    (entry,) = planned(
        pulled,
        Operation(
            1, OperationKind.MOVE, INBOX, video_id=video(number), item_id=item(pulled, INBOX, at), after_item=anchor
        ),
    )
    pulled.wire.rule = on(writing(), lost)
    assert carried(pulled, entry).state is State.DONE
    assert pulled.on_youtube(INBOX) == pulled.in_base(INBOX) == wanted
    assert len(pulled.writes()) == 1


# -- a playlist that YouTube sorts -------------------------------------------------------------------------------------


def sorted_by_youtube(world: World, *playlist_ids: str) -> None:
    world.youtube.amend(lambda account: replace(account, self_sorted=frozenset(playlist_ids)))


def test_an_insert_into_a_playlist_that_sorts_itself_is_sent_again_without_a_place(pulled: World) -> None:
    sorted_by_youtube(pulled, MUSIC)
    first, second = planned(
        pulled,
        Operation(1, OperationKind.INSERT, MUSIC, video_id=video(10), after_item=""),
        Operation(2, OperationKind.INSERT, MUSIC, video_id=video(11), after_item="op:1"),
    )
    push_state = PushState(pulled.context(), first.push_id)
    once = carried(pulled, first, push_state)
    assert once.state is State.PLANNED
    assert carried(pulled, once, push_state).state is State.DONE
    assert carried(pulled, second, push_state).attempts == 1
    assert sorted(pulled.on_youtube(MUSIC)) == [0, 0, 7, 10, 11]


def test_a_place_in_a_playlist_that_sorts_itself_fails_with_what_to_do(pulled: World) -> None:
    sorted_by_youtube(pulled, INBOX)
    (entry,) = planned(pulled, operation(pulled, OperationKind.MOVE))
    failed = carried(pulled, entry)
    assert failed.state is State.FAILED
    assert "Manual" in failed.error


# -- signed out --------------------------------------------------------------------------------------------------------


def test_a_sign_in_that_is_refused_twice_stops_everything(pulled: World) -> None:
    first, second = planned(
        pulled, operation(pulled, OperationKind.INSERT), replace(operation(pulled, OperationKind.MOVE), op_id=2)
    )
    attempts = Attempts(PushState(pulled.context(), first.push_id))
    pulled.wire.rule = on(writing(), refused(401, "authError"), times=2)
    assert attempts.attempt(first, Ready()).state is State.PLANNED
    with pytest.raises(NotSignedIn):
        attempts.attempt(second, Ready(position=0))
    assert pulled.shop.journal.entry(second.push_id, 2).state is State.PLANNED
