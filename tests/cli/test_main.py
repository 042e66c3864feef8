from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import main
from lib.demo.account import Account
from lib.demo.server import pass_through
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.derived import Suggestion
from lib.errors import NotSignedIn
from lib.models import Channel, Item
from lib.services.workspace import Workspace
from lib.settings import ROOT, Settings
from tests.flows import (
    COOKING,
    DELETED,
    INBOX,
    MUSIC,
    Wire,
    analysed_home,
    before,
    fill,
    lost,
    on,
    refused,
    small_world,
    switchboard,
    talks_world,
    video,
    writing,
)

DONE, FAILED, USAGE, WAITS = 0, 1, 2, 3
PULL = {"playlists", "items", "videos", "new_items", "removed_items", "unavailable", "requests", "units", "held_back"}
PULL |= {"ruled"}
PLAN = {"plan_id", "operations", "units", "units_naive", "days", "calendar", "conflicts", "guards", "irreversible"}
PLAN |= {"confirm", "notes", "orphans"}
PUSH = {"push_id", "state", "done", "left", "failed", "units", "resumes_at", "conflicts", "verified", "orphans"}
EDIT = {"id", "kind", "made_at", "video_id", "from", "to", "title", "decided_by"}
STATUS = {"account", "playlists", "items", "videos", "edits", "quota", "open_push", "last_pull"}
ERROR = {"error", "next_step"}
HEADER = "video_id,from_playlist,to_playlist\n"


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


