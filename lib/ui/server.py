"""What the server of the app does beyond Streamlit's own: no page of it may be shown inside another site's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import cli_util
from streamlit.web.server import server_util

HEADERS = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}
"""Sent with every answer: another site must not lay its own page over the buttons of this one."""
OPEN_SECONDS = 0.5
"""The browser is opened so long after the start, when the server answers. Chosen by hand."""


class NoFraming:
    """ASGI middleware that adds `HEADERS` to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the start of its response."""

        async def send_with_headers(message: Message) -> None:
            """Send a message of the response, its start with our headers."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


MIDDLEWARE = [Middleware(NoFraming)]


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Open the browser at the start unless `server.headless` is set: Streamlit does so only for scripts without an `App`."""
    if not st.get_option("server.headless"):
        asyncio.get_running_loop().call_later(OPEN_SECONDS, _open_browser)
    yield


def _open_browser() -> None:
    address = st.get_option("browser.serverAddress") or "localhost"
    cli_util.open_browser(server_util.get_url(address))
