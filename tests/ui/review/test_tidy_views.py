"""Twins and hints on the review page: what they show, what they lay, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lib.ml.tasks import compute_here
from lib.ml.text.video_text import text_hash
from lib.models import Availability, EditKind
from lib.services.workspace import Workspace
from lib.ui.app_state import app_state
from tests.ui.conftest import COOKING, EVIL, MUSIC, ids, job_done, texts, video_id
from tests.ui.test_pages import said_in_markdown

App = Callable[[str], AppTest]
ONE, OTHER = video_id(12), video_id(22)
"""In Cooking and in Music."""


def two_subjects(workspace: Workspace) -> None:
    """All of Music stands in Cooking too, and so Cooking falls into talks about bread and talks about bows."""
    videos, library = workspace.catalog.videos(), workspace.catalog.library()
    bread, bows = ids(*range(10, 20)), ids(*range(20, 30))
    items = library.playlists[COOKING].items
    more = [replace(items[0], item_id=f"more{video}", video_id=video) for video in bows]
    workspace.catalog.store_items(COOKING, [*items, *more])
    about = {**dict.fromkeys(bread, "sourdough bread"), **dict.fromkeys(bows, "violin bows")}
    workspace.catalog.store_videos(
        [replace(videos[video], title=f"On {text} {video}") for video, text in about.items()]
    )
    chance, order = np.random.default_rng(1), list(videos)
    kind = [1 if video in bread else 2 if video in bows else 3 for video in order]
    vectors = np.eye(12)[kind] + 0.05 * chance.normal(size=(len(order), 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    workspace.vectors.store({video: text_hash(video) for video in order}, vectors.astype(np.float32))


def duplicates(workspace: Workspace, title: str = "Bread baked slowly at home") -> None:
    """Two of the videos are one recording."""
    videos = workspace.catalog.videos()
    workspace.catalog.store_videos([replace(videos[video], title=title) for video in (ONE, OTHER)])
    workspace.vectors.store({video: text_hash(video) for video in videos}, np.eye(len(videos), dtype=np.float32))


@pytest.fixture
def part(app: App) -> Callable[[str, Callable[[Workspace], None]], AppTest]:
    """Opens a part of the review page after a look at the prepared library, computed in this process."""

    def open_part(name: str, prepare: Callable[[Workspace], None]) -> AppTest:
        screen = app("review")
        screen.segmented_control(key="part").set_value(name).run()
        workspace = app_state().workspace
        prepare(workspace)
        workspace.tidy.compute = compute_here
        screen.button(key="look_over").click().run()
        return job_done(screen)

    return open_part


def test_before_a_look_there_is_only_the_button(app: App) -> None:
    screen = app("review")
    for name in ("duplicates", "hints"):
        screen.segmented_control(key="part").set_value(name).run()
        assert screen.button(key="look_over").label == "Look" and not screen.success and not screen.exception


def test_a_library_in_order_is_told_so(part) -> None:
    screen = part("duplicates", lambda workspace: None)
    assert "No video" in screen.success[0].value
    screen.segmented_control(key="part").set_value("hints").run()
    assert "Every category" in screen.success[0].value


def test_keeping_one_of_two_puts_it_where_the_other_stood(part) -> None:
    screen = part("duplicates", duplicates)
    assert any("Cooking" in text for text in texts(screen)) and any("10:00" in text for text in texts(screen))
    screen.button(key=f"keep_{ONE}_{OTHER}").click().run()
    local = app_state().workspace.local()
    assert local.homes(ONE) == [COOKING, MUSIC] and local.homes(OTHER) == []
    assert len(app_state().workspace.edits.pending()) == 2 and not screen.exception
    assert "No video" in screen.success[0].value
    app_state().workspace.filing.take_back_last()
    assert app_state().workspace.edits.pending() == []


def test_the_other_leaves_a_playlist_that_holds_it_twice_altogether(part) -> None:
    def other_twice(workspace: Workspace) -> None:
        duplicates(workspace)
        items = workspace.catalog.library().playlists[MUSIC].items
        first = next(item for item in items if item.video_id == OTHER)
        workspace.catalog.store_items(MUSIC, [*items, replace(first, item_id="again")])

    screen = part("duplicates", other_twice)
    screen.button(key=f"keep_{ONE}_{OTHER}").click().run()
    assert app_state().workspace.local().homes(OTHER) == [] and len(app_state().workspace.edits.pending()) == 3
    assert not screen.exception


def test_a_dead_one_can_not_be_kept_where_it_is_not_but_its_twin_can(part) -> None:
    def one_dead(workspace: Workspace) -> None:
        duplicates(workspace)
        workspace.catalog.mark_unavailable({ONE: Availability.DELETED})

    screen = part("duplicates", one_dead)
    assert screen.button(key=f"keep_{ONE}_{OTHER}").disabled and not screen.button(key=f"keep_{OTHER}_{ONE}").disabled
    assert any("can no longer be watched" in text for text in texts(screen))


def test_what_is_not_the_same_is_not_shown_again(part) -> None:
    screen = part("duplicates", duplicates)
    screen.button(key=f"not_{ONE}_{OTHER}").click().run()
    assert "No video" in screen.success[0].value
    screen.button(key="look_over").click().run()
    assert "No video" in job_done(screen).success[0].value


def test_what_is_not_the_same_can_be_brought_back_and_that_undone(part) -> None:
    screen = part("duplicates", lambda workspace: duplicates(workspace, f"{EVIL} bread baked slowly"))
    assert not screen.expander
    screen.button(key=f"not_{ONE}_{OTHER}").click().run()
    assert screen.expander[0].label == "Refused (1)"
    assert any(text.startswith("Not the same:") and text.count(EVIL) == 2 for text in texts(screen))
    assert not [text for text in said_in_markdown(screen) if EVIL in text]
    screen.button(key=f"back_twins_{ONE}_{OTHER}").click().run()
    assert screen.button(key=f"not_{ONE}_{OTHER}") and app_state().workspace.tidy.refused() == set()
    screen.button(key="undo_back").click().run()
    assert "No video" in screen.success[0].value and screen.expander[0].label == "Refused (1)"
    assert not [video for video in screen.button if video.key == "undo_back"] and not screen.exception


def test_a_refused_split_is_offered_again_and_each_part_lists_its_own(part) -> None:
    screen = part("hints", two_subjects)
    screen.button(key=f"no_split_{COOKING}").click().run()
    assert any("Not to be split: Cooking" in text for text in texts(screen))
    screen.segmented_control(key="part").set_value("duplicates").run()
    assert not screen.expander
    screen.segmented_control(key="part").set_value("hints").run()
    screen.button(key=f"back_split_{COOKING}_").click().run()
    assert any(text.startswith("Split? Cooking") for text in texts(screen)) and not screen.exception


def test_what_was_refused_in_an_earlier_session_can_be_brought_back_before_a_look(app: App) -> None:
    screen = app("review")
    app_state().workspace.tidy.refuse(("merge", COOKING, MUSIC))
    app_state().workspace.tidy.refuse(("split", "a playlist that is gone", ""))
    screen.segmented_control(key="part").set_value("hints").run()
    assert any("Not to be merged: Cooking and Music" in text for text in texts(screen))
    assert screen.expander[0].label == "Refused (1)"
    screen.button(key=f"back_merge_{COOKING}_{MUSIC}").click().run()
    assert app_state().workspace.tidy.refused() == {("split", "a playlist that is gone", "")} and not screen.exception


def test_titles_of_duplicates_are_never_markdown(part) -> None:
    screen = part("duplicates", lambda workspace: duplicates(workspace, f"{EVIL} bread baked slowly"))
    assert any(EVIL in text for text in texts(screen))
    assert not [text for text in said_in_markdown(screen) if EVIL in text]


def test_a_merge_lays_nothing_before_its_cost_was_shown_and_then_deletes_the_smaller(part) -> None:
    screen = part("hints", lambda workspace: _grown(workspace))
    assert any(text.startswith("Merge? Music and Cooking") for text in texts(screen))
    assert any("1 edit, 50 units" in text for text in texts(screen))
    assert app_state().workspace.edits.pending() == []
    screen.button(key=f"do_merge_{MUSIC}_{COOKING}").click().run()
    assert [edit.kind for edit in app_state().workspace.edits.pending()] == [EditKind.DELETE] and not screen.exception
    assert app_state().workspace.pushes.plan().guards


def test_a_merge_that_would_lose_dead_videos_asks_first(part) -> None:
    def with_dead(workspace: Workspace) -> None:
        _grown(workspace)
        workspace.catalog.store_items(COOKING, [i for i in workspace.catalog.items_of(COOKING) if i.video_id != OTHER])
        workspace.catalog.mark_unavailable({OTHER: Availability.PRIVATE})

    screen = part("hints", with_dead)
    assert screen.button(key=f"do_merge_{MUSIC}_{COOKING}").disabled
    screen.checkbox(key=f"lose_{MUSIC}_{COOKING}").set_value(True).run()
    assert not screen.button(key=f"do_merge_{MUSIC}_{COOKING}").disabled


def test_a_split_moves_the_smaller_part_into_a_new_category(part) -> None:
    screen = part("hints", two_subjects)
    assert any(text.startswith("Split? Cooking") for text in texts(screen))
    screen.text_input(key=f"split_name_{COOKING}").set_value("Strings").run()
    screen.button(key=f"do_split_{COOKING}").click().run()
    shelves = {p.title: {i.video_id for i in p.items} for p in app_state().workspace.local().playlists.values()}
    assert shelves["Strings"] in (set(ids(*range(10, 20))), set(ids(*range(20, 30))))
    assert not shelves["Strings"] & shelves["Cooking"] and not screen.exception


def test_a_hint_that_is_refused_is_gone_and_its_videos_can_be_selected(part) -> None:
    screen = part("hints", two_subjects)
    screen.button(key=f"no_split_{COOKING}").click().run()
    assert not any(text.startswith("Split?") for text in texts(screen))


def _grown(workspace: Workspace) -> None:
    """Music has enough to be compared, and all of it stands in Cooking."""
    two_subjects(workspace)
    music = workspace.catalog.items_of(MUSIC)
    more = [replace(music[0], item_id=f"again{video}", video_id=video) for video in ids(10, 11, 12)]
    workspace.catalog.store_items(MUSIC, [*music, *more])
