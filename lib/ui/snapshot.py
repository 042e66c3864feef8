"""What the screens show of a library at one revision: each part read once, shared by all pages, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from lib.derived import Suggestion, Topic, TrainingRun
from lib.ml.classifier.explain import Explanation
from lib.models import Decider, Edit, Item, Library, Plan, Playlist, Role, Video
from lib.planning.orphans import Orphan
from lib.rules.rules import Rule, Situation
from lib.services.workspace import Workspace
from lib.store.provenance import deciders, first_word
from lib.ui.messages import unique_names


class Snapshot:
    """A workspace as it is now. `version` differs whenever anything in the database may."""

    def __init__(self, workspace: Workspace, version: tuple[int, int]) -> None:
        self.workspace, self.version = workspace, version
        self._whys: dict[tuple[str, str], Explanation | None] = {}

    @cached_property
    def base(self) -> Library:
        """The library as YouTube last showed it."""
        return self.workspace.catalog.library()

    @cached_property
    def local(self) -> Library:
        """The library with the pending edits applied."""
        return self.workspace.local()

    @cached_property
    def videos(self) -> dict[str, Video]:
        """Every video by id."""
        return self.workspace.catalog.videos()

    @cached_property
    def homes(self) -> dict[str, list[Playlist]]:
        """The local playlists that hold a video, by video id."""
        found: dict[str, list[Playlist]] = {}
        for playlist in self.local.playlists.values():
            for video_id in dict.fromkeys(item.video_id for item in playlist.items):
                found.setdefault(video_id, []).append(playlist)
        return found

    @cached_property
    def edits(self) -> list[Edit]:
        """The edits that wait."""
        return self.workspace.edits.pending()

    @cached_property
    def plan(self) -> Plan:
        """The plan for the edits that wait."""
        return self.workspace.pushes.plan()

    @cached_property
    def orphans(self) -> list[Orphan]:
        """Items that a write of ours may have left over."""
        return self.workspace.pushes.orphans()

    @cached_property
    def tidyable(self) -> dict[str, list[Item]]:
        """By inbox, the items whose video YouTube has shown in a category."""
        return self.workspace.filing.tidyable()

    @cached_property
    def arrangeable(self) -> dict[str, str]:
        """Titles of the playlists that can be renamed, sorted or deleted, by id."""
        return {p.playlist_id: p.title for p in self.local.playlists.values() if p.writable}

    @cached_property
    def map_frame(self) -> pd.DataFrame:
        """One row a dot: video_id, x, y, topic, topic_name, title, channel_title."""
        return self.workspace.findings.map_frame()

    @cached_property
    def topic_of(self) -> dict[str, str]:
        """Topic names by video id; noise has none."""
        return dict(zip(self.map_frame.video_id, self.map_frame.topic_name, strict=True))

    @cached_property
    def unavailable(self) -> set[str]:
        """The videos that can no longer be watched."""
        return self.workspace.catalog.unavailable()

    @cached_property
    def channel_names(self) -> list[str]:
        """The names of the channels whose videos stand in a playlist, in order."""
        return sorted({self.channel(video_id) for video_id in self.homes} - {""}, key=str.casefold)

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics, largest first, without noise."""
        return [topic for topic in self.workspace.findings.topics() if topic.topic >= 0]

    @cached_property
    def topic_members(self) -> dict[int, list[str]]:
        """Video ids by topic, in a stable order."""
        return self.workspace.findings.members()

    @cached_property
    def topic_counts(self) -> list[int]:
        """How many topics each level shows, from broad to fine."""
        return self.workspace.findings.topic_store.counts()

    @cached_property
    def my_topics(self) -> set[int]:
        """The topics that the user named, merged, split or made."""
        return set(self.workspace.findings.topic_store.mine())

    @cached_property
    def new_on_map(self) -> list[str]:
        """The videos that came to the map last."""
        return self.workspace.findings.fresh()

    @cached_property
    def map_can_be_put_back(self) -> bool:
        """Whether the map before it was redrawn is kept."""
        return bool(self.workspace.findings.earlier()[0])

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """The suggestions that are still a question: no rule answers it, the video is not filed, and a misfit stands where it stood."""
        refused = self.workspace.edits.decided.rejected()
        return [
            one
            for one in self.workspace.findings.suggestions()
            if one.to_playlist in self.local.playlists
            and (one.misfit or one.video_id not in self.ruled)
            and (one.video_id, one.to_playlist) not in refused
            and self._open(one)
        ]

    @cached_property
    def rules(self) -> list[Rule]:
        """The user's rules, the first to be asked first."""
        return self.workspace.rules.all()

    @cached_property
    def situation(self) -> Situation:
        """What rules are asked about."""
        return self.workspace.rules.situation(self.local, self.videos)

    @cached_property
    def ruled(self) -> dict[str, Rule]:
        """The rule that speaks for each unfiled video, where one does."""
        return self.workspace.rules.answers(self.situation) if self.rules else {}

    @cached_property
    def rule_names(self) -> dict[str, str]:
        """Titles by id of the channels and playlists that rules speak of."""
        return self.workspace.rules.names(self.situation)

    @cached_property
    def channels(self) -> dict[str, str]:
        """The channels by title, with the id where one alone is titled so, else with the title again."""
        found: dict[str, set[str]] = {}
        for video in self.situation.videos.values():
            if video.channel_title:
                found.setdefault(video.channel_title, set()).add(video.channel_id or video.channel_title)
        titled = sorted(found.items(), key=lambda pair: pair[0].casefold())
        return {title: next(iter(ids)) if len(ids) == 1 else title for title, ids in titled}

    @cached_property
    def lesson(self) -> TrainingRun | None:
        """What the model last learned from decisions."""
        return self.workspace.lessons.last()

    @cached_property
    def category_names(self) -> dict[str, str]:
        """What one can file into: playlist ids by a name that is unique, in YouTube's order."""
        return {name: playlist_id for playlist_id, name in unique_names(self.workspace.filing.categories()).items()}

    @cached_property
    def playlist_names(self) -> dict[str, str]:
        """A name for each playlist, by id, to choose it by: no two are alike."""
        return unique_names({p.playlist_id: p.title for p in self.local.playlists.values()})

    @cached_property
    def unfiled(self) -> list[str]:
        """Videos that stand in an inbox and in no category."""
        return [
            video_id
            for video_id, homes in self.homes.items()
            if any(p.role is Role.INBOX for p in homes) and not any(p.role is Role.CATEGORY for p in homes)
        ]

    @cached_property
    def _deciders(self) -> dict[tuple[str, str], Decider]:
        return deciders(self.workspace.db)

    def why(self, video_id: str, playlist_id: str) -> Explanation | None:
        """What speaks for filing a video there; asked for once."""
        key = (video_id, playlist_id)
        if key not in self._whys:
            self._whys[key] = self.workspace.suggestions.explain(video_id, playlist_id)
        return self._whys[key]

    def title(self, video_id: str) -> str:
        """The last known title, or words for a video that died before we saw it."""
        video = self.videos.get(video_id)
        return (video.title if video else "") or f"(unavailable video {video_id})"

    def channel(self, video_id: str) -> str:
        """The name of the channel that made a video, "" where it is not known."""
        video = self.videos.get(video_id)
        return video.channel_title if video else ""

    def length(self, video_id: str) -> str:
        """How long a video lasts, as in "1:02:03" and "4:05"; "" where it is not known."""
        video = self.videos.get(video_id)
        if video is None or video.duration_seconds is None:
            return ""
        minutes, seconds = divmod(video.duration_seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def playlist_title(self, playlist_id: str | None) -> str:
        """The title of a playlist of base or of a wish; its id where it is gone."""
        playlist = self.local.playlists.get(playlist_id or "") or self.base.playlists.get(playlist_id or "")
        return playlist.title if playlist else playlist_id or ""

    def home_titles(self, video_id: str) -> str:
        """The playlists of a video in one line."""
        return ", ".join(playlist.title for playlist in self.homes.get(video_id, []))

    def filed_by(self, video_id: str) -> str:
        """Who filed a video into its categories: you, a rule, the model or YouTube; "" where it is in none."""
        homes = [home.playlist_id for home in self.homes.get(video_id, []) if home.role is Role.CATEGORY]
        return first_word({self._deciders.get((video_id, home), Decider.YOUTUBE) for home in homes})

    def video_table(self, video_ids: Iterable[str]) -> pd.DataFrame:
        """Videos for the eye, one row each under its id: title, channel, playlists, topic."""
        ids = list(video_ids)
        columns = {
            "title": [self.title(i) for i in ids],
            "channel": [self.channel(i) for i in ids],
            "playlists": [self.home_titles(i) for i in ids],
            "topic": [self.topic_of.get(i, "") for i in ids],
        }
        return pd.DataFrame(columns, index=pd.Index(ids, name="video_id"), dtype="str")

    def _open(self, one: Suggestion) -> bool:
        homes = self.homes.get(one.video_id, [])
        if any(home.playlist_id == one.to_playlist for home in homes):
            return False
        if one.misfit:
            return {home.playlist_id for home in homes} >= set(one.from_playlists)
        return not any(home.role is Role.CATEGORY for home in homes)
