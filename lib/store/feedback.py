"""What the user said of a video and a category, and whether the model had said the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from lib.store.areas import Area
from lib.store.db import Database, aware, naive

Pair = tuple[str, str]
"""A video id and a playlist id."""

_AGREEMENT = """SELECT count(*) FILTER (same), count(*) FROM (
    SELECT bool_or(verdict = 'accepted' AND playlist_id = suggested) AS same
    FROM decisions WHERE suggested <> '' AND decided_at <= ?
    GROUP BY video_id ORDER BY max(decided_at) DESC, video_id LIMIT ?)"""
_LAST_TRAINING_RUNS = "SELECT learned_at, asked FROM lessons ORDER BY learned_at DESC, rowid DESC LIMIT 2"
_CORRECT_LAST_TRAINING_RUN = """UPDATE lessons SET decisions = greatest(0, decisions - ?), agreed = greatest(0, agreed - ?),
    asked = greatest(0, asked - ?) WHERE rowid = (SELECT rowid FROM lessons ORDER BY learned_at DESC, rowid DESC LIMIT 1)"""


class FeedbackStore:
    """Reads and writes the decisions that teach the suggestions."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def decide(
        self,
        verdicts: Iterable[tuple[str, str, bool]],
        suggested: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Record (video_id, playlist_id, accepted) as the user's word; a later word replaces an earlier one.

        `suggested`: the category that the model named for a video, where it named one.
        """
        accepted_by_pair = {(video_id, playlist_id): accepted for video_id, playlist_id, accepted in verdicts}
        columns = (
            [video_id for video_id, _ in accepted_by_pair],
            [playlist_id for _, playlist_id in accepted_by_pair],
            ["accepted" if accepted else "rejected" for accepted in accepted_by_pair.values()],
            [suggested.get(video_id, "") for video_id, _ in accepted_by_pair],
        )
        with self.db.write(Area.FEEDBACK) as tx:
            self.forget(accepted_by_pair)
            tx.execute(
                """INSERT INTO decisions (video_id, playlist_id, verdict, suggested, decided_at)
                   SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), ?""",
                [*columns, naive(datetime.now(UTC))],
            )

    def take_back(self, pairs: Iterable[Pair]) -> None:
        """Forget decisions that the user took back: what the last training run says of them counts them no longer."""
        with self.db.write(Area.FEEDBACK, Area.TRAINING_LOG) as tx:
            before = self._counted_by_last_training_run()
            self.forget(pairs)
            withdrawn = [was - now for was, now in zip(before, self._counted_by_last_training_run(), strict=True)]
            if any(withdrawn):
                tx.execute(_CORRECT_LAST_TRAINING_RUN, withdrawn)

    def forget(self, pairs: Iterable[Pair]) -> None:
        """Delete decisions, as those that a later word replaces."""
        gone = list(pairs)
        with self.db.write(Area.FEEDBACK) as tx:
            tx.execute(
                """DELETE FROM decisions WHERE (video_id, playlist_id) IN
                   (SELECT (unnest(?::VARCHAR[]), unnest(?::VARCHAR[])))""",
                [[video_id for video_id, _ in gone], [playlist_id for _, playlist_id in gone]],
            )

    def rename(self, before: str, after: str) -> None:
        """A playlist that only edits named now exists under this id."""
        with self.db.write(Area.FEEDBACK) as tx:
            for column in ("playlist_id", "suggested"):
                tx.execute(f"UPDATE decisions SET {column} = ? WHERE {column} = ?", [after, before])

    def accepted(self) -> set[Pair]:
        """The pairs that the user took into a category, or confirmed there."""
        return set(self.db.rows("SELECT video_id, playlist_id FROM decisions WHERE verdict = 'accepted'"))

    def rejected(self) -> set[Pair]:
        """The pairs that the user refused."""
        return set(self.db.rows("SELECT video_id, playlist_id FROM decisions WHERE verdict = 'rejected'"))

    def agreement(self, last: int, until: datetime | None = None) -> tuple[int, int]:
        """Of the last videos that the user decided about after the model had: how many alike, of how many.

        With `until` only what was decided by then counts.
        """
        alike, asked = self.db.rows(_AGREEMENT, [naive(until) or datetime.max, last])[0]
        return int(alike), int(asked)

    def since(self, moment: datetime | None, until: datetime | None = None) -> int:
        """About how many videos the user has decided since then, up to `until`; from the first or to the last without."""
        sql = "SELECT count(DISTINCT video_id) FROM decisions WHERE decided_at > ? AND decided_at <= ?"
        return int(self.db.value(sql, [naive(moment) or datetime.min, naive(until) or datetime.max]))

    def _counted_by_last_training_run(self) -> tuple[int, int, int]:
        """Of the decisions that the last training run counted: how many there are, how many alike, of how many."""
        runs = self.db.rows(_LAST_TRAINING_RUNS)
        if not runs:
            return 0, 0, 0
        learned_at, asked = runs[0]
        began = aware(runs[1][0]) if len(runs) > 1 else None
        return self.since(began, aware(learned_at)), *self.agreement(asked, aware(learned_at))
