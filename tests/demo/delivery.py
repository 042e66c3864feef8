"""How a disturbed answer of `faults.py` leaves: late, in part, or not at all.

ASGI knows no way to hang up without an answer, so our protocol hands each request the transport it came over.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.demo.server import Interceptor, create_app, deliver_whole, pass_through, response_of
from lib.demo.youtube import Answer, DemoYouTube, Request
from tests.demo.control import control_routes
from tests.demo.faults import Delivery, Disturbed, Schedule

_NO_LINGER = struct.pack("ii", 1, 0)


class OpenProtocol(H11Protocol):
    """uvicorn's own protocol; a request finds its transport in `scope["state"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called once for each connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def deliver_disturbed(youtube: DemoYouTube, request: Request, answer: Answer) -> Response:
    """A `Deliver` that lets a `Disturbed` answer come late, in part or not at all; every other one whole."""
    if not isinstance(answer, Disturbed):
        return deliver_whole(youtube, request, answer)
    youtube.note(request, answer.answered, answer.fault)
    return Undelivered(answer, _whole(answer))


def disturbed_app(youtube: DemoYouTube, intercept: Interceptor = pass_through, *, control: bool = False) -> Starlette:
    """A demo YouTube whose answers can be disturbed. With `control` faults and edits on youtube.com are asked for over HTTP.

    A server that runs it needs `OpenProtocol`.
    """
    if not control:
        return create_app(youtube, intercept=intercept, deliver=deliver_disturbed)
    faults = Schedule()

    def intercept_both(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        return intercept(request, lambda asked: faults(asked, answer))

    routes = control_routes(youtube, faults)
    return create_app(youtube, intercept=intercept_both, deliver=deliver_disturbed, routes=routes)


def _whole(answer: Disturbed) -> Response:
    if answer.instead is None:
        return response_of(answer)
    kind = "text/html" if answer.instead.startswith("<") else "application/json; charset=UTF-8"
    return Response(answer.instead, answer.status, {"Content-Type": kind})


class Undelivered(Response):
    """An answer that does not come as it should."""

    def __init__(self, answer: Disturbed, whole: Response) -> None:
        super().__init__()
        self.answer, self.whole = answer, whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends what is left of the answer."""
        transport: Any = scope["state"]["transport"]
        if self.answer.seconds:
            await asyncio.sleep(self.answer.seconds)
        match self.answer.delivery:
            case Delivery.WHOLE:
                await self.whole(scope, receive, send)
                return
            case Delivery.HALF:
                await self._half(send)
                transport.close()
            case Delivery.CLOSED:
                transport.close()
            case Delivery.RESET:
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                transport.abort()
            case Delivery.SILENT:
                pass
        while (await receive())["type"] != "http.disconnect":
            pass  # an answer that is not begun by then would be sent as a fault of ours

    async def _half(self, send: Send) -> None:
        body = self.answer.text.encode()
        # named, so that no layer zips it and puts another length in its place
        length = [(b"content-length", str(len(body)).encode()), (b"content-encoding", b"identity")]
        kind = (b"content-type", b"application/json; charset=UTF-8")
        await send(
            {
                "type": "http.response.start",
                "status": self.answer.status if self.answer.body else 200,
                "headers": [*length, kind],
            }
        )
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
