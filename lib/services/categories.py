"""Categories: file a selection into one, make one of a topic, merge two, split one. Each is one batch of edits, one undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lib.ml.assignment import best_matches
from lib.models import Edit, Role
from lib.planning.titles import comparable
from lib.services.filing import Filing
from lib.services.playlists import Playlists


@dataclass(frozen=True, slots=True)
class MergeCost:
    """What merging one category into another takes.

    `to_add` are the videos that the other lacks; `unavailable` is how many more it lacks that YouTube would not take.
    """

    to_add: tuple[str, ...]
    unavailable: int


class Categories:
    """Lays the edits that change which videos a category holds. All raise `UserError` where YouTube would refuse."""

    def __init__(self, filing: Filing, playlists: Playlists) -> None:
        self.filing, self.playlists = filing, playlists
        self.catalog, self.edits = filing.catalog, filing.edits

    def file_into(
        self, video_ids: Collection[str], playlist_id: str | None, title: str = "", *, move: bool = False
    ) -> list[Edit]:
        """File videos into a category, or into a new one called `title` where no `playlist_id` is given.

        With `move` they leave the categories they are in; without, and from an inbox, they are copied. Videos that YouTube
        would not take are left out, unless there are no others: then a `UserError` says so.
        """
        with self.catalog.db.write():
            batch, unavailable = self.edits.new_batch(), self.catalog.unavailable()
            available = [video_id for video_id in video_ids if video_id not in unavailable] or list(video_ids)
            laid, target = self._category(playlist_id, title, batch)
            leaving, staying = self._by_source(available, target) if move else ({}, available)
            if staying:
                laid += self.filing.file(staying, target, batch=batch)
            for source, (movers, leavers) in leaving.items():
                laid += self.filing.file(movers, target, source, batch=batch) if movers else []
                laid += self.filing.file(leavers, None, source, batch=batch) if leavers else []
        return laid

    # -- a topic becomes a category ----------------------------------------------------------------------------------

    def best_for(self, groups: Mapping[str, Collection[str]]) -> dict[str, str | None]:
        """The category each group of video ids would best become, so that the fewest writes are needed; None: a new one."""
        categories = self.filing.local().categories
        held = {key: {item.video_id for item in category.items} for key, category in categories.items()}
        return best_matches(groups, held)

    def make(self, name: str, video_ids: Sequence[str]) -> list[Edit]:
        """File videos into the category they overlap most, else into a new one of this name.

        Videos YouTube would not take are left out. Raises `UserError` for a name YouTube would refuse.
        """
        with self.catalog.db.write():
            titles, unavailable, batch = self.filing.categories(), self.catalog.unavailable(), self.edits.new_batch()
            namesake = next((key for key, title in titles.items() if comparable(title) == comparable(name)), None)
            target = namesake or self.best_for({name: video_ids})[name]
            laid = []
            if target is None:
                laid = self.edits.lay([self.filing.creation(name)], batch)
                target = laid[0].to_playlist or ""
            available = [video_id for video_id in video_ids if video_id not in unavailable]
            return laid + self.filing.file(available, target, batch=batch)

    # -- merge and split ---------------------------------------------------------------------------------------------

    def merge_cost(self, source: str, target: str) -> MergeCost:
        """What merging `source` into `target`, by id, takes."""
        playlists, unavailable = self.filing.local().playlists, self.catalog.unavailable()
        held = {item.video_id for item in playlists[target].items}
        missing = dict.fromkeys(item.video_id for item in playlists[source].items if item.video_id not in held)
        to_add = tuple(video_id for video_id in missing if video_id not in unavailable)
        return MergeCost(to_add, len(missing) - len(to_add))

    def merge(self, source: str, target: str, *, delete: bool = True) -> list[Edit]:
        """Put what `target` lacks of `source` into it, by id, and delete `source` where that is asked for."""
        with self.catalog.db.write():
            batch, to_add = self.edits.new_batch(), self.merge_cost(source, target).to_add
            laid = self.filing.file(to_add, target, batch=batch) if to_add else []
            return laid + (self.playlists.delete(source, batch=batch) if delete else [])

    def split(self, category: str, video_ids: Collection[str], playlist_id: str | None, title: str = "") -> list[Edit]:
        """Move these videos of a category into another one, or into a new one called `title`. Unavailable ones stay."""
        with self.catalog.db.write():
            batch, unavailable = self.edits.new_batch(), self.catalog.unavailable()
            laid, target = self._category(playlist_id, title, batch)
            movers = [video_id for video_id in video_ids if video_id not in unavailable]
            return laid + self.filing.file(movers, target, category, batch=batch)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _category(self, playlist_id: str | None, title: str, batch: int) -> tuple[list[Edit], str]:
        """The edits that make a category where it is new, and its id."""
        if playlist_id:
            return [], playlist_id
        laid = self.edits.lay([self.filing.creation(title)], batch)
        return laid, laid[0].to_playlist or ""

    def _by_source(
        self, video_ids: Sequence[str], target: str
    ) -> tuple[dict[str, tuple[list[str], list[str]]], list[str]]:
        """By category to leave: the videos that move from it, and those that move from another and only leave it; the rest."""
        local = self.filing.local()
        leaving: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        staying = []
        for video_id in video_ids:
            homes = [local.playlists[key] for key in local.homes(video_id)]
            is_there = any(home.playlist_id == target for home in homes)
            sources = [
                home.playlist_id
                for home in homes
                if home.role is Role.CATEGORY and home.writable and home.playlist_id != target
            ]
            if not sources:
                staying.append(video_id)
            for number, source in enumerate(sources):
                leaving[source][number > 0 or is_there].append(video_id)
        return leaving, staying
