"""The snapshot of an edit: what base showed when it was made, stored with it so that a later change is noticed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from lib.models import Edit, EditKind
from lib.planning.working_copy import changed_playlist
from lib.store.db import Database

_HOMES = "SELECT video_id, playlist_id FROM items WHERE video_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY playlist_id"
_NOTES = "SELECT item_id, note FROM items WHERE item_id IN (SELECT unnest(?::VARCHAR[]))"
_TITLES = """SELECT to_playlist, title FROM edits WHERE kind = 'create' AND list_contains($1::VARCHAR[], to_playlist)
    UNION ALL SELECT playlist_id, title FROM playlists WHERE list_contains($1::VARCHAR[], playlist_id)"""


def with_snapshots(db: Database, edits: Sequence[Edit]) -> list[Edit]:
    """The edits with what base shows: where a moved video stands, the note of a removed item, the playlist's title."""
    moved = [edit.video_id for edit in edits if edit.kind is EditKind.MOVE and not edit.seen]
    removed = [edit.item_id for edit in edits if edit.kind is EditKind.REMOVE and edit.item_id and not edit.seen]
    shown: defaultdict[tuple[EditKind, str | None], list[str]] = defaultdict(list)
    for video_id, playlist_id in db.rows(_HOMES, [moved]) if moved else ():
        shown[EditKind.MOVE, video_id].append(playlist_id)
    for item_id, note in db.rows(_NOTES, [removed]) if removed else ():
        shown[EditKind.REMOVE, item_id].append(note)
    titles = dict(db.rows(_TITLES, [sorted({changed_playlist(edit) for edit in edits})])) if edits else {}
    titles |= {edit.to_playlist: edit.title for edit in edits if edit.kind is EditKind.CREATE}
    return [_with(edit, shown, titles) for edit in edits]


def _with(
    edit: Edit, shown: dict[tuple[EditKind, str | None], list[str]], titles: dict[str | None, str | None]
) -> Edit:
    key = (edit.kind, edit.item_id if edit.kind is EditKind.REMOVE else edit.video_id)
    title = titles.get(changed_playlist(edit)) if edit.title is None else edit.title
    return replace(edit, seen=edit.seen or tuple(shown.get(key, ())), title=title)
