from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from math import ceil
from typing import Any

import pytest

from lib.demo.account import Account, empty_account
from lib.demo.server import demo_youtube, pass_through
from lib.demo.youtube import DemoYouTube, Request
from lib.errors import ApiError, Cancelled, NotSignedIn, QuotaExceeded
from lib.models import LIKED, Availability, Channel, EditKind
from lib.sync.pull import EVERYWHERE
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
    on,
    playlist,
    refused,
    video,
)
from tests.sync.test_listing import EVERY, circle, shows_otherwise

LONG = "PL" + "l" * 32


def without_rows(match: Callable[[dict[str, Any]], bool]) -> Any:
    """A listing that leaves rows out and counts on as if nothing were missing."""

    def leave_out(body: dict[str, Any]) -> None:
        body["items"] = [row for row in body["items"] if not match(row)]
        for at, row in enumerate(body["items"]):
            row["snippet"]["position"] = at

    return shows_otherwise(leave_out)


def mine(request: Request) -> bool:
    return request.resource == "playlists" and "mine" in request.params


def titled(title: str) -> Callable[[dict[str, Any]], bool]:
    return lambda row: bool(row["snippet"]["title"] == title)


def held(world: World) -> dict[str, str]:
    return {one.playlist_id: one.reason for one in world.shop.catalog.held_back()}


def add_long(world: World, items: int = 60) -> None:
    """A playlist of two pages; each item another video, some of which stand elsewhere too."""
    world.youtube.amend(lambda account: account.with_playlist(playlist(LONG, "Long", [n % 40 for n in range(items)])))


def kill(world: World, step: str) -> Callable[[int, int, str], None]:
    def progress(done: int, total: int, what: str) -> None:
        if what == step:
            raise Cancelled("Cancelled.")

    return progress


# -- what a pull reads -------------------------------------------------------------------------------------------------


def test_a_first_pull_stores_the_library_as_youtube_shows_it(world: World) -> None:
    report = world.pull()
    library = world.shop.catalog.library()
    assert [p.title for p in library.playlists.values()] == ["Inbox", "Cooking", "Music", "Liked videos"]
    for shown in world.youtube.present.listed:
        base = library.playlists[shown.playlist_id]
        assert (base.items, base.description, base.privacy) == (shown.items, shown.description, shown.privacy)
    assert [item.video_id for item in library.playlists[LIKED].items] == [video(1)]
    assert not library.playlists[LIKED].writable
    assert (report.playlists, report.items, report.new_items, report.unavailable) == (4, 19, 19, 2)
    known = world.shop.catalog.videos()
    assert known[video(1)].title == "Talk 1"
    assert (known[video(DELETED)].availability, known[video(PRIVATE)].availability) == (
        Availability.DELETED,
        Availability.PRIVATE,
    )
    assert world.shop.catalog.channel() == Channel("UC" + "r" * 22, "Robin")


def test_all_pages_are_read_whatever_the_totals_say(world: World) -> None:
    add_long(world, 120)

    def lie(body: dict[str, Any]) -> None:
        body["pageInfo"] = {"totalResults": 3, "resultsPerPage": 5}

    world.wire.rule = on(listing(LONG), shows_otherwise(lie), times=EVERY)
    world.pull()
    assert world.in_base(LONG) == world.on_youtube(LONG)


@pytest.fixture(scope="module")
def sample() -> DemoYouTube:
    return demo_youtube()


class TestTheSampleLibrary:
    """4,000 videos in 60 playlists: what it costs."""

    @pytest.fixture
    def youtube(self, sample: DemoYouTube) -> DemoYouTube:
        return sample

    def test_a_first_pull_and_a_later_one_cost_no_more_than_the_formula(
        self, workspace: Any, sample: DemoYouTube
    ) -> None:
        account = sample.present
        lists = [*account.listed, account.playlists[LIKED]]
        items = [len(account.shown_items(one)) for one in lists]
        videos = len({item.video_id for one in lists for item in account.shown_items(one)})
        report = workspace.pulls.pull()
        assert report.units == report.requests == sum(entry.units for entry in sample.log)
        assert report.units <= ceil(len(account.listed) / 50) + sum(ceil(n / 50) for n in items) + ceil(videos / 50) + 2
        assert (report.playlists, report.items, report.videos) == (len(lists), sum(items), videos)
        later = workspace.pulls.pull()
        assert later.units <= ceil(len(account.listed) / 50) + 1 + 1  # one swept page, and one for Liked
        assert (later.new_items, later.removed_items, later.held_back) == (0, 0, [])


