"""A small library behind a real demo YouTube, pulled and with a map, and the app opened on it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from lib.demo.account import Account, empty_account, item_id_of
from lib.demo.server import running
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.derived import Suggestion, Topic
from lib.ml.classifier.dataset import METHOD
from lib.models import Channel, Item, Playlist, Video, silent
from lib.services.suggestions import Suggestions
from lib.services.workspace import Workspace
from lib.settings import ROOT, Settings
from lib.ui.app_state import AppState, app_state

NOON = datetime(2026, 10, 5, 19, 0, tzinfo=UTC)
INBOX, COOKING, MUSIC = "PL" + "i" * 32, "PL" + "c" * 32, "PL" + "m" * 32
PAGES = ("library", "map", "review", "search", "sync", "settings")
EVIL = "![x](https://evil.example/x.png) **bold** :red[red]"
"""The title of video 0: shown as Markdown, it would fetch a picture from a stranger."""


def video_id(number: int) -> str:
    return f"video{number:06d}"


def ids(*numbers: int) -> list[str]:
    return [video_id(number) for number in numbers]


def small_account() -> Account:
    """The inbox holds videos 0-9, Cooking 10-19, Music 20-29 and the misfit 10 as well as a repeat of 20."""
    videos = {
        video_id(n): Video(video_id(n), EVIL if n == 0 else f"Talk {n}", "", "UCowner", "Owner", (), NOON, 600)
        for n in range(30)
    }
    account = empty_account(Channel("UC" + "r" * 22, "Robin"), videos)
    contents = {
        INBOX: ("Inbox", [*range(10)]),
        COOKING: ("Cooking", [*range(10, 20)]),
        MUSIC: ("Music", [*range(20, 30), 20]),
    }
    playlists = {
        key: Playlist(
            key,
            title,
            items=tuple(Item(item_id_of(key, str(position)), video_id(n), NOON) for position, n in enumerate(numbers)),
        )
        for key, (title, numbers) in contents.items()
    }
    return replace(account, playlists={**playlists, **account.playlists}, created=dict.fromkeys(playlists, NOON))


def suggestions() -> list[Suggestion]:
    """0-2 surely to Cooking, 3-5 perhaps to Music, and 19 would fit Music better than Cooking."""
    sure = [Suggestion(i, (INBOX,), COOKING, 0.97, True, "Much like Talk 11.") for i in ids(0, 1, 2)]
    doubtful = [
        Suggestion(i, (INBOX,), MUSIC, 0.6, False, "A little like Talk 21.", alternatives=(COOKING,))
        for i in ids(3, 4, 5)
    ]
    return [
        *sure,
        *doubtful,
        Suggestion(video_id(19), (COOKING,), MUSIC, 0.96, True, "Much like Talk 22.", misfit=True),
    ]


def draw(workspace: Workspace) -> None:
    """Store a map, topics and suggestions as an analysis would."""
    listed = sorted(workspace.catalog.listed_videos())
    rows = np.arange(len(listed))
    points = np.stack([rows % 6, rows // 6], axis=1).astype(np.float32)
    workspace.derived.store_map(listed, points, points, (rows // 10).astype(np.int64))
    workspace.derived.store_topics([Topic(n, f"Topic {n}", ("word",), 10) for n in range(3)])
    workspace.derived.store_suggestions(suggestions())
    workspace.catalog.remember("map_model", workspace.settings.model)
    workspace.catalog.remember("suggested_with", METHOD)


@pytest.fixture(autouse=True)
def nothing_new_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning runs in the computing process, which has tests of its own; here the suggestions stay as they were laid."""
    monkeypatch.setattr(Suggestions, "suggest", lambda self, progress=silent: self.derived.suggestions())


@pytest.fixture
def youtube() -> DemoYouTube:
    return DemoYouTube(small_account())


