from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from lib.cli.command import DONE, FAILED, WAITS
from lib.demo.youtube import DemoYouTube
from lib.errors import NotSignedIn
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    INBOX,
    Wire,
    on,
    refused,
    video,
    writing,
)

PUSH = {"push_id", "state", "done", "left", "failed", "units", "resumes_at", "conflicts", "verified", "orphans"}


def test_push_carries_the_plan_out_and_undo_takes_it_back(line: CommandLine, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    plan_id = line.json("plan")[1]["plan_id"]
    code, report = line.json("push", "--yes", "--plan", plan_id)
    assert (code, report.keys()) == (DONE, PUSH)
    assert (report["state"], report["done"], report["left"], report["verified"]) == ("done", 2, 0, 2)
    code, undone = line.json("undo", str(report["push_id"]))
    assert (code, undone.keys(), undone["edits"]) == (DONE, {"edits", "irreversible"}, 1)
    assert line.json("push", "--yes")[0] == DONE
    assert video(10) in [item.video_id for item in youtube.present.playlists[INBOX].items]
    assert line.json("undo", "99")[0] == FAILED


def test_push_without_yes_sends_nothing_and_waits(line: CommandLine, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    begin = len(youtube.log)
    code, answer = line.json("push")
    assert (code, answer.keys()) == (WAITS, ERROR)
    assert len(youtube.log) == begin


def test_push_waits_at_a_guard_and_at_a_stale_plan(line: CommandLine) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,")
    code, report = line.json("push", "--yes")
    messages = line.messages
    assert (code, report.keys(), report["state"], report["left"]) == (WAITS, PUSH, "waiting", 1)
    assert f"push --yes --plan {line.json('plan')[1]['plan_id']} --confirm 1" in messages
    assert line.json("push", "--yes", "--confirm", "2")[0] == WAITS
    code, report = line.json("push", "--yes", "--confirm", "1", "--plan", "another")
    assert (code, report["state"]) == (WAITS, "waiting")
    assert line.json("push", "--yes", "--confirm", "1")[0] == DONE


def test_push_waits_when_something_changed_meanwhile(line: CommandLine, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    held = youtube.present.playlists[INBOX]
    youtube.amend(lambda account: account.with_playlist(replace(held, items=held.items[1:])))
    code, report = line.json("push", "--yes")
    assert (code, report["state"], report["push_id"]) == (WAITS, "waiting", None)
    assert [row.keys() for row in report["conflicts"]] == [{"id", "what", "choices"}]
    assert [row.keys() for row in line.json("plan")[1]["conflicts"]] == [{"id", "what", "choices"}]


def test_a_push_without_the_permission_to_write_says_what_to_run(
    line: CommandLine, youtube: DemoYouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.json("pull")
    line.edit(f"{video(10)},,Cooking")

    def refuse(settings: Settings) -> None:
        raise NotSignedIn("You are signed in for reading only.", "Sign in again.")

    monkeypatch.setattr("lib.youtube.auth.require_write", refuse)
    code, report = line.json("push", "--yes")
    assert (code, report["state"]) == (WAITS, "waiting")
    assert "python -m lib sign-in --write" in line.messages


def test_a_push_that_lost_the_network_fails_and_can_be_run_again(
    line: CommandLine, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.cli.command.Workspace", partial(Workspace, sleep=lambda seconds: None))
    line.json("pull")
    line.edit(*(f"{video(number)},,Cooking" for number in range(10, 16)))
    wire.rule = on(writing(), refused(503), times=100)
    code, report = line.json("push", "--yes")
    assert (code, report["state"]) == (FAILED, "paused")
    wire.rule = on(writing(), refused(503), times=0)
    assert line.json("push", "--yes")[0] == DONE


def test_push_pauses_when_units_end_and_says_until_when(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking", f"{video(11)},Inbox,Cooking")
    spent = line.json("status")[1]["quota"]["spent"]
    monkeypatch.setenv("ATLAS_DAILY_UNITS", str(spent + 120))
    code, report = line.json("push", "--yes")
    assert (code, report.keys(), report["state"], report["done"], report["left"]) == (WAITS, PUSH, "paused", 2, 2)
    assert report["resumes_at"] == line.json("status")[1]["quota"]["resets_at"]
    assert line.json("status")[1]["open_push"] == report["push_id"]
    code, again = line.json("push", "--yes")
    assert (code, again["state"], again["push_id"]) == (WAITS, "paused", report["push_id"])
    monkeypatch.setenv("ATLAS_DAILY_UNITS", "10000")
    code, last = line.json("push", "--yes")
    assert (code, last["state"], last["done"]) == (DONE, "done", 4)


def test_push_pauses_at_the_units_it_was_allowed(line: CommandLine) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    code, report = line.json("push", "--yes", "--max-units", "50")
    assert (code, report["state"], report["done"]) == (WAITS, "paused", 0)


def test_a_push_of_what_youtube_refuses_fails(line: CommandLine, wire: Wire) -> None:
    line.json("pull")
    line.edit(f"{video(10)},,Cooking")
    wire.rule = on(writing(), refused(400, "badRequest"))
    code, report = line.json("push", "--yes")
    assert (code, report["state"], report["failed"]) == (FAILED, "failed", 1)
    assert "badRequest" in line.messages