def test_a_later_pull_costs_the_listing_one_swept_page_and_liked(pulled: World) -> None:
    begin = len(pulled.youtube.log)
    pulled.pull()
    asked = [(e.path.rsplit("/", 1)[1], e.params.get("playlistId"), e.status) for e in pulled.requests(begin)]
    assert asked == [("playlists", None, 200), ("playlistItems", LIKED, 304), ("playlistItems", INBOX, 304)]


def test_the_sweep_goes_round_all_playlists(pulled: World) -> None:
    begin = len(pulled.youtube.log)
    for _ in range(4):
        pulled.clock.tick(hours=1)
        pulled.pull()
    swept = {e.params["playlistId"] for e in pulled.requests(begin) if e.path.endswith("playlistItems")}
    assert swept == {INBOX, COOKING, MUSIC, LIKED}


def test_only_what_changed_is_read_again(pulled: World) -> None:
    pulled.amend_items(MUSIC, lambda items: (*items, playlist(MUSIC, "", [9, 9, 9, 20]).items[-1]))
    begin = len(pulled.youtube.log)
    report = pulled.pull()
    read = [e for e in pulled.requests(begin) if e.path.endswith(("playlistItems", "videos"))]
    assert [(e.params.get("playlistId"), e.status) for e in read] == [
        (MUSIC, 200),
        (LIKED, 304),
        (INBOX, 304),
        (None, 200),
    ]
    assert read[-1].params["id"] == video(20)
    assert (report.new_items, report.removed_items) == (1, 0)
    assert pulled.in_base(MUSIC) == [0, 0, 7, 20]


def test_a_full_pull_reads_every_playlist_again_and_takes_unchanged_pages_from_the_last_time(pulled: World) -> None:
    add_long(pulled)
    pulled.pull()
    library = pulled.shop.catalog.library()
    begin = len(pulled.youtube.log)
    pulled.pull(full=True)
    pages = [e.status for e in pulled.requests(begin) if e.path.endswith("playlistItems")]
    assert pages == [304] * 6
    assert pulled.shop.catalog.library() == library


def test_a_tag_that_never_matches_costs_a_page_and_changes_nothing(pulled: World) -> None:
    library = pulled.shop.catalog.library()
    pulled.youtube.restless_etags = True
    report = pulled.pull(full=True)
    assert pulled.shop.catalog.library() == library
    assert (report.new_items, report.removed_items) == (0, 0)


def test_a_kept_page_token_that_is_no_longer_good_is_given_up(pulled: World) -> None:
    add_long(pulled)
    pulled.pull()
    pulled.wire.rule = on(listing(LONG, page=2), refused(400, "invalidPageToken"))
    pulled.pull(full=True)
    assert pulled.in_base(LONG) == pulled.on_youtube(LONG)
    assert held(pulled) == {}


def test_details_of_videos_are_read_again_before_they_are_a_month_old(pulled: World) -> None:
    begin = len(pulled.youtube.log)
    pulled.clock.tick(days=27)
    pulled.pull()
    assert not [e for e in pulled.requests(begin) if e.path.endswith("videos")]
    pulled.clock.tick(days=2)
    pulled.pull()
    assert [len(e.params["id"].split(",")) for e in pulled.requests(begin) if e.path.endswith("videos")] == [14]


# -- whole or not at all -----------------------------------------------------------------------------------------------


