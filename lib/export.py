"""Export: the whole library as a CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from lib.errors import UserError
from lib.models import Library, Role, Suggestion
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.findings import Findings

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


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading = + - @ or control character gets an apostrophe."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _rows(catalog: Catalog, edits: Edits, findings: Findings, local: Library) -> Iterator[tuple[object, ...]]:
    videos = catalog.listed_videos()
    suggestions = {one.video_id: one for one in findings.suggestions()}
    decided = edits.decisions(accepted=True)
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
                "you" if any((item.video_id, home) in decided for home in homes) else "YouTube" if homes else "",
            )


def _suggested(suggestion: Suggestion | None, titles: dict[str, str]) -> tuple[str, str]:
    if suggestion is None:
        return "", ""
    return titles.get(suggestion.to_playlist, ""), f"{suggestion.confidence:.3f}"
