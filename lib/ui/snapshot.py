"""What the screens show of a library as of one moment, shared by all tabs and never changed.

A snapshot reads in one view of the database whatever screens are made of, so that nothing mixes two revisions, and
computes the rest from that when it is first asked for. What did not change since the snapshot before is taken over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

import pandas as pd

from lib.derived import Suggestion, Topic, TrainingRun
from lib.ml.classifier.explain import Explanation
from lib.models import Decider, Edit, HeldBack, Item, Library, Plan, Playlist, Role, Video
from lib.planning.orphans import Orphan
from lib.rules.rules import Rule, Situation, decide
from lib.services.filing import tidyable_items
from lib.services.rules import PastDecisions
from lib.services.workspace import Workspace
from lib.store.areas import Area
from lib.store.overview import months_frame, playlists_frame
from lib.store.provenance import deciders, first_word
from lib.ui.messages import undirected, unique_names
from lib.ui.parts import Parts, computed, read

OBSERVED = (Area.BASE, Area.VIDEOS, Area.VECTORS, Area.PUSHES)
"""What jobs change by themselves; whatever the user does changes another area."""

LOCAL = (Area.BASE, Area.ROLES, Area.EDITS)
"""What the local library is made from."""
_TO_FILE = (*LOCAL, Area.FEEDBACK, Area.VIDEOS, Area.RULES)


class Snapshot(Parts):
    """A workspace as of one moment; the bookings of a push, units and states of operations, make no other moment."""

    def __init__(self, workspace: Workspace, former: Snapshot | None = None) -> None:
        """Read what changed since `former`, a snapshot of the same workspace, or everything."""
        self.workspace = workspace
        self._plans: dict[tzinfo | None, tuple[object, Plan]] = {}
        super().__init__(workspace.db, former)

    # -- read --------------------------------------------------------------------------------------------------------

    @read(Area.BASE, Area.ROLES)
    def base(self) -> Library:
        """The library as YouTube last showed it."""
        return self.workspace.catalog.library()

    @read(Area.BASE)
    def held_back(self) -> list[HeldBack]:
        """The playlists whose new listing waits for the user's word."""
        return self.workspace.catalog.held_back()

    @read(Area.BASE, Area.VIDEOS)
    def counts(self) -> dict[str, int]:
        """How much there is: playlists, items, videos, unavailable, repeats."""
        return self.workspace.catalog.counts()

    @read(Area.BASE, Area.ROLES, Area.VIDEOS)
    def playlists_frame(self) -> pd.DataFrame:
        """One row a playlist; see `playlists_frame` of the store."""
        return playlists_frame(self.workspace.catalog)

    @read(Area.BASE)
    def months_frame(self) -> pd.DataFrame:
        """How many items were added in each month: month, items."""
        return months_frame(self.workspace.catalog)

    @read(Area.VIDEOS)
    def videos(self) -> dict[str, Video]:
        """Every video by id."""
        return self.workspace.catalog.videos()

    @read(Area.VIDEOS)
    def unavailable(self) -> set[str]:
        """The videos that can no longer be watched."""
        return self.workspace.catalog.unavailable()

    @read(Area.EDITS)
    def edits(self) -> list[Edit]:
        """The edits that wait."""
        return self.workspace.edits.pending()

    @read(Area.BASE, Area.EDITS, Area.PUSHES, Area.ROLES)
    def orphans(self) -> list[Orphan]:
        """Items that a write of ours may have left over."""
        return self.workspace.pushes.orphans()

    @read(Area.MAP, Area.VIDEOS)
    def map_frame(self) -> pd.DataFrame:
        """One row a dot: video_id, x, y, topic, topic_name, title, channel_title."""
        return self.workspace.derived.map_frame()

    @read(Area.MAP)
    def topics(self) -> list[Topic]:
        """The topics, largest first, without noise."""
        return [topic for topic in self.workspace.derived.topics() if topic.topic >= 0]

    @read(Area.MAP)
    def topic_members(self) -> dict[int, list[str]]:
        """Video ids by topic, in a stable order."""
        return self.workspace.derived.members()

    @read(Area.MAP)
    def topic_counts(self) -> list[int]:
        """How many topics each level shows, from broad to fine."""
        return self.workspace.derived.topic_store.counts()

    @read(Area.MAP)
    def my_topics(self) -> set[int]:
        """The topics that the user named, merged, split or made."""
        return set(self.workspace.derived.topic_store.user_topics())

    @read(Area.MAP)
    def new_on_map(self) -> list[str]:
        """The videos that came to the map last."""
        return self.workspace.derived.fresh()

    @read(Area.MAP)
    def map_can_be_put_back(self) -> bool:
        """Whether the map before it was redrawn is kept."""
        return bool(self.workspace.derived.earlier()[0])

    @read(Area.SUGGESTIONS)
    def _all_suggestions(self) -> list[Suggestion]:
        return self.workspace.derived.suggestions()

    @read(Area.FEEDBACK)
    def _rejected(self) -> set[tuple[str, str]]:
        return self.workspace.edits.feedback.rejected()

    @read(Area.RULES)
    def rules(self) -> list[Rule]:
        """The user's rules, the first to be asked first."""
        return self.workspace.rules.all()

    @read(Area.EDITS, Area.FEEDBACK)
    def _past_decisions(self) -> PastDecisions:
        return self.workspace.rules.past_decisions()

    @read(Area.TRAINING_LOG)
    def training_run(self) -> TrainingRun | None:
        """What the model last learned from decisions."""
        return self.workspace.training_log.last()

    @read(Area.EDITS, Area.FEEDBACK)
    def _deciders(self) -> dict[tuple[str, str], Decider]:
        return deciders(self.workspace.db)

    # -- computed ----------------------------------------------------------------------------------------------------

    @computed(*LOCAL)
    def local(self) -> Library:
        """The library with the pending edits applied."""
        return self.workspace.edits.reconciled(self.base, self.edits).target

    @computed(*LOCAL)
    def homes(self) -> dict[str, list[Playlist]]:
        """The local playlists that hold a video, by video id."""
        homes: dict[str, list[Playlist]] = {}
        for playlist in self.local.playlists.values():
            for video_id in dict.fromkeys(item.video_id for item in playlist.items):
                homes.setdefault(video_id, []).append(playlist)
        return homes

    @computed(*LOCAL)
    def unfiled(self) -> list[str]:
        """Videos that stand in an inbox and in no category."""
        return list(self.local.unfiled())

    @computed(*LOCAL, Area.VIDEOS)
    def tidyable(self) -> dict[str, list[Item]]:
        """By inbox, the items whose video YouTube has shown in a category."""
        return tidyable_items(self.base, self.local, self.unavailable)

    @computed(*LOCAL)
    def arrangeable(self) -> dict[str, str]:
        """Titles of the playlists that can be renamed, sorted or deleted, by id."""
        return {p.playlist_id: p.title for p in self.local.playlists.values() if p.writable}

    @computed(*LOCAL)
    def categories(self) -> dict[str, str]:
        """What one can file into: a unique name by playlist id, in YouTube's order."""
        return unique_names({playlist_id: category.title for playlist_id, category in self.local.categories.items()})

    @computed(*LOCAL)
    def category_names(self) -> dict[str, str]:
        """The same the other way: playlist ids by name."""
        return {name: playlist_id for playlist_id, name in self.categories.items()}

    @computed(*LOCAL)
    def playlist_names(self) -> dict[str, str]:
        """A name for each playlist, by id, to choose it by: no two are alike."""
        return unique_names({p.playlist_id: p.title for p in self.local.playlists.values()})

    @computed(Area.MAP, Area.VIDEOS)
    def topic_of(self) -> dict[str, str]:
        """Topic names by video id; noise has none."""
        return dict(zip(self.map_frame.video_id, self.map_frame.topic_name, strict=True))

    @computed(*LOCAL, Area.VIDEOS)
    def channel_names(self) -> list[str]:
        """The names of the channels whose videos stand in a playlist, in order."""
        videos = [self.videos[video_id] for video_id in self.homes if video_id in self.videos]
        return sorted({video.channel_title for video in videos} - {""}, key=str.casefold)

    @computed(*_TO_FILE, Area.SUGGESTIONS)
    def suggestions(self) -> list[Suggestion]:
        """The suggestions that are still a question: no rule answers it, the video is not filed, and a misfit stands where it stood."""
        return [
            suggestion
            for suggestion in self._all_suggestions
            if suggestion.to_playlist in self.local.playlists
            and (suggestion.misfit or suggestion.video_id not in self.ruled)
            and (suggestion.video_id, suggestion.to_playlist) not in self._rejected
            and self._open(suggestion)
        ]

    @computed(*_TO_FILE)
    def situation(self) -> Situation:
        """What rules are asked about."""
        return self.workspace.rules.situation(self.local, self.videos, self.edits, self._past_decisions)

    @computed(*_TO_FILE)
    def ruled(self) -> dict[str, Rule]:
        """The rule that speaks for each unfiled video, where one does."""
        return decide(self.rules, self.situation) if self.rules else {}

    @computed(*_TO_FILE)
    def rule_names(self) -> dict[str, str]:
        """Titles by id of the channels and playlists that rules speak of."""
        return self.workspace.rules.names(self.situation)

    @computed(*_TO_FILE)
    def channels(self) -> dict[str, str]:
        """The channels by title, with the id where one alone is titled so, else with the title again."""
        ids: dict[str, set[str]] = {}
        for video in self.situation.videos.values():
            if video.channel_title:
                ids.setdefault(video.channel_title, set()).add(video.channel_id or video.channel_title)
        titled = sorted(ids.items(), key=lambda pair: pair[0].casefold())
        return {title: next(iter(alike)) if len(alike) == 1 else title for title, alike in titled}

    @computed(*LOCAL, Area.VIDEOS, Area.VECTORS)
    def _explanations(self) -> dict[tuple[str, str], Explanation | None]:
        return {}

    def plan(self, zone: tzinfo | None = None) -> Plan:
        """The plan for the edits that wait; made anew where another day or other units left make another calendar.

        Its calendar has the days of a person in `zone`, by default that of this machine; nothing else differs by it.
        """
        quota, facts = self.workspace.quota, (self.unavailable, self.held_back)
        limits = (self.workspace.pushes.allowance(), quota.resets_at(), quota.now().astimezone(zone).date())
        with self._lock:
            kept = self._plans.get(zone)
            if kept is None or kept[0] != limits:
                titles = {video_id: undirected(video.title) for video_id, video in self.videos.items()}
                plan = self.workspace.pushes.plan_for(self.base, self.edits, titles, *facts, zone)
                self._plans[zone] = kept = (limits, plan)
            return kept[1]

    def why(self, video_id: str, playlist_id: str) -> Explanation | None:
        """What speaks for filing a video there; asked for once."""
        key = (video_id, playlist_id)
        if key not in self._explanations:
            self._explanations[key] = self.workspace.suggestions.explain(video_id, playlist_id)
        return self._explanations[key]

    def title(self, video_id: str) -> str:
        """The last known title, or words for a video that died before we saw it."""
        video = self.videos.get(video_id)
        return undirected(video.title if video else "") or f"(unavailable video {video_id})"

    def channel(self, video_id: str) -> str:
        """The name of the channel that made a video, "" where it is not known."""
        video = self.videos.get(video_id)
        return undirected(video.channel_title) if video else ""

    def length(self, video_id: str) -> str:
        """How long a video lasts, as in "1:02:03" and "4:05"; "" where it is not known."""
        video = self.videos.get(video_id)
        if video is None or video.duration_seconds is None:
            return ""
        minutes, seconds = divmod(video.duration_seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def playlist_title(self, playlist_id: str | None) -> str:
        """The title of a playlist of base or of an edit; its id where it is gone."""
        playlist = self.local.playlists.get(playlist_id or "") or self.base.playlists.get(playlist_id or "")
        return undirected(playlist.title) if playlist else playlist_id or ""

    def home_titles(self, video_id: str) -> str:
        """The playlists of a video in one line."""
        return ", ".join(undirected(playlist.title) for playlist in self.homes.get(video_id, []))

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

    def _open(self, suggestion: Suggestion) -> bool:
        homes = self.homes.get(suggestion.video_id, [])
        if any(home.playlist_id == suggestion.to_playlist for home in homes):
            return False
        if suggestion.misfit:
            return {home.playlist_id for home in homes} >= set(suggestion.from_playlists)
        return not any(home.role is Role.CATEGORY for home in homes)