def prepend(world: World) -> Callable[[], None]:
    """Somebody saves a video to the head of the long playlist: the last item of the first page slides to the second."""
    fresh = iter(playlist(LONG, "", [9] * 60 + [20, 21, 22, 23]).items[60:])
    return lambda: world.amend_items(LONG, lambda items: (next(fresh), *items))


def test_a_playlist_that_changed_between_two_pages_is_read_again(world: World) -> None:
    add_long(world)
    world.wire.rule = on(listing(LONG, page=2), before(prepend(world)))
    report = world.pull()
    assert report.held_back == []
    assert world.in_base(LONG) == world.on_youtube(LONG)
    assert len(world.in_base(LONG)) == 61


def test_a_playlist_that_keeps_changing_is_not_stored_by_halves(pulled: World) -> None:
    add_long(pulled)
    pulled.pull()
    whole = pulled.in_base(LONG)
    begin = prepend(pulled)
    begin()
    pulled.wire.rule = on(listing(LONG, page=2), before(begin), times=2)
    report = pulled.pull()
    assert [one.playlist_id for one in report.held_back] == [LONG]
    assert pulled.in_base(LONG) == whole
    pulled.wire.rule = pass_through
    assert pulled.pull().held_back == []
    assert pulled.in_base(LONG) == pulled.on_youtube(LONG)


def test_an_item_that_slipped_between_two_pages_is_found_by_the_next_pull(world: World) -> None:
    add_long(world)
    slip = before(lambda: world.amend_items(LONG, lambda items: items[1:]))
    world.wire.rule = on(listing(LONG, page=2), slip)
    world.pull()
    world.pull()
    assert world.in_base(LONG) == world.on_youtube(LONG)


def test_pages_that_lead_back_to_themselves_are_no_listing(pulled: World) -> None:
    add_long(pulled)
    pulled.wire.rule = on(listing(LONG), circle, times=EVERY)
    report = pulled.pull()
    assert [one.playlist_id for one in report.held_back] == [LONG]
    assert pulled.in_base(LONG) == []


# -- missing is not removed --------------------------------------------------------------------------------------------


def test_an_item_that_a_listing_leaves_out_is_asked_for_by_id_and_kept(pulled: World) -> None:
    pulled.wire.rule = on(listing(COOKING), without_rows(titled("Talk 3")), times=EVERY)
    begin = len(pulled.youtube.log)
    report = pulled.pull(full=True)
    missing = pulled.youtube.present.playlists[COOKING].items[3].item_id
    assert [e.params["id"] for e in pulled.requests(begin) if "id" in e.params] == [missing]
    assert (report.removed_items, sorted(pulled.in_base(COOKING))) == (0, [0, 1, 2, 3, 4, 5, 6, 8, 9])


def test_an_item_that_is_really_gone_leaves_base(pulled: World) -> None:
    pulled.amend_items(COOKING, lambda items: items[1:])
    assert pulled.pull().removed_items == 1
    assert pulled.in_base(COOKING) == [1, 2, 3, 4, 5, 6, 8, 9]


def test_a_playlist_that_the_listing_leaves_out_is_asked_for_by_id_and_kept(pulled: World) -> None:
    pulled.wire.rule = on(mine, without_rows(titled("Music")), times=EVERY)
    library = pulled.shop.catalog.library()
    report = pulled.pull()
    assert report.held_back == []
    assert pulled.shop.catalog.library().playlists.keys() == library.playlists.keys()
    assert pulled.in_base(MUSIC) == [0, 0, 7]


EMPTIED = pytest.param(lambda world: world.amend_items(COOKING, lambda items: ()), [], id="emptied")
HALVED = pytest.param(lambda world: world.amend_items(COOKING, lambda items: items[5:]), [5, 6, 8, 9], id="half gone")


