"""Every fault on every method, before and after it is applied, and a person who edits between any two requests.

Real client library, real HTTP, real database; only the clock is set by hand. What a run must end as is in `fault_runs.py`
and `race_runs.py`. `HYPOTHESIS_PROFILE=nightly` takes the whole products in place of what a minute allows.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.demo.youtube import LogEntry
from tests.demo.faults import FAULTS, WRITE_FAULTS, Rule, at
from tests.sync.fault_runs import METHODS, Run, held, run, undisturbed, violations
from tests.sync.race_runs import ACTS, Act, race_violations

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
PAIRS = 400 if NIGHTLY else 5
READ_FAULTS = [name for name in FAULTS if name != "404, applied"]
"""A listing that answers 404 says that its playlist is gone: no fault, but news."""
LAGS = (3.0, 20.0)
LAGGED = (
    [(name, lag) for name in WRITE_FAULTS for lag in LAGS]
    if NIGHTLY
    else [("503", 3.0), ("500, applied", 3.0), ("closed", 20.0), ("closed, applied", 20.0)]
)
FILTERS = ("videoId", "pageToken", "playlistId", "id", "mine")
counted: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def scoreboard() -> Iterator[None]:
    """Leaves the figures where the README's are gathered."""
    yield
    folder = os.environ.get("ATLAS_SCOREBOARD")
    if folder and counted:
        figures = {name: counted[name] for name in ("fault_schedules", "races", "lost", "duplicates", "nowhere")}
        Path(folder, "faults.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def carried(*rules: Rule, lag: float = 0.0) -> Run:
    """A run under these rules, that ended as if they were none."""
    with run(*rules, lag=lag) as one:
        found = violations(one, one.carry_through())
        hit = {(e.method, e.path, e.fault, *(f for f in FILTERS if f in e.params)) for e in one.youtube.log if e.fault}
        counted["fault_schedules"] += len(hit)
        counted["nowhere"] += sum("no playlist" in what for what in found)
        copies, wanted = copies_in(held(one.youtube.present)), copies_in(undisturbed()[0])
        counted["lost"] += (wanted - copies).total()
        counted["duplicates"] += (copies - wanted).total()
        assert found == [], "\n".join(found)
    return one


def copies_in(library: dict[str, list[int]]) -> Counter[tuple[str, int]]:
    """How often each playlist holds each video."""
    return Counter((title, number) for title, numbers in library.items() for number in numbers)


def reading(entry: LogEntry) -> tuple[str, str]:
    """Which reading method a request is: the resource and what it filters by."""
    return entry.path.rsplit("/", 1)[1], next(name for name in FILTERS if name in entry.params)


def method_of(entry: LogEntry) -> tuple[str, str]:
    """Which writing method a request is."""
    return entry.method, entry.path.rsplit("/", 1)[1]


# -- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FAULTS)
def test_every_method_survives_a_fault(name: str) -> None:
    kinds = {reading(entry) for entry in undisturbed()[1] if entry.method == "GET"} if name in READ_FAULTS else set()
    writes = set(METHODS.values()) if name in WRITE_FAULTS else set()
    one = carried(
        *(at(1, FAULTS[name], method=method, resource=what) for method, what in writes),
        *(at(1, FAULTS[name], method="GET", resource=what, having=filtered) for what, filtered in sorted(kinds)),
    )
    hit = [entry for entry in one.youtube.log if entry.fault == name]
    assert {reading(entry) for entry in hit if entry.method == "GET"} == kinds
    assert {method_of(entry) for entry in hit if entry.method != "GET"} == writes


@pytest.mark.parametrize("name", ["500", "truncated, applied"])
def test_a_fault_that_stays_for_several_requests_is_outlasted(name: str) -> None:
    carried(at(7, FAULTS[name], times=9))


@pytest.mark.parametrize(("name", "lag"), LAGGED)
def test_a_fault_while_listings_lag_makes_no_second_copy(name: str, lag: float) -> None:
    carried(*(at(1, FAULTS[name], method=method, resource=what) for method, what in METHODS.values()), lag=lag)


@pytest.mark.parametrize("seed", range(PAIRS))
def test_two_faults_at_any_two_requests(seed: int) -> None:
    chance = random.Random(seed)
    length = len(undisturbed()[1])
    rules = []
    for _ in range(2):
        number = chance.randrange(1, length + 4)
        rules.append(at(number, FAULTS[chance.choice(sorted(WRITE_FAULTS))]))
    carried(*rules, lag=chance.choice((0.0, *LAGS)))


@pytest.mark.parametrize("name", sorted(WRITE_FAULTS) if NIGHTLY else ["401", "closed, applied"])
def test_a_fault_at_any_single_request(name: str) -> None:
    length = len(undisturbed()[1])
    for number in range(1, length + 1) if NIGHTLY else (length // 3, length - 1):
        carried(at(number, FAULTS[name]))


# -- a person edits between any two requests -------------------------------------------------------------------------


def raced() -> list[tuple[int, Act]]:
    """Every request of the push with every act; in a minute, each second request with one act, so that each act comes once."""
    length = len(undisturbed()[1])
    if NIGHTLY:
        return [(number, act) for number in range(length) for act in ACTS]
    return [(number, ACTS[number // 2 % len(ACTS)]) for number in range(0, length, 2)]


def test_what_a_person_does_between_any_two_requests_is_never_overwritten() -> None:
    found = []
    for number, act in raced():
        with run() as one:
            happening = at(number + 1, one.meanwhile(act.change))
            one.schedule.rules.append(happening)
            found += [f"{act.name} before request {number}: {what}" for what in race_violations(one, act, number)]
            counted["races"] += 1
    assert found == [], "\n".join(found)
