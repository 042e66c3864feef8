"""The process that computes: arrays and texts in, arrays and progress out. It never opens the database.

The app calls through a `Worker`, so that no import or fit stalls a page and cancelling is a kill. The command line uses
`call_here`. Both know the same `TASKS`.

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
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from inspect import signature
from typing import Any, BinaryIO

from lib.errors import UserError
from lib.models import Progress, silent
from lib.settings import ROOT
from lib.topics import cluster, embed, label, project, suggest

TASKS: dict[str, Callable[..., Any]] = {
    "load_model": lambda model, progress=silent: embed.embed([""], model, progress).shape[1],
    "embed": embed.embed,
    "reduce": project.reduce,
    "layout": project.layout,
    "place": project.place,
    "cluster": cluster.cluster,
    "name_topics": label.name_topics,
    "suggest": suggest.suggest,
}

_LENGTH = struct.Struct(">Q")


def call_here(task: str, progress: Progress = silent, **arguments: Any) -> Any:
    """Run a task in this process. Raises what the task raises, and `KeyError` for a task that does not exist."""
    function = TASKS[task]
    if "progress" in signature(function).parameters:
        arguments["progress"] = progress
    return function(**arguments)


class Worker:
    """The computing process, started at the first call and kept warm. Safe to share between threads; one call at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def call(self, task: str, progress: Progress = silent, **arguments: Any) -> Any:
        """Run a task in the process and return its result.

        `progress` is called here, in the caller's thread. Whatever it raises, `Cancelled` above all, kills the process
        at once; the next call starts a fresh one. A `UserError` of the task is raised as itself, anything else as a
        `RuntimeError` with the process's traceback.
        """
        with self._turn:
            try:
                return self._converse(self._started(), task, progress, arguments)
            except (EOFError, BrokenPipeError) as error:
                self._kill()
                raise RuntimeError(f"The computing process ended during {task}.") from error
            except _Failed as failed:
                raise failed.cause from None
            except BaseException:
                self._kill()
                raise

    def stop(self) -> None:
        """End the process, also in the middle of a call. The next call would start another."""
        self._kill()

    @property
    def pid(self) -> int | None:
        """The process id, or None while none runs."""
        return self._process.pid if self._process else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lib.worker"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            atexit.register(self._kill)
        return self._process

    def _converse(
        self, process: subprocess.Popen[bytes], task: str, progress: Progress, arguments: dict[str, Any]
    ) -> Any:
        assert process.stdin and process.stdout
        _send(process.stdin, (task, arguments))
        while True:
            kind, content = _receive(process.stdout)
            if kind == "progress":
                progress(*content)
            elif kind == "result":
                return content
            else:
                raise _Failed(content if isinstance(content, UserError) else RuntimeError(content))

    def _kill(self) -> None:
        process, self._process = self._process, None
        atexit.unregister(self._kill)
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


class _Failed(Exception):
    """The task raised in the child; the process itself is well and stays."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


def _send(pipe: BinaryIO, message: Any) -> None:
    frame = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    """The next message. Raises `EOFError` when the other side has gone."""
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size))
    return pickle.loads(_read(pipe, length))  # noqa: S301 - only the other half of this module writes to the pipe


def _read(pipe: BinaryIO, length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve() -> None:
    """The child: answer calls until the parent goes away."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land among the frames
    calls: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls,), daemon=True).start()
    while True:
        task, arguments = calls.get()
        _send(answers, _answer(task, arguments, lambda *step: _send(answers, ("progress", step))))


def _listen(calls: queue.SimpleQueue[tuple[str, dict[str, Any]]]) -> None:
    """Take calls off the pipe. At its end the parent is gone, and no fit is worth finishing: leave at once."""
    try:
        while True:
            calls.put(_receive(sys.stdin.buffer))
    finally:
        os._exit(0)


def _answer(task: str, arguments: dict[str, Any], progress: Progress) -> tuple[str, Any]:
    try:
        return "result", call_here(task, progress, **arguments)
    except UserError as error:
        return "error", error
    except Exception:
        return "error", traceback.format_exc()


if __name__ == "__main__":
    _serve()
