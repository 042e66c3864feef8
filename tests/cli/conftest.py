from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import main
from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from lib.services.workspace import Workspace
from lib.settings import ROOT, Settings
from tests.flows import Wire, fill, small_world, switchboard

ERROR = {"error", "next_step"}
HEADER = "video_id,from_playlist,to_playlist\n"


class CommandLine:
    """The command line in this process; `json` runs a command and gives its exit code and its one document.

    Attributes: `home`, the data folder; `messages`, what the last command wrote to standard error.
    """

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys, self.messages = home, capsys, ""

    def json(self, *arguments: str) -> tuple[int, Any]:
        self.capsys.readouterr()
        code = main([*arguments, "--json"])
        out, self.messages = self.capsys.readouterr()
        assert out.endswith("\n") and out.count("\n") == 1
        return code, json.loads(out)

    def for_people(self, *arguments: str) -> str:
        """What a command writes to standard output without `--json`."""
        self.capsys.readouterr()
        main(arguments)
        out, self.messages = self.capsys.readouterr()
        return out

    def edit(self, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, Any]:
        path = self.home / "edits.csv"
        path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self.json("edit", str(path), *options)

    def resolve_commands(self) -> list[list[str]]:
        """The commands that the last push or plan named to resolve its questions with."""
        marked = [row.partition("python -m lib ")[2].split() for row in self.messages.splitlines()]
        return [words for words in marked if words[:1] == ["resolve"]]


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "lib", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, **pipes, **options)


@pytest.fixture
def account() -> Account:
    return small_world()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def url(youtube: DemoYouTube, wire: Wire) -> Iterator[str]:
    with switchboard().plugged(youtube, wire) as address:
        yield address


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    monkeypatch.setenv("ATLAS_SETTLE_SECONDS", "0")
    monkeypatch.delenv("YOUTUBE_API_ENDPOINT", raising=False)
    monkeypatch.delenv("ATLAS_DAILY_UNITS", raising=False)


@pytest.fixture
def offline(environment: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A library that was read before, and no way to YouTube."""
    with closing(Workspace(Settings(tmp_path))) as workspace:
        fill(workspace, small_world())
    return CommandLine(tmp_path, capsys)


@pytest.fixture
def line(
    environment: None, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line with the demo account behind it."""
    monkeypatch.setenv("YOUTUBE_API_ENDPOINT", url)
    return CommandLine(tmp_path, capsys)
