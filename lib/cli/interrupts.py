"""Ctrl+C: it ends a command that runs, and never with a traceback.

While the program loads and while an ending is written, a Ctrl+C is only noted. This module imports next to nothing, so
that it can stand before everything else.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

_Handler = Callable[[int, FrameType | None], Any] | int | None


class Interrupts:
    """Notes Ctrl+C from its making to its exit, and raises `KeyboardInterrupt` only inside `allowed`.

    As a context manager it puts back what handled the signal before. Outside the main thread, which gets no signals, it
    does nothing.
    """

    def __init__(self) -> None:
        self._raises = self._noted = False
        self._previous: _Handler = None
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._handle)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """A Ctrl+C raises `KeyboardInterrupt` in here; at once, where one was noted before."""
        try:
            self._raises = True
            if self._noted:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    def ignore(self) -> None:
        """From here to the end of the process a Ctrl+C does nothing."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._noted = True
        if self._raises:
            raise KeyboardInterrupt

    def __enter__(self) -> Interrupts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
