"""A person decides by keyboard alone, in a real browser; what the command line says afterwards is what the keys said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lib.cli.main import main
from lib.demo.server import running
from lib.demo.youtube import DemoYouTube
from lib.derived import Suggestion
from lib.ml.classifier.dataset import METHOD
from lib.ml.text.video_text import text_hash
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.driving import edits_waiting, settled
from tests.started import INBOX, app, small_library

pytestmark = [pytest.mark.browser, pytest.mark.long]
GOAL, SECOND, THIRD = "Testing", "Packaging", "Deep learning"
NO_TWO_QUESTIONS = "() => document.querySelectorAll(\"[class*='st-key-skip_']\").length < 2"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running(DemoYouTube(small_library())) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The inbox of the small library was read, and nine of it are suggested: a list of three, four doubtful ones, two sure.

    There is no model at the place that is named, so learning fails behind the person's back and the suggestions stay.
    """
    monkeypatch.setenv("ATLAS_MODEL", str(tmp_path / "model"))
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    monkeypatch.setenv("YOUTUBE_API_ENDPOINT", endpoint)
    with closing(Workspace(Settings(tmp_path, endpoint=endpoint, model=str(tmp_path / "model")))) as workspace:
        workspace.pulls.pull()
        suggest(workspace)
    return tmp_path


def suggest(workspace: Workspace) -> None:
    """Lay suggestions as an analysis would; the videos of each question in the order of the inbox."""
    shelf = {p.title: p for p in workspace.catalog.library().playlists.values()}
    inbox, (target, second, third) = shelf[INBOX], (shelf[t].playlist_id for t in (GOAL, SECOND, THIRD))
    ids = inboxed(workspace)

    def suggestion_for(video_id: str, confidence: float, question: int = 0) -> Suggestion:
        sure, home = confidence > 0.9, (inbox.playlist_id,)
        return Suggestion(video_id, home, target, confidence, sure, "Alike.", False, (second, third), question)

    doubts = [suggestion_for(i, 0.8, 1) for i in ids[:3]] + [suggestion_for(i, 0.5) for i in ids[3:7]]
    workspace.derived.store_suggestions([*doubts, *(suggestion_for(i, 0.97) for i in ids[7:9])])
    points = np.zeros((9, 2), np.float32)
    workspace.derived.store_map(ids, points, points, np.zeros(9, np.int64))
    workspace.vectors.store({i: text_hash(i) for i in ids}, np.eye(9, dtype=np.float32))
    workspace.catalog.remember("map_model", workspace.settings.model)
    workspace.catalog.remember("suggested_with", METHOD)


def inboxed(workspace: Workspace) -> list[str]:
    """The first nine of the inbox that can be filed."""
    (inbox,) = [p for p in workspace.catalog.library().playlists.values() if p.title == INBOX]
    dead = workspace.catalog.unavailable()
    return [item.video_id for item in inbox.items if item.video_id not in dead][:9]


