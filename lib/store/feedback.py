"""What the user said of a video and a category, and whether the model had said the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from lib.store.areas import Area
from lib.store.db import Database, naive

Pair = tuple[str, str]
"""A video id and a playlist id."""

_AGREEMENT = """SELECT count(*) FILTER (same), count(*) FROM (
    SELECT bool_or(verdict = 'accepted' AND playlist_id = suggested) AS same
    FROM decisions WHERE suggested <> '' GROUP BY video_id ORDER BY max(decided_at) DESC, video_id LIMIT ?)"""


class Feedback:
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

    def forget(self, pairs: Iterable[Pair]) -> None:
        """Withdraw decisions, as when the edit that made them is taken back."""
        gone = list(pairs)
        with self.db.write(Area.FEEDBACK) as tx:
            tx.execute(
                """DELETE FROM decisions WHERE (video_id, playlist_id) IN
                   (SELECT (unnest(?::VARCHAR[]), unnest(?::VARCHAR[])))""",
                [[video_id for video_id, _ in gone], [playlist_id for _, playlist_id in gone]],
            )

    def rename(self, before: str, after: str) -> None:
        """A playlist has another id now: it was only a wish."""
        with self.db.write(Area.FEEDBACK) as tx:
            for column in ("playlist_id", "suggested"):
                tx.execute(f"UPDATE decisions SET {column} = ? WHERE {column} = ?", [after, before])

    def accepted(self) -> set[Pair]:
        """The pairs that the user took into a category, or confirmed there."""
        return set(self.db.rows("SELECT video_id, playlist_id FROM decisions WHERE verdict = 'accepted'"))

    def rejected(self) -> set[Pair]:
        """The pairs that the user refused."""
        return set(self.db.rows("SELECT video_id, playlist_id FROM decisions WHERE verdict = 'rejected'"))

    def agreement(self, last: int) -> tuple[int, int]:
        """Of the last videos that the user decided about after the model had: how many alike, of how many."""
        alike, of = self.db.rows(_AGREEMENT, [last])[0]
        return int(alike), int(of)

    def since(self, moment: datetime | None) -> int:
        """About how many videos the user has decided since then; at all, where no moment is given."""
        sql = "SELECT count(DISTINCT video_id) FROM decisions WHERE decided_at > ?"
        return int(self.db.value(sql, [naive(moment) or datetime.min]))
