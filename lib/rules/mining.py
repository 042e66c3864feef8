"""Rules that hold already: channels whose videos the user has always filed in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lib.ml.text.tokens import fold
from lib.models import Library, Video
from lib.rules.rules import Rule, Situation

FEWEST_FILED = 5
PURE = 0.95
"""A channel is proposed as a rule where so many of its videos are filed, and so large a share of them in one category."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that holds already: `agree` of the `filed` videos of a channel are in one category, and `waiting` are unfiled."""

    channel: str
    channel_title: str
    playlist_id: str
    agree: int
    filed: int
    waiting: int


def propose(rules: Sequence[Rule], situation: Situation, declined: Collection[tuple[str, str]] = ()) -> list[Proposal]:
    """Channels whose filed videos are nearly all in one category, and no rule speaks of; most waiting videos first.

    Only what the user filed, or YouTube showed, counts. `declined`: (channel, category) pairs that are not wanted.
    """
    shelves: dict[str, _Shelf] = {}
    for video_id, homes in situation.filed.items():
        by_hand = {home for home in homes if (video_id, home) not in situation.unconfirmed}
        if video_id in situation.videos and by_hand:
            _shelf_of(shelves, situation.videos[video_id]).hold(by_hand)
    for video_id in situation.unfiled:
        _shelf_of(shelves, situation.videos[video_id]).waiting += 1
    shelves.pop("", None)
    found = [shelf.proposal(channel, situation.library) for channel, shelf in shelves.items()]
    named = {fold(rule.conditions.channel) for rule in rules if rule.conditions.channel}
    wanted = (
        one
        for one in found
        if one
        and (one.channel, one.playlist_id) not in declined
        and not {fold(one.channel), fold(one.channel_title)} & named
    )
    return sorted(wanted, key=lambda one: (-one.waiting, -one.agree, one.channel_title))


@dataclass(slots=True)
class _Shelf:
    """What a channel's videos come to."""

    title: str
    filed: int = 0
    waiting: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    def hold(self, homes: Collection[str]) -> None:
        self.filed += 1
        self.categories.update(homes)

    def proposal(self, channel: str, library: Library) -> Proposal | None:
        fit = [(count, key) for key, count in self.categories.items() if library.playlists[key].writable]
        count, key = max(fit, default=(0, ""))
        if self.filed < FEWEST_FILED or count < PURE * self.filed:
            return None
        return Proposal(channel, self.title, key, count, self.filed, self.waiting)


def _shelf_of(shelves: dict[str, _Shelf], video: Video) -> _Shelf:
    return shelves.setdefault(video.channel_id or video.channel_title, _Shelf(video.channel_title))