@pytest.mark.parametrize(("loss", "left"), [EMPTIED, HALVED])
def test_a_great_loss_is_held_back_until_it_is_accepted(
    pulled: World, loss: Callable[[World], None], left: list[int]
) -> None:
    before = pulled.in_base(COOKING)
    loss(pulled)
    for _ in range(2):
        report = pulled.pull()
        assert [one.playlist_id for one in report.held_back] == [COOKING]
        assert list(report.held_back[0].missing) == [video(number) for number in before if number not in left]
        assert "Cooking" in report.held_back[0].reason
        assert len(pulled.in_base(COOKING)) == 9
    report = pulled.pull(accept=[COOKING])
    assert report.held_back == []
    assert pulled.in_base(COOKING) == left
    assert pulled.pull().held_back == []


def test_a_deleted_playlist_is_held_back_until_it_is_accepted(pulled: World) -> None:
    pulled.youtube.amend(lambda account: account.without_playlist(COOKING))
    for _ in range(2):
        (one,) = pulled.pull().held_back
        assert (one.playlist_id, len(one.missing)) == (COOKING, 9)
        assert len(pulled.in_base(COOKING)) == 9
    report = pulled.pull(accept=[COOKING])
    assert (report.held_back, report.removed_items) == ([], 9)
    assert COOKING not in pulled.shop.catalog.library().playlists


def test_a_playlist_that_comes_back_is_no_longer_held_back(pulled: World) -> None:
    kept = pulled.youtube.present
    pulled.youtube.amend(lambda account: account.without_playlist(COOKING))
    assert held(pulled) == {} and pulled.pull().held_back
    pulled.youtube.amend(lambda account: kept)
    assert pulled.pull().held_back == []
    assert len(pulled.in_base(COOKING)) == 9


def test_a_listing_that_answers_404_is_held_back(pulled: World) -> None:
    pulled.wire.rule = on(listing(COOKING), refused(404, "playlistNotFound"), times=EVERY)
    assert [one.playlist_id for one in pulled.pull(full=True).held_back] == [COOKING]
    assert len(pulled.in_base(COOKING)) == 9


# -- death and resurrection --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("death", [Availability.DELETED, Availability.PRIVATE])
def test_a_dead_video_keeps_its_title_and_its_place_and_may_come_back(pulled: World, death: Availability) -> None:
    pulled.amend_video(3, death)
    report = pulled.pull(full=True)
    dead = pulled.shop.catalog.videos()[video(3)]
    assert (dead.title, dead.description, dead.availability) == ("Talk 3", "About 3", death)
    assert (report.unavailable, pulled.in_base(COOKING)) == (3, [0, 1, 2, 3, 4, 5, 6, 8, 9])
    pulled.amend_video(3, Availability.AVAILABLE)
    pulled.pull(full=True)
    alive = pulled.shop.catalog.videos()[video(3)]
    assert (alive.title, alive.description, alive.availability) == ("Talk 3", "About 3", Availability.AVAILABLE)


def test_a_video_first_seen_dead_gets_its_details_when_it_comes_back(pulled: World) -> None:
    pulled.amend_video(PRIVATE, Availability.AVAILABLE)
    pulled.pull(full=True)
    alive = pulled.shop.catalog.videos()[video(PRIVATE)]
    assert (alive.title, alive.description, alive.availability) == ("Talk 9", "About 9", Availability.AVAILABLE)


# -- our own writes ----------------------------------------------------------------------------------------------------


def test_our_own_recent_writes_outrank_a_listing_that_does_not_show_them_yet(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=3)
    pulled.move(10, INBOX, COOKING)
    pulled.copy(11, MUSIC)
    pulled.push()
    assert sum(pulled.clock.slept) == 6
    assert len(pulled.client.items_page(INBOX, None).items) == 6
    for _ in range(3):
        pulled.pull(full=True)
        assert pulled.in_base(INBOX) == [11, 12, 13, 14, 15]
        assert (pulled.in_base(COOKING)[-1], pulled.in_base(MUSIC)) == (10, [0, 0, 7, 11])
        pulled.clock.tick(seconds=61)


