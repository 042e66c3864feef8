"""Playlists as a whole: rename, sort or delete one, and give it a role.

All but roles are edits: they wait, can be taken back, and are priced and guarded by the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from lib.errors import UserError
from lib.models import WRITE_UNITS, Edit, EditKind, Item, Playlist, Role, Video
from lib.planning.new_edits import creation_edit
from lib.planning.order import longest_common
from lib.planning.reconcile import reconcile
from lib.planning.titles import find_playlist
from lib.services.local_library import local_library
from lib.store.catalog import Catalog
from lib.store.edits import Edits


class SortBy(StrEnum):
    """What a playlist can be put in order by."""

    TITLE = "title"
    CHANNEL = "channel"
    DURATION = "duration"
    ADDED = "date added"


class Playlists:
    """Lays edits for whole playlists of one library. All raise `UserError` where YouTube would refuse."""

    def __init__(self, catalog: Catalog, edits: Edits) -> None:
        self.catalog, self.edits = catalog, edits

    def rename(self, playlist_id: str, title: str) -> list[Edit]:
        """Lay the edit that gives a playlist another title; [] where it has that title already."""
        with self.catalog.db.write():
            playlist = self._writable(playlist_id)
            clean = creation_edit(title, 0).title or ""
            if clean == playlist.title:
                return []
            base = self.catalog.library().playlists.get(playlist_id)
            seen = (base.title if base else playlist.title,)
            return self.edits.lay([_edit(EditKind.RENAME, to_playlist=playlist_id, title=clean, seen=seen)])

    def delete(self, playlist_id: str, *, batch: int | None = None) -> list[Edit]:
        """Lay the edit that deletes a playlist with all its items; one that only edits named is taken back."""
        with self.catalog.db.write():
            self._writable(playlist_id)
            base = self.catalog.library().playlists.get(playlist_id)
            if base is None:
                pending = self.edits.pending()
                self.edits.take_back(
                    e.edit_id for e in pending if e.kind is EditKind.CREATE and e.to_playlist == playlist_id
                )
                return []
            seen = tuple(item.item_id or "" for item in base.items)
            return self.edits.lay([_edit(EditKind.DELETE, from_playlist=playlist_id, seen=seen)], batch)

    def sort(self, playlist_id: str, by: SortBy, *, descending: bool = False) -> list[Edit]:
        """Lay the edit that orders a playlist, in the place of an earlier one; [] where it stands so already."""
        with self.catalog.db.write():
            order = self._sorted(playlist_id, by, descending)
            base = self.catalog.library().playlists.get(playlist_id)
            seen = [item.video_id for item in base.items] if base else []
            pending = self.edits.pending()
            former = [e for e in pending if e.kind is EditKind.REORDER and e.to_playlist == playlist_id]
            without = reconcile(self.catalog.library(), [e for e in pending if e not in former]).target
            reorder = _edit(EditKind.REORDER, to_playlist=playlist_id, order=tuple(order), seen=tuple(seen))
            edits = [reorder] if _moves(without.playlists[playlist_id], order) else []
            if not former and not edits:
                return []
            return self.edits.lay_instead([e.edit_id for e in former], edits)

    def give_role(self, names: Sequence[str], role: Role) -> list[str]:
        """Give playlists a role by id or exact title; the ids of all inboxes afterwards. Raises `UserError`."""
        library = self.catalog.library()
        self.catalog.give_role([find_playlist(library, name).playlist_id for name in names], role)
        return [p.playlist_id for p in self.catalog.library().playlists.values() if p.role is Role.INBOX]

    def sort_units(self, playlist_id: str, by: SortBy, *, descending: bool = False) -> int:
        """What that order costs: 50 units for each item beyond the longest run that may stay as it is."""
        return WRITE_UNITS * _moves(self._base(playlist_id), self._sorted(playlist_id, by, descending))

    def _base(self, playlist_id: str) -> Playlist:
        return self.catalog.library().playlists.get(playlist_id) or self._writable(playlist_id)

    def _writable(self, playlist_id: str) -> Playlist:
        playlist = local_library(self.catalog, self.edits).playlists.get(playlist_id)
        if playlist is None:
            raise UserError("That playlist is no longer in your library.", "Choose another.")
        if not playlist.writable:
            raise UserError(f"YouTube lets nobody change {playlist.title!r} from outside.", "Choose another playlist.")
        return playlist

    def _sorted(self, playlist_id: str, by: SortBy, descending: bool) -> list[str]:
        """The video ids of a playlist in order; what is alike, or unknown, keeps the order it had, the unknown at the end."""
        items, videos = self._writable(playlist_id).items, self.catalog.videos()
        key = _KEYS[by]
        known = [item for item in items if key(item, videos.get(item.video_id)) is not None]
        known.sort(key=lambda item: key(item, videos.get(item.video_id)), reverse=descending)  # type: ignore[arg-type,return-value]
        kept = {id(item) for item in known}
        return [item.video_id for item in [*known, *(item for item in items if id(item) not in kept)]]


_Key = Callable[[Item, Video | None], str | float | None]

_KEYS: dict[SortBy, _Key] = {
    SortBy.TITLE: lambda item, video: video.title.casefold() if video and video.title else None,
    SortBy.CHANNEL: lambda item, video: video.channel_title.casefold() if video and video.channel_title else None,
    SortBy.DURATION: lambda item, video: video.duration_seconds if video else None,
    SortBy.ADDED: lambda item, video: item.added_at.timestamp() if item.added_at else None,
}


def _moves(playlist: Playlist, order: Sequence[str]) -> int:
    """How many items have to move: all that stay, but for those of the longest common subsequence."""
    now = [item.video_id for item in playlist.items]
    staying = (Counter(now) & Counter(order)).total()
    return staying - len(longest_common(now, order))


def _edit(kind: EditKind, **facts: str | tuple[str, ...]) -> Edit:
    return Edit(0, kind, datetime.now(UTC), **facts)  # type: ignore[arg-type]
