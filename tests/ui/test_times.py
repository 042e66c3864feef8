"""Times on the screens are those of the browser, wherever the machine stands that runs the app."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from lib.demo.server import running
from lib.demo.youtube import DemoYouTube
from lib.local_time import weekday_time
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.driving import go, press, settled
from tests.started import app
from tests.ui.conftest import COOKING, ids, small_account

HONOLULU = ZoneInfo("Pacific/Honolulu")
"""YouTube's day begins there in the evening of the day before, and in Tokyo in the afternoon."""
DAILY_UNITS = 120


@pytest.mark.browser
def test_moments_and_the_days_of_the_plan_are_told_in_the_zone_of_the_browser(browser: Browser, tmp_path: Path) -> None:
    with running(DemoYouTube(small_account())) as endpoint:
        with closing(Workspace(Settings(tmp_path, daily_units=DAILY_UNITS, endpoint=endpoint))) as workspace:
            workspace.pulls.pull()
            workspace.filing.file(ids(*range(5)), COOKING)
            workspace.quota.reserve(workspace.quota.left() - 1, "videos.list")
            resets_at = workspace.quota.resets_at()
            last = workspace.pushes.plan(HONOLULU).calendar[-1].day
        moment = weekday_time(resets_at, HONOLULU)
        assert moment.split()[0] != weekday_time(resets_at, ZoneInfo("Asia/Tokyo")).split()[0]
        environment = {"TZ": "Asia/Tokyo", "ATLAS_DAILY_UNITS": str(DAILY_UNITS)}
        page = browser.new_context(timezone_id=HONOLULU.key).new_page()
        with app(tmp_path, endpoint, **environment) as url:
            page.goto(f"{url}/sync")
            settled(page)
            done = page.get_by_test_id("stMetric").filter(has_text="Done")
            expect(done).to_contain_text(f"{last:%a} {last.day} {last:%b}")
            expect(page.get_by_text(f"in California: {moment.split()[1]} your time")).to_be_visible()
            press(page, "push")
            expect(page.get_by_text(f"Units return on {moment} your time.").first).to_be_visible()
            go(page, "Library")
            press(page, "pull")
            expect(page.get_by_test_id("stAlert").get_by_text(f"Units return on {moment} your time.")).to_be_visible()
            go(page, "Settings")
            expect(page.get_by_text(f"Units return {moment} your time")).to_be_visible()
