"""What the screens show of a library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.models import Role
from lib.planning import reconcile as reconciling
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.store.catalog import Catalog
from lib.store.db import Cursor, Database
from lib.ui import app_state as app_state_module
from lib.ui.app_state import AppState, app_state
from lib.ui.parts import Part
from lib.ui.snapshot import Snapshot
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, PAGES, Gate, finish_jobs, ids, video_id


@pytest.fixture
def reconciled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that edits were really laid on a library: how many edits."""
    calls: list[int] = []
    real = reconciling._merge
    monkeypatch.setattr(
        reconciling, "_merge", lambda remote, edits, *rest: calls.append(len(edits)) or real(remote, edits, *rest)
    )
    return calls


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
    assert [suggestion.video_id for suggestion in small_state.snapshot.suggestions] == ids(1, 2, 3, 4, 5, 19)


def test_a_misfit_is_no_question_any_more_once_it_has_moved(small_state: AppState) -> None:
    small_state.workspace.filing.file(ids(19), MUSIC, COOKING)
    assert video_id(19) not in [suggestion.video_id for suggestion in small_state.snapshot.suggestions]


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


# -- one moment ----------------------------------------------------------------------------------------------------------


def test_nothing_of_a_snapshot_is_read_after_it_was_made(
    small_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is committed meanwhile, each part is as of the same moment, since no part reads the database later."""
    snapshot = small_state.snapshot
    small_state.workspace.filing.file(ids(0, 1), COOKING)
    small_state.workspace.filing.reject([(video_id(3), MUSIC)])

    @contextmanager
    def refuse(self: Database) -> Iterator[Cursor]:
        raise AssertionError("a part was read late")
        yield

    monkeypatch.setattr(Database, "_reader", refuse)
    for part in vars(Snapshot).values():
        if isinstance(part, Part):
            getattr(snapshot, part.name)
    monkeypatch.undo()
    assert sorted(snapshot.unfiled) == ids(*range(10)) and snapshot.edits == []
    assert video_id(3) in [suggestion.video_id for suggestion in snapshot.suggestions]
    assert len(small_state.snapshot.edits) == 2


def test_what_is_committed_while_a_snapshot_is_read_is_in_the_next_one(
    home: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer commits after the first part was read: the parts that are read later show the moment of the first."""
    workspace = Workspace(Settings(home, endpoint=endpoint, settle_seconds=0))
    real = Catalog.library

    def library(self: Catalog) -> object:
        base = real(self)
        if threading.current_thread() is threading.main_thread():
            writer = threading.Thread(target=workspace.filing.file, args=(ids(0), COOKING))
            writer.start()
            writer.join(30)
        return base

    monkeypatch.setattr(Catalog, "library", library)
    snapshot = Snapshot(workspace)
    assert snapshot.edits == [] and video_id(0) in snapshot.unfiled
    monkeypatch.undo()
    assert [edit.video_id for edit in workspace.edits.pending()] == ids(0)
    assert not snapshot.current() and len(Snapshot(workspace, snapshot).edits) == 1
    workspace.close()


def test_what_did_not_change_is_taken_over(small_state: AppState) -> None:
    first = small_state.snapshot
    assert first.homes and first.topic_of
    small_state.workspace.filing.file(ids(0), COOKING)
    second = small_state.snapshot
    assert second.videos is first.videos and second.map_frame is first.map_frame and second.topic_of is first.topic_of
    assert second.base is first.base and second.homes is not first.homes


def test_the_bookings_of_a_push_make_no_other_snapshot(small_state: AppState) -> None:
    snapshot = small_state.snapshot
    small_state.workspace.quota.reserve(50, "playlistItems.insert")
    assert small_state.snapshot is snapshot


def test_the_plan_follows_what_is_left_of_the_quota(small_state: AppState) -> None:
    small_state.workspace.filing.file(ids(0, 1), COOKING)
    snapshot = small_state.snapshot
    assert len(snapshot.plan().calendar) == 1 and snapshot.plan() is snapshot.plan()
    small_state.workspace.quota.reserve(small_state.workspace.quota.left() - 60, "playlistItems.insert")
    assert len(small_state.snapshot.plan().calendar) == 2


def test_inside_a_transaction_the_screen_shows_what_is_committed(small_state: AppState) -> None:
    with small_state.workspace.db.write():
        small_state.workspace.filing.file(ids(0), COOKING)
        assert video_id(0) in small_state.snapshot.unfiled
    assert video_id(0) not in small_state.snapshot.unfiled


# -- once ----------------------------------------------------------------------------------------------------------------


def test_six_tabs_that_ask_at_once_read_once(small_state: AppState, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Snapshot] = []
    real = Snapshot.__init__
    monkeypatch.setattr(Snapshot, "__init__", lambda self, *about: made.append(self) or real(self, *about))
    start = threading.Barrier(6)

    def tab() -> None:
        start.wait(30)
        assert len(small_state.snapshot.unfiled) == 10

    tabs = [threading.Thread(target=tab) for _ in range(6)]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join(30)
    assert len(made) == 1


def test_while_a_push_runs_its_writes_are_shown_now_and_then_what_the_user_does_at_once_and_the_end_at_its_end(
    small_state: AppState, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_state_module, "RENEW_SECONDS", 1e9)
    workspace = small_state.workspace
    workspace.filing.file(ids(0, 1, 2), COOKING)
    gate.shut()
    job = small_state.push(workspace.pushes.plan())
    assert gate.reached.wait(30)
    during = small_state.snapshot
    workspace.catalog.remove_item("as a push would")
    assert small_state.snapshot is during
    workspace.filing.file(ids(3), MUSIC)
    assert small_state.snapshot is not during and video_id(3) not in small_state.snapshot.unfiled
    gate.open()
    finish_jobs()
    assert job.state == "done"
    assert {item.video_id for item in small_state.snapshot.base.playlists[COOKING].items} >= set(ids(0, 1, 2))


def test_filing_one_video_costs_one_reconcile_and_each_screen_at_most_one(
    app: Callable[[str], AppTest], reconciled: list[int]
) -> None:
    screen = app("library")
    for number, page in enumerate(PAGES):
        screen = screen.switch_page(f"pages/{page}.py").run()
        reconciled.clear()
        app_state().workspace.filing.file(ids(number), COOKING)
        assert reconciled == [number + 1], page
        screen.run()
        assert len(reconciled) <= 2, page
        screen.run()
        assert len(reconciled) <= 2, page
        assert not screen.exception


def test_a_screen_that_is_opened_first_costs_at_most_one_reconcile(
    app: Callable[[str], AppTest], reconciled: list[int]
) -> None:
    screen = app("")
    assert len(reconciled) <= 1
    for page in PAGES:
        reconciled.clear()
        screen = screen.switch_page(f"pages/{page}.py").run()
        assert len(reconciled) <= 1, page
