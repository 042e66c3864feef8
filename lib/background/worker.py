"""The process that computes: arrays and texts in, arrays and progress out. It never opens the database.

The app computes through a `Worker`, so that no import or fit stalls a page and cancelling is a kill. The command line
computes in its own process, by `lib.ml.tasks.compute_here`. Both run the same tasks of `lib.ml.tasks`.

Parent and child speak over the child's own stdin and stdout, in frames: 8 bytes of length, then a pickle. That is safe
because both ends are this program: the pipe has no name, nobody else can write to it, and a title inside a frame is
data of a string, which pickle never runs.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import traceback
from typing import Any

from lib.errors import Cancelled, UserError
from lib.ml.tasks import Result, Task
from lib.models import Progress, silent
from lib.settings import ROOT

HEARTBEAT_SECONDS = 0.2
_LENGTH = struct.Struct(">Q")


class Worker:
    """The computing process, started at the first call and kept warm. Safe to share between threads; one call at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._caller_lock = threading.Lock()
        self._caller: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def compute(self, task: Task[Result], progress: Progress = silent) -> Result:
        """Run a task in the process and return its result.

        `progress` is called here, in the caller's thread, several times a second also while the task reports nothing.
        Whatever it raises, `Cancelled` above all, kills the process at once; the next call starts a fresh one. A
        `UserError` of the task is raised as itself, one says so where the process died, anything else of the task is a
        `RuntimeError` with the process's traceback;
        `Cancelled` too when `stop` was called meanwhile.
        """
        while not self._turn.acquire(timeout=HEARTBEAT_SECONDS):
            progress(0, 0, task.title)  # so that whoever waits can be cancelled, without the call that is under way
        try:
            self._set_caller(threading.get_ident())
            process = self._started()
            try:
                result: Result = self._converse(process, task, progress)  # the process sends back what `task.run` gave
                return result
            except (EOFError, BrokenPipeError) as error:
                if self._process is None:
                    raise Cancelled("Cancelled.") from None
                self.stop()
                raise UserError(
                    f"The process that computes ended in the middle of its work ({task.title}).",
                    "Nothing was lost. Try again: it is started anew by itself. If it ends again, close other programs: "
                    "perhaps the memory of this computer does not suffice.",
                ) from error
            except _Failed as failed:
                raise failed.cause from None
            except BaseException:
                self.stop()
                raise
        finally:
            self._set_caller(None)
            self._turn.release()

    def stop_call_of(self, thread: int | None) -> None:
        """End the process if it computes for this thread, by `threading.get_ident`; a call of another one goes on."""
        with self._caller_lock:  # so that the call cannot end, and another begin, between the look and the kill
            if thread is not None and self._caller == thread:
                self.stop()

    def _set_caller(self, thread: int | None) -> None:
        with self._caller_lock:
            self._caller = thread

    @property
    def busy(self) -> bool:
        """Whether a call is under way, for which another one would have to wait."""
        return self._turn.locked()

    def stop(self) -> None:
        """End the process, also in the middle of a call. The next call would start another."""
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is not None:
            process.kill()
            process.wait()
            _close(process.stdin)

    @property
    def pid(self) -> int | None:
        """The process id, or None while none runs."""
        process = self._process
        return process.pid if process else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", "lib.background.worker"]
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._process, self._answers = process, queue.SimpleQueue()
            threading.Thread(target=_collect, args=(process.stdout, self._answers), daemon=True).start()
            atexit.register(self.stop)
        return self._process

    def _converse(self, process: subprocess.Popen[bytes], task: Task[Any], progress: Progress) -> Any:
        _send(process.stdin, task)
        step: tuple[int, int, str] = (0, 0, task.title)
        while True:
            progress(*step)
            try:
                kind, content = self._answers.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                continue
            if kind == "result":
                return content
            if kind == "error":
                raise _Failed(content if isinstance(content, UserError) else RuntimeError(content))
            if kind == "end":
                raise EOFError
            step = content


class _Failed(Exception):
    """The task raised in the child; the process itself is well and stays."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


def _collect(pipe: Any, answers: queue.SimpleQueue[Any]) -> None:
    """Move what the child says into a queue, which unlike a pipe can be waited for with a time limit on every system."""
    with contextlib.suppress(EOFError, OSError, ValueError):
        while True:
            answers.put(_receive(pipe))
    answers.put(("end", None))
    _close(pipe)


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _send(pipe: Any, message: Any) -> None:
    frame = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def _receive(pipe: Any) -> Any:
    """The next message. Raises `EOFError` when the other side has gone."""
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size))
    return pickle.loads(_read(pipe, length))  # noqa: S301 - only the other half of this module writes to the pipe


def _read(pipe: Any, length: int) -> bytes:
    content: bytes = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve() -> None:
    """The child: answer calls until the parent goes away."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land among the frames
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the parent decides, and its end is ours
    calls: queue.SimpleQueue[Task[Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls,), daemon=True).start()
    while True:
        _send(answers, _answer(calls.get(), lambda *step: _send(answers, ("progress", step))))


def _listen(calls: queue.SimpleQueue[Task[Any]]) -> None:
    """Take calls off the pipe. At its end the parent is gone, and no fit is worth finishing: leave at once."""
    try:
        while True:
            calls.put(_receive(sys.stdin.buffer))
    finally:
        os._exit(0)


def _answer(task: Task[Any], progress: Progress) -> tuple[str, Any]:
    try:
        return "result", task.run(progress)
    except UserError as error:
        return "error", error
    except Exception:
        return "error", traceback.format_exc()


if __name__ == "__main__":
    _serve()
