"""Whatever strangers call their videos, channels and playlists, on every page of the app it is text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lib.demo.account import Account
from lib.demo.server import running
from lib.demo.youtube import DemoYouTube
from lib.derived import Topic
from lib.models import Availability, Channel, Role
from lib.rules.rules import Conditions, Rule
from lib.services.tidy import DUPLICATES
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.driving import go, settled
from tests.started import app
from tests.ui.conftest import COOKING, INBOX, MUSIC, draw, ids, small_account, suggestions, video_id

pytestmark = [pytest.mark.browser, pytest.mark.long]
MARK = "Zq7"
"""Stands in every hostile text, so that what the page makes of one is found."""
HOSTILE = (
    f"**{MARK}** __{MARK}__ ~~{MARK}~~ `{MARK}`",
    f"![{MARK}](https://evil.example/{MARK}.png)",
    f"[{MARK}](javascript:alert(1)) [{MARK}](https://evil.example/)",
    f"{MARK} https://evil.example/a www.evil.example {MARK}@evil.example",
    f"{MARK} :smile: :material/pest_control: :red[{MARK}] :red-badge[{MARK}]",
    f"{MARK} -> {MARK} <- {MARK} -- {MARK} >= {MARK}",
    f"$x^2 {MARK}$ $$y {MARK}$$",
    f"<img src=https://evil.example/{MARK} onerror=window.hit=1> <b>{MARK}</b>",
    f"# {MARK}",
    f"- {MARK} * {MARK} > {MARK} | {MARK} |",
    f"1. {MARK} &amp; &lt;{MARK}&gt; \\*{MARK}\\*",
    f"\u202e{MARK} \u2066right to left\u202d {MARK}",
    f"{MARK} " + "long " * 25 + "W" * 15,
)
NAMES = tuple(text for text in HOSTILE if "<" not in text)
"""Those that a playlist can be called: YouTube takes no <...>."""

SCAN = """mark => {
  const found = [], main = document.body;
  const say = (what, element) => found.push(what + ": " + element.outerHTML.slice(0, 300));
  const ours = /^https:[/][/]([^/]*[.])?(google[.]com|youtube[.]com|pyvideo[.]org)[/]/;
  for (const link of main.querySelectorAll("a[href]"))
    if (!(link.origin === location.origin || ours.test(link.href)) || (!link.hasAttribute("data-testid") && link.textContent.includes(mark)))
      say("link", link);
  for (const image of main.querySelectorAll("img"))
    if (new URL(image.src, location).origin !== location.origin) say("image", image);
  for (const formula of main.querySelectorAll(".katex, math")) say("formula", formula);
  const markup = "strong, b, em, i, u, del, s, code, pre, blockquote, h1, h2, h3, h4, h5, h6, li, table, mark, .stMarkdownBadge, [style*=color]";
  for (const element of main.querySelectorAll(markup)) {
    const literal = element.closest("canvas, [data-testid=stDataFrame], [role=option], [role=listbox], [data-testid=stText]");
    if (!literal && element.textContent.includes(mark)) say("markup", element);
  }
  for (const icon of main.querySelectorAll("[data-testid=stIconMaterial], [role=img]"))
    if (/pest_control/.test(icon.textContent + icon.getAttribute("aria-label"))) say("icon", icon);
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/^(SCRIPT|STYLE)$/.test(node.parentElement.tagName) && /[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data)
        && !node.parentElement.closest("canvas"))
      say("direction", node.parentElement);
  }
  if (/\\u{1F604}|\\u{1F603}/u.test(main.innerText)) found.push("shortcode");
  if (main.innerText.includes(mark + " \\u2192") || main.innerText.includes(mark + " \\u2014")) found.push("arrow");
  if (window.hit) found.push("script");
  return found;
}"""
"""The places where the page took data for more than text, each as a line."""


def hostile_account() -> Account:
    """The small account, with hostile titles, channels, descriptions and a hostile owner."""
    account, texts = small_account(), cycle(HOSTILE)
    videos = {
        key: replace(video, title=next(texts), description=HOSTILE[3], channel_title=HOSTILE[number % len(HOSTILE)])
        for number, (key, video) in enumerate(account.videos.items())
    }
    names = {INBOX: NAMES[3], COOKING: NAMES[4], MUSIC: NAMES[0]}
    playlists = {
        key: replace(playlist, title=names.get(key, playlist.title), description=HOSTILE[1])
        for key, playlist in account.playlists.items()
    }
    return replace(account, channel=Channel("UC" + "r" * 22, HOSTILE[1]), videos=videos, playlists=playlists)


def fill_every_page(workspace: Workspace, youtube: DemoYouTube) -> None:
    """Topics, suggestions, a rule, a dead video, a push, edits of each kind, a conflict, a refusal: all with hostile names."""
    workspace.pulls.pull()
    workspace.playlists.give_role([INBOX], Role.INBOX)
    draw(workspace)
    listed = sorted(workspace.catalog.listed_videos())
    points = np.arange(2 * len(listed), dtype=np.float32).reshape(-1, 2)
    topic_of = np.array([-1, *(number // 10 for number in range(1, len(listed)))])
    workspace.derived.store_map(listed, points, points, topic_of)
    workspace.derived.store_topics([Topic(number, HOSTILE[number], (MARK,), 10) for number in range(3)])
    workspace.derived.store_suggestions([replace(each, why=HOSTILE[5]) for each in suggestions()])
    workspace.topics.rename(1, HOSTILE[4])
    workspace.filing.file(ids(9), COOKING)
    workspace.pushes.push()
    workspace.rules.save(Rule(0, Conditions("UCowner", (HOSTILE[0],)), MUSIC))
    workspace.catalog.mark_unavailable({video_id(11): Availability.DELETED})
    workspace.tidy.refuse((DUPLICATES, video_id(12), video_id(22)))
    workspace.tidy.refuse(("merge", COOKING, MUSIC))
    workspace.playlists.rename(MUSIC, NAMES[2])
    youtube.amend(lambda account: account.with_playlist(replace(account.playlists[MUSIC], title=NAMES[1])))
    workspace.pulls.pull()
    workspace.filing.file(ids(8), workspace.filing.create_category(NAMES[5]))
    workspace.filing.file(ids(11, 12, 13), None, COOKING)
    workspace.playlists.rename(COOKING, NAMES[9])
    workspace.catalog.hold_back(COOKING, f'"{NAMES[4]}" now lists none.', workspace.quota.now())


class Seen:
    """What was found on the pages of one test: `wrong`, a line each, and `text`, all that they showed."""

    def __init__(self, page: Page) -> None:
        self.page, self.wrong, self.text = page, list[str](), ""

    def look(self, where: str) -> None:
        """Scan the page as it stands."""
        settled(self.page)
        self.wrong += [f"{where}: {line}" for line in self.page.evaluate(SCAN, MARK)]
        self.text += self.page.locator("body").inner_text()

    def open_all(self) -> None:
        """Open every expander of the page that is closed."""
        self.page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(line => line.click())")
        settled(self.page)

    def choose(self, part: str, sentence: str) -> None:
        """Change to a part of the page, which shows this sentence."""
        name = re.compile(f"^{part}")
        self.page.get_by_role("radio", name=name).or_(self.page.get_by_role("button", name=name)).first.click()
        self.page.get_by_text(sentence).first.wait_for()
        settled(self.page)

    def click(self, key: str, where: str) -> None:
        """Press a button by its key, or by the beginning of its key, and look."""
        self.page.locator(f"[class*='st-key-{key}'] button").first.click()
        settled(self.page)
        self.look(where)


def see_library(seen: Seen) -> None:
    seen.open_all()
    choice = seen.page.locator(".st-key-act_on").get_by_role("combobox")
    choice.click()
    seen.look("library")
    choice.press("ArrowDown")
    choice.press("Enter")
    seen.look("a playlist of the library")


def see_map(seen: Seen) -> None:
    seen.look("map")
    seen.click("unsorted", "a video on the map")
    seen.open_all()
    seen.page.locator(".st-key-file_into").get_by_role("combobox").click()
    seen.look("categories on the map")
    seen.page.keyboard.press("Escape")


REVIEW_PARTS = {
    "Sure groups": "Accepting files the videos here",
    "Table": "A cell you set is filed at once",
    "Misfits": "A misfit moves",
    "Rules": "A rule files what waits unfiled",
    "Saved twice": "Finds one recording under two ids",
    "Merge and split": "Compares your categories",
}
"""A sentence that only this part of the review page shows."""


def see_review(seen: Seen) -> None:
    seen.look("review")
    for part, sentence in REVIEW_PARTS.items():
        seen.choose(part, sentence)
        if kind := {"Sure groups": "group", "Misfits": "misfit"}.get(part):
            seen.page.locator(f"[class*='st-key-list_{kind}_'] label").first.click()
        seen.open_all()
        seen.look(f"review, {part}")
    seen.choose("Next", "Keys: 1–3 choose")
    seen.page.get_by_text("Why here?").first.click()
    seen.look("why")
    seen.page.keyboard.press("Escape")
    seen.click("choose_1_", "review, next")


def see_search(seen: Seen) -> None:
    box = seen.page.locator(".st-key-query input")
    box.fill(MARK)
    box.press("Enter")
    seen.page.get_by_text("Tick rows to file them").wait_for()
    for name in ("search_playlists", "search_channels", "search_topic"):
        seen.page.locator(f".st-key-{name}").get_by_role("combobox").click()
        seen.look(f"search, {name}")
        seen.page.get_by_role("option").first.click()
        seen.page.keyboard.press("Escape")
    seen.look("search, narrowed")


def see_sync(seen: Seen) -> None:
    seen.page.locator(".st-key-writes label").first.click()
    seen.open_all()
    seen.look("sync, the plan")
    for part, sentence in {"Edits": "Starred ones go first", "History": "Only operations that are"}.items():
        seen.choose(part, sentence)
        seen.look(f"sync, {part}")
    seen.choose("Plan", "What this promises")
    seen.click("resolve_", "sync, a question answered")


def see_settings(seen: Seen) -> None:
    seen.look("settings")


PAGES: dict[str, Callable[[Seen], None]] = {
    "Library": see_library,
    "Map": see_map,
    "Review": see_review,
    "Search": see_search,
    "Sync": see_sync,
    "Settings": see_settings,
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started once on the hostile library."""
    home, youtube = tmp_path_factory.mktemp("hostile"), DemoYouTube(hostile_account())
    with running(youtube) as endpoint:
        with closing(Workspace(Settings(home, endpoint=endpoint, settle_seconds=0))) as workspace:
            fill_every_page(workspace, youtube)
        with app(home, endpoint) as url:
            yield url


@pytest.fixture(scope="module")
def tab(browser: Browser, started: str) -> Iterator[Page]:
    """One tab for all pages, with `asked`, the addresses it has asked for."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    page.goto(started)
    settled(page)
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_nothing_of_a_hostile_library_for_more_than_text(tab: Page, name: str) -> None:
    asked: list[str] = []

    def note(request: Any) -> None:
        asked.append(request.url)

    tab.on("request", note)
    go(tab, name)
    seen = Seen(tab)
    PAGES[name](seen)
    tab.remove_listener("request", note)
    assert not seen.wrong, "\n".join(seen.wrong)
    assert not [url for url in asked if "evil" in url]
    assert MARK in seen.text
