"""Topics: what the user says about topics. A name, a merge, a split, a topic of their own; each can be taken back.

A topic that was shaped is the user's: its videos stay together at every level and in every later run, and only new
videos most of whose neighbours it holds join it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from lib.derived import NOISE, Topic
from lib.errors import UserError
from lib.ml.naming.names import naming_text
from lib.ml.tasks import Cluster, Compute, NameTopics
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.topics import UserTopic

LONGEST_NAME = 80
SMALLEST_SPLIT = 4
LEAST_PART = 0.1
"""A part that holds less of a topic is no part of it, but what is left over."""


class Topics:
    """Lays the user's word over the topics of one library."""

    def __init__(self, catalog: Catalog, derived: Derived, compute: Compute) -> None:
        self.catalog, self.derived, self.compute = catalog, derived, compute
        self.store = derived.topic_store

    def rename(self, topic: int, name: str) -> int:
        """Give a topic a name that stays; its number. Raises `UserError` for one that is empty, too long, or another topic's."""
        former, clean = self._shown(topic), self._checked(name, {topic})
        videos = self.derived.members()[topic]
        self._act(f"new name of {former.name}", {topic: UserTopic(clean, True, tuple(videos))})
        return topic

    def merge(self, topics: Sequence[int], name: str = "") -> int:
        """Make several topics one; its number, which is that of the largest.

        It bears the name given here, else one that the user gave before, else that of the largest. Raises `UserError`
        for fewer than two topics, and for a name as `rename` does.
        """
        shown = sorted(
            (self._shown(topic) for topic in dict.fromkeys(topics)), key=lambda shown_topic: -shown_topic.size
        )
        if len(shown) < 2:
            raise UserError("One topic cannot be merged with itself.", "Choose another one to merge it with.")
        user_topics, members = self.store.user_topics(), self.derived.members()
        clean = self._checked(name, {merged.topic for merged in shown}) if name.strip() else ""
        of_user = [user_topics[merged.topic] for merged in shown if merged.topic in user_topics]
        named = [user_topic.name for user_topic in of_user if user_topic.named]
        kept = next(iter([clean] * bool(clean) + named), shown[0].name)
        videos = [video_id for merged in shown for video_id in members[merged.topic]]
        whole = UserTopic(kept, bool(clean or named), tuple(videos))
        self._act(f"merge of {' and '.join(merged.name for merged in shown)}", {shown[0].topic: whole})
        return shown[0].topic

    def split(self, topic: int) -> list[int]:
        """Split a topic into the parts of the next finer level, else into two; their numbers.

        The name of a topic that the user named stays with the largest part. Raises `UserError` for one of fewer than
        four videos, or whose videos are all alike.
        """
        whole, videos = self._shown(topic), self.derived.members()[topic]
        if len(videos) < SMALLEST_SPLIT:
            raise UserError(
                f"{whole.name} is too small to be split.", "Draw around the videos you mean on the map instead."
            )
        parts = self._finer(videos, topic) or self._halves(videos, topic)
        if len(parts) < 2:
            raise UserError(
                f"The videos of {whole.name} are all alike.",
                "Choose some of them on the map and make a topic of those.",
            )
        names, user_topics = self._names(parts, keep={topic}), self.store.user_topics()
        shaped = {number: UserTopic(names[number], False, tuple(part)) for number, part in parts.items()}
        if topic in user_topics and user_topics[topic].named:
            largest = max(parts, key=lambda number: len(parts[number]))
            shaped[largest] = replace(shaped[largest], name=user_topics[topic].name, named=True)
        self._act(f"split of {whole.name}", shaped)
        return list(parts)

    def make(self, name: str, video_ids: Collection[str]) -> int:
        """Make a topic of these videos; its number. Raises `UserError` for none, and for a name as `rename` does."""
        on_map = [video_id for video_ids_ in self.derived.members().values() for video_id in video_ids_]
        videos = sorted(set(video_ids) & set(on_map))
        if not videos:
            raise UserError("None of these videos is on the map.", "Select dots on the map first.")
        topic = self.store.following()
        self._act(f"new topic {name.strip()}", {topic: UserTopic(self._checked(name, set()), True, tuple(videos))})
        return topic

    def release(self, topic: int) -> None:
        """Give a topic of the user's back to what is found."""
        released = self._shown(topic)
        kept = {number: user_topic for number, user_topic in self.store.user_topics().items() if number != topic}
        self.store.act(f"release of {released.name}", kept)

    def undo(self) -> str | None:
        """Take the last act back; what it was, None where there is none."""
        return self.store.take_back()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _shown(self, number: int) -> Topic:
        """The topic of this number. Raises `UserError` where the map shows none."""
        topic = next((topic for topic in self.derived.topics() if topic.topic == number != NOISE), None)
        if topic is None:
            raise UserError("That topic is not on the map any more.", "Choose one of the list.")
        return topic

    def _checked(self, name: str, bearers: set[int]) -> str:
        """The name without spaces around it, if it can be one. `bearers` are the topics that may bear it already."""
        clean = " ".join(name.split())
        if not clean or len(clean) > LONGEST_NAME:
            raise UserError("A topic needs a name of 1 to 80 characters.", "Type another one.")
        taken = {topic.name.casefold() for topic in self.derived.topics() if topic.topic not in bearers}
        if clean.casefold() in taken:
            raise UserError(f"Another topic is called {clean} already.", "Type another name, or merge the two.")
        return clean

    def _act(self, description: str, shaped: Mapping[int, UserTopic]) -> None:
        """Store shaped topics beside the other topics of the user, which lose the videos that went there.

        `description` says what was done, as in "merge of A and B".
        """
        with self.catalog.db.write():
            taken = {video_id for shape in shaped.values() for video_id in shape.video_ids}
            reduced = {
                number: replace(topic, video_ids=tuple(key for key in topic.video_ids if key not in taken))
                for number, topic in self.store.user_topics().items()
                if number not in shaped
            }
            self.store.note_following(max(self.store.following(), max(shaped) + 1))
            kept = {number: topic for number, topic in reduced.items() if topic.video_ids}
            self.store.act(description, kept | dict(shaped))

    def _finer(self, videos: Sequence[str], topic: int) -> dict[int, list[str]]:
        """The parts that the next finer level with at least two of them makes of these videos; {} where none does.

        A part bears its number, but for one that another topic of the user's has kept for itself.
        """
        levels, ids = self.store.automatic_topics(videos), np.array(videos)
        kept, fresh = self.store.user_topics().keys() - {topic}, count(self.store.following())
        for column in levels[:, self.store.level() + 1 :].T:
            topics, sizes = np.unique(column[column != NOISE], return_counts=True)
            parts = topics[sizes >= LEAST_PART * len(videos)]
            if len(parts) > 1:
                largest = topics[sizes.argmax()]  # takes what is left over
                part_of_each = np.where(np.isin(column, parts), column, largest)
                return {
                    next(fresh) if part in kept else int(part): ids[part_of_each == part].tolist() for part in parts
                }
        return {}

    def _halves(self, videos: Sequence[str], topic: int) -> dict[int, list[str]]:
        """Two parts by k-means; the larger keeps the number."""
        map_ids, _, reduced = self.derived.map_points()
        row_of, ids = {video_id: row for row, video_id in enumerate(map_ids)}, np.array(videos)
        labels = self.compute(Cluster(reduced[[row_of[video_id] for video_id in videos]], "kmeans", 2))
        numbers = {0: topic, 1: self.store.following()}
        return {numbers[int(label)]: ids[labels == label].tolist() for label in np.unique(labels)}

    def _names(self, parts: Mapping[int, Sequence[str]], keep: set[int]) -> dict[int, str]:
        """Names for the parts of a topic: those they had at their level, else what tells them from all others shown."""
        new_parts = parts.keys() - keep
        known = {topic.topic: topic for topic in self.derived.named_topics() if topic.topic in new_parts}
        if parts.keys() <= known.keys():
            return {topic: known[topic].name for topic in parts}
        shown = {video_id: topic for topic, ids in self.derived.members().items() for video_id in ids}
        shown |= {video_id: topic for topic, ids in parts.items() for video_id in ids}
        videos = [video for video_id, video in self.catalog.videos(list(shown)).items() if video_id in shown]
        named = self.compute(
            NameTopics(
                titles=[video.title for video in videos],
                texts=[naming_text(video) for video in videos],
                channels=[video.channel_title for video in videos],
                levels=np.array([[shown[video.video_id]] for video in videos], np.int64),
                previous=[*known.values(), *(topic for topic in self.derived.topics() if topic.topic not in parts)],
            )
        )
        return {topic.topic: topic.name for topic in named if topic.topic in parts}
