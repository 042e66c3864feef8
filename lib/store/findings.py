"""What was derived from the library: the map, the topics, the suggestions. All of it can be thrown away and made again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.models import Suggestion, Topic
from lib.store.db import Database

Floats = npt.NDArray[np.float32]


class Findings:
    """Reads and writes the map, the topics and the suggestions."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def store_map(
        self, video_ids: Sequence[str], layout: Floats, reduced: Floats, labels: npt.NDArray[np.int64]
    ) -> None:
        """Replace the map: positions (n, 2), the reduced space (n, r) the topics were found in, and topic numbers (n,)."""
        frame = pd.DataFrame(
            {
                "video_id": list(video_ids),
                "x": layout[:, 0],
                "y": layout[:, 1],
                "reduced": list(reduced),
                "topic": labels,
            }
        )
        with self.db.write() as tx:
            tx.register("fresh_map", frame)
            tx.execute("DELETE FROM map_points")
            tx.execute("INSERT INTO map_points SELECT video_id, x, y, reduced::FLOAT[], topic FROM fresh_map")
            tx.unregister("fresh_map")

    def map_points(self) -> tuple[list[str], Floats, Floats]:
        """The stored map: video ids, positions (n, 2) and the reduced space (n, r)."""
        frame = self.db.frame("SELECT video_id, x, y, reduced FROM map_points ORDER BY video_id")
        if frame.empty:
            return [], np.empty((0, 2), np.float32), np.empty((0, 0), np.float32)
        return (
            list(frame.video_id),
            frame[["x", "y"]].to_numpy(np.float32),
            np.stack(list(frame.reduced)).astype(np.float32),
        )

    def map_frame(self) -> pd.DataFrame:
        """For the screen: video_id, x, y, topic, topic_name, title, channel_title, one row a video, in a stable order."""
        return self.db.frame(
            """SELECT m.video_id, m.x, m.y, m.topic, coalesce(t.name, '') AS topic_name, v.title, v.channel_title
               FROM map_points m JOIN videos v USING (video_id) LEFT JOIN topics t USING (topic) ORDER BY m.video_id"""
        )

    def store_topics(self, topics: Sequence[Topic]) -> None:
        """Replace the topics."""
        with self.db.write() as tx:
            tx.execute("DELETE FROM topics")
            for one in topics:
                tx.execute(
                    "INSERT INTO topics VALUES (?, ?, ?::VARCHAR[], ?)",
                    [one.topic, one.name, list(one.words), one.size],
                )

    def topics(self) -> list[Topic]:
        """The topics, largest first, noise last."""
        return [
            Topic(r[0], r[1], tuple(r[2]), r[3])
            for r in self.db.rows("SELECT topic, name, words, size FROM topics ORDER BY topic < 0, topic")
        ]

    def members(self) -> dict[int, list[str]]:
        """Video ids by topic."""
        found: dict[int, list[str]] = {}
        for topic, video_id in self.db.rows("SELECT topic, video_id FROM map_points ORDER BY topic, video_id"):
            found.setdefault(topic, []).append(video_id)
        return found

    def store_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Replace the suggestions, keeping their order."""
        columns = {
            "rank": range(len(suggestions)),
            "video_id": [one.video_id for one in suggestions],
            "from_playlists": [list(one.from_playlists) for one in suggestions],
            "to_playlist": [one.to_playlist for one in suggestions],
            "confidence": [one.confidence for one in suggestions],
            "sure": [one.sure for one in suggestions],
            "why": [one.why for one in suggestions],
            "misfit": [one.misfit for one in suggestions],
            "alternatives": [list(one.alternatives) for one in suggestions],
            "question": [one.question for one in suggestions],
        }
        with self.db.write() as tx:
            tx.execute("DELETE FROM suggestions")
            if suggestions:
                tx.register("fresh_suggestions", pd.DataFrame(columns))
                tx.execute(
                    """INSERT INTO suggestions SELECT rank, video_id, from_playlists::VARCHAR[], to_playlist, confidence,
                       sure, why, misfit, alternatives::VARCHAR[], question FROM fresh_suggestions"""
                )
                tx.unregister("fresh_suggestions")

    def drop_suggestions(self, video_ids: Collection[str]) -> None:
        """Forget what was suggested for these videos."""
        with self.db.write() as tx:
            tx.execute("DELETE FROM suggestions WHERE video_id IN (SELECT unnest(?::VARCHAR[]))", [list(video_ids)])

    def suggestions(self) -> list[Suggestion]:
        """The suggestions: unfiled videos first, then misfits."""
        rows = self.db.rows(
            "SELECT video_id, from_playlists, to_playlist, confidence, sure, why, misfit, alternatives, question FROM suggestions ORDER BY rank"
        )
        return [Suggestion(r[0], tuple(r[1]), r[2], r[3], r[4], r[5], r[6], tuple(r[7]), r[8]) for r in rows]
