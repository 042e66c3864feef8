"""The commands that tidy categories as a whole: duplicates, merge and split."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from lib.cli.command import DONE, FAILED, USAGE
from lib.cli.main import main
from lib.ml.text.video_text import text_hash
from lib.services.tidy import SplitOff, Tidy, TidyHints
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import COOKING, DELETED, INBOX, MUSIC, video

TITLE = "Sourdough bread baked without kneading"


@pytest.fixture
def with_duplicates(offline: CommandLine) -> CommandLine:
    """Videos 3, in Cooking, and 10, in the inbox, are one recording."""
    with closing(Workspace(Settings(offline.home))) as workspace:
        videos = workspace.catalog.listed_videos()
        recordings = [replace(videos[video(n)], title=TITLE, duration_seconds=1_200) for n in (3, 10)]
        workspace.catalog.store_videos(recordings)
        workspace.vectors.store({key: text_hash(key) for key in videos}, np.eye(len(videos), dtype=np.float32))
    return offline


def test_duplicates_are_listed_and_one_of_two_is_kept(with_duplicates: CommandLine) -> None:
    code, pairs = with_duplicates.json("duplicates")
    assert (code, [pair.keys() for pair in pairs]) == (DONE, [{"videos", "keep", "why"}])
    assert (set(pairs[0]["videos"]), pairs[0]["keep"]) == ({video(3), video(10)}, video(3))
    assert with_duplicates.json("duplicates", "--keep", video(3), "--drop", video(10)) == (DONE, {"edits": 1})
    assert [(edit["kind"], edit["from"]) for edit in with_duplicates.json("edits")[1]] == [("remove", INBOX)]


@pytest.mark.parametrize(
    ("kept", "dropped"), [(3, 3), (3, 39), (DELETED, 0)], ids=["itself", "unknown", "not to be added anywhere"]
)
def test_what_cannot_be_kept_is_refused(with_duplicates: CommandLine, kept: int, dropped: int) -> None:
    code, answer = with_duplicates.json("duplicates", "--keep", video(kept), "--drop", video(dropped))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert with_duplicates.json("edits")[1] == []
    assert main(["duplicates", "--keep", video(3)]) == USAGE


def test_merge_fills_a_playlist_and_deletes_the_other(offline: CommandLine) -> None:
    code, answer = offline.json("merge", "Music", "Cooking")
    assert (code, answer.keys()) == (DONE, {"edits", "added", "unavailable", "deleted"})
    assert (answer["unavailable"], answer["deleted"]) == (0, True)
    edits = offline.json("edits")[1]
    assert len(edits) == answer["edits"] == answer["added"] + 1
    assert (edits[-1]["kind"], edits[-1]["from"]) == ("delete", MUSIC)
    assert offline.json("merge", "Cooking", COOKING)[0] == FAILED
    assert offline.json("merge", "Nowhere", "Cooking")[0] == FAILED


def test_a_playlist_with_unavailable_videos_stays_unless_it_is_said(offline: CommandLine) -> None:
    code, answer = offline.json("merge", "Cooking", "Music")
    assert (code, answer["deleted"]) == (DONE, False) and answer["unavailable"] > 0
    assert "nowhere else" in offline.messages
    assert offline.json("merge", "Cooking", "Music", "--delete")[1]["deleted"]


def test_split_says_where_a_playlist_is_one(with_duplicates: CommandLine) -> None:
    code, answer = with_duplicates.json("split", "Music")
    assert (code, answer.keys()) == (FAILED, ERROR) and "does not fall into two" in answer["error"]


def test_split_moves_the_smaller_part_into_a_new_playlist(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = ((video(0), video(1), video(2)), (video(3), video(4)))
    monkeypatch.setattr(Tidy, "scan", lambda *_: TidyHints(splits=(SplitOff(COOKING, ("Bread", "Soup"), parts),)))
    code, answer = offline.json("split", "Cooking")
    assert (code, answer) == (DONE, {"edits": 3, "videos": [video(3), video(4)], "to_title": "Soup"})
    assert [edit["kind"] for edit in offline.json("edits")[1]] == ["create", "move", "move"]
