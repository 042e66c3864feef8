"""One person's journey in a real browser: from an empty folder to a change on YouTube, and back."""

from __future__ import annotations

import csv
import math
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from lib.demo.account import Account
from lib.demo.server import running
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.driving import edits_waiting, go, press, settled
from tests.started import INBOX, PID, app, membership, small_library

pytestmark = [pytest.mark.browser, pytest.mark.long]
ANALYSIS_MS = 300_000


@pytest.fixture
def endpoint() -> Iterator[str]:
    with running(DemoYouTube(small_library())) as url:
        yield url


def begun(page: Page) -> bool:
    """Whether a push that was asked for runs, or has come to its end, within ten seconds."""
    with suppress(TimeoutError):
        page.locator(".st-key-push button:enabled").first.wait_for(state="detached", timeout=10_000)
        return True
    return False


def wait_for_job(page: Page, timeout: int) -> None:
    """The job was seen to run, and is over."""
    running_job = page.locator(".st-key-job")
    running_job.wait_for()
    running_job.wait_for(state="detached", timeout=timeout)
    settled(page)


def lasso(page: Page, at_least: int, at_most: int) -> None:
    """Draw circles around the middle of the map with the mouse, wider and wider, until enough dots are inside."""
    map_ = page.locator("canvas.over")
    box = map_.bounding_box()
    assert box
    x, y, size = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, min(box["width"], box["height"])
    for percent in range(8, 50, 3):
        reach = size * percent / 100
        page.mouse.move(x + reach, y)
        page.mouse.down()
        for step in range(1, 17):
            angle = 2 * math.pi * step / 16
            page.mouse.move(x + reach * math.cos(angle), y + reach * math.sin(angle))
        page.mouse.up()
        if at_least <= int(map_.get_attribute("data-selected") or 0) <= at_most:
            return
    raise AssertionError("no circle around the middle of the map holds a fair number of dots")


def type_the_number(page: Page) -> None:
    """Confirm what the guards ask about, where they do."""
    settled(page)
    guard = page.locator(".st-key-confirm")
    if guard.count():
        expect(guard).to_contain_text(re.compile(r"\d"))  # the box is there a moment before its label
        number = re.search(r"[\d,]+", guard.inner_text())
        assert number
        guard.get_by_role("textbox").fill(number[0])
        guard.get_by_role("textbox").press("Enter")


def push(page: Page) -> None:
    """Push the plan, typing the number where a guard asks for it."""
    go(page, "Sync")
    expect(page.locator(".st-key-push")).to_have_count(1)
    type_the_number(page)
    press(page, "push")
    wait_for_job(page, 120_000)


def exported(page: Page) -> list[dict[str, str]]:
    go(page, "Settings")
    with page.expect_download() as download:
        press(page, "export")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    # an apostrophe keeps a spreadsheet from computing an id that begins with a minus
    return [row | {"video_id": row["video_id"].removeprefix("'")} for row in rows]


def test_from_an_empty_folder_to_a_change_on_youtube_and_back(page: Page, endpoint: str, tmp_path: Path) -> None:
    before = membership(endpoint)
    with app(tmp_path, endpoint) as url:
        page.goto(url)
        settled(page)
        press(page, "pull")
        wait_for_job(page, ANALYSIS_MS)

        go(page, "Map")
        page.locator("canvas[data-drawn]").first.wait_for()
        lasso(page, at_least=5, at_most=80)
        selected = page.get_by_role("heading", name=re.compile(r"^[\d,]+ videos selected$"))
        expect(selected).to_be_visible()
        choice = page.locator(".st-key-file_into").get_by_role("combobox")
        choice.fill("Packaging")
        choice.press("Enter")
        settled(page)
        press(page, "file")
        settled(page)
        by_lasso = edits_waiting(page)

        go(page, "Review")
        page.get_by_role("radio", name=re.compile("Sure groups")).click()
        page.locator("[class*='st-key-accept_group_'] button").first.click()
        settled(page)
        expect(page.get_by_test_id("stSidebar").get_by_text(f"{by_lasso:,} edits waiting")).to_have_count(0)
        assert edits_waiting(page) > by_lasso

        push(page)
        expect(page.get_by_text("No edit waits.", exact=False)).to_be_visible()
        after = membership(endpoint)
        added = {title: len(after[title]) - len(before[title]) for title in before}
        assert added["Packaging"] >= by_lasso
        assert sum(added.values()) > by_lasso
        assert after[INBOX] == before[INBOX]  # filing copies first

        rows = exported(page)
        assert sorted(row["video_id"] for row in rows if row["playlist"] == "Packaging") == after["Packaging"]

        go(page, "Sync")
        press(page, "undo_1")
        edits_waiting(page)
        push(page)
        assert membership(endpoint) == before


def test_a_bookmarked_page_opens_inside_the_frame(page: Page, endpoint: str, tmp_path: Path) -> None:
    with app(tmp_path, endpoint) as url:
        page.goto(f"{url}/search")
        expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
        expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Library", exact=True)).to_be_visible()


