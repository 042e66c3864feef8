"""A cell of the inbox table: set, changed, emptied."""

from __future__ import annotations

from lib.ui.review.inbox_table import set_category
from lib.ui.session import Desk
from tests.ui.conftest import COOKING, INBOX, MUSIC, video_id


def test_a_cell_that_is_set_files_the_video(small_desk: Desk) -> None:
    set_category(small_desk, video_id(0), "Music")
    assert small_desk.workspace.local().homes(video_id(0)) == [INBOX, MUSIC]


def test_a_cell_that_is_changed_replaces_what_was_wished(small_desk: Desk) -> None:
    set_category(small_desk, video_id(0), "Music")
    set_category(small_desk, video_id(0), "Cooking")
    assert small_desk.workspace.local().homes(video_id(0)) == [INBOX, COOKING]


def test_a_cell_that_is_emptied_takes_the_wish_back(small_desk: Desk) -> None:
    set_category(small_desk, video_id(0), "Music")
    set_category(small_desk, video_id(0), None)
    assert small_desk.workspace.edits.count() == 0
