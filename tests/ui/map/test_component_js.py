"""The map, the frame around every page and the privacy of titles, in a really started app in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.demo.server import running
from lib.demo.youtube import DemoYouTube
from tests.started import app
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


def settled(page: Page) -> None:
    page.wait_for_function(QUIET)


def open_map(page: Page, url: str) -> Locator:
    page.goto(f"{url}/map")
    canvas = page.locator("canvas.over[data-drawn]")
    canvas.wait_for()
    settled(page)
    canvas.evaluate(STILL)
    return canvas


ALL = [(0.01, 0.03), (0.99, 0.03), (0.99, 0.97), (0.01, 0.97)]


def around(x: float, y: float) -> list[tuple[float, float]]:
    """The corners of a small diamond around a place."""
    return [(x + 0.08, y), (x, y + 0.08), (x - 0.03, y), (x, y - 0.08)]


def lasso(page: Page, canvas: Locator, corners: list[tuple[float, float]], *, shift: bool = False) -> None:
    """Draw a lasso with these corners, given in shares of the canvas's width and height."""
    box = canvas.bounding_box()
    assert box
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in [*places[1:], places[0]]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


LEFT_BELOW, RIGHT_BELOW = around(0.045, 0.82), [(1 - x, y) for x, y in around(0.045, 0.82)]


# The first test of the file: no page of this server has been opened before.
def test_whatever_address_is_opened_first_the_app_frames_it(page: Page, url: str) -> None:
    page.goto(f"{url}/search?from=bookmark")
    expect(page.get_by_role("heading", name="Search")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Review")).to_be_visible()
    expect(page.get_by_text("units left today").first).to_be_visible()


def test_a_lasso_selects_what_it_surrounds_and_shift_adds(page: Page, url: str) -> None:
    canvas = open_map(page, url)
    lasso(page, canvas, ALL)
    expect(page.get_by_role("heading", name="30 videos selected")).to_be_visible()
    lasso(page, canvas, LEFT_BELOW)
    expect(canvas).to_have_attribute("data-selected", "1")
    lasso(page, canvas, RIGHT_BELOW, shift=True)
    expect(page.get_by_role("heading", name="2 videos selected")).to_be_visible()


def test_the_selection_and_the_zoom_outlive_recolouring_and_another_page(page: Page, url: str) -> None:
    canvas = open_map(page, url)
    lasso(page, canvas, ALL)
    expect(canvas).to_have_attribute("data-selected", "30")
    page.get_by_role("radio", name="Playlist").click()
    settled(page)
    expect(canvas).to_have_attribute("data-selected", "30")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("link", name="Map").click()
    expect(page.locator("canvas.over")).to_have_attribute("data-selected", "30")


def test_a_click_takes_the_nearest_dot_and_escape_lets_go(page: Page, url: str) -> None:
    canvas = open_map(page, url)
    lasso(page, canvas, LEFT_BELOW)
    expect(canvas).to_have_attribute("data-selected", "1")
    expect(page.get_by_role("heading", name="1 video selected")).to_be_visible()
    canvas.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="3 topics")).to_be_visible()
    canvas.click(position={"x": 5, "y": 5})
    expect(canvas).to_have_attribute("data-selected", "0")


def test_the_keyboard_and_the_buttons_move_the_map(page: Page, url: str) -> None:
    canvas = open_map(page, url)
    drawn = int(canvas.get_attribute("data-drawn") or 0)
    canvas.focus()
    for key in ("+", "ArrowLeft", "0"):
        page.keyboard.press(key)
        expect(canvas).not_to_have_attribute("data-drawn", str(drawn))
        drawn = int(canvas.get_attribute("data-drawn") or 0)
    page.get_by_role("button", name="Move", exact=True).click()
    lasso(page, canvas, around(0.5, 0.5))
    expect(canvas).to_have_attribute("data-selected", "0")


def test_no_page_asks_anyone_but_this_machine(page: Page, url: str) -> None:
    strangers: list[str] = []
    local = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(local) else strangers.append(request.url))
    for name in ("", "map", "review", "search", "sync", "settings"):
        page.goto(f"{url}/{name}")
        page.get_by_role("heading", level=1).wait_for()
        settled(page)
    assert strangers == []
