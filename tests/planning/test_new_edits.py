from __future__ import annotations

import pytest

from lib.errors import UserError
from lib.models import LIKED, Decider, Edit, EditKind, Library, Playlist
from lib.planning.new_edits import creation_edit, placement_edit
from tests.store.conftest import NOON, item, video_id

A, B = "PLa", "PLb"
ONE, TWO, DEAD, STRANGER = (video_id(n) for n in (1, 2, 8, 99))

LIBRARY = Library(
    {
        A: Playlist(A, "Cooking", items=(item(1, 1), item(2, 8), item(3, 1))),
        B: Playlist(B, "Music", items=(item(4, 2),)),
        LIKED: Playlist(LIKED, "Liked videos", writable=False, items=(item(5, 2),)),
        "PLc": Playlist("PLc", "Twin"),
        "PLd": Playlist("PLd", "Twin"),
    }
)


def _placement(video: str, source: str | None, target: str | None, **facts: object) -> Edit:
    return placement_edit(LIBRARY, {DEAD}, video, source, target, **facts)


def test_no_source_adds():
    edit = _placement(TWO, None, A)
    assert (edit.kind, edit.video_id, edit.from_playlist, edit.to_playlist) == (EditKind.ADD, TWO, None, A)
    assert (edit.item_id, edit.decided_by) == (None, Decider.YOU)


def test_no_target_removes_the_first_item_of_the_video():
    edit = _placement(ONE, A, None)
    assert (edit.kind, edit.item_id, edit.from_playlist, edit.to_playlist) == (EditKind.REMOVE, "item1", A, None)


def test_source_and_target_move_and_titles_name_playlists_too():
    edit = _placement(ONE, "Cooking", "Music", decided_by=Decider.RULE)
    assert (edit.kind, edit.item_id, edit.from_playlist, edit.to_playlist) == (EditKind.MOVE, "item1", A, B)
    assert edit.decided_by is Decider.RULE


def test_a_move_out_of_a_list_that_can_only_be_read_becomes_an_add():
    edit = _placement(TWO, LIKED, A)
    assert (edit.kind, edit.from_playlist, edit.item_id, edit.to_playlist) == (EditKind.ADD, None, None, A)


def test_a_dead_video_may_still_be_removed():
    assert _placement(DEAD, A, None).kind is EditKind.REMOVE


@pytest.mark.parametrize(
    ("video", "source", "target", "sentence"),
    [
        ("too short", None, A, "is no YouTube video id"),
        (ONE + "\n", None, A, "is no YouTube video id"),
        (ONE, None, None, "Neither a playlist"),
        (ONE, "", "", "Neither a playlist"),
        (ONE, None, "Gardening", "no playlist 'Gardening'"),
        (ONE, "Gardening", B, "no playlist 'Gardening'"),
        (ONE, None, "Twin", "2 playlists are titled 'Twin'"),
        (ONE, None, LIKED, "nobody write to 'Liked videos'"),
        (DEAD, None, B, "deleted or private"),
        (DEAD, A, B, "deleted or private"),
        (ONE, A, "Cooking", "to itself"),
        (STRANGER, None, A, "not in your library"),
        (ONE, B, A, "not in 'Music'"),
        (ONE, B, None, "not in 'Music'"),
        (TWO, LIKED, None, "can only be read"),
    ],
)
def test_what_cannot_be_is_refused_in_words_with_a_next_step(video, source, target, sentence):
    with pytest.raises(UserError, match=sentence) as refused:
        _placement(video, source, target)
    assert refused.value.next_step


@pytest.mark.parametrize("title", ["", "  ", "x" * 151, "a <b> c", "<\n>"])
def test_a_title_that_youtube_would_refuse_makes_no_category(title):
    with pytest.raises(UserError, match="cannot be the title") as refused:
        creation_edit(title, 1)
    assert "150" in refused.value.next_step


@pytest.mark.parametrize("title", ["x" * 150, "a < b", "2 > 1", "🎬 Films"])
def test_a_title_within_youtubes_limits_makes_a_category_to_be(title):
    edit = creation_edit(f" {title} ", 7, NOON)
    assert (edit.kind, edit.to_playlist, edit.title) == (EditKind.CREATE, "new:7", title)
