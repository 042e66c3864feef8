"""Processes and servers killed at steps all over every flow, and proof that the comparison would see what they broke."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from lib.settings import ROOT
from tests.sync.kills.compare import Run, differences
from tests.sync.kills.worlds import SCENARIOS

pytestmark = pytest.mark.long

KILLS = {"nightly": 5000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 40)
DIED_AT = ("commit", "GET playlistItems", "POST playlistItems", "PUT playlistItems", "DELETE playlistItems")
INSERT = ["POST", "playlistItems", "PLa", "video1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the campaign forks its processes, which this system cannot")
def test_a_process_killed_at_any_step_and_begun_again_comes_to_the_undisturbed_end() -> None:
    command = [sys.executable, "-m", "tests.sync.kills", "--kills", str(KILLS)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found["kills"] >= KILLS and found["double"] and found["server_kills"] and found["differences"] == 0
    assert {f"{when} {what}" for when in ("before", "after") for what in DIED_AT} <= found["where"].keys()


def test_the_scenarios_wish_every_kind_of_edit_and_disturb_every_flow() -> None:
    wished = {edit.kind for scenario in SCENARIOS.values() for edit in scenario.wishes()}
    assert {kind.value for kind in wished} == {"add", "move", "remove", "reorder", "create", "rename", "delete"}
    assert {scenario.act for scenario in SCENARIOS.values()} == {"push", "pull", "undo"}


# -- the comparison ----------------------------------------------------------------------------------------------------


def state(*items: str) -> dict[str, Any]:
    """An account with one playlist that holds these items; the item "i1" is of "video1"."""
    rows = [[item, f"video{item[1:]}", "", None] for item in items]
    return {"PLa": ["A", "", "private", rows], "PLb": ["B", "", "private", []]}


def good() -> Run:
    """A push of one insert, killed once after it was sent."""
    operation = [1, "insert", "done", "PLa", "video1", None, None, "i1"]
    tables = {"edits": [["add", "fulfilled", "video1", None]], "pushes": [[1, "done"]], "operations": [operation]}
    tables |= {name: [] for name in ("videos", "held_back", "decisions", "roles", "kept_items")}
    base = {
        "items": [["PLa", *row] for row in state("i0", "i1")["PLa"][3]],
        "playlists": [[key, *facts[:3]] for key, facts in state().items()],
    }
    facts = {"finished": True, "attempts": [[*INSERT, 1]], "units": [[52]], "writes_again": 0}
    return Run(
        Path("nowhere"),
        kills=1,
        states=[state("i0"), state("i0", "i1")],
        arrived=[("GET", "playlists", ""), tuple(INSERT), ("GET", "playlistItems", "i1")],
        units=52,
        where=["after POST playlistItems"],
        starts=[(0, {"attempts": [], "units": 0}), (2, {"attempts": [[*INSERT, 1]], "units": 51})],
        report=facts | tables | base,
    )


def lost(run: Run) -> None:
    run.states.append(state("i1"))
    run.report["items"] = [["PLa", "i1", "video1", "", None]]


def gone_for_a_moment(run: Run) -> None:
    run.states.insert(1, state())


def twice(run: Run) -> None:
    run.states.append(state("i0", "i1", "i1"))


def unclaimed(run: Run) -> None:
    run.report["operations"][0][7] = None


def order(run: Run) -> None:
    run.states[-1] = state("i1", "i0")
    run.report["items"].reverse()


def base(run: Run) -> None:
    run.report["items"].pop()


def pending(run: Run) -> None:
    run.report["edits"][0][1] = "pending"


def left_open(run: Run) -> None:
    run.report["operations"].append([1, "delete", "unknown", "PLa", "video0", "i0", None, None])


def repeated(run: Run) -> None:
    run.report["operations"].append([*run.report["operations"][0][:7], None])


def not_counted(run: Run) -> None:
    run.arrived.append(tuple(INSERT))


def never_sent(run: Run) -> None:
    run.arrived[1] = ("GET", "playlistItems", "i0")


def unbooked(run: Run) -> None:
    run.units += 1


def not_idempotent(run: Run) -> None:
    run.report["writes_again"] = 1


def endless(run: Run) -> None:
    run.report["finished"] = False


def hung(run: Run) -> None:
    run.hung = True


def test_the_comparison_finds_nothing_in_a_run_that_kept_every_promise() -> None:
    assert list(differences(good(), good())) == []


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        *(
            (lost, "youtube"),
            (gone_for_a_moment, "nowhere"),
            (twice, "youtube"),
            (unclaimed, "claims"),
            (order, "youtube"),
        ),
        *((base, "base"), (pending, "database"), (left_open, "journal"), (repeated, "journal")),
        *((not_counted, "attempts"), (never_sent, "attempts"), (unbooked, "ledger"), (not_idempotent, "again")),
        *((endless, "it came to no end"), (hung, "it came to no end")),
    ],
)
def test_the_comparison_names_every_broken_promise(harm: Callable[[Run], None], named: str) -> None:
    found = deepcopy(good())
    harm(found)
    assert named in {line.partition(":")[0] for line in differences(good(), found)}
