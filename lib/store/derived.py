"""The store of derived results: map, topics and suggestions. All of it can be thrown away and computed again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.derived import NOISE, Floats, Suggestion, Topic
from lib.store.areas import Area
from lib.store.db import Database
from lib.store.topics import TopicStore

Points = tuple[list[str], Floats, Floats]


class Derived:
    """Reads and writes the map, the topics and the suggestions."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.topic_store = TopicStore(db)

    # -- the map -----------------------------------------------------------------------------------------------------

    def store_map(
        self,
        video_ids: Sequence[str],
        layout: Floats,
        reduced: Floats,
        levels: npt.NDArray[np.int64],
        fresh: Collection[str] | None = None,
        joined: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Replace the map: positions (n, 2), the reduced space (n, r), and topic numbers (n,), or (n, levels) broad to fine.

        `fresh` are the videos to be marked as new; None leaves the marks as they are. `joined` (n,) are the topics of the
        user's that videos join by themselves.
        """
        marked = set(self.fresh() if fresh is None else fresh)
        columns = {
            "found": list(levels if levels.ndim == 2 else levels[:, None]),
            "joined": NOISE if joined is None else joined,
            "fresh": [video_id in marked for video_id in video_ids],
        }
        frame = _points(video_ids, layout, reduced).assign(**columns)
        with self.db.write(Area.MAP) as tx:
            tx.register("fresh_map", frame)
            tx.execute("DELETE FROM map_points")
            tx.execute(
                """INSERT INTO map_points (video_id, x, y, reduced, topic, found, joined, fresh)
                   SELECT video_id, x, y, reduced::FLOAT[], (found::INTEGER[])[1], found::INTEGER[], joined, fresh FROM fresh_map"""
            )
            tx.unregister("fresh_map")
            self.topic_store.settle(tx)

    def map_points(self) -> Points:
        """The stored map: video ids, positions (n, 2) and the reduced space (n, r)."""
        return self._points_of("map_points")

    def map_frame(self) -> pd.DataFrame:
        """For the screen: video_id, x, y, topic, topic_name, title, channel_title, one row a video, in a stable order."""
        return self.db.frame(
            """SELECT m.video_id, m.x, m.y, m.topic, coalesce(t.name, '') AS topic_name, v.title, v.channel_title
               FROM map_points m JOIN videos v USING (video_id) LEFT JOIN shown_topics t USING (topic) ORDER BY m.video_id"""
        )

    def fresh(self) -> list[str]:
        """The videos that the last run which placed any has placed."""
        return [row[0] for row in self.db.rows("SELECT video_id FROM map_points WHERE fresh ORDER BY video_id")]

    def keep_earlier(self) -> None:
        """Keep the map as it is now, so that it can be put back."""
        with self.db.write(Area.MAP) as tx:
            tx.execute("DELETE FROM earlier_map")
            tx.execute("INSERT INTO earlier_map SELECT video_id, x, y, reduced FROM map_points")

    def earlier(self) -> Points:
        """The map that was kept, as `map_points` gives the present one; empty where none was."""
        return self._points_of("earlier_map")

    def put_back(self, video_ids: Sequence[str], layout: Floats, reduced: Floats) -> None:
        """Move the videos of the map to these positions; what was kept is used up."""
        with self.db.write(Area.MAP) as tx:
            tx.register("fresh_map", _points(video_ids, layout, reduced))
            tx.execute(
                """UPDATE map_points SET x = f.x, y = f.y, reduced = f.reduced::FLOAT[]
                   FROM fresh_map f WHERE map_points.video_id = f.video_id"""
            )
            tx.unregister("fresh_map")
            tx.execute("DELETE FROM earlier_map")

    # -- the topics --------------------------------------------------------------------------------------------------

    def store_topics(self, topics: Sequence[Topic]) -> None:
        """Replace names and words of the topics, of all levels."""
        with self.db.write(Area.MAP) as tx:
            tx.execute("DELETE FROM topics")
            for topic in topics:
                tx.execute(
                    "INSERT INTO topics VALUES (?, ?, ?::VARCHAR[], ?)",
                    [topic.topic, topic.name, list(topic.words), topic.size],
                )

    def named_topics(self) -> list[Topic]:
        """The topics of all levels, as the last run named them."""
        return _topics(self.db.rows("SELECT topic, name, words, size FROM topics ORDER BY topic"))

    def topics(self) -> list[Topic]:
        """The topics that are shown, with the names the user gave: largest first, noise last."""
        return _topics(
            self.db.rows("SELECT topic, name, words, size FROM shown_topics ORDER BY topic < 0, size DESC, topic")
        )

    def members(self) -> dict[int, list[str]]:
        """Video ids by topic, of the topics that are shown."""
        members: dict[int, list[str]] = {}
        for topic, video_id in self.db.rows("SELECT topic, video_id FROM map_points ORDER BY topic, video_id"):
            members.setdefault(topic, []).append(video_id)
        return members

    # -- the suggestions ---------------------------------------------------------------------------------------------

    def store_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Replace the suggestions, keeping their order."""
        columns = {
            "rank": range(len(suggestions)),
            "video_id": [suggestion.video_id for suggestion in suggestions],
            "from_playlists": [list(suggestion.from_playlists) for suggestion in suggestions],
            "to_playlist": [suggestion.to_playlist for suggestion in suggestions],
            "confidence": [suggestion.confidence for suggestion in suggestions],
            "sure": [suggestion.sure for suggestion in suggestions],
            "why": [suggestion.why for suggestion in suggestions],
            "misfit": [suggestion.misfit for suggestion in suggestions],
            "alternatives": [list(suggestion.alternatives) for suggestion in suggestions],
            "question": [suggestion.question for suggestion in suggestions],
        }
        with self.db.write(Area.SUGGESTIONS) as tx:
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
        with self.db.write(Area.SUGGESTIONS) as tx:
            tx.execute("DELETE FROM suggestions WHERE video_id IN (SELECT unnest(?::VARCHAR[]))", [list(video_ids)])

    def suggestions(self) -> list[Suggestion]:
        """The suggestions: unfiled videos first, then misfits."""
        rows = self.db.rows(
            "SELECT video_id, from_playlists, to_playlist, confidence, sure, why, misfit, alternatives, question FROM suggestions ORDER BY rank"
        )
        return [
            Suggestion(row[0], tuple(row[1]), row[2], row[3], row[4], row[5], row[6], tuple(row[7]), row[8])
            for row in rows
        ]

    def _points_of(self, table: str) -> Points:
        frame = self.db.frame(f"SELECT video_id, x, y, reduced FROM {table} ORDER BY video_id")
        if frame.empty:
            return [], np.empty((0, 2), np.float32), np.empty((0, 0), np.float32)
        return (
            list(frame.video_id),
            frame[["x", "y"]].to_numpy(np.float32),
            np.stack(list(frame.reduced)).astype(np.float32),
        )


def _points(video_ids: Sequence[str], layout: Floats, reduced: Floats) -> pd.DataFrame:
    return pd.DataFrame({"video_id": list(video_ids), "x": layout[:, 0], "y": layout[:, 1], "reduced": list(reduced)})


def _topics(rows: Sequence[tuple[int, str, list[str], int]]) -> list[Topic]:
    return [Topic(topic, name, tuple(words), size) for topic, name, words, size in rows]
