"""Conflicts: what a plan, a pull or a push asks the user, and carrying out the answer."""

from __future__ import annotations

from collections.abc import Sequence

from lib.models import Edit, EditKind, Progress, State, silent
from lib.planning.conflicts import PLAN_AGAIN, OpenConflict, Resolution, chosen_index, held_back_conflict, resolve
from lib.planning.orphans import ORPHAN_CHOICES, Orphan
from lib.planning.reconcile import open_conflicts
from lib.services.filing import Filing
from lib.services.pushes import Pushes


class Conflicts:
    """Answers the questions of one library."""

    def __init__(self, filing: Filing, pushes: Pushes) -> None:
        self.filing, self.pushes = filing, pushes
        self.catalog, self.edits, self.journal = pushes.catalog, pushes.edits, pushes.journal

    def questions(self) -> list[OpenConflict]:
        """What the plan has to ask, with what each choice means."""
        unavailable, titles, waiting = self.catalog.unavailable(), self.catalog.titles(), self.catalog.held_back()
        edits = self.edits.pending()
        asked = open_conflicts(self.catalog.library(), edits, unavailable=unavailable, held_back=waiting, titles=titles)
        known = {question.conflict_id for question in asked}
        held_back = [held_back_conflict(playlist, ()) for playlist in waiting]
        return asked + [question for question in held_back if question.conflict_id not in known]

    def resolve(self, conflict_id: str, choice: str, progress: Progress = silent) -> str:
        """Carry out an answer; a sentence on what came of it.

        `choice` is the word itself or its number. Besides the conflicts of the plan: "h:" and a playlist whose new
        listing was held back, "x" and an item that we may have left over, "o" and an operation of the last push that
        found something else than it was planned on. Raises `UserError`, listing what there is, for anything else.
        """
        orphans = {f"x{orphan.item_id}": orphan for orphan in self.pushes.orphans()}
        if conflict_id in orphans:
            return self._answer_orphan(orphans[conflict_id], choice)
        stuck = self._stuck_operations()
        if conflict_id in stuck:
            chosen_index(choice, (PLAN_AGAIN,))
            self.pushes.pulls.pull(progress=progress)
            return "Your library was read again; the next plan is made on that."
        resolution = self.answer(conflict_id, choice, [*stuck, *orphans])
        if resolution.believe:
            self.pushes.pulls.pull(accept=[resolution.believe], progress=progress)
        return resolution.message

    def answer(self, conflict_id: str, choice: str, other_ids: Sequence[str] = ()) -> Resolution:
        """Carry out the answer to a question of the plan; what that came to, and which listing to believe.

        Raises `UserError`, listing what there is with the `other_ids`, for an unknown conflict or choice.
        """
        resolution = resolve(self.questions(), conflict_id, choice, self.pushes.quota.now(), other_ids)
        if resolution.withdraw:
            self.filing.replace(resolution.withdraw, resolution.lay)
        return resolution

    def _answer_orphan(self, orphan: Orphan, choice: str) -> str:
        if chosen_index(choice, ORPHAN_CHOICES) == 1:
            self.journal.keep_item(orphan.item_id)
            return "Kept: it is not asked about again."
        item = (orphan.video_id, orphan.item_id, orphan.playlist_id)
        self.edits.lay([Edit(0, EditKind.REMOVE, self.pushes.quota.now(), *item)])
        return "Its removal waits among your edits; plan and push when you like."

    def _stuck_operations(self) -> list[str]:
        """The question ids of the operations of the last push that found something else than they were planned on."""
        last = self.journal.pushes()[:1]
        entries = [entry for push in last for entry in self.journal.entries(push.push_id, [State.CONFLICT])]
        return [f"o{entry.operation.op_id}" for entry in entries]