def test_a_pull_survives_another_page_and_a_reload_and_can_be_cancelled(
    page: Page, endpoint: str, tmp_path: Path
) -> None:
    with app(tmp_path, endpoint) as url:
        page.goto(url)
        settled(page)
        press(page, "pull")
        page.locator(".st-key-job").wait_for()
        go(page, "Settings")
        expect(page.locator(".st-key-job")).to_be_visible()
        page.reload()
        expect(page.locator(".st-key-job")).to_be_visible()
        press(page, "cancel")
        page.locator(".st-key-job").wait_for(state="detached")
        expect(page.get_by_text(re.compile("Cancelled"))).to_be_visible()


class SlowWrites:
    """Stands between HTTP and the account: each write waits until all are let through, or a while."""

    def __init__(self) -> None:
        self.quick = threading.Event()

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method != "GET":
            self.quick.wait(1.5)
        return answer(request)


def prepared(home: Path, endpoint: str, youtube: DemoYouTube) -> None:
    """A library that was pulled, with nine copies, a removal that is guarded, and a move that YouTube has overtaken."""
    with closing(Workspace(Settings(home, endpoint=endpoint, settle_seconds=1))) as workspace:
        workspace.pulls.pull()
        shelves = {p.title: p for p in workspace.catalog.library().playlists.values()}
        inbox, testing = shelves[INBOX].items, shelves["Testing"].items
        workspace.filing.file([item.video_id for item in inbox[:9]], "Packaging")
        workspace.filing.file([testing[0].video_id], "Packaging", "Testing")
        workspace.filing.file([inbox[-1].video_id], None, INBOX)
        removed_on_youtube(youtube, "Testing")
        workspace.pulls.pull()


def removed_on_youtube(youtube: DemoYouTube, title: str) -> None:
    """The person removes the first video of a playlist on youtube.com."""

    def change(account: Account) -> Account:
        playlist = next(p for p in account.playlists.values() if p.title == title)
        return account.with_playlist(replace(playlist, items=playlist.items[1:]))

    youtube.amend(change)


def end_at_once(home: Path) -> None:
    """The power goes."""
    os.kill(int((home / PID).read_text()), signal.SIGKILL)


def test_a_push_is_asked_about_stopped_killed_taken_up_again_and_undone(page: Page, tmp_path: Path) -> None:
    youtube, slow = DemoYouTube(small_library()), SlowWrites()
    with running(youtube, intercept=slow) as endpoint:
        prepared(tmp_path, endpoint, youtube)
        before = membership(endpoint)
        with app(tmp_path, endpoint) as url:
            page.goto(f"{url}/sync")
            expect(page.get_by_role("heading", name="1 question for you")).to_be_visible()
            page.locator("[class*='st-key-resolve_'] button").last.click()
            expect(page.get_by_role("heading", name="1 question for you")).to_have_count(0)
            expect(page.get_by_role("heading", name="The plan for 10 edits")).to_be_visible()
            expect(page.locator(".st-key-push button")).to_be_disabled()
            second_tab = page.context.new_page()
            second_tab.goto(f"{url}/sync")
            expect(second_tab.locator(".st-key-push")).to_have_count(1)
            type_the_number(page)
            press(page, "push")

            expect(page.locator(".st-key-pushing")).to_contain_text(re.compile(r"[1-9] of 10"))
            expect(second_tab.locator(".st-key-pushing")).to_contain_text("of 10")
            press(second_tab, "cancel_push")
            expect(page.locator(".st-key-standing")).to_contain_text("You stopped push 1.")
            second_tab.close()
            press(page, "go_on")
            expect(page.locator(".st-key-pushing")).to_contain_text(re.compile(r"[1-9] of 10"))
            end_at_once(tmp_path)
        assert membership(endpoint) != before

        with app(tmp_path, endpoint) as url:
            page.goto(f"{url}/sync")
            expect(page.get_by_text("Push 1 goes on by itself, where it was when the app was closed.")).to_be_visible()
            slow.quick.set()
            receipt = page.locator(".st-key-receipt")
            expect(receipt).to_contain_text("Push 1 · done")
            after = membership(endpoint)
            assert len(after["Packaging"]) == len(before["Packaging"]) + 9
            assert len(after[INBOX]) == len(before[INBOX]) - 1
            with page.expect_download() as download:
                press(page, "receipt_1")
            with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
                assert [row["state"] for row in csv.DictReader(file)] == ["done"] * 10

            press(page, "undo_1")
            expect(page.get_by_role("heading", name="The plan for 10 edits")).to_be_visible()
            type_the_number(page)
            settled(page)
            press(page, "push")
            if not begun(page):  # a click that meets the page while it is drawn anew is lost; a person clicks again
                press(page, "push")
            expect(receipt).to_contain_text("Push 2 · done")
            assert membership(endpoint) == before
            page.get_by_role("radio", name="History").or_(page.get_by_role("button", name="History")).first.click()
            expect(page.get_by_text("Push 1 · undone")).to_be_visible()
