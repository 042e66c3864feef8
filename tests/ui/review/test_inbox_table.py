"""A cell of the inbox table: set, changed, emptied."""

from __future__ import annotations

from lib.ui.app_state import AppState
from lib.ui.review.inbox_table import set_category
from tests.ui.conftest import COOKING, INBOX, MUSIC, video_id


def test_a_cell_that_is_set_files_the_video(small_state: AppState) -> None:
    set_category(small_state, video_id(0), MUSIC)
    assert small_state.workspace.local().homes(video_id(0)) == [INBOX, MUSIC]


def test_a_cell_that_is_changed_replaces_what_was_wished(small_state: AppState) -> None:
    set_category(small_state, video_id(0), MUSIC)
    set_category(small_state, video_id(0), COOKING)
    assert small_state.workspace.local().homes(video_id(0)) == [INBOX, COOKING]


def test_a_cell_that_is_emptied_takes_the_wish_back(small_state: AppState) -> None:
    set_category(small_state, video_id(0), MUSIC)
    set_category(small_state, video_id(0), None)
    assert small_state.workspace.edits.count() == 0
