import threading
from dataclasses import replace

import pytest

from lib.demo.youtube import READ_SCOPES, DemoYouTube, Request

from .conftest import COOKING, MUSIC, Asker, video_id

READONLY = frozenset({"https://www.googleapis.com/auth/youtube.readonly"})


def test_reads_cost_one_writes_fifty_and_a_refused_request_its_full_price(asker):
    asker.get("playlists", part="id", mine="true")
    asker.insert(MUSIC, video_id(1))
    asker.insert(MUSIC, "unknown")
    asker.refusal("GET", "playlistItems", part="id", playlistId="PLgone")
    assert [entry.units for entry in asker.youtube.log] == [1, 50, 50, 1]
    assert asker.youtube.ledger.spent == 102


def test_when_the_day_is_spent_nothing_is_applied_until_midnight_in_california(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, daily_units=60))
    assert asker.insert(MUSIC, video_id(1)).status == 200
    refused = asker.insert(MUSIC, video_id(2))
    assert (refused.status, refused.body["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")
    assert asker.listed(MUSIC) == [video_id(0), video_id(0), video_id(1)]
    assert asker.youtube.log[1].units == 0
    clock.tick(hours=12)
    assert asker.insert(MUSIC, video_id(2)).status == 200


def test_a_search_costs_a_search_and_no_unit(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, daily_searches=1))
    asker.get("search", part="snippet", q="talk", type="video")
    assert asker.refusal("GET", "search", part="snippet", q="talk", type="video") == (429, "rateLimitExceeded")
    assert asker.youtube.ledger.spent == 0


def test_the_first_insert_into_a_fresh_playlist_is_aborted_and_the_second_works(asker):
    fresh = asker.create()
    refused = asker.insert(fresh, video_id(1))
    assert (refused.status, refused.body["error"]["status"]) == (409, "ABORTED")
    assert asker.listed(fresh) == []
    assert asker.insert(fresh, video_id(1)).status == 200
    assert asker.insert(fresh, video_id(2)).status == 200
    assert asker.listed(fresh) == [video_id(1), video_id(2)]


def test_the_first_update_of_a_fresh_playlist_is_aborted_and_nothing_is_renamed(asker):
    fresh = asker.create("Old")
    body = {"id": fresh, "snippet": {"title": "Renamed"}}
    assert asker.ask("PUT", "playlists", body, part="snippet").status == 409
    assert asker.youtube.present.playlists[fresh].title == "Old"
    assert asker.ask("PUT", "playlists", body, part="snippet").status == 200


def test_reads_lag_behind_writes(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, lag_seconds=3))
    fresh = asker.create()
    assert asker.refusal("GET", "playlistItems", part="id", playlistId=fresh) == (404, "playlistNotFound")
    clock.tick(seconds=2)
    asker.insert(MUSIC, video_id(1))
    clock.tick(seconds=1)
    assert asker.listed(fresh) == []
    assert asker.listed(MUSIC) == [video_id(0), video_id(0)]
    clock.tick(seconds=2)
    assert asker.listed(MUSIC) == [video_id(0), video_id(0), video_id(1)]


def test_a_write_sees_the_truth_while_reads_still_lag(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, lag_seconds=3))
    item_id = account.playlists[MUSIC].items[0].item_id
    assert asker.ask("DELETE", "playlistItems", id=item_id).status == 204
    assert len(asker.get("playlistItems", part="id", id=item_id)["items"]) == 1
    assert asker.refusal("DELETE", "playlistItems", id=item_id) == (404, "playlistItemNotFound")


def test_new_playlists_beyond_the_day_s_limit_are_refused_and_not_made(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, daily_playlists=1))
    asker.create()
    body = {"snippet": {"title": "x"}, "status": {"privacyStatus": "private"}}
    assert asker.refusal("POST", "playlists", body, part="snippet,status") == (429, "rateLimitExceeded")
    assert len(asker.youtube.present.listed) == 3


