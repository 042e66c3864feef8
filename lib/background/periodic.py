"""A push that stopped by itself goes on by itself: somebody looks every half minute, as long as the program runs.

It goes on with what was approved and nothing else. Whatever the person stopped stays stopped, and what found no network
is tried less and less often: `Workspace.may_go_on` knows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lib.background.jobs import Job, Jobs
from lib.errors import Waiting
from lib.models import Progress
from lib.services.workspace import Workspace
from lib.store.journal import Push
from lib.sync.push import PushReport

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0


class Regularly:
    """Work done at once, and then every so many seconds in a thread of its own, until it is stopped."""

    def __init__(
        self, name: str, seconds: float, work: Callable[[], object], pause: Callable[[float], bool] | None = None
    ) -> None:
        """`pause` waits for so many seconds and says whether to end; its own is woken by `stop`."""
        self.name, self.seconds, self.work = name, seconds, work
        self._ended = threading.Event()
        self._pause = pause or self._ended.wait
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Do it once now, and from here on in the thread."""
        self._do()
        self._thread.start()

    def stop(self) -> None:
        """End it, after the work that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._pause(self.seconds):
            self._do()

    def _do(self) -> None:
        try:
            self.work()
        except Exception as error:  # nobody waits for it; the next look may find it mended
            log.warning("%s: %s", self.name, error)


class Continuation:
    """Starts the rest of a push that may go on."""

    def __init__(self, jobs: Jobs, workspace: Callable[[], Workspace]) -> None:
        self.jobs, self.workspace = jobs, workspace
        self.continued: Push | None = None
        """The push that was taken up last without being asked for, as it stood then."""
        self._job: Job | None = None

    def look(self) -> Job | None:
        """Start the rest of the open push where it may go on by itself; None where there is nothing to do now."""
        if self.jobs.active() or not self.workspace().pushes.may_go_on():
            return None
        self.continued = self.workspace().journal.open_push()
        self._job = self.start()
        return self._job

    def start(self) -> Job:
        """Go on with the push that stands still, for whatever reason it does."""
        return self.jobs.start("push", lambda progress: carried_out(self.workspace().pushes.go_on, progress))

    def began(self, job: Job) -> bool:
        """Whether nobody asked for this job now."""
        return job is self._job


def carried_out(work: Callable[..., PushReport], progress: Progress) -> PushReport:
    """Push, and say as a report what waits for the person: a plan that is no longer so, a guard, units, a sign-in."""
    try:
        return work(progress=progress)
    except Waiting as error:
        return PushReport(None, "waiting", message=str(error))