def settled(world: World) -> None:
    """Whatever base says by now, YouTube says it too once reads have settled."""
    world.clock.tick(seconds=61)
    world.pull()
    shown = {p.playlist_id: (p.title, [i.item_id for i in p.items]) for p in world.youtube.present.listed}
    base = world.shop.catalog.library().playlists.values()
    assert {p.playlist_id: (p.title, [i.item_id for i in p.items]) for p in base if p.writable} == shown
    assert world.shop.pushes.plan().conflicts == ()


def test_a_playlist_that_we_just_made_is_not_dropped_by_a_listing_that_does_not_show_it_yet(pulled: World) -> None:
    """Neither the listing nor the question by id shows it; its edits must not become conflicts."""
    pulled.youtube.lag = timedelta(seconds=30)
    made = pulled.shop.filing.create_category("Space")
    pulled.copy(10, made)
    pulled.copy(11, made)
    calls = [0]

    def stop(done: int, total: int, what: str) -> None:
        calls[0] += what == "Writing to YouTube"
        if calls[0] == 2:
            raise Cancelled("Cancelled.")

    pulled.push(progress=stop)
    real = pulled.journal()[0].result_id or ""
    pulled.pull()
    assert real in pulled.shop.catalog.library().playlists
    assert pulled.shop.pushes.plan().conflicts == ()
    assert pulled.push().state == "done"
    pulled.pull(full=True)
    assert pulled.in_base(real) == pulled.on_youtube(real) == [10, 11]
    settled(pulled)


def test_a_playlist_that_we_just_deleted_does_not_come_back(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=30)
    seen = tuple(item.item_id or "" for item in pulled.shop.catalog.items_of(MUSIC))
    pulled.lay(EditKind.DELETE, from_playlist=MUSIC, seen=seen)
    assert pulled.push(confirm=pulled.shop.pushes.plan().confirm_count).state == "done"
    pulled.pull(full=True)
    assert MUSIC not in pulled.shop.catalog.library().playlists
    settled(pulled)


def test_a_title_that_we_just_gave_is_not_taken_back_but_one_that_somebody_else_gave_is_seen(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=30)
    pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
    assert pulled.push().state == "done"
    pulled.pull()
    assert pulled.shop.catalog.library().playlists[MUSIC].title == "Songs"
    pulled.youtube.lag = timedelta(0)
    pulled.youtube.amend(lambda account: account.with_playlist(replace(account.playlists[MUSIC], title="Klang")))
    pulled.pull()
    assert pulled.shop.catalog.library().playlists[MUSIC].title == "Klang"


def test_a_place_that_we_just_gave_is_not_undone_by_a_stale_listing(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=30)
    wished = [15, 10, 11, 12, 13, 14]
    seen = tuple(item.video_id for item in pulled.shop.catalog.items_of(INBOX))
    pulled.lay(EditKind.REORDER, to_playlist=INBOX, order=tuple(map(video, wished)), seen=seen)

    def stop(done: int, total: int, what: str) -> None:
        if what == "Waiting for YouTube":
            raise Cancelled("Cancelled.")

    assert pulled.push(progress=stop).done == 1
    pulled.pull(full=True)
    assert pulled.in_base(INBOX) == wished
    settled(pulled)


def test_an_item_that_we_just_put_at_the_head_stays_there(pulled: World) -> None:
    pulled.youtube.lag = timedelta(seconds=30)
    pulled.lay(EditKind.ADD, video_id=video(10), to_playlist=MUSIC, after_item="")
    pulled.push()
    pulled.pull(full=True)
    assert pulled.in_base(MUSIC) == [10, 0, 0, 7]
    settled(pulled)


def test_what_somebody_adds_while_our_writes_settle_is_seen_at_once(pulled: World) -> None:
    pulled.copy(10, MUSIC)
    pulled.push()
    fresh = playlist(MUSIC, "", [9, 9, 9, 20]).items[-1]
    pulled.amend_items(MUSIC, lambda items: (fresh, *items))
    pulled.pull()
    assert pulled.in_base(MUSIC) == [20, 0, 0, 7, 10]
    settled(pulled)


