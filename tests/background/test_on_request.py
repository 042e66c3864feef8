"""Work on request: never twice at a time, once more if it is requested meanwhile, and an error ends nothing."""

from __future__ import annotations

import threading

from lib.background.on_request import BackgroundTask


def test_what_is_asked_for_while_it_runs_is_done_once_more() -> None:
    begun, go_on, runs = threading.Semaphore(0), threading.Semaphore(0), []

    def work() -> None:
        runs.append(len(runs))
        begun.release()
        go_on.acquire(timeout=30)

    task = BackgroundTask("test", work)
    task.request()
    begun.acquire(timeout=30)
    task.request()
    task.request()
    go_on.release(2)
    task.wait(30)
    assert runs == [0, 1]


def test_what_fails_aside_can_be_asked_for_again() -> None:
    runs = []

    def work() -> None:
        runs.append(1)
        raise RuntimeError("no worker")

    task = BackgroundTask("test", work)
    for _ in range(2):
        task.request()
        task.wait(30)
    assert len(runs) == 2
