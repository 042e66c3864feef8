from dataclasses import replace

import pytest

from lib.demo.account import item_id_of
from lib.models import Item, Playlist

from .conftest import COOKING, MUSIC, video_id

VIDEO = {"kind": "youtube#video", "videoId": video_id(10)}


def test_a_new_playlist_has_a_trimmed_title_and_is_empty(asker):
    body = {"snippet": {"title": " \nNew \n", "description": " d "}, "status": {"privacyStatus": "unlisted"}}
    answer = asker.ask("POST", "playlists", body, part="snippet,status,contentDetails")
    assert answer.status == 200
    assert (answer.body["snippet"]["title"], answer.body["snippet"]["description"]) == ("New", "d")
    assert (answer.body["status"], answer.body["contentDetails"]) == ({"privacyStatus": "unlisted"}, {"itemCount": 0})
    assert asker.get("playlists", part="id", mine="true")["items"][0]["id"] == answer.body["id"]


@pytest.mark.parametrize(
    ("snippet", "reason"),
    [
        ({}, "playlistTitleRequired"),
        ({"title": " \n"}, "playlistTitleRequired"),
        ({"title": "x" * 151}, "invalidPlaylistSnippet"),
        ({"title": "a <b> c"}, "invalidPlaylistSnippet"),
        ({"title": "x", "description": "y" * 5001}, "invalidPlaylistSnippet"),
    ],
)
def test_a_bad_title_or_description_is_refused(asker, snippet, reason):
    body = {"snippet": snippet, "status": {"privacyStatus": "private"}}
    assert asker.refusal("POST", "playlists", body, part="snippet,status") == (400, reason)
    assert asker.refusal("PUT", "playlists", {"id": MUSIC, **body}, part="snippet") == (400, reason)


def test_a_heart_and_an_arrow_are_no_tag(asker):
    assert asker.create("I <3 this", description="a > b")


def test_an_update_replaces_the_whole_snippet_and_leaves_privacy_alone(asker):
    answer = asker.ask("PUT", "playlists", {"id": COOKING, "snippet": {"title": "Kitchen"}}, part="snippet")
    assert (answer.body["snippet"]["title"], answer.body["snippet"]["description"]) == ("Kitchen", "")
    shown = asker.get("playlists", part="snippet,status,contentDetails", id=COOKING)["items"][0]
    assert (
        shown["snippet"]["description"],
        shown["status"]["privacyStatus"],
        shown["contentDetails"]["itemCount"],
    ) == ("", "private", 9)


def test_an_update_of_a_playlist_that_is_gone_answers_with_a_ghost(asker):
    assert asker.ask("DELETE", "playlists", id=MUSIC).status == 204
    answer = asker.ask("PUT", "playlists", {"id": MUSIC, "snippet": {"title": "Ghost"}}, part="snippet")
    assert (answer.status, answer.body["id"], answer.body["snippet"]["title"]) == (200, MUSIC, "Ghost")
    assert asker.get("playlists", part="id", id=MUSIC)["items"] == []


def test_a_deleted_playlist_takes_its_items_along_and_is_gone_the_second_time(asker, account):
    assert asker.ask("DELETE", "playlists", id=MUSIC).status == 204
    assert asker.refusal("DELETE", "playlists", id=MUSIC) == (404, "playlistNotFound")
    assert asker.refusal("GET", "playlistItems", part="id", playlistId=MUSIC) == (404, "playlistNotFound")
    assert asker.refusal("DELETE", "playlistItems", id=account.playlists[MUSIC].items[0].item_id) == (
        404,
        "playlistItemNotFound",
    )


def test_an_insert_appends_and_an_explicit_zero_goes_first(asker):
    assert asker.insert(MUSIC, video_id(1)).body["snippet"]["position"] == 2
    assert asker.insert(MUSIC, video_id(2), position=0).body["snippet"]["position"] == 0
    assert asker.listed(MUSIC) == [video_id(2), video_id(0), video_id(0), video_id(1)]


