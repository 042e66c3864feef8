"""Prints how good filing and topics are: `python -m tests.quality [PART ...] [SET ...]`, all where none is named."""

from __future__ import annotations

import sys

from tests.quality import filing, topics
from tests.quality.sets import SETS, present

PARTS = ("filing", "topics")


def main(wanted: list[str]) -> None:
    """Print the tables of the wanted parts and sets."""
    unknown = [name for name in wanted if name not in (*SETS, *PARTS)]
    if unknown:
        raise SystemExit(f"No such set or part: {', '.join(unknown)}. There are: {', '.join((*PARTS, *SETS))}.")
    parts = [part for part in PARTS if part in wanted] or PARTS
    summary = topics.Summary()
    for library in present([name for name in wanted if name in SETS]):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        if "filing" in parts:
            print("    filing               labels   right  in 3   sure   true  error", flush=True)
            for row in filing.rows(library):
                print(row.line(), flush=True)
        if "topics" in parts:
            print(topics.HEADER, flush=True)
            for measured in topics.rows(library):
                summary.add(measured)
                print(measured.line(), flush=True)
    if "topics" in parts and summary.lines:
        print("\nthe mean of these sets")
        print(topics.HEADER)
        for measured in summary.means():
            print(measured.line())


if __name__ == "__main__":
    main(sys.argv[1:])
