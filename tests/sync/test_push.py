from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from lib.demo.server import pass_through
from lib.demo.youtube import Answer, Request
from lib.errors import ApiError, Cancelled, GuardTripped, NotSignedIn, StalePlan, UserError, Waiting
from lib.models import LIKED, Availability, Channel, Edit, EditKind, Operation, OperationKind, Plan, State
from lib.planning.orphans import Orphan
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from lib.settings import ROOT, Settings
from lib.sync import resume
from lib.sync.attempt import Attempts, Ready
from lib.sync.push import push
from lib.sync.push_state import PushState
from tests.conftest import error_body
from tests.flows import (
    COOKING,
    DELETED,
    INBOX,
    MUSIC,
    PRIVATE,
    START,
    World,
    before,
    listing,
    lost,
    nth,
    on,
    playlist,
    refused,
    video,
    writing,
)

INSERT, DELETE = ("POST", "playlistItems", 200), ("DELETE", "playlistItems", 204)
RUN_UNITS = 4
"""Reads of a small push before its first write: the channel, the listing of playlists, Liked, and one swept page."""


def by_id(request: Request) -> bool:
    return request.method == "GET" and request.resource == "playlistItems" and "id" in request.params


def ids(world: World, playlist_id: str) -> tuple[str, ...]:
    return tuple(item.item_id or "" for item in world.shop.catalog.items_of(playlist_id))


def of_videos(request: Request) -> bool:
    return request.resource == "videos"


def by_video(request: Request) -> bool:
    return request.method == "GET" and request.resource == "playlistItems" and "videoId" in request.params


# -- a move ----------------------------------------------------------------------------------------------------------


def test_a_move_inserts_then_sees_the_new_item_and_only_then_deletes(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    begin = len(pulled.youtube.log)
    report = pulled.push()
    made = pulled.journal()[0].result_id
    gone = pulled.journal()[1].operation.item_id
    steps = [
        (e.method, e.params.get("id"))
        for e in pulled.requests(begin)
        if e.path.endswith("playlistItems") and (e.method != "GET" or (made or "") in e.params.get("id", ""))
    ]
    assert steps[:3] == [("POST", None), ("GET", f"{gone},{made}"), ("DELETE", gone)]
    assert (report.state, report.done, report.left, report.failed) == ("done", 2, 0, 0)
    assert pulled.homes(10) == [COOKING]
    assert pulled.in_base(COOKING) == pulled.on_youtube(COOKING)
    assert pulled.in_base(INBOX) == pulled.on_youtube(INBOX) == [11, 12, 13, 14, 15]


def test_no_video_is_nowhere_after_any_write(pulled: World) -> None:
    moved = {10: MUSIC, 11: COOKING, 12: MUSIC, 13: COOKING}
    for number, target in moved.items():
        pulled.move(number, INBOX, target)
    pulled.move(5, COOKING, MUSIC)
    homeless: list[int] = []

    def watch(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        reply = answer(request)
        homeless.extend(number for number in (*moved, 5) if not pulled.homes(number))
        return reply

    pulled.wire.rule = watch
    assert pulled.push().state == "done"
    assert homeless == []
    assert {number: pulled.homes(number) for number in moved} == {n: [target] for n, target in moved.items()}
    assert pulled.homes(5) == [MUSIC]


def test_a_delete_waits_until_a_listing_shows_the_new_item(pulled: World) -> None:
    pulled.youtube.lag = type(pulled.youtube.lag)(seconds=5)
    pulled.move(10, INBOX, COOKING)
    assert pulled.push().state == "done"
    assert pulled.homes(10) == [COOKING]
    assert sum(pulled.clock.slept) >= 5


def test_an_item_that_never_shows_up_keeps_its_old_place_and_is_not_made_again(pulled: World) -> None:
    pulled.settle_seconds = 10
    pulled.youtube.lag = timedelta(seconds=1000)
    pulled.move(10, INBOX, COOKING)
    report = pulled.push()
    assert (report.state, report.reason) == ("waiting", "conflict")
    assert pulled.states() == [State.DONE, State.CONFLICT]
    assert pulled.homes(10) == [INBOX, COOKING]
    pulled.clock.tick(seconds=20)
    pulled.push()
    assert pulled.homes(10) == [INBOX, COOKING]


def test_a_copy_that_somebody_took_out_again_is_not_put_back_unasked(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.wire.rule = on(nth(by_id, 2), before(lambda: pulled.amend_items(COOKING, lambda items: items[:-1])))
    assert pulled.push().state == "waiting"
    for _ in range(2):
        report = pulled.push()
        assert (report.state, pulled.homes(10)) == ("waiting", [INBOX])
    assert "taken out again" in report.conflicts[0]["what"]
    pulled.shop.filing.take_back([edit.edit_id for edit in pulled.shop.edits.pending()])
    assert pulled.push().state == "done"


def test_what_was_taken_out_of_a_push_that_stands_open_can_be_wished_anew(pulled: World) -> None:
    """A question keeps the push open for days; meanwhile its copy went again, and a later wish asks for another."""
    pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Hits",))
    pulled.copy(10, COOKING)
    assert pulled.push().state == "waiting"
    pulled.clock.tick(days=1)
    pulled.shop.pulls.pull()
    pulled.amend_items(COOKING, lambda items: items[:-1])
    pulled.shop.pulls.pull()
    pulled.copy(10, COOKING)
    report = pulled.push()
    assert [one["id"][0] for one in report.conflicts] == ["c"]
    assert pulled.on_youtube(COOKING)[-1] == 10


def test_a_video_that_died_since_the_plan_is_a_conflict_and_nothing_is_sent_for_it(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.wire.rule = on(of_videos, before(lambda: pulled.amend_video(10, Availability.DELETED)))
    report = pulled.push()
    assert (report.state, report.reason, report.done) == ("waiting", "conflict", 2)
    assert "no longer available" in report.conflicts[0]["what"]
    assert pulled.states() == [State.CONFLICT, State.BLOCKED, State.DONE, State.DONE]
    assert pulled.writes() == [INSERT, DELETE]


def test_a_video_that_died_untold_is_not_taken_away_before_that_was_said(pulled: World) -> None:
    """No tag of a playlist tells of a death in it; the item itself does, when it is looked at before its delete."""
    pulled.remove(0, MUSIC)
    assert not pulled.shop.pushes.plan().guards
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_video(0, Availability.PRIVATE)))
    report = pulled.push()
    assert (report.state, report.reason, pulled.writes()) == ("waiting", "conflict", [])
    assert "could never be put back" in report.conflicts[0]["what"]
    assert [guard.guard_id for guard in pulled.shop.pushes.plan().guards] == ["unavailable"]
    with pytest.raises(GuardTripped):
        pulled.push()
    assert pulled.push(confirm=pulled.shop.pushes.plan().confirm_count).state == "done"
    assert pulled.writes() == [DELETE]


def test_that_a_video_died_is_told_to_base_so_that_the_next_plan_asks_about_the_edit(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.wire.rule = on(of_videos, before(lambda: pulled.amend_video(10, Availability.DELETED)))
    pulled.push()
    assert video(10) in pulled.shop.catalog.unavailable()


def test_what_was_found_otherwise_than_planned_is_read_again_by_the_next_pull(pulled: World) -> None:
    pulled.remove(0, COOKING)
    pulled.remove(0, MUSIC)
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_items(MUSIC, lambda items: items[2:])))
    pulled.push(confirm=pulled.shop.pushes.plan().confirm_count)
    listed = pulled.shop.catalog.listing()
    assert {listed[COOKING].etag, listed[MUSIC].etag} == {""}


def test_a_dead_item_that_reads_still_show_is_not_taken_for_the_new_one(pulled: World) -> None:
    """One copy leaves Music, another comes there, and the answer to that insert is lost before reads have settled."""
    pulled.youtube.lag = timedelta(seconds=25)
    first = pulled.shop.catalog.items_of(MUSIC)[0].item_id
    push_id, _ = pulled.shop.journal.approve(
        "by hand",
        [
            Operation(1, OperationKind.DELETE, MUSIC, video_id=video(0), item_id=first),
            Operation(2, OperationKind.INSERT, MUSIC, video_id=video(0)),
        ],
        START,
    )
    push_state = PushState(pulled.context(), push_id)
    attempts = Attempts(push_state)
    attempts.attempt(push_state.entries[1], Ready())
    pulled.wire.rule = on(writing(), refused(503))
    assert attempts.attempt(push_state.entries[2], Ready()).state is State.PLANNED


def test_a_move_whose_video_left_its_playlist_since_the_plan_is_a_conflict(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_items(INBOX, lambda items: items[1:])))
    assert pulled.push().state == "waiting"
    assert pulled.states() == [State.CONFLICT, State.BLOCKED]
    assert pulled.writes() == []


