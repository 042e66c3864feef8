"""The rows of the table `operations`: what the journal reads and writes as operations and entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lib.models import JournalEntry, Operation, OperationKind, State
from lib.store.db import aware

COLUMNS = (
    "push_id, op_id, kind, state, playlist_id, video_id, item_id, after_item, title, needs, starred, units, before, "
    "fence, attempts, sent_at, result_id, error"
)
"""The columns in the order in which `entry_of` takes them."""


def shifted(operation: Operation, shift: int) -> Operation:
    """The operation with its number and every number it refers to raised by `shift`."""
    after, before = operation.after_item, operation.before
    if after and after.startswith("op:"):
        after = f"op:{int(after[3:]) + shift}"
    if "needs" in before:
        before = {**before, "needs": [op_id + shift for op_id in before["needs"]]}
    needs = operation.needs + shift if operation.needs else None
    return replace(operation, op_id=operation.op_id + shift, needs=needs, after_item=after, before=before)


def insert_operations(tx: Any, push_id: int, operations: Sequence[Operation]) -> None:
    """Insert planned operations in one statement: row by row, a plan of a thousand would take seconds."""
    rows = [
        (
            operation.op_id,
            operation.kind.value,
            operation.playlist_id,
            operation.video_id,
            operation.item_id,
            operation.after_item,
            operation.title,
            operation.needs,
            operation.starred,
            operation.units,
        )
        for operation in operations
    ]
    if rows:
        columns = [*map(list, zip(*rows, strict=True)), [json.dumps(operation.before) for operation in operations]]
        tx.execute(
            """INSERT INTO operations SELECT ?, unnest(?::INTEGER[]), unnest(?::VARCHAR[]), 'planned', unnest(?::VARCHAR[]),
                      unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]),
                      unnest(?::INTEGER[]), unnest(?::BOOLEAN[]), unnest(?::INTEGER[]), unnest(?::VARCHAR[]),
                      [], 0, NULL, NULL, NULL, ''""",
            [push_id, *columns],
        )


def entry_of(row: tuple[Any, ...]) -> JournalEntry:
    """The journal entry that a row with `COLUMNS` holds."""
    (
        push_id,
        op_id,
        kind,
        state,
        playlist_id,
        video_id,
        item_id,
        after_item,
        title,
        needs,
        starred,
        units,
        before,
        *progress,
    ) = row
    operation = Operation(
        op_id,
        OperationKind(kind),
        playlist_id,
        video_id,
        item_id,
        after_item,
        title,
        needs,
        starred,
        json.loads(before),
        units,
    )
    ids_before, attempts, sent_at, result_id, error = progress
    return JournalEntry(push_id, operation, State(state), tuple(ids_before), attempts, aware(sent_at), result_id, error)