class Gate:
    """Stands between HTTP and the account, and holds writes up while it is shut; `refuse` answers in YouTube's place."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.refuse: Callable[[Request], Answer | None] = lambda request: None
        self._changed = threading.Condition()
        self._is_open, self._passes = True, 0

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method != "GET":
            with self._changed:
                if not self._is_open:
                    self.reached.set()
                    self._changed.wait_for(lambda: self._is_open or self._passes, 30)
                    self._passes = max(0, self._passes - 1)
        return self.refuse(request) or answer(request)

    def shut(self) -> None:
        """From now on a write waits until `open`."""
        with self._changed:
            self._is_open = False

    def open(self) -> None:
        """Let writes through."""
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def let_one_through(self) -> None:
        """Let the write that waits through, and wait for the next one."""
        with self._changed:
            self.reached.clear()
            self._passes += 1
            self._changed.notify_all()
        assert self.reached.wait(30)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def endpoint(youtube: DemoYouTube, gate: Gate) -> Iterator[str]:
    with running(youtube, intercept=gate) as url:
        yield url
        gate.open()


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small library, read and drawn once for all tests."""
    home = tmp_path_factory.mktemp("pulled")
    with running(DemoYouTube(small_account())) as url:
        workspace = Workspace(Settings(home, endpoint=url))
        workspace.pulls.pull()
        draw(workspace)
        workspace.close()
    return home


@pytest.fixture
def open_app_state() -> Iterator[Callable[[Settings], AppState]]:
    """Opens app states and closes them after the test, without waiting for their background tasks."""
    opened: list[AppState] = []

    def open_state(settings: Settings) -> AppState:
        opened.append(AppState(settings))
        return opened[-1]

    yield open_state
    for state in opened:
        state.close()


@pytest.fixture
def home(tmp_path: Path, pulled: Path) -> Path:
    """A copy of the pulled library."""
    return shutil.copytree(pulled, tmp_path / "home")


@pytest.fixture
def small_state(open_app_state: Callable[[Settings], AppState], home: Path, endpoint: str) -> AppState:
    return open_app_state(Settings(home, endpoint=endpoint, settle_seconds=0))


class Framed(PagesManager):
    """Pages as a started server has them once `st.navigation` was called: every run goes through `app.py`.

    AppTest forgets that call with each run, and would take the folder `pages/` for an app of the older kind.
    """

    def __init__(self, *arguments: object, **options: object) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*arguments, **options)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Opens the app with an environment, on a page; closes what it opened after the test."""

    def open_app(page: str = "", **environment: str) -> AppTest:
        for name in (
            "ATLAS_HOME",
            "ATLAS_MODEL",
            "ATLAS_DAILY_UNITS",
            "ATLAS_DAILY_PLAYLISTS",
            "ATLAS_SETTLE_SECONDS",
            "YOUTUBE_API_ENDPOINT",
        ):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        return app.switch_page(f"pages/{page}.py").run() if page else app

    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", Framed)
    st.cache_resource.clear()
    yield open_app
    try:
        app_state().close()
    finally:
        st.cache_resource.clear()


@pytest.fixture
def app(opened: Callable[..., AppTest], home: Path, endpoint: str) -> Callable[[str], AppTest]:
    """Opens the app on a page with the small library."""
    return lambda page="": opened(page, ATLAS_HOME=str(home), YOUTUBE_API_ENDPOINT=endpoint, ATLAS_SETTLE_SECONDS="0")


def job_done(screen: AppTest) -> AppTest:
    """The page after the running job has ended."""
    finish_jobs()
    return screen.run()


def finish_jobs() -> None:
    """Wait for whatever runs in the background."""
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("job-")]:
        thread.join(60)


def on_youtube(youtube: DemoYouTube, playlist_id: str, *numbers: int) -> None:
    """The person changes on youtube.com what a playlist holds: these videos, in this order; known items stay the same."""

    def change(account: Account) -> Account:
        playlist = account.playlists[playlist_id]
        known = {item.video_id: item for item in playlist.items}
        new = [Item(item_id_of(playlist_id, f"person {n}"), video_id(n), NOON) for n in numbers]
        return account.with_playlist(replace(playlist, items=tuple(known.get(i.video_id, i) for i in new)))

    youtube.amend(change)


def texts(app: AppTest) -> list[str]:
    """What a page shows by `st.text`."""
    return [element.value for element in app.text]
