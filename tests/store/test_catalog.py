from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from lib.models import LIKED, Availability, Channel, HeldBack, Role, Video
from lib.store.catalog import Catalog
from lib.store.db import Database
from lib.store.overview import playlists_frame
from tests.store.conftest import NOON, item, listed, video_id

FULL = Video(
    video_id(1),
    "=cmd()<b>",
    "two\nlines 🎬",
    "UC1",
    "Owner",
    ("a", "b, c"),
    NOON - timedelta(days=9, microseconds=5),
    61,
    Availability.PRIVATE,
    NOON,
)


def _fill(catalog: Catalog, playlist_id: str, videos: list[int], start: int = 0) -> None:
    catalog.store_items(playlist_id, [item(start + at, video) for at, video in enumerate(videos)])


def _videos(catalog: Catalog, playlist_id: str) -> list[str]:
    return [item.video_id for item in catalog.items_of(playlist_id)]


@pytest.fixture
def two(catalog: Catalog) -> Catalog:
    """Cooking holds the videos 1, 2, 1; the inbox holds 3."""
    catalog.store_listing([listed("PL1", "Cooking"), listed("PL2", "Inbox")])
    _fill(catalog, "PL1", [1, 2, 1])
    _fill(catalog, "PL2", [3], start=10)
    return catalog


def test_a_fact_is_remembered_and_replaced(catalog):
    assert catalog.fact("last_pull") is None
    catalog.remember("last_pull", "x")
    catalog.remember("last_pull", "y")
    assert catalog.fact("last_pull") == "y"


def test_the_channel_is_unknown_until_it_is_pinned(catalog):
    assert catalog.channel() is None
    catalog.pin_channel(Channel("UC1", "Robin", "https://p"))
    assert catalog.channel() == Channel("UC1", "Robin", "https://p")


def test_base_comes_back_whole_in_youtubes_order(catalog):
    catalog.store_listing([listed("PLz", "Zoo", writable=False), listed("PLa", "Art", item_count=None)])
    noted = replace(item(1, 1), note="why", added_at=None)
    catalog.store_items("PLa", [item(2, 2), noted])
    library = catalog.library()
    assert list(library.playlists) == ["PLz", "PLa"]
    assert library.playlists["PLa"].items == (item(2, 2), noted)
    assert not library.playlists["PLz"].writable
    assert catalog.items_of("PLa") == (item(2, 2), noted)
    assert catalog.listing()["PLa"] == listed("PLa", "Art", item_count=None)


def test_more_than_ten_items_keep_their_order(catalog):
    catalog.store_listing([listed("PL1")])
    _fill(catalog, "PL1", list(range(120, 0, -1)))
    assert _videos(catalog, "PL1") == [video_id(n) for n in range(120, 0, -1)]


def test_base_is_read_once_until_it_changes(two, db):
    base = two.library()
    two.remember("key", "value")
    assert two.library() is base
    two.rename_playlist("PL1", "Renamed")
    assert two.library().playlists["PL1"].title == "Renamed"


def test_a_change_of_base_shows_inside_its_transaction_at_once_and_outside_when_it_is_committed(two, db):
    def title() -> str:
        return two.library().playlists["PL1"].title

    with ThreadPoolExecutor(1) as other, suppress(ZeroDivisionError), db.write():
        before = title()
        two.rename_playlist("PL1", "Renamed")
        assert (title(), other.submit(title).result()) == ("Renamed", before)
        raise ZeroDivisionError
    assert title() == before
    two.rename_playlist("PL1", "Renamed")
    assert title() == "Renamed"


def test_a_new_listing_replaces_the_old_one_and_leaves_items_and_reading_times(two):
    two.mark_read(listed("PL1", "Cooking", "e2", item_count=3), NOON)
    two.store_listing([listed("PL2", "Later"), listed("PL1", "Cooking", "e3")])
    assert list(two.library().playlists) == ["PL2", "PL1"]
    assert two.listing()["PL1"].etag == "e3"
    assert _videos(two, "PL1") == [video_id(1), video_id(2), video_id(1)]
    assert two.playlists_never_read() == {"PL2"}


def test_the_next_playlist_to_sweep_is_one_never_read_then_the_one_read_longest_ago(two):
    assert two.stalest() == "PL1"
    two.mark_read(listed("PL1"), NOON)
    assert two.stalest() == "PL2"
    two.mark_read(listed("PL2"), NOON + timedelta(hours=1))
    assert two.stalest() == "PL1"


def test_an_empty_catalogue_has_nothing_to_sweep(catalog):
    assert catalog.stalest() is None
    assert catalog.library().playlists == {}
    assert catalog.counts() == dict.fromkeys(("playlists", "items", "videos", "unavailable", "repeats"), 0)


