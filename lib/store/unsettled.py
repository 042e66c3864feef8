"""What the journal says of a push that was killed or cut off before its edits were told what became of them."""

from __future__ import annotations

from lib.models import JournalEntry
from lib.store.db import Database
from lib.store.operation_rows import COLUMNS, entry_of

_UNSETTLED = """SELECT push_id FROM pushes WHERE state = 'running' OR state IN ('paused', 'waiting') AND push_id IN
                (SELECT push_id FROM operations WHERE state IN ('sent', 'unknown'))"""
_ENTRIES = f"""SELECT {COLUMNS} FROM operations WHERE push_id = $1 AND attempts > 0 AND (state IN ('sent', 'unknown')
               OR state = 'done' AND op_id > (SELECT coalesce(max(behind), 0) FROM approvals WHERE push_id = $1))"""


def unsettled_push(db: Database) -> int | None:
    """The push that is open and either runs, or was killed, or waits to learn what became of a write."""
    push_id: int | None = db.value(_UNSETTLED)
    return push_id


def unsettled_entries(db: Database) -> tuple[list[JournalEntry], frozenset[int]]:
    """The operations of such a push that YouTube carried out or may have, and the edits that were approved for it.

    What an earlier plan of that push has done is left out: the plan after it was made of what was still to be done.
    """
    push_id = unsettled_push(db)
    if push_id is None:
        return [], frozenset()
    rows = db.rows("SELECT edits FROM approvals WHERE push_id = ?", [push_id])
    approved = frozenset(edit_id for (edit_ids,) in rows for edit_id in edit_ids)
    return [entry_of(row) for row in db.rows(_ENTRIES, [push_id])], approved
