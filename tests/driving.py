"""What a browser test does with the started app: go to a page, press a button, wait until a run is over."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def settled(page: Page) -> None:
    """No script of the app is running."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=\"stApp\"]')?.getAttribute('data-test-script-state') === 'notRunning'"
    )


def go(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    settled(page)


def press(page: Page, key: str) -> None:
    button = page.locator(f".st-key-{key} button").first
    expect(button).to_be_enabled()
    button.click()


def edits_waiting(page: Page) -> int:
    badge = page.get_by_test_id("stSidebar").get_by_text(re.compile(r"[\d,]+ edits? waiting"))
    expect(badge).to_be_visible()
    number = re.search(r"([\d,]+) edits? waiting", badge.inner_text())
    assert number
    return int(number[1].replace(",", ""))
