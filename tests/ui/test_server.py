"""The app really started: which headers it answers with, and whom it refuses."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.started import app

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with app(tmp_path_factory.mktemp("home"), "http://127.0.0.1:9") as url:
        yield urlsplit(url).netloc


def answer(address: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return connection.getresponse()


@pytest.mark.parametrize("path", ["/", "/search", "/_stcore/health", "/_stcore/host-config", "/nowhere/at.all"])
def test_no_answer_may_be_shown_in_a_frame(address: str, path: str) -> None:
    headers = answer(address, path).headers
    assert headers.get_all("X-Frame-Options") == ["DENY"]
    assert headers.get_all("Content-Security-Policy") == ["frame-ancestors 'none'"]


def test_a_page_of_another_site_cannot_talk_to_the_app(address: str) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert answer(address, "/_stcore/stream", **UPGRADE, **foreign).status == 403
    assert "Access-Control-Allow-Origin" not in answer(address, "/_stcore/health", **foreign).headers
    assert answer(address, "/_stcore/stream", **UPGRADE, Origin=f"http://{address}").status == 101


def test_a_name_that_another_site_points_at_this_machine_is_refused(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    assert answer(address, "/_stcore/stream", **UPGRADE, **rebound).status in (400, 403)
