"""Which edits a push may have carried out that was killed or cut off before it could say so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lib.models import Edit, EditKind, JournalEntry, Operation, OperationKind, State

IN_FLIGHT = (State.SENT, State.UNKNOWN)
"""The states in which nobody knows whether YouTube carried an operation out."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is not settled of the open push, as numbers of edits.

    `held` are those that YouTube carried out in part or as a whole, or may have: they cannot be taken back. `in_flight`
    are those about which a write is out whose end is not known: whether they still are to be done cannot be said.
    """

    held: frozenset[int] = frozenset()
    in_flight: frozenset[int] = frozenset()


def unsettled(entries: Collection[JournalEntry], approved: Collection[int], edits: Collection[Edit]) -> Unsettled:
    """What these operations, which YouTube carried out or may have, make of the edits that wait.

    `approved` are the edits that the push carries out: one that was laid since is not among them.
    """
    operations = [entry.operation for entry in entries]
    in_flight = [entry.operation for entry in entries if entry.state in IN_FLIGHT]
    held = {edit.edit_id for edit in edits if any(carries_out(operation, edit) for operation in operations)}
    doubtful = {edit.edit_id for edit in edits if any(carries_out(operation, edit) for operation in in_flight)}
    return Unsettled(frozenset(held.intersection(approved)), frozenset(doubtful))


def carries_out(operation: Operation, edit: Edit) -> bool:
    """Whether an operation may be a part of carrying out an edit.

    Edits of one video are squashed before they are planned (`squash.py`): an insert or a delete may stand for any of them.
    A new item comes to where a new order wants it.
    """
    playlist_id = operation.playlist_id
    match operation.kind:
        case OperationKind.INSERT | OperationKind.MOVE:
            reorders = edit.kind is EditKind.REORDER and edit.to_playlist == playlist_id
            return reorders or edit.video_id == operation.video_id
        case OperationKind.DELETE:
            return edit.video_id == operation.video_id
        case OperationKind.CREATE:
            return edit.kind is EditKind.CREATE and edit.to_playlist == playlist_id
        case OperationKind.RENAME:
            return edit.kind is EditKind.RENAME and edit.to_playlist == playlist_id
        case OperationKind.DELETE_PLAYLIST:
            return playlist_id in (edit.from_playlist, edit.to_playlist)
