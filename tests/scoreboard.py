"""The scoreboard of the README: what the proofs of the push found, written by the commands that ran them.

`make nightly` lets every proof leave its figures in `docs/scoreboard/`; `python -m tests.scoreboard` then puts the table
into the README. A test keeps the two equal, so that no figure there is typed by hand.
"""

from __future__ import annotations

import json
import random
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.models import WRITE_UNITS, Item, Library, Playlist
from lib.planning.operations import naive_units, operations
from lib.settings import ROOT

BOARD = ROOT / "docs" / "scoreboard"
README = ROOT / "README.md"
Row = tuple[str, str]
BEGIN, END = "<!-- scoreboard: made by make nightly -->", "<!-- end of the scoreboard -->"


def results(folder: Path = BOARD) -> dict[str, dict[str, Any]]:
    """The figures that each proof left, by its name; a proof that was never run has none."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


@dataclass(frozen=True, slots=True)
class Reorder:
    """A playlist put into another order: what our plan writes, the fewest that can do it, and what a naive tool writes."""

    what: str
    items: int
    writes: int
    fewest: int
    naive: int
    seconds: float


def reorders() -> list[Reorder]:
    """Pure reorders of playlists without repeats, where the optimum is known: all but the longest rising run move."""
    chance = random.Random(1)
    return [
        _reorder("the first item to the end", list(range(1_000)), lambda order: [*order[1:], order[0]]),
        _reorder("5 % moved at random", list(range(1_000)), lambda order: _some_moved(order, 0.05, chance)),
        _reorder("5 % moved at random", list(range(5_000)), lambda order: _some_moved(order, 0.05, chance)),
        _reorder("the first 10 % to the end", list(range(5_000)), lambda order: [*order[500:], *order[:500]]),
        _reorder("shuffled", list(range(5_000)), lambda order: chance.sample(order, len(order))),
    ]


def _reorder(what: str, before: list[int], change: Callable[[list[int]], list[int]]) -> Reorder:
    after = change(before)
    items = {n: Item(f"item{n}", f"video{n}") for n in before}
    remote, target = (
        Library({"PL": Playlist("PL", "One", items=tuple(items[n] for n in order))}) for order in (before, after)
    )
    begun = time.perf_counter()
    writes = len(operations(remote, target, exact=True))
    seconds = time.perf_counter() - begun
    return Reorder(
        what,
        len(before),
        writes,
        len(after) - _longest_rising(after),
        naive_units(remote, target) // WRITE_UNITS,
        seconds,
    )


def _some_moved(order: list[int], share: float, chance: random.Random) -> list[int]:
    """This share of the items taken out and put back anywhere."""
    moved = set(chance.sample(order, int(share * len(order))))
    left = [n for n in order if n not in moved]
    for n in moved:
        left.insert(chance.randrange(len(left) + 1), n)
    return left


def _longest_rising(order: list[int]) -> int:
    """The length of the longest rising subsequence, by patience sorting."""
    tops: list[int] = []
    for n in order:
        index = bisect_left(tops, n)
        tops[index : index + 1] = [n]
    return len(tops)


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The scoreboard as Markdown: a row for each proof that was run."""
    rows = [row for name, rows_of in _ROWS.items() if name in figures for row in rows_of(figures[name])]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in figures.get("machine", {}).get("shares", {}).items())
    return "\n".join(
        [
            *(_markdown(("what was done", "what came of it"), rows) if rows else []),
            *(["", f"Share of those lives that met: {shares}."] if shares else []),
            *([""] if rows else []),
            *_markdown(("order wished", "items", "our writes", "fewest possible", "place by place"), _reorder_rows()),
        ]
    )


def _kills(figures: dict[str, Any]) -> Iterator[Row]:
    done = (
        f"{figures['kills']:,} times `kill -9` at every write to disk and every request, {figures['double']:,} runs of it "
        f"with several, {figures['server_kills']:,} with the server"
    )
    yield done, f"{figures['differences']} differences from the undisturbed push"


def _faults(figures: dict[str, Any]) -> Iterator[Row]:
    wrong = f"{figures['lost']} lost, {figures['duplicates']} duplicates, {figures['nowhere']} moments nowhere"
    yield (
        f"{figures['fault_schedules']:,} faults in requests, before and after they were applied, on every method",
        wrong,
    )
    yield (
        f"{figures['races']:,} edits of somebody else between two requests of ours",
        "none overwritten without a question",
    )


def _machine(figures: dict[str, Any]) -> Iterator[Row]:
    yield (
        f"{figures['examples']:,} random lives of a library, {figures['pushes']:,} pushes in them",
        f"{figures['violations']} broken promises",
    )


def _bugs(figures: dict[str, Any]) -> Iterator[Row]:
    by_whom = f"{figures['machine']} found by those lives alone, {figures['suite']} by all tests"
    yield f"{figures['bugs']} bugs put into the program on purpose", by_whom


_ROWS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "kills": _kills,
    "faults": _faults,
    "machine": _machine,
    "bugs": _bugs,
}


def _reorder_rows() -> list[tuple[str, ...]]:
    return [
        (order.what, f"{order.items:,}", f"{order.writes:,}", f"{order.fewest:,}", f"{order.naive:,}")
        for order in reorders()
    ]


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def in_readme(text: str, board: str) -> str:
    """The README with this scoreboard between its two marks. Raises `ValueError` where a mark is missing."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{board}\n{END}{after}"


def main() -> int:
    """Put the latest figures into the README."""
    README.write_text(in_readme(README.read_text(encoding="utf-8"), table(results())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
