"""What most tests need: a small account, a demo YouTube that serves it over real HTTP, and a fresh workspace that talks to it."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from lib.demo.account import Account
from lib.demo.server import DemoServer, Interceptor, pass_through
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.browser import installed
from tests.demo.conftest import small_account
from tests.demo.delivery import OpenProtocol, disturbed_app
from tests.started import BROWSER_FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")

STEP_MS = 30_000
SHOTS = Path(__file__).parent / "output"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take minutes first. The Makefile tells xdist to keep this order (`--no-loadscope-reorder`)."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


class Between:
    """Stands between HTTP and the account. Each request is handled by the next `Interceptor` of the queue, then passed through.

    `writes_only` leaves reads alone, so that a test can name the one write it disturbs.
    """

    def __init__(self) -> None:
        self.queue: deque[Interceptor] = deque()
        self.writes_only = False

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if not self.queue or (self.writes_only and request.method == "GET"):
            return pass_through(request, answer)
        return self.queue.popleft()(request, answer)

    def refuse(self, status: int, body: dict, times: int = 1) -> None:
        """The next requests are answered so before anything is applied."""
        self.queue.extend([lambda request, answer: Answer(status, body)] * times)

    def refuse_after(self, status: int, body: dict) -> None:
        """The next request is applied, and answered so all the same."""

        def applied_then(request: Request, answer: Callable[[Request], Answer]) -> Answer:
            answer(request)
            return Answer(status, body)

        self.queue.append(applied_then)

    def let(self, times: int = 1) -> None:
        """The next requests are answered as they should be."""
        self.queue.extend([pass_through] * times)


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """This process is in another time zone, named as in "Asia/Tokyo"."""
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        yield
    finally:
        del os.environ["TZ"]
        os.environ |= {"TZ": before} if before is not None else {}
        time.tzset()


def error_body(code: int, reason: str, message: str = "No.") -> dict:
    """An error as YouTube words it."""
    return {"error": {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}}


@pytest.fixture
def account() -> Account:
    """Robin's: see `tests/demo/conftest.py`. A test file may have a fixture of its own in its place."""
    return small_account()


@pytest.fixture
def youtube(account: Account) -> DemoYouTube:
    return DemoYouTube(account)


@pytest.fixture
def between() -> Between:
    return Between()


class Stage:
    """The application of one server that runs through all tests; each puts on its own, since starting and stopping takes time."""

    def __init__(self) -> None:
        self.app: Any = None
        self.server = DemoServer(self, protocol=OpenProtocol)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.server.stop()


@pytest.fixture
def url(stage: Stage, youtube: DemoYouTube, between: Between) -> Iterator[str]:
    """The address of the demo YouTube that serves `youtube`. Whatever nobody measured fails the test."""
    stage.app = disturbed_app(youtube, between)
    yield stage.server.url
    assert youtube.unmodelled == []


@pytest.fixture
def settings(tmp_path: Path, url: str) -> Settings:
    return Settings(home=tmp_path, endpoint=url, settle_seconds=0)


@pytest.fixture
def workspace(settings: Settings) -> Iterator[Workspace]:
    opened = Workspace(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # only the tests in a browser wait for it

    path = installed()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    from playwright.sync_api import expect

    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(STEP_MS)
    expect.set_options(timeout=STEP_MS)
    opened = context.new_page()
    mistakes: list[str] = []
    opened.on("pageerror", lambda error: mistakes.append(str(error)))
    yield opened
    if os.environ.get("ATLAS_SHOTS"):
        SHOTS.mkdir(exist_ok=True)
        opened.screenshot(path=SHOTS / f"{request.node.name}.png")
    context.close()
    assert not mistakes
