from dataclasses import replace

import pytest

from lib.demo.reads import ClosedLists
from lib.demo.youtube import DemoYouTube

from .conftest import COOKING, MUSIC, Asker, video_id


def test_the_keys_of_an_answer_come_in_youtubes_order(asker):
    playlists = asker.get("playlists", part="snippet", mine="true", maxResults=1)
    assert list(playlists) == ["kind", "etag", "nextPageToken", "pageInfo", "items"]
    items = asker.get("playlistItems", part="snippet", playlistId=COOKING, maxResults=1)
    assert list(items) == ["kind", "etag", "nextPageToken", "items", "pageInfo"]


def test_my_playlists_are_listed_without_liked_and_counted_one_too_high(asker):
    listing = asker.get("playlists", part="snippet", mine="true")
    assert [row["snippet"]["title"] for row in listing["items"]] == ["Cooking", "Music"]
    assert listing["pageInfo"] == {"totalResults": 3, "resultsPerPage": 5}


def test_ids_that_do_not_exist_are_left_out_without_a_word(asker, account):
    item_id = account.playlists[MUSIC].items[1].item_id
    assert [row["id"] for row in asker.get("playlists", part="id", id=f"nope,{MUSIC}")["items"]] == [MUSIC]
    assert [row["id"] for row in asker.get("playlistItems", part="id", id=["nope", item_id])["items"]] == [item_id]
    assert asker.get("playlists", part="id", id="nope")["pageInfo"]["totalResults"] == 0


def test_a_playlist_lists_in_order_and_counts_what_is_dead(asker):
    listing = asker.get("playlistItems", part="snippet", playlistId=COOKING, maxResults=50)
    assert [row["snippet"]["position"] for row in listing["items"]] == list(range(9))
    assert listing["pageInfo"] == {"totalResults": 9, "resultsPerPage": 50}


def test_a_listing_narrowed_to_a_video_keeps_true_positions(asker):
    listing = asker.get("playlistItems", part="snippet", playlistId=COOKING, videoId=video_id(4))
    assert [row["snippet"]["position"] for row in listing["items"]] == [4]
    assert asker.get("playlistItems", part="id", playlistId=MUSIC, videoId=video_id(0))["pageInfo"]["totalResults"] == 2


def test_liked_omits_what_is_dead_but_counts_it_and_uploads_can_be_read(asker, account):
    listing = asker.get("playlistItems", part="contentDetails", playlistId="LL")
    assert [row["contentDetails"]["videoId"] for row in listing["items"]] == [video_id(1)]
    assert listing["pageInfo"]["totalResults"] == 2
    assert asker.listed(account.uploads_id) == [video_id(2)]


def test_uploads_of_a_channel_without_any_are_not_found(account, clock):
    empty = account.with_playlist(replace(account.playlists[account.uploads_id], items=()))
    asked = Asker(DemoYouTube(empty, clock=clock)).refusal(
        "GET", "playlistItems", part="id", playlistId=account.uploads_id
    )
    assert asked == (404, "playlistNotFound")


@pytest.mark.parametrize(
    ("resource", "params", "status", "reason"),
    [
        ("playlistItems", {"part": "bogus", "playlistId": COOKING}, 400, "unknownPart"),
        ("playlistItems", {"part": "id"}, 400, "missingRequiredParameter"),
        ("playlists", {"part": "id"}, 400, "missingRequiredParameter"),
        ("playlistItems", {"part": "id", "playlistId": COOKING, "pageToken": "CAUQAA"}, 400, "invalidPageToken"),
        ("playlistItems", {"part": "id", "playlistId": "PLgone"}, 404, "playlistNotFound"),
        ("playlistItems", {"part": "id", "playlistId": "PLtheirs"}, 403, "playlistItemsNotAccessible"),
        ("videos", {"part": "id", "id": ",".join(map(str, range(51)))}, 400, "invalidFilters"),
        ("playlists", {"part": "id", "mine": "true", "id": "x"}, 501, "notModelled"),
        ("playlists", {"part": "id", "channelId": "UCx"}, 501, "notModelled"),
        ("playlistItems", {"part": "id", "playlistId": COOKING, "id": "x"}, 501, "notModelled"),
        ("playlistItems", {"part": "id", "playlistId": COOKING, "fields": "items"}, 501, "notModelled"),
        ("videos", {"part": "id", "chart": "mostPopular"}, 501, "notModelled"),
        ("channels", {"part": "id"}, 501, "notModelled"),
        ("search", {"part": "snippet", "q": "talk"}, 501, "notModelled"),
    ],
)
def test_a_bad_listing_is_refused_with_its_reason(asker, resource, params, status, reason):
    assert asker.refusal("GET", resource, **params) == (status, reason)


def test_items_without_a_part_are_bare_ids(asker):
    assert list(asker.get("playlistItems", playlistId=MUSIC)["items"][0]) == ["kind", "etag", "id"]


@pytest.mark.parametrize("closed", ["WL", "HL"])
def test_watch_later_and_history_answer_in_each_way_that_was_seen(account, clock, closed):
    asked = {"part": "id", "playlistId": closed}
    assert Asker(DemoYouTube(account, clock=clock)).get("playlistItems", **asked)["items"] == []
    assert (
        Asker(DemoYouTube(account, clock=clock, closed=ClosedLists.NOT_FOUND)).refusal("GET", "playlistItems", **asked)[
            0
        ]
        == 404
    )
    status, reason = Asker(DemoYouTube(account, clock=clock, closed=ClosedLists.FORBIDDEN)).refusal(
        "GET", "playlistItems", **asked
    )
    assert (status, reason.endswith("NotAccessible")) == (403, True)


def test_videos_that_cannot_be_watched_are_missing_from_a_listing_by_id(asker):
    listing = asker.get(
        "videos",
        part="snippet,contentDetails,status",
        id=f"{video_id(9)},{video_id(3)},{video_id(8)},{video_id(1)},unknown",
    )
    assert [row["id"] for row in listing["items"]] == [video_id(1), video_id(3)]
    assert listing["pageInfo"] == {"totalResults": 2, "resultsPerPage": 2}
    assert listing["items"][0]["contentDetails"]["duration"] == "PT1H2M5S"


def test_the_signed_in_channel_is_listed(asker):
    assert [
        row["snippet"]["title"] for row in asker.get("channels", part="snippet,contentDetails", mine="true")["items"]
    ] == ["Robin"]
    assert asker.get("channels", part="id", id="UCelse")["items"] == []


def test_search_finds_by_title_and_escapes_its_texts(asker):
    found = asker.get("search", part="snippet", q="talk <3>", type="video")
    assert [row["id"]["videoId"] for row in found["items"]] == [video_id(3)]
    assert found["items"][0]["snippet"]["title"] == "Talk &lt;3&gt; &amp; more"
