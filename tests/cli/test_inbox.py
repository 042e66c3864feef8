from __future__ import annotations

from contextlib import closing

from lib.cli.command import DONE, FAILED
from lib.models import Item
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    COOKING,
    INBOX,
    MUSIC,
    video,
)


def test_inbox_marks_playlists_by_id_or_title(offline: CommandLine) -> None:
    assert offline.json("inbox", "Music", COOKING) == (DONE, {"inbox": [INBOX, COOKING, MUSIC, "LL"]})
    assert offline.json("inbox", "--category", "Music", COOKING, INBOX, "LL") == (DONE, {"inbox": []})
    code, answer = offline.json("inbox", "Nowhere")
    assert (code, answer.keys()) == (FAILED, ERROR)


def test_tidy_lays_removals_of_what_stands_in_a_category(offline: CommandLine) -> None:
    assert offline.json("tidy") == (DONE, {"edits": 0, "left": 6})
    assert "Nothing to tidy" in offline.messages
    offline.json("inbox", "Music")
    with closing(Workspace(Settings(offline.home))) as workspace:
        workspace.catalog.store_items(COOKING, [*workspace.catalog.items_of(COOKING), Item("new", video(7))])
    assert offline.json("tidy", "Music", MUSIC) == (DONE, {"edits": 3, "left": 0})
    assert [(row["kind"], row["from"]) for row in offline.json("edits")[1]] == [("remove", MUSIC)] * 3
    assert offline.json("tidy", "Cooking")[0] == FAILED
