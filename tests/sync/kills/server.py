"""The server of the kill campaign: YouTube in a process of its own, with its account in a file, so that it may die.

What arrives and what becomes of the account stands on a tape, a file of JSON lines that outlives every process.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from lib.demo.account import Account
from lib.demo.server import HOST, create_app
from lib.demo.state_file import keeper, restored
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.models import Item
from tests.conftest import error_body
from tests.flows import START
from tests.sync.kills.worlds import Scenario

MOST_SECONDS = 900
"""A server that lives longer was forgotten, and dies by itself."""


class Clock:
    """The time of all processes of a run. It stands still but for a hundredth of a second a request."""

    def __init__(self, days: float = 0) -> None:
        self._shared = mmap.mmap(-1, 8)
        self.sleep(days * 86_400)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=struct.unpack("d", self._shared[:8])[0])

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self._shared[:8] = struct.pack("d", struct.unpack("d", self._shared[:8])[0] + seconds)

    def until(self, moment: datetime) -> None:
        """Let time pass until then."""
        self.sleep(max(0.0, (moment - self()).total_seconds()) + 1)


class Listening:
    """A socket that outlives the servers that answer on it: whoever asks meanwhile waits in its queue."""

    def __init__(self) -> None:
        # asyncio sends small packets at once only where the protocol is named
        self.socket = socket.socket(proto=socket.IPPROTO_TCP)
        self.socket.bind((HOST, 0))
        self.socket.listen(64)
        self.url = f"http://{HOST}:{self.socket.getsockname()[1]}"


@dataclass(frozen=True, slots=True)
class Death:
    """The server dies at its so-manieth request, before it applies it or after it did and before it answers."""

    request: int
    when: str


class Tape:
    """Lines that are written whole and at once, so that they survive whoever wrote them."""

    def __init__(self, home: Path) -> None:
        self.path = home / "tape.jsonl"

    def write(self, **line: Any) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, (json.dumps(line) + "\n").encode())
        os.close(handle)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []


def serve(
    scenario: Scenario, clock: Clock, home: Path, at: Listening, death: Death | None, *, calm: bool = False
) -> int:
    """Fork a server for the account as it was kept last; its process id. A `calm` one has nothing of the scenario."""
    tape, path = Tape(home), home / "account.json"
    keep = keeper(path)

    def changed(account: Account) -> None:
        keep(account)
        tape.write(state=_shown(account))

    account = restored(scenario.account if calm else scenario.meanwhile(scenario.account), path)
    facts = {} if calm else {"lag_seconds": scenario.lag, "daily_units": scenario.theirs}
    youtube = DemoYouTube(account, clock=clock, changed=changed, **facts)
    intercept = _Weather(tape, clock, death, 0 if calm else scenario.lose, 0 if calm else scenario.refuse)
    app = create_app(youtube, intercept=intercept)
    config = uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", access_log=False)
    config.load()
    if not tape.path.exists():
        tape.write(state=_shown(account))
    if child := os.fork():
        return child
    signal.alarm(MOST_SECONDS)
    try:
        uvicorn.Server(config).run(sockets=[at.socket])
    finally:
        os._exit(1)


class _Weather:
    """Stands before the account: writes what arrives on the tape, loses answers, refuses for now, and lets the server die."""

    def __init__(self, tape: Tape, clock: Clock, death: Death | None, lose: int, refuse: int) -> None:
        self.tape, self.clock, self.death, self.lose, self.refuse = tape, clock, death, lose, refuse
        self.requests = self.writes = 0

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        self.clock.sleep(0.01)
        self.requests += 1
        writing = request.method != "GET"
        self.writes += writing
        self.tape.write(arrived=[request.method, *_key(request)])
        self._die("before")
        if writing and self.refuse and self.writes % self.refuse == 0:
            return Answer(503, error_body(503, "backendError"))
        said = answer(request)
        if said.status != 403:  # refused for want of units, and so for nothing
            self.tape.write(units=50 if writing else 1)
        self._die("after")
        lost = writing and self.lose and self.writes % self.lose == 0 and said.status < 300
        return Answer(502, error_body(502, "badGateway")) if lost else said

    def _die(self, when: str) -> None:
        if self.death == Death(self.requests, when):
            os.kill(os.getpid(), signal.SIGKILL)


def _key(request: Request) -> tuple[str, ...]:
    """What a request is about, as `_attempts` says it of an operation."""
    snippet, given = request.body.get("snippet", {}), request.body.get("id") or ",".join(request.params.get("id", ()))
    if request.method == "POST":
        where = [snippet.get("playlistId", ""), snippet.get("resourceId", {}).get("videoId", "")]
        return request.resource, *(where if request.resource == "playlistItems" else [snippet.get("title", "")])
    return request.resource, given


def _shown(account: Account) -> dict[str, Any]:
    """The person's playlists by id, as plain values."""
    return {
        p.playlist_id: [p.title, p.description, p.privacy, [_row(item) for item in p.items]] for p in account.listed
    }


def _row(item: Item) -> list[str | None]:
    return [item.item_id, item.video_id, item.note, f"{item.added_at:%Y-%m-%d %H:%M:%S}" if item.added_at else None]
