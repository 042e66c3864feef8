"""The topics beside the map: the slider, the list, and what can be said of a topic."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lib.background.jobs import JobKind
from lib.derived import Topic
from lib.ui.app_state import app_state
from tests.ui.conftest import COOKING, MUSIC, finish_jobs, ids, job_done, texts, video_id

App = Callable[[str], AppTest]


def store_levels() -> None:
    """Three topics at the usual level, two at the broader one; the last five videos belong to none."""
    derived = app_state().workspace.derived
    video_ids, layout, reduced = derived.map_points()
    rows = np.arange(len(video_ids))
    levels = np.stack([np.minimum(rows // 10, 1) + 7, rows // 10], axis=1)
    levels[-5:] = -1
    with derived.db.write():
        derived.topic_store.note_usual(1)
        derived.store_map(video_ids, layout, reduced, levels, fresh=ids(3, 4))
        derived.store_topics([Topic(n, f"Topic {n}", ("word",), 10) for n in (0, 1, 2, 7, 8)])


@pytest.fixture
def on_map(app: App) -> AppTest:
    screen = app("map")
    store_levels()
    return screen.run()


def shown(screen: AppTest) -> list[str]:
    """The topics of the list."""
    return list(screen.dataframe[0].value["Topic"])


def choose(screen: AppTest, topic: int) -> AppTest:
    """Select a topic, as a click on its row does."""
    screen.session_state["picked"] = app_state().workspace.derived.members()[topic]
    return screen.run()


def press(screen: AppTest, key: str) -> AppTest:
    screen.button(key=key).click().run()
    assert not screen.exception
    return screen


def test_the_slider_goes_from_broad_to_fine_and_stands_at_the_usual_level(on_map: AppTest) -> None:
    assert (on_map.subheader[0].value, on_map.select_slider(key="topic_level").value) == ("3 topics", 1)
    on_map.select_slider(key="topic_level").set_value(0).run()
    assert on_map.subheader[0].value == "2 topics"
    assert shown(on_map) == ["Topic 8", "Topic 7"]


def test_of_two_levels_with_as_many_topics_the_one_that_was_chosen_is_shown(on_map: AppTest) -> None:
    derived = app_state().workspace.derived
    video_ids, layout, reduced = derived.map_points()
    level_topics = derived.topic_store.automatic_topics(video_ids)
    derived.store_map(
        video_ids, layout, reduced, np.column_stack([level_topics, level_topics[:, 1] + 20 * (level_topics[:, 1] >= 0)])
    )
    on_map.run()
    on_map.select_slider(key="topic_level").set_value(0).run()
    on_map.select_slider(key="topic_level").set_value(1).run()
    assert derived.topic_store.level() == 1


def test_a_number_of_topics_that_was_wished_is_what_a_redrawn_map_begins_with(on_map: AppTest) -> None:
    assert on_map.segmented_control(key="method").value == "Found by themselves"
    for key, value in (("topic_method", "kmeans"), ("topic_k", "12")):
        app_state().workspace.catalog.remember(key, value)
    on_map.switch_page("pages/library.py").run()
    on_map.switch_page("pages/map.py").run()
    assert on_map.segmented_control(key="method").value == "A number of my own"
    assert on_map.slider(key="k").value == 12


def test_without_levels_there_is_no_slider(app: App) -> None:
    assert not app("map").select_slider


def test_what_is_new_and_what_has_no_topic_can_be_selected(on_map: AppTest) -> None:
    press(on_map, "new")
    assert on_map.session_state["picked"] == ids(3, 4)
    press(on_map, "clear")
    press(on_map, "unsorted")
    assert len(on_map.session_state["picked"]) == 5


def test_a_topic_is_renamed_and_the_name_taken_back(on_map: AppTest) -> None:
    choose(on_map, 1)
    on_map.text_input(key="topic_name_1_Topic 1").set_value("Mine").run()
    press(on_map, "rename_topic")
    assert on_map.text_input(key="topic_name_1_Mine").value == "Mine"
    press(on_map, "clear")
    assert "Mine" in shown(on_map)
    press(on_map, "undo_topic")
    assert "Topic 1" in shown(on_map) and "Mine" not in shown(on_map)


def test_a_name_of_another_topic_is_refused_in_words(on_map: AppTest) -> None:
    choose(on_map, 1)
    on_map.text_input(key="topic_name_1_Topic 1").set_value("Topic 2").run()
    press(on_map, "rename_topic")
    assert "already" in on_map.error[0].value


def test_two_topics_are_merged_and_the_whole_is_selected(on_map: AppTest) -> None:
    choose(on_map, 0)
    assert [option.split(" (")[0] for option in on_map.selectbox(key="merge_with_0").options] == ["Topic 1", "Topic 2"]
    press(on_map, "merge_topic")
    assert len(on_map.session_state["picked"]) == 20
    press(on_map, "clear")
    assert shown(on_map) == ["Topic 0", "Topic 2"]


def test_a_broad_topic_is_split_into_the_finer_ones_it_is_made_of(on_map: AppTest) -> None:
    on_map.select_slider(key="topic_level").set_value(0).run()
    choose(on_map, 8)
    press(on_map, "split_topic")
    assert shown(on_map) == ["Topic 1", "Topic 7", "Topic 2"]


def test_a_topic_of_the_users_can_be_given_back(on_map: AppTest) -> None:
    choose(on_map, 1)
    assert "release_topic" not in {button.key for button in on_map.button}
    on_map.text_input(key="topic_name_1_Topic 1").set_value("Mine").run()
    press(on_map, "rename_topic")
    press(on_map, "release_topic")
    assert "Topic 1" in shown(on_map)


def test_any_selected_videos_can_be_made_a_topic(on_map: AppTest) -> None:
    on_map.session_state["picked"] = ids(1, 12, 22)
    on_map.run()
    on_map.text_input(key="made_topic_name").set_value("For Anna").run()
    press(on_map, "make_topic")
    press(on_map, "clear")
    assert "For Anna" in shown(on_map)


def test_the_rest_of_a_topic_is_filed_where_the_button_says(on_map: AppTest) -> None:
    on_map.session_state["picked"] = ids(0, 1, *range(10, 16))
    on_map.run()
    on_map.text_input(key="made_topic_name").set_value("Music").run()  # as another category is called
    press(on_map, "make_topic")
    assert "6 of 8 are in Cooking already." in texts(on_map)
    assert on_map.button(key="make_category").label == "File the other 2 there"
    press(on_map, "make_category")
    edits = app_state().workspace.edits.pending()
    assert {(edit.video_id, edit.to_playlist) for edit in edits} == {(video_id(0), COOKING), (video_id(1), COOKING)}


def test_of_two_playlists_with_one_title_the_rest_is_filed_into_the_one_that_holds_most(on_map: AppTest) -> None:
    app_state().workspace.playlists.rename(MUSIC, "Cooking")
    on_map.session_state["picked"] = ids(0, 1, *range(20, 26))
    on_map.run()
    on_map.text_input(key="made_topic_name").set_value("Songs").run()
    press(on_map, "make_topic")
    press(on_map, "make_category")
    filed = [edit for edit in app_state().workspace.edits.pending() if edit.video_id]
    assert {(edit.video_id, edit.to_playlist) for edit in filed} == {(video_id(0), MUSIC), (video_id(1), MUSIC)}


def test_topics_cannot_be_shaped_while_a_run_finds_them(on_map: AppTest) -> None:
    gate = Event()
    app_state().jobs.start(JobKind.ANALYSE, lambda progress: gate.wait(30))
    choose(on_map, 1)
    disabled = {button.key: button.disabled for button in on_map.button}
    gate.set()
    finish_jobs()
    assert disabled["merge_topic"] and disabled["split_topic"]
    assert not job_done(on_map).button(key="split_topic").disabled


def test_a_redrawn_map_can_be_put_back(on_map: AppTest) -> None:
    assert "put_back" not in {button.key for button in on_map.button}
    derived = app_state().workspace.derived
    app_state().workspace.vectors.store(dict.fromkeys(derived.map_points()[0], "hash"), np.eye(30, 8, dtype=np.float32))
    derived.keep_earlier()
    video_ids, layout, reduced = derived.map_points()
    derived.store_map(video_ids, layout + 3, reduced, np.zeros(30, np.int64))
    on_map.run()
    press(on_map, "put_back")
    assert np.array_equal(derived.map_points()[1], layout)
