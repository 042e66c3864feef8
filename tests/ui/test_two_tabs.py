"""Two tabs of one browser on one app: what the second asks for while a job runs is refused, not answered with that job."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo.server import running
from lib.demo.youtube import Answer, DemoYouTube, Request
from tests.driving import go, press, settled
from tests.started import app
from tests.ui.conftest import small_account

ASLEEP = """for (const name of ["setInterval", "setTimeout"]) {
  const real = window[name];
  window[name] = (work, delay, ...rest) => (delay >= 4000 ? 0 : real.call(window, work, delay, ...rest));
}"""
"""A browser stops the timers of a tab in the background: it does not look by itself what the other tab has started."""
REFUSAL = "A pull from YouTube is under way already, so nothing else was started."


class HeldReads:
    """Stands between HTTP and the account: what is read waits until it is let through. `reached`: something waits."""

    def __init__(self) -> None:
        self.reached, self.let_through = threading.Event(), threading.Event()

    def __enter__(self) -> HeldReads:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_through.set()  # also where the test fails: the app waits for its job

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        self.reached.set()
        self.let_through.wait(120)
        return answer(request)


@pytest.mark.browser
def test_a_job_asked_for_in_another_tab_while_one_runs_is_refused_in_words(
    page: Page, pulled: Path, tmp_path: Path
) -> None:
    home, held = shutil.copytree(pulled, tmp_path / "home"), HeldReads()
    with running(DemoYouTube(small_account()), intercept=held) as endpoint, app(home, endpoint) as url, held:
        second = page.context.new_page()
        second.add_init_script(ASLEEP)
        for tab in (page, second):
            tab.goto(url)
            settled(tab)
        go(second, "Map")
        second.get_by_text("Drawing and finding").click()
        press(page, "pull")
        assert held.reached.wait(60)
        press(second, "analyse")
        expect(second.get_by_test_id("stAlert")).to_contain_text(REFUSAL)
        expect(second.get_by_test_id("stAlert")).to_contain_text("Wait until it is done, or cancel it.")
        assert second.get_by_text("The map is being drawn.").count() == 0
        expect(page.get_by_test_id("stAlert").get_by_text(REFUSAL)).to_have_count(0)
        expect(page.locator(".st-key-job")).to_contain_text("Pull from YouTube")
        press(page, "cancel")
        held.let_through.set()
        expect(page.get_by_text(re.compile("Cancelled"))).to_be_visible()
