"""The promises of a push, looked for in many lives of a library: see `machine.py`.

HYPOTHESIS_PROFILE=nightly leads 400 lives of 10 steps, some 20 pushes each, none of them the same on another night.
With ATLAS_SCOREBOARD naming a folder the figures are written there as `machine.json`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from lib.demo.youtube import LogEntry
from tests.sync.inprocess import in_process
from tests.sync.judged import Judged
from tests.sync.machine import Machine, Step

pytestmark = pytest.mark.long

LIVES, STEPS = {"nightly": (400, 10), "bugs": (300, 5)}.get(os.environ.get("HYPOTHESIS_PROFILE", "ci"), (16, 5))
SHARES = {
    "both sides changed": 0.60,
    "conflict": 0.25,
    "lost response": 0.40,
    "crash while sent": 0.30,
    "resume after quota": 0.10,
    "duplicate": 0.50,
    "taking back refused": 0.05,
    "taking back refused after a crash": 0.10,
}
"""In how many lives what is worth testing must have happened, or the test proves nothing."""


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    with in_process():
        yield


def lead(lives: int, steps: int) -> None:
    """So many lives, the same ones whenever this is run but for the nightly ones."""
    nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    chosen = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not nightly,
        database=None,
        phases=[Phase.generate, Phase.shrink] if nightly else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=chosen)


def test_no_promise_is_broken_in_any_life_of_a_library() -> None:
    Judged.reached.clear()
    lead(LIVES, STEPS)
    shares = {what: Judged.reached[what] / Judged.reached["examples"] for what in SHARES}
    write_scoreboard(shares)
    rare = {what: share for what, share in shares.items() if share < SHARES[what]}
    assert not rare, f"too rare to prove anything: {rare}"
    told, silent = Judged.reached["told"], Judged.reached["not told"]
    assert told > 2 * silent, f"the oracle told {told} and kept silent {silent} times"


def write_scoreboard(shares: dict[str, float]) -> None:
    if board := os.environ.get("ATLAS_SCOREBOARD"):
        counts = {"examples": Judged.reached["examples"], "steps": STEPS, "pushes": Judged.reached["pushes"]}
        figures = {**counts, "violations": 0, "shares": {what: round(share, 3) for what, share in shares.items()}}
        Path(board, "machine.json").write_text(json.dumps(figures) + "\n", encoding="utf-8")


def test_the_same_life_sends_the_same_requests() -> None:
    lead(4, STEPS)
    life = list(Machine.last_life)
    assert len(life) > 1
    first, second = led_again(life), led_again(life)
    assert len(first) > 20
    assert first == second


def led_again(life: list[Step]) -> list[LogEntry]:
    """The requests that a life sends, step by step as it was led before."""
    machine: Any = Machine()
    machine.life = []
    try:
        for name, facts in life:
            getattr(machine, name)(**facts)
        return list(machine.youtube.log)
    finally:
        machine.teardown()
