"""Duplicates: keep one of two ids of the same video, and let the other go."""

from __future__ import annotations

from lib.models import Edit, Playlist, Role
from lib.planning.new_edits import placement_edit
from lib.services.filing import Filing


class Duplicates:
    """Lays the edits that keep one of two videos. Which videos are duplicates is found by `Tidy`."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing

    def steps(self, kept: str, removed: str) -> list[tuple[bool, Playlist]]:
        """What keeping `kept` costs: where it is added (True) because only `removed` stood there, and where that leaves.

        A playlist that holds `removed` twice is left twice. [] where `kept` would have to be added and YouTube would not
        take it.
        """
        playlists, unavailable = self.filing.local().playlists.values(), self.filing.catalog.unavailable()
        leaving = [playlist for playlist in playlists if playlist.copies(removed) and playlist.writable]
        missing = [playlist for playlist in leaving if playlist.role is Role.CATEGORY and not playlist.copies(kept)]
        if missing and (kept in unavailable or kept not in self.filing.catalog.videos()):
            return []
        copies = [playlist for playlist in leaving for _ in range(playlist.copies(removed))]
        return [*((True, playlist) for playlist in missing), *((False, playlist) for playlist in copies)]

    def keep(self, kept: str, removed: str) -> list[Edit]:
        """Put `kept` where only `removed` stood, and take `removed` out of every playlist, as one batch."""
        filing = self.filing
        with filing.catalog.db.write():
            batch, steps = filing.edits.new_batch(), self.steps(kept, removed)
            local, unavailable = filing.local(), filing.catalog.unavailable()
            added = [playlist.playlist_id for is_added, playlist in steps if is_added]
            # Not by `file`, which takes one category in the place of another: these are added to every one.
            laid = (
                filing.edits.lay([placement_edit(local, unavailable, kept, None, key) for key in added], batch)
                if added
                else []
            )
            filing.decide((kept, key, True) for key in added)
            for is_added, playlist in steps:
                if not is_added:
                    laid += filing.file([removed], None, playlist.playlist_id, batch=batch)
            return laid