def test_a_video_that_is_already_there_is_inserted_again_under_a_new_id(asker):
    ids = {asker.insert(MUSIC, video_id(5)).body["id"] for _ in range(3)}
    assert len(ids) == 3
    assert asker.listed(MUSIC).count(video_id(5)) == 3


@pytest.mark.parametrize(
    ("playlist", "video", "snippet", "status", "reason"),
    [
        (MUSIC, "unknown", {}, 404, "videoNotFound"),
        (MUSIC, video_id(8), {}, 404, "videoNotFound"),
        (MUSIC, video_id(9), {}, 400, "failedPrecondition"),
        (MUSIC, video_id(1), {"position": 3}, 400, "badRequest"),
        ("PLgone", video_id(1), {}, 404, "playlistNotFound"),
        ("WL", video_id(1), {}, 400, "playlistOperationUnsupported"),
        ("HL", video_id(1), {}, 400, "playlistOperationUnsupported"),
        ("LL", video_id(1), {}, 400, "playlistOperationUnsupported"),
        ("UU" + "r" * 22, video_id(1), {}, 400, "playlistOperationUnsupported"),
    ],
)
def test_a_bad_insert_is_refused_and_changes_nothing(asker, account, playlist, video, snippet, status, reason):
    answer = asker.insert(playlist, video, **snippet)
    assert (answer.status, answer.body["error"]["errors"][0]["reason"]) == (status, reason)
    assert asker.youtube.present == account


def test_a_playlist_that_sorts_itself_takes_no_position(asker, account):
    asker.youtube.amend(lambda account: replace(account, self_sorted=frozenset({COOKING})))
    refused = asker.insert(COOKING, video_id(10), position=0)
    assert (refused.status, refused.body["error"]["errors"][0]["reason"]) == (400, "manualSortRequired")
    assert _move(asker, account.playlists[COOKING].items[0].item_id, 1).body == refused.body
    assert asker.insert(COOKING, video_id(10)).status == 200


def test_no_playlist_holds_more_than_five_thousand_items(asker):
    full = Playlist("PLfull", "Full", items=tuple(Item(item_id_of("PLfull", str(n)), video_id(0)) for n in range(4999)))
    asker.youtube.amend(lambda account: account.with_playlist(full))
    assert asker.insert("PLfull", video_id(1)).status == 200
    answer = asker.insert("PLfull", video_id(2))
    assert (answer.status, answer.body["error"]["errors"][0]["reason"]) == (
        403,
        "playlistContainsMaximumNumberOfVideos",
    )


def _move(asker, item_id, position, video=None, part="snippet", **more):
    resource = {"kind": "youtube#video", "videoId": video or video_id(0)}
    body = {"id": item_id, "snippet": {"playlistId": COOKING, "resourceId": resource, "position": position}, **more}
    return asker.ask("PUT", "playlistItems", body, part=part)


def test_a_move_puts_the_item_at_exactly_that_position_and_keeps_its_id(asker, account):
    item = account.playlists[COOKING].items[0]
    assert _move(asker, item.item_id, 3).body["id"] == item.item_id
    assert asker.listed(COOKING)[:5] == [video_id(n) for n in (1, 2, 3, 0, 4)]
    _move(asker, item.item_id, 0)
    assert asker.listed(COOKING)[:3] == [video_id(n) for n in (0, 1, 2)]


def test_a_move_with_contentdetails_sets_the_note_and_wipes_it_when_left_out(asker, account):
    item_id = account.playlists[COOKING].items[0].item_id
    _move(asker, item_id, 0, part="snippet,contentDetails", contentDetails={"note": "soup"})
    assert _move(asker, item_id, 1).status == 200
    assert asker.get("playlistItems", part="contentDetails", id=item_id)["items"][0]["contentDetails"]["note"] == "soup"
    _move(asker, item_id, 1, part="snippet,contentDetails")
    assert "note" not in asker.get("playlistItems", part="contentDetails", id=item_id)["items"][0]["contentDetails"]