def test_an_unchanged_listing_answers_304_and_costs_a_unit(asker):
    etag = asker.get("playlistItems", part="id", playlistId=MUSIC)["etag"]
    request = Request("GET", "playlistItems", {"part": ["id"], "playlistId": [MUSIC]}, if_none_match=etag)
    assert (asker.youtube.answer(request).status, asker.youtube.answer(request).body) == (304, None)
    asker.insert(MUSIC, video_id(1))
    assert asker.youtube.answer(request).status == 200
    assert [entry.units for entry in asker.youtube.log] == [1, 1, 1, 50, 1]


def test_restless_tags_of_item_listings_never_match_and_others_still_do(account, clock):
    asker = Asker(DemoYouTube(account, clock=clock, restless_etags=True))
    for resource, params, status in (
        ("playlistItems", {"playlistId": [MUSIC]}, 200),
        ("playlists", {"mine": ["true"]}, 304),
    ):
        asked = {"part": ["id"], **params}
        etag = asker.youtube.answer(Request("GET", resource, asked)).etag
        assert asker.youtube.answer(Request("GET", resource, asked, if_none_match=etag)).status == status


def test_a_token_that_may_only_read_cannot_write(youtube, account):
    answer = youtube.answer(Request("DELETE", "playlistItems", {"id": ["x"]}, scopes=READONLY))
    assert answer.status == 403
    assert answer.body["error"]["details"][0]["metadata"]["method"] == "youtube.api.v3.V3DataPlaylistItemService.Delete"
    assert (
        youtube.answer(Request("GET", "playlists", {"part": ["id"], "mine": ["true"]}, scopes=READONLY)).status == 200
    )
    assert READONLY < READ_SCOPES


def test_what_happens_at_youtube_by_itself_costs_nothing_and_is_seen(asker):
    asker.youtube.amend(lambda account: account.with_playlist(replace(account.playlists[MUSIC], title="Songs")))
    assert asker.get("playlists", part="snippet", id=MUSIC)["items"][0]["snippet"]["title"] == "Songs"
    assert asker.youtube.ledger.spent == 1


def test_each_change_is_told_to_whoever_keeps_the_account(account, clock):
    kept = []
    asker = Asker(DemoYouTube(account, clock=clock, changed=kept.append))
    asker.insert(MUSIC, video_id(1))
    asker.insert(MUSIC, "unknown")
    asker.get("playlists", part="id", mine="true")
    assert kept == [asker.youtube.present]


@pytest.mark.parametrize("resource", ["videoCategories", "playlistImages", "playlists/batch"])
def test_a_method_outside_the_model_is_refused_and_logged(asker, resource):
    assert asker.refusal("GET", resource, part="id") == (501, "notModelled")
    assert asker.youtube.log_rows()[-1]["path"] == f"/youtube/v3/{resource}"
    assert (asker.youtube.log[-1].status, asker.youtube.log[-1].units) == (501, 0)


def test_many_threads_lose_no_insert(asker):
    def insert() -> None:
        for _ in range(10):
            asker.insert(COOKING, video_id(1))

    threads = [threading.Thread(target=insert) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    items = asker.youtube.present.playlists[COOKING].items
    assert len(items) == len({item.item_id for item in items}) == 89
    assert asker.youtube.ledger.spent == 4000


def test_what_nobody_measured_can_be_asked_for_after_a_test(asker):
    asker.get("playlists", part="id", mine="true")
    assert asker.youtube.unmodelled == []
    asker.refusal("GET", "videoCategories", part="snippet")
    assert [entry.path for entry in asker.youtube.unmodelled] == ["/youtube/v3/videoCategories"]


def test_a_reset_brings_back_the_first_account_with_a_whole_day(asker, account):
    asker.youtube.amend(lambda held: held.without_playlist(MUSIC))
    asker.insert(COOKING, video_id(1))
    asker.youtube.reset()
    assert (asker.youtube.present, asker.youtube.log, asker.youtube.ledger.spent) == (account, [], 0)
