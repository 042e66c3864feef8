"""What the screens show of a library."""

from __future__ import annotations

from lib.models import Role
from lib.ui.app_state import AppState
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, ids, video_id


def test_a_snapshot_is_kept_until_something_is_written(small_state: AppState) -> None:
    first = small_state.snapshot
    assert small_state.snapshot is first
    small_state.workspace.filing.file(ids(0), COOKING)
    assert small_state.snapshot is not first


def test_the_unfiled_are_those_in_an_inbox_and_no_category(small_state: AppState) -> None:
    assert sorted(small_state.snapshot.unfiled) == ids(*range(10))
    small_state.workspace.filing.file(ids(0), COOKING)
    assert sorted(small_state.snapshot.unfiled) == ids(*range(1, 10))


def test_a_suggestion_is_no_question_any_more_once_the_video_is_filed(small_state: AppState) -> None:
    small_state.workspace.filing.file(ids(0), MUSIC)
    assert [one.video_id for one in small_state.snapshot.suggestions] == ids(1, 2, 3, 4, 5, 19)


def test_a_misfit_is_no_question_any_more_once_it_has_moved(small_state: AppState) -> None:
    small_state.workspace.filing.file(ids(19), MUSIC, COOKING)
    assert video_id(19) not in [one.video_id for one in small_state.snapshot.suggestions]


def test_categories_with_the_same_title_are_told_apart(small_state: AppState) -> None:
    small_state.workspace.filing.create_category("Music")
    names = small_state.snapshot.category_names
    assert list(names) == ["Cooking", "Music", "Music (2)"] and names["Music"] == MUSIC


def test_an_inbox_is_nothing_to_file_into(small_state: AppState) -> None:
    small_state.workspace.playlists.give_role([MUSIC], Role.INBOX)
    assert INBOX not in small_state.snapshot.category_names.values()
    assert MUSIC not in small_state.snapshot.category_names.values()


def test_a_table_names_title_channel_playlists_and_topic(small_state: AppState) -> None:
    small_state.workspace.filing.file(ids(0), COOKING)
    row = small_state.snapshot.video_table(ids(0)).loc[video_id(0)]
    assert (row["title"], row["channel"], row["playlists"], row["topic"]) == (
        EVIL,
        "Owner",
        "Inbox, Cooking",
        "Topic 0",
    )


def test_what_is_not_known_has_words_all_the_same(small_state: AppState) -> None:
    assert small_state.snapshot.title("unknownvide") == "(unavailable video unknownvide)"
    assert small_state.snapshot.channel("unknownvide") == ""
    assert small_state.snapshot.playlist_title("PLgone") == "PLgone"
