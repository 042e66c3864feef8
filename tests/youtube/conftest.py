"""The real client over real HTTP with a real ledger, and a server of bytes for what no well-behaved server does."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials

from lib.settings import Settings
from lib.store.db import Database
from lib.store.quota import Quota
from lib.youtube.api import Client
from lib.youtube.auth import SignIn

HANG_UP, RESET = b"", b"RST"


def reply(status: str, body: bytes = b"{}", kind: str = "application/json") -> bytes:
    """An HTTP answer that keeps the connection open."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Drip:
    """An answer that begins with `head` and then trickles, `bytes_each` bytes every tenth of a second for `seconds`."""

    head: bytes
    bytes_each: int = 1
    seconds: float = 3600


class ByteServer:
    """Reads each request whole, then sends the next reply as it is, lets it drip, hangs up, or resets the connection.

    A reply that ends within its head is hung up on; after the last reply it hangs up on everything. `requests` are the first lines of what arrived.
    """

    def __init__(self, *replies: bytes | Drip) -> None:
        self.requests: list[str] = []
        self._replies = deque(replies)
        self._open: list[socket.socket] = []
        self._closed = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        with suppress(OSError):  # closed already
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def drop(self) -> None:
        """Ends every connection that is kept open."""
        for connection in self._open:
            connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(ConnectionError), connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                length = 0
                while (header := stream.readline().strip().lower()) != b"":
                    if header.startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                stream.read(length)
                self.requests.append(line.decode().split(" HTTP")[0])
                answer = self._replies.popleft() if self._replies else HANG_UP
                if answer == RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if answer in (HANG_UP, RESET):
                    return
                if isinstance(answer, Drip):
                    self._drip(connection, answer)
                    return
                connection.sendall(answer)
                if b"\r\n\r\n" not in answer:
                    return

    def _drip(self, connection: socket.socket, answer: Drip) -> None:
        connection.sendall(answer.head)
        ends = time.monotonic() + answer.seconds
        while time.monotonic() < ends and not self._closed.wait(0.1):
            connection.sendall(b"x" * answer.bytes_each)


@pytest.fixture
def byte_server() -> Iterator[type[ByteServer]]:
    """Makes servers that are closed afterwards."""
    made: list[ByteServer] = []

    class Kept(ByteServer):
        def __init__(self, *replies: bytes | Drip) -> None:
            super().__init__(*replies)
            made.append(self)

    yield Kept
    for server in made:
        server.close()


@pytest.fixture
def quota(tmp_path: Path) -> Iterator[Quota]:
    db = Database(tmp_path / "quota.duckdb")
    yield Quota(db, 10_000)
    db.close()


@pytest.fixture
def slept() -> list[float]:
    """How long the client would have slept."""
    return []


@pytest.fixture
def client(url: str, quota: Quota, slept: list[float]) -> Client:
    """The demo account's."""
    return Client(Credentials(token="demo"), url, quota, sleep=slept.append)


@pytest.fixture
def secret(settings: Settings, url: str) -> dict:
    """A client secret whose Google is the demo, lying where the app looks for it."""
    installed = {"client_id": "id", "client_secret": "s", "auth_uri": f"{url}/auth", "token_uri": f"{url}/token"}
    content = {"installed": {**installed, "redirect_uris": ["http://localhost"]}}
    settings.client_secret.write_text(json.dumps(content))
    return content


def visit(address: str) -> None:
    """What a browser does with an address: follow it to wherever it leads."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        answer.read()


def sign_in(settings: Settings, *, write: bool) -> None:
    """The whole flow, with a person who allows everything."""
    flow = SignIn(settings, write=write, open_browser=False, timeout_seconds=10)
    visit(flow.address() + "&decision=allow")
    flow.wait(10)
