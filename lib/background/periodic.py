"""Resume of a paused push: a thread checks every half minute, as long as the program runs, whether one is due.

Only the operations that were approved are sent. What the user stopped stays stopped, and a push that found no network is
tried less and less often: `Pushes.may_resume` decides.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lib.background.jobs import Job, JobKind, Jobs
from lib.errors import Waiting
from lib.models import Progress
from lib.services.workspace import Workspace
from lib.store.journal import Push
from lib.sync.push_report import PushReport

log = logging.getLogger(__name__)

CHECK_SECONDS = 30.0
"""Seconds between two checks for a push to resume. Chosen by hand."""


class PeriodicTask:
    """Runs `work` at once, and then every `seconds` in a thread of its own, until it is stopped.

    Attributes:
        name: the name of the thread, and of the task in the log.
        seconds: the pause between two runs.
        work: what is run; an exception is logged, and the next run follows as usual.
    """

    def __init__(
        self, name: str, seconds: float, work: Callable[[], object], pause: Callable[[float], bool] | None = None
    ) -> None:
        """`pause` waits for so many seconds and says whether to end; its own is woken by `stop`."""
        self.name, self.seconds, self.work = name, seconds, work
        self._ended = threading.Event()
        self._pause = pause or self._ended.wait
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Run the work once in this thread, and from then on in its own."""
        self._run_once()
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after the run that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._pause(self.seconds):
            self._run_once()

    def _run_once(self) -> None:
        try:
            self.work()
        except Exception as error:  # nobody waits for it; the next run may succeed
            log.warning("%s: %s", self.name, error)


class PushResumer:
    """Resumes a paused push.

    Attributes:
        resumed: the push that was last resumed automatically, as it stood then; None before the first.
    """

    def __init__(self, jobs: Jobs, workspace: Callable[[], Workspace]) -> None:
        self.jobs, self.workspace = jobs, workspace
        self.resumed: Push | None = None
        self._job: Job | None = None

    def resume_if_due(self) -> Job | None:
        """Resume the open push where that is due; the job, None where nothing is to be done now."""
        if self.jobs.active() or not self.workspace().pushes.may_resume():
            return None
        self.resumed = self.workspace().journal.open_push()
        self._job = self.resume()
        return self._job

    def resume(self) -> Job:
        """Resume the open push, for whatever reason it paused."""
        return self.jobs.start(JobKind.PUSH, lambda progress: run_push(self.workspace().pushes.resume, progress))

    def is_automatic(self, job: Job) -> bool:
        """Whether this job resumes a push without the user having asked for it."""
        return job is self._job


def run_push(work: Callable[..., PushReport], progress: Progress) -> PushReport:
    """Run `work`, which pushes. What waits for the user (a changed plan, a guard, units, a sign-in) becomes a report, not an error."""
    try:
        return work(progress=progress)
    except Waiting as error:
        return PushReport(None, "waiting", message=str(error), stopped_by=error)
