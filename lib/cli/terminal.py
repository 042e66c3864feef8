"""Words on the terminal: answers for people on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

PROGRAM = "python -m lib"


def say(message: str) -> None:
    """One line to standard error. Titles are of others: what would steer the terminal is left out."""
    print(_safe(message), file=sys.stderr, flush=True)


def say_questions(conflicts: Sequence[Mapping[str, Any]], orphans: Sequence[Mapping[str, Any]]) -> None:
    """What has to be decided, each with the commands that decide it."""
    for one in (*conflicts, *orphans):
        say(one.get("what") or f"A write may have left a second copy of {one['video_id']} in {one['playlist']}.")
        for number, choice in enumerate(one["choices"], 1):
            say(f"  {choice}: {PROGRAM} resolve {one['id']} {number}")


def progress(done: int, total: int, what: str) -> None:
    """A `Progress` that rewrites one line where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}" + (f" {done:,} of {total:,}" if total else " ..."), end="", file=sys.stderr, flush=True)


def show(answer: Any) -> None:
    """An answer for people: one line a value, a blank line behind each row."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    for row in answer if isinstance(answer, list) else [answer]:
        print("\n".join(f"{key}: {_safe(_short(value))}" for key, value in row.items()))
        print()


def _safe(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) != "Cc")


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        rest = f" ... {len(value)} in all" if len(value) > 5 else ""
        return ", ".join(_short(one) for one in value[:5]) + rest
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(one)}" for key, one in value.items())
    return str(plain(value)) if isinstance(value, (date, datetime)) else str(value)


def plain(value: Any) -> Any:
    """A date or a moment as JSON has it. Raises `TypeError` for anything else."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
