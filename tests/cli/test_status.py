from __future__ import annotations

import json
import os
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lib.cli.command import DONE, FAILED
from lib.local_time import local_time
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import ERROR, CommandLine, start
from tests.conftest import machine_in
from tests.flows import video

STATUS = {"account", "playlists", "items", "videos", "edits", "quota", "open_push", "last_pull"}


def test_status_tells_where_things_stand(line: CommandLine) -> None:
    code, fresh = line.json("status")
    assert (code, fresh.keys(), fresh["account"], fresh["last_pull"]) == (DONE, STATUS, None, None)
    line.json("pull")
    status = line.json("status")[1]
    assert status["account"] == {"channel_id": "UC" + "r" * 22, "title": "Robin"}
    assert status["quota"].keys() == {"spent", "left", "resets_at"}
    assert (status["playlists"], status["items"], status["edits"]) == (4, 19, 0)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_people_read_times_in_the_zone_of_the_machine_and_json_names_its_own(line: CommandLine, zone: str) -> None:
    line.json("pull")
    line.edit(f"{video(10)},Inbox,Cooking")
    status, (edit,) = line.json("status")[1], line.json("edits")[1]
    moments = status["quota"]["resets_at"], status["last_pull"], edit["made_at"]
    assert all(moment.endswith("+00:00") for moment in moments)
    with machine_in(zone):
        text = line.for_people("status") + line.for_people("edits")
        assert (line.json("status")[1], line.json("edits")[1]) == (status, [edit])
    for moment in moments:
        assert moment not in text and local_time(datetime.fromisoformat(moment), ZoneInfo(zone)) in text


@pytest.mark.parametrize(
    ("name", "value"),
    [("ATLAS_DAILY_UNITS", "plenty"), ("YOUTUBE_API_ENDPOINT", "http://evil.example"), ("ATLAS_HOME", "/dev/null/x")],
)
def test_a_setting_that_cannot_be_meant_fails_in_one_sentence(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, answer = offline.json("status")
    assert (code, answer.keys()) == (FAILED, ERROR)


def test_a_damaged_library_is_left_as_it_is_and_the_sentence_names_the_file_and_how_to_move_it(
    offline: CommandLine,
) -> None:
    database = offline.home / "atlas.duckdb"
    database.write_bytes(b"no database" * 1000)
    for _ in range(2):
        code, answer = offline.json("status")
        assert code == FAILED
        assert "damaged" in answer["error"] and f"mv {database} " in json.dumps(answer)
    assert database.read_bytes() == b"no database" * 1000


def test_a_library_that_another_process_holds_is_said_with_that_process(offline: CommandLine) -> None:
    with closing(Workspace(Settings(offline.home))):
        process = start("status", "--json")
        out, err = process.communicate(timeout=60)
    assert process.returncode == FAILED
    assert str(os.getpid()) in json.loads(out)["error"]
    assert "Traceback" not in err
