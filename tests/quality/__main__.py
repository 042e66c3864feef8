"""Prints how good all that learns is, by part and set: `python -m tests.quality [PART ...] [SET ...]`, else all of `PARTS`."""

from __future__ import annotations

import sys

from tests.quality import asking, choosing, filing, hints, recipes, search, topics
from tests.quality.sets import SETS, present

PARTS = ["filing", "recipes", "choosing", "asking", "search", "hints", "topics"]


def main(wanted: list[str]) -> None:
    """Print the tables of the wanted parts and sets, or of all."""
    parts, wanted = [one for one in wanted if one in PARTS] or PARTS, [one for one in wanted if one not in PARTS]
    unknown = [name for name in wanted if name not in SETS]
    if unknown:
        raise SystemExit(f"No such set: {', '.join(unknown)}. There are: {', '.join(SETS)}.")
    if "filing" in parts:
        print_filing(wanted)
    if "recipes" in parts:
        print_recipes(wanted)
    if "choosing" in parts:
        print_choosing(wanted)
    if "asking" in parts:
        print_asking()
    if "search" in parts:
        print_search(wanted)
    if "hints" in parts:
        print_hints(wanted)
    if "topics" in parts:
        print_topics(wanted)


def print_filing(wanted: list[str]) -> None:
    """How well held-out videos are filed."""
    found: list[tuple[str, filing.Filed]] = []
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        print("    filing               labels   right  in 3   sure   true  error", flush=True)
        for row in filing.rows(library):
            found.append((library.name, row))
            print(row.line(), flush=True)
    print("\nfiling, all sets together")
    for line in filing.summary(found):
        print(f"    {line}", flush=True)


def print_recipes(wanted: list[str]) -> None:
    """How well videos are filed by what their text is made of."""
    told: list[recipes.Told] = []
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories\n{recipes.HEADER}")
        for row in recipes.rows(library):
            told.append(row)
            print(row.line(), flush=True)
    if told:
        print(f"\nthe mean of these sets\n{recipes.HEADER}")
        for row in recipes.mean(told):
            print(row.line())


def print_choosing(wanted: list[str]) -> None:
    """How many labels are needed, by the order in which they are asked for."""
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        print(
            f"    labels to {choosing.ENOUGH:.0%} of the ceiling           labels  decisions   names   all", flush=True
        )
        for row in choosing.rows(library):
            print(row.line(), flush=True)


def print_asking() -> None:
    """How many decisions a person needs, and how long the model takes to learn from them."""
    print("\nthe sample library's inbox, decided by one who knows", flush=True)
    for line in asking.rows():
        print(f"    {line}", flush=True)


def print_search(wanted: list[str]) -> None:
    """How well a half-remembered video is found."""
    for name, videos in search.libraries(wanted):
        print(f"\n{name}: {len(videos):,} videos")
        print("    search                             way            asked  in 10    MRR", flush=True)
        for row in search.rows(videos):
            print(row.line(), flush=True)


def print_hints(wanted: list[str]) -> None:
    """How right the hints about playlists are."""
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        print("    hints                              hint        given", flush=True)
        for row in hints.rows(library):
            print(row.line(), flush=True)


def print_topics(wanted: list[str]) -> None:
    """How good the topics and their names are, beside BERTopic's on the same vectors."""
    summary = topics.Summary()
    for library in present(wanted):
        print(f"\n{library.name}: {len(library.videos):,} videos, {len(library.names)} categories")
        print(topics.HEADER, flush=True)
        for measured in topics.rows(library):
            summary.add(measured)
            print(measured.line(), flush=True)
    if summary.lines:
        print(f"\nthe mean of these sets\n{topics.HEADER}")
        for measured in summary.means():
            print(measured.line())


if __name__ == "__main__":
    main(sys.argv[1:])
