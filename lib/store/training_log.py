"""The log of the trainings: what the suggestion model learned from the user's decisions, for the user to read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lib.derived import SuggestionChange, TrainingRun
from lib.store.areas import Area
from lib.store.db import Database, aware, naive


class TrainingLog:
    """Reads and writes the training runs: one row each, and the suggestions that the last of them changed."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def store(self, run: TrainingRun) -> None:
        """Add a training run. Its changes replace those of the run before."""
        frame = pd.DataFrame([_row(change) for change in run.changed], columns=_COLUMNS)
        with self.db.write(Area.TRAINING_LOG) as tx:
            values = [naive(run.learned_at), run.decisions, len(run.changed), run.agreed, run.asked]
            tx.execute("INSERT INTO lessons VALUES (?, ?, ?, ?, ?)", values)
            tx.execute("DELETE FROM lesson_changes")
            if len(frame):
                tx.register("fresh_changes", frame)
                tx.execute("INSERT INTO lesson_changes SELECT * FROM fresh_changes")
                tx.unregister("fresh_changes")

    def last(self) -> TrainingRun | None:
        """The last training run with what it changed; None before the first."""
        rows = self.db.rows(
            "SELECT learned_at, decisions, agreed, asked FROM lessons ORDER BY learned_at DESC, rowid DESC LIMIT 1"
        )
        if not rows:
            return None
        learned_at, decisions, agreed, asked = rows[0]
        changed = tuple(
            SuggestionChange(*row) for row in self.db.rows(f"SELECT {', '.join(_COLUMNS)} FROM lesson_changes")
        )
        moment = aware(learned_at)
        assert moment
        return TrainingRun(moment, decisions, changed, agreed, asked)


_COLUMNS: Sequence[str] = ("video_id", "was", "becomes", "was_sure", "is_sure")


def _row(change: SuggestionChange) -> tuple[str, str, str, bool, bool]:
    return change.video_id, change.category_before, change.category_after, change.sure_before, change.sure_after
