from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lib.models import Availability, Channel, Item, Listed, Video
from lib.youtube import resources

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
HALF = "half of a pair: \ud83d"


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
    shown = resources.listed_item(_item(note="why"))
    assert shown.item == Item("item1", "video000001", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC), "why")
    assert (shown.playlist_id, shown.position, shown.title) == ("PLa", 3, "A talk")
    assert (shown.channel_id, shown.channel_title, shown.availability) == ("UCo", "Owner", Availability.AVAILABLE)


def test_the_video_of_an_item_without_details_is_in_its_snippet():
    resource = _item()
    del resource["contentDetails"]
    assert resources.listed_item(resource).item.video_id == "video000001"


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
    shown = resources.listed_item(_item(owner=None, status=status, title=title))
    assert (shown.availability, shown.title) == (expected, "")


@pytest.mark.parametrize("title", ["Deleted video", "Private video"])
@pytest.mark.parametrize("status", ["public", "unlisted"])
def test_a_living_video_may_be_titled_like_a_placeholder(title, status):
    shown = resources.listed_item(_item(title=title, status=status))
    assert (shown.availability, shown.title) == (Availability.AVAILABLE, title)


def test_the_users_own_private_video_has_an_owner_and_can_be_watched():
    assert resources.listed_item(_item(status="private")).availability is Availability.AVAILABLE


@pytest.mark.parametrize("status", [None, "public", "somethingNew"])
def test_a_missing_owner_alone_is_no_death(status):
    assert resources.listed_item(_item(owner=None, status=status)).availability is Availability.AVAILABLE


def test_a_playlist_is_read_and_liked_has_no_count():
    resource = {
        "id": "PLa",
        "etag": "e",
        "snippet": {"title": "T", "description": "D", "channelId": "UCr", "publishedAt": "2024-02-03T04:05:06.123456Z"},
        "status": {"privacyStatus": "public"},
        "contentDetails": {"itemCount": 0},
    }
    assert resources.listed(resource) == Listed("PLa", "T", "D", "public", "e", 0, True, "UCr")
    liked = resources.listed({"id": "LL", "contentDetails": {}}, writable=False)
    assert liked == Listed("LL", "", "", "private", "", None, False, "")


def test_a_channel_is_read_with_its_picture():
    snippet = {"title": "Robin", "thumbnails": {"default": {"url": "https://p"}}}
    assert resources.channel({"id": "UCr", "snippet": snippet}) == Channel("UCr", "Robin", "https://p")
    assert resources.channel({"id": "UCr"}) == Channel("UCr", "")


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
    assert resources.video(resource, NOW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT15M51S", 951),
        ("PT1H", 3600),
        ("P1DT1S", 86_401),
        ("PT86400S", 86_400),
        ("P0D", None),
        ("PT0S", None),
        ("", None),
        (None, None),
        (90, None),
        ("P1W", None),
        ("PT-5S", None),
        ("P" + "9" * 40 + "D", None),
        ("15:51", None),
    ],
)
def test_a_duration_is_seconds_and_what_is_none_has_none(text, expected):
    assert resources.seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-03T04:05:06Z", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2024-02-03T04:05:06.123456Z", datetime(2024, 2, 3, 4, 5, 6, 123456, tzinfo=UTC)),
        ("2024-02-03T06:05:06+02:00", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2024-02-03T04:05:06", None),
        ("2024-02-31T04:05:06Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (0, None),
    ],
)
def test_a_moment_has_a_zone_or_is_none(text, expected):
    assert resources.moment(text) == expected


@pytest.mark.parametrize("junk", [None, "", "text", 7, [], ["x"], {}, {"title": 7, "position": "3", "tags": "abc"}])
def test_whatever_stands_in_a_part_nothing_is_raised_and_every_text_is_text(junk):
    resource = dict.fromkeys(("id", "etag", "snippet", "contentDetails", "status"), junk)
    shown = resources.listed_item(resource)
    assert (shown.position, shown.title, shown.item.added_at) == (0, "", None)
    assert resources.listed(resource).item_count is None
    assert resources.video(resource, NOW).tags == ()
    assert resources.channel(resource).title == ""


def test_half_a_surrogate_pair_is_replaced_so_that_the_text_can_be_stored():
    snippet = {"title": HALF, "tags": [HALF]}
    video = resources.video({"id": "video000001", "snippet": snippet}, NOW)
    assert video.title == "half of a pair: ?"
    assert video.tags == ("half of a pair: ?",)
    assert resources.listed_item(_item(title="whole: 🎬")).title == "whole: 🎬"
