from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from lib.demo.account import Account
from lib.demo.server import pass_through
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.errors import Cancelled, NotSignedIn, StalePlan, StoreError, UserError, Waiting
from lib.models import LIKED, Availability, Decider, EditKind, Item, Role, State, Video
from lib.planning.orphans import Orphan
from lib.rules.rules import Conditions, Rule
from lib.services.workspace import Workspace
from lib.sync.resume import RESET_MARGIN
from tests.flows import (
    COOKING,
    INBOX,
    MUSIC,
    START,
    Clock,
    Wire,
    World,
    lost,
    on,
    refused,
    small_world,
    switchboard,
    video,
)


@pytest.fixture
def account() -> Account:
    return small_world()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def url(youtube: DemoYouTube, wire: Wire) -> Iterator[str]:
    with switchboard().plugged(youtube, wire) as address:
        yield address


@pytest.fixture
def world(workspace: Workspace, youtube: DemoYouTube, wire: Wire) -> World:
    """After a first pull. The workspace keeps the clock of the wall, as it does for everybody."""
    made = World(workspace, youtube, wire, Clock())
    workspace.quota.now = youtube.clock
    workspace.pulls.pull()
    return made


def truly(world: World) -> dict[str, Counter[str]]:
    """What each playlist of the account holds, by title."""
    return {p.title: Counter(i.video_id for i in p.items) for p in world.youtube.present.listed}


def test_a_pull_reports_what_it_cost_and_found(workspace: Workspace, youtube: DemoYouTube) -> None:
    report = workspace.pulls.pull()
    assert report.units == report.requests == len(youtube.log)
    assert (report.playlists, report.items, report.videos, report.new_items) == (4, 19, 16, 19)


def test_a_wish_that_youtube_fulfilled_by_itself_is_no_longer_waiting(world: World) -> None:
    world.copy(10, COOKING)
    world.amend_items(COOKING, lambda items: (*items, world.youtube.present.playlists[INBOX].items[0]))
    world.shop.pulls.pull()
    assert world.shop.edits.pending() == []


def test_a_plan_is_dry_and_the_same_wishes_make_the_same_plan(world: World) -> None:
    world.move(10, INBOX, COOKING)
    revision, begin = world.shop.db.revision, len(world.youtube.log)
    assert world.shop.pushes.plan() == world.shop.pushes.plan()
    assert (world.shop.db.revision, len(world.youtube.log)) == (revision, begin)


def test_a_push_leaves_no_wish_behind_and_base_as_it_truly_is(world: World) -> None:
    world.move(10, INBOX, COOKING)
    report = world.shop.pushes.push(plan_id=world.shop.pushes.plan().plan_id)
    assert (report.state, report.done) == ("done", 2)
    assert world.shop.edits.pending() == []
    assert world.in_base(COOKING) == world.on_youtube(COOKING)
    assert world.shop.pushes.push().push_id is None


def test_without_leave_to_write_nothing_is_sent(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.settings.token.write_text('{"scopes": ["https://www.googleapis.com/auth/youtube.readonly"]}')
    begin = len(world.youtube.log)
    with pytest.raises(NotSignedIn, match="not allowed this app to write"):
        world.shop.pushes.push()
    assert len(world.youtube.log) == begin


def move(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.move(12, INBOX, COOKING)


def into_a_new_category(world: World) -> None:
    world.move(10, INBOX, world.shop.filing.create_category("Space"))


def removal(world: World) -> None:
    world.remove(3, COOKING)
    world.remove(0, MUSIC)


def rename(world: World) -> None:
    world.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))


def deletion(world: World) -> None:
    seen = tuple(item.item_id or "" for item in world.shop.catalog.items_of(MUSIC))
    world.lay(EditKind.DELETE, from_playlist=MUSIC, seen=seen)


def reorder(world: World) -> None:
    seen = tuple(item.video_id for item in world.shop.catalog.items_of(INBOX))
    world.lay(EditKind.REORDER, to_playlist=INBOX, order=tuple(reversed(seen)), seen=seen)


