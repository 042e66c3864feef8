"""The state that all browser tabs of one process share: the open library, the jobs, and the demo YouTube behind it.

`app_state()` returns it. One process holds one database, so there is one such object, whatever the number of tabs; what
belongs to one tab lives in `st.session_state`.
"""

from __future__ import annotations

import atexit
import threading
import time
from dataclasses import replace
from enum import StrEnum
from functools import partial

import streamlit as st

from lib.background.jobs import Job, JobKind, Jobs
from lib.background.on_request import BackgroundTask
from lib.background.periodic import CHECK_SECONDS, PeriodicTask, PushResumer, run_push
from lib.demo.server import DemoServer, create_app, demo_youtube
from lib.errors import UserError
from lib.ml.tasks import LoadModel
from lib.models import Plan, Progress
from lib.services.workspace import Workspace
from lib.settings import Settings, read_settings
from lib.sync.pull import PullReport
from lib.ui.snapshot import OBSERVED, Snapshot
from lib.youtube.auth import SignIn, sign_out

RELEARN_AFTER = 10
"""The suggestions are computed again after so many decisions; single ones come every other second. Chosen by hand."""

RENEW_SECONDS = 2.0
"""While a job runs, what it observes on YouTube is shown at most so often: with each write of a push, six tabs that read
everything anew leave the push a fifth of its speed (measured on the demo library, two cores). What the user does is
shown at once."""

LAST_STEP_SECONDS = 10
"""How many seconds `close` waits for a cancelled job to end. Chosen by hand."""


class LibraryKind(StrEnum):
    """Which library is open: the sample, the user's own, or the one behind the endpoint given by the environment."""

    DEMO = "demo"
    MINE = "mine"
    GIVEN = "given"


