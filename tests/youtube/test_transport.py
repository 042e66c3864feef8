from __future__ import annotations

import http.client

import httplib2
import pytest

from lib.youtube.transport import WriteOnceHttp
from tests.youtube.conftest import HANG_UP, RESET, reply

HALF_A_HEAD = b"HTT"
NO_END = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"
ENDS = {"hang-up": HANG_UP, "reset": RESET, "half a head": HALF_A_HEAD, "no end": NO_END}
WRITES = ["POST", "PUT", "DELETE", "PATCH"]


def _send(transport: httplib2.Http, server, method: str) -> tuple:
    return transport.request(server.url + "/x", method, body="{}" if method != "GET" else None)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("end", ENDS)
def test_a_write_whose_answer_is_lost_is_sent_exactly_once(byte_server, method, end):
    server = byte_server(ENDS[end], reply("200 OK"))
    with pytest.raises((OSError, http.client.HTTPException)):
        _send(WriteOnceHttp(timeout=0.2), server, method)
    assert [line.split()[0] for line in server.requests] == [method]


@pytest.mark.parametrize("method", WRITES)
def test_plain_httplib2_would_have_sent_the_same_write_twice(byte_server, method):
    server = byte_server(HANG_UP, reply("200 OK"))
    answer, _ = _send(httplib2.Http(timeout=5), server, method)
    assert answer.status == 200
    assert len(server.requests) == 2


def test_a_read_whose_answer_is_lost_is_left_to_whoever_books_it(byte_server):
    server = byte_server(HANG_UP, reply("200 OK"))
    transport = WriteOnceHttp(timeout=5)
    with pytest.raises(ConnectionResetError):
        _send(transport, server, "GET")
    assert len(server.requests) == 1
    assert _send(transport, server, "GET")[0].status == 200


def test_a_write_does_not_use_a_connection_that_may_have_gone_stale(byte_server):
    server = byte_server(reply("200 OK"), reply("200 OK"), reply("200 OK"))
    transport = WriteOnceHttp(timeout=5)
    _send(transport, server, "GET")
    server.drop()
    assert _send(transport, server, "POST")[0].status == 200
    assert _send(transport, server, "GET")[0].status == 200
    assert [line.split()[0] for line in server.requests] == ["GET", "POST", "GET"]


def test_after_a_lost_write_the_same_transport_works_on(byte_server):
    server = byte_server(HANG_UP, reply("201 Created"), HANG_UP, reply("200 OK"))
    transport = WriteOnceHttp(timeout=5)
    with pytest.raises(ConnectionResetError):
        _send(transport, server, "POST")
    assert _send(transport, server, "POST")[0].status == 201
    with pytest.raises(ConnectionResetError):
        _send(transport, server, "GET")
    assert _send(transport, server, "GET")[0].status == 200
    assert [line.split()[0] for line in server.requests] == ["POST", "POST", "GET", "GET"]


def test_a_write_that_nobody_listens_to_says_that_it_was_never_sent(byte_server):
    server = byte_server()
    server.close()
    with pytest.raises(ConnectionRefusedError):
        _send(WriteOnceHttp(timeout=5), server, "POST")
