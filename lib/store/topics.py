"""The topics of the map: the level that is shown, and what the user made of them.

What the user named, merged, split or made is never thrown away: it is kept here with its videos, and lies over whatever
a run finds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from lib.derived import ABSENT, NOISE
from lib.store.areas import Area
from lib.store.db import Cursor, Database


@dataclass(frozen=True, slots=True)
class UserTopic:
    """A topic that the user shaped.

    Attributes:
        name: its name.
        named: whether the user gave the name; else it is automatic.
        video_ids: the videos it holds, at every level.
    """

    name: str
    named: bool
    video_ids: tuple[str, ...]


class TopicStore:
    """Reads and writes levels, the user's topics, and the acts that made them."""

    def __init__(self, db: Database) -> None:
        self.db = db

    # -- levels ------------------------------------------------------------------------------------------------------

    def counts(self) -> list[int]:
        """How many topics each level shows, from broad to fine; [] before there is a map."""
        rows = self.db.rows(
            """SELECT level, count(DISTINCT topic) FROM (
                   SELECT unnest(range(len(found))) AS level, unnest(found) AS automatic,
                          coalesce(mine.topic, other.topic, automatic) AS topic
                   FROM map_points LEFT JOIN (SELECT topic, unnest(video_ids) AS video_id FROM my_topics) mine USING (video_id)
                        LEFT JOIN my_topics other ON other.topic = joined)
               WHERE topic <> ? GROUP BY level ORDER BY level""",
            [NOISE],
        )
        counts = {int(level): int(count) for level, count in rows}
        return [counts.get(level, 0) for level in range(self._levels())]

    def level(self) -> int:
        """The level that is shown."""
        usual, levels = self._number("usual_level"), self._levels()
        return max(0, min(levels - 1, usual + self._number("level_offset")))

    def show_level(self, level: int) -> None:
        """Show another level; it is counted from the usual one, so that it means the same after the next run."""
        with self.db.write(Area.MAP) as tx:
            self._remember("level_offset", level - self._number("usual_level"))
            self.settle(tx)

    def usual(self) -> int:
        """The level that is shown unless another is chosen."""
        return self._number("usual_level")

    def note_usual(self, level: int) -> None:
        """Remember which level a run found to be the usual one."""
        self._remember("usual_level", level)

    def automatic_topics(self, video_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """The topics that the clustering found (n, levels), `ABSENT` for videos that are not on the map."""
        known = dict(self.db.rows("SELECT video_id, found FROM map_points"))
        nowhere = [ABSENT] * max(1, self._levels())
        return np.array([known.get(i, nowhere) for i in video_ids], np.int64).reshape(len(video_ids), len(nowhere))

    def shown(self, video_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """The topics as they are shown (n,), `ABSENT` for videos that are not on the map."""
        known = dict(self.db.rows("SELECT video_id, topic FROM map_points"))
        return np.array([known.get(i, ABSENT) for i in video_ids], np.int64)

    def settle(self, tx: Cursor) -> None:
        """Bring the topic of each video up to the level that is shown and the topics of the user."""
        tx.execute(
            """UPDATE map_points
               SET topic = CASE WHEN joined IN (SELECT topic FROM my_topics) THEN joined ELSE found[?] END""",
            [self.level() + 1],
        )
        tx.execute(
            """UPDATE map_points SET topic = mine.topic
               FROM (SELECT topic, unnest(video_ids) AS video_id FROM my_topics) mine
               WHERE map_points.video_id = mine.video_id"""
        )

    # -- numbers -----------------------------------------------------------------------------------------------------

    def following(self) -> int:
        """The first number that no topic has ever had."""
        used = self.db.value(
            """SELECT max(topic) FROM (SELECT topic FROM topics UNION ALL SELECT topic FROM my_topics
                                       UNION ALL SELECT unnest(found) FROM map_points)"""
        )
        return max(self._number("following_topic"), NOISE + 1 if used is None else int(used) + 1)

    def note_following(self, topic: int) -> None:
        """Remember that the numbers below this one have been used, also by topics that are gone."""
        self._remember("following_topic", topic)

    # -- the user's --------------------------------------------------------------------------------------------------

    def user_topics(self) -> dict[int, UserTopic]:
        """The topics that the user shaped, by number."""
        rows = self.db.rows("SELECT topic, name, named, video_ids FROM my_topics ORDER BY topic")
        return {topic: UserTopic(name, named, tuple(video_ids)) for topic, name, named, video_ids in rows}

    def name_user_topics(self, names: Mapping[int, str]) -> None:
        """Give topics of the user's the automatic names that were found for them; those the user named keep theirs."""
        with self.db.write(Area.MAP) as tx:
            for topic, name in names.items():
                tx.execute("UPDATE my_topics SET name = ? WHERE topic = ? AND NOT named", [name, topic])

    def act(self, description: str, user_topics: Mapping[int, UserTopic]) -> None:
        """Replace the user's topics, and remember what they were. `description` tells what was done, as in "merge of A and B"."""
        with self.db.write(Area.MAP) as tx:
            before = json.dumps({number: asdict(topic) for number, topic in self.user_topics().items()})
            tx.execute(
                "INSERT INTO topic_acts SELECT coalesce(max(act), 0) + 1, ?, ? FROM topic_acts", [description, before]
            )
            self._replace(tx, user_topics)

    def last_act(self) -> str | None:
        """What the last act was that can be taken back."""
        description = self.db.value("SELECT said FROM topic_acts ORDER BY act DESC LIMIT 1")
        return None if description is None else str(description)

    def take_back(self) -> str | None:
        """Undo the last act; what it was, None where there is none."""
        with self.db.write(Area.MAP) as tx:
            rows = self.db.rows("SELECT act, said, before FROM topic_acts ORDER BY act DESC LIMIT 1")
            for act, _, before in rows:
                user_topics = {
                    int(number): UserTopic(topic["name"], topic["named"], tuple(topic["video_ids"]))
                    for number, topic in json.loads(before).items()
                }
                tx.execute("DELETE FROM topic_acts WHERE act = ?", [act])
                self._replace(tx, user_topics)
            return rows[0][1] if rows else None

    def _replace(self, tx: Cursor, user_topics: Mapping[int, UserTopic]) -> None:
        tx.execute("DELETE FROM my_topics")
        for number, topic in user_topics.items():
            tx.execute(
                "INSERT INTO my_topics VALUES (?, ?, ?, ?::VARCHAR[])",
                [number, topic.name, topic.named, list(topic.video_ids)],
            )
        self.settle(tx)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _levels(self) -> int:
        return int(self.db.value("SELECT max(len(found)) FROM map_points") or 0)

    def _number(self, key: str) -> int:
        return int(self.db.value("SELECT value FROM meta WHERE key = ?", [key]) or 0)

    def _remember(self, key: str, value: int) -> None:
        with self.db.write(Area.FACTS, Area.MAP) as tx:
            tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, str(value)])
