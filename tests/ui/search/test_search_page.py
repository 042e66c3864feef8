"""The search page on the small library: filters, ticks, filing, and what it says where nothing is found."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lib.background.jobs import JobKind
from lib.ui.app_state import AppState, app_state
from lib.ui.search import filters, results
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, ids, video_id

App = Callable[[str], AppTest]


def shown(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value.index) if screen.dataframe else []


@pytest.fixture(autouse=True)
def words_alone() -> None:
    """The small library has no vectors: what is found is found by word, and no model is loaded."""


@pytest.fixture(autouse=True)
def no_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page asks for the model in advance, which would occupy the computing process for as long as that takes."""
    monkeypatch.setattr(AppState, "warm_up", lambda self: None)


def test_words_find_a_video_and_the_very_title_comes_first(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value("talk 12").run()
    assert shown(screen)[0] == video_id(12) and screen.dataframe[0].value["score"].iloc[0] == 100
    assert "best first" in screen.caption[0].value


def test_while_a_job_runs_that_does_not_compute_the_search_goes_on(app: App) -> None:
    screen, over = app("search"), threading.Event()
    job = app_state().jobs.start(JobKind.PUSH, lambda progress: over.wait(30))
    screen.text_input(key="query").set_value("talk 12").run()
    over.set()
    app_state().jobs.wait(30)
    assert shown(screen)[0] == video_id(12) and not job.running


def test_a_search_for_the_model_waits_while_a_job_computes(app: App) -> None:
    screen, over = app("search"), threading.Event()
    vectors = app_state().workspace.vectors
    vectors.store({video_id(12): "hash"}, np.eye(1, 4, dtype=np.float32))
    app_state().jobs.start(JobKind.ANALYSE, lambda progress: over.wait(30))
    with app_state().jobs.worker._turn:  # as a call does
        screen.text_input(key="query").set_value("talk 12").run()
    over.set()
    app_state().jobs.wait(30)
    assert not shown(screen) and "computing process" in screen.info[0].value


def test_a_filter_alone_lists_videos_without_a_score(app: App) -> None:
    screen = app("search")
    screen.multiselect(key=filters.PLAYLISTS).set_value([COOKING]).run()
    assert set(shown(screen)) == set(ids(*range(10, 20))) and "score" not in screen.dataframe[0].value.columns
    assert "last added first" in screen.caption[0].value


def test_of_two_playlists_with_one_title_the_one_that_was_chosen_counts(app: App) -> None:
    screen = app("search")
    filing = app_state().workspace.filing
    filing.file(ids(3), filing.create_category("Cooking"))
    screen.run()
    assert {"Cooking", "Cooking (2)"} <= set(screen.multiselect(key=filters.PLAYLISTS).options)
    screen.multiselect(key=filters.PLAYLISTS).set_value([COOKING]).run()
    assert set(shown(screen)) == set(ids(*range(10, 20)))


def test_a_filter_narrows_what_words_find(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value("talk").run()
    assert len(shown(screen)) == 29  # all but the one with another title
    screen.pills(key=filters.STATES).set_value([filters.UNFILED]).run()
    assert set(shown(screen)) == set(ids(*range(1, 10)))
    screen.select_slider(key=filters.LENGTH).set_value((20, 30)).run()
    assert shown(screen) == [] and "Nothing fits" in screen.info[0].value
    screen.button(key="clear_filters").click().run()
    assert len(shown(screen)) == 29


def test_query_and_filters_are_kept_over_pages(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value("talk").run()
    screen.multiselect(key=filters.PLAYLISTS).set_value([MUSIC]).run()
    screen.switch_page("pages/library.py").run()
    screen.switch_page("pages/search.py").run()
    assert screen.text_input(key="query").value == "talk" and set(shown(screen)) <= set(ids(*range(20, 30), 10))


def test_all_that_is_shown_is_filed_like_a_lasso(app: App) -> None:
    screen = app("search")
    screen.multiselect(key=filters.PLAYLISTS).set_value([INBOX]).run()
    screen.toggle(key="hits_all").set_value(True).run()
    screen.selectbox(key="file_into").set_value("Music").run()
    screen.button(key="file").click().run()
    local = app_state().workspace.local()
    assert all(local.playlists[MUSIC].copies(video) for video in ids(*range(10)))


def test_other_hits_are_never_ticked_by_what_was_ticked_before(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value("talk 12").run()
    screen.toggle(key="hits_all").set_value(True).run()
    turn = screen.session_state["hits_turn"]
    screen.text_input(key="query").set_value("talk 13").run()
    assert screen.toggle(key="hits_all").value is False and screen.session_state["hits_turn"] == turn + 1


def test_what_is_ticked_goes_to_the_map(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value('"talk 12"').run()
    screen.toggle(key="hits_all").set_value(True).run()
    screen.button(key="to_map").click().run()
    assert screen.session_state["picked"] == ids(12)


def test_a_link_finds_its_video(app: App) -> None:
    screen = app("search")
    screen.text_input(key="query").set_value(f"https://youtu.be/{video_id(7)}").run()
    assert shown(screen) == ids(7)


def test_a_playlist_that_is_gone_is_no_filter_any_more(app: App) -> None:
    screen = app("search")
    screen.multiselect(key=filters.PLAYLISTS).set_value([MUSIC, COOKING]).run()
    app_state().workspace.catalog.drop_playlist(MUSIC)
    screen.run()
    assert not screen.exception and screen.multiselect(key=filters.PLAYLISTS).value == [COOKING]


def test_titles_stay_text_and_lengths_read_as_on_youtube(app: App) -> None:
    app("search")
    table = results.hits_table(app_state().snapshot, [(video_id(0), 0.5)], scored=True)
    assert table.iloc[0].to_dict() | {"topic": ""} == {
        "score": 50,
        "title": EVIL,
        "channel": "Owner",
        "length": "10:00",
        "playlists": "Inbox",
        "topic": "",
        "open": f"https://www.youtube.com/watch?v={video_id(0)}",
    }