class Line:
    """The command line in this process; `json` runs a command and gives its exit code and its one document."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys, self.said = home, capsys, ""

    def json(self, *arguments: str) -> tuple[int, Any]:
        self.capsys.readouterr()
        code = main([*arguments, "--json"])
        out, self.said = self.capsys.readouterr()
        assert out.endswith("\n") and out.count("\n") == 1
        return code, json.loads(out)

    def edit(self, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, Any]:
        path = self.home / "edits.csv"
        path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self.json("edit", str(path), *options)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    monkeypatch.setenv("ATLAS_SETTLE_SECONDS", "0")
    monkeypatch.delenv("YOUTUBE_API_ENDPOINT", raising=False)
    monkeypatch.delenv("ATLAS_DAILY_UNITS", raising=False)


@pytest.fixture
def offline(environment: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    """A library that was read before, and no way to YouTube."""
    with closing(Workspace(Settings(tmp_path))) as workspace:
        fill(workspace, small_world())
    return Line(tmp_path, capsys)


@pytest.fixture
def line(
    environment: None, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Line:
    """The command line with the demo account behind it."""
    monkeypatch.setenv("YOUTUBE_API_ENDPOINT", url)
    return Line(tmp_path, capsys)


# -- pull --------------------------------------------------------------------------------------------------------------


def test_pull_reports_what_it_read(line: Line, youtube: DemoYouTube) -> None:
    code, report = line.json("pull")
    assert (code, report.keys()) == (DONE, PULL)
    assert (report["items"], report["units"], report["held_back"]) == (19, len(youtube.log), [])
    code, again = line.json("pull", "--full")
    assert (code, again["new_items"]) == (DONE, 0)


def test_pull_says_what_the_rules_filed_by_themselves(line: Line) -> None:
    line.json("pull")
    line.json("rules", "--add", "Cooking", "--words", "10", "--by-itself")
    code, report = line.json("pull")
    assert (code, report["ruled"]) == (DONE, 1)
    assert "Filed by your rules, as copies: 1." in line.said
    assert line.json("pull")[1]["ruled"] == 0


def test_pull_waits_for_a_word_about_what_it_held_back(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    youtube.amend(lambda account: account.without_playlist(COOKING))
    code, report = line.json("pull")
    assert (code, [one.keys() for one in report["held_back"]]) == (WAITS, [{"playlist", "reason"}])
    assert report["held_back"][0]["playlist"] == COOKING
    assert f"pull --accept {COOKING}" in line.said
    code, report = line.json("pull", "--accept", COOKING)
    assert (code, report["removed_items"]) == (DONE, 9)


def test_pull_without_a_sign_in_waits_and_says_where_to_sign_in(environment: None, tmp_path: Path, capsys: Any) -> None:
    code, answer = Line(tmp_path, capsys).json("pull")
    assert (code, answer.keys()) == (WAITS, ERROR)
    assert "not signed in" in answer["error"]


def test_pull_of_another_channel_waits(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    youtube.amend(lambda account: replace(account, channel=Channel("UC" + "x" * 22, "Somebody else")))
    assert line.json("pull")[0] == WAITS


def test_pull_without_units_waits_and_says_until_when(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DAILY_UNITS", "3")
    code, answer = line.json("pull")
    assert code == WAITS
    assert "quota units are spent" in answer["error"]
    assert "your time" in answer["next_step"]


def test_pull_without_a_network_fails_in_one_sentence(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("YOUTUBE_API_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        code, answer = line.json("pull")
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert "could not be reached" in answer["error"]
    assert "Traceback" not in line.said


# -- edits -------------------------------------------------------------------------------------------------------------


def test_edit_lays_what_edits_lists_and_take_back_withdraws(offline: Line) -> None:
    code, answer = offline.edit(f"{video(10)},Inbox,Cooking", f"{video(11)},,{MUSIC}", f"{video(12)},Inbox,")
    assert (code, answer) == (DONE, {"accepted": 3, "rejected": []})
    code, edits = offline.json("edits")
    assert code == DONE
    assert all(one.keys() == EDIT for one in edits)
    assert [(one["kind"], one["from"], one["to"]) for one in edits] == [
        ("move", INBOX, COOKING),
        ("add", None, MUSIC),
        ("remove", INBOX, None),
    ]
    assert offline.json("edits", "--take-back", str(edits[0]["id"])) == (DONE, {"taken_back": [edits[0]["id"]]})
    assert len(offline.json("edits")[1]) == 2


def test_edit_refuses_a_file_with_bad_lines_and_names_them(offline: Line) -> None:
    lines = (f"{video(10)},,Cooking", "bad,,Cooking", f"{video(11)},,Nowhere", f"{video(DELETED)},,Music")
    code, answer = offline.edit(*lines)
    assert (code, answer["accepted"]) == (FAILED, 0)
    assert [(one["line"], one.keys()) for one in answer["rejected"]] == [(n, {"line", "reason"}) for n in (3, 4, 5)]
    assert "Line 4:" in offline.said
    assert offline.json("edits")[1] == []
    code, answer = offline.edit(*lines, options=("--partial",))
    assert (code, answer["accepted"], len(answer["rejected"])) == (DONE, 1, 3)


def test_edit_makes_new_categories_only_where_that_is_said(offline: Line) -> None:
    assert offline.edit(f"{video(10)},,Space")[0] == FAILED
    assert offline.edit(f"{video(10)},,Space", options=("--create",)) == (DONE, {"accepted": 1, "rejected": []})
    assert [one["kind"] for one in offline.json("edits")[1]] == ["create", "add"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"", "no column"),
        (b"video_id,to_playlist\nx,y\n", "no column"),
        (b"PK\x03\x04", "no column"),
    ],
)
def test_edit_refuses_what_is_no_edit_file(offline: Line, content: bytes | None, word: str) -> None:
    path = offline.home / "some.csv"
    if content is not None:
        path.write_bytes(content)
    code, answer = offline.json("edit", str(path))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert word in answer["error"]
    assert answer["next_step"]


def test_taking_back_an_edit_that_does_not_wait_fails(offline: Line) -> None:
    assert offline.json("edits", "--take-back", "77")[0] == FAILED


def test_inbox_marks_playlists_by_id_or_title(offline: Line) -> None:
    assert offline.json("inbox", "Music", COOKING) == (DONE, {"inbox": [INBOX, COOKING, MUSIC, "LL"]})
    assert offline.json("inbox", "--category", "Music", COOKING, INBOX, "LL") == (DONE, {"inbox": []})
    code, answer = offline.json("inbox", "Nowhere")
    assert (code, answer.keys()) == (FAILED, ERROR)


def test_edits_are_starred_and_unstarred(offline: Line) -> None:
    offline.edit(f"{video(10)},Inbox,Cooking", f"{video(11)},Inbox,Music")
    last = offline.json("edits")[1][1]["id"]
    assert offline.json("edits", "--star", str(last)) == (DONE, {"starred": [last]})
    assert [one["video_id"] for one in offline.json("plan")[1]["operations"]][:2] == [video(11)] * 2
    assert offline.json("edits", "--unstar", str(last)) == (DONE, {"unstarred": [last]})
    assert [one["video_id"] for one in offline.json("plan")[1]["operations"]][:2] == [video(10)] * 2
    assert offline.json("edits", "--star", "77")[0] == FAILED
    assert main(["edits", "--star", "1", "--unstar", "1"]) == USAGE


RULE = {"id", "rule", "to", "to_title", "on", "by_itself", "files", "problem"}


def test_rules_are_added_listed_previewed_applied_and_deleted(offline: Line) -> None:
    conditions = ("--channel", "owner", "--words", '10 "talk 11"', "--inbox", "Inbox")
    code, added = offline.json("rules", "--add", "Cooking", *conditions)
    assert (code, added.keys()) == (DONE, RULE)
    said = "Channel is owner, and title says 10 or “talk 11”, and stands in Inbox"
    assert (added["rule"], added["to_title"], added["files"], added["problem"]) == (said, "Cooking", 2, "")
    assert offline.json("rules") == (DONE, [added])
    code, shown = offline.json("rules", "--preview")
    assert (code, [one["video_id"] for one in shown]) == (DONE, [video(10), video(11)])
    assert shown[0].keys() == {"rule", "video_id", "title", "to", "to_title"}
    assert offline.json("rules", "--apply") == (DONE, {"edits": 2})
    assert {(one["kind"], one["decided_by"]) for one in offline.json("edits")[1]} == {("add", "rule")}
    assert offline.json("rules")[1][0]["files"] == 0
    assert offline.json("rules", "--delete", str(added["id"])) == (DONE, {"deleted": added["id"]})
    assert offline.json("rules") == (DONE, [])


@pytest.mark.parametrize(
    "arguments",
    [
        ("--add", "Cooking"),
        ("--add", "Nowhere", "--days", "3"),
        ("--add", "Inbox", "--days", "3"),
        ("--add", "Cooking", "--days", "0"),
        ("--add", "Cooking", "--at-least", "9", "--at-most", "5"),
        ("--add", "Cooking", "--days", "3", "--inbox", "Music"),
        ("--add", "Cooking", "--words", "!!!"),
        ("--delete", "77"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_next_step(offline: Line, arguments: tuple[str, ...]) -> None:
    code, answer = offline.json("rules", *arguments)
    assert (code, answer.keys()) == (FAILED, ERROR) and answer["next_step"]
    assert offline.json("rules") == (DONE, [])


def test_what_a_rule_answers_is_no_suggestion_of_the_model(offline: Line) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        found = [Suggestion(video(n), (INBOX,), MUSIC, 0.9, True, "because") for n in (10, 11)]
        workspace.findings.store_suggestions(found)
    offline.json("rules", "--add", "Cooking", "--words", "10")
    assert [one["video_id"] for one in offline.json("suggestions")[1]] == [video(11)]


def test_tidy_lays_removals_of_what_stands_in_a_category(offline: Line) -> None:
    assert offline.json("tidy") == (DONE, {"edits": 0, "left": 6})
    assert "Nothing to tidy" in offline.said
    offline.json("inbox", "Music")
    with closing(Workspace(Settings(offline.home))) as workspace:
        workspace.catalog.store_items(COOKING, [*workspace.catalog.items_of(COOKING), Item("new", video(7))])
    assert offline.json("tidy", "Music", MUSIC) == (DONE, {"edits": 3, "left": 0})
    assert [(one["kind"], one["from"]) for one in offline.json("edits")[1]] == [("remove", MUSIC)] * 3
    assert offline.json("tidy", "Cooking")[0] == FAILED


# -- plan, push, undo --------------------------------------------------------------------------------------------------


def test_plan_shows_cost_calendar_and_what_cannot_come_back(offline: Line) -> None:
    offline.edit(f"{video(10)},Inbox,Cooking", f"{video(3)},Cooking,")
    code, plan = offline.json("plan")
    assert (code, plan.keys()) == (DONE, PLAN)
    assert [one.keys() for one in plan["operations"]] == [{"kind", "playlist", "video_id", "units"}] * 3
    assert [one["kind"] for one in plan["operations"]] == ["insert", "delete", "delete"]
    assert (plan["units"], plan["units_naive"] >= 150, plan["days"]) == (150, True, 1)
    assert [one.keys() for one in plan["calendar"]] == [{"date", "units", "playlists"}]
    assert [one.keys() for one in plan["guards"]] == [{"id", "what", "count"}]
    assert (plan["guards"][0]["count"], plan["confirm"], len(plan["irreversible"])) == (1, 1, 1)
    assert "--confirm 1" in offline.said
    assert offline.json("plan")[1] == plan


def test_a_plan_without_wishes_is_empty(offline: Line) -> None:
    code, plan = offline.json("plan")
    assert (code, plan["operations"], plan["units"], plan["days"], plan["guards"]) == (DONE, [], 0, 0, [])
    assert "Nothing to do" in offline.said


def test_push_carries_the_plan_out_and_undo_takes_it_back(line: Line, youtube: DemoYouTube) -> None:
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


def test_push_without_yes_sends_nothing_and_waits(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    begin = len(youtube.log)
    code, answer = line.json("push")
    assert (code, answer.keys()) == (WAITS, ERROR)
    assert len(youtube.log) == begin


def test_push_waits_at_a_guard_and_at_a_stale_plan(line: Line) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,")
    code, report = line.json("push", "--yes")
    said = line.said
    assert (code, report.keys(), report["state"], report["left"]) == (WAITS, PUSH, "waiting", 1)
    assert f"push --yes --plan {line.json('plan')[1]['plan_id']} --confirm 1" in said
    assert line.json("push", "--yes", "--confirm", "2")[0] == WAITS
    code, report = line.json("push", "--yes", "--confirm", "1", "--plan", "another")
    assert (code, report["state"]) == (WAITS, "waiting")
    assert line.json("push", "--yes", "--confirm", "1")[0] == DONE


def test_push_waits_when_something_changed_meanwhile(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    held = youtube.present.playlists[INBOX]
    youtube.amend(lambda account: account.with_playlist(replace(held, items=held.items[1:])))
    code, report = line.json("push", "--yes")
    assert (code, report["state"], report["push_id"]) == (WAITS, "waiting", None)
    assert [one.keys() for one in report["conflicts"]] == [{"id", "what", "choices"}]
    assert [one.keys() for one in line.json("plan")[1]["conflicts"]] == [{"id", "what", "choices"}]


def resolve_commands(said: str) -> list[list[str]]:
    """The commands that a push or a plan says to resolve its questions with."""
    marked = [row.partition("python -m lib ")[2].split() for row in said.splitlines()]
    return [words for words in marked if words[:1] == ["resolve"]]


def test_push_says_the_command_for_every_choice_and_it_works(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    held, music = youtube.present.playlists[INBOX], youtube.present.playlists[MUSIC]
    moved = replace(music, items=(*music.items, replace(held.items[0], item_id="yt10")))
    youtube.amend(lambda a: a.with_playlist(replace(held, items=held.items[1:])).with_playlist(moved))
    code, report = line.json("push", "--yes")
    (conflict,) = report["conflicts"]
    choices = ['move it to "Cooking"', "have it in both", 'leave it in "Music"']
    assert (code, conflict["choices"]) == (WAITS, choices)
    commands = resolve_commands(line.said)
    assert commands == [["resolve", conflict["id"], str(number)] for number in (1, 2, 3)]
    code, answer = line.json(*commands[0])
    assert (code, answer.keys(), answer["id"]) == (DONE, {"id", "choice", "message"}, conflict["id"])
    assert line.json("push", "--yes")[0] == DONE
    assert video(10) in [item.video_id for item in youtube.present.playlists[COOKING].items]
    assert video(10) not in [item.video_id for item in youtube.present.playlists[MUSIC].items]


def test_a_choice_is_named_by_its_words_too(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    held = youtube.present.playlists[INBOX]
    youtube.amend(lambda account: account.with_playlist(replace(held, items=held.items[1:])))
    conflict = line.json("push", "--yes")[1]["conflicts"][0]["id"]
    code, answer = line.json("resolve", conflict, "nonsense")
    assert (code, answer["next_step"]) == (FAILED, 'Choose one of: 1 put it into "Cooking", 2 leave it removed.')
    assert line.json("resolve", conflict, "Leave", "it", "removed")[0] == DONE
    assert line.json("edits")[1] == []
    code, answer = line.json("resolve", conflict, "1")
    assert (code, answer["next_step"]) == (FAILED, "Nothing waits for your decision.")


def test_believing_what_was_held_back_pulls_it(line: Line, youtube: DemoYouTube) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    youtube.amend(lambda account: account.with_playlist(replace(account.playlists[COOKING], items=())))
    assert line.json("pull")[0] == WAITS
    plan = line.json("plan")[1]
    assert (plan["operations"], [one["id"] for one in plan["conflicts"]]) == ([], [f"h:{COOKING}"])
    assert line.json("resolve", f"h:{COOKING}", "believe YouTube")[0] == DONE
    assert line.json("plan")[1]["conflicts"] == []
    assert line.json("push", "--yes")[0] == DONE
    assert [item.video_id for item in youtube.present.playlists[COOKING].items] == [video(10)]


@pytest.fixture
def left_over(line: Line, youtube: DemoYouTube, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> str:
    """The question about a copy too many: an insert's answer was lost, and reads did not show it in time."""
    monkeypatch.setattr("lib.cli.command.Workspace", partial(Workspace, sleep=lambda seconds: None))
    line.json("pull")
    line.edit(f"{video(10)},,Cooking")
    sent: list[Request] = []

    def late(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if request.method == "GET":
            return answer(request)
        sent.append(request)
        youtube.lag = timedelta(hours=len(sent) == 1)
        return (lost if len(sent) == 1 else pass_through)(request, answer)

    wire.rule = late
    (orphan,) = line.json("push", "--yes")[1]["orphans"]
    wire.rule = pass_through
    return str(orphan["id"])


def in_cooking(youtube: DemoYouTube) -> int:
    return youtube.present.playlists[COOKING].copies(video(10))


def test_a_possible_leftover_is_kept_when_that_is_chosen(line: Line, youtube: DemoYouTube, left_over: str) -> None:
    code, plan = line.json("plan")
    assert (code, [one["id"] for one in plan["orphans"]]) == (DONE, [left_over])
    assert resolve_commands(line.said) == [["resolve", left_over, "1"], ["resolve", left_over, "2"]]
    assert line.json("resolve", left_over, "Keep", "it")[0] == DONE
    assert (line.json("plan")[1]["orphans"], in_cooking(youtube)) == ([], 2)
    code, answer = line.json("resolve", left_over, "1")
    assert (code, answer["next_step"]) == (FAILED, "Nothing waits for your decision.")


def test_a_possible_leftover_is_removed_by_an_edit_like_any_other(
    line: Line, youtube: DemoYouTube, left_over: str
) -> None:
    assert line.json("resolve", left_over, "3")[0] == FAILED
    assert line.json("resolve", "c1", "1")[1]["next_step"] == f"Open are: {left_over}."
    assert line.json("resolve", left_over, "remove it")[0] == DONE
    (edit,) = line.json("edits")[1]
    assert (edit["kind"], edit["video_id"], edit["from"], in_cooking(youtube)) == ("remove", video(10), COOKING, 2)
    assert (line.json("push", "--yes")[0], in_cooking(youtube)) == (DONE, 1)


def test_an_operation_that_found_something_else_is_planned_again(line: Line, youtube: DemoYouTube, wire: Wire) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,")
    gone = youtube.present.playlists[INBOX].items[0]

    def elsewhere(account: Account) -> Account:
        inbox, music = account.playlists[INBOX], account.playlists[MUSIC]
        moved = replace(music, items=(*music.items, gone))
        return account.with_playlist(replace(inbox, items=inbox.items[1:])).with_playlist(moved)

    def by_id(request: Request) -> bool:
        return request.method == "GET" and list(request.params.get("id", ())) == [gone.item_id]

    wire.rule = on(by_id, before(lambda: youtube.amend(elsewhere)))
    code, report = line.json("push", "--yes", "--confirm", "1")
    assert (code, [one["choices"] for one in report["conflicts"]]) == (WAITS, [["plan again"]])
    (command,) = resolve_commands(line.said)
    assert line.json(*command)[0] == DONE
    assert line.json("plan")[1]["operations"] == []


def test_a_push_without_the_permission_to_write_says_what_to_run(
    line: Line, youtube: DemoYouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.json("pull")
    line.edit(f"{video(10)},,Cooking")

    def refuse(settings: Settings) -> None:
        raise NotSignedIn("You are signed in for reading only.", "Sign in again.")

    monkeypatch.setattr("lib.youtube.auth.require_write", refuse)
    code, report = line.json("push", "--yes")
    assert (code, report["state"]) == (WAITS, "waiting")
    assert "python -m lib sign-in --write" in line.said


def test_a_push_that_lost_the_network_fails_and_can_be_run_again(
    line: Line, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.cli.command.Workspace", partial(Workspace, sleep=lambda seconds: None))
    line.json("pull")
    line.edit(*(f"{video(number)},,Cooking" for number in range(10, 16)))
    wire.rule = on(writing(), refused(503), times=100)
    code, report = line.json("push", "--yes")
    assert (code, report["state"]) == (FAILED, "paused")
    wire.rule = on(writing(), refused(503), times=0)
    assert line.json("push", "--yes")[0] == DONE


def test_push_pauses_when_units_end_and_says_until_when(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_push_pauses_at_the_units_it_was_allowed(line: Line) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    code, report = line.json("push", "--yes", "--max-units", "50")
    assert (code, report["state"], report["done"]) == (WAITS, "paused", 0)


def test_a_push_of_what_youtube_refuses_fails(line: Line, wire: Wire) -> None:
    line.json("pull")
    line.edit(f"{video(10)},,Cooking")
    wire.rule = on(writing(), refused(400, "badRequest"))
    code, report = line.json("push", "--yes")
    assert (code, report["state"], report["failed"]) == (FAILED, "failed", 1)
    assert "badRequest" in line.said


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_status_tells_where_things_stand(line: Line) -> None:
    code, fresh = line.json("status")
    assert (code, fresh.keys(), fresh["account"], fresh["last_pull"]) == (DONE, STATUS, None, None)
    line.json("pull")
    status = line.json("status")[1]
    assert status["account"] == {"channel_id": "UC" + "r" * 22, "title": "Robin"}
    assert status["quota"].keys() == {"spent", "left", "resets_at"}
    assert (status["playlists"], status["items"], status["edits"]) == (4, 19, 0)


def test_export_writes_a_row_an_item(offline: Line) -> None:
    path = offline.home / "library.csv"
    assert offline.json("export", str(path)) == (DONE, {"path": str(path), "rows": 20})
    assert len(path.read_text(encoding="utf-8").splitlines()) == 21
    code, answer = offline.json("export", str(offline.home))
    assert (code, answer.keys()) == (FAILED, ERROR)


def test_suggestions_and_topics_are_empty_lists_before_there_are_any(offline: Line) -> None:
    assert offline.json("suggestions") == (DONE, [])
    assert offline.json("topics", "--list") == (DONE, [])
    assert offline.json("search", "anything") == (DONE, [])


def test_search_keeps_to_its_filters(offline: Line) -> None:
    code, hits = offline.json("search", "talk", "--playlist", "Cooking", "--limit", "100")
    assert code == DONE and all(COOKING in one["playlists"] for one in hits) and len(hits) == 9
    dead = offline.json("search", "--unavailable")[1]
    assert {one["video_id"] for one in dead} == {video(DELETED), video(9)}
    assert offline.json("search", "talk", "--channel", "Nobody") == (DONE, [])
    assert offline.json("search", "--min-minutes", "0.5") == (DONE, [])
    assert {one["video_id"] for one in offline.json("search", "--unfiled")[1]} == {video(n) for n in range(10, 16)}
    assert [one["video_id"] for one in offline.json("search", f"https://youtu.be/{video(3)}")[1]] == [video(3)]


def test_a_search_for_nothing_or_in_no_playlist_says_so(offline: Line) -> None:
    code, answer = offline.json("search")
    assert (code, answer.keys()) == (FAILED, ERROR) and "--playlist" in answer["next_step"]
    assert offline.json("search", "talk", "--playlist", "Nowhere")[0] == FAILED


def test_an_excluded_word_is_no_option(offline: Line) -> None:
    everything = {one["video_id"] for one in offline.json("search", "talk", "--limit", "100")[1]}
    code, hits = offline.json("search", "--limit", "100", "talk", "-10", "-hat", "-eleven")
    assert (code, {one["video_id"] for one in hits}) == (DONE, everything - {video(10)})
    assert offline.json("search", "-talk", "--playlist", "Cooking")[0] == DONE


def test_a_search_for_impossible_lengths_says_so(offline: Line) -> None:
    code, answer = offline.json("search", "--min-minutes", "9", "--max-minutes", "5")
    assert (code, answer.keys()) == (FAILED, ERROR) and "at least 9 and at most 5" in answer["error"]


def test_suggestions_say_where_how_sure_and_why(offline: Line) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        workspace.findings.store_suggestions([Suggestion(video(10), (INBOX,), COOKING, 0.912345, True, "because")])
    assert offline.json("suggestions") == (
        DONE,
        [
            {
                "video_id": video(10),
                "from": [INBOX],
                "to": COOKING,
                "to_title": "Cooking",
                "confidence": 0.9123,
                "sure": True,
                "why": "because",
            }
        ],
    )


@pytest.mark.model
def test_topics_suggestions_and_search_over_real_titles(
    offline: Line, tmp_path_factory: pytest.TempPathFactory
) -> None:
    account = talks_world()
    shutil.copy(analysed_home(tmp_path_factory.getbasetemp()) / "atlas.duckdb", offline.home)
    code, report = offline.json("topics", "--method", "kmeans", "--k", "4")
    assert (code, report.keys()) == (
        DONE,
        {"videos", "embedded", "reused", "topics", "noise", "suggestions", "seconds"},
    )
    assert report["seconds"].keys() == {"embed", "cluster", "project", "label", "suggest"}
    assert (report["topics"], report["noise"], report["videos"]) == (4, 0, len(account.videos))
    topics = offline.json("topics", "--list")[1]
    assert all(one.keys() == {"topic", "name", "words", "size", "videos"} for one in topics)
    assert sum(one["size"] for one in topics) == sum(len(one["videos"]) for one in topics) == len(account.videos)
    assert all(
        one.keys() == {"video_id", "from", "to", "to_title", "confidence", "sure", "why"}
        for one in offline.json("suggestions")[1]
    )
    wanted = next(iter(account.videos.values()))
    found = offline.json("search", *wanted.title.split(), "--limit", "3")[1]
    assert [one.keys() for one in found] == [{"video_id", "title", "score", "playlists"}] * 3
    assert found[0]["video_id"] == wanted.video_id
    assert (
        offline.json("search", f"{wanted.title}\udcff")[1][0]["video_id"] == wanted.video_id
    )  # a byte that is no letter
    assert offline.json("topics", "--method", "kmeans", "--k", "0")[0] == FAILED


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["pull", "--nonsense"],
        ["edit"],
        ["push", "--confirm", "many"],
        ["topics", "--method", "guess"],
        ["inbox"],
        ["search", "--limit", "-1", "--unavailable"],
        ["search", "talk", "--limit", "0"],
        ["search", "talk", "--min-minutes", "nan"],
        ["search", "talk", "--max-minutes", "inf"],
        ["search", "talk", "--min-minutes", "-3"],
        ["rules", "--add", "Cooking", "--before", "2020-13-40"],
        ["rules", "--channel", "Owner"],
        ["rules", "--preview", "--days", "0"],
        ["rules", "--apply", "--inbox", "Inbox"],
    ],
)
def test_a_command_that_is_none_is_a_usage_error(
    arguments: list[str], environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err


def test_without_json_the_answer_is_for_people(offline: Line) -> None:
    offline.capsys.readouterr()
    assert main(["status"]) == DONE
    out, _ = offline.capsys.readouterr()
    assert "playlists: 4" in out.splitlines()
    assert main(["inbox", "Nowhere"]) == FAILED
    out, err = offline.capsys.readouterr()
    assert out == ""
    assert err.startswith("There is no playlist 'Nowhere'")


@pytest.mark.parametrize(
    ("name", "value"),
    [("ATLAS_DAILY_UNITS", "plenty"), ("YOUTUBE_API_ENDPOINT", "http://evil.example"), ("ATLAS_HOME", "/dev/null/x")],
)
def test_a_setting_that_cannot_be_meant_fails_in_one_sentence(
    offline: Line, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, answer = offline.json("status")
    assert (code, answer.keys()) == (FAILED, ERROR)


def test_a_damaged_library_is_kept_aside_and_said(offline: Line) -> None:
    (offline.home / "atlas.duckdb").write_bytes(b"no database" * 1000)
    code, answer = offline.json("status")
    assert code == FAILED
    assert "damaged" in answer["error"]
    assert offline.json("status")[0] == DONE


def test_the_demo_says_when_its_port_is_taken(offline: Line) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, answer = offline.json("demo", "--port", str(taken.getsockname()[1]))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert "another port" in answer["next_step"]


# -- really from outside -----------------------------------------------------------------------------------------------


def python(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lib", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, **pipes, **options)


def test_a_library_that_another_process_holds_is_said_with_that_process(offline: Line) -> None:
    with closing(Workspace(Settings(offline.home))):
        process = python("status", "--json")
        out, err = process.communicate(timeout=60)
    assert process.returncode == FAILED
    assert str(os.getpid()) in json.loads(out)["error"]
    assert "Traceback" not in err


def test_the_demo_serves_until_it_is_stopped(offline: Line) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = python("demo", "--port", str(port), "--json")
    assert process.stderr and str(port) in process.stderr.readline()
    _when_listening(process, port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo/state", timeout=10) as answer:
        assert len(json.loads(answer.read())["playlists"]) >= 60
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, json.loads(out)) == (DONE, {"port": port})


def _when_listening(process: subprocess.Popen[str], port: int) -> None:
    """Returns when the port answers, which is the one sign there is."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the demo ended before it listened")
