"""Filing from a selection: into what there is, into something new, and out of where it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lib.errors import UserError
from lib.models import Availability
from lib.ui.app_state import AppState, app_state
from lib.ui.file_into import file_videos
from tests.ui.conftest import COOKING, INBOX, MUSIC, ids, video_id


def homes(state: AppState, number: int) -> list[str]:
    return state.workspace.local().homes(video_id(number))


def test_filing_adds_and_leaves_the_rest_alone(small_state: AppState) -> None:
    assert file_videos(small_state, ids(0, 10), "Music") == 2
    assert homes(small_state, 0) == [INBOX, MUSIC] and homes(small_state, 10) == [COOKING, MUSIC]


def test_moving_takes_out_of_categories_but_not_of_the_inbox(small_state: AppState) -> None:
    assert file_videos(small_state, ids(0, 10), "Music", move=True) == 2
    assert homes(small_state, 0) == [INBOX, MUSIC] and homes(small_state, 10) == [MUSIC]


def test_moving_what_is_in_two_categories_leaves_both(small_state: AppState) -> None:
    file_videos(small_state, ids(10), "Music")
    file_videos(small_state, ids(10), "Gardening", move=True)
    (only,) = homes(small_state, 10)
    assert small_state.workspace.local().playlists[only].title == "Gardening"


def test_moving_what_is_there_already_only_leaves_the_other(small_state: AppState) -> None:
    file_videos(small_state, ids(10), "Music")
    file_videos(small_state, ids(10), "Music", move=True)
    assert homes(small_state, 10) == [MUSIC]


def test_a_new_name_becomes_a_new_category(small_state: AppState) -> None:
    file_videos(small_state, ids(6), "Gardening")
    assert "Gardening" in small_state.workspace.filing.categories().values()


def test_dead_videos_are_left_out_and_asked_about_only_when_alone(small_state: AppState) -> None:
    small_state.workspace.catalog.mark_unavailable({video_id(7): Availability.DELETED})
    assert file_videos(small_state, ids(7, 8), "Music") == 1
    with pytest.raises(UserError, match="deleted or private"):
        file_videos(small_state, ids(7), "Music")


def test_a_name_that_no_playlist_can_have_lays_nothing(small_state: AppState) -> None:
    with pytest.raises(UserError):
        file_videos(small_state, ids(6), "<b>")
    assert small_state.workspace.edits.count() == 0


def chosen(app: Callable[[str], AppTest], category: str) -> AppTest:
    """The map with video 6 selected, and a category chosen for it."""
    screen = app("map")
    screen.session_state["picked"] = ids(6)
    screen.run()
    return screen.selectbox(key="file_into").set_value(category).run()


def test_a_category_that_is_renamed_after_it_was_chosen_is_still_the_one(app: Callable[[str], AppTest]) -> None:
    screen = chosen(app, "Music")
    workspace = app_state().workspace
    workspace.playlists.rename(MUSIC, "Songs")
    screen.button(key="file").click().run()
    assert workspace.local().playlists[MUSIC].copies(video_id(6)) == 1
    assert "Music" not in workspace.filing.categories().values()


def test_a_chosen_category_that_has_gone_is_not_taken_for_the_name_of_a_new_one(app: Callable[[str], AppTest]) -> None:
    placeholder = ""

    def with_new_category(page: str) -> AppTest:
        nonlocal placeholder
        screen = app(page)
        placeholder = app_state().workspace.filing.create_category("Gardening")
        return screen.run()

    screen = chosen(with_new_category, "Gardening")
    assert screen.selectbox(key="file_into").value == placeholder
    app_state().workspace.filing.take_back_last()
    screen.button(key="file").click().run()
    assert app_state().workspace.edits.count() == 0
    assert screen.selectbox(key="file_into").value is None and screen.button(key="file").disabled
