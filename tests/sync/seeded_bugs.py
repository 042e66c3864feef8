"""Do the tests find bugs? Each patch of `bugs/` puts one into a copy of the program, and the tests are run on it.

`python -m tests.sync.seeded_bugs` first runs the stateful machine alone on each, then, for what survives that, all tests
that need no browser and no model. The program as it is must pass both, or finding would mean nothing. With ATLAS_SCOREBOARD naming a
folder the result is written there as `bugs.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lib.settings import ROOT

BUGS = Path(__file__).parent / "bugs"
MACHINE = ("tests/sync/test_machine.py",)
SUITE = ("tests", "-m", "not browser and not model", "--ignore", "tests/sync/test_machine.py")
HOUR = 3600
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.duckdb*", "output")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who found a bug: the stateful machine alone, another test, or nobody."""

    name: str
    machine: bool
    suite: bool

    @property
    def row(self) -> str:
        """The verdict as a line of the table."""
        finder = "the machine" if self.machine else "another test" if self.suite else "NOBODY"
        return f"{self.name:50} {finder}"


def patches() -> list[Path]:
    """The bugs, in the order of their numbers."""
    return sorted(BUGS.glob("*.patch"))


def copied(folder: Path, patch: Path | None = None) -> Path:
    """A copy of the program in `folder`, with the bug in it. Raises `ValueError` where a patch no longer fits."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    for name, text in (patched(patch) if patch else {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def patched(patch: Path) -> dict[str, str]:
    """The files that a patch changes, as they are with the bug, by path. Raises `ValueError` where it no longer fits."""
    changed: dict[str, str] = {}
    for part in patch.read_text(encoding="utf-8").split("\n--- a/")[1:]:
        name, _, *hunks = re.split(r"\n(?:\+\+\+ b/|@@ .*\n)", part)
        text = (ROOT / name).read_text(encoding="utf-8")
        for lines in (hunk.splitlines(keepends=True) for hunk in hunks):
            before = "".join(line[1:] for line in lines if line[0] in " -")
            after = "".join(line[1:] for line in lines if line[0] in " +")
            if text.count(before) != 1:
                raise ValueError(f"{patch.name} no longer fits {name}")
            text = text.replace(before, after)
        changed[name] = text
    return changed


def complaint(folder: Path, tests: Sequence[str]) -> str:
    """What the first of these tests that fails on the copy in `folder` says; nothing where all pass."""
    environment = os.environ | {"HYPOTHESIS_PROFILE": "bugs", "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("ATLAS_SCOREBOARD", None)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=HOUR)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with {run.returncode} in {folder}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return run.stdout[-4000:] if run.returncode else ""


def verdict(patch: Path) -> Verdict:
    """Put one bug into a copy, and see who finds it."""
    with tempfile.TemporaryDirectory(prefix="atlas-bug-") as made:
        folder = copied(Path(made), patch)
        machine = bool(complaint(folder, MACHINE))
        return Verdict(patch.stem, machine, machine or bool(complaint(folder, SUITE)))


def healthy(tests: Sequence[str]) -> str:
    """What fails on the program without a bug."""
    with tempfile.TemporaryDirectory(prefix="atlas-bug-") as made:
        return complaint(copied(Path(made)), tests)


def main(arguments: Sequence[str]) -> int:
    """Run the bugs and print the table; 0 where every one was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only bugs whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args(arguments)
    chosen = [p for p in patches() if not options.names or any(name in p.stem for name in options.names)]
    verdicts = []
    with ThreadPoolExecutor(options.jobs) as pool:
        if wrong := "".join(pool.map(healthy, (MACHINE, SUITE))):
            print(f"{wrong}\nThe program as it is fails, so nothing can be said about bugs.", file=sys.stderr)
            return 1
        for one in pool.map(verdict, chosen):
            verdicts.append(one)
            print(one.row, flush=True)
    found = {
        "bugs": len(verdicts),
        "machine": sum(v.machine for v in verdicts),
        "suite": sum(v.suite for v in verdicts),
    }
    print(f"{found['bugs']} bugs: the machine alone found {found['machine']}, all tests {found['suite']}.")
    if board := os.environ.get("ATLAS_SCOREBOARD"):
        Path(board, "bugs.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
    return 0 if found["suite"] == found["bugs"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