def test_an_item_that_a_listing_leaves_out_keeps_its_neighbours(pulled: World) -> None:
    pulled.wire.rule = on(listing(COOKING), without_rows(titled("Talk 3")), times=EVERY)
    pulled.pull(full=True)
    assert pulled.in_base(COOKING) == [0, 1, 2, 3, 4, 5, 6, 8, 9]


def test_what_we_wrote_and_somebody_took_back_on_youtube_leaves_base(pulled: World) -> None:
    """The playlist then shows the very tag that it had before we wrote."""
    pulled.copy(11, MUSIC)
    pulled.push()
    pulled.amend_items(MUSIC, lambda items: items[:-1])
    pulled.clock.tick(seconds=61)
    pulled.pull()
    assert pulled.in_base(MUSIC) == [0, 0, 7]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["Reading playlists", "Reading videos"])
def test_a_pull_that_dies_is_made_good_by_the_next(pulled: World, step: str) -> None:
    pulled.amend_items(MUSIC, lambda items: (*items, playlist(MUSIC, "", [9, 9, 9, 20]).items[-1]))
    with pytest.raises(Cancelled):
        pulled.pull(progress=kill(pulled, step))
    pulled.pull()
    assert pulled.in_base(MUSIC) == [0, 0, 7, 20]
    assert pulled.shop.catalog.videos()[video(20)].description == "About 20"


def test_a_first_pull_that_dies_is_made_good_by_the_next(world: World) -> None:
    with pytest.raises(Cancelled):
        world.pull(progress=kill(world, "Reading playlists"))
    world.pull()
    assert world.in_base(COOKING) == world.on_youtube(COOKING)
    assert world.in_base(LIKED) == [1]


def test_another_channel_is_refused_and_nothing_changes(pulled: World) -> None:
    library = pulled.shop.catalog.library()

    def other(account: Account) -> Account:
        return replace(account, channel=Channel("UC" + "x" * 22, "Somebody else"))

    pulled.youtube.amend(other)
    with pytest.raises(NotSignedIn) as wrong:
        pulled.pull()
    assert "Robin" in wrong.value.message
    assert pulled.shop.catalog.library() == library


def test_another_channel_without_playlists_is_refused_and_nothing_changes(pulled: World) -> None:
    before = pulled.shop.catalog.library(), pulled.shop.catalog.listing(), held(pulled)
    stranger = empty_account(Channel("UC" + "x" * 22, "Somebody else"), {})
    pulled.youtube.amend(lambda account: stranger)
    with pytest.raises(NotSignedIn, match="Robin"):
        pulled.pull(full=True)
    assert (pulled.shop.catalog.library(), pulled.shop.catalog.listing(), held(pulled)) == before


def test_a_first_pull_that_reads_nothing_binds_the_library_to_no_channel(world: World) -> None:
    world.wire.rule = on(mine, refused(403, "forbidden"), times=EVERY)
    with pytest.raises(ApiError):
        world.pull()
    assert world.shop.catalog.channel() is None


def test_a_playlist_of_one_item_that_is_gone_or_lists_none_is_held_back_like_a_larger_one(pulled: World) -> None:
    pulled.youtube.amend(partial(Account.with_new_playlist, playlist=playlist(LONG, "Single", [20]), now=START))
    pulled.pull()
    pulled.amend_items(LONG, lambda items: ())
    assert [doubt.playlist_id for doubt in pulled.pull().held_back] == [LONG]
    pulled.youtube.amend(lambda account: account.without_playlist(LONG))
    assert [doubt.playlist_id for doubt in pulled.pull().held_back] == [LONG]
    assert pulled.in_base(LONG) == [20]
    assert pulled.pull(accept=[LONG]).removed_items == 1
    assert LONG not in pulled.shop.catalog.library().playlists


