"""Several browser tabs at once: what they cost each other, and a push that runs for all of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from lib.planning import reconcile as reconciling
from lib.store.db import Cursor, Database
from lib.ui import app_state as app_state_module
from lib.ui import job_panel
from lib.ui.app_state import AppState, app_state
from lib.ui.snapshot import Snapshot
from tests.ui.conftest import COOKING, PAGES, Gate, finish_jobs, ids

WRITES = 6


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often the tabs, and not the push, read the database, made a snapshot, and laid edits on a library."""
    counts: Counter[str] = Counter()

    def count(what: str) -> None:
        if not threading.current_thread().name.startswith("job-"):
            counts[what] += 1

    read, snapshot, merge = Database._reader, Snapshot.__init__, reconciling._merge

    def counted_read(self: Database) -> AbstractContextManager[Cursor]:
        count("reads")
        return read(self)

    def counted_snapshot(self: Snapshot, *arguments: object) -> None:
        count("snapshots")
        snapshot(self, *arguments)

    def counted_merge(*arguments: object) -> object:
        count("reconciles")
        return merge(*arguments)

    monkeypatch.setattr(Database, "_reader", counted_read)
    monkeypatch.setattr(Snapshot, "__init__", counted_snapshot)
    monkeypatch.setattr(reconciling, "_merge", counted_merge)
    yield counts


def test_no_run_of_a_fragment_goes_through_all_objects_of_the_process() -> None:
    """With six tabs open these full collections left a push one write in two seconds. AppTest never does any."""
    assert config.get_option("runner.postScriptGC") is False


def test_what_six_tabs_read_during_a_push_is_bounded_and_not_by_tabs_times_writes(
    app: Callable[[str], AppTest], gate: Gate, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each tab shows its page anew after each write: all together they read once per `RENEW_SECONDS`, here never again."""
    monkeypatch.setattr(app_state_module, "RENEW_SECONDS", 1e9)
    tabs = [app(page) for page in PAGES]
    state = app_state()
    state.workspace.filing.file(ids(*range(WRITES)), COOKING)
    plan = state.workspace.pushes.plan()
    for tab in tabs:
        tab.run()
    gate.shut()
    job = state.push(plan)
    assert gate.reached.wait(30)
    for tab in tabs:  # the first run during the push shows that it runs
        tab.run()
    work.clear()
    for number in range(1, WRITES):
        gate.let_one_through()
        for tab in tabs:
            tab.run()
            assert not tab.exception
        assert state.jobs.active() is job and job.done == number
    assert work["snapshots"] <= 1 and work["reconciles"] <= 1
    assert work["reads"] <= 20, "as many as one snapshot"
    gate.open()
    finish_jobs()
    assert job.state == "done" and job.result.done == WRITES


def test_only_the_panel_shows_the_steps_of_a_push_and_the_page_its_beginning_and_its_end(
    small_state: AppState, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    reruns: list[str] = []
    monkeypatch.setattr(st, "rerun", lambda: reruns.append("page"))
    small_state.workspace.filing.file(ids(0), COOKING)
    gate.shut()
    job = small_state.push(small_state.workspace.pushes.plan())
    job_panel._panel(small_state, None, "")
    assert reruns == ["page"]
    assert gate.reached.wait(30) and job.what == "Writing to YouTube"
    job_panel._panel(small_state, job, "Reading playlists")
    assert reruns == ["page"]
    gate.open()
    finish_jobs()
    job_panel._panel(small_state, job, "Writing to YouTube")
    assert reruns == ["page", "page"]
