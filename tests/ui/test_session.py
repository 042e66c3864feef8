"""Which library is open, and what runs for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lib.demo.youtube import DemoYouTube
from lib.errors import UserError
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.ui.session import Aside, Desk, Which
from tests.ui.conftest import small_account

Sit = Callable[[Settings], Desk]


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample library is large, and drawing it is for the tests of the flow."""
    monkeypatch.setattr("lib.ui.session.demo_youtube", lambda state_file: DemoYouTube(small_account()))
    monkeypatch.setattr(Workspace, "analyse", lambda self, **_: None)


def finish(desk: Desk) -> None:
    for thread in [one for one in threading.enumerate() if one.name.startswith("job-")]:
        thread.join(60)


def test_without_an_account_the_sample_library_opens_and_is_read_by_itself(at_desk: Sit, tmp_path: Path) -> None:
    desk = at_desk(Settings(tmp_path))
    assert desk.which is Which.DEMO and desk.jobs.latest.kind == "pull"
    finish(desk)
    assert desk.jobs.latest.state == "done", desk.jobs.latest.message
    assert desk.workspace.catalog.counts()["videos"] == 30
    assert desk.workspace.settings.home == tmp_path / "demo"


def test_a_given_endpoint_is_used_as_it_is(small_desk: Desk, endpoint: str) -> None:
    assert small_desk.which is Which.GIVEN and small_desk.workspace.settings.endpoint == endpoint
    assert small_desk.jobs.latest is None


def test_who_is_signed_in_opens_their_own_library(at_desk: Sit, tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text("{}", encoding="utf-8")
    desk = at_desk(Settings(tmp_path))
    assert desk.which is Which.MINE and desk.jobs.latest is None


def test_who_signed_out_still_finds_their_library(at_desk: Sit, home: Path) -> None:
    assert at_desk(Settings(home)).which is Which.MINE


def test_an_empty_database_of_ones_own_does_not_hide_the_sample(at_desk: Sit, tmp_path: Path) -> None:
    Workspace(Settings(tmp_path)).close()
    assert at_desk(Settings(tmp_path)).which is Which.DEMO


def test_the_library_cannot_be_changed_while_a_job_runs(small_desk: Desk) -> None:
    go_on = threading.Event()
    small_desk.jobs.start("push", lambda progress: go_on.wait(30))
    with pytest.raises(UserError, match="while a push runs"):
        small_desk.use(Which.MINE)
    go_on.set()
    finish(small_desk)


def test_changing_the_library_closes_the_one_before(at_desk: Sit, home: Path) -> None:
    desk = at_desk(Settings(home))
    assert desk.snapshot.base.playlists
    desk.use(Which.DEMO)
    finish(desk)
    assert desk.which is Which.DEMO and desk.workspace.settings.home == home / "demo"
    Workspace(Settings(home)).close()


def test_single_decisions_wait_until_learning_is_worth_it(small_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = threading.Event()
    monkeypatch.setattr(small_desk.workspace, "suggest", learnt.set)
    for _ in range(9):
        small_desk.relearn(1)
    assert not learnt.wait(0.05)
    small_desk.relearn(1)
    assert learnt.wait(10)


def test_suggestions_of_an_earlier_version_are_made_anew_at_the_start(
    at_desk: Sit, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()
    monkeypatch.setattr(Workspace, "suggest", lambda self, **_: made.set())
    settings = Settings(home, endpoint="http://127.0.0.1:9")
    at_desk(settings).close()
    assert not made.is_set()
    with closing(Workspace(settings)) as shop:
        shop.catalog.remember("suggested_with", "an earlier way")
    at_desk(settings)
    assert made.wait(10)


def test_what_is_asked_for_while_it_runs_is_done_once_more() -> None:
    begun, go_on, runs = threading.Semaphore(0), threading.Semaphore(0), []

    def work() -> None:
        runs.append(len(runs))
        begun.release()
        go_on.acquire(timeout=30)

    aside = Aside("test", work)
    aside.ask()
    begun.acquire(timeout=30)
    aside.ask()
    aside.ask()
    go_on.release(2)
    aside.wait(30)
    assert runs == [0, 1]


def test_what_fails_aside_can_be_asked_for_again() -> None:
    runs = []

    def work() -> None:
        runs.append(1)
        raise RuntimeError("no worker")

    aside = Aside("test", work)
    for _ in range(2):
        aside.ask()
        aside.wait(30)
    assert len(runs) == 2
