"""A transport that sends every request once.

httplib2 sends any request again by itself when the server hangs up without an answer, a POST too, whatever
`num_retries` says. YouTube accepts the same video twice, so that would be a silent duplicate; and a second read would be
one that nobody booked.
"""

from __future__ import annotations

import http.client
from typing import Any

import httplib2

TIMEOUT_SECONDS = 30


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


class WriteOnceHttp(httplib2.Http):  # type: ignore[misc]
    """httplib2 with its hidden second sending taken out; reads may use a connection again, writes take a fresh one."""

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> Any:
        if method not in ("GET", "HEAD"):
            conn.close()  # a stale keep-alive is the usual reason for a lost answer
        original = conn.getresponse

        def once(*arguments: Any, **options: Any) -> Any:
            try:
                return original(*arguments, **options)
            except (http.client.BadStatusLine, http.client.ResponseNotReady) as error:
                # httplib2 takes these two for a stale connection and sends again; a reset it hands on to us
                raise ConnectionResetError("the connection was lost after the request was sent") from error

        conn.getresponse = once
        try:
            return super()._conn_request(conn, request_uri, method, body, headers)
        finally:
            del conn.getresponse
