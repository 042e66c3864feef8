"""A transport that sends every request once and takes an answer within bounds: bytes, seconds, no redirects.

httplib2 sends any request again by itself when the server hangs up without an answer, a POST too, whatever
`num_retries` says. YouTube accepts the same video twice, so that would be a silent duplicate; and a second read would be
one that nobody booked.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httplib2
from google_auth_httplib2 import AuthorizedHttp
from httplib2.decode import DecodeLimitError, DecodeRatioError

from lib.errors import Cancelled

TIMEOUT_SECONDS = 30.0
"""So long a connection may stay silent."""
DEADLINE_SECONDS = 60.0
"""So long one request may take from its first byte to the last one of its answer."""
MOST_BYTES = 16 * 2**20
"""An answer may be so long, packed and unpacked. 50 videos with the longest texts in escaped JSON are about 6 MiB."""
CHECK_SECONDS = 0.2
"""So often a waiting read looks whether it was cancelled or has run out of time."""
_READ_BYTES = 64 * 2**10
_UNPACK_BYTES = 4 * 2**10
"""So many packed bytes are unpacked at a time; deflate makes at most 1,032 of one, so the check comes within 4 MiB."""


def never_cancelled() -> None:
    """The check of a request that nobody can cancel."""


class TooMuch(OSError):
    """An answer was longer, or took longer, than any answer of YouTube's."""


class Refused(Exception):
    """An answer that is no success.

    `status` is the HTTP status, `content` the body, `answered_at` the moment by the server's clock where its headers name one.
    """

    def __init__(self, status: int, content: bytes, date: str = "") -> None:
        """`date` is the header of that name."""
        super().__init__(status)
        self.status, self.content = status, content
        self.answered_at: datetime | None = None
        with suppress(ValueError, OverflowError):
            moment = parsedate_to_datetime(date)
            self.answered_at = moment if moment.tzinfo else None


class Resources:
    """The resources of a service of the client library, each made once: it builds all their methods anew for every call."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._made: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        made = self._made
        if name not in made:
            made[name] = getattr(self._service, name)()
        return lambda: made[name]


class SignedHttp(AuthorizedHttp):  # type: ignore[misc]
    """Adds the token, and raises `Refused` before the client library tries to understand an answer that is no success."""

    def request(self, *arguments: Any, **options: Any) -> tuple[Any, bytes]:
        """As httplib2's."""
        response, content = super().request(*arguments, **options)
        if response.status >= 300:
            raise Refused(int(response.status), content, response.get("date", ""))
        return response, content


class WriteOnceHttp(httplib2.Http):  # type: ignore[misc]
    """httplib2 with its hidden second sending taken out; reads may use a connection again, writes take a fresh one.

    Redirects are answers like any other. `check` is called every `CHECK_SECONDS` while an answer is waited for and may
    raise `Cancelled`: a read ends so; of a write nobody knows then whether it was applied, so it ends as a lost
    connection. Raises `TooMuch` for an answer over its bounds.
    """

    def __init__(
        self,
        timeout: float = TIMEOUT_SECONDS,
        *,
        deadline: float = DEADLINE_SECONDS,
        check: Callable[[], None] = never_cancelled,
    ) -> None:
        """`timeout` and `deadline` are in seconds."""
        super().__init__(timeout=timeout, decode_limit_hard=MOST_BYTES, decode_limit_chunk=_UNPACK_BYTES)
        self.follow_redirects = False
        self._deadline, self._check = deadline, check

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> Any:
        reading = method in ("GET", "HEAD") or headers.get("x-http-method-override") == "GET"
        if method not in ("GET", "HEAD"):
            conn.close()  # a stale keep-alive is the usual reason for a lost answer
        if conn.sock is not None:
            conn.sock.settimeout(self.timeout)
        bounds = _Bounds(self._deadline, self.timeout, self._check, cancellable=reading)
        conn.response_class = partial(_BoundedAnswer, bounds=bounds)
        original = conn.getresponse

        def once(*arguments: Any, **options: Any) -> Any:
            """Read the response; a failure that httplib2 would answer by sending again becomes a lost connection."""
            try:
                return original(*arguments, **options)
            except (http.client.BadStatusLine, http.client.ResponseNotReady) as error:
                # httplib2 takes these two for a stale connection and sends again; a reset it hands on to us
                raise ConnectionResetError("the connection was lost after the request was sent") from error

        conn.getresponse = once
        try:
            return super()._conn_request(conn, request_uri, method, body, headers)
        except (DecodeLimitError, DecodeRatioError) as error:
            conn.close()
            raise TooMuch("the answer unpacks to more than any of YouTube's") from error
        except BaseException:
            conn.close()  # the rest of an answer that nobody wants must not be taken for the next one
            raise
        finally:
            del conn.getresponse


class _Bounds:
    """What the answer to one request is held to; `silence` is the longest wait for a byte, in seconds."""

    def __init__(self, deadline: float, silence: float, check: Callable[[], None], *, cancellable: bool) -> None:
        self.silence = silence
        self._deadline, self._check, self._cancellable = deadline, check, cancellable
        self._started = self._checked = time.monotonic()

    def look(self) -> None:
        """Raises `TooMuch` after the deadline; now and then asks whether the request was cancelled."""
        now = time.monotonic()
        if now - self._started > self._deadline:
            raise TooMuch(f"the answer was not complete after {self._deadline:g} seconds")
        if now - self._checked < CHECK_SECONDS:
            return
        self._checked = now
        try:
            self._check()
        except Cancelled as error:
            if self._cancellable:
                raise
            raise ConnectionAbortedError("cancelled while the answer was awaited") from error


class _BoundedAnswer(http.client.HTTPResponse):
    """An HTTP answer whose head and body are read in small waits, with a look at the bounds before each."""

    def __init__(self, sock: socket.socket, *arguments: Any, bounds: _Bounds, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        sock.settimeout(CHECK_SECONDS)
        self.fp = io.BufferedReader(_BoundedStream(sock, self.fp, bounds), _READ_BYTES)

    def read(self, amt: int | None = None) -> bytes:
        """The body, or so much of it. Never asks for more at once than can be there, whatever the head promises."""
        if amt is not None:
            return super().read(amt)
        parts = []
        while part := super().read(_READ_BYTES):
            parts.append(part)
        if self.length:  # the library calls a body that ends early whole when it is read in parts
            raise http.client.IncompleteRead(b"".join(parts), self.length)
        return b"".join(parts)


class _BoundedStream(io.RawIOBase):
    """The bytes that arrive on a socket. Keeps the socket's own file open until it is closed itself."""

    def __init__(self, sock: socket.socket, file: Any, bounds: _Bounds) -> None:
        self._sock, self._file, self._bounds = sock, file, bounds
        self._received = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what is there. Raises `TimeoutError` after the longest silence."""
        waited_since = time.monotonic()
        while True:
            self._bounds.look()
            try:
                received = self._sock.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() - waited_since > self._bounds.silence:
                    raise
                continue
            self._received += received
            if self._received > MOST_BYTES:
                raise TooMuch("the answer is longer than any of YouTube's")
            return received

    def close(self) -> None:
        """Close this file and the socket's."""
        with suppress(OSError):
            self._file.close()
        super().close()