class Keys:
    """A person at the review page, who has only keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.keyboard = page, page.keyboard

    def asked(self) -> str:
        """Which question is on the screen: its name, or "" at the end."""
        self.page.wait_for_function(NO_TWO_QUESTIONS)
        settled(self.page)
        skip = self.page.locator("[class*='st-key-skip_']")
        return skip.get_attribute("class") or "" if skip.count() else ""

    def answer(self, key: str) -> None:
        """Press a key once, and wait for another question."""
        self.press(key, lambda: self.keyboard.press(key))

    def answer_twice(self, key: str) -> None:
        """Press a key twice within one blink, faster than any page is drawn."""
        code = ord(key.upper())
        down = f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', keyCode: {code}, bubbles: true}}))"
        up = down.replace("keydown", "keyup")
        self.press(key, lambda: self.page.evaluate(f"() => {{ {down}; {up}; {down}; {up} }}"))

    def hold(self, key: str) -> None:
        """Hold a key until another question is there, and a while longer."""
        self.press(key, lambda: [self.keyboard.down(key) for _ in range(5)])
        for _ in range(5):
            self.keyboard.down(key)
        self.keyboard.up(key)

    def press(self, key: str, act: Callable[[], object]) -> None:
        before = self.asked()
        act()
        self.page.wait_for_function(
            "before => document.querySelector(\"[class*='st-key-skip_']\")?.className !== (before || undefined)",
            arg=before,
        )
        assert self.asked() != before, key

    def focus_is(self, what: str) -> None:
        """Wait until what has the focus matches a selector."""
        self.page.wait_for_function("what => document.activeElement?.matches(what)", arg=what)

    def tab_to(self, text: str) -> None:
        """Press Tab until the focus is on a link that says this."""
        for _ in range(40):
            self.keyboard.press("Tab")
            if self.page.locator("a:focus").filter(has_text=text).count():
                return
        raise AssertionError(f"Tab does not lead to {text}")


def correct_a_cell(keys: Keys) -> None:
    """The second of the list belongs elsewhere."""
    question = keys.asked()
    keys.page.locator(".st-key-to_correct canvas[data-testid='data-grid-canvas']").wait_for()
    keys.page.mouse.move(5, 5)  # where a mouse lies must not matter
    keys.keyboard.press("e")
    keys.focus_is("[data-testid='glide-cell-0-0']")
    keys.keyboard.press("ArrowDown")
    keys.focus_is("[data-testid='glide-cell-0-1']")
    keys.keyboard.press("Enter")
    keys.focus_is("input")
    keys.keyboard.type(SECOND)  # holds the keys a and s
    expect(keys.page.locator("input:focus")).to_have_value(SECOND)
    keys.keyboard.press("Enter")
    expect(keys.page.get_by_role("button", name="File 3, 1 corrected")).to_be_visible()
    assert keys.asked() == question  # what was typed was no key
    keys.focus_is("[data-testid^='glide-cell-0-']")
    keys.keyboard.press("Escape")
    keys.focus_is("body")


def choose_another(keys: Keys) -> None:
    """A category that has no number, by its name."""
    question = keys.asked()
    keys.keyboard.press("o")
    keys.focus_is("[class*='st-key-other_'] input")
    keys.keyboard.press("Escape")
    keys.focus_is("body")
    keys.keyboard.press("o")
    keys.focus_is("[class*='st-key-other_'] input")
    keys.keyboard.type(THIRD)
    expect(keys.page.locator("input:focus")).to_have_value(THIRD)
    assert keys.asked() == question
    keys.answer("Enter")


def test_an_inbox_is_decided_and_its_plan_seen_by_keys_alone(
    page: Page, home: Path, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with app(home, endpoint) as url:
        page.goto(f"{url}/review")
        page.locator("[class*='st-key-skip_'] button").wait_for()
        keys = Keys(page)
        correct_a_cell(keys)
        keys.answer("a")  # the list of 0, 1, 2
        assert edits_waiting(page) == 3
        keys.answer_twice("2")  # 3, and not 4
        assert edits_waiting(page) == 4
        choose_another(keys)  # 4
        assert edits_waiting(page) == 5
        fifth = keys.asked()
        keys.answer("x")  # 5
        keys.answer("z")
        assert keys.asked() == fifth
        keys.answer("x")
        sixth = keys.asked()
        keys.hold("s")  # 6, and not what comes after it
        keys.answer("z")
        assert keys.asked() == sixth
        keys.answer("1")
        keys.answer("a")  # 7, 8: both sure
        assert keys.asked() == ""
        assert edits_waiting(page) == 8
        keys.answer("z")
        assert edits_waiting(page) == 6
        keys.answer("a")
        expect(page.get_by_role("status")).to_contain_text("Nothing is left to decide here.")
        keys.tab_to("See the plan")
        keys.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="The plan for 8 edits")).to_be_visible()

    capsys.readouterr()
    assert main(["edits", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    with closing(Workspace(Settings(home, endpoint=endpoint))) as workspace:
        ids, rejected = inboxed(workspace), workspace.edits.feedback.rejected()
        title = {p.playlist_id: p.title for p in workspace.catalog.library().playlists.values()}
    goals = [GOAL, SECOND, GOAL, SECOND, THIRD, None, GOAL, GOAL, GOAL]
    assert {row["video_id"]: title[row["to"]] for row in rows} == {i: g for i, g in zip(ids, goals, strict=True) if g}
    assert {(video_id, title[target]) for video_id, target in rejected} == {(ids[5], g) for g in (GOAL, SECOND, THIRD)}