class AppState:
    """The open library and everything that runs for it.

    Attributes:
        settings: the settings the app was started with; the open library's own are `workspace.settings`.
        jobs: the one running job, and how the last one ended.
        sign_in: the sign-in under way, or None.
        library_kind: which library is open.
        workspace: the services of the open library.
        push_resumer: resumes a push that paused.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the first library. Raises `StoreError` and `UserError` with the next step."""
        self.settings = settings
        self.jobs = Jobs()
        self.sign_in: SignIn | None = None
        self._youtube: DemoServer | None = None
        self._decisions_since_learning = 0
        self._relearn = BackgroundTask("suggest", lambda: self.workspace.suggestions.suggest())
        self._warm_up = BackgroundTask("warm up", lambda: self.jobs.worker.compute(LoadModel(self.settings.model)))
        self.library_kind, self.workspace = self._open_first()
        self._snapshot: Snapshot | None = None
        self._snapshot_lock = threading.Lock()
        self._snapshot_time = 0.0
        self._library_lock = threading.RLock()
        self.push_resumer = PushResumer(self.jobs, lambda: self.workspace)
        self._resume_timer = PeriodicTask("go on", CHECK_SECONDS, self.resume_if_due)
        self._start_first_job()
        self._resume_timer.start()

    @property
    def snapshot(self) -> Snapshot:
        """What the open library holds: read again after each change, while a job runs after `RENEW_SECONDS`."""
        if (kept := self._current_snapshot()) is not None:
            return kept
        with self._snapshot_lock:  # one tab reads, and the others wait for it
            kept = self._current_snapshot()
            if kept is None:
                former = self._snapshot if self._snapshot and self._snapshot.workspace is self.workspace else None
                self._snapshot = kept = Snapshot(self.workspace, former)
                self._snapshot_time = time.monotonic()
            return kept

    def _current_snapshot(self) -> Snapshot | None:
        """The snapshot there is, where it may still be shown."""
        kept = self._snapshot
        if kept is None or kept.workspace is not self.workspace:
            return None
        if kept.current():
            return kept
        recent = time.monotonic() - self._snapshot_time < RENEW_SECONDS
        return kept if recent and self.jobs.active() and kept.current(but=OBSERVED) else None

    def use(self, library_kind: LibraryKind) -> None:
        """Close the open library and open another. Raises `UserError` while something runs for the open one."""
        with self._library_lock:  # a push that resumes by itself must not begin on the library that is being closed
            if job := self.jobs.active():
                raise UserError(
                    f"The library cannot be changed while {job.kind.activity} is under way.",
                    "Wait until it is done, or cancel it.",
                )
            self.jobs.worker.stop()  # it may be computing suggestions for the library that is being closed
            self._relearn.wait()
            previous, self.workspace = self.workspace, self._open(library_kind)
            self.library_kind = library_kind
            previous.close()
        self._start_first_job()

    def pull(self, accept: tuple[str, ...] = (), full: bool = False) -> Job:
        """Read the library from YouTube, then bring map and suggestions up to it, in the background."""

        def work(progress: Progress) -> PullReport:
            """Pull, then analyse what it brought."""
            report = self.workspace.pulls.pull(accept=accept, full=full, progress=progress)
            self.workspace.analysis.run(progress=progress)
            return report

        return self.jobs.start(JobKind.PULL, work)

    def push(self, plan: Plan) -> Job:
        """Carry out this plan in the background; whoever calls has had its guards confirmed."""
        confirm = plan.confirm_count if plan.guards else None
        work = partial(self.workspace.pushes.push, plan_id=plan.plan_id, confirm=confirm)
        return self.jobs.start(JobKind.PUSH, lambda progress: run_push(work, progress))

    def resume_push(self) -> None:
        """Resume the paused push now, because the user asked; only the operations that were approved are sent."""
        with self._library_lock:
            self.push_resumer.resume()

    def resume_if_due(self) -> Job | None:
        """Resume a paused push whose waiting time is over; called every `CHECK_SECONDS`. Returns the job, or None."""
        with self._library_lock:
            return self.push_resumer.resume_if_due()

    def relearn(self, decisions: int = RELEARN_AFTER) -> None:
        """Count decisions; after `RELEARN_AFTER` of them, compute the suggestions again in the background."""
        self._decisions_since_learning += decisions
        if self._decisions_since_learning >= RELEARN_AFTER:
            self._decisions_since_learning = 0
            self._relearn.request()

    @property
    def learning(self) -> bool:
        """Whether the suggestions are being computed again."""
        return self._relearn.busy

    def warm_up(self) -> None:
        """Load the embedding model before the first search needs it, unless the worker has been started already."""
        if not self.jobs.active() and self.jobs.worker.pid is None:
            self._warm_up.request()

    def start_sign_in(self, *, write: bool) -> SignIn:
        """Begin a sign-in, or return the one under way. Raises `UserError` for an unusable client secret."""
        if self.sign_in is None or self.sign_in.state != "waiting":
            self.sign_in = SignIn(self.workspace.settings, write=write)
        return self.sign_in

    def sign_out(self) -> None:
        """Stop the running job, so that nothing is sent any more, and delete the token; the library stays."""
        self.jobs.cancel()
        self.jobs.wait(LAST_STEP_SECONDS)
        sign_out(self.workspace.settings)

    def close(self) -> None:
        """Stop everything that runs and close the library."""
        self._resume_timer.stop()
        self.jobs.cancel()
        self.jobs.wait(LAST_STEP_SECONDS)
        self.jobs.worker.stop()
        self._relearn.wait()
        self._warm_up.wait()
        self.workspace.close()
        if self._youtube:
            self._youtube.stop()

    def _open_first(self) -> tuple[LibraryKind, Workspace]:
        if self.settings.endpoint:
            return LibraryKind.GIVEN, self._open(LibraryKind.GIVEN)
        if self.settings.token.exists() or self.settings.database.exists():
            workspace = self._open(LibraryKind.MINE)
            if self.settings.token.exists() or workspace.catalog.counts()["playlists"]:
                return LibraryKind.MINE, workspace
            workspace.close()
        return LibraryKind.DEMO, self._open(LibraryKind.DEMO)

    def _open(self, library_kind: LibraryKind) -> Workspace:
        settings = self.settings
        if library_kind is LibraryKind.DEMO:
            home = settings.home / "demo"
            if self._youtube is None:
                self._youtube = DemoServer(create_app(demo_youtube(home / "youtube.json")))
            settings = replace(settings, home=home, endpoint=self._youtube.url)
        return Workspace(settings, self.jobs.worker.compute)

    def _start_first_job(self) -> None:
        """Pull a sample library that is empty, and compute suggestions again that an earlier version has made."""
        if self.library_kind is LibraryKind.DEMO and self.workspace.catalog.fact("last_pull") is None:
            self.pull()
        elif self.workspace.suggestions.outdated():
            self._relearn.request()


@st.cache_resource(show_spinner="Opening the library …")
def app_state() -> AppState:
    """The one `AppState` of this process, opened at the first call. Raises `StoreError` and `UserError` where the library cannot be opened."""
    state = AppState(read_settings())
    atexit.register(state.close)
    return state
