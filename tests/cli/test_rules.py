from __future__ import annotations

from contextlib import closing

import pytest

from lib.cli.command import DONE, FAILED
from lib.derived import Suggestion
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    INBOX,
    MUSIC,
    video,
)

RULE = {"id", "rule", "to", "to_title", "on", "by_itself", "files", "problem"}


def test_rules_are_added_listed_previewed_applied_and_deleted(offline: CommandLine) -> None:
    conditions = ("--channel", "owner", "--words", '10 "talk 11"', "--inbox", "Inbox")
    code, added = offline.json("rules", "--add", "Cooking", *conditions)
    assert (code, added.keys()) == (DONE, RULE)
    sentence = "Channel is owner, and title says 10 or “talk 11”, and stands in Inbox"
    assert (added["rule"], added["to_title"], added["files"], added["problem"]) == (sentence, "Cooking", 2, "")
    assert offline.json("rules") == (DONE, [added])
    code, shown = offline.json("rules", "--preview")
    assert (code, [row["video_id"] for row in shown]) == (DONE, [video(10), video(11)])
    assert shown[0].keys() == {"rule", "video_id", "title", "to", "to_title"}
    assert offline.json("rules", "--apply") == (DONE, {"edits": 2})
    assert {(row["kind"], row["decided_by"]) for row in offline.json("edits")[1]} == {("add", "rule")}
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
def test_a_rule_that_cannot_be_is_refused_with_the_next_step(offline: CommandLine, arguments: tuple[str, ...]) -> None:
    code, answer = offline.json("rules", *arguments)
    assert (code, answer.keys()) == (FAILED, ERROR) and answer["next_step"]
    assert offline.json("rules") == (DONE, [])


def test_what_a_rule_answers_is_no_suggestion_of_the_model(offline: CommandLine) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        suggestions = [Suggestion(video(n), (INBOX,), MUSIC, 0.9, True, "because") for n in (10, 11)]
        workspace.derived.store_suggestions(suggestions)
    offline.json("rules", "--add", "Cooking", "--words", "10")
    assert [row["video_id"] for row in offline.json("suggestions")[1]] == [video(11)]
