"""YouTube in the same process: the real client library and transport, with a connection that needs no socket.

What a network, a server, a crash or another person can do happens here, at a place that a test names in advance. And at
every write it is asked what must have been true before it left: see `tests/sync/promises.py`.
"""

from __future__ import annotations

import http.client
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import httplib2

import lib.services.workspace
from lib.demo.etags import etag_of
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.store.db import Area, Database
from lib.youtube.sender import Sender
from tests.conftest import error_body
from tests.flows import Clock

ENDPOINT = "http://127.0.0.1:9"
NEVER_APPLIED = ("lost request", "500", "503", "429", "409", "401", "quota", "portal")
LOSES_THE_ANSWER = ("lost request", "lost answer", "timeout", "500 applied", "404 applied", "truncated", "500")
_REFUSALS = {
    "500": (500, "backendError"),
    "500 applied": (500, "backendError"),
    "503": (503, "backendError"),
    "429": (429, "rateLimitExceeded"),
    "409": (409, "SERVICE_UNAVAILABLE"),
    "401": (401, "authError"),
    "quota": (403, "quotaExceeded"),
    "404 applied": (404, "notFound"),
}


class Crash(BaseException):
    """The process ends here: nothing more is committed and nothing more is sent."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one push: faults by number of write or request, a crash, and what another person does meanwhile.

    `faults` are (which requests are counted: "write" or "any", the number among them, what goes wrong); `crash` is
    (where, number): "commit" or "committed" (before, after), "request" or "applied" (before, after it reached YouTube),
    "write" or "written" (the same of writes only). `race` is (which requests are counted: "any", or "running" for those
    of an approved plan; the number of the one before which the person acts; what the person does).
    """

    faults: tuple[tuple[str, int, str], ...] = ()
    crash: tuple[str, int] | None = None
    race: tuple[str, int, Any] | None = None
    max_units: int | None = None
    units_left: int | None = None
    lag: float = 0.0


CALM = Trouble()


class Line:
    """What httplib2 takes for a connection."""

    def __init__(self, host: str, **options: Any) -> None:
        self.host, self.sock = host, None
        self._asked: tuple[Any, ...] = ()

    def set_debuglevel(self, level: int) -> None: ...

    def connect(self) -> None:
        self.sock = self

    def close(self) -> None:
        self.sock = None

    def settimeout(self, seconds: float | None) -> None: ...

    def request(self, method: str, uri: str, body: Any, headers: dict[str, str]) -> None:
        self._asked = (method, uri, body, headers)

    def getresponse(self) -> _Response:
        assert Wire.plugged is not None
        return Wire.plugged.exchange(*self._asked)


class _Response(dict[str, str]):
    """What httplib2 takes for an answer."""

    def __init__(self, status: int, content: bytes, etag: str | None = None) -> None:
        super().__init__({"status": str(status), "content-type": "application/json; charset=UTF-8"})
        if etag:
            self["etag"] = etag
        self._content = content

    def read(self) -> bytes:
        return self._content


