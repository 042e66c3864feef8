from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lib.cli.command import DONE
from lib.local_time import local_time
from tests.cli.conftest import CommandLine
from tests.conftest import machine_in
from tests.flows import video

PLAN = {"plan_id", "operations", "units", "units_naive", "days", "calendar", "conflicts", "guards", "irreversible"}


PLAN |= {"confirm", "notes", "orphans"}


def test_plan_shows_cost_calendar_and_what_cannot_come_back(offline: CommandLine) -> None:
    offline.edit(f"{video(10)},Inbox,Cooking", f"{video(3)},Cooking,")
    code, plan = offline.json("plan")
    assert (code, plan.keys()) == (DONE, PLAN)
    assert [row.keys() for row in plan["operations"]] == [{"kind", "playlist", "video_id", "units"}] * 3
    assert [row["kind"] for row in plan["operations"]] == ["insert", "delete", "delete"]
    assert (plan["units"], plan["units_naive"] >= 150, plan["days"]) == (150, True, 1)
    assert [row.keys() for row in plan["calendar"]] == [{"date", "units", "playlists"}]
    assert [row.keys() for row in plan["guards"]] == [{"id", "what", "count"}]
    assert (plan["guards"][0]["count"], plan["confirm"], len(plan["irreversible"])) == (1, 1, 1)
    assert "--confirm 1" in offline.messages
    assert offline.json("plan")[1] == plan


def test_a_plan_of_several_days_says_whose_days_they_are(offline: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DAILY_UNITS", "120")
    offline.edit(*(f"{video(number)},,Cooking" for number in range(10, 16)))
    assert offline.json("plan")[1]["days"] > 1
    resets_at = datetime.fromisoformat(offline.json("status")[1]["quota"]["resets_at"])
    with machine_in("Asia/Tokyo"):
        offline.json("plan")
    assert "days of this machine's time zone" in offline.messages
    assert f"begins {local_time(resets_at, ZoneInfo('Asia/Tokyo'))}." in offline.messages


def test_a_plan_without_wishes_is_empty(offline: CommandLine) -> None:
    code, plan = offline.json("plan")
    assert (code, plan["operations"], plan["units"], plan["days"], plan["guards"]) == (DONE, [], 0, 0, [])
    assert "Nothing to do" in offline.messages
