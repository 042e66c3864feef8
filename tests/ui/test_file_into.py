"""Filing from a selection: into what there is, into something new, and out of where it was."""

from __future__ import annotations

import pytest

from lib.errors import UserError
from lib.models import Availability
from lib.ui.file_into import file_videos
from lib.ui.session import Desk
from tests.ui.conftest import COOKING, INBOX, MUSIC, ids, video_id


def homes(desk: Desk, number: int) -> list[str]:
    return desk.workspace.local().homes(video_id(number))


def test_filing_adds_and_leaves_the_rest_alone(small_desk: Desk) -> None:
    assert file_videos(small_desk, ids(0, 10), "Music") == 2
    assert homes(small_desk, 0) == [INBOX, MUSIC] and homes(small_desk, 10) == [COOKING, MUSIC]


def test_moving_takes_out_of_categories_but_not_of_the_inbox(small_desk: Desk) -> None:
    assert file_videos(small_desk, ids(0, 10), "Music", move=True) == 2
    assert homes(small_desk, 0) == [INBOX, MUSIC] and homes(small_desk, 10) == [MUSIC]


def test_moving_what_is_in_two_categories_leaves_both(small_desk: Desk) -> None:
    file_videos(small_desk, ids(10), "Music")
    file_videos(small_desk, ids(10), "Gardening", move=True)
    (only,) = homes(small_desk, 10)
    assert small_desk.workspace.local().playlists[only].title == "Gardening"


def test_moving_what_is_there_already_only_leaves_the_other(small_desk: Desk) -> None:
    file_videos(small_desk, ids(10), "Music")
    file_videos(small_desk, ids(10), "Music", move=True)
    assert homes(small_desk, 10) == [MUSIC]


def test_a_new_name_becomes_a_new_category(small_desk: Desk) -> None:
    file_videos(small_desk, ids(6), "Gardening")
    assert "Gardening" in small_desk.workspace.filing.categories().values()


def test_dead_videos_are_left_out_and_asked_about_only_when_alone(small_desk: Desk) -> None:
    small_desk.workspace.catalog.mark_unavailable({video_id(7): Availability.DELETED})
    assert file_videos(small_desk, ids(7, 8), "Music") == 1
    with pytest.raises(UserError, match="deleted or private"):
        file_videos(small_desk, ids(7), "Music")


def test_a_name_that_no_playlist_can_have_lays_nothing(small_desk: Desk) -> None:
    with pytest.raises(UserError):
        file_videos(small_desk, ids(6), "<b>")
    assert small_desk.workspace.edits.count() == 0
