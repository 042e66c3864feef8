from __future__ import annotations

import pytest

from lib.errors import UserError
from lib.models import Library, Playlist
from lib.planning.titles import comparable, find_playlist


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Café", "Cafe\u0301"),
        ("Music", "\ufeffMu\u200bsic\u200e"),
        ("Big  band", " Big\u00a0band\n"),
        ("Star ★", "Star ★\ufe0f"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_titles_that_look_alike_are_the_same(title: str, same: str) -> None:
    assert comparable(title) == comparable(same)


@pytest.mark.parametrize(("title", "another"), [("Music", "music"), ("Cafe", "Café"), ("Bigband", "Big band")])
def test_titles_that_a_person_can_tell_apart_are_two(title: str, another: str) -> None:
    assert comparable(title) != comparable(another)


def test_an_id_wins_over_a_title_and_twins_are_told_apart_by_their_ids():
    playlists = (Playlist("PLa", "Cooking"), Playlist("PLc", "Twin"), Playlist("PLd", "Twin"), Playlist("PLe", "PLa"))
    library = Library({playlist.playlist_id: playlist for playlist in playlists})
    assert find_playlist(library, "PLa").title == "Cooking"
    with pytest.raises(UserError) as refused:
        find_playlist(library, "Twin")
    assert "PLc, PLd" in refused.value.next_step
