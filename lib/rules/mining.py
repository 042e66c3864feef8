"""Rule mining: channels whose videos the user has nearly always filed in the same category. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lib.ml.text.tokens import fold
from lib.models import Library, Video
from lib.rules.rules import Rule, Situation

MIN_FILED, MIN_SHARE = 5, 0.95
"""A channel is proposed where so many of its videos are filed, and so large a share of them in one category. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that holds already for a channel, by id and title: its videos belong in the category `playlist_id`.

    Of its `filed` videos `agree` are in that category; `waiting` of its videos are unfiled in an inbox.
    """

    channel: str
    channel_title: str
    playlist_id: str
    agree: int
    filed: int
    waiting: int


def propose(rules: Sequence[Rule], situation: Situation, declined: Collection[tuple[str, str]] = ()) -> list[Proposal]:
    """Channels whose filed videos are nearly all in one category, and that no rule names; most waiting videos first.

    Only what the user filed, or YouTube showed, counts. `declined`: (channel, category) pairs that the user turned down.
    """
    counts: dict[str, _ChannelCounts] = {}
    for video_id, categories in situation.filed.items():
        confirmed = {category for category in categories if (video_id, category) not in situation.unconfirmed}
        if video_id in situation.videos and confirmed:
            _counts_of(counts, situation.videos[video_id]).add_filed(confirmed)
    for video_id in situation.unfiled:
        _counts_of(counts, situation.videos[video_id]).waiting += 1
    counts.pop("", None)
    proposals = [channel_counts.proposal(channel, situation.library) for channel, channel_counts in counts.items()]
    named = {fold(rule.conditions.channel) for rule in rules if rule.conditions.channel}
    wanted = [
        proposal
        for proposal in proposals
        if proposal
        and (proposal.channel, proposal.playlist_id) not in declined
        and not {fold(proposal.channel), fold(proposal.channel_title)} & named
    ]
    return sorted(wanted, key=lambda proposal: (-proposal.waiting, -proposal.agree, proposal.channel_title))


@dataclass(slots=True)
class _ChannelCounts:
    """Where the videos of one channel are.

    `title`: the channel's. `filed`, `waiting`: how many of its videos are in a category, and unfiled in an inbox.
    `categories`: how many of the filed ones each category holds.
    """

    title: str
    filed: int = 0
    waiting: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    def add_filed(self, categories: Collection[str]) -> None:
        """Count a video that these categories hold."""
        self.filed += 1
        self.categories.update(categories)

    def proposal(self, channel: str, library: Library) -> Proposal | None:
        """The proposal for the channel's most frequent category that can be written to; None where the videos disagree."""
        writable = [(count, key) for key, count in self.categories.items() if library.playlists[key].writable]
        count, key = max(writable, default=(0, ""))
        if self.filed < MIN_FILED or count < MIN_SHARE * self.filed:
            return None
        return Proposal(channel, self.title, key, count, self.filed, self.waiting)


def _counts_of(counts: dict[str, _ChannelCounts], video: Video) -> _ChannelCounts:
    """The counts of the video's channel: by id, or by title where there is no id."""
    return counts.setdefault(video.channel_id or video.channel_title, _ChannelCounts(video.channel_title))
