"""A function that runs aside when it is requested, such as computing the suggestions again after some decisions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class BackgroundTask:
    """A function that runs in a thread on request: never twice at the same time, and once more if requested meanwhile.

    Attributes:
        name: the name of the thread, and of the work in the log.
        work: the function; what it raises is logged and otherwise ignored.
    """

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self.name, self.work = name, work
        self._requested = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def request(self) -> None:
        """Start the work, or have it repeated if it is being done; returns at once."""
        with self._lock:
            self._requested.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether the work runs."""
        return self._thread is not None

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the work has ended, at most so many seconds."""
        if thread := self._thread:
            thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._requested.is_set():
                    self._thread = None
                    return
                self._requested.clear()
            try:
                self.work()
            except Exception as error:  # nobody waits for its result, so the log is the only place to report it
                log.warning("%s: %s", self.name, error)
