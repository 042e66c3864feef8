"""Export: the whole library as a CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lib.derived import Suggestion
from lib.errors import UserError
from lib.models import Decider, JournalEntry, Library, Role
from lib.services.local_library import local_library
from lib.store.catalog import Catalog
from lib.store.derived import Findings
from lib.store.edits import Edits
from lib.store.provenance import deciders, first_word

COLUMNS = (
    "playlist",
    "position",
    "video_id",
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

    def __init__(self, catalog: Catalog, edits: Edits, findings: Findings) -> None:
        self.catalog, self.edits, self.findings = catalog, edits, findings

    def write(self, path: Path) -> int:
        """Write the library to a file; the number of rows. Raises `UserError` where the file cannot be written."""
        return export_csv(path, self.catalog, self.edits, self.findings, local_library(self.catalog, self.edits))

    def text(self) -> str:
        """The library as CSV text."""
        return csv_text(self.catalog, self.edits, self.findings, local_library(self.catalog, self.edits))[0]


def export_csv(path: Path, catalog: Catalog, edits: Edits, findings: Findings, local: Library) -> int:
    """Write one row an item of base and return how many. Raises `UserError` where the file cannot be written."""
    text, rows = csv_text(catalog, edits, findings, local)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}).", "Choose another folder or file name."
        ) from error
    return rows


def csv_text(catalog: Catalog, edits: Edits, findings: Findings, local: Library) -> tuple[str, int]:
    """The same as text, with the number of rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    rows = list(_rows(catalog, edits, findings, local))
    writer.writerows(rows)
    return buffer.getvalue(), len(rows)


def receipt_csv(entries: Sequence[JournalEntry], library: Library, titles: Mapping[str, str]) -> str:
    """The operations of a push as CSV text; `titles` are those of videos by id, playlists are named as in `library`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(RECEIPT_COLUMNS)
    writer.writerows(_receipt_row(entry, library, titles) for entry in entries)
    return buffer.getvalue()


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading = + - @ or control character gets an apostrophe."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _rows(catalog: Catalog, edits: Edits, findings: Findings, local: Library) -> Iterator[tuple[object, ...]]:
    videos = catalog.listed_videos()
    suggestions = {one.video_id: one for one in findings.suggestions()}
    said = deciders(edits.db)
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
                position,
                item.video_id,  # not `safe`: 11 letters, digits, - and _ can call nothing, and the id must stay the id
                safe(video.title),
                safe(video.channel_title),
                item.added_at.isoformat() if item.added_at else "",
                safe(" | ".join(titles[home] for home in homes)),
                safe(suggested),
                confidence,
                first_word({said.get((item.video_id, home), Decider.YOUTUBE) for home in homes}),
            )


def _receipt_row(entry: JournalEntry, library: Library, titles: Mapping[str, str]) -> tuple[object, ...]:
    one = entry.operation
    playlist = library.playlists.get(one.playlist_id)
    return (
        one.op_id,
        one.kind,
        entry.state,
        safe(playlist.title if playlist else one.playlist_id),
        one.video_id or "",
        safe(titles.get(one.video_id or "", one.title or "")),
        one.units * entry.attempts,
        safe(entry.result_id or one.item_id or ""),
        safe(entry.error),
    )


def _suggested(suggestion: Suggestion | None, titles: dict[str, str]) -> tuple[str, str]:
    if suggestion is None:
        return "", ""
    return titles.get(suggestion.to_playlist, ""), f"{suggestion.confidence:.3f}"
