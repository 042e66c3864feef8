from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lib.models import Item, Listed
from lib.planning.read_lag import RecentWrites, items_shown, playlists_shown, with_kept


def items(text: str) -> list[Item]:
    return [Item(letter, letter) for letter in text]


def text(found: list[Item]) -> str:
    return "".join(item.item_id or "" for item in found)


def listed(playlist_id: str, title: str = "T") -> Listed:
    return Listed(playlist_id, title, "", "private", "e", 1)


def shown(before: str, found: str, **ours: str) -> str:
    writes = RecentWrites(**{key: frozenset(value) for key, value in ours.items()})
    return text(items_shown("P", items(before), items(found), writes))


def test_without_writes_of_ours_a_listing_is_what_it_says() -> None:
    assert shown("abc", "cxa") == "cxa"


def test_what_we_deleted_is_gone_though_it_is_still_listed() -> None:
    assert shown("ac", "abc", deleted="b") == "ac"


def test_what_we_inserted_stands_where_we_put_it_though_it_is_not_listed_yet() -> None:
    assert shown("axbc", "abc", inserted="x", arranged="P") == "axbc"
    assert shown("xabc", "abc", inserted="x", arranged="P") == "xabc"
    assert shown("abcxy", "abc", inserted="xy", arranged="P") == "abcxy"


def test_what_we_deleted_after_we_had_inserted_it_stays_gone() -> None:
    assert shown("abc", "axbc", inserted="x", deleted="x", arranged="P") == "abc"


def test_our_order_outranks_a_listing_that_does_not_show_it_yet() -> None:
    assert shown("cab", "abc", arranged="P") == "cab"
    assert shown("cab", "abc", arranged="Q") == "abc"


def test_what_others_added_meanwhile_stays_behind_whom_it_was_listed_behind() -> None:
    assert shown("cab", "nabmc", arranged="P") == "ncabm"


def test_what_others_took_away_is_not_brought_back_by_our_order() -> None:
    assert shown("cab", "ac", arranged="P") == "ca"


def test_what_a_listing_left_out_and_is_still_there_keeps_its_neighbours() -> None:
    assert text(with_kept(items("abcd"), items("ad"), {"b", "c"})) == "abcd"
    assert text(with_kept(items("abcd"), items("da"), {"c"})) == "dac"
    assert text(with_kept(items("abcd"), items("cd"), {"a"})) == "acd"


orders = st.lists(st.sampled_from("abcdefgh"), unique=True).map("".join)


@given(orders, orders, st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")))
def test_no_item_is_ever_lost_or_doubled(before: str, found: str, inserted: set[str], deleted: set[str]) -> None:
    seen = shown(before, found, inserted="".join(inserted), deleted="".join(deleted), arranged="P")
    assert len(seen) == len(set(seen))
    assert set(seen) == (set(found) | (set(before) & inserted)) - deleted


def test_a_playlist_we_made_lately_is_there_and_one_we_deleted_is_not() -> None:
    before = {"new": listed("new"), "old": listed("old")}
    ours = RecentWrites(created=frozenset({"new"}), dropped=frozenset({"gone"}))
    assert [playlist.playlist_id for playlist in playlists_shown([listed("old"), listed("gone")], before, ours)] == [
        "old",
        "new",
    ]
    assert [playlist.playlist_id for playlist in playlists_shown([listed("new")], before, ours)] == ["new"]


def test_a_title_we_gave_lately_outranks_the_former_one_but_no_third_one() -> None:
    ours = RecentWrites(renamed={"P": ("Old", "New")})
    for title, believed in (("Old", "New"), ("New", "New"), ("Another", "Another")):
        assert playlists_shown([listed("P", title)], {}, ours)[0].title == believed
