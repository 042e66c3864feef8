"""The kill campaign: a real process, real HTTP over loopback, a real DuckDB file, and SIGKILL at every step of a flow.

    python -m tests.sync.kills --kills 5000 --seed 1 --jobs 2

The steps of an undisturbed run are counted: each commit, before and after; each request, before it leaves and after
YouTube answered but before the client hears of it. Then a process is killed at step k, a new one goes on until nothing
is left to do, and YouTube, the database and the history of both are compared with the undisturbed run. Some runs are
killed twice or more, in some the server dies too (its account is kept in a file). The clock is a number in shared
memory that only moves when somebody sleeps or asks.

A cycle is cheap because its processes are forked from one that has imported everything, and has no database open.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sync.kills.client import client
from tests.sync.kills.compare import Run, differences
from tests.sync.kills.server import Clock, Death, Listening, serve
from tests.sync.kills.worlds import SCENARIOS, Scenario

PAUSES = (0.0, 3.0, 100.0)
"""Seconds between a kill and the next start: within the lag, within the settling time, and after it."""
EVERY = 5
"""Doing it once more is a push of its own, so only every so-manieth cycle looks whether that writes nothing."""
LEAST_SINGLE, MOST_SINGLE = 0.3, 0.75
"""Shares of kills that are the only one of their cycle: the lesser where they cannot be at every step."""
SHARE_SERVER = 0.3
"""Of the other cycles: the server dies. In the rest a process is killed again and again in its recovery."""


@dataclass(frozen=True, slots=True)
class Task:
    """One cycle: the steps at which the first, second, ... process dies, and where the first, second, ... server does."""

    scenario: str
    seed: int
    at: tuple[int, ...] = ()
    server: tuple[Death, ...] = ()

    @property
    def deaths(self) -> int:
        """How many processes and servers shall die."""
        return len(self.at) + len(self.server)

    def command(self) -> str:
        """What repeats exactly this cycle."""
        words = ["python -m tests.sync.kills --scenario", self.scenario, "--seed", str(self.seed)]
        words += ["--at", *map(str, self.at)] if self.at else []
        words += ["--server", *(f"{death.request}{death.when[0]}" for death in self.server)] if self.server else []
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a cycle: how often a process and a server really died, where, and what differs then."""

    task: Task
    kills: int
    server_kills: int
    where: tuple[str, ...]
    differs: tuple[str, ...]


@cache
def listening() -> Listening:
    """The address of this worker's servers: each answers on the same socket as the one before it."""
    return Listening()


def run(scenario: Scenario, template: Path | None, task: Task, home: Path) -> Run:
    """Let processes do the scenario in `home` until one comes to its end, killing them as the task says."""
    home.mkdir(parents=True)
    if template:
        for name in ("atlas.duckdb", "account.json"):
            if (template / name).exists():
                shutil.copy(template / name, home / name)
    clock, deaths, found = Clock(days=1 if template else 0), list(task.server), Run(home)
    chance = random.Random(f"{task.seed} {task.scenario} {task.at} {task.server}")

    def served() -> int:
        return serve(scenario, clock, home, listening(), deaths.pop(0) if deaths else None, calm=template is None)

    server = served()
    act = "prepare" if template is None else "twice" if sum(task.at) % EVERY == 0 else "once"
    try:
        for at in (*task.at, None):
            process = client(scenario, clock, home, listening(), at, act)
            while (ended := os.waitpid(-1, 0))[0] != process:
                found.server_kills += 1
                server = served()
            found.ended(ended[1])
            if not found.killed:
                break
            clock.sleep(chance.choice(PAUSES))
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)
    return found


def prepare(name: str, folder: Path) -> None:
    """Make the database and the account of a scenario, as they are before its course."""
    made = run(SCENARIOS[name], None, Task(name, 0), folder / name / "template").read()
    if trouble := made.report.get("trouble"):
        raise RuntimeError(f"{name} cannot be prepared: {trouble}")


def go_undisturbed(name: str, folder: Path) -> Run:
    """The course of a scenario without any kill."""
    run(SCENARIOS[name], folder / SCENARIOS[name].calm / "template", Task(name, 0), folder / name / "undisturbed")
    return undisturbed(folder / name)


@cache
def undisturbed(folder: Path) -> Run:
    """The run of a scenario that nobody disturbed."""
    return Run(folder / "undisturbed").read()


def disturb(task: Task, folder: Path) -> Outcome:
    """One cycle of the campaign."""
    scenario, home = SCENARIOS[task.scenario], folder / task.scenario / f"cycle-{os.getpid()}"
    shutil.rmtree(home, ignore_errors=True)
    found = run(scenario, folder / scenario.calm / "template", task, home).read()
    differs = tuple(differences(undisturbed(folder / scenario.calm), found))
    return Outcome(task, found.kills, found.server_kills, tuple(found.where), differs)


def tasks(runs: dict[str, Run], kills: int, seed: int) -> list[Task]:
    """Cycles with so many kills: single ones at steps all over every flow, repeated ones, and servers that die.

    Each kind of step is among the single ones, and every step of every scenario where there are kills enough.
    """
    chance = random.Random(seed)
    steps = {name: len(one.report["steps"]) for name, one in runs.items()}
    singles = [Task(name, seed, (k,)) for name in runs for k in range(1, steps[name] + 1)]
    enough = kills * MOST_SINGLE >= len(singles)
    chosen = list(singles) if enough else _sample(runs, singles, ceil(kills * LEAST_SINGLE), chance)
    for name in cycle(runs):
        if sum(task.deaths for task in chosen) >= kills:
            break
        if chance.random() < SHARE_SERVER:
            chosen.append(_with_server(name, steps[name], len(runs[name].arrived), seed, chance))
        else:
            chosen.append(_again_and_again(name, steps[name], seed, chance))
    chance.shuffle(chosen)  # so that no worker gets all that is slow
    return chosen


