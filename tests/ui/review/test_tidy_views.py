"""Twins and hints on the review page: what they show, what they lay, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lib.background.worker import call_here
from lib.ml.text.video_text import text_hash
from lib.models import Availability, EditKind
from lib.services.workspace import Workspace
from lib.ui.session import desk
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
    more = [replace(items[0], item_id=f"more{one}", video_id=one) for one in bows]
    workspace.catalog.store_items(COOKING, [*items, *more])
    about = {**dict.fromkeys(bread, "sourdough bread"), **dict.fromkeys(bows, "violin bows")}
    workspace.catalog.store_videos([replace(videos[one], title=f"On {said} {one}") for one, said in about.items()])
    chance, order = np.random.default_rng(1), list(videos)
    kind = [1 if one in bread else 2 if one in bows else 3 for one in order]
    vectors = np.eye(12)[kind] + 0.05 * chance.normal(size=(len(order), 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    workspace.vectors.store({one: text_hash(one) for one in order}, vectors.astype(np.float32))


def twins(workspace: Workspace, title: str = "Bread baked slowly at home") -> None:
    """Two of the videos are one recording."""
    videos = workspace.catalog.videos()
    workspace.catalog.store_videos([replace(videos[one], title=title) for one in (ONE, OTHER)])
    workspace.vectors.store({one: text_hash(one) for one in videos}, np.eye(len(videos), dtype=np.float32))


@pytest.fixture
def part(app: App) -> Callable[[str, Callable[[Workspace], None]], AppTest]:
    """Opens a part of the review page after a look at the prepared library, computed in this process."""

    def open_part(name: str, prepare: Callable[[Workspace], None]) -> AppTest:
        at = app("review")
        at.segmented_control(key="part").set_value(name).run()
        workspace = desk().workspace
        prepare(workspace)
        workspace.call = call_here
        at.button(key="look_over").click().run()
        return job_done(at)

    return open_part


def test_before_a_look_there_is_only_the_button(app: App) -> None:
    at = app("review")
    for name in ("twins", "hints"):
        at.segmented_control(key="part").set_value(name).run()
        assert at.button(key="look_over").label == "Look" and not at.success and not at.exception


def test_a_library_in_order_is_told_so(part) -> None:
    at = part("twins", lambda workspace: None)
    assert "No video" in at.success[0].value
    at.segmented_control(key="part").set_value("hints").run()
    assert "Every category" in at.success[0].value


def test_keeping_one_of_two_puts_it_where_the_other_stood(part) -> None:
    at = part("twins", twins)
    assert any("Cooking" in said for said in texts(at)) and any("10:00" in said for said in texts(at))
    at.button(key=f"keep_{ONE}_{OTHER}").click().run()
    local = desk().workspace.local()
    assert local.homes(ONE) == [COOKING, MUSIC] and local.homes(OTHER) == []
    assert len(desk().workspace.edits.pending()) == 2 and not at.exception
    assert "No video" in at.success[0].value
    desk().workspace.filing.take_back_last()
    assert desk().workspace.edits.pending() == []


def test_the_other_leaves_a_playlist_that_holds_it_twice_altogether(part) -> None:
    def other_twice(workspace: Workspace) -> None:
        twins(workspace)
        items = workspace.catalog.library().playlists[MUSIC].items
        first = next(item for item in items if item.video_id == OTHER)
        workspace.catalog.store_items(MUSIC, [*items, replace(first, item_id="again")])

    at = part("twins", other_twice)
    at.button(key=f"keep_{ONE}_{OTHER}").click().run()
    assert desk().workspace.local().homes(OTHER) == [] and len(desk().workspace.edits.pending()) == 3
    assert not at.exception


def test_a_dead_one_can_not_be_kept_where_it_is_not_but_its_twin_can(part) -> None:
    def one_dead(workspace: Workspace) -> None:
        twins(workspace)
        workspace.catalog.mark_unavailable({ONE: Availability.DELETED})

    at = part("twins", one_dead)
    assert at.button(key=f"keep_{ONE}_{OTHER}").disabled and not at.button(key=f"keep_{OTHER}_{ONE}").disabled
    assert any("can no longer be watched" in said for said in texts(at))


def test_what_is_not_the_same_is_not_shown_again(part) -> None:
    at = part("twins", twins)
    at.button(key=f"not_{ONE}_{OTHER}").click().run()
    assert "No video" in at.success[0].value
    at.button(key="look_over").click().run()
    assert "No video" in job_done(at).success[0].value


def test_what_is_not_the_same_can_be_brought_back_and_that_undone(part) -> None:
    at = part("twins", lambda workspace: twins(workspace, f"{EVIL} bread baked slowly"))
    assert not at.expander
    at.button(key=f"not_{ONE}_{OTHER}").click().run()
    assert at.expander[0].label == "Refused (1)"
    assert any(said.startswith("Not the same:") and said.count(EVIL) == 2 for said in texts(at))
    assert not [said for said in said_in_markdown(at) if EVIL in said]
    at.button(key=f"back_twins_{ONE}_{OTHER}").click().run()
    assert at.button(key=f"not_{ONE}_{OTHER}") and desk().workspace.curating.refused() == set()
    at.button(key="undo_back").click().run()
    assert "No video" in at.success[0].value and at.expander[0].label == "Refused (1)"
    assert not [one for one in at.button if one.key == "undo_back"] and not at.exception


def test_a_refused_split_is_offered_again_and_each_part_lists_its_own(part) -> None:
    at = part("hints", two_subjects)
    at.button(key=f"no_split_{COOKING}").click().run()
    assert any("Not to be split: Cooking" in said for said in texts(at))
    at.segmented_control(key="part").set_value("twins").run()
    assert not at.expander
    at.segmented_control(key="part").set_value("hints").run()
    at.button(key=f"back_split_{COOKING}_").click().run()
    assert any(said.startswith("Split? Cooking") for said in texts(at)) and not at.exception


def test_what_was_refused_in_an_earlier_session_can_be_brought_back_before_a_look(app: App) -> None:
    at = app("review")
    desk().workspace.curating.refuse(("merge", COOKING, MUSIC))
    desk().workspace.curating.refuse(("split", "a playlist that is gone", ""))
    at.segmented_control(key="part").set_value("hints").run()
    assert any("Not to be merged: Cooking and Music" in said for said in texts(at))
    assert at.expander[0].label == "Refused (1)"
    at.button(key=f"back_merge_{COOKING}_{MUSIC}").click().run()
    assert desk().workspace.curating.refused() == {("split", "a playlist that is gone", "")} and not at.exception


def test_titles_of_twins_are_never_markdown(part) -> None:
    at = part("twins", lambda workspace: twins(workspace, f"{EVIL} bread baked slowly"))
    assert any(EVIL in said for said in texts(at))
    assert not [said for said in said_in_markdown(at) if EVIL in said]


def test_a_merge_lays_nothing_before_its_cost_was_shown_and_then_deletes_the_smaller(part) -> None:
    at = part("hints", lambda workspace: _grown(workspace))
    assert any(said.startswith("Merge? Music and Cooking") for said in texts(at))
    assert any("1 edit, 50 units" in said for said in texts(at))
    assert desk().workspace.edits.pending() == []
    at.button(key=f"do_merge_{MUSIC}_{COOKING}").click().run()
    assert [edit.kind for edit in desk().workspace.edits.pending()] == [EditKind.DELETE] and not at.exception
    assert desk().workspace.plan().guards


def test_a_merge_that_would_lose_dead_videos_asks_first(part) -> None:
    def with_dead(workspace: Workspace) -> None:
        _grown(workspace)
        workspace.catalog.store_items(COOKING, [i for i in workspace.catalog.items_of(COOKING) if i.video_id != OTHER])
        workspace.catalog.mark_unavailable({OTHER: Availability.PRIVATE})

    at = part("hints", with_dead)
    assert at.button(key=f"do_merge_{MUSIC}_{COOKING}").disabled
    at.checkbox(key=f"lose_{MUSIC}_{COOKING}").set_value(True).run()
    assert not at.button(key=f"do_merge_{MUSIC}_{COOKING}").disabled


def test_a_split_moves_the_smaller_part_into_a_new_category(part) -> None:
    at = part("hints", two_subjects)
    assert any(said.startswith("Split? Cooking") for said in texts(at))
    at.text_input(key=f"split_name_{COOKING}").set_value("Strings").run()
    at.button(key=f"do_split_{COOKING}").click().run()
    shelves = {p.title: {i.video_id for i in p.items} for p in desk().workspace.local().playlists.values()}
    assert shelves["Strings"] in (set(ids(*range(10, 20))), set(ids(*range(20, 30))))
    assert not shelves["Strings"] & shelves["Cooking"] and not at.exception


def test_a_hint_that_is_refused_is_gone_and_its_videos_can_be_selected(part) -> None:
    at = part("hints", two_subjects)
    at.button(key=f"no_split_{COOKING}").click().run()
    assert not any(said.startswith("Split?") for said in texts(at))


def _grown(workspace: Workspace) -> None:
    """Music has enough to be compared, and all of it stands in Cooking."""
    two_subjects(workspace)
    music = workspace.catalog.items_of(MUSIC)
    more = [replace(music[0], item_id=f"again{one}", video_id=one) for one in ids(10, 11, 12)]
    workspace.catalog.store_items(MUSIC, [*music, *more])
