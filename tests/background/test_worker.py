"""The computing process answers, reports, can be killed at any moment, and never outlives who started it."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from lib.background.worker import Worker
from lib.errors import Cancelled, ModelMissing, UserError
from lib.ml import tasks
from lib.ml.tasks import Cluster, Embed, Place, Reduce, Suggest, Task, compute_here
from lib.settings import ROOT

POINTS = np.zeros((4, 5), dtype=np.float32)


@pytest.fixture(scope="module")
def worker():
    shared = Worker()
    yield shared
    shared.stop()


def _gone(pid, seconds=10.0):
    """Whether the process ends within some seconds: it is nobody's child here, so its end can only be watched for."""
    ended = threading.Event()
    until = time.monotonic() + seconds
    while time.monotonic() < until and not ended.wait(0.02):
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
    return False


def _big(n=3000):
    vectors = np.random.default_rng(0).normal(size=(n, 64)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_every_task_has_words_for_the_progress_bar():
    known = [
        kind for kind in vars(tasks).values() if isinstance(kind, type) and issubclass(kind, Task) and kind is not Task
    ]
    assert len(known) == 13 and all(kind.title for kind in known)


def test_the_same_task_gives_the_same_here_and_there(worker):
    points = np.repeat(np.arange(3, dtype=np.float32), 7)[:, None].repeat(5, axis=1)
    here = compute_here(Cluster(points, "kmeans", 3))
    there = worker.compute(Cluster(points, "kmeans", 3))
    assert np.array_equal(here, there) and there.dtype == here.dtype


def test_the_process_stays_warm_between_calls(worker):
    worker.compute(Cluster(POINTS))
    pid = worker.pid
    worker.compute(Cluster(POINTS))
    assert worker.pid == pid != os.getpid()


def test_an_error_for_the_person_arrives_as_itself_and_the_process_stays(worker):
    worker.compute(Cluster(POINTS))
    pid = worker.pid
    with pytest.raises(UserError) as raised:
        worker.compute(Cluster(POINTS, "kmeans", 99))
    assert "1 to 4" in raised.value.next_step and worker.pid == pid


@pytest.mark.model
def test_a_missing_model_arrives_as_itself(worker, tmp_path):
    with pytest.raises(ModelMissing) as raised:
        worker.compute(Embed(["a"], str(tmp_path)))
    assert raised.value.next_step


def test_any_other_error_arrives_with_the_traceback_of_the_process(worker):
    with pytest.raises(RuntimeError, match=r"clustering\.py"):
        worker.compute(Cluster("not points at all", "kmeans", 2))
    assert len(worker.compute(Cluster(POINTS))) == 4


def test_frames_larger_than_any_pipe_arrive_whole(worker):
    vectors = np.eye(600, 1500, dtype=np.float32)
    placed = worker.compute(Place(vectors, vectors, np.ones((600, 2), dtype=np.float32)))
    assert placed.shape == (600, 2)


def test_the_steps_of_a_task_arrive_in_order(worker):
    from tests.ml.classifier.test_predict import _library

    steps = []
    found = worker.compute(Suggest(_library()), lambda done, total, what: steps.append((done, total)))
    assert len(found) == 24
    told = [done for done, total in steps if total]
    assert told == sorted(told) and (told[0], told[-1]) == (0, steps[-1][1])


def test_a_task_that_reports_nothing_is_announced_in_plain_words(worker):
    steps = []
    worker.compute(Cluster(POINTS), lambda *step: steps.append(step))
    assert steps[0] == (0, 0, "Finding topics")


def test_cancelling_kills_the_process_at_once_and_the_next_call_starts_another():
    worker, started = Worker(), []

    def cancel(done, total, what):
        started.append((worker.pid, time.monotonic()))
        if len(started) == 3:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        worker.compute(Reduce(_big(), 0), cancel)
    assert time.monotonic() - started[-1][1] < 2.0
    assert worker.pid is None and _gone(started[0][0])
    assert len(worker.compute(Cluster(POINTS))) == 4
    worker.stop()


def test_stopping_ends_a_call_that_is_under_way():
    worker, ready, outcome = Worker(), threading.Event(), []

    def run():
        try:
            worker.compute(Reduce(_big(), 0), lambda *step: ready.set())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)
    worker.stop()
    thread.join(20)
    assert isinstance(outcome[0], Cancelled)


@pytest.mark.timeout(120)  # where it is broken it waits for ever
def test_a_process_that_dies_is_reported_and_replaced():
    worker = Worker()
    worker.compute(Cluster(POINTS))

    def murder(done, total, what):
        os.kill(worker.pid, signal.SIGKILL)

    with pytest.raises(UserError, match="ended in the middle") as raised:
        worker.compute(Reduce(_big(), 0), murder)
    assert "started anew" in raised.value.next_step
    assert len(worker.compute(Cluster(POINTS))) == 4
    worker.stop()


def test_stopping_the_call_of_another_thread_leaves_this_one_alone():
    worker, ready, labels = Worker(), threading.Event(), []
    thread = threading.Thread(target=lambda: labels.append(worker.compute(Cluster(POINTS), lambda *step: ready.set())))
    thread.start()
    assert ready.wait(60)
    worker.stop_call_of(threading.get_ident())
    thread.join(60)
    assert len(labels) == 1
    worker.stop()


@pytest.mark.timeout(120)
def test_who_waits_for_a_turn_can_be_cancelled_without_ending_the_call_under_way(worker):
    def cancel(done, total, what):
        raise Cancelled("Stopped.")

    worker.compute(Cluster(POINTS))
    pid = worker.pid
    with worker._turn, pytest.raises(Cancelled):  # as while another thread computes
        worker.compute(Cluster(POINTS), cancel)
    assert worker.pid == pid and len(worker.compute(Cluster(POINTS))) == 4


def test_calls_of_many_threads_take_turns(worker):
    results = {}

    def run(n):
        results[n] = worker.compute(Cluster(np.zeros((n, 5), dtype=np.float32)))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {n: len(labels) for n, labels in results.items()} == {n: n for n in range(1, 9)}


def test_stopping_twice_or_before_the_start_is_no_error():
    worker = Worker()
    worker.stop()
    worker.stop()
    assert worker.pid is None


ORPHAN = """
import numpy as np, os, signal, sys
from lib.background.worker import Worker
from lib.ml.tasks import Reduce
worker = Worker()
def report(done, total, what):
    print(worker.pid, flush=True)
    {end}
vectors = np.random.default_rng(0).normal(size=(6000, 64)).astype(np.float32)
worker.compute(Reduce(vectors, 0), report)
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit()"])
def test_when_who_started_it_ends_the_process_ends_in_the_middle_of_a_fit(end):
    code = ORPHAN.format(end=end)
    parent = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert _gone(int(parent.stdout.split()[0]))


def test_what_a_library_prints_does_not_break_the_conversation(monkeypatch):
    code = "import lib.background.worker as w, lib.ml.tasks as t\nt.Cluster.run = lambda task, progress: print('a stray print') or len(task.points)\nw._serve()"
    worker, popen = Worker(), subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: popen([sys.executable, "-c", code], **how))
    assert worker.compute(Cluster(POINTS)) == 4
    assert worker.compute(Cluster(POINTS)) == 4
    worker.stop()


def test_whoever_calls_the_worker_imports_nothing_heavy():
    code = (
        "import sys, lib.background.worker; print({'torch', 'umap', 'sklearn', 'scipy', 'duckdb'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