def test_marking_a_playlist_read_keeps_the_state_it_was_listed_in_and_ends_its_being_held_back(two):
    two.hold_back("PL1", "It lists nothing now.", NOON)
    two.mark_read(listed("PL1", "Cooking", "e9", item_count=7), NOON)
    assert (two.listing()["PL1"].etag, two.listing()["PL1"].item_count) == ("e9", 7)
    assert two.held_back() == []


def test_a_playlist_just_created_stands_at_the_end_and_counts_as_read(two):
    two.add_playlist(listed("PL3", "New"), NOON)
    assert list(two.library().playlists) == ["PL1", "PL2", "PL3"]
    assert two.playlists_never_read() == {"PL1", "PL2"}


@pytest.mark.parametrize(("position", "expected"), [(0, [9, 1, 2, 1]), (2, [1, 2, 9, 1]), (3, [1, 2, 1, 9])])
def test_an_inserted_item_stands_where_youtube_showed_it(two, position, expected):
    two.insert_item("PL1", item(99, 9), position)
    assert _videos(two, "PL1") == [video_id(n) for n in expected]


def test_inserting_an_item_that_is_there_already_moves_it(two):
    two.insert_item("PL1", item(0, 1), 2)
    assert [item.item_id for item in two.items_of("PL1")] == ["item1", "item2", "item0"]


@pytest.mark.parametrize(
    ("position", "expected"), [(0, "item2 item0 item1"), (1, "item0 item2 item1"), (2, "item0 item1 item2")]
)
def test_an_item_that_moves_has_exactly_the_index_that_was_confirmed(two, position, expected):
    two.insert_item("PL1", item(2, 1), position)
    assert [item.item_id for item in two.items_of("PL1")] == expected.split()


def test_after_a_removed_item_a_later_insert_stands_right(two):
    two.remove_item("item1")
    two.insert_item("PL1", item(99, 9), 1)
    assert _videos(two, "PL1") == [video_id(1), video_id(9), video_id(1)]
    two.remove_item("item77")
    assert len(two.items_of("PL1")) == 3


def test_a_renamed_playlist_keeps_everything_else(two):
    two.rename_playlist("PL1", "Kitchen")
    assert two.library().playlists["PL1"].title == "Kitchen"
    assert len(two.items_of("PL1")) == 3


def test_a_dropped_playlist_takes_items_pages_and_doubts_with_it_but_not_the_role_given(two):
    two.hold_back("PL1", "gone?", NOON)
    two.store_listing_pages("PL1", {"": ("e", "{}")})
    two.give_role(["PL1"], Role.IGNORED)
    two.drop_playlist("PL1")
    assert list(two.library().playlists) == ["PL2"]
    assert two.counts()["items"] == 1
    assert (two.held_back(), two.listing_pages("PL1")) == ([], {})
    assert two.roles() == {"PL1": Role.IGNORED}


def test_a_playlist_is_held_back_once_with_the_latest_reason(two):
    two.hold_back("PL2", "first", NOON)
    two.hold_back("PL1", "other", NOON + timedelta(seconds=1))
    two.hold_back("PL2", "second", NOON + timedelta(seconds=2))
    assert two.held_back() == [HeldBack("PL1", "other"), HeldBack("PL2", "second")]


def test_stored_pages_of_a_listing_are_replaced_together(two):
    two.store_listing_pages("PL1", {"": ("e1", "{1}"), "t2": ("e2", "{2}")})
    two.store_listing_pages("PL1", {"": ("e3", "{3}")})
    assert two.listing_pages("PL1") == {"": ("e3", "{3}")}
    assert two.listing_pages("PL2") == {}


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Inbox", Role.INBOX),
        ("Watch later", Role.INBOX),
        ("WATCH LATER ", Role.INBOX),
        ("Später ansehen", Role.INBOX),
        ("Spa\u0308ter ansehen", Role.INBOX),
        ("後で見る", Role.INBOX),
        ("Later Roman Empire", Role.CATEGORY),
        ("Watch later 2", Role.CATEGORY),
        ("To watch: birds of prey", Role.CATEGORY),
        ("📥 to sort", Role.CATEGORY),
        ("Later", Role.CATEGORY),
        ("", Role.CATEGORY),
        ("My inbox", Role.CATEGORY),
        ("Cooking", Role.CATEGORY),
    ],
)
def test_a_playlist_that_is_titled_like_an_inbox_is_one_until_the_user_says_otherwise(catalog, title, role):
    catalog.store_listing([listed("PL1", title)])
    assert catalog.library().playlists["PL1"].role is role
    catalog.give_role(["PL1"], Role.IGNORED)
    assert catalog.library().playlists["PL1"].role is Role.IGNORED
    assert list(playlists_frame(catalog).role) == ["ignored"]


