"""A transport that sends a write once.

httplib2 sends any request again by itself when the server hangs up without an answer, a POST too, whatever
`num_retries` says. YouTube accepts the same video twice, so that would be a silent duplicate.
"""

from __future__ import annotations

import http.client
from typing import Any

import httplib2

TIMEOUT_SECONDS = 30


class WriteOnceHttp(httplib2.Http):  # type: ignore[misc]
    """httplib2 with its hidden second sending taken out of writes; reads keep it."""

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> Any:
        if method in ("GET", "HEAD"):
            return super()._conn_request(conn, request_uri, method, body, headers)
        conn.close()  # a fresh connection: a stale keep-alive is the usual reason for a lost answer
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
