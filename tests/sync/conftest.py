"""The small world of `tests/flows.py`, in place of the account and the wire that other tests have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import Clock, Wire, World, small_world, switchboard


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account() -> Account:
    return small_world()


@pytest.fixture
def youtube(account: Account, clock: Clock) -> DemoYouTube:
    return DemoYouTube(account, clock=clock)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def url(youtube: DemoYouTube, wire: Wire) -> Iterator[str]:
    with switchboard().plugged(youtube, wire) as address:
        yield address


@pytest.fixture
def world(workspace: Workspace, youtube: DemoYouTube, wire: Wire, clock: Clock) -> World:
    return World(workspace, youtube, wire, clock)


@pytest.fixture(scope="session")
def pulled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the small world after a first pull, made once: a pull takes as long as all the rest of a test."""
    home, clock, wire = tmp_path_factory.mktemp("pulled"), Clock(), Wire()
    youtube = DemoYouTube(small_world(), clock=clock)
    with (
        switchboard().plugged(youtube, wire) as url,
        closing(Workspace(Settings(home, endpoint=url))) as workspace,
    ):
        World(workspace, youtube, wire, clock).pull()
        return workspace.settings.database


@pytest.fixture
def pulled(pulled_file: Path, settings: Settings, youtube: DemoYouTube, wire: Wire, clock: Clock) -> Iterator[World]:
    """The world after a first pull."""
    shutil.copy(pulled_file, settings.database)
    with closing(Workspace(settings)) as workspace:
        yield World(workspace, youtube, wire, clock)
