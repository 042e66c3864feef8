"""The port of this machine to which the browser comes back with the answer to a sign-in."""

from __future__ import annotations

import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
IDLE_SECONDS = 10.0
"""So long a connection may take to ask for something; each has a thread of its own, so others do not wait for it."""


class NobodyAnswered(Exception):
    """The time is over and the browser has not come back."""


class Listener:
    """Waits for the answer to one sign-in. `address` is where the browser shall come back to.

    Only a request that carries the state of this sign-in, and a code or an error, is the answer; whatever else comes
    gets a 404 and changes nothing.
    """

    def __init__(self) -> None:
        self._state = ""
        self._answer: dict[str, str] = {}
        self._answered = threading.Event()
        self._server = _Server((HOST, 0), _handler(self._take))
        self.address = f"http://{HOST}:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="sign-in port", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, state: str) -> None:
        """From now on, an answer with this state is taken."""
        self._state = state

    def wait(self, seconds: float) -> dict[str, str]:
        """The parameters of the answer: its `code`, or the `error`. Raises `NobodyAnswered`."""
        if not self._answered.wait(seconds):
            raise NobodyAnswered
        return self._answer

    def _take(self, target: str) -> str | None:
        """The sentence for the person where this is the answer; None for any other request."""
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        state = query.get("state", "")
        ours = bool(self._state) and hmac.compare_digest(state.encode(), self._state.encode())
        if parts.path != "/" or not ours or not query.keys() & {"code", "error"} or self._answered.is_set():
            return None
        self._answer = query
        self._answered.set()
        done = "The sign-in is complete." if "code" in query else "The sign-in was not completed."
        return f"{done} You may close this window."


class _Server(ThreadingHTTPServer):
    """Each connection in a thread that ends with the program."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off is no news."""


def _handler(take: Any) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = IDLE_SECONDS

        def do_GET(self) -> None:
            """Take the address that Google redirected to, and answer with a sentence."""
            try:
                sentence = take(self.path)
            except ValueError:  # an address that is none
                sentence = None
            body = (sentence or "This is not the answer to the sign-in.").encode()
            self.send_response(200 if sentence else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: the address holds the code."""

    return Handler
