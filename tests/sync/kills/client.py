"""The client of the kill campaign: a process with a real workspace that dies at a step, or comes to its end and tells.

It is forked from one that has imported everything and has no database open. The clock is passed in; nothing else of the
flows is replaced.
"""

from __future__ import annotations

import json
import os
import random
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import google_auth_httplib2  # noqa: F401 - imported here, so that no child has to
import googleapiclient.discovery  # noqa: F401

from lib.errors import GuardTripped, QuotaExceeded, StalePlan, UserError
from lib.models import JournalEntry, OperationKind
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.store.areas import Area
from lib.store.db import Database
from lib.youtube.transport import WriteOnceHttp
from tests.flows import METHODS
from tests.sync.kills.server import Clock, Listening, Tape
from tests.sync.kills.worlds import Scenario

MOST_SECONDS = 300
"""A process that lives longer hangs, and dies by itself."""
MOST_PUSHES = 12
SETTLE_SECONDS = 60.0


class Steps:
    """Counts the steps of this process, and kills it at one of them if it is told to."""

    def __init__(self, kill_at: int | None, tape: Tape) -> None:
        self.kill_at, self.tape = kill_at, tape
        self.names: list[str] = []
        self.writes = 0
        self.counting = True

    def step(self, name: str) -> None:
        """One more step; perhaps the last."""
        if not self.counting:
            return
        self.names.append(name)
        if len(self.names) == self.kill_at:
            self.tape.write(died=name)
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self) -> None:
        """Make every commit and every request of this process two steps."""
        write, request, steps = Database.write, WriteOnceHttp.request, self

        @contextmanager
        def stepping(db: Database, *changes: Area) -> Iterator[Any]:
            with write(db, *changes) as tx:
                yield tx
                if db._depth == 1:
                    steps.step("before commit")
            if db._depth == 0:
                steps.step("after commit")

        def sending(http: WriteOnceHttp, uri: str, method: str = "GET", *rest: Any, **facts: Any) -> Any:
            name = f"{method} {uri.partition('?')[0].rsplit('/', 1)[1]}"
            steps.step(f"before {name}")
            steps.writes += method != "GET"
            answer = request(http, uri, method, *rest, **facts)
            steps.step(f"after {name}")
            return answer

        Database.write, WriteOnceHttp.request = stepping, sending  # type: ignore[method-assign]


class Course:
    """What a person does with a workspace until nothing is left; begun anew after a kill, it goes on where it stopped."""

    def __init__(self, scenario: Scenario, clock: Clock, workspace: Workspace, tape: Tape) -> None:
        self.scenario, self.clock, self.workspace, self.tape = scenario, clock, workspace, tape
        self.said: list[str] = []
        self.finished = False

    def prepare(self) -> None:
        """Everything before the flow that is disturbed."""
        self.workspace.pulls.pull()
        self.workspace.edits.lay(self.scenario.wishes())
        if self.scenario.act == "undo":
            self._push()

    def go(self) -> None:
        """The flow itself."""
        self.finished = False
        acts: dict[str, Callable[[], None]] = {"push": self._push, "pull": self._pull, "undo": self._undo}
        acts[self.scenario.act]()

    def _push(self) -> None:
        """Let it go on by itself where it may, else push again until it is done; wait for units, confirm for a guard."""
        confirm = None
        for _ in range(MOST_PUSHES):
            resumes_at = None
            try:
                alone = self.workspace.pushes.may_resume()
                report = self.workspace.pushes.resume() if alone else self.workspace.pushes.push(confirm=confirm)
                self.said.append(f"{report.state}: {report.message}")
                confirm, resumes_at = None, report.resumes_at
                if report.state == "done":
                    self.finished = True
                    return
            except GuardTripped as guard:
                self._asked("confirm")
                confirm = guard.count
            except UserError as error:
                self._asked("look again" if isinstance(error, StalePlan) else "do something")
                self.said.append(f"{type(error).__name__}: {error}")
                resumes_at = error.resets_at if isinstance(error, QuotaExceeded) else None
            if resumes_at:
                self.clock.until(resumes_at)

    def _asked(self, what: str) -> None:
        """The person was asked; with `approved`, for what an open push holds already."""
        self.tape.write(asked=what, approved=self.workspace.journal.open_push() is not None)

    def _undo(self) -> None:
        """Lay the edits that take the first push back, unless they are laid or all of it is back; and push them."""
        first = min(push.push_id for push in self.workspace.journal.pushes())
        if self.workspace.undo.undoable(first):
            try:
                self.workspace.undo.undo_push(first)
            except UserError as error:  # it was laid before the kill
                self.said.append(str(error))
        self._push()

    def _pull(self) -> None:
        report = self.workspace.pulls.pull()
        self.said.append(f"{report.new_items} new, {report.removed_items} removed")
        self.finished = True


