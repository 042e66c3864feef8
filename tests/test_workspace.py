from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from lib.errors import NotSignedIn, StoreError, UserError
from lib.models import LIKED, Availability, EditKind, Role, State, Video
from lib.workspace import Workspace
from tests.flows import COOKING, INBOX, MUSIC, Clock, Wire, World, small_world, switchboard, video


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
    workspace.pull()
    return made


def truly(world: World) -> dict[str, Counter[str]]:
    """What each playlist of the account holds, by title."""
    return {p.title: Counter(i.video_id for i in p.items) for p in world.youtube.present.listed}


def test_a_pull_reports_what_it_cost_and_found(workspace: Workspace, youtube: DemoYouTube) -> None:
    report = workspace.pull()
    assert report.units == report.requests == len(youtube.log)
    assert (report.playlists, report.items, report.videos, report.new_items) == (4, 19, 16, 19)


def test_a_wish_that_youtube_fulfilled_by_itself_is_no_longer_waiting(world: World) -> None:
    world.copy(10, COOKING)
    world.amend_items(COOKING, lambda items: (*items, world.youtube.present.playlists[INBOX].items[0]))
    world.shop.pull()
    assert world.shop.edits.pending() == []


def test_a_plan_is_dry_and_the_same_wishes_make_the_same_plan(world: World) -> None:
    world.move(10, INBOX, COOKING)
    revision, begin = world.shop.db.revision, len(world.youtube.log)
    assert world.shop.plan() == world.shop.plan()
    assert (world.shop.db.revision, len(world.youtube.log)) == (revision, begin)


def test_a_push_leaves_no_wish_behind_and_base_as_it_truly_is(world: World) -> None:
    world.move(10, INBOX, COOKING)
    report = world.shop.push(plan_id=world.shop.plan().plan_id)
    assert (report.state, report.done) == ("done", 2)
    assert world.shop.edits.pending() == []
    assert world.in_base(COOKING) == world.on_youtube(COOKING)
    assert world.shop.push().push_id is None


def test_without_leave_to_write_nothing_is_sent(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.settings.token.write_text('{"scopes": ["https://www.googleapis.com/auth/youtube.readonly"]}')
    begin = len(world.youtube.log)
    with pytest.raises(NotSignedIn, match="not allowed this app to write"):
        world.shop.push()
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
    pushed = shop.push(confirm=shop.plan().confirm_count)
    assert pushed.state == "done"
    assert (truly(world), world.on_youtube(INBOX)) != (before, order)
    laid, _ = shop.undo()
    assert len(laid) > 0
    assert shop.push(confirm=shop.plan().confirm_count).state == "done"
    assert (truly(world), world.on_youtube(INBOX)) == (before, order)
    assert {entry.state for entry in shop.journal.entries(pushed.push_id)} == {State.UNDONE}


def test_undo_says_what_cannot_come_back(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.push()
    _, sentences = world.shop.undo()
    assert any("added date" in sentence for sentence in sentences)


def test_undo_leaves_a_dead_video_where_it_is(world: World) -> None:
    world.remove(3, COOKING)
    world.shop.push(confirm=1)
    world.amend_video(3, Availability.DELETED)
    world.shop.catalog.mark_unavailable({video(3): Availability.DELETED})
    laid, sentences = world.shop.undo()
    assert laid == []
    assert any("cannot be put back" in sentence for sentence in sentences)


def test_a_push_is_undone_once(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    push_id = shop.push().push_id
    shop.undo(push_id)
    with pytest.raises(UserError, match="waits among your edits"):
        shop.undo(push_id)
    shop.push()
    with pytest.raises(UserError, match=f"Nothing of push {push_id}"):
        shop.undo(push_id)


def test_an_undo_that_was_taken_back_can_be_asked_for_again(world: World) -> None:
    shop = world.shop
    world.move(10, INBOX, COOKING)
    push_id = shop.push().push_id
    laid, _ = shop.undo()
    shop.filing.take_back([edit.edit_id for edit in laid])
    shop.pull()
    assert shop.journal.entries(push_id or 0)[0].state is State.DONE
    again, _ = shop.undo()
    assert [edit.kind for edit in again] == [edit.kind for edit in laid]


def test_undo_of_what_changed_on_youtube_since_is_a_conflict_and_not_an_overwrite(world: World) -> None:
    world.move(10, INBOX, COOKING)
    world.shop.push()
    world.amend_items(COOKING, lambda items: items[:-1])
    world.shop.undo()
    report = world.shop.push()
    assert report.state == "waiting"
    assert len(report.conflicts) == 1
    assert world.homes(10) == []


@pytest.mark.parametrize("push_id", [None, 7])
def test_where_there_is_nothing_to_undo_that_is_said(workspace: Workspace, push_id: int | None) -> None:
    with pytest.raises(UserError):
        workspace.undo(push_id)


def test_a_receipt_lists_every_operation_with_titles_and_is_no_formula(world: World) -> None:
    world.move(10, INBOX, COOKING)
    push_id = world.shop.push().push_id
    world.shop.catalog.store_videos([Video(video(10), "=1+1")])
    rows = list(csv.DictReader(io.StringIO(world.shop.receipt(push_id or 0))))
    assert [(r["kind"], r["state"], r["playlist"], r["title"], r["units"]) for r in rows] == [
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
    assert world.shop.give_role(["Music", COOKING], Role.INBOX) == [INBOX, COOKING, MUSIC, LIKED]
    world.shop.pull(full=True)
    assert world.shop.catalog.library().playlists[MUSIC].role is Role.INBOX
    assert world.shop.give_role([INBOX, COOKING, MUSIC], Role.CATEGORY) == [LIKED]
    with pytest.raises(UserError, match="no playlist 'Nowhere'"):
        world.shop.give_role(["Nowhere"], Role.INBOX)


def test_a_search_before_anything_is_embedded_finds_nothing_and_loads_no_model(world: World) -> None:
    world.shop.call = lambda *task, **arguments: pytest.fail("no model is needed")
    assert world.shop.search("talk") == []


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