def test_liked_is_an_inbox_whatever_its_title(catalog):
    catalog.store_listing([listed(LIKED, "Videos que me gustan", writable=False)])
    assert catalog.library().playlists[LIKED].role is Role.INBOX


def test_a_role_survives_a_new_listing(two):
    two.give_role(["PL1", "PL2"], Role.INBOX)
    two.give_role(["PL1"], Role.IGNORED)
    two.store_listing([listed("PL1", "Cooking"), listed("PL2", "Inbox")])
    assert two.roles() == {"PL1": Role.IGNORED, "PL2": Role.INBOX}


def test_a_video_comes_back_exactly_as_it_was_stored(catalog):
    bare = Video(video_id(2), "")
    catalog.store_videos([FULL, bare])
    assert catalog.videos() == {FULL.video_id: FULL, bare.video_id: bare}
    assert catalog.videos([bare.video_id, "unknown"]) == {bare.video_id: bare}
    assert catalog.videos([]) == {}


def test_a_stored_video_replaces_the_older_one_whole(catalog):
    catalog.store_videos([FULL])
    catalog.store_videos([Video(FULL.video_id, "Later")])
    assert catalog.videos()[FULL.video_id] == Video(FULL.video_id, "Later")


def test_storing_no_videos_is_no_transaction(db, catalog):
    before = db.revision
    catalog.store_videos([])
    assert db.revision == before


def test_two_thousand_videos_of_mixed_fullness_come_back_as_they_were(catalog):
    many = [replace(FULL, video_id=video_id(n)) if n > 1990 else Video(video_id(n), f"t{n}") for n in range(2000)]
    catalog.store_videos(many)
    assert list(catalog.videos().values()) == many


def test_a_video_that_dies_and_comes_back_keeps_its_title(catalog):
    catalog.store_videos([replace(FULL, availability=Availability.AVAILABLE)])
    catalog.mark_unavailable({FULL.video_id: Availability.DELETED})
    assert catalog.unavailable() == {FULL.video_id}
    assert catalog.titles() == {FULL.video_id: FULL.title}
    catalog.mark_unavailable({FULL.video_id: Availability.AVAILABLE})
    assert catalog.unavailable() == set()


def test_only_videos_that_stand_in_a_playlist_are_listed(two):
    two.store_videos([Video(video_id(n), "t") for n in (1, 3, 7)])
    assert set(two.listed_videos()) == {video_id(1), video_id(3)}


def test_due_are_listed_available_videos_never_read_or_read_too_long_ago(two):
    ages = {1: None, 2: NOON - timedelta(days=2), 3: NOON, 7: None}
    two.store_videos([Video(video_id(n), "t", fetched_at=at) for n, at in ages.items()])
    assert set(two.due_videos(NOON)) == {video_id(1), video_id(2)}
    two.mark_unavailable({video_id(1): Availability.PRIVATE})
    assert set(two.due_videos(NOON)) == {video_id(2)}


def test_the_counts_tell_items_videos_repeats_and_the_unavailable(two):
    two.store_videos([Video(video_id(n), "t") for n in (1, 2, 3)])
    two.mark_unavailable({video_id(2): Availability.PRIVATE})
    assert two.counts() == {"playlists": 2, "items": 4, "videos": 3, "unavailable": 1, "repeats": 1}
    rows = playlists_frame(two).set_index("playlist_id")[["items", "videos", "unavailable", "repeats"]]
    assert rows.loc["PL1"].to_list() == [3, 2, 1, 1]
    assert rows.loc["PL2"].to_list() == [1, 1, 0, 0]


def test_an_empty_playlist_has_a_row_of_zeros(catalog):
    catalog.store_listing([listed("PL1")])
    row = playlists_frame(catalog).iloc[0]
    assert (row["items"], row["videos"], row["unavailable"], row["repeats"]) == (0, 0, 0, 0)


def test_titles_full_of_sql_and_quotes_stay_text(path, catalog):
    nasty = '\'; DROP TABLE items; -- "%s" {x} \0'
    catalog.store_listing([listed("PL'1", nasty)])
    catalog.store_items("PL'1", [replace(item(1, 1), note=nasty)])
    catalog.db.close()
    again = Catalog(Database(path))
    assert again.library().playlists["PL'1"].title == nasty
    assert again.items_of("PL'1")[0].note == nasty
    again.db.close()
