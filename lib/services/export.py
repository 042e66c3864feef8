"""Export: the whole library as a CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lib.derived import Suggestion
from lib.models import Decider, JournalEntry, Library, Role
from lib.services.local_library import local_library
from lib.services.spreadsheet import csv_text, safe, write_whole
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.edits import Edits
from lib.store.provenance import deciders, first_word
from lib.youtube.links import watch_url

COLUMNS = (
    "playlist",
    "item_id",
    "position",
    "video_id",
    "url",
    "title",
    "channel",
    "added_at",
    "category",
    "suggestion",
    "confidence",
    "decided_by",
)

RECEIPT_COLUMNS = ("operation", "kind", "state", "playlist", "video_id", "title", "units", "item_id", "remark")


class Export:
    """Writes one library as CSV."""

    def __init__(self, catalog: Catalog, edits: Edits, derived: Derived) -> None:
        self.catalog, self.edits, self.derived = catalog, edits, derived

    def write(self, path: Path) -> int:
        """Write the library to a file; the number of rows. Raises `UserError` where the file cannot be written."""
        return export_csv(path, self.catalog, self.edits, self.derived, local_library(self.catalog, self.edits))

    def text(self) -> str:
        """The library as CSV text."""
        local = local_library(self.catalog, self.edits)
        return csv_text(COLUMNS, _rows(self.catalog, self.edits, self.derived, local))


def export_csv(path: Path, catalog: Catalog, edits: Edits, derived: Derived, local: Library) -> int:
    """Write one row an item of base and return how many. Raises `UserError` where the file cannot be written."""
    rows = list(_rows(catalog, edits, derived, local))
    write_whole(path, csv_text(COLUMNS, rows))
    return len(rows)


def receipt_csv(entries: Sequence[JournalEntry], library: Library, titles: Mapping[str, str]) -> str:
    """The operations of a push as CSV text; `titles` are those of videos by id, playlists are named as in `library`."""
    return csv_text(RECEIPT_COLUMNS, (_receipt_row(entry, library, titles) for entry in entries))


def _rows(catalog: Catalog, edits: Edits, derived: Derived, local: Library) -> Iterator[tuple[object, ...]]:
    videos = catalog.listed_videos()
    suggestions = {suggestion.video_id: suggestion for suggestion in derived.suggestions()}
    decided_by = deciders(edits.db)
    titles = {p.playlist_id: p.title for p in local.playlists.values()}
    categories: dict[str, list[str]] = {}
    for playlist in local.playlists.values():
        for video_id in {item.video_id for item in playlist.items} if playlist.role is Role.CATEGORY else ():
            categories.setdefault(video_id, []).append(playlist.playlist_id)
    for playlist in catalog.library().playlists.values():
        for position, item in enumerate(playlist.items):
            video, homes = videos[item.video_id], categories.get(item.video_id, [])
            suggested, confidence = _suggested(suggestions.get(item.video_id), titles)
            yield (
                safe(playlist.title),
                safe(item.item_id or ""),
                position,
                safe(item.video_id),
                watch_url(item.video_id),
                safe(video.title),
                safe(video.channel_title),
                item.added_at.isoformat() if item.added_at else "",
                safe(" | ".join(titles[home] for home in homes)),
                safe(suggested),
                confidence,
                first_word({decided_by.get((item.video_id, home), Decider.YOUTUBE) for home in homes}),
            )


def _receipt_row(entry: JournalEntry, library: Library, titles: Mapping[str, str]) -> tuple[object, ...]:
    operation = entry.operation
    playlist = library.playlists.get(operation.playlist_id)
    return (
        operation.op_id,
        operation.kind,
        entry.state,
        safe(playlist.title if playlist else operation.playlist_id),
        safe(operation.video_id or ""),
        safe(titles.get(operation.video_id or "", operation.title or "")),
        operation.units * entry.attempts,
        safe(entry.result_id or operation.item_id or ""),
        safe(entry.error),
    )


def _suggested(suggestion: Suggestion | None, titles: dict[str, str]) -> tuple[str, str]:
    if suggestion is None:
        return "", ""
    return titles.get(suggestion.to_playlist, ""), f"{suggestion.confidence:.3f}"