def _sample(runs: dict[str, Run], singles: Sequence[Task], wanted: int, chance: random.Random) -> list[Task]:
    """One kill at each kind of step, and so many at even distances."""
    alike: dict[str, list[Task]] = {}
    for one in singles:
        alike.setdefault(str(runs[one.scenario].report["steps"][one.at[0] - 1]), []).append(one)
    return [chance.choice(tasks) for tasks in alike.values()] + _spread(singles, wanted, chance)


def _spread(singles: Sequence[Task], wanted: int, chance: random.Random) -> list[Task]:
    """So many of them at even distances, beginning anywhere."""
    distance = len(singles) / wanted
    begin = chance.random() * distance
    return [singles[int(begin + n * distance)] for n in range(wanted)]


def _again_and_again(name: str, steps: int, seed: int, chance: random.Random) -> Task:
    """Kills in the recovery too: mostly early in it, where it still finds out what the one before left."""
    later = [chance.randint(1, chance.choice((12, 40, steps))) for _ in range(chance.choice((1, 2, 4, 7)))]
    return Task(name, seed, (chance.randint(1, steps), *later))


def _with_server(name: str, steps: int, requests: int, seed: int, chance: random.Random) -> Task:
    """The server dies at a request; in half of these runs the process is killed at some step as well."""
    death = Death(chance.randint(1, requests), chance.choice(("before", "after")))
    return Task(name, seed, (chance.randint(1, steps),) if chance.random() < 0.5 else (), (death,))


def campaign(kills: int, seed: int, jobs: int, names: Sequence[str]) -> Iterator[Outcome]:
    """The undisturbed run of each scenario, compared with itself, then each cycle's outcome as it comes."""
    with _folder() as folder, _workers(jobs) as workers:
        runs = _prepared(names, folder, workers)
        for name, one in runs.items():
            where = f"{len(one.report.get('steps', ()))} steps, {len(one.arrived)} requests"
            differs = differences(undisturbed(folder / SCENARIOS[name].calm), one)
            yield Outcome(Task(name, seed), 0, 0, (where,), tuple(differs))
        died = 0
        while died < kills:  # some processes come to their end before the step at which they were to die
            chosen = tasks(runs, kills - died, seed + died)
            for one in workers.map(disturb, chosen, [folder] * len(chosen), chunksize=4):
                died += one.kills + one.server_kills
                yield one
            if not died:
                raise RuntimeError("no process died; what the undisturbed runs print says why")


def _prepared(names: Sequence[str], folder: Path, workers: ProcessPoolExecutor) -> dict[str, Run]:
    """The undisturbed runs of these scenarios; besides, what these and their calm likes need lies in the folder."""
    calm = sorted({SCENARIOS[name].calm for name in names})
    list(workers.map(prepare, calm, [folder] * len(calm)))
    every = sorted({*names, *calm})
    runs = dict(zip(every, workers.map(go_undisturbed, every, [folder] * len(every)), strict=True))
    return {name: runs[name] for name in names}


def single(task: Task) -> Outcome:
    """One cycle again, as a failure printed it."""
    with _folder() as folder, _workers(1) as workers:
        _prepared([task.scenario], folder, workers)
        return workers.submit(disturb, task, folder).result()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where there is one: SIGKILL loses nothing that was written, so a disk would only be slower."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="kills-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def _workers(jobs: int) -> ProcessPoolExecutor:
    """Processes that have imported everything, each with a server of its own."""
    gc.collect()
    gc.freeze()  # so that the children share the memory of what is imported
    return ProcessPoolExecutor(jobs, get_context("fork"))


def main(arguments: Sequence[str]) -> int:
    """The command. Returns 1 where there is a difference."""
    asked = _parser().parse_args(arguments)
    if asked.at or asked.server:
        deaths = tuple(Death(int(word[:-1]), {"b": "before", "a": "after"}[word[-1]]) for word in asked.server)
        return _show([single(Task(asked.scenario[0], asked.seed, tuple(asked.at), deaths))])
    return _show(campaign(asked.kills, asked.seed, asked.jobs, asked.scenario))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.sync.kills", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=5000, help="how many processes and servers shall die")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many cycles run side by side")
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--at", nargs="+", type=int, default=[], help="one cycle: the steps at which the processes die")
    parser.add_argument(
        "--server", nargs="+", default=[], help="one cycle: where servers die, as 12a (after request 12)"
    )
    return parser


def _show(outcomes: Iterable[Outcome]) -> int:
    """Print every difference with the command that repeats it, then the sums; leave them on the scoreboard."""
    begun, sums, where = time.monotonic(), Counter[str](), Counter[str]()
    for one in outcomes:
        killed = one.kills + one.server_kills
        sums += Counter(kills=killed, double=killed > 1, server_kills=one.server_kills, differences=bool(one.differs))
        where += Counter(one.where if killed else ())
        if one.differs or not killed:
            print(
                f"{one.task.scenario}: {', '.join(one.where)}", *one.differs, one.task.command(), sep="\n  ", flush=True
            )
    board = {name: sums[name] for name in ("kills", "double", "server_kills", "differences")}
    board["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(board | {"where": dict(where.most_common())}))
    if folder := os.environ.get("ATLAS_SCOREBOARD"):
        Path(folder, "kills.json").write_text(json.dumps(board) + "\n", encoding="utf-8")
    return bool(sums["differences"])
