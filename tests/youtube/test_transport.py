from __future__ import annotations

import gzip
import http.client
import threading
import time

import httplib2
import pytest

from lib.errors import Cancelled
from lib.youtube.transport import MOST_BYTES, TooMuch, WriteOnceHttp
from tests.youtube.conftest import HANG_UP, RESET, Drip, reply

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


# -- bounds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"], ids=["head", "body"])
def test_an_answer_that_drips_ends_at_the_deadline(byte_server, method, head):
    server = byte_server(Drip(head))
    started = time.monotonic()
    with pytest.raises(TooMuch, match=r"0\.5 seconds"):
        _send(WriteOnceHttp(timeout=30, deadline=0.5), server, method)
    assert time.monotonic() - started < 20  # by the silence of the network alone it would never end
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [Drip(b""), Drip(b"", bytes_each=0)], ids=["drips", "silent"])
def test_a_read_that_is_cancelled_ends_although_its_answer_does_not(byte_server, answer):
    server, cancelled = byte_server(answer), threading.Event()

    def check() -> None:
        if cancelled.is_set():
            raise Cancelled("Cancelled.")

    threading.Timer(0.3, cancelled.set).start()
    with pytest.raises(Cancelled):
        _send(WriteOnceHttp(timeout=60, deadline=60, check=check), server, "GET")


def test_a_write_that_is_cancelled_ends_as_one_of_which_nobody_knows(byte_server):
    def check() -> None:
        raise Cancelled("Cancelled.")

    server = byte_server(Drip(b""))
    with pytest.raises(ConnectionAbortedError):
        _send(WriteOnceHttp(timeout=60, deadline=60, check=check), server, "POST")
    assert len(server.requests) == 1


def test_after_an_answer_that_was_not_read_to_its_end_the_next_is_not_its_rest(byte_server):
    server = byte_server(Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"), reply("200 OK", b"mine"))
    transport = WriteOnceHttp(timeout=5, deadline=0.3)
    with pytest.raises(TooMuch):
        _send(transport, server, "GET")
    assert _send(transport, server, "GET")[1] == b"mine"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_redirect_is_an_answer_and_its_target_is_not_called(byte_server, method, status):
    target = byte_server(reply("200 OK"))
    server = byte_server(reply(f"{status} Elsewhere\r\nLocation: {target.url}/stolen"))
    answer, _ = _send(WriteOnceHttp(timeout=5), server, method)
    assert (answer.status, target.requests) == (status, [])


def test_an_answer_longer_than_any_of_youtubes_is_given_up(byte_server):
    server = byte_server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_BYTES + 2**17))
    with pytest.raises((TooMuch, ConnectionError)):
        _send(WriteOnceHttp(timeout=10), server, "GET")


def test_a_promise_of_more_bytes_than_there_is_memory_allocates_none(byte_server):
    server = byte_server(f"HTTP/1.1 200 OK\r\nContent-Length: {10**15}\r\n\r\nabc".encode() + HANG_UP)
    with pytest.raises((TooMuch, TimeoutError)):
        _send(WriteOnceHttp(timeout=0.3, deadline=5), server, "GET")


def test_a_body_that_ends_early_is_no_whole_one(byte_server):
    server = byte_server(Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc", bytes_each=0, seconds=0))
    with pytest.raises(http.client.IncompleteRead):
        _send(WriteOnceHttp(timeout=5), server, "GET")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_given_up(byte_server):
    bomb = gzip.compress(b" " * (MOST_BYTES + 1))
    assert len(bomb) < 100_000
    server = byte_server(reply("200 OK\r\nContent-Encoding: gzip", bomb))
    with pytest.raises(TooMuch, match="unpacks"):
        _send(WriteOnceHttp(timeout=10), server, "GET")
    assert len(server.requests) == 1


def test_a_packed_answer_of_ordinary_size_is_unpacked(byte_server):
    server = byte_server(reply("200 OK\r\nContent-Encoding: gzip", gzip.compress(b"x" * 2**20)))
    assert _send(WriteOnceHttp(timeout=10), server, "GET")[1] == b"x" * 2**20
