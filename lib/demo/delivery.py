"""How an answer leaves: whole, or not at all, as `faults.py` has it.

ASGI knows no way to hang up without an answer, so our protocol hands each request the transport it came over.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.demo.faults import Disturbed, Way
from lib.demo.youtube import Answer

_NO_LINGER = struct.pack("ii", 1, 0)


class OpenProtocol(H11Protocol):
    """uvicorn's own protocol; a request finds its transport in `scope["state"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called once for each connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def response_of(answer: Answer) -> Response:
    """The HTTP response for an answer."""
    whole = _whole(answer)
    return Undelivered(answer, whole) if isinstance(answer, Disturbed) else whole


def _whole(answer: Answer) -> Response:
    if isinstance(answer, Disturbed) and answer.instead is not None:
        kind = "text/html" if answer.instead.startswith("<") else "application/json; charset=UTF-8"
        return Response(answer.instead, answer.status, {"Content-Type": kind})
    etag = {"ETag": f'"{answer.etag}"'} if answer.etag else {}
    if answer.body is None:
        return Response(status_code=answer.status or 204, headers=etag)
    return Response(answer.text, answer.status, {**etag, "Content-Type": "application/json; charset=UTF-8"})


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
        match self.answer.way:
            case Way.WHOLE:
                await self.whole(scope, receive, send)
                return
            case Way.HALF:
                await self._half(send)
                transport.close()
            case Way.CLOSED:
                transport.close()
            case Way.RESET:
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                transport.abort()
            case Way.SILENT:
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