@pytest.mark.parametrize("change", [{"id": None}, {"id": 7}, {"snippet": "text"}, {"contentDetails": []}])
def test_a_page_that_cannot_be_youtubes_holds_back_its_playlist_and_the_others_are_stored(
    world: World, change: dict[str, Any]
) -> None:
    world.wire.rule = on(listing(MUSIC), shows_otherwise(lambda body: body["items"][1].update(change)), times=EVERY)
    report = world.pull()
    assert [doubt.playlist_id for doubt in report.held_back] == [MUSIC]
    assert (world.in_base(MUSIC), world.in_base(COOKING)) == ([], world.on_youtube(COOKING))
    world.wire.rule = pass_through
    assert world.pull().held_back == []
    assert world.in_base(MUSIC) == [0, 0, 7]


def test_quota_that_ends_in_the_middle_keeps_what_was_read(world: World) -> None:
    world.shop.quota.daily_units = 4
    with pytest.raises(QuotaExceeded) as spent:
        world.pull()
    assert spent.value.resets_at == world.shop.quota.resets_at()
    assert (world.in_base(INBOX), world.in_base(COOKING)[:2], world.in_base(MUSIC)) == (
        [10, 11, 12, 13, 14, 15],
        [0, 1],
        [],
    )
    world.clock.tick(days=1)
    world.shop.quota.daily_units = 100
    world.pull()
    assert world.in_base(MUSIC) == [0, 0, 7]


def test_youtubes_own_refusal_for_quota_is_believed_until_midnight(world: World) -> None:
    world.wire.rule = on(listing(MUSIC), refused(403, "quotaExceeded"))
    with pytest.raises(QuotaExceeded):
        world.pull()
    with pytest.raises(QuotaExceeded):
        world.pull()
    assert world.shop.quota.left() == 0
    world.clock.tick(days=1)
    world.pull()
    assert world.in_base(MUSIC) == [0, 0, 7]


def test_a_read_that_fails_for_a_moment_is_read_again(world: World) -> None:
    world.wire.rule = on(listing(MUSIC), refused(500), times=2)
    world.pull()
    assert world.in_base(MUSIC) == [0, 0, 7]
    assert 0 < sum(world.clock.slept) <= 1 + 2  # seconds at most before the second attempt and before the third


def test_a_pull_writes_nothing_to_youtube(pulled: World) -> None:
    pulled.pull(full=True)
    assert pulled.writes() == []


def test_progress_says_what_is_read_and_how_much(world: World) -> None:
    steps: list[tuple[int, int, str]] = []
    world.pull(progress=lambda *step: steps.append(step))
    assert [what for _, _, what in steps] == ["Listing your playlists"] + ["Reading playlists"] * 4 + ["Reading videos"]
    assert [step[:2] for step in steps[1:5]] == [(n, 4) for n in range(4)]


def five_playlists(world: World) -> list[str]:
    """Two more playlists than the world has, all of them pulled."""
    more = [playlist("PL" + letter * 32, letter, [20, 21, 22]) for letter in "xy"]
    for one in more:
        world.youtube.amend(partial(Account.with_new_playlist, playlist=one, now=START))
    world.pull()
    return [INBOX, COOKING, MUSIC, *(one.playlist_id for one in more)]


def test_losses_in_every_playlist_at_once_are_asked_about(pulled: World) -> None:
    everywhere = five_playlists(pulled)
    held = {one: pulled.in_base(one) for one in everywhere}
    for one in everywhere:
        pulled.amend_items(one, lambda items: items[1:])
    report = pulled.pull()
    assert {one.playlist_id: one.reason for one in report.held_back} == dict.fromkeys(everywhere, EVERYWHERE)
    assert {one: pulled.in_base(one) for one in everywhere} == held
    assert pulled.pull(accept=everywhere).held_back == []
    assert {one: pulled.in_base(one) for one in everywhere} == {one: held[one][1:] for one in everywhere}


def test_losses_in_every_playlist_but_one_are_believed(pulled: World) -> None:
    *some, last = five_playlists(pulled)
    held = {one: pulled.in_base(one) for one in (*some, last)}
    for one in some:
        pulled.amend_items(one, lambda items: items[1:])
    assert pulled.pull().held_back == []
    assert {one: pulled.in_base(one) for one in some} == {one: held[one][1:] for one in some}
