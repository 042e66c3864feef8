"""Which operations of a push have been taken back: those whose very item or playlist a later operation took away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lib.models import JournalEntry, OperationKind, State
from lib.sync.guard import pairs


def taken_back(push: Sequence[JournalEntry], later: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The done operations of a push that `later` done ones of other pushes took back for certain.

    An inserted item that was deleted, a playlist that was made and deleted, a title that was put back; and the delete of
    a move whose insert was moved back to where it came from. Of places and other deletes only the whole undo knows.
    """
    done = [entry for entry in push if entry.state is State.DONE]
    back = _Back(later)
    return [entry for entry in done if back.took(entry)] + list(back.moved_home(done))


class _Back:
    def __init__(self, later: Sequence[JournalEntry]) -> None:
        self.later = {(e.push_id, e.operation.op_id): e for e in later if e.state is State.DONE}
        operations = [e.operation for e in self.later.values()]
        self.playlists = {op.playlist_id for op in operations if op.kind is OperationKind.DELETE_PLAYLIST}
        self.titles = {(op.playlist_id, op.title) for op in operations if op.kind is OperationKind.RENAME}
        deletes = [e for e in self.later.values() if e.operation.kind is OperationKind.DELETE]
        self.deletes = {entry.operation.item_id: entry for entry in deletes}

    def took(self, entry: JournalEntry) -> bool:
        """Whether what this operation made or named is gone or called as before."""
        operation = entry.operation
        match operation.kind:
            case OperationKind.INSERT:
                return entry.result_id in self.deletes or operation.playlist_id in self.playlists
            case OperationKind.CREATE:
                return entry.result_id in self.playlists
            case OperationKind.RENAME:
                return (operation.playlist_id, operation.before.get("title")) in self.titles
        return False

    def moved_home(self, done: Sequence[JournalEntry]) -> Iterator[JournalEntry]:
        """The deletes of moves whose new item was moved back into the playlist that the old one had left."""
        entries = {entry.operation.op_id: entry for entry in done}
        for insert, half in pairs([entry.operation for entry in done]).items():
            delete = self.deletes.get(entries[insert].result_id)
            home = self.later.get((delete.push_id, delete.operation.needs or 0)) if delete else None
            if home and (home.operation.playlist_id, home.operation.video_id) == (half.playlist_id, half.video_id):
                yield entries[half.op_id]
