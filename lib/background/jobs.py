"""Long work in the background: one job at a time, with progress and cancel; it outlives reruns, pages and browser tabs.

`Jobs` lives as long as the program. The heavy computing of a job happens in the worker process, so that the interface
never waits for it and cancelling is ending that process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lib.background.worker import Worker
from lib.errors import Cancelled, UserError
from lib.models import Progress

log = logging.getLogger(__name__)


class JobKind(StrEnum):
    """What a job does."""

    PULL = "pull"
    PUSH = "push"
    ANALYSE = "analyse"
    SCAN = "scan"

    @property
    def label(self) -> str:
        """The heading of a job on screens."""
        return _TEXTS[self][0]

    @property
    def activity(self) -> str:
        """What goes on while it runs, as it stands inside a sentence."""
        return _TEXTS[self][1]


_TEXTS = {
    JobKind.PULL: ("Pull from YouTube", "a pull from YouTube"),
    JobKind.PUSH: ("Push to YouTube", "a push to YouTube"),
    JobKind.ANALYSE: ("Draw the map", "drawing the map"),
    JobKind.SCAN: ("Look the library over", "looking the library over"),
}
"""The label and the activity of each kind."""


@dataclass(slots=True)
class Job:
    """One piece of work as the screens see it.

    `state` is running, done, failed or cancelled. `message` and `next_step` say how a job ended that did not succeed;
    `error` is the error of a failed one, unless it was a bug of ours.
    """

    kind: JobKind
    state: str = "running"
    done: int = 0
    total: int = 0
    what: str = ""
    message: str = ""
    next_step: str = ""
    error: UserError | None = None
    result: Any = None
    started: float = field(default_factory=time.monotonic)
    phase_started: float = field(default_factory=time.monotonic)
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.state == "running"

    @property
    def seconds_left(self) -> float | None:
        """How long the present step still takes, judged by its pace; None before there is a pace."""
        elapsed = time.monotonic() - self.phase_started
        if not self.total or self.done < 1 or elapsed < 2:
            return None
        return elapsed / self.done * (self.total - self.done)

    def tick(self, done: int, total: int, what: str) -> None:
        """The `Progress` handed to the work. Raises `Cancelled` when the person has asked for it."""
        if what != self.what:
            self.phase_started = time.monotonic()
        self.done, self.total, self.what = done, total, what
        if self.cancelled.is_set():
            raise Cancelled("Cancelled.", "What was finished before is kept; start again to go on.")


class Jobs:
    """Starts jobs and remembers the last one."""

    def __init__(self, worker: Worker | None = None) -> None:
        self.worker = worker or Worker()
        self.latest: Job | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def active(self) -> Job | None:
        """The job that runs now."""
        job = self.latest
        return job if job and job.running else None

    def start(self, kind: JobKind, work: Callable[[Progress], Any]) -> Job:
        """Start the work in the background. Raises `UserError` while another job runs: nothing is started twice."""
        with self._lock:
            if running := self.active():
                activity = running.kind.activity
                raise UserError(
                    f"{activity[0].upper()}{activity[1:]} is under way already, so nothing else was started.",
                    "Wait until it is done, or cancel it.",
                )
            self.latest = job = Job(kind)
            self._thread = threading.Thread(target=self._run, args=(job, work), name=f"job-{kind}", daemon=True)
            self._thread.start()
        return job

    def cancel(self) -> None:
        """End the running job: at its next step, or at once where the worker computes for it."""
        if job := self.active():
            job.cancelled.set()
            if thread := self._thread:
                self.worker.stop_call_of(thread.ident)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until no job runs, as before its database is closed."""
        if thread := self._thread:
            thread.join(seconds)

    def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        state, message, next_step = "done", "", ""
        try:
            job.result = work(job.tick)
        except Cancelled as stop:
            state, message, next_step = "cancelled", stop.message, stop.next_step
        except UserError as error:
            state, message, next_step = "failed", error.message, error.next_step
            job.error = error
        except Exception as error:  # a bug of ours: the page says so in words, the log has the traceback
            log.exception("job %s", job.kind)
            state, message = "failed", f"Something went wrong inside the app ({type(error).__name__})."
            next_step = "Nothing was lost. Try again; if it stays so, the terminal window shows the details to report."
        if job.cancelled.is_set() and state != "done":
            job.error = None
            state, message, next_step = (
                "cancelled",
                "Cancelled.",
                "What was finished before is kept; start again to go on.",
            )
        job.message, job.next_step = message, next_step
        job.state = state