@pytest.mark.parametrize("wish", [move, into_a_new_category, removal, rename, deletion, reorder])
def test_undo_brings_every_playlist_back_to_what_it_held(world: World, wish: Callable[[World], None]) -> None:
    shop, before, order = world.shop, truly(world), world.on_youtube(INBOX)
    wish(world)
    pushed = shop.pushes.push(confirm=shop.pushes.plan().confirm_count)
    assert pushed.state == "done"
    assert (truly(world), world.on_youtube(INBOX)) != (before, order)
    laid, _ = shop.undo.undo_push()
    assert len(laid) > 0
    assert shop.pushes.push(confirm=shop.pushes.plan().confirm_count).state == "done"
    assert (truly(world), world.on_youtube(INBOX)) == (before, order)
    assert {entry.state for entry in shop.journal.entries(pushed.push_id)} == {State.UNDONE}


def test_undo_says_what_cannot_come_back(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.pushes.push()
    _, sentences = world.shop.undo.undo_push()
    assert any("added date" in sentence for sentence in sentences)


def test_undo_leaves_a_dead_video_where_it_is(world: World) -> None:
    world.remove(3, COOKING)
    world.shop.pushes.push(confirm=1)
    world.amend_video(3, Availability.DELETED)
    world.shop.catalog.mark_unavailable({video(3): Availability.DELETED})
    laid, sentences = world.shop.undo.undo_push()
    assert laid == []
    assert any("cannot be put back" in sentence for sentence in sentences)


def test_a_push_is_undone_once(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    push_id = shop.pushes.push().push_id
    shop.undo.undo_push(push_id)
    with pytest.raises(UserError, match="waits among your edits"):
        shop.undo.undo_push(push_id)
    shop.pushes.push()
    with pytest.raises(UserError, match=f"Nothing of push {push_id}"):
        shop.undo.undo_push(push_id)


def test_an_undo_that_was_taken_back_can_be_asked_for_again(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    push_id = shop.pushes.push().push_id
    laid, _ = shop.undo.undo_push()
    shop.filing.take_back([edit.edit_id for edit in laid])
    shop.pulls.pull()
    assert shop.journal.entries(push_id or 0)[0].state is State.DONE
    again, _ = shop.undo.undo_push()
    assert [edit.kind for edit in again] == [edit.kind for edit in laid]


def test_undo_of_what_changed_on_youtube_since_is_a_conflict_and_not_an_overwrite(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.pushes.push()
    world.amend_items(COOKING, lambda items: items[:-1])
    world.shop.undo.undo_push()
    report = world.shop.pushes.push()
    assert report.state == "waiting"
    assert len(report.conflicts) == 1
    assert world.homes(10) == []


def test_an_undo_that_stops_half_way_has_undone_what_it_took_back(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    world.copy(11, MUSIC)
    pushed = shop.pushes.push()
    before = {e.operation.op_id: e for e in shop.journal.entries(pushed.push_id or 0)}
    shop.undo.undo_push()
    calls = [0]

    def stop(done: int, total: int, what: str) -> None:
        calls[0] += what == "Writing to YouTube"
        if calls[0] == 3:
            raise Cancelled("Cancelled.")

    assert shop.pushes.push(progress=stop, confirm=shop.pushes.plan().confirm_count).reason == "cancelled"
    half = {e.operation.op_id: e.state for e in shop.journal.entries(pushed.push_id or 0)}
    back = {State.UNDONE: set(), State.DONE: set()}
    for op_id, state in half.items():
        back[state].add(before[op_id].operation.video_id)
    assert back[State.UNDONE] and back[State.DONE]
    assert not back[State.UNDONE] & back[State.DONE]
    assert shop.pushes.push().state == "done"
    assert {e.state for e in shop.journal.entries(pushed.push_id or 0)} == {State.UNDONE}


def test_an_undo_can_be_undone(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    shop.pushes.push()
    pushed = truly(world)
    shop.undo.undo_push()
    shop.pushes.push()
    shop.undo.undo_push()
    shop.pushes.push()
    assert truly(world) == pushed


# -- going on ----------------------------------------------------------------------------------------------------------


def cancel(done: int, total: int, what: str) -> None:
    if what == "Writing to YouTube":
        raise Cancelled("Cancelled.")


def without_network(world: World) -> None:
    world.wire.rule = on(lambda request: request.resource == "videos", refused(503), times=1000)


def test_a_push_that_ran_out_of_quota_goes_on_by_itself_when_there_are_units(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    assert not shop.pushes.may_resume()
    shop.quota.daily_units = shop.quota.spent() + 20
    assert (shop.pushes.push().reason, shop.pushes.may_resume()) == ("quota", False)
    shop.quota.daily_units = 10_000
    reset = shop.quota.resets_at()
    monkeypatch.setattr(shop.quota, "now", lambda: reset)
    assert not shop.pushes.may_resume()  # our clock may be ahead of YouTube's
    monkeypatch.setattr(shop.quota, "now", lambda: reset + RESET_MARGIN)
    assert shop.pushes.may_resume()
    report = shop.pushes.resume()
    assert (report.state, report.done) == ("done", 2)
    assert shop.edits.pending() == []
    assert not shop.pushes.may_resume()


def test_a_push_that_the_user_cancelled_does_not_go_on_by_itself(world: World) -> None:
    world.move(10, INBOX, COOKING)
    assert world.shop.pushes.push(progress=cancel).reason == "cancelled"
    assert not world.shop.pushes.may_resume()


def test_a_cancel_while_a_push_goes_on_is_a_cancel_too(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.quota.daily_units = world.shop.quota.spent() + 20
    world.shop.pushes.push()
    world.shop.quota.daily_units = 10_000

    def stop(done: int, total: int, what: str) -> None:
        raise Cancelled("Cancelled.")

    assert world.shop.pushes.resume(stop).reason == "cancelled"
    assert not world.shop.pushes.may_resume()


def test_what_was_approved_goes_on_and_what_was_wished_since_waits(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    shop.quota.daily_units = shop.quota.spent() + 20
    shop.pushes.push()
    shop.quota.daily_units = 10_000
    world.copy(11, MUSIC)
    assert shop.pushes.resume().complete
    assert [edit.video_id for edit in shop.edits.pending()] == [video(11)]
    assert (world.homes(10), world.homes(11)) == ([COOKING], [INBOX])


def test_going_on_with_anything_that_was_not_approved_waits_for_the_user(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    shop.quota.daily_units = shop.quota.spent() + 20
    shop.pushes.push()
    shop.quota.daily_units = 10_000
    world.move(10, COOKING, MUSIC)
    with pytest.raises(StalePlan):
        shop.pushes.resume()
    assert (shop.journal.open_push().state, shop.journal.open_push().reason) == ("waiting", "changed")
    assert not shop.pushes.may_resume()
    assert shop.pushes.push().state == "done"


def test_without_leave_to_write_nothing_goes_on(world: World) -> None:
    world.move(10, INBOX, COOKING)
    without_network(world)
    world.shop.pushes.push()
    world.shop.settings.token.write_text('{"scopes": ["https://www.googleapis.com/auth/youtube.readonly"]}')
    assert not world.shop.pushes.may_resume()


def test_without_a_network_one_tries_ever_more_seldom(world: World) -> None:
    world.shop.quota.now = world.clock
    world.shop.pulls.sleep = world.clock.sleep
    world.move(10, INBOX, COOKING)
    without_network(world)
    assert world.shop.pushes.push().reason == "network"
    for seconds in (30, 60, 120, 240):
        world.clock.tick(seconds=seconds - 1)
        assert not world.shop.pushes.may_resume()
        world.clock.tick(seconds=1)
        assert world.shop.pushes.may_resume()
        world.shop.pushes.resume()
    world.wire.rule = pass_through
    world.clock.tick(hours=1)
    assert world.shop.pushes.resume().state == "done"


def test_a_second_push_or_pull_is_refused_while_one_runs_and_sends_nothing(world: World) -> None:
    world.move(10, INBOX, COOKING)
    refusals: list[str] = []

    def elsewhere() -> None:
        for act in (world.shop.pushes.push, world.shop.pulls.pull):
            try:
                act()
            except Waiting as reason:
                refusals.append(reason.message)
        refusals.append(str(world.shop.pushes.may_resume()))

    def meanwhile(done: int, total: int, what: str) -> None:
        if what == "Writing to YouTube" and not refusals:
            begin = len(world.youtube.log)
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
            assert len(world.youtube.log) == begin

    assert world.shop.pushes.push(progress=meanwhile).state == "done"
    assert len(refusals) == 3
    assert "under way" in refusals[0]
    assert refusals[2] == "False"


# -- leftovers ---------------------------------------------------------------------------------------------------------


def left_over(world: World) -> str:
    """Our insert is applied, its answer is lost and reads do not show it before it is sent again."""
    world.copy(10, COOKING)
    sent: list[str] = []

    def late(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method == "GET":
            return answer(request)
        sent.append(request.method)
        world.youtube.lag = timedelta(hours=len(sent) == 1)
        return lost(request, answer) if len(sent) == 1 else answer(request)

    world.shop.pulls.sleep = lambda seconds: None
    world.wire.rule = late
    (orphan,) = world.shop.pushes.push().orphans
    world.wire.rule = pass_through
    return str(orphan["item_id"])


def test_a_possible_leftover_is_proposed_also_after_the_next_pull_until_it_is_kept(world: World) -> None:
    item = left_over(world)
    world.shop.pulls.pull(full=True)
    assert world.shop.pushes.orphans() == [Orphan(item, COOKING, video(10))]
    world.shop.journal.keep_item(item)
    assert world.shop.pushes.orphans() == []
    assert world.on_youtube(COOKING).count(10) == 2


def test_a_possible_leftover_is_removed_when_the_user_says_so(world: World) -> None:
    item = left_over(world)
    world.lay(EditKind.REMOVE, video_id=video(10), item_id=item, from_playlist=COOKING)
    assert world.shop.pushes.orphans() == []
    assert world.shop.pushes.push(confirm=world.shop.pushes.plan().confirm_count).orphans == []
    assert world.on_youtube(COOKING).count(10) == 1
    assert item not in [i.item_id for i in world.youtube.present.playlists[COOKING].items]


@pytest.mark.parametrize("push_id", [None, 7])
def test_where_there_is_nothing_to_undo_that_is_said(workspace: Workspace, push_id: int | None) -> None:
    with pytest.raises(UserError):
        workspace.undo.undo_push(push_id)


def test_a_receipt_lists_every_operation_with_titles_and_is_no_formula(world: World) -> None:
    world.move(10, INBOX, COOKING)
    push_id = world.shop.pushes.push().push_id
    world.shop.catalog.store_videos([Video(video(10), "=1+1")])
    rows = list(csv.DictReader(io.StringIO(world.shop.pushes.receipt(push_id or 0).removeprefix("\ufeff"))))
    assert [(row["kind"], row["state"], row["playlist"], row["title"], row["units"]) for row in rows] == [
        ("insert", "done", "Cooking", "'=1+1", "50"),
        ("delete", "done", "Inbox", "'=1+1", "50"),
    ]
    assert rows[0]["item_id"] == world.shop.catalog.items_of(COOKING)[-1].item_id


def test_status_tells_where_things_stand_without_asking_youtube(world: World) -> None:
    world.move(10, INBOX, COOKING)
    begin = len(world.youtube.log)
    status = world.shop.status()
    assert len(world.youtube.log) == begin
    assert status["account"] == {"channel_id": "UC" + "r" * 22, "title": "Robin"}
    assert (status["playlists"], status["items"], status["videos"], status["edits"]) == (4, 19, 16, 1)
    assert status["quota"]["spent"] + status["quota"]["left"] == 10_000
    assert status["quota"]["spent"] == begin
    assert status["open_push"] is None
    assert status["last_pull"]


def test_roles_are_given_by_id_or_title_and_outlive_a_pull(world: World) -> None:
    assert world.shop.playlists.give_role(["Music", COOKING], Role.INBOX) == [INBOX, COOKING, MUSIC, LIKED]
    world.shop.pulls.pull(full=True)
    assert world.shop.catalog.library().playlists[MUSIC].role is Role.INBOX
    assert world.shop.playlists.give_role([INBOX, COOKING, MUSIC], Role.CATEGORY) == [LIKED]
    with pytest.raises(UserError, match="no playlist 'Nowhere'"):
        world.shop.playlists.give_role(["Nowhere"], Role.INBOX)


def test_a_search_before_anything_is_embedded_goes_by_words_and_loads_no_model(world: World) -> None:
    world.shop.search.compute = lambda task: pytest.fail("no model is needed")
    hits = world.shop.search.search("talk")
    assert {video_id for video_id, _ in hits} == set(
        world.shop.catalog.listed_videos()
    ) - world.shop.catalog.unavailable()


def test_one_folder_is_open_in_one_process_and_closing_frees_it(world: World) -> None:
    home = world.shop.settings
    world.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
    world.shop.close()
    again = Workspace(home)
    assert [edit.kind for edit in again.edits.pending()] == [EditKind.RENAME]
    again.close()


def test_a_folder_that_cannot_be_written_is_said(world: World) -> None:
    blocked = world.shop.settings.home / "a file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        Workspace(type(world.shop.settings)(home=blocked))


def into_inbox(world: World, number: int) -> None:
    """The person saves one more video on YouTube."""
    added = Item(f"{INBOX}{number}", video(number), START)
    world.amend_items(INBOX, lambda items: (*items, added))


def test_a_rule_that_acts_by_itself_files_what_a_pull_brings_and_sends_nothing(world: World) -> None:
    world.shop.rules.save(Rule(0, Conditions(words=("20", "21")), COOKING, by_itself=True))
    into_inbox(world, 20)
    world.shop.pulls.pull()
    assert [(e.video_id, e.decided_by) for e in world.shop.edits.pending()] == [(video(20), Decider.RULE)]
    assert world.writes() == []
    world.shop.pushes.push(plan_id=world.shop.pushes.plan().plan_id)
    assert world.homes(20) == [INBOX, COOKING]


def test_a_push_carries_out_what_was_approved_and_no_rule_adds_to_it(world: World) -> None:
    world.shop.rules.save(Rule(0, Conditions(words=("20", "21")), COOKING, by_itself=True))
    world.copy(10, MUSIC)
    into_inbox(world, 20)
    assert world.shop.pushes.push().state == "done"
    assert world.shop.edits.pending() == [] and world.homes(20) == [INBOX]
    world.shop.pulls.pull()
    assert [e.video_id for e in world.shop.edits.pending()] == [video(20)]


def test_a_rule_files_into_its_category_still_when_that_was_only_a_wish_at_first(world: World) -> None:
    stale = world.shop.filing.create_category("Stale")
    world.shop.rules.save(Rule(0, Conditions(words=("10", "20")), stale, by_itself=True))
    world.shop.rules.apply()
    world.shop.pushes.push()
    into_inbox(world, 20)
    world.shop.pulls.pull()
    world.shop.pushes.push()
    truth = truly(world)
    assert truth["Stale"] == Counter([video(10), video(20)])
    assert {video(10), video(20)} <= truth["Inbox"].keys()
