"""The map, the frame around every page and the privacy of titles, in a really started app in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from lib.demo.server import running
from lib.demo.youtube import DemoYouTube
from tests.browser import installed
from tests.started import BROWSER_FLAGS, app
from tests.ui.conftest import small_account

pytestmark = pytest.mark.browser
STILL = """canvas => new Promise(resolve => {
    let last = "", frames = 0
    const look = () => {
        const now = JSON.stringify(canvas.getBoundingClientRect())
        frames = now === last ? frames + 1 : 0
        last = now
        frames < 10 ? requestAnimationFrame(look) : resolve()
    }
    look()
})"""
"""A page that is still laid out moves the map from under a lasso."""
QUIET = "document.querySelector('[data-testid=\"stApp\"]')?.getAttribute('data-test-script-state') === 'notRunning'"


@pytest.fixture(scope="module")
def url(pulled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started on a copy of the small library. It may log no traceback."""
    home = shutil.copytree(pulled, tmp_path_factory.mktemp("server") / "home")
    with running(DemoYouTube(small_account())) as endpoint, app(home, endpoint) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = installed()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def settled(tab: Page) -> None:
    tab.wait_for_function(QUIET)


def open_map(tab: Page, url: str) -> Locator:
    tab.goto(f"{url}/map")
    canvas = tab.locator("canvas.over[data-drawn]")
    canvas.wait_for()
    settled(tab)
    canvas.evaluate(STILL)
    return canvas


ALL = [(0.01, 0.03), (0.99, 0.03), (0.99, 0.97), (0.01, 0.97)]


def around(x: float, y: float) -> list[tuple[float, float]]:
    """The corners of a small diamond around a place."""
    return [(x + 0.08, y), (x, y + 0.08), (x - 0.03, y), (x, y - 0.08)]


def lasso(tab: Page, canvas: Locator, corners: list[tuple[float, float]], *, shift: bool = False) -> None:
    """Draw a lasso with these corners, given in shares of the canvas's width and height."""
    box = canvas.bounding_box()
    assert box
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    if shift:
        tab.keyboard.down("Shift")
    tab.mouse.move(*places[0])
    tab.mouse.down()
    for place in [*places[1:], places[0]]:
        tab.mouse.move(*place, steps=3)
    tab.mouse.up()
    if shift:
        tab.keyboard.up("Shift")


LEFT_BELOW, RIGHT_BELOW = around(0.045, 0.82), [(1 - x, y) for x, y in around(0.045, 0.82)]


# The first test of the file: no page of this server has been opened before.
def test_whatever_address_is_opened_first_the_app_frames_it(tab: Page, url: str) -> None:
    tab.goto(f"{url}/search?from=bookmark")
    expect(tab.get_by_role("heading", name="Search")).to_be_visible()
    expect(tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Review")).to_be_visible()
    expect(tab.get_by_text("units left today").first).to_be_visible()


def test_a_lasso_selects_what_it_surrounds_and_shift_adds(tab: Page, url: str) -> None:
    canvas = open_map(tab, url)
    lasso(tab, canvas, ALL)
    expect(tab.get_by_role("heading", name="30 videos selected")).to_be_visible()
    lasso(tab, canvas, LEFT_BELOW)
    expect(canvas).to_have_attribute("data-selected", "1")
    lasso(tab, canvas, RIGHT_BELOW, shift=True)
    expect(tab.get_by_role("heading", name="2 videos selected")).to_be_visible()


def test_the_selection_and_the_zoom_outlive_recolouring_and_another_page(tab: Page, url: str) -> None:
    canvas = open_map(tab, url)
    lasso(tab, canvas, ALL)
    expect(canvas).to_have_attribute("data-selected", "30")
    tab.get_by_role("radio", name="Playlist").click()
    settled(tab)
    expect(canvas).to_have_attribute("data-selected", "30")
    tab.get_by_role("link", name="Search").click()
    tab.get_by_role("link", name="Map").click()
    expect(tab.locator("canvas.over")).to_have_attribute("data-selected", "30")


def test_a_click_takes_the_nearest_dot_and_escape_lets_go(tab: Page, url: str) -> None:
    canvas = open_map(tab, url)
    lasso(tab, canvas, LEFT_BELOW)
    expect(canvas).to_have_attribute("data-selected", "1")
    expect(tab.get_by_role("heading", name="1 video selected")).to_be_visible()
    canvas.focus()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("heading", name="3 topics")).to_be_visible()
    canvas.click(position={"x": 5, "y": 5})
    expect(canvas).to_have_attribute("data-selected", "0")


def test_the_keyboard_and_the_buttons_move_the_map(tab: Page, url: str) -> None:
    canvas = open_map(tab, url)
    drawn = int(canvas.get_attribute("data-drawn") or 0)
    canvas.focus()
    for key in ("+", "ArrowLeft", "0"):
        tab.keyboard.press(key)
        expect(canvas).not_to_have_attribute("data-drawn", str(drawn))
        drawn = int(canvas.get_attribute("data-drawn") or 0)
    tab.get_by_role("button", name="Move", exact=True).click()
    lasso(tab, canvas, around(0.5, 0.5))
    expect(canvas).to_have_attribute("data-selected", "0")


def test_no_page_asks_anyone_but_this_machine(tab: Page, url: str) -> None:
    strangers: list[str] = []
    local = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
    tab.on("request", lambda request: None if request.url.startswith(local) else strangers.append(request.url))
    for page in ("", "map", "review", "search", "sync", "settings"):
        tab.goto(f"{url}/{page}")
        tab.get_by_role("heading", level=1).wait_for()
        settled(tab)
    assert strangers == []
