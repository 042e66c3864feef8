"""Which library is open, and what runs for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lib.background.jobs import JobKind
from lib.demo.youtube import DemoYouTube
from lib.errors import UserError
from lib.models import Progress
from lib.services.analysis import Analysis
from lib.services.suggestions import Suggestions
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.ui.app_state import AppState, LibraryKind
from tests.ui.conftest import small_account

OpenState = Callable[[Settings], AppState]


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample library is large, and drawing it is for the tests of the flow."""
    monkeypatch.setattr("lib.ui.app_state.demo_youtube", lambda state_file: DemoYouTube(small_account()))
    monkeypatch.setattr(Analysis, "run", lambda self, **_: None)


def finish(state: AppState) -> None:
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("job-")]:
        thread.join(60)


def test_without_an_account_the_sample_library_opens_and_is_read_by_itself(
    open_app_state: OpenState, tmp_path: Path
) -> None:
    state = open_app_state(Settings(tmp_path))
    assert state.library_kind is LibraryKind.DEMO and state.jobs.latest.kind == "pull"
    finish(state)
    assert state.jobs.latest.state == "done", state.jobs.latest.message
    assert state.workspace.catalog.counts()["videos"] == 30
    assert state.workspace.settings.home == tmp_path / "demo"


def test_a_given_endpoint_is_used_as_it_is(small_state: AppState, endpoint: str) -> None:
    assert small_state.library_kind is LibraryKind.GIVEN and small_state.workspace.settings.endpoint == endpoint
    assert small_state.jobs.latest is None


def test_who_is_signed_in_opens_their_own_library(open_app_state: OpenState, tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text("{}", encoding="utf-8")
    state = open_app_state(Settings(tmp_path))
    assert state.library_kind is LibraryKind.MINE and state.jobs.latest is None


def test_who_signed_out_still_finds_their_library(open_app_state: OpenState, home: Path) -> None:
    assert open_app_state(Settings(home)).library_kind is LibraryKind.MINE


def test_an_empty_database_of_ones_own_does_not_hide_the_sample(open_app_state: OpenState, tmp_path: Path) -> None:
    Workspace(Settings(tmp_path)).close()
    assert open_app_state(Settings(tmp_path)).library_kind is LibraryKind.DEMO


@pytest.mark.parametrize(
    ("kind", "activity"),
    [
        (JobKind.PULL, "a pull from YouTube"),
        (JobKind.PUSH, "a push to YouTube"),
        (JobKind.ANALYSE, "drawing the map"),
        (JobKind.SCAN, "looking the library over"),
    ],
)
def test_the_library_cannot_be_changed_while_a_job_runs(small_state: AppState, kind: JobKind, activity: str) -> None:
    go_on = threading.Event()
    small_state.jobs.start(kind, lambda progress: go_on.wait(30))
    with pytest.raises(UserError, match=f"while {activity} is under way"):
        small_state.use(LibraryKind.MINE)
    go_on.set()
    finish(small_state)


def test_changing_the_library_closes_the_one_before(open_app_state: OpenState, home: Path) -> None:
    state = open_app_state(Settings(home))
    assert state.snapshot.base.playlists
    state.use(LibraryKind.DEMO)
    finish(state)
    assert state.library_kind is LibraryKind.DEMO and state.workspace.settings.home == home / "demo"
    Workspace(Settings(home)).close()


def test_single_decisions_wait_until_learning_is_worth_it(
    small_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt = threading.Event()
    monkeypatch.setattr(small_state.workspace.suggestions, "suggest", learnt.set)
    for _ in range(9):
        small_state.relearn(1)
    assert not learnt.wait(0.05)
    small_state.relearn(1)
    assert learnt.wait(10)


def test_suggestions_of_an_earlier_version_are_made_anew_at_the_start(
    open_app_state: OpenState, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()
    monkeypatch.setattr(Suggestions, "suggest", lambda self, **_: made.set())
    settings = Settings(home, endpoint="http://127.0.0.1:9")
    open_app_state(settings).close()
    assert not made.is_set()
    with closing(Workspace(settings)) as shop:
        shop.catalog.remember("suggested_with", "an earlier way")
    open_app_state(settings)
    assert made.wait(10)


def test_signing_out_ends_the_running_job_before_the_token_goes(small_state: AppState) -> None:
    token = small_state.workspace.settings.token
    token.write_text("{}", encoding="utf-8")
    started, present = threading.Event(), list[bool]()

    def work(progress: Progress) -> None:
        started.set()
        try:
            while True:
                progress(0, 1, "Writing to YouTube")
                time.sleep(0.01)
        finally:
            time.sleep(0.3)  # its last step takes a moment
            present.append(token.exists())

    job = small_state.jobs.start(JobKind.PUSH, work)
    assert started.wait(30)
    small_state.sign_out()
    assert (present, job.state, token.exists()) == ([True], "cancelled", False)
