from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lib.models import Availability, Channel, Item, Listed, Video
from lib.youtube import resources
from lib.youtube.validation import ChannelResource, ItemResource, PlaylistResource, VideoResource, read

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
HALF = "half of a pair: \ud83d"


def _read(shape: type, resource: dict) -> Any:
    return read(json.dumps(resource).encode(), shape)


def _item(owner: str | None = "UCo", status: str | None = "public", title: str = "A talk", **details: object) -> dict:
    snippet = {
        "publishedAt": "2024-02-03T04:05:06Z",
        "title": title,
        "playlistId": "PLa",
        "position": 3,
        "resourceId": {"kind": "youtube#video", "videoId": "video000001"},
    }
    if owner:
        snippet |= {"videoOwnerChannelId": owner, "videoOwnerChannelTitle": "Owner"}
    content = {"videoId": "video000001", **details}
    resource = {"id": "item1", "snippet": snippet, "contentDetails": content}
    return resource | ({"status": {"privacyStatus": status}} if status else {})


def test_an_item_is_read_with_its_place_its_date_and_its_note():
    shown = resources.listed_item(_read(ItemResource, _item(note="why")))
    assert shown.item == Item("item1", "video000001", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC), "why")
    assert (shown.playlist_id, shown.position, shown.title) == ("PLa", 3, "A talk")
    assert (shown.channel_id, shown.channel_title, shown.availability) == ("UCo", "Owner", Availability.AVAILABLE)


def test_the_video_of_an_item_without_details_is_in_its_snippet():
    resource = _item()
    del resource["contentDetails"]
    assert resources.listed_item(_read(ItemResource, resource)).item.video_id == "video000001"


@pytest.mark.parametrize(
    ("status", "title", "expected"),
    [
        ("privacyStatusUnspecified", "Deleted video", Availability.DELETED),
        ("private", "Private video", Availability.PRIVATE),
        ("privacyStatusUnspecified", "Gelöschtes Video", Availability.DELETED),
        ("private", "動画", Availability.PRIVATE),
    ],
)
def test_a_placeholder_is_known_by_its_status_in_every_language_and_has_no_title(status, title, expected):
    shown = resources.listed_item(_read(ItemResource, _item(owner=None, status=status, title=title)))
    assert (shown.availability, shown.title) == (expected, "")


@pytest.mark.parametrize("title", ["Deleted video", "Private video"])
@pytest.mark.parametrize("status", ["public", "unlisted"])
def test_a_living_video_may_be_titled_like_a_placeholder(title, status):
    shown = resources.listed_item(_read(ItemResource, _item(title=title, status=status)))
    assert (shown.availability, shown.title) == (Availability.AVAILABLE, title)


def test_the_users_own_private_video_has_an_owner_and_can_be_watched():
    assert resources.listed_item(_read(ItemResource, _item(status="private"))).availability is Availability.AVAILABLE


@pytest.mark.parametrize("status", [None, "public", "somethingNew"])
def test_a_missing_owner_alone_is_no_death(status):
    assert (
        resources.listed_item(_read(ItemResource, _item(owner=None, status=status))).availability
        is Availability.AVAILABLE
    )


def test_a_playlist_is_read_and_liked_has_no_count():
    resource = {
        "id": "PLa",
        "etag": "e",
        "snippet": {"title": "T", "description": "D", "channelId": "UCr", "publishedAt": "2024-02-03T04:05:06.123456Z"},
        "status": {"privacyStatus": "public"},
        "contentDetails": {"itemCount": 0},
    }
    assert resources.listed(_read(PlaylistResource, resource)) == Listed("PLa", "T", "D", "public", "e", 0, True, "UCr")
    liked = resources.listed(_read(PlaylistResource, {"id": "LL", "contentDetails": {}}), writable=False)
    assert liked == Listed("LL", "", "", "private", "", None, False, "")


def test_a_channel_is_read_with_its_picture():
    snippet = {"title": "Robin", "thumbnails": {"default": {"url": "https://p"}}}
    assert resources.channel(_read(ChannelResource, {"id": "UCr", "snippet": snippet})) == Channel(
        "UCr", "Robin", "https://p"
    )
    assert resources.channel(_read(ChannelResource, {"id": "UCr"})) == Channel("UCr", "")


def test_a_video_is_read_with_tags_length_and_the_moment_of_reading():
    resource = {
        "id": "video000001",
        "snippet": {
            "title": "T",
            "description": "D",
            "channelId": "UCo",
            "channelTitle": "O",
            "tags": ["a", "b"],
            "publishedAt": "2024-02-03T04:05:06Z",
        },
        "contentDetails": {"duration": "PT1H2M3S"},
    }
    published = datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
    expected = Video("video000001", "T", "D", "UCo", "O", ("a", "b"), published, 3723, fetched_at=NOW)
    assert resources.video(_read(VideoResource, resource), NOW) == expected


def test_half_a_surrogate_pair_is_replaced_so_that_the_text_can_be_stored():
    snippet = {"title": HALF, "tags": [HALF]}
    video = resources.video(_read(VideoResource, {"id": "video000001", "snippet": snippet}), NOW)
    assert video.title == "half of a pair: ?"
    assert video.tags == ("half of a pair: ?",)
    assert resources.listed_item(_read(ItemResource, _item(title="whole: 🎬"))).title == "whole: 🎬"
