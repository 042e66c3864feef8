import pytest

from lib.demo.account import Account
from lib.models import Availability
from tests.demo.person import (
    ACTS,
    creates,
    deletes,
    loses,
    moves,
    puts_in,
    renames,
    takes_out,
    takes_out_and_puts_back,
    turns_round,
)

from .conftest import COOKING, MUSIC, small_account, video_id


def numbers(account: Account, playlist: str) -> list[int]:
    return [int(item.video_id[5:]) for item in account.playlists[playlist].items]


def test_a_video_leaves_comes_and_moves():
    account = small_account()
    assert numbers(takes_out(MUSIC, video_id(0))(account), MUSIC) == [0]
    assert numbers(puts_in(MUSIC, video_id(5))(account), MUSIC) == [5, 0, 0]
    assert numbers(puts_in(MUSIC, video_id(5), 1)(account), MUSIC) == [0, 5, 0]
    moved = moves(video_id(3), COOKING, MUSIC)(account)
    assert (numbers(moved, MUSIC), 3 in numbers(moved, COOKING)) == ([3, 0, 0], False)


def test_a_video_that_comes_back_is_another_item():
    account = small_account()
    after = takes_out_and_puts_back(MUSIC, video_id(0))(account)
    assert numbers(after, MUSIC) == [0, 0]
    assert after.playlists[MUSIC].items[0] not in account.playlists[MUSIC].items


def test_the_same_video_put_in_twice_is_two_items():
    twice = puts_in(MUSIC, video_id(5))(puts_in(MUSIC, video_id(5))(small_account()))
    assert len({item.item_id for item in twice.playlists[MUSIC].items}) == 4


def test_the_last_item_goes_to_the_head():
    assert numbers(turns_round(COOKING)(small_account()), COOKING) == [9, 0, 1, 2, 3, 4, 5, 6, 8]


def test_a_playlist_is_made_renamed_and_deleted():
    account = renames(MUSIC, "Songs")(small_account())
    assert account.playlists[MUSIC].title == "Songs"
    assert [one.title for one in creates("New")(account).listed] == ["New", "Cooking", "Songs"]
    assert [one.title for one in deletes(COOKING)(account).listed] == ["Songs"]


def test_a_video_dies():
    account = loses(video_id(1), "private")(small_account())
    assert account.availability(video_id(1)) is Availability.PRIVATE
    assert loses(video_id(1))(account).availability(video_id(1)) is Availability.DELETED


@pytest.mark.parametrize(
    "change",
    [
        takes_out("gone", video_id(0)),
        takes_out(MUSIC, video_id(5)),
        puts_in("gone", video_id(0)),
        moves(video_id(5), MUSIC, COOKING),
        moves(video_id(0), MUSIC, "gone"),
        takes_out_and_puts_back(MUSIC, video_id(5)),
        turns_round("gone"),
        renames("gone", "Songs"),
        deletes("gone"),
        loses("unknown"),
    ],
)
def test_an_act_on_what_is_not_there_does_nothing(change):
    account = small_account()
    assert change(account) is account


def test_making_the_same_playlist_again_does_nothing():
    account = creates("New")(small_account())
    assert creates("New")(account) is account


def test_every_act_has_its_word():
    assert ACTS["takes_out"] is takes_out
    assert len(ACTS) == 9
