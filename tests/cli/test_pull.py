from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib.cli.command import DONE, FAILED, WAITS
from lib.demo.youtube import DemoYouTube
from lib.models import Channel
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    COOKING,
)

PULL = {"playlists", "items", "videos", "new_items", "removed_items", "unavailable", "requests", "units", "held_back"}


PULL |= {"ruled"}


def test_pull_reports_what_it_read(line: CommandLine, youtube: DemoYouTube) -> None:
    code, report = line.json("pull")
    assert (code, report.keys()) == (DONE, PULL)
    assert (report["items"], report["units"], report["held_back"]) == (19, len(youtube.log), [])
    code, again = line.json("pull", "--full")
    assert (code, again["new_items"]) == (DONE, 0)


def test_pull_says_what_the_rules_filed_by_themselves(line: CommandLine) -> None:
    line.json("pull")
    line.json("rules", "--add", "Cooking", "--words", "10", "--by-itself")
    code, report = line.json("pull")
    assert (code, report["ruled"]) == (DONE, 1)
    assert "Filed by your rules, as copies: 1." in line.messages
    assert line.json("pull")[1]["ruled"] == 0


def test_pull_waits_for_a_word_about_what_it_held_back(line: CommandLine, youtube: DemoYouTube) -> None:
    line.json("pull")
    youtube.amend(lambda account: account.without_playlist(COOKING))
    code, report = line.json("pull")
    assert (code, [row.keys() for row in report["held_back"]]) == (WAITS, [{"playlist", "reason"}])
    assert report["held_back"][0]["playlist"] == COOKING
    assert f"pull --accept {COOKING}" in line.messages
    code, report = line.json("pull", "--accept", COOKING)
    assert (code, report["removed_items"]) == (DONE, 9)


def test_pull_without_a_sign_in_waits_and_says_where_to_sign_in(environment: None, tmp_path: Path, capsys: Any) -> None:
    code, answer = CommandLine(tmp_path, capsys).json("pull")
    assert (code, answer.keys()) == (WAITS, ERROR)
    assert "not signed in" in answer["error"]


def test_pull_of_another_channel_waits(line: CommandLine, youtube: DemoYouTube) -> None:
    line.json("pull")
    youtube.amend(lambda account: replace(account, channel=Channel("UC" + "x" * 22, "Somebody else")))
    assert line.json("pull")[0] == WAITS


def test_pull_without_units_waits_and_says_until_when(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DAILY_UNITS", "3")
    code, answer = line.json("pull")
    assert code == WAITS
    assert "quota units are spent" in answer["error"]
    assert "your time" in answer["next_step"]


def test_pull_without_a_network_fails_in_one_sentence(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("YOUTUBE_API_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        code, answer = line.json("pull")
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert "could not be reached" in answer["error"]
    assert "Traceback" not in line.messages