def client(scenario: Scenario, clock: Clock, home: Path, at: Listening, kill_at: int | None, act: str) -> int:
    """Fork a process that goes the scenario's course to its end, or dies at that step; the id of the process.

    `act` is "prepare" for what comes before, "once", or "twice" to see that doing it again writes nothing.
    """
    if child := os.fork():
        return child
    signal.alarm(MOST_SECONDS)
    report: dict[str, Any] = {}
    try:
        at.socket.close()
        steps = Steps(kill_at, Tape(home))
        steps.hook()
        settings = Settings(home, daily_units=scenario.ours, settle_seconds=SETTLE_SECONDS, endpoint=at.url)
        report = _live(scenario, clock, settings, steps, act)
    except BaseException:  # also what is no `UserError`: a bug is a difference
        report["trouble"] = traceback.format_exc()
    finally:
        (home / "report.json").write_text(json.dumps(report))
        os._exit(0)


def _live(scenario: Scenario, clock: Clock, settings: Settings, steps: Steps, act: str) -> dict[str, Any]:
    workspace = Workspace(settings, now=clock, sleep=clock.sleep, chance=random.Random(1))
    workspace.db._connection.execute("SET threads = 1")  # small queries take half as long then
    steps.tape.write(start={"attempts": _attempts(workspace), "units": workspace.quota.total()})
    steps.step("opened")
    course = Course(scenario, clock, workspace, steps.tape)
    (course.prepare if act == "prepare" else course.go)()
    finished, steps.counting, steps.writes = course.finished, False, 0
    if act == "twice":
        course.go()
    facts = {"finished": finished, "said": course.said, "attempts": _attempts(workspace)}
    facts |= _database(workspace.db)
    workspace.close()
    return {"steps": steps.names, "writes_again": steps.writes, **facts}


def _attempts(workspace: Workspace) -> list[list[Any]]:
    """How often the journal says that each write was sent, named as the server's tape names a request."""
    entries = [e for push in workspace.journal.pushes() for e in workspace.journal.entries(push.push_id)]
    sent: Counter[tuple[str, ...]] = Counter()
    for entry in entries:
        sent[_key(entry)] += entry.attempts
    return [[*key, times] for key, times in sorted((+sent).items())]


def _key(entry: JournalEntry) -> tuple[str, ...]:
    one = entry.operation
    match one.kind:
        case OperationKind.CREATE:
            about: tuple[str, ...] = (one.title or "",)
        case OperationKind.INSERT:
            about = (one.playlist_id, one.video_id or "")
        case OperationKind.MOVE | OperationKind.DELETE:
            about = (one.item_id or "",)
        case _:
            about = (one.playlist_id,)
    return (*METHODS[one.kind], *about)


_TABLES = {
    "edits": "SELECT kind, state, video_id, title FROM edits ORDER BY ALL",
    "pushes": "SELECT push_id, state FROM pushes ORDER BY push_id",
    "operations": "SELECT push_id, kind, state, playlist_id, video_id, item_id, title, result_id FROM operations ORDER BY push_id, op_id",
    "videos": "SELECT video_id, title, availability FROM videos ORDER BY ALL",
    "held_back": "SELECT playlist_id, reason, missing FROM held_back ORDER BY ALL",
    "decisions": "SELECT video_id, playlist_id, verdict FROM decisions ORDER BY ALL",
    "roles": "SELECT * FROM roles ORDER BY ALL",
    "kept_items": "SELECT * FROM kept_items ORDER BY ALL",
    "units": "SELECT coalesce(sum(units), 0)::INTEGER FROM spent",
    "items": "SELECT playlist_id, item_id, video_id, note, added_at::VARCHAR FROM items ORDER BY playlist_id, position",
    "playlists": "SELECT playlist_id, title, description, privacy FROM playlists WHERE writable ORDER BY ALL",
}


def _database(db: Database) -> dict[str, Any]:
    """What stands in the file by now."""
    return {name: [list(row) for row in db.rows(sql)] for name, sql in _TABLES.items()}
