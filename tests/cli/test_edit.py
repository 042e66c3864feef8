from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from lib.cli.command import DONE, FAILED, USAGE
from lib.cli.main import main
from lib.models import Item
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    COOKING,
    DELETED,
    INBOX,
    MUSIC,
    video,
)

EDIT = {"id", "kind", "made_at", "video_id", "from", "to", "title", "decided_by"}


def test_edit_lays_what_edits_lists_and_take_back_withdraws(offline: CommandLine) -> None:
    code, answer = offline.edit(f"{video(10)},Inbox,Cooking", f"{video(11)},,{MUSIC}", f"{video(12)},Inbox,")
    assert (code, answer) == (DONE, {"accepted": 3, "rejected": []})
    code, edits = offline.json("edits")
    assert code == DONE
    assert all(row.keys() == EDIT for row in edits)
    assert [(row["kind"], row["from"], row["to"]) for row in edits] == [
        ("move", INBOX, COOKING),
        ("add", None, MUSIC),
        ("remove", INBOX, None),
    ]
    assert offline.json("edits", "--take-back", str(edits[0]["id"])) == (DONE, {"taken_back": [edits[0]["id"]]})
    assert len(offline.json("edits")[1]) == 2


def test_edit_refuses_a_file_with_bad_lines_and_names_them(offline: CommandLine) -> None:
    lines = (f"{video(10)},,Cooking", "bad,,Cooking", f"{video(11)},,Nowhere", f"{video(DELETED)},,Music")
    code, answer = offline.edit(*lines)
    assert (code, answer["accepted"]) == (FAILED, 0)
    assert [(row["line"], row.keys()) for row in answer["rejected"]] == [(n, {"line", "reason"}) for n in (3, 4, 5)]
    assert "Line 4:" in offline.messages
    assert offline.json("edits")[1] == []
    code, answer = offline.edit(*lines, options=("--partial",))
    assert (code, answer["accepted"], len(answer["rejected"])) == (DONE, 1, 3)


def test_edit_makes_new_categories_only_where_that_is_said(offline: CommandLine) -> None:
    assert offline.edit(f"{video(10)},,Space")[0] == FAILED
    assert offline.edit(f"{video(10)},,Space", options=("--create",)) == (DONE, {"accepted": 1, "rejected": []})
    assert [row["kind"] for row in offline.json("edits")[1]] == ["create", "add"]


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
def test_edit_refuses_what_is_no_edit_file(offline: CommandLine, content: bytes | None, word: str) -> None:
    path = offline.home / "some.csv"
    if content is not None:
        path.write_bytes(content)
    code, answer = offline.json("edit", str(path))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert word in answer["error"]
    assert answer["next_step"]


def test_taking_back_an_edit_that_does_not_wait_fails(offline: CommandLine) -> None:
    assert offline.json("edits", "--take-back", "77")[0] == FAILED


def test_edits_are_starred_and_unstarred(offline: CommandLine) -> None:
    offline.edit(f"{video(10)},Inbox,Cooking", f"{video(11)},Inbox,Music")
    last = offline.json("edits")[1][1]["id"]
    assert offline.json("edits", "--star", str(last)) == (DONE, {"starred": [last]})
    assert [row["video_id"] for row in offline.json("plan")[1]["operations"]][:2] == [video(11)] * 2
    assert offline.json("edits", "--unstar", str(last)) == (DONE, {"unstarred": [last]})
    assert [row["video_id"] for row in offline.json("plan")[1]["operations"]][:2] == [video(10)] * 2
    assert offline.json("edits", "--star", "77")[0] == FAILED
    assert main(["edits", "--star", "1", "--unstar", "1"]) == USAGE


@pytest.mark.parametrize("cell", ["-dash_IdAB1", "'-dash_IdAB1"])
def test_an_id_that_a_spreadsheet_would_compute_comes_back(offline: CommandLine, cell: str) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        known = workspace.catalog.videos([video(10)])[video(10)]
        workspace.catalog.store_videos([replace(known, video_id="-dash_IdAB1")])
        workspace.catalog.store_items(INBOX, [Item("item", "-dash_IdAB1")])
        workspace.catalog.rename_playlist(MUSIC, "=Music")
    for title in ("=Music", "'=Music"):
        assert offline.edit(f"{cell},Inbox,{title}") == (DONE, {"accepted": 1, "rejected": []})
        assert offline.json("edits", "--take-back", str(offline.json("edits")[1][0]["id"]))[0] == DONE


def test_titles_compare_as_a_person_sees_them(offline: CommandLine) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        workspace.catalog.rename_playlist(MUSIC, "Caf\u00e9")
    seen = "\u200bCafe\u0301\u200e"
    assert offline.edit(f"{video(10)},,{seen}", options=("--create",)) == (DONE, {"accepted": 1, "rejected": []})
    assert [edit["kind"] for edit in offline.json("edits")[1]] == ["add"]
    assert MUSIC in offline.json("inbox", seen)[1]["inbox"]
    assert offline.json("tidy", seen)[0] == DONE
    assert offline.json("search", "--playlist", seen)[0] == DONE


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"video_id,from_playlist,to_playlist\nvideo000010,,Cooking\nvideo000011,,Caf\xe9\n", 3),
        (b'video_id,from_playlist,to_playlist\nvideo000010,,"Cooking\nvideo000011,,Music\n', 2),
        (b"video_id,from_playlist,to_playlist\n\n" + b"v" * 200_000 + b",,Music\n", 3),
        (b"video_id,to_playlist\nx,y\n", 1),
        (b"video_id,to_playlist,from_playlist,to_playlist\nx,y,z,z\n", 1),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(offline: CommandLine, content: bytes, number: int) -> None:
    path = offline.home / "edits.csv"
    path.write_bytes(content)
    code, answer = offline.json("edit", str(path))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert f"ine {number} " in answer["error"]


def test_a_title_with_a_comma_and_no_quotes_is_refused(offline: CommandLine) -> None:
    code, answer = offline.edit(f"{video(10)},,Cooking, slowly")
    assert (code, [row["line"] for row in answer["rejected"]]) == (FAILED, [2])


def test_a_spreadsheet_may_put_semicolons_between_cells(offline: CommandLine) -> None:
    path = offline.home / "edits.csv"
    path.write_text(f"\ufeffvideo_id;from_playlist;to_playlist\r\n{video(10)};;Cooking\r\n", encoding="utf-8")
    assert offline.json("edit", str(path)) == (DONE, {"accepted": 1, "rejected": []})
