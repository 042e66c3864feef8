"""What a step of a push costs: the units that must be free before it starts, and those it will most likely use.

A step is one operation, or an insert together with the delete that makes it a move. The push and the calendar of a plan
both count with this, so that a day ends where the plan said it would.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from lib.models import PAGE, READ_UNITS, WRITE_UNITS, Operation, OperationKind

SETTLE_SECONDS = 60.0
FIRST_WAIT_SECONDS = 2.0


def looks(settle_seconds: float = SETTLE_SECONDS) -> list[float]:
    """The moments, in seconds after a write, at which one looks for what it did: 0, 2, 6, 14, 30 and 60."""
    moments, step = [0.0], FIRST_WAIT_SECONDS
    while moments[-1] < settle_seconds:
        moments.append(min(moments[-1] + step, settle_seconds))
        step *= 2
    return moments


def reserve(step: Sequence[Operation], settle_seconds: float = SETTLE_SECONDS, playlists: int = PAGE) -> int:
    """Units that must be left before a step starts: each write once, and every look that any of them may need.

    `playlists` is how many the account has: a new one is looked for in the listing of all.
    """
    return sum(_needed(op, len(looks(settle_seconds)), playlists) for op in step)


def expected(step: Sequence[Operation]) -> int:
    """Units a step uses where nothing goes wrong: its writes, and what is read just before each."""
    return sum(WRITE_UNITS + before_write(op) for op in step)


def before_write(operation: Operation) -> int:
    """Units that are read just before one write: a neighbour's place, a title, whether a copy stands elsewhere.

    What is read for fifty operations at once is not counted.
    """
    match operation.kind:
        case OperationKind.INSERT | OperationKind.MOVE:
            return READ_UNITS if operation.after_item else 0
        case OperationKind.RENAME | OperationKind.DELETE:
            return READ_UNITS
        case OperationKind.DELETE_PLAYLIST:  # what it holds, and whether that stands elsewhere
            return 2 * READ_UNITS * max(1, ceil(len(operation.before.get("items", ())) / PAGE))
    return 0


def _needed(operation: Operation, looks_each: int, playlists: int) -> int:
    """Units that one operation may need: its write, what is read just before it, and `looks_each` looks at the outcome.

    A delete may need these looks twice: first for the copy that replaces the item, then for the item itself. A new
    playlist is looked for in the listing of all `playlists`, page by page.
    """
    pages = max(1, ceil(playlists / PAGE)) if operation.kind is OperationKind.CREATE else 1
    times = 2 if operation.kind is OperationKind.DELETE else 1
    return WRITE_UNITS + before_write(operation) + times * looks_each * pages * READ_UNITS
