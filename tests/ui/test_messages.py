"""What is said is said literally, in numbers and times a person reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from markdown_it import MarkdownIt
from playwright.sync_api import Page, expect

from lib.errors import WHEN, QuotaExceeded
from lib.models import counted
from lib.ui import messages
from lib.ui.messages import SPLIT, duration_text, in_local_zone, local_time, plain, show_error, unique_names
from tests.driving import settled
from tests.started import app

NASTY = [
    "**bold**",
    "![x](https://e.example/x.png)",
    "[a](javascript:x)",
    "<b>hi</b>",
    "`code`",
    "# head",
    "1. one",
    "- item",
    "&amp;",
    "a\nb",
    ":red[x]",
    "$x^2$",
]
REPLACED = [
    "see https://evil.example/x now",
    "http://evil.example",
    "www.evil.example",
    "write to a.b@evil.example",
    "a :smile: and :+1: and :material/home: and :material_home: and :streamlit:",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "--a@evil.example",
    "09:00 on Monday, 1:02:03",
    ":red[x] **b** ![x](https://evil.example/x.png) <b>c</b> $x^2$ `d`",
]
"""What Streamlit replaces in text that Markdown has taken as literal."""
PLACES = """
import json, os
import streamlit as st
from lib.ui.messages import plain
for number, text in enumerate(json.loads(os.environ["TEXTS"])):
    with st.container(key=f"places_{number}"):
        for place in (st.caption, st.error, st.warning, st.info, st.success, st.subheader, st.markdown):
            place(plain(text))
        st.button(plain(text), key=f"button_{number}")
        st.checkbox(plain(text), key=f"checkbox_{number}")
        st.expander(plain(text)).write("")
        st.progress(0.5, text=plain(text))
        st.status(plain(text), type="compact")
st.toast(plain(" ".join(json.loads(os.environ["TEXTS"]))))
"""


def test_names_that_are_alike_are_told_apart() -> None:
    names = {1: "Music", 2: "Music", 3: "Music (2)", 4: "Jazz"}
    assert unique_names(names) == {1: "Music", 2: "Music (2)", 3: "Music (2) (2)", 4: "Jazz"}


@pytest.mark.parametrize("text", NASTY)
def test_plain_text_comes_out_of_markdown_as_it_went_in(text: str) -> None:
    (paragraph,) = [token for token in MarkdownIt().parse(plain(text)) if token.type == "inline"]
    assert all(child.type == "text" for child in paragraph.children)
    assert "".join(child.content for child in paragraph.children).replace(SPLIT, "") == " ".join(text.split())


def test_a_text_that_nothing_would_replace_is_not_split() -> None:
    assert plain("Units return Monday 09:00, so: go on") == r"Units return Monday 09\:00\, so\: go on"


@pytest.mark.browser
def test_plain_text_is_literal_in_every_place_of_the_page(page: Page, tmp_path: Path) -> None:
    script = tmp_path / "places.py"
    script.write_text(PLACES, encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with app(tmp_path, script=script, TEXTS=json.dumps(REPLACED)) as url:
        page.goto(url)
        settled(page)
        expect(page.get_by_test_id("stToast")).to_contain_text(" ".join(REPLACED))
        for number, text in enumerate(REPLACED):
            places = page.locator(f".st-key-places_{number}")
            assert places.get_by_text(text, exact=True).count() >= 12, places.inner_text()
        links = page.locator("a[href*='//'], a[href^=mailto]")
        assert links.count() == 0, links.first.evaluate("link => link.parentElement.outerHTML")
        assert not [url for url in asked if "evil" in url]


def test_a_number_stands_with_its_noun() -> None:
    assert (counted(1, "video"), counted(4053, "video")) == ("1 video", "4,053 videos")


def test_a_length_of_time_is_rough() -> None:
    assert (duration_text(0.2), duration_text(42.4), duration_text(200)) == ("1 s", "42 s", "3 min")


def test_a_clock_is_that_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "browser_zone", lambda: ZoneInfo("Asia/Tokyo"))  # as the browser says
    moment = datetime(2026, 1, 1, 20, 0, tzinfo=UTC)
    assert f"{in_local_zone(moment):%H:%M}" == "05:00" and local_time(moment) == "02 January 2026, 05:00"


@pytest.mark.parametrize(
    ("timezone", "zone"), [("Asia/Tokyo", ZoneInfo("Asia/Tokyo")), (None, None), ("Nowhere/At_all", None)]
)
def test_the_zone_is_what_the_browser_tells(
    monkeypatch: pytest.MonkeyPatch, timezone: str | None, zone: ZoneInfo | None
) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(timezone=timezone))
    assert messages.browser_zone() == zone


def test_an_error_names_its_moment_in_the_zone_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(messages, "browser_zone", lambda: ZoneInfo("Asia/Tokyo"))
    monkeypatch.setattr(st, "warning", lambda text, icon: shown.append(text))
    show_error(QuotaExceeded("Spent.", f"Units return {WHEN}.", datetime(2026, 1, 1, 20, 0, tzinfo=UTC)))
    assert shown == [f"{plain('Spent.')}  \n{plain('Units return Friday 05:00.')}"]


def test_a_near_moment_is_a_weekday_and_a_far_one_a_date() -> None:
    now = datetime.now(UTC)
    assert local_time(now).split()[0].endswith("day")
    assert local_time(now + timedelta(days=40)).split()[2].strip(",").isdigit()
