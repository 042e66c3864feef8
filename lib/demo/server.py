"""The demo YouTube on loopback: the Data API v3 and sign-in over HTTP, and a window on what truly happened.

`/demo/state`, `/demo/log` and `/demo/truth` are that window; YouTube has nothing like it, and the app never looks through it.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.demo import refusals
from lib.demo.oauth import Grants, oauth_routes
from lib.demo.refusals import Refused
from lib.demo.sample import LIBRARY, load_library
from lib.demo.state_file import keeper, restored
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.errors import UserError

HOST = "127.0.0.1"
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

Interceptor = Callable[[Request, Callable[[Request], Answer]], Answer]
"""Stands between HTTP and the account: may refuse before the request is applied, or lose the answer afterwards."""


Deliver = Callable[[DemoYouTube, Request, Answer], Response]
"""Turns what the account answered into what is sent, and puts into the log what that was."""


def pass_through(request: Request, answer: Callable[[Request], Answer]) -> Answer:
    """An `Interceptor` that changes nothing."""
    return answer(request)


def demo_youtube(state_file: Path | None = None, library: Path = LIBRARY) -> DemoYouTube:
    """The account of the library file, kept in `state_file` where one is named. Raises `UserError` for an unreadable file."""
    account = load_library(library)
    if state_file is None:
        return DemoYouTube(account)
    return DemoYouTube(restored(account, state_file), changed=keeper(state_file))


def response_of(answer: Answer) -> Response:
    """The HTTP response for an answer."""
    etag = {"ETag": f'"{answer.etag}"'} if answer.etag else {}
    if answer.body is None:
        return Response(status_code=answer.status or 204, headers=etag)
    return Response(answer.text, answer.status, {**etag, "Content-Type": "application/json; charset=UTF-8"})


def deliver_whole(youtube: DemoYouTube, request: Request, answer: Answer) -> Response:
    """A `Deliver` that sends every answer as it is."""
    youtube.note(request, answer.status)
    return response_of(answer)


def create_app(
    youtube: DemoYouTube,
    grants: Grants | None = None,
    intercept: Interceptor = pass_through,
    *,
    deliver: Deliver = deliver_whole,
    routes: Sequence[Route] = (),
) -> Starlette:
    """The web application of one account. `routes` are served beside YouTube's own; `deliver` sends the answers."""
    tokens = grants or Grants(youtube.clock)

    async def api(http: HttpRequest) -> Response:
        """A request to the YouTube API."""
        return await _api(http, youtube, tokens, intercept, deliver)

    async def state(http: HttpRequest) -> Response:
        """What the playlists hold, as JSON."""
        return JSONResponse(_state(youtube))

    async def log(http: HttpRequest) -> Response:
        """The requests so far, as JSON."""
        return JSONResponse(youtube.log_rows())

    async def truth(http: HttpRequest) -> Response:
        """In which playlist a careful person would file each video, as JSON."""
        return JSONResponse(dict(youtube.present.truth))

    youtube_routes = [
        Route("/youtube/v3/{resource:path}", api, methods=_METHODS),
        *oauth_routes(tokens, youtube.present.channel.title),
        Route("/demo/state", state),
        Route("/demo/log", log),
        Route("/demo/truth", truth),
    ]
    return Starlette(
        routes=[*youtube_routes, *routes], middleware=[Middleware(GZipMiddleware, minimum_size=500, compresslevel=1)]
    )


async def _api(
    http: HttpRequest, youtube: DemoYouTube, grants: Grants, intercept: Interceptor, deliver: Deliver
) -> Response:
    raw = await http.body()
    params = parse_qs(http.url.query, keep_blank_values=True)
    method = http.method
    resource = http.path_params["resource"]
    if method == "POST" and http.headers.get("x-http-method-override") == "GET":
        # A client does this when the address would be too long; the query is the body.
        method, params, raw = "GET", parse_qs(raw.decode(errors="replace"), keep_blank_values=True), b""
    request = Request(method, resource, params, if_none_match=http.headers.get("if-none-match"))
    try:
        scopes = grants.scopes_of(http.headers.get("authorization", "").removeprefix("Bearer "))
        if scopes is None:
            raise refusals.invalid_credentials()
        request = Request(method, resource, params, _body(raw), scopes, request.if_none_match)
    except Refused as refusal:
        youtube.record(request, refusal.status, 0)
        return response_of(Answer(refusal.status, refusal.body))
    return deliver(youtube, request, intercept(request, youtube.answer))


def _body(raw: bytes) -> refusals.Json:
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refusals.unmodelled("a body that is not a JSON object")
    return body


def _state(youtube: DemoYouTube) -> refusals.Json:
    playlists = [p for p in youtube.present.playlists.values() if p.writable or p.items]
    return {
        "playlists": [
            {
                "id": p.playlist_id,
                "title": p.title,
                "items": [{"id": item.item_id, "videoId": item.video_id} for item in p.items],
            }
            for p in playlists
        ]
    }


class DemoServer:
    """A demo YouTube that answers from a thread of this process until `stop`. `url` is its address.

    `protocol` is how uvicorn speaks HTTP. Raises `UserError` when the port is taken.
    """

    def __init__(self, app: ASGIApp, port: int = 0, *, protocol: type[H11Protocol] = H11Protocol) -> None:
        listening = _listen(port)
        self.url = f"http://{HOST}:{listening.getsockname()[1]}"
        self._server = _server(app, protocol)
        # Connections made before the thread is ready wait in the socket's queue.
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="demo YouTube", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends the server and waits for its thread."""
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def running(youtube: DemoYouTube, port: int = 0, intercept: Interceptor = pass_through) -> Iterator[str]:
    """A running demo YouTube; gives its address. Raises `UserError` when the port is taken."""
    server = DemoServer(create_app(youtube, intercept=intercept), port)
    try:
        yield server.url
    finally:
        server.stop()


def serve(port: int, state_file: Path | None = None) -> None:
    """Serves the sample library on loopback until interrupted. Raises `UserError` when the port is taken."""
    listening = _listen(port)
    with listening, suppress(KeyboardInterrupt):
        _server(create_app(demo_youtube(state_file))).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    # asyncio sends small packets at once only where the protocol is named; else each answer waits 40 ms for an ACK
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise UserError(
            f"The demo YouTube cannot listen on port {port} ({error}).", "Choose another port, or 0 for any free one."
        ) from error
    listening.listen(128)
    return listening


def _server(app: ASGIApp, protocol: type[H11Protocol] = H11Protocol) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=protocol,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
