"""Prints how good filing is, by set: `python -m tests.quality [PART ...] [SET ...]`, all parts and sets where none is named."""

from __future__ import annotations

import sys

from tests.quality import filing
from tests.quality.sets import SETS, present


def main(wanted: list[str]) -> None:
    """Print the tables of the wanted sets, or of all."""
    unknown = [name for name in wanted if name not in SETS]
    if unknown:
        raise SystemExit(f"No such set: {', '.join(unknown)}. There are: {', '.join(SETS)}.")
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        print("    filing               labels   right  in 3   sure   true  error", flush=True)
        for row in filing.rows(library):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
