"""What the whole program shares, whoever looks: the jobs, the open workspace, and the demo YouTube behind it.

`desk()` is the way in. One process holds one database, so every browser tab sits at the same desk.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial

import streamlit as st

from lib.background.jobs import Job, Jobs
from lib.background.periodic import LOOK_SECONDS, Continuation, Regularly, carried_out
from lib.demo.server import Running, create_app, demo_youtube
from lib.errors import UserError
from lib.ml.tasks import LoadModel
from lib.models import Plan, Progress
from lib.services.workspace import Workspace
from lib.settings import Settings, read_settings
from lib.sync.pull import PullReport
from lib.ui.snapshot import Snapshot
from lib.youtube.auth import SignIn, sign_out

log = logging.getLogger(__name__)

RELEARN_AFTER = 10
"""Single decisions come every other second, and learning takes some: it waits until it is worth it."""


LAST_STEP_SECONDS = 10
"""How long a cancelled job may take to its next step before the app ends without it."""


class Which(StrEnum):
    """Whose library is open: the sample, the user's own, or the one behind a given endpoint."""

    DEMO = "demo"
    MINE = "mine"
    GIVEN = "given"


class Aside:
    """Work done behind the person's back: at most once at a time, and once more when it is asked for meanwhile."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self.name, self.work = name, work
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Ask for the work; returns at once."""
        with self._lock:
            self._asked.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether the work is being done."""
        return self._thread is not None

    def wait(self, seconds: float | None = None) -> None:
        """Wait until nothing is left to do."""
        if thread := self._thread:
            thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._asked.is_set():
                    self._thread = None
                    return
                self._asked.clear()
            try:
                self.work()
            except Exception as error:  # nobody waits for it: what it would have improved stays as it was
                log.warning("%s: %s", self.name, error)


class Desk:
    """The open library and everything that runs for it."""

    def __init__(self, settings: Settings) -> None:
        """Open the library to begin with. Raises `StoreError` and `UserError` with the next step."""
        self.settings = settings
        self.jobs = Jobs()
        self.sign_in: SignIn | None = None
        self._youtube: Running | None = None
        self._opened = 0
        self._unlearned = 0
        self._relearn = Aside("suggest", lambda: self.workspace.suggest())
        self._warm_up = Aside("warm up", lambda: self.jobs.worker.compute(LoadModel(self.settings.model)))
        self.which, self.workspace = self._first()
        self._snapshot = Snapshot(self.workspace, (-1, -1))
        self._turn = threading.RLock()
        self.continuation = Continuation(self.jobs, lambda: self.workspace)
        self._watch = Regularly("go on", LOOK_SECONDS, self.look)
        self._welcome()
        self._watch.start()

    @property
    def snapshot(self) -> Snapshot:
        """What the open library holds at this moment."""
        version = (self._opened, self.workspace.db.revision)
        if self._snapshot.version != version:
            self._snapshot = Snapshot(self.workspace, version)
        return self._snapshot

    def use(self, which: Which) -> None:
        """Close the open library and open another. Raises `UserError` while something runs for the open one."""
        with self._turn:  # or a push that goes on by itself would begin on the library that goes
            if job := self.jobs.active():
                raise UserError(
                    f"The library cannot be changed while a {job.kind} runs.", "Wait until it is done, or cancel it."
                )
            self.jobs.worker.stop()  # what the suggestions still compute is for the library that goes
            self._relearn.wait()
            before, self.workspace = self.workspace, self._open(which)
            self.which = which
            before.close()
        self._welcome()

    def pull(self, accept: tuple[str, ...] = (), full: bool = False) -> Job:
        """Read the library from YouTube, then bring map and suggestions up to it, in the background."""

        def work(progress: Progress) -> PullReport:
            report = self.workspace.pull(accept=accept, full=full, progress=progress)
            self.workspace.analyse(progress=progress)
            return report

        return self.jobs.start("pull", work)

    def push(self, plan: Plan) -> Job:
        """Carry out this plan in the background; whoever calls has had its guards confirmed."""
        confirm = plan.confirm_count if plan.guards else None
        work = partial(self.workspace.push, plan_id=plan.plan_id, confirm=confirm)
        return self.jobs.start("push", lambda progress: carried_out(work, progress))

    def go_on(self) -> None:
        """Go on with the push that stands still, as the person asks for; with what was approved and nothing else."""
        with self._turn:
            self.continuation.start()

    def look(self) -> Job | None:
        """Start the rest of a push that may go on by itself; called every half minute."""
        with self._turn:
            return self.continuation.look()

    def relearn(self, decisions: int = RELEARN_AFTER) -> None:
        """Suggest again once enough was decided since the last time, in the background; nobody waits for it."""
        self._unlearned += decisions
        if self._unlearned >= RELEARN_AFTER:
            self._unlearned = 0
            self._relearn.ask()

    @property
    def learning(self) -> bool:
        """Whether the model learns from the last decisions at this moment."""
        return self._relearn.busy

    def warm_up(self) -> None:
        """Load the model before the first search needs it, unless the worker is at work anyway."""
        if not self.jobs.active() and self.jobs.worker.pid is None:
            self._warm_up.ask()

    def start_sign_in(self, *, write: bool) -> SignIn:
        """Begin to sign in; where one is under way already, that one. Raises `UserError` for an unusable client secret."""
        if self.sign_in is None or self.sign_in.state != "waiting":
            self.sign_in = SignIn(self.workspace.settings, write=write)
        return self.sign_in

    def sign_out(self) -> None:
        """Forget the token; the library stays."""
        sign_out(self.workspace.settings)

    def close(self) -> None:
        """End what runs and close the library."""
        self._watch.stop()
        self.jobs.cancel()
        self.jobs.wait(LAST_STEP_SECONDS)
        self.jobs.worker.stop()
        self._relearn.wait()
        self._warm_up.wait()
        self.workspace.close()
        if self._youtube:
            self._youtube.stop()

    def _first(self) -> tuple[Which, Workspace]:
        if self.settings.endpoint:
            return Which.GIVEN, self._open(Which.GIVEN)
        if self.settings.token.exists() or self.settings.database.exists():
            mine = self._open(Which.MINE)
            if self.settings.token.exists() or mine.catalog.counts()["playlists"]:
                return Which.MINE, mine
            mine.close()
        return Which.DEMO, self._open(Which.DEMO)

    def _open(self, which: Which) -> Workspace:
        settings = self.settings
        if which is Which.DEMO:
            home = settings.home / "demo"
            if self._youtube is None:
                self._youtube = Running(create_app(demo_youtube(home / "youtube.json")))
            settings = replace(settings, home=home, endpoint=self._youtube.url)
        workspace = Workspace(settings, self.jobs.worker.compute)
        self._opened += 1
        return workspace

    def _welcome(self) -> None:
        """The first minute with the sample library shows something without a click; after an update, suggestions are made anew."""
        if self.which is Which.DEMO and self.workspace.catalog.fact("last_pull") is None:
            self.pull()
        elif self.workspace.outdated():
            self._relearn.ask()


@st.cache_resource(show_spinner="Opening the library …")
def desk() -> Desk:
    """The one desk of this process. Raises `StoreError` and `UserError` where the library cannot be opened."""
    opened = Desk(read_settings())
    atexit.register(opened.close)
    return opened
