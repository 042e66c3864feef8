"""What the screens show of a library at one revision: each part read once, shared by all pages, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from lib.models import Edit, Item, Library, Plan, Playlist, Role, Suggestion, Topic, Video
from lib.sync.orphans import Orphan
from lib.workspace import Workspace


class Reading:
    """A workspace as it is now. `version` differs whenever anything in the database may."""

    def __init__(self, workspace: Workspace, version: tuple[int, int]) -> None:
        self.workspace, self.version = workspace, version

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
        return self.workspace.plan()

    @cached_property
    def orphans(self) -> list[Orphan]:
        """Items that a write of ours may have left over."""
        return self.workspace.orphans()

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
        """The suggestions that are still a question: the video is not filed, and a misfit stands where it stood."""
        refused = self.workspace.edits.decisions(accepted=False)
        return [
            one
            for one in self.workspace.findings.suggestions()
            if one.to_playlist in self.local.playlists
            and (one.video_id, one.to_playlist) not in refused
            and self._open(one)
        ]

    @cached_property
    def category_names(self) -> dict[str, str]:
        """What one can file into: playlist ids by a name that is unique, in YouTube's order."""
        names: dict[str, str] = {}
        for playlist_id, title in self.workspace.filing.categories().items():
            name, number = title, 2
            while name in names:
                name, number = f"{title} ({number})", number + 1
            names[name] = playlist_id
        return names

    @cached_property
    def unfiled(self) -> list[str]:
        """Videos that stand in an inbox and in no category."""
        return [
            video_id
            for video_id, homes in self.homes.items()
            if any(p.role is Role.INBOX for p in homes) and not any(p.role is Role.CATEGORY for p in homes)
        ]

    def title(self, video_id: str) -> str:
        """The last known title, or words for a video that died before we saw it."""
        video = self.videos.get(video_id)
        return (video.title if video else "") or f"(unavailable video {video_id})"

    def channel(self, video_id: str) -> str:
        """The name of the channel that made a video, "" where it is not known."""
        video = self.videos.get(video_id)
        return video.channel_title if video else ""

    def playlist_title(self, playlist_id: str | None) -> str:
        """The title of a playlist of base or of a wish; its id where it is gone."""
        playlist = self.local.playlists.get(playlist_id or "") or self.base.playlists.get(playlist_id or "")
        return playlist.title if playlist else playlist_id or ""

    def home_titles(self, video_id: str) -> str:
        """The playlists of a video in one line."""
        return ", ".join(playlist.title for playlist in self.homes.get(video_id, []))

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
