"""Pulls: base is brought up to what YouTube shows, and edits that YouTube satisfies by now wait no longer."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from lib.errors import Waiting
from lib.models import Progress, silent
from lib.services.fulfilment import fulfil_satisfied
from lib.services.rules import Rules
from lib.services.undo import Undo
from lib.settings import Settings
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.sync.pull import PullReport, pull
from lib.youtube import auth
from lib.youtube.api import Client


class Pulls:
    """Reads the library from YouTube. Pulls and pushes of one workspace take turns; see `alone`.

    `sleep` waits for so many seconds and `chance` is the randomness of retries: both are handed on to the client.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        edits: Edits,
        journal: Journal,
        quota: Quota,
        rules: Rules,
        undo: Undo,
        sleep: Callable[[float], None],
        chance: random.Random,
    ) -> None:
        self.settings, self.catalog, self.edits, self.journal, self.quota = settings, catalog, edits, journal, quota
        self.rules, self.undo, self.sleep, self.chance = rules, undo, sleep, chance
        self._lock = threading.RLock()

    def pull(self, *, full: bool = False, accept: Sequence[str] = (), progress: Progress = silent) -> PullReport:
        """Bring base up to YouTube, then let the rules that act by themselves act.

        `full` reads every playlist again; `accept` are playlists whose listing was held back and is to be believed. Raises
        `Waiting` while another pull or push is under way here, and what `lib.sync.pull.pull` raises.
        """
        with self.alone():
            report = self.pull_without_rules(full, accept, progress)
            report.ruled = len(self.rules.act())
        return report

    def pull_without_rules(
        self, full: bool = False, accept: Sequence[str] = (), progress: Progress = silent
    ) -> PullReport:
        """The same without the rules: what a push is planned on holds no edit that nobody has seen."""
        with self.alone():
            requests, units = self.quota.requests(), self.quota.total()
            report = pull(
                self.catalog,
                self.journal,
                self.client(),
                full=full,
                accept=accept,
                settle_seconds=self.settings.settle_seconds,
                now=self.quota.now,
                progress=progress,
            )
            self.fulfil()
        report.requests, report.units = self.quota.requests() - requests, self.quota.total() - units
        return report

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One pull or push at a time. Raises `Waiting` while another thread is at it."""
        if not self._lock.acquire(blocking=False):
            raise Waiting("A pull or a push is under way already.", "Wait until it is done, or cancel it.")
        try:
            yield
        finally:
            self._lock.release()

    @property
    def busy(self) -> bool:
        """Whether a pull or a push is under way in another thread."""
        if not self._lock.acquire(blocking=False):
            return True
        self._lock.release()
        return False

    def client(self) -> Client:
        """A client signed in to YouTube. Raises `NotSignedIn`."""
        return auth.connect(self.settings, self.quota, sleep=self.sleep, chance=self.chance)

    def fulfil(self, edit_ids: Iterable[int] = ()) -> None:
        """Mark these edits, and all that YouTube satisfies by now, as fulfilled; a push whose undo is fulfilled is undone.

        See `fulfil_satisfied` for those that are left out.
        """
        with self.catalog.db.write():
            self.edits.fulfil(edit_ids)
            fulfil_satisfied(self.catalog, self.edits)
            self.undo.settle()
