"""What passes the gate, what gets a default, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from lib.youtube.validation import (
    LONGEST_TITLE,
    MOST_COUNTED,
    ChannelPage,
    ItemPage,
    KeptPlaylistPage,
    NotReadable,
    NotValid,
    PlaylistPage,
    PlaylistResource,
    VideoPage,
    count,
    etag,
    moment,
    playlist_id,
    read,
    seconds,
    text,
)

ITEM = {"id": "i1", "snippet": {"resourceId": {"videoId": "video000001"}, "position": 0}}
KIND = "youtube#playlistItemListResponse"


def _item_page(item: object) -> bytes:
    return json.dumps({"kind": KIND, "items": [item]}).encode()


def test_unknown_fields_are_ignored_and_missing_or_null_optional_ones_have_defaults():
    item = ITEM | {"contentDetails": None, "status": None, "new": {"deep": [1]}}
    (shown,) = read(_item_page(item), ItemPage).items
    assert (shown.id, shown.video_id, shown.content_details, shown.status) == ("i1", "video000001", None, None)


def test_a_listing_without_items_is_empty_where_its_kind_says_whose_it_is():
    assert not read(b'{"kind": "youtube#channelListResponse"}', ChannelPage).items


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"{}",
        b'{"kind": "hotel#page"}',
        b"<html>",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"items":' * 200_000,
        b'{"items": [], "x": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(13),
)
def test_what_is_no_answer_of_youtubes_cannot_be_read(content):
    with pytest.raises(NotReadable):
        read(content, PlaylistPage)


@pytest.mark.parametrize(
    "damage",
    [
        None,
        7,
        [],
        {},
        {"id": None},
        {"id": 7},
        {"id": ""},
        {"id": "a,b"},
        {"id": "new:1"},
        {"id": "a\n"},
        {"id": "ü"},
        {"id": "half \ud83d"},
        {"id": "x" * 201},
        {"snippet": "text"},
        {"snippet": {"resourceId": {"videoId": ["video000001"]}}},
        {"snippet": {"resourceId": {"videoId": "a b"}}},
        {"snippet": None},
        {"snippet": ITEM["snippet"] | {"position": "0"}},
        {"snippet": ITEM["snippet"] | {"position": True}},
        {"snippet": ITEM["snippet"] | {"title": 7}},
        {"snippet": ITEM["snippet"] | {"publishedAt": 1700000000}},
        {"contentDetails": [], "snippet": ITEM["snippet"]},
    ],
)
def test_a_wrong_type_or_an_impossible_id_makes_the_page_invalid(damage):
    item = {**ITEM, **damage} if isinstance(damage, dict) and damage else damage
    with pytest.raises(NotValid):
        read(_item_page(item), ItemPage)


@pytest.mark.parametrize("items", [None, {}, "text", 7, [[]]])
@pytest.mark.parametrize("shape", [ChannelPage, PlaylistPage, ItemPage, VideoPage, KeptPlaylistPage])
def test_items_are_a_list_of_objects(shape, items):
    with pytest.raises(NotValid):
        read(json.dumps({"items": items}).encode(), shape)


@pytest.mark.parametrize("token", [7, ["x"], "with space", "line\n", "x" * 2001])
def test_a_page_token_that_cannot_be_sent_back_makes_the_page_invalid(token):
    with pytest.raises(NotValid):
        read(json.dumps({"items": [], "nextPageToken": token}).encode(), PlaylistPage)


def test_a_playlist_without_its_snippet_is_not_renamed():
    with pytest.raises(NotValid):
        read(b'{"items": [{"id": "PLa"}]}', KeptPlaylistPage)


def test_what_was_made_has_an_id():
    assert read(b'{"id": "PLa"}', PlaylistResource).id == "PLa"
    with pytest.raises(NotReadable):
        read(b'{"kind": "youtube#playlist"}', PlaylistResource)


def test_a_refusal_says_where_in_few_words():
    with pytest.raises(NotValid) as refused:
        read(json.dumps({"items": [{"id": "x" * 100_000}]}).encode(), VideoPage)
    assert "$.items[0].id" in str(refused.value)
    assert len(str(refused.value)) <= 200


def test_a_text_is_cut_and_loses_what_no_file_takes():
    assert text("x" * 10_001, LONGEST_TITLE) == "x" * LONGEST_TITLE
    assert text(None) == ""
    assert text("a\0b") == "a\N{REPLACEMENT CHARACTER}b"
    assert text("half \ud83d") == "half ?"
    assert text("whole 🎬") == "whole 🎬"


@pytest.mark.parametrize(
    ("value", "kept"), [("abc-_=", "abc-_="), (None, ""), ("", ""), ("a\r\nX: y", ""), ("é", ""), ("x" * 301, "")]
)
def test_an_etag_that_no_header_takes_is_none(value, kept):
    assert etag(value) == kept


@pytest.mark.parametrize(
    ("value", "kept"), [(0, 0), (MOST_COUNTED, MOST_COUNTED), (-1, None), (10**40, None), (None, None)]
)
def test_an_absurd_number_is_none(value, kept):
    assert count(value) == kept


def test_the_liked_list_is_named_by_an_id_or_not_at_all():
    assert [playlist_id(value) for value in ("LL", "", None, "L L", "new:1")] == ["LL", None, None, None, None]


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
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-03T04:05:06Z", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2024-02-03T04:05:06.123456Z", datetime(2024, 2, 3, 4, 5, 6, 123456, tzinfo=UTC)),
        ("2024-02-03T06:05:06+02:00", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2024-02-03T04:05:06", None),
        ("2024-02-31T04:05:06Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("9" * 100_000, None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (0, None),
    ],
)
def test_a_moment_has_a_zone_or_is_none(text, expected):
    assert moment(text) == expected
