import base64
import re

from lib.demo.account import item_id_of, playlist_id_of
from lib.models import LIKED, Availability, Playlist

from .conftest import COOKING, MUSIC, NOON, video_id


def test_an_item_id_is_base64url_of_its_playlist_and_sixteen_hex_digits():
    item_id = item_id_of(COOKING, "1")
    plain = base64.urlsafe_b64decode(item_id + "=" * (-len(item_id) % 4)).decode()
    assert re.fullmatch(rf"{COOKING}\.[0-9A-F]{{16}}", plain)
    assert item_id != item_id_of(COOKING, "2")


def test_a_playlist_id_has_34_characters_and_follows_its_seed():
    assert re.fullmatch(r"PL[A-Za-z0-9_-]{32}", playlist_id_of("a"))
    assert playlist_id_of("a") == playlist_id_of("a") != playlist_id_of("b")


def test_liked_hides_what_cannot_be_watched_and_a_playlist_keeps_it(account):
    assert [item.video_id for item in account.shown_items(account.playlists[LIKED])] == [video_id(1)]
    assert len(account.shown_items(account.playlists[COOKING])) == 9


def test_a_video_that_nobody_knows_was_deleted(account):
    assert account.availability("nobody") is Availability.DELETED


def test_an_item_is_found_in_its_playlist(account):
    assert account.home(account.playlists[MUSIC].items[1].item_id).title == "Music"
    assert account.home("gone") is None


def test_a_new_playlist_is_listed_first_and_leaves_the_old_account_alone(account):
    after = account.with_new_playlist(Playlist("PLnew", "New"), NOON)
    assert [playlist.title for playlist in after.listed] == ["New", "Cooking", "Music"]
    assert [playlist.title for playlist in account.listed] == ["Cooking", "Music"]
    assert [playlist.title for playlist in after.without_playlist(COOKING).listed] == ["New", "Music"]