@dataclass
class Wire:
    """Between the client and the account. `before` and `after` see every request; `after` also its answer."""

    youtube: DemoYouTube
    clock: Clock
    page: int = 50
    frank: bool = True
    before: Callable[[Request], None] = lambda request: None
    after: Callable[[Request, Answer], None] = lambda request, answer: None
    act: Callable[[Any], None] = lambda deed: None
    running: Callable[[], bool] = lambda: False
    trouble: Trouble = CALM
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    dead: bool = False
    hit: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0

    plugged = None

    def disturb(self, trouble: Trouble) -> None:
        """From now on this goes wrong; numbers count from here."""
        self.trouble, self.dead, self.hit, self.counts = trouble, False, set(), {}
        self.youtube.lag = timedelta(seconds=trouble.lag)

    def passes(self, place: str) -> None:
        """The program comes by a place where it may be killed."""
        if self.dead:
            raise Crash
        number = self.counts.get(place, 0)
        self.counts[place] = number + 1
        if self.trouble.crash == (place, number):
            self.dead = True
            self.hit.add("crash")
            raise Crash

    def exchange(self, method: str, uri: str, body: Any, headers: dict[str, str]) -> _Response:
        """One request as the network would carry it."""
        request = self._parsed(method, uri, body, headers)
        writing = request.method != "GET"
        self._race()
        fault = self._fault(writing)
        self.total += 1
        self.before(request)
        for place in ("request", "write")[: 1 + writing]:
            self.passes(place)
        answer = Answer(0, None)
        if fault not in NEVER_APPLIED:
            answer = self.youtube.answer(request)
            self.after(request, answer)
        for place in ("applied", "written")[: 1 + writing]:
            self.passes(place)
        return self._seen(request, answer, fault)

    def _race(self) -> None:
        if self.trouble.race is None or "race" in self.hit:
            return
        which, number, deed = self.trouble.race
        if which == "running" and self.running():
            self.counts["running"] = self.counts.get("running", -1) + 1
        if number == self.counts.get("running" if which == "running" else "request", -1 if which == "running" else 0):
            self.hit.add("race")
            self.act(deed)

    def _fault(self, writing: bool) -> str:
        numbers = {("any", self.counts.get("request", 0))}
        if writing:
            numbers.add(("write", self.counts.get("write", 0)))
        fault = next((what for which, number, what in self.trouble.faults if (which, number) in numbers), "")
        if fault:
            self.hit.add(fault)
            self.hit.add("lost a write" if writing and fault in LOSES_THE_ANSWER else "fault")
        return fault

    def _parsed(self, method: str, uri: str, body: Any, headers: dict[str, str]) -> Request:
        parts = urlsplit(uri)
        params = parse_qs(parts.query, keep_blank_values=True)
        if method == "POST" and headers.get("x-http-method-override") == "GET":
            method, params, body = "GET", parse_qs(body), None
        if "playlistId" in params and "maxResults" in params:
            params["maxResults"] = [str(self.page)]
        tag = next((value for name, value in headers.items() if name.lower() == "if-none-match"), None)
        content = json.loads(body) if body else {}
        return Request(method, parts.path.rsplit("/", 1)[1], params, content, if_none_match=tag)

    def _seen(self, request: Request, answer: Answer, fault: str) -> _Response:
        if fault in ("lost request", "lost answer"):
            raise http.client.RemoteDisconnected("Remote end closed connection without response")
        if fault == "timeout":
            raise TimeoutError("timed out")
        if fault in _REFUSALS:
            return _Response(_REFUSALS[fault][0], json.dumps(error_body(*_REFUSALS[fault])).encode())
        if fault == "portal":
            return _Response(200, b"<html>Welcome to the airport</html>")
        body = self._frank(request, answer)
        content = json.dumps(body).encode() if body is not None else b""
        if fault == "truncated":
            return _Response(answer.status, content[: len(content) // 2] or b"{")
        return _Response(answer.status, content, answer.etag)

    def _frank(self, request: Request, answer: Answer) -> Any:
        """Where `frank`, the tag of a playlist tells of every change in it; YouTube's own hides some."""
        body = answer.body
        if not self.frank or body is None or request.resource != "playlists" or request.method != "GET":
            return body
        shown = self.youtube._visible().playlists
        items = [
            {**one, "etag": etag_of({"": one["etag"], "in": repr(shown[one["id"]].items)})} for one in body["items"]
        ]
        return {**body, "items": items}


_TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE) (\w+)", re.IGNORECASE)


class _Writer:
    """A writing cursor that notes which tables are no longer as they were."""

    def __init__(self, cursor: Any, written: set[str]) -> None:
        self._cursor, self._written = cursor, written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, sql: str, *parameters: Any) -> Any:
        if not sql.lstrip().upper().startswith("SELECT"):
            self._written.update(_TABLES.findall(sql))
        if sql == "COMMIT" and Wire.plugged:
            Wire.plugged.passes("commit")
        result = self._cursor.execute(sql, *parameters)
        if sql == "COMMIT" and Wire.plugged:
            Wire.plugged.passes("committed")
        return result


class Watched(Database):
    """The real database, which the program may be killed before and after each commit of.

    What nobody wrote to since is not asked for again: planning the same small queries was half the time of an example.
    """

    def __init__(self, path: Path) -> None:
        self._versions: Counter[str] = Counter()
        self._written: set[str] = set()
        self._known: dict[tuple[str, str], tuple[tuple[int, ...], list[tuple[Any, ...]]]] = {}
        super().__init__(path)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        tables = _TABLES.findall(sql)
        if not tables or self._written.intersection(tables):
            return super().rows(sql, parameters)
        key, versions = (sql, repr(parameters)), tuple(self._versions[table] for table in tables)
        if self._known.get(key, ((), []))[0] != versions:
            self._known[key] = versions, super().rows(sql, parameters)
        return list(self._known[key][1])

    @contextmanager
    def write(self, *changes: Area) -> Iterator[Any]:
        wire = Wire.plugged
        if wire and wire.dead:
            raise Crash
        outermost = self._depth == 0
        try:
            with super().write(*changes) as tx:
                yield _Writer(tx, self._written)
                if outermost and wire:
                    wire.passes("commit")
        finally:
            if outermost:
                self._versions.update(self._written)
                self._written.clear()
        if outermost and wire:
            wire.passes("committed")

    def committed(self, sql: str) -> list[tuple[Any, ...]]:
        """What another process would find after a power cut."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql).fetchall()


_service = Sender._service
_services: list[_Service] = []


class _Service:
    """The real service object and its resources, each built once: that takes longer than what is asked of them."""

    def __init__(self, service: Any) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        resource = getattr(self._service, name)()
        setattr(self, name, lambda: resource)
        return getattr(self, name)


def _built_once(sender: Sender) -> Any:
    if not _services:
        _services.append(_Service(_service(sender)))
    return _services[0]


@contextmanager
def in_process() -> Iterator[None]:
    """Meanwhile every connection is a `Line` and every database is `Watched`."""
    with (
        patch.dict(httplib2.SCHEME_TO_CONNECTION, {"http": Line}),
        patch.object(lib.services.workspace, "Database", Watched),
        patch.object(Sender, "_service", _built_once),
    ):
        yield
        Wire.plugged = None


def opened(home: Path, wire: Wire, settle_seconds: float = 60.0) -> Workspace:
    """A workspace of a fresh process, on the wire and by its clock."""
    Wire.plugged = None
    settings = Settings(home, endpoint=ENDPOINT, settle_seconds=settle_seconds)
    workspace = Workspace(settings, now=wire.clock, sleep=wire.clock.sleep, chance=wire.chance)
    workspace.db._connection.execute("SET threads = 1")  # small queries are twice as fast so
    Wire.plugged = wire
    return workspace
