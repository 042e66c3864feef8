"""A push that stopped by itself goes on by itself, and one that the person stopped does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from lib.background.jobs import JobKind
from lib.background.periodic import PeriodicTask
from lib.demo.youtube import DemoYouTube
from lib.errors import ApiError
from lib.sync.push_report import PushReport
from lib.ui.app_state import AppState
from tests.ui.conftest import COOKING, MUSIC, Gate, finish_jobs, ids, video_id


def pauses(*answers: bool) -> tuple[list[float], Callable[[float], bool]]:
    """How long was waited, and a pause that ends the work when its answers say so."""
    waited: list[float] = []
    left = list(answers)

    def pause(seconds: float) -> bool:
        waited.append(seconds)
        return left.pop(0)

    return waited, pause


def units_spent(state: AppState, left: int = 120) -> None:
    """Of today's units only so many are left."""
    state.workspace.quota.daily_units = state.workspace.quota.spent() + left


def tomorrow(state: AppState) -> None:
    """A day later, with the units of a whole day."""
    now = state.workspace.quota.now
    state.workspace.quota.now = lambda: now() + timedelta(days=1)
    state.workspace.quota.daily_units = 10_000


def paused_for_quota(state: AppState) -> PushReport:
    state.workspace.filing.file(ids(0, 1, 2, 3, 4), COOKING)
    units_spent(state)
    report = state.workspace.pushes.push()
    assert report.state == "paused" and report.reason == "quota"
    return report


def in_cooking(youtube: DemoYouTube, *numbers: int) -> list[int]:
    return [youtube.present.playlists[COOKING].copies(video_id(n)) for n in numbers]


# -- the timer -----------------------------------------------------------------------------------------------------------


def test_the_work_is_done_at_once_and_then_after_each_pause() -> None:
    waited, pause = pauses(False, False, True)
    runs: list[str] = []
    task = PeriodicTask("test", 30.0, lambda: runs.append(threading.current_thread().name), pause)
    task.start()
    task.stop()
    assert runs == ["MainThread", "test", "test"]
    assert waited == [30.0, 30.0, 30.0]


def test_work_that_fails_is_tried_again_at_the_next_look() -> None:
    _, pause = pauses(False, True)
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        raise OSError("no network")

    task = PeriodicTask("test", 30.0, work, pause)
    task.start()
    task.stop()
    assert len(runs) == 2


def test_it_ends_without_waiting_for_the_next_look() -> None:
    task = PeriodicTask("test", 3_600.0, lambda: None)
    task.start()
    task.stop()
    assert "test" not in [thread.name for thread in threading.enumerate()]


def test_a_closed_app_resumes_no_push(small_state: AppState) -> None:
    assert "go on" in [thread.name for thread in threading.enumerate()]
    small_state.close()
    assert "go on" not in [thread.name for thread in threading.enumerate()]


# -- what goes on --------------------------------------------------------------------------------------------------------


def test_a_push_that_ran_out_of_units_goes_on_when_they_return(small_state: AppState, youtube: DemoYouTube) -> None:
    report = paused_for_quota(small_state)
    assert small_state.resume_if_due() is None
    tomorrow(small_state)
    job = small_state.resume_if_due()
    finish_jobs()
    assert job is not None and job.state == "done" and job.result.push_id == report.push_id
    assert in_cooking(youtube, 0, 1, 2) == [1, 1, 1]
    assert small_state.resume_if_due() is None


def test_a_push_that_was_killed_goes_on_at_the_next_start(
    open_app_state: Callable[..., AppState], small_state: AppState, youtube: DemoYouTube
) -> None:
    kill_after_one_write(small_state)
    settings = small_state.workspace.settings
    small_state.close()
    again = open_app_state(settings)
    assert again.jobs.latest is not None and again.jobs.latest.kind == "push"
    finish_jobs()
    assert again.push_resumer.resumed is not None and again.push_resumer.resumed.reason == ""
    assert in_cooking(youtube, 0, 1, 2) == [1, 1, 1]
    assert again.workspace.journal.open_push() is None


class Killed(BaseException):
    """The process ends here."""


def kill_after_one_write(state: AppState) -> None:
    """A push of three writes that dies after the first."""
    state.workspace.filing.file(ids(0, 1, 2), COOKING)

    def die(done: int, total: int, what: str) -> None:
        if (done, total) == (1, 3):
            raise Killed

    with pytest.raises(Killed):
        state.workspace.pushes.push(progress=die)
    open_push = state.workspace.journal.open_push()
    assert open_push is not None and open_push.state == "running"


def test_nothing_starts_while_something_runs(small_state: AppState) -> None:
    paused_for_quota(small_state)
    tomorrow(small_state)
    go_on = threading.Event()
    running = small_state.jobs.start(JobKind.ANALYSE, lambda progress: go_on.wait(30))
    assert small_state.resume_if_due() is None and small_state.jobs.latest is running
    go_on.set()
    finish_jobs()
    assert small_state.resume_if_due() is not None


def test_what_the_person_cancelled_stays_so_until_they_go_on(
    small_state: AppState, gate: Gate, youtube: DemoYouTube
) -> None:
    small_state.workspace.filing.file(ids(0, 1, 2), COOKING)
    gate.shut()
    small_state.push(small_state.workspace.pushes.plan())
    assert gate.reached.wait(30)
    small_state.jobs.cancel()
    gate.open()
    finish_jobs()
    assert small_state.resume_if_due() is None
    small_state.resume_push()
    finish_jobs()
    assert in_cooking(youtube, 0, 1, 2) == [1, 1, 1]


def test_cancelling_what_went_on_by_itself_leaves_it_alone(small_state: AppState, gate: Gate) -> None:
    paused_for_quota(small_state)
    tomorrow(small_state)
    gate.shut()
    assert small_state.resume_if_due() is not None
    assert gate.reached.wait(30)
    small_state.jobs.cancel()
    gate.open()
    finish_jobs()
    open_push = small_state.workspace.journal.open_push()
    assert open_push is not None and open_push.reason == "cancelled"
    assert small_state.resume_if_due() is None


def test_what_was_not_agreed_to_waits_for_the_person(small_state: AppState, youtube: DemoYouTube) -> None:
    paused_for_quota(small_state)
    left = small_state.workspace.edits.pending()[-1].video_id or ""
    small_state.workspace.filing.file([left], MUSIC)
    tomorrow(small_state)
    job = small_state.resume_if_due()
    finish_jobs()
    assert job is not None and job.state == "done" and not job.result.complete
    open_push = small_state.workspace.journal.open_push()
    assert open_push is not None and (open_push.state, open_push.reason) == ("waiting", "changed")
    assert youtube.present.playlists[MUSIC].copies(left) == 0
    assert small_state.resume_if_due() is None


def test_a_failing_network_is_no_reason_to_try_at_every_look(
    small_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused_for_quota(small_state)
    tomorrow(small_state)

    def unreachable() -> None:
        raise ApiError("YouTube did not answer.", "Check your network.", status=0, reason="", applied=None)

    monkeypatch.setattr(small_state.workspace.pushes, "_context", unreachable)
    assert small_state.resume_if_due() is not None
    finish_jobs()
    assert small_state.jobs.latest is not None and "did not answer" in small_state.jobs.latest.message
    assert small_state.resume_if_due() is None