def test_a_bad_move_is_refused_with_its_reason(asker, account):
    item_id = account.playlists[COOKING].items[0].item_id
    assert _move(asker, item_id, 9).body["error"]["errors"][0]["reason"] == "invalidPlaylistItemPosition"
    assert _move(asker, "gone", 0).body["error"]["errors"][0]["reason"] == "invalidSnippet"
    assert _move(asker, item_id, 0, video=video_id(1)).status == 501
    body = {"id": item_id, "snippet": {"playlistId": COOKING, "position": 0}}
    assert asker.refusal("PUT", "playlistItems", body, part="snippet") == (400, "invalidResourceType")
    assert asker.youtube.present == account


def test_a_deleted_item_is_gone_and_the_rest_is_renumbered(asker, account):
    item_id = account.playlists[COOKING].items[0].item_id
    assert asker.ask("DELETE", "playlistItems", id=item_id) == asker.ask(
        "DELETE", "playlistItems", id=account.playlists[COOKING].items[1].item_id
    )
    listing = asker.get("playlistItems", part="snippet", playlistId=COOKING, maxResults=50)["items"]
    assert [row["snippet"]["position"] for row in listing] == list(range(7))
    assert asker.refusal("DELETE", "playlistItems", id=item_id) == (404, "playlistItemNotFound")


def test_liked_and_uploads_are_not_written(asker, account):
    liked = account.playlists["LL"].items[1].item_id
    assert asker.refusal("DELETE", "playlistItems", id=liked) == (400, "playlistOperationUnsupported")
    assert asker.refusal("DELETE", "playlists", id="LL") == (501, "notModelled")
    assert asker.refusal("PUT", "playlists", {"id": account.uploads_id, "snippet": {"title": "x"}}, part="snippet") == (
        501,
        "notModelled",
    )


@pytest.mark.parametrize(
    ("method", "resource", "body", "params"),
    [
        ("POST", "playlists", {"snippet": {"title": "x"}}, {"part": "snippet"}),
        (
            "POST",
            "playlists",
            {"snippet": {"title": "x"}, "status": {"privacyStatus": "secret"}},
            {"part": "snippet,status"},
        ),
        ("POST", "playlists", {"snippet": {"title": "x"}}, {"part": "status"}),
        ("PUT", "playlists", {"snippet": {"title": "x"}}, {"part": "snippet"}),
        ("POST", "playlistItems", {"snippet": {"resourceId": VIDEO}}, {"part": "snippet"}),
        (
            "POST",
            "playlistItems",
            {"snippet": {"playlistId": MUSIC, "resourceId": VIDEO}},
            {"part": "snippet", "onBehalfOfContentOwner": "x"},
        ),
        ("DELETE", "playlistItems", {}, {"id": "a,b"}),
        ("PUT", "videos", {}, {}),
    ],
)
def test_a_write_that_nobody_measured_is_refused_loudly_and_changes_nothing(
    asker, account, method, resource, body, params
):
    assert asker.refusal(method, resource, body, **params) == (501, "notModelled")
    assert asker.youtube.present == account


def test_the_privacy_is_changed_only_when_status_is_named(asker):
    body = {"id": MUSIC, "snippet": {"title": "Music"}, "status": {"privacyStatus": "private"}}
    asker.ask("PUT", "playlists", body, part="snippet")
    assert asker.get("playlists", part="status", id=MUSIC)["items"][0]["status"] == {"privacyStatus": "public"}
    asker.ask("PUT", "playlists", body, part="snippet,status")
    assert asker.get("playlists", part="status", id=MUSIC)["items"][0]["status"] == {"privacyStatus": "private"}


def test_a_note_longer_than_youtube_allows_is_refused(asker):
    body = {"snippet": {"playlistId": MUSIC, "resourceId": VIDEO}, "contentDetails": {"note": "n" * 281}}
    assert asker.refusal("POST", "playlistItems", body, part="snippet,contentDetails") == (501, "notModelled")
    assert asker.listed(MUSIC) == [video_id(0), video_id(0)]