def test_a_failed_insert_blocks_its_delete_and_says_why(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.wire.rule = on(writing(), before(lambda: pulled.amend_video(10, Availability.DELETED)))
    report = pulled.push()
    assert (report.state, report.failed, report.done) == ("failed", 1, 2)
    assert "videoNotFound" in report.message
    assert pulled.states() == [State.FAILED, State.BLOCKED, State.DONE, State.DONE]
    assert (pulled.homes(10), pulled.homes(11)) == ([INBOX], [COOKING])


# -- the journal on the way --------------------------------------------------------------------------------------------


def test_sent_is_committed_before_the_request_leaves(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    seen: list[list[State]] = []
    pulled.wire.rule = on(writing(), before(lambda: seen.append(pulled.states())), times=2)
    pulled.push()
    assert seen == [[State.SENT, State.PLANNED], [State.DONE, State.SENT]]


def test_an_operation_is_unknown_while_it_is_looked_for(pulled: World) -> None:
    pulled.copy(10, COOKING)
    seen: list[State] = []

    def rule(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if by_video(request):
            seen.extend(pulled.states())
        return lost(request, answer) if writing()(request) else answer(request)

    pulled.wire.rule = rule
    pulled.push()
    assert seen == [State.UNKNOWN]
    assert pulled.states() == [State.DONE]


# -- lost answers ------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_adopted_and_not_repeated(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.wire.rule = on(writing(), lost)
    report = pulled.push()
    assert (report.state, report.verified, report.orphans) == ("done", 2, [])
    assert pulled.writes() == [INSERT, DELETE]
    assert pulled.homes(10) == [COOKING]


def test_two_lost_inserts_of_one_video_claim_an_item_each(pulled: World) -> None:
    for target in (COOKING, MUSIC):
        pulled.lay(EditKind.ADD, video_id=video(10), to_playlist=target)
    pulled.wire.rule = on(writing(), lost, times=2)
    assert pulled.push().state == "done"
    assert sorted(pulled.homes(10)) == [COOKING, INBOX, MUSIC]
    assert len({entry.result_id for entry in pulled.journal()}) == 2


def test_a_copy_that_stood_there_before_is_never_taken_for_ours(pulled: World) -> None:
    pulled.lay(EditKind.ADD, video_id=video(0), to_playlist=MUSIC, copies=3)
    pulled.wire.rule = on(writing(), refused(503))
    assert pulled.push().state == "done"
    assert pulled.on_youtube(MUSIC).count(0) == 3


def test_an_answer_with_the_id_of_another_item_ends_in_a_sentence_and_is_looked_for_the_next_time(
    pulled: World,
) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    answers: list[Answer] = []

    def mixed_up(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        answers.append(answer(request))
        return answers[0]

    pulled.wire.rule = on(writing(), mixed_up, times=2)
    report = pulled.push()
    assert (report.state, report.done, report.left) == ("paused", 1, 0)
    assert "another write of ours" in report.message
    assert pulled.push().state == "done"
    assert pulled.on_youtube(COOKING)[-2:] == [10, 11]


def test_a_server_fault_that_applied_nothing_is_sent_again_once(pulled: World) -> None:
    pulled.copy(10, COOKING)
    sent: list[str] = []

    def fault(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method == "GET":
            return answer(request)
        sent.append(request.method)
        return refused(503)(request, answer) if len(sent) == 1 else answer(request)

    pulled.wire.rule = fault
    assert pulled.push().state == "done"
    assert sent == ["POST", "POST"]
    assert pulled.on_youtube(COOKING).count(10) == 1
    assert pulled.journal()[0].attempts == 2


def test_a_second_copy_left_by_a_late_answer_is_proposed_for_removal_and_never_removed(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.settle_seconds = 10
    sent: list[str] = []

    def late(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method == "GET":
            return answer(request)
        sent.append(request.method)
        pulled.youtube.lag = type(pulled.youtube.lag)(hours=len(sent) == 1)
        return lost(request, answer) if len(sent) == 1 else answer(request)

    pulled.wire.rule = late
    report = pulled.push()
    assert pulled.on_youtube(COOKING).count(10) == 2
    ours = pulled.journal()[0].result_id
    other = next(
        i.item_id
        for i in pulled.youtube.present.playlists[COOKING].items
        if i.video_id == video(10) and i.item_id != ours
    )
    about = {"item_id": other, "playlist": COOKING, "video_id": video(10)}
    assert report.orphans == [{"id": f"x{other}", **about, "choices": ["remove it", "keep it"]}]
    assert sorted(pulled.in_base(COOKING)) == sorted(pulled.on_youtube(COOKING))
    assert pulled.shop.pushes.orphans() == [Orphan(other or "", COOKING, video(10))]


def test_no_answer_to_anything_pauses_the_push_and_the_next_one_goes_on(pulled: World) -> None:
    pulled.settle_seconds = 0
    for number in range(10, 16):
        pulled.copy(number, COOKING)
    pulled.wire.rule = on(writing(), refused(503), times=1000)
    report = pulled.push()
    assert (report.state, report.reason, report.done, report.failed) == ("paused", "network", 0, 4)
    assert "503" in report.message
    assert pulled.journal()[4].attempts == 6
    assert pulled.journal()[5].attempts == 0
    pulled.wire.rule = pass_through
    again = pulled.push()
    assert (again.state, again.left) == ("done", 0)
    assert pulled.on_youtube(COOKING)[-6:] == [10, 11, 12, 13, 14, 15]


def test_five_operations_without_an_answer_pause_the_push_and_one_that_is_answered_closes_the_circuit(
    pulled: World,
) -> None:
    pulled.settle_seconds = 0
    for number in range(10, 16):
        pulled.copy(number, COOKING)
    answered = iter([False] * 24 + [True] + [False] * 100)

    def rule(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        return answer(request) if request.method == "GET" or next(answered) else refused(503)(request, answer)

    pulled.wire.rule = rule
    report = pulled.push()
    assert (report.state, report.done, report.failed) == ("failed", 1, 5)


def test_reads_that_nobody_answers_pause_the_push_and_leave_the_operation_unknown(pulled: World) -> None:
    pulled.copy(10, COOKING)
    gone = [False]

    def rule(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        gone[0] = gone[0] or request.method != "GET"
        return refused(503)(request, answer) if gone[0] else answer(request)

    pulled.wire.rule = rule
    report = pulled.push()
    assert (report.state, report.reason) == ("paused", "network")
    assert pulled.states() == [State.UNKNOWN]
    again = pulled.push()
    assert (again.state, again.reason, again.push_id) == ("paused", "network", report.push_id)
    pulled.wire.rule = pass_through
    assert pulled.push().state == "done"
    assert pulled.on_youtube(COOKING).count(10) == 1


def test_after_a_rate_refusal_writes_keep_a_distance_until_it_is_quiet(pulled: World) -> None:
    for number in (10, 11, 12, 13, 14):
        pulled.copy(number, COOKING)
    pulled.wire.rule = on(writing(), refused(429, "rateLimitExceeded"), times=3)
    at: list[float] = []
    rule = pulled.wire.rule

    def timed(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method != "GET":
            at.append((pulled.clock.now - START).total_seconds())
        return rule(request, answer)

    pulled.wire.rule = timed
    assert pulled.push().state == "done"
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert all(gap >= wanted - 1e-6 for gap, wanted in zip(gaps, (1, 2, 4, 2, 1, 0, 0), strict=True))
    assert gaps[-2:] == [0, 0]


def creations_asked(world: World) -> int:
    return sum((method, resource) == ("POST", "playlists") for method, resource, _ in world.writes())


def test_more_new_playlists_than_youtube_takes_a_day_pause_the_push_until_midnight_pacific(pulled: World) -> None:
    pulled.youtube.ledger.daily_playlists = 1
    for number, title in enumerate(("Space", "Sea", "Sky")):
        pulled.copy(10 + number, pulled.shop.filing.create_category(title))
    report = pulled.push()
    assert (report.state, report.reason, report.done, report.failed) == ("paused", "quota", 2, 0)
    assert report.resumes_at == pulled.shop.quota.resets_at()
    assert "ten a day" in report.message
    assert creations_asked(pulled) == 1 + 2
    assert pulled.shop.quota.left() > 0
    assert not may_resume(pulled)
    assert pulled.push().state == "paused"
    assert creations_asked(pulled) == 1 + 2
    pulled.youtube.ledger.daily_playlists = 10
    pulled.clock.tick(days=1)
    assert may_resume(pulled)
    assert pulled.push(only_approved=True).state == "done"
    assert {"Space", "Sea", "Sky"} <= {p.title for p in pulled.youtube.present.listed}


def test_no_more_new_playlists_are_made_on_a_day_than_it_may_have_and_what_needs_none_goes_on(pulled: World) -> None:
    pulled.daily_playlists = 2
    for number in range(3):
        pulled.copy(10 + number, pulled.shop.filing.create_category(f"New {number}"))
    pulled.remove(0, MUSIC)
    report = pulled.push()
    assert (report.state, report.reason, report.left, report.conflicts) == ("paused", "quota", 2, [])
    assert report.resumes_at == pulled.shop.quota.resets_at()
    assert creations_asked(pulled) == 2
    assert pulled.on_youtube(MUSIC) == [0, 7]
    assert not may_resume(pulled)
    begin = len(pulled.writes())
    assert pulled.push().state == "paused"
    assert len(pulled.writes()) == begin
    pulled.clock.tick(days=1)
    assert may_resume(pulled)
    assert pulled.push(only_approved=True).state == "done"
    assert creations_asked(pulled) == 3


def test_a_confirmed_plan_of_many_new_playlists_is_spread_over_days_and_asked_about_once(pulled: World) -> None:
    """What is left after the first day would be asked about by itself: it makes more than ten, too."""
    numbers = [*range(1, 7), *range(10, 16)]
    for count in range(22):
        pulled.copy(numbers[count % 12], pulled.shop.filing.create_category(f"New {count}"))
    with pytest.raises(GuardTripped) as tripped:
        pulled.push()
    assert tripped.value.count == pulled.shop.pushes.plan().confirm_count == 22
    assert creations_asked(pulled) == 0
    report = pulled.push(confirm=22)
    assert (report.state, report.reason, creations_asked(pulled)) == ("paused", "quota", 10)
    pulled.clock.tick(days=1)
    assert pulled.shop.pushes.plan().confirm_count == 12
    report = pulled.push()
    assert (report.state, report.reason, creations_asked(pulled)) == ("paused", "quota", 20)
    pulled.clock.tick(days=1)
    assert pulled.push().state == "done"
    assert creations_asked(pulled) == 22


# -- quota -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [53, 103, 105, 107, 160])
def test_our_own_ledger_never_starts_half_a_move(pulled: World, left: int) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.shop.quota.daily_units = pulled.shop.quota.spent() + RUN_UNITS + left
    report = pulled.push()
    assert report.state == "paused"
    assert report.resumes_at == pulled.shop.quota.resets_at()
    for number in (10, 11):
        assert len(pulled.homes(number)) == 1
    pulled.shop.quota.daily_units = 10_000
    pulled.clock.tick(days=1)
    resumed = pulled.push()
    assert (resumed.state, resumed.push_id) == ("done", report.push_id)
    assert pulled.homes(10) == pulled.homes(11) == [COOKING]


def test_youtubes_own_refusal_for_quota_pauses_after_that_one_request(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.wire.rule = on(writing(method="DELETE"), refused(403, "quotaExceeded"))
    report = pulled.push()
    assert report.state == "paused"
    assert report.resumes_at is not None
    assert pulled.shop.quota.left() == 0
    assert pulled.writes() == [INSERT]
    assert pulled.homes(10) == [INBOX, COOKING]
    pulled.clock.tick(days=1)
    assert pulled.push().state == "done"
    assert sorted(pulled.writes()) == [DELETE, DELETE, INSERT, INSERT]
    assert pulled.homes(10) == pulled.homes(11) == [COOKING]


def test_an_insert_refused_for_quota_is_sent_the_next_day_and_makes_one_item(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    assert pulled.push().state == "paused"
    pulled.clock.tick(days=1)
    report = pulled.push()
    assert (report.state, report.left) == ("done", 0)
    assert pulled.on_youtube(COOKING).count(10) == 1


def test_a_429_that_names_a_limit_of_the_day_pauses_for_the_day_after_that_one_request(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    message = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'youtube.googleapis.com'."
    )
    answers: list[str] = []

    def spent(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        answers.append(request.method)
        return Answer(429, error_body(429, "rateLimitExceeded", message))

    pulled.wire.rule = on(writing(), spent, times=9)
    report = pulled.push()
    assert (report.state, report.reason) == ("paused", "quota")
    assert report.resumes_at == pulled.shop.quota.resets_at()
    assert (pulled.shop.quota.left(), answers) == (0, ["POST"])


def until_midnight(world: World) -> timedelta:
    return world.shop.quota.resets_at() - world.clock()


def test_a_refusal_for_quota_soon_after_midnight_pauses_for_a_quarter_of_an_hour_at_most(pulled: World) -> None:
    """Our clock may be ahead of YouTube's: a whole day must not be lost for that."""
    pulled.copy(10, COOKING)
    pulled.clock.tick(seconds=until_midnight(pulled).total_seconds() + 180)
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    report = pulled.push()
    assert (report.state, report.reason) == ("paused", "quota")
    assert report.resumes_at is not None
    assert report.resumes_at - pulled.clock() <= timedelta(minutes=15)
    assert pulled.shop.quota.left() > 9_000
    pulled.clock.tick(minutes=15)
    assert may_resume(pulled)
    assert pulled.push(only_approved=True).state == "done"


def test_a_refusal_that_comes_after_midnight_counts_for_the_day_before(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.clock.tick(seconds=until_midnight(pulled).total_seconds() - 1)

    def refused_late(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        pulled.clock.tick(seconds=2)
        return refused(403, "quotaExceeded")(request, answer)

    pulled.wire.rule = on(writing(), refused_late)
    report = pulled.push()
    assert report.state == "paused"
    assert report.resumes_at is not None
    assert report.resumes_at - pulled.clock() <= timedelta(minutes=15)
    assert pulled.shop.quota.left() == 10_000


def test_after_the_reset_a_push_goes_on_by_itself_with_a_margin(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    assert pulled.push().resumes_at == pulled.shop.quota.resets_at()
    pulled.clock.tick(seconds=until_midnight(pulled).total_seconds() + 30)
    assert not may_resume(pulled)
    pulled.clock.tick(minutes=2)
    assert may_resume(pulled)


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_clock_that_is_set_meanwhile_makes_nobody_believe_an_old_listing(pulled: World, hours: int) -> None:
    pulled.youtube.clock = lambda: START + pulled.clock.elapsed
    pulled.youtube.lag = timedelta(seconds=25)
    pulled.move(10, INBOX, COOKING)
    assert pulled.push().state == "done"
    pulled.clock.set_by(hours=hours)
    pulled.pull()
    assert pulled.in_base(COOKING) == pulled.on_youtube(COOKING)
    assert pulled.in_base(INBOX) == pulled.on_youtube(INBOX)


def test_a_push_pauses_before_it_spends_more_than_it_may(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    report = pulled.push(max_units=150)
    assert (report.state, report.done, report.left) == ("paused", 2, 2)
    assert report.units <= 150
    assert (pulled.homes(10), pulled.homes(11)) == ([COOKING], [INBOX])


# -- before anything is sent -------------------------------------------------------------------------------------------


def test_a_plan_that_is_no_longer_the_plan_is_refused(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    shown = pulled.shop.pushes.plan().plan_id
    pulled.amend_items(COOKING, lambda items: items[1:])
    with pytest.raises(StalePlan) as stale:
        pulled.push(plan_id=shown)
    assert pulled.shop.pushes.plan().plan_id in stale.value.next_step
    assert pulled.writes() == []
    assert pulled.push(plan_id=pulled.shop.pushes.plan().plan_id).state == "done"


def test_a_guarded_plan_needs_the_very_number(pulled: World) -> None:
    pulled.remove(10, INBOX)
    for wrong in (None, 0, 2):
        with pytest.raises(GuardTripped) as guard:
            pulled.push(confirm=wrong)
        assert guard.value.count == 1
    assert pulled.writes() == []
    assert pulled.push(confirm=1).state == "done"
    assert pulled.homes(10) == []


def test_a_guard_counts_the_items_that_can_never_come_back(pulled: World) -> None:
    pulled.remove(DELETED, COOKING)
    with pytest.raises(GuardTripped) as guard:
        pulled.push()
    assert "never be put back" in guard.value.message


def test_writes_go_to_no_other_channel(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.youtube.amend(lambda account: replace(account, channel=Channel("UC" + "x" * 22, "Somebody else")))
    with pytest.raises(NotSignedIn) as wrong:
        pulled.push()
    assert "Robin" in wrong.value.message and "Somebody else" in wrong.value.message
    assert pulled.writes() == []


def test_a_library_that_cannot_be_reached_sends_nothing(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.wire.rule = on(lambda request: True, refused(500), times=1000)
    with pytest.raises(ApiError):
        pulled.push()
    assert pulled.writes() == []
    assert pulled.shop.journal.open_push() is None


# -- what changed meanwhile --------------------------------------------------------------------------------------------


def test_an_item_that_is_already_gone_counts_as_deleted_and_nothing_is_sent(pulled: World) -> None:
    pulled.remove(0, COOKING)
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_items(COOKING, lambda items: items[1:])))
    report = pulled.push()
    assert (report.state, report.done) == ("done", 1)
    assert pulled.writes() == []
    assert pulled.journal()[0].attempts == 0
    assert pulled.in_base(COOKING) == pulled.on_youtube(COOKING)


def test_an_item_that_left_while_it_was_to_be_reordered_is_a_conflict(pulled: World) -> None:
    seen = tuple(item.video_id for item in pulled.shop.catalog.items_of(INBOX))
    order = (seen[-1], *seen[:-1])
    pulled.lay(EditKind.REORDER, to_playlist=INBOX, order=order, seen=seen)
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_items(INBOX, lambda items: items[:-1])))
    report = pulled.push()
    assert report.state == "waiting"
    assert pulled.states() == [State.CONFLICT]
    assert [conflict["id"] for conflict in report.conflicts] == ["o1"]
    assert pulled.writes() == []


def test_a_playlist_renamed_meanwhile_is_a_conflict_and_is_not_overwritten(pulled: World) -> None:
    pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))

    def rename() -> None:
        pulled.youtube.amend(lambda account: account.with_playlist(replace(account.playlists[MUSIC], title="Musik")))

    asked = on(lambda r: r.resource == "playlists" and "id" in r.params, before(rename))
    pulled.wire.rule = asked
    report = pulled.push()
    assert (report.state, pulled.states()) == ("waiting", [State.CONFLICT])
    assert pulled.youtube.present.playlists[MUSIC].title == "Musik"
    assert pulled.writes() == []


def test_a_rename_keeps_the_description(pulled: World) -> None:
    pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
    assert pulled.push().state == "done"
    held = pulled.youtube.present.playlists[MUSIC]
    assert (held.title, held.description) == ("Songs", "About Music")
    assert pulled.shop.catalog.library().playlists[MUSIC].title == "Songs"


def test_a_conflict_of_the_plan_is_reported_and_the_rest_is_pushed(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.amend_items(INBOX, lambda items: items[1:])
    report = pulled.push()
    assert (report.state, report.done) == ("waiting", 2)
    assert [(c["id"], len(c["choices"])) for c in report.conflicts] == [("c1", 2)]
    assert (pulled.homes(10), pulled.homes(11)) == ([], [COOKING])


# -- new playlists and deleted ones ------------------------------------------------------------------------------------


def test_a_new_category_is_made_and_its_first_aborted_insert_is_sent_again(pulled: World) -> None:
    made = pulled.shop.filing.create_category("Space")
    pulled.move(10, INBOX, made)
    pulled.copy(11, made)
    report = pulled.push()
    assert (report.state, report.done) == ("done", 4)
    assert pulled.writes() == [
        ("POST", "playlists", 200),
        ("POST", "playlistItems", 409),
        *(INSERT, DELETE, INSERT),
    ]
    space = next(p for p in pulled.youtube.present.listed if p.title == "Space")
    assert (space.privacy, pulled.on_youtube(space.playlist_id)) == ("private", [10, 11])
    assert pulled.in_base(space.playlist_id) == [10, 11]
    assert pulled.shop.filing.categories()[space.playlist_id] == "Space"
    assert (video(10), space.playlist_id) in pulled.shop.edits.feedback.accepted()


def test_a_creation_whose_answer_was_lost_makes_one_playlist(pulled: World) -> None:
    pulled.copy(10, pulled.shop.filing.create_category("Space"))
    pulled.wire.rule = on(writing("playlists"), lost)
    assert pulled.push().state == "done"
    assert [p.title for p in pulled.youtube.present.listed].count("Space") == 1


@pytest.mark.parametrize("refused_one", [0, 7])
def test_a_playlist_is_deleted_only_when_all_its_videos_have_arrived_elsewhere(pulled: World, refused_one: int) -> None:
    for number in (0, 7):
        pulled.copy(number, INBOX)
    pulled.remove(0, COOKING)
    seen = tuple(item.item_id or "" for item in pulled.shop.catalog.items_of(MUSIC))
    pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=seen)

    def inserts(request: Request) -> bool:
        return request.method == "POST" and request.body["snippet"]["resourceId"]["videoId"] == video(refused_one)

    pulled.wire.rule = on(inserts, refused(400, "badRequest"))
    report = pulled.push(confirm=pulled.shop.pushes.plan().confirm_count)
    assert report.state == "failed"
    assert MUSIC in pulled.youtube.present.playlists
    assert all(pulled.homes(number) for number in (0, 7))
    assert pulled.push(confirm=pulled.shop.pushes.plan().confirm_count).state == "done"
    assert MUSIC not in pulled.youtube.present.playlists
    assert (pulled.homes(0), pulled.homes(7)) == ([INBOX], [INBOX])


def test_a_playlist_into_which_something_came_since_the_plan_is_not_deleted(pulled: World) -> None:
    pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=ids(pulled, MUSIC))
    fresh = playlist(MUSIC, "", [9, 9, 9, 20]).items[-1]
    pulled.wire.rule = on(listing(MUSIC), before(lambda: pulled.amend_items(MUSIC, lambda items: (*items, fresh))))
    report = pulled.push(confirm=pulled.shop.pushes.plan().confirm_count)
    assert (report.state, pulled.states()) == ("waiting", [State.CONFLICT])
    assert MUSIC in pulled.youtube.present.playlists


def test_a_playlist_whose_video_has_lost_its_other_home_meanwhile_is_not_deleted(pulled: World) -> None:
    pulled.copy(7, COOKING)
    pulled.push()
    pulled.clock.tick(minutes=5)
    pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=ids(pulled, MUSIC))
    pulled.wire.rule = on(listing(MUSIC), before(lambda: pulled.amend_items(COOKING, lambda items: items[:-1])))
    pulled.push(confirm=pulled.shop.pushes.plan().confirm_count)
    assert MUSIC in pulled.youtube.present.playlists
    assert pulled.homes(7) == [MUSIC]


def test_an_item_whose_other_copy_has_gone_meanwhile_is_left_where_it_is(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.push()
    pulled.clock.tick(minutes=5)
    pulled.remove(10, INBOX)
    pulled.wire.rule = on(by_id, before(lambda: pulled.amend_items(COOKING, lambda items: items[:-1])))
    report = pulled.push()
    assert (report.state, pulled.states()) == ("waiting", [State.CONFLICT])
    assert pulled.homes(10) == [INBOX]


@pytest.mark.parametrize("unliked", [True, False])
def test_a_copy_that_stands_in_liked_is_looked_for_before_the_other_one_goes(pulled: World, unliked: bool) -> None:
    pulled.remove(1, COOKING)
    assert not pulled.shop.pushes.plan().guards
    change: Callable[[], object] = (
        (lambda: pulled.amend_items(LIKED, lambda items: items[:1])) if unliked else lambda: None
    )
    pulled.wire.rule = on(by_id, before(change))
    assert pulled.push().state == ("waiting" if unliked else "done")
    assert (1 in pulled.on_youtube(COOKING)) is unliked


@pytest.mark.parametrize("unliked", [True, False])
def test_a_playlist_goes_only_when_what_stands_in_liked_is_seen_there(pulled: World, unliked: bool) -> None:
    pulled.amend_items(MUSIC, lambda items: (replace(items[0], video_id=video(1)),))
    pulled.pull(accept=[MUSIC])
    pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=ids(pulled, MUSIC))
    pulled.remove(1, COOKING)
    change: Callable[[], object] = (
        (lambda: pulled.amend_items(LIKED, lambda items: items[:1])) if unliked else lambda: None
    )
    pulled.wire.rule = on(listing(MUSIC), before(change))
    report = pulled.push(confirm=pulled.shop.pushes.plan().confirm_count)
    assert report.state == ("waiting" if unliked else "done")
    assert (MUSIC in pulled.youtube.present.playlists) is unliked


@pytest.mark.parametrize("whole_playlist", [True, False])
def test_a_copy_in_a_playlist_whose_losses_are_not_believed_is_none_to_count_on(
    pulled: World, whole_playlist: bool
) -> None:
    """It was asked about for ever before: the guard took that copy for one that stays, and the push did not find it."""
    pulled.copy(7, COOKING)
    pulled.push()
    pulled.clock.tick(minutes=5)
    pulled.shop.pulls.pull()
    pulled.amend_items(COOKING, lambda items: ())
    pulled.pull()
    if whole_playlist:
        pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=ids(pulled, MUSIC))
    else:
        pulled.remove(7, MUSIC)
    (nowhere,) = [guard for guard in pulled.shop.pushes.plan().guards if guard.guard_id == "nowhere"]
    assert nowhere.count == (2 if whole_playlist else 1)
    with pytest.raises(GuardTripped) as tripped:
        pulled.push()
    report = pulled.push(confirm=tripped.value.count)
    assert (report.failed, pulled.states()) == (0, [State.DONE])
    assert 7 not in pulled.on_youtube(MUSIC) if not whole_playlist else MUSIC not in pulled.youtube.present.playlists


def test_what_we_inserted_a_moment_ago_is_deleted_though_reads_do_not_show_it_yet(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=10)
    pulled.copy(10, COOKING)
    pulled.push()
    pulled.shop.edits.fulfil([edit.edit_id for edit in pulled.shop.edits.pending()])
    pulled.remove(10, COOKING)
    assert pulled.push().state == "done"
    assert pulled.homes(10) == [INBOX]


# -- order -------------------------------------------------------------------------------------------------------------


def reorder(world: World, playlist_id: str, *numbers: int) -> None:
    seen = tuple(item.video_id for item in world.shop.catalog.items_of(playlist_id))
    world.lay(EditKind.REORDER, to_playlist=playlist_id, order=tuple(map(video, numbers)), seen=seen)


def test_an_order_that_a_slip_of_ours_missed_is_put_right_by_the_next_push(pulled: World) -> None:
    """Somebody adds on top between two of our moves, whose index is counted from base by then."""
    reorder(pulled, INBOX, 15, 10, 14, 11, 13, 12)
    fresh = playlist(INBOX, "", [9] * 40 + [20]).items[-1]
    on_top = before(lambda: pulled.amend_items(INBOX, lambda items: (fresh, *items)))
    pulled.wire.rule = on(nth(writing(), 2), on_top)
    report = pulled.push()
    assert not report.complete
    assert "Inbox" in report.message
    assert [edit.kind for edit in pulled.shop.edits.pending()] == [EditKind.REORDER]
    pulled.clock.tick(minutes=5)
    assert pulled.push().complete
    assert [n for n in pulled.on_youtube(INBOX) if n != 20] == [15, 10, 14, 11, 13, 12]


def test_an_order_that_somebody_changed_meanwhile_is_asked_about(pulled: World) -> None:
    reorder(pulled, INBOX, 15, 10, 11, 12, 13, 14)
    turned = before(
        lambda: pulled.amend_items(INBOX, lambda items: (*items[:2], items[4], items[3], items[2], *items[5:]))
    )
    pulled.wire.rule = on(nth(writing(), 1), turned)
    assert not pulled.push().complete
    assert pulled.in_base(INBOX) == pulled.on_youtube(INBOX)
    pulled.clock.tick(minutes=5)
    report = pulled.push()
    assert (report.state, report.reason) == ("waiting", "conflict")


def test_an_order_that_reads_show_late_is_as_it_was_wished(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=20)
    reorder(pulled, INBOX, 15, 10, 11, 12, 13, 14)
    assert pulled.push().complete
    assert pulled.in_base(INBOX) == pulled.on_youtube(INBOX) == [15, 10, 11, 12, 13, 14]


# -- going on ----------------------------------------------------------------------------------------------------------


def test_pushing_again_writes_nothing(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.push()
    written = pulled.writes()
    report = pulled.push()
    assert (report.state, report.push_id, report.done) == ("done", None, 0)
    assert pulled.writes() == written


def test_a_cancelled_push_keeps_what_was_done_and_goes_on_in_the_same_push(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)

    def stop(done: int, total: int, what: str) -> None:
        if (what, done) == ("Writing to YouTube", 2):
            raise Cancelled("Cancelled.")

    report = pulled.push(progress=stop)
    assert (report.state, report.done, report.left) == ("paused", 2, 2)
    again = pulled.push()
    assert (again.state, again.push_id, again.done, again.left) == ("done", report.push_id, 4, 0)
    assert pulled.writes() == [INSERT, DELETE] * 2


def test_a_cancel_during_a_patient_look_is_quick_and_leaves_what_can_be_settled(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.wire.rule = on(writing(), refused(503))
    waits = [0]

    def stop(done: int, total: int, what: str) -> None:
        waits[0] += what == "Waiting for YouTube"
        if waits[0] == 3:
            raise Cancelled("Cancelled.")

    report = pulled.push(progress=stop)
    assert (report.state, report.reason) == ("paused", "cancelled")
    assert pulled.states() == [State.UNKNOWN]
    assert sum(pulled.clock.slept) == 2
    assert max(pulled.clock.slept) <= 1
    assert pulled.push().state == "done"
    assert pulled.on_youtube(COOKING).count(10) == 1


def test_what_was_sent_long_ago_is_settled_with_one_look(pulled: World) -> None:
    pulled.copy(10, COOKING)
    interrupt(pulled, 1)
    pulled.clock.tick(hours=1)
    pulled.clock.slept.clear()
    assert pulled.push().state == "done"
    assert sum(pulled.clock.slept) <= 2  # the backoff before it is sent again


# -- what was approved -------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


def interrupt(world: World, write: int) -> None:
    """A push that dies at one of its writes: the request never leaves."""
    original, left = world.client._sender._send, [write]

    def send(request: Any, method: str, units: int, **options: Any) -> Any:
        left[0] -= units == 50
        if not left[0]:
            raise Killed
        return original(request, method, units, **options)

    world.client._sender._send = send
    with pytest.raises(Killed):
        world.push(confirm=world.shop.pushes.plan().confirm_count)
    world.client._sender._send = original


def guarded(world: World) -> None:
    """Two removals that must be confirmed."""
    world.remove(10, INBOX)
    world.remove(11, INBOX)


def test_what_is_left_of_a_confirmed_push_goes_on_unasked(pulled: World) -> None:
    guarded(pulled)
    interrupt(pulled, 2)
    stands = pulled.shop.journal.open_push()
    assert (stands.state, stands.reason) == ("running", "")
    report = pulled.push(only_approved=True, confirm=7)
    assert (report.state, report.push_id, report.done) == ("done", stands.push_id, 2)


def test_what_is_left_goes_on_with_the_very_operations_that_were_planned(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.copy(12, MUSIC)
    interrupt(pulled, 2)
    planned = [(e.operation.op_id, e.operation) for e in pulled.journal()]
    assert pulled.push(only_approved=True).state == "done"
    assert [(e.operation.op_id, e.operation) for e in pulled.journal()] == planned


def test_a_change_on_youtube_that_asks_for_nothing_new_needs_no_word(pulled: World) -> None:
    guarded(pulled)
    interrupt(pulled, 2)
    pulled.amend_items(COOKING, lambda items: items[1:])
    assert pulled.push(only_approved=True).state == "done"


def test_a_new_wish_waits_while_what_was_approved_goes_on(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    interrupt(pulled, 3)
    pulled.copy(12, MUSIC)
    before = pulled.on_youtube(MUSIC)
    report = pulled.push(only_approved=True)
    assert (report.state, pulled.homes(11), pulled.on_youtube(MUSIC)) == ("done", [COOKING], before)
    assert [op.video_id for op in pulled.shop.pushes.plan().operations] == [video(12)]
    assert pulled.push().state == "done"
    assert pulled.on_youtube(MUSIC) == [*before, 12]


def test_a_new_wish_about_what_was_approved_is_no_longer_that(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    pulled.move(12, INBOX, COOKING)
    interrupt(pulled, 3)
    pulled.move(12, COOKING, MUSIC)
    written = pulled.writes()
    with pytest.raises(StalePlan):
        pulled.push(only_approved=True)
    stands = pulled.shop.journal.open_push()
    assert (stands.state, stands.reason) == ("waiting", "changed")
    assert pulled.writes() == written
    report = pulled.push()
    assert (report.state, report.push_id, pulled.homes(12)) == ("done", stands.push_id, [MUSIC])


def test_an_edit_taken_back_meanwhile_is_not_carried_out(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    pulled.copy(12, COOKING)
    interrupt(pulled, 2)
    pulled.shop.filing.take_back([pulled.shop.edits.pending()[-1].edit_id])
    assert pulled.push(only_approved=True).state == "done"
    assert pulled.on_youtube(COOKING)[-2:] == [10, 11]


# -- edits while a push runs -------------------------------------------------------------------------------------------


def during_the_first_write(world: World, act: Callable[[], object]) -> list[UserError]:
    """While the first write is under way somebody acts here; what they were told then."""
    refusals: list[UserError] = []

    def acted() -> None:
        try:
            act()
        except UserError as error:
            refusals.append(error)

    world.wire.rule = on(writing(), before(acted))
    return refusals


@pytest.mark.parametrize("way", ["take back", "undo", "file elsewhere", "remove"])
def test_what_a_push_carries_out_cannot_be_taken_back_meanwhile(pulled: World, way: str) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    last = pulled.shop.edits.pending()[-1].edit_id
    filing = pulled.shop.filing
    acts: dict[str, Callable[[], object]] = {
        "take back": lambda: filing.take_back([last]),
        "undo": filing.take_back_last,
        "file elsewhere": lambda: pulled.copy(11, MUSIC),
        "remove": lambda: pulled.remove(11, COOKING),
    }
    refusals = during_the_first_write(pulled, acts[way])
    assert pulled.push().state == "done"
    assert ["being written to YouTube" in str(refusal) for refusal in refusals] == [True]
    assert pulled.on_youtube(COOKING)[-2:] == [10, 11]
    assert pulled.on_youtube(MUSIC) == [0, 0, 7]
    assert not pulled.shop.edits.locked


def test_a_push_that_has_ended_locks_nothing(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.wire.rule = on(writing(), refused(403, "quotaExceeded"))
    assert pulled.push().state == "paused"
    assert len(pulled.shop.filing.take_back_last()) == 1


def test_a_wish_that_is_laid_during_a_push_waits_for_the_next_one(pulled: World) -> None:
    pulled.copy(10, COOKING)
    refusals = during_the_first_write(pulled, lambda: pulled.copy(11, COOKING))
    assert pulled.push().state == "done"
    assert refusals == []
    assert [edit.video_id for edit in pulled.shop.edits.pending()] == [video(11)]
    assert 11 not in pulled.on_youtube(COOKING)
    pulled.push()
    assert pulled.on_youtube(COOKING)[-2:] == [10, 11]


def test_what_is_taken_back_between_plan_and_approval_is_not_sent(pulled: World) -> None:
    pulled.copy(10, COOKING)

    def replan() -> Plan:
        pulled.pull()
        plan = pulled.shop.pushes.plan()
        pulled.shop.filing.take_back_last()
        return plan

    with pytest.raises(StalePlan):
        push(pulled.context(), replan)
    assert pulled.writes() == []
    assert pulled.push().state == "done"
    assert pulled.writes() == []


def test_a_push_under_way_is_not_undone(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    told: list[UserError] = []

    def undo() -> None:
        try:
            pulled.shop.undo.undo_push()
        except UserError as error:
            told.append(error)

    pulled.wire.rule = on(nth(writing(), 2), before(undo))
    assert pulled.push().state == "done"
    assert ["being written" in str(error) for error in told] == [True]


def test_a_new_guard_beside_what_was_confirmed_is_asked(pulled: World) -> None:
    guarded(pulled)
    interrupt(pulled, 2)
    pulled.remove(12, INBOX)
    for confirm in (None, 9):
        with pytest.raises(GuardTripped):
            pulled.push(confirm=confirm)
    assert pulled.shop.journal.open_push().reason == "changed"
    assert pulled.push(confirm=pulled.shop.pushes.plan().confirm_count).state == "done"


def test_that_a_video_would_now_be_nowhere_is_asked_though_its_removal_was_approved(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    pulled.push()
    pulled.clock.tick(minutes=5)
    guarded(pulled)
    assert pulled.shop.pushes.plan().guards == ()
    interrupt(pulled, 2)
    pulled.amend_items(COOKING, lambda items: items[:-2])
    with pytest.raises(StalePlan):
        pulled.push(only_approved=True)
    assert sorted(pulled.homes(10) + pulled.homes(11)) == [INBOX]


def test_a_plan_that_is_shown_is_refused_when_stale_also_where_a_push_is_open(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    pulled.move(11, INBOX, COOKING)
    interrupt(pulled, 1)
    pulled.copy(12, MUSIC)
    with pytest.raises(StalePlan):
        pulled.push(plan_id="another")


def test_a_playlist_made_before_the_interruption_is_known_by_its_real_id(pulled: World) -> None:
    made = pulled.shop.filing.create_category("Space")
    pulled.move(10, INBOX, made)
    pulled.copy(11, made)
    interrupt(pulled, 2)
    pulled.amend_items(MUSIC, lambda items: items[1:])
    assert pulled.push(only_approved=True).state == "done"
    assert [pulled.on_youtube(p.playlist_id) for p in pulled.youtube.present.listed if p.title == "Space"] == [[10, 11]]


def test_without_an_open_push_nothing_was_approved(pulled: World) -> None:
    pulled.copy(10, COOKING)
    with pytest.raises(StalePlan):
        pulled.push(only_approved=True)
    assert pulled.shop.journal.pushes() == []
    assert pulled.writes() == []


# -- why it stands still -----------------------------------------------------------------------------------------------


def may_resume(world: World) -> bool:
    limits = (world.settle_seconds, 4, world.daily_playlists)
    return resume.may_resume(world.shop.journal, world.shop.quota, *limits)


def stop_for_quota(world: World) -> None:
    world.shop.quota.daily_units = world.shop.quota.spent() + RUN_UNITS + 10
    world.push()
    world.shop.quota.daily_units = 10_000


def stop_by_hand(world: World) -> None:
    def stop(done: int, total: int, what: str) -> None:
        if what == "Writing to YouTube":
            raise Cancelled("Cancelled.")

    world.push(progress=stop)


def stop_for_the_allowance(world: World) -> None:
    world.push(max_units=20)


def stop_for_the_network(world: World) -> None:
    world.wire.rule = on(lambda request: request.resource == "videos", refused(503), times=100)
    world.push()
    world.wire.rule = pass_through


def stop_for_the_sign_in(world: World) -> None:
    world.wire.rule = on(lambda request: request.resource == "videos", refused(401, "authError"), times=100)
    world.push()
    world.wire.rule = pass_through


@pytest.mark.parametrize(
    ("stop", "state", "reason", "by_itself"),
    [
        (stop_for_quota, "paused", "quota", True),
        (stop_by_hand, "paused", "cancelled", False),
        (stop_for_the_allowance, "paused", "allowance", False),
        (stop_for_the_network, "paused", "network", True),
        (stop_for_the_sign_in, "waiting", "sign-in", False),
    ],
)
def test_a_push_that_stands_still_says_why_and_whether_it_goes_on_by_itself(
    pulled: World, stop: Callable[[World], None], state: str, reason: str, by_itself: bool
) -> None:
    pulled.copy(10, COOKING)
    stop(pulled)
    stands = pulled.shop.journal.open_push()
    assert (stands.state, stands.reason) == (state, reason)
    assert may_resume(pulled) is by_itself
    report = pulled.push()
    assert (report.state, report.reason, report.push_id) == ("done", "", stands.push_id)
    assert not may_resume(pulled)


def test_a_killed_push_goes_on_by_itself_where_there_are_units_for_its_next_step(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    interrupt(pulled, 1)
    assert may_resume(pulled)
    pulled.shop.quota.daily_units = pulled.shop.quota.spent() + 100
    assert not may_resume(pulled)


def test_a_network_that_is_lost_while_a_push_goes_on_is_told_and_not_raised(pulled: World) -> None:
    pulled.copy(10, COOKING)
    interrupt(pulled, 1)
    pulled.wire.rule = on(lambda request: True, refused(500), times=1000)
    report = pulled.push(only_approved=True)
    assert (report.state, report.reason, report.left) == ("paused", "network", 0)
    assert pulled.states() == [State.SENT]
    pulled.wire.rule = pass_through
    assert pulled.push().state == "done"


def test_a_failed_push_can_be_pushed_again_and_ends_well(pulled: World) -> None:
    pulled.copy(10, COOKING)
    pulled.wire.rule = on(writing(), refused(400, "badRequest"))
    assert pulled.push().state == "failed"
    again = pulled.push()
    assert (again.state, again.failed) == ("done", 0)


def test_the_report_counts_what_it_cost(pulled: World) -> None:
    pulled.move(10, INBOX, COOKING)
    before_push, begin = pulled.shop.quota.total(), len(pulled.youtube.log)
    report = pulled.push()
    asked = pulled.requests(begin)
    assert report.units == pulled.shop.quota.total() - before_push == sum(entry.units for entry in asked)
    assert report.units - 100 == len([entry for entry in asked if entry.method == "GET"])
    assert report.verified == 2


# -- killed ------------------------------------------------------------------------------------------------------------


def kill_at_write(world: World, write: int, applied: bool) -> Settings:
    """Push in a process of its own that SIGKILL ends at one of its writes; the data folder it leaves behind.

    `applied` says whether YouTube carried that write out.
    """
    home = world.shop.settings
    world.shop.close()
    environment = os.environ | {
        "ATLAS_HOME": str(home.home),
        "YOUTUBE_API_ENDPOINT": home.endpoint or "",
        "ATLAS_SETTLE_SECONDS": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "lib", "push", "--yes", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )

    def kill(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        reply = answer(request) if applied else Answer(500, None)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return reply

    world.wire.rule = on(nth(writing(), write), kill)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    return home


@pytest.mark.parametrize(
    ("write", "applied"),
    [(1, False), (2, True), (3, True), (4, False)],
    ids=["creation not applied", "insert refused", "insert applied, nobody told", "delete not applied"],
)
def test_a_push_killed_anywhere_and_pushed_again_comes_to_the_same_end(
    pulled: World, write: int, applied: bool
) -> None:
    made = pulled.shop.filing.create_category("Space")
    pulled.move(10, INBOX, made)
    pulled.copy(11, COOKING)
    home = kill_at_write(pulled, write, applied)
    with closing(Workspace(home)) as resumed:
        report = resumed.pushes.push()
        assert (report.state, report.left, report.orphans) == ("done", 0, [])
        assert resumed.pushes.plan().operations == ()
        assert resumed.edits.pending() == []
    space = [p for p in pulled.youtube.present.listed if p.title == "Space"]
    assert [pulled.on_youtube(p.playlist_id) for p in space] == [[10]]
    assert pulled.on_youtube(COOKING)[-1:] == [11]
    assert pulled.on_youtube(INBOX) == [11, 12, 13, 14, 15]


def command(home: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the command line on this data folder, in a process of its own."""
    environment = os.environ | {"ATLAS_HOME": str(home.home), "YOUTUBE_API_ENDPOINT": home.endpoint or ""}
    line = [sys.executable, "-m", "lib", *words]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def withdrawals(filing: Filing, edit: Edit) -> dict[str, Callable[[], object]]:
    """Every way in which a person gives up or changes a wish to copy a video into Cooking."""
    video_ids = [edit.video_id or ""]
    return {
        "take back": lambda: filing.take_back([edit.edit_id]),
        "undo the last": filing.take_back_last,
        "file elsewhere": lambda: filing.file(video_ids, MUSIC, COOKING),
        "remove": lambda: filing.file(video_ids, None, COOKING),
        "replace": lambda: filing.replace([edit.edit_id], [replace(edit, to_playlist=MUSIC)]),
    }


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
def test_what_a_killed_push_may_have_done_is_not_taken_back_before_that_is_known(pulled: World, applied: bool) -> None:
    pulled.copy(10, COOKING)
    pulled.copy(11, COOKING)
    pulled.copy(12, COOKING)
    home = kill_at_write(pulled, 2, applied)
    with closing(Workspace(home)) as resumed:
        numbers = [edit.edit_id for edit in resumed.edits.pending()]
    refusal = command(home, "edits", "--take-back", str(numbers[1]))
    assert refusal.returncode == 3
    assert "may be on YouTube already" in refusal.stdout + refusal.stderr
    with closing(Workspace(home)) as resumed:
        done, sent, planned = resumed.edits.pending()
        assert resumed.filing.take_back([planned.edit_id]) == [planned.edit_id]
        for way, withdraw in [
            *withdrawals(resumed.filing, sent).items(),
            ("take back what was done", lambda: resumed.filing.take_back([done.edit_id])),
            ("undo the push", resumed.undo.undo_push),
        ]:
            with pytest.raises(Waiting, match=r"(?s)may be on YouTube already.*[Pp]ush again"):
                pytest.fail(f"{way}: {withdraw()}")
        resumed.pulls.pull()
        assert [edit.edit_id for edit in resumed.edits.pending()] == [sent.edit_id]
        report = resumed.pushes.push()
        assert (report.state, report.left, resumed.edits.pending()) == ("done", 0, [])
        resumed.undo.undo_push()
        assert resumed.pushes.push().state == "done"
    assert pulled.on_youtube(COOKING) == [0, 1, 2, 3, 4, 5, 6, DELETED, PRIVATE]
    assert pulled.on_youtube(MUSIC) == [0, 0, 7]


def test_a_look_that_was_cancelled_locks_what_it_looked_for(pulled: World) -> None:
    pulled.copy(10, COOKING)

    def stop(done: int, total: int, what: str) -> None:
        if what == "Waiting for YouTube":
            raise Cancelled("Cancelled.")

    pulled.wire.rule = on(writing(), refused(503))
    assert pulled.push(progress=stop).reason == "cancelled"
    assert pulled.states() == [State.UNKNOWN]
    with pytest.raises(Waiting, match="may be on YouTube already"):
        pulled.shop.filing.take_back_last()
    assert pulled.push().state == "done"


@pytest.mark.parametrize("kind", ["rename", "reorder", "create", "delete", "move"])
def test_every_kind_of_change_is_held_while_its_write_is_in_doubt(pulled: World, kind: str) -> None:
    items = ids(pulled, MUSIC)
    seen = tuple(item.video_id for item in pulled.shop.catalog.items_of(MUSIC))
    match kind:
        case "rename":
            pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
        case "reorder":
            pulled.lay(EditKind.REORDER, to_playlist=MUSIC, order=seen[::-1], seen=seen)
        case "create":
            pulled.shop.filing.create_category("Space")
        case "delete":
            pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=items)
        case "move":
            pulled.move(10, INBOX, COOKING)
    interrupt(pulled, 1)
    assert pulled.states()[0] is State.SENT
    with pytest.raises(Waiting, match="may be on YouTube already"):
        pulled.shop.filing.take_back_last()
    with pytest.raises(Waiting, match="may be on YouTube already"):
        pulled.shop.filing.take_back([pulled.shop.edits.pending()[0].edit_id])
