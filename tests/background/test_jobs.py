from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from lib.background.jobs import Job, JobKind, Jobs
from lib.errors import Cancelled, UserError
from lib.ml.tasks import Cluster, Layout
from lib.models import Progress

PATIENCE = 30


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.cancel()
    made.worker.stop()


def ended(job: Job) -> Job:
    """The job once its thread has ended."""
    for thread in threading.enumerate():
        if thread.name == f"job-{job.kind}":
            thread.join(PATIENCE)
    assert not job.running
    return job


class Held:
    """Work that reports a step and goes on when it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, progress: Progress) -> str:
        progress(3, 10, "Reading playlists")
        self.reached.set()
        assert self.go_on.wait(PATIENCE)
        progress(4, 10, "Reading playlists")
        return "finished"


def raising(error: Exception) -> Callable[[Progress], None]:
    def work(progress: Progress) -> None:
        raise error

    return work


def test_a_job_reports_where_it_is_and_keeps_its_result(jobs: Jobs) -> None:
    held = Held()
    job = jobs.start(JobKind.PULL, held)
    assert held.reached.wait(PATIENCE)
    assert jobs.active() is job
    assert (job.state, job.done, job.total, job.what) == ("running", 3, 10, "Reading playlists")
    held.go_on.set()
    assert (ended(job).state, job.result, job.message) == ("done", "finished", "")
    assert jobs.active() is None
    assert jobs.latest is job


def test_a_start_while_another_job_runs_is_refused_in_words_and_starts_nothing(jobs: Jobs) -> None:
    held, second = Held(), Held()
    job = jobs.start(JobKind.PULL, held)
    with pytest.raises(UserError, match="A pull from YouTube is under way already") as refused:
        jobs.start(JobKind.PUSH, second)
    assert refused.value.next_step
    held.go_on.set()
    ended(job)
    assert not second.reached.is_set() and jobs.latest is job


def test_many_starts_at_once_start_one_job(jobs: Jobs) -> None:
    held, started, refused = Held(), list[Job](), list[UserError]()
    ready = threading.Barrier(8)

    def click() -> None:
        ready.wait(PATIENCE)
        try:
            started.append(jobs.start(JobKind.PULL, held))
        except UserError as error:
            refused.append(error)

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(PATIENCE)
    held.go_on.set()
    assert len(started) == 1 and len(refused) == 7
    ended(started[0])


def test_cancelling_a_job_leaves_what_another_thread_computes_alone(jobs: Jobs) -> None:
    held, computing, results = Held(), threading.Event(), list[object]()

    def relearn() -> None:
        points = np.zeros((4, 5), dtype=np.float32)
        results.append(jobs.worker.compute(Cluster(points), lambda *step: computing.set()))

    thread = threading.Thread(target=relearn)
    thread.start()
    assert computing.wait(PATIENCE)
    job = jobs.start(JobKind.PULL, held)
    assert held.reached.wait(PATIENCE)
    jobs.cancel()
    held.go_on.set()
    assert ended(job).state == "cancelled"
    thread.join(4 * PATIENCE)
    assert len(results) == 1


def test_another_job_can_follow(jobs: Jobs) -> None:
    first = ended(jobs.start(JobKind.PULL, lambda progress: 1))
    second = ended(jobs.start(JobKind.PUSH, lambda progress: 2))
    assert (first.result, second.result, jobs.latest) == (1, 2, second)


def test_cancel_ends_a_job_at_its_next_step(jobs: Jobs) -> None:
    held = Held()
    job = jobs.start(JobKind.PULL, held)
    assert held.reached.wait(PATIENCE)
    jobs.cancel()
    held.go_on.set()
    assert (ended(job).state, job.message, job.result) == ("cancelled", "Cancelled.", None)
    assert "kept" in job.next_step


def test_cancel_kills_the_computing_process_at_once(jobs: Jobs) -> None:
    vectors = np.random.default_rng(7).normal(size=(20_000, 384)).astype(np.float32)
    computing = threading.Event()

    def work(progress: Progress) -> object:
        def seen(done: int, total: int, what: str) -> None:
            progress(done, total, what)
            computing.set()

        return jobs.worker.compute(Layout(vectors, 7), seen)

    job = jobs.start(JobKind.ANALYSE, work)
    assert computing.wait(PATIENCE)
    pid = jobs.worker.pid
    assert pid is not None
    begin = time.monotonic()
    jobs.cancel()
    assert ended(job).state == "cancelled"
    assert time.monotonic() - begin < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert jobs.worker.pid is None


def test_a_cancel_that_comes_after_the_end_changes_nothing(jobs: Jobs) -> None:
    job = ended(jobs.start(JobKind.PULL, lambda progress: 1))
    jobs.cancel()
    assert (job.state, job.result) == ("done", 1)


def test_a_failure_the_user_can_act_on_becomes_its_words(jobs: Jobs) -> None:
    job = ended(jobs.start(JobKind.PULL, raising(UserError("YouTube could not be reached.", "Check the network."))))
    assert (job.state, job.message, job.next_step) == ("failed", "YouTube could not be reached.", "Check the network.")


def test_a_bug_becomes_words_too_and_its_traceback_goes_to_the_log(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        job = ended(jobs.start(JobKind.PULL, raising(ZeroDivisionError("secret detail"))))
    assert job.state == "failed"
    assert "ZeroDivisionError" in job.message
    assert "secret detail" not in job.message + job.next_step
    assert "secret detail" in caplog.text


def test_work_that_cancels_itself_is_cancelled(jobs: Jobs) -> None:
    job = ended(jobs.start(JobKind.PUSH, raising(Cancelled("The units are spent.", "Push again."))))
    assert (job.state, job.message) == ("cancelled", "The units are spent.")


def test_the_time_left_is_judged_by_the_pace_of_the_present_step() -> None:
    job = Job("pull")
    assert job.seconds_left is None
    job.tick(0, 100, "Reading playlists")
    job.phase_started -= 10
    assert job.seconds_left is None
    job.tick(20, 100, "Reading playlists")
    assert job.seconds_left == pytest.approx(40, rel=0.05)
    job.tick(1, 50, "Reading videos")
    assert job.seconds_left is None
