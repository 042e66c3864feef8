"""Undo: lay the edits that take a push back, and see when it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lib.errors import UserError, Waiting
from lib.models import Edit, JournalEntry, State
from lib.planning.undo import taken_back, undo_edits
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.store.unsettled import unsettled_push


class Undo:
    """Takes pushes back by edits, which are planned and pushed like any others. `now` is the clock."""

    def __init__(self, catalog: Catalog, edits: Edits, journal: Journal, now: Callable[[], datetime]) -> None:
        self.catalog, self.edits, self.journal, self.now = catalog, edits, journal, now

    def undo_push(self, push_id: int | None = None) -> tuple[list[Edit], list[str]]:
        """Lay the edits that take a push back, the last one by default; those edits, and what cannot come back.

        Raises `UserError` where there is no such push, nothing of it is left to undo, or its undo waits already; `Waiting`
        while it is carried out, and where it was interrupted.
        """
        if push_id is None:
            push_id = next((p.push_id for p in self.journal.pushes() if self.undoable(p.push_id)), None)
        if push_id is None or not (done := self.undoable(push_id)):
            what = "There is no push to undo." if push_id is None else f"Nothing of push {push_id} is left to undo."
            raise UserError(what, "The Sync page lists all pushes.")
        open_push = self.journal.open_push()
        if self.edits.locked and open_push is not None and open_push.push_id == push_id:
            raise Waiting(
                f"Push {push_id} is being written to YouTube just now.", "Wait until it is done, or cancel it."
            )
        if unsettled_push(self.journal.db) == push_id:
            raise Waiting(
                f"Push {push_id} was interrupted, and more of it than is known may be on YouTube already.",
                "Push again: that looks first what became of it. Then it can be undone.",
            )
        if self._pending() & set(self.journal.undos().get(push_id, ())):
            raise UserError(f"The undo of push {push_id} waits among your edits already.", "Plan and push it.")
        edits, sentences = undo_edits(done, self.catalog.library(), self.now(), self.catalog.unavailable())
        with self.journal.db.write():
            laid = self.edits.lay(edits)
            self.journal.forget_undo(push_id)
            self.journal.note_undo(push_id, [edit.edit_id for edit in laid])
        return laid, sentences

    def undoable(self, push_id: int) -> list[JournalEntry]:
        """What a push has done on YouTube and nobody has taken back."""
        return [entry for entry in self.journal.entries(push_id, [State.DONE]) if entry.attempts]

    def settle(self) -> None:
        """Mark what has been taken back as undone: operation by operation where that is certain, else the whole push."""
        pending, now = self._pending(), self.now()
        with self.journal.db.write():
            for push_id, edit_ids in self.journal.undos().items():
                done, later = self.undoable(push_id), self.journal.done_after(push_id)
                self.journal.see_undone(taken_back(done, later), now)
                if not pending & set(edit_ids):
                    if self.edits.all_fulfilled(edit_ids):
                        self.journal.mark_undone(push_id, now)
                    self.journal.forget_undo(push_id)

    def _pending(self) -> set[int]:
        return {edit.edit_id for edit in self.edits.pending()}
