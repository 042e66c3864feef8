"""Edits, plans and pushes as data frames for the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from lib.models import EditKind, JournalEntry, Operation, OperationKind, Plan, State
from lib.ui.snapshot import Snapshot

_WRITES = {
    OperationKind.CREATE: "Create the playlist",
    OperationKind.RENAME: "Rename the playlist",
    OperationKind.INSERT: "Put in",
    OperationKind.MOVE: "Change the place of",
    OperationKind.DELETE: "Take out",
    OperationKind.DELETE_PLAYLIST: "Delete the playlist",
}


def edits_table(snapshot: Snapshot) -> pd.DataFrame:
    """The edits that wait, the newest first, under their numbers: turn, what, video, from, to, who decided."""
    edits = snapshot.edits[::-1]
    return pd.DataFrame(
        {
            "turn": ["first" if edit.starred else "" for edit in edits],
            "edit": [edit.kind.value for edit in edits],
            "what": [snapshot.title(edit.video_id) if edit.video_id else edit.title or "" for edit in edits],
            "from": [snapshot.playlist_title(edit.from_playlist) for edit in edits],
            "to": ["" if edit.kind is EditKind.CREATE else snapshot.playlist_title(edit.to_playlist) for edit in edits],
            "decided by": [edit.decided_by.value for edit in edits],
        },
        index=pd.Index([edit.edit_id for edit in edits], name="edit_id"),
    )


def plan_table(snapshot: Snapshot, plan: Plan) -> pd.DataFrame:
    """One row for each playlist the plan touches: videos before and after, operations, units."""
    counts = Counter(operation.playlist_id for operation in plan.operations)
    units: Counter[str] = Counter()
    for operation in plan.operations:
        units[operation.playlist_id] += operation.units
    before, after = snapshot.base.playlists, snapshot.local.playlists
    return pd.DataFrame(
        {
            "playlist": [snapshot.playlist_title(i) for i in counts],
            "before": [len(before[i].items) if i in before else 0 for i in counts],
            "after": [len(after[i].items) if i in after else 0 for i in counts],
            "operations": list(counts.values()),
            "units": [units[i] for i in counts],
        },
        index=pd.Index(list(counts), name="playlist_id"),
    )


def writes_table(snapshot: Snapshot, operations: Sequence[Operation]) -> pd.DataFrame:
    """Operations in their order: number, write, what, playlist."""
    return pd.DataFrame(
        {
            "number": [operation.op_id for operation in operations],
            "write": [_WRITES[operation.kind] for operation in operations],
            "what": [
                snapshot.title(operation.video_id) if operation.video_id else operation.title or ""
                for operation in operations
            ],
            "playlist": [snapshot.playlist_title(operation.playlist_id) for operation in operations],
        }
    )


def operations_table(snapshot: Snapshot, entries: Sequence[JournalEntry]) -> pd.DataFrame:
    """The operations of a push in their order: number, write, what, playlist, state, remark."""
    table = writes_table(snapshot, [entry.operation for entry in entries])
    table["playlist"] = [
        snapshot.playlist_title(entry.result_id)
        if entry.operation.kind is OperationKind.CREATE and entry.result_id
        else title
        for entry, title in zip(entries, table["playlist"], strict=True)
    ]
    table["state"] = [entry.state.value for entry in entries]
    table["remark"] = [_remark(entry) for entry in entries]
    return table


def _remark(entry: JournalEntry) -> str:
    """What the journal says beside the state; numbers of operations mean nothing to whoever reads it."""
    if entry.state is State.BLOCKED:
        return "What it waits for did not happen, so this was not sent."
    return entry.error


def states(entries: Sequence[JournalEntry]) -> dict[str, int]:
    """How many operations are in which state, only states that occur."""
    return dict(Counter(entry.state.value for entry in entries))
