"""Orphans: items that an insert of ours, sent more than once, may have left behind.

An insert whose answer was lost is looked for before it is sent again. Should YouTube show the first item only later than
anybody would look, there are two. Such an item is proposed for removal and never removed silently, since the person may
have added the same video.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lib.models import Item, JournalEntry, Library, Playlist


@dataclass(frozen=True, slots=True)
class Orphan:
    """An item that a write of ours, sent more than once, may have left over. Proposed for removal, never removed silently."""

    item_id: str
    playlist_id: str
    video_id: str


ORPHAN_CHOICES = ("remove it", "keep it")
ON_ITS_WAY = timedelta(minutes=1)
"""What was added so long after the item that we were given, or after our last request, is no work of ours."""
CLOCKS_DIFFER = timedelta(hours=1)
"""The same where no item was given to compare with, and only our clock tells when the request left."""


def orphans(
    repeated: Sequence[JournalEntry], claimed: Collection[str], library: Library, settled: Collection[str] = ()
) -> list[Orphan]:
    """The possible leftovers in `library`, in its order.

    `repeated` are the inserts of each (playlist, video) for which one request too many left, `claimed` the ids that
    operations were given, `settled` the items the user has decided about: kept, or to be taken by an edit that waits.
    """
    by_place: defaultdict[tuple[str, str | None], list[JournalEntry]] = defaultdict(list)
    for entry in repeated:
        by_place[entry.operation.playlist_id, entry.operation.video_id].append(entry)
    return list(_found(by_place, {*claimed, *settled}, library))


def _found(
    by_place: dict[tuple[str, str | None], list[JournalEntry]], known: set[str], library: Library
) -> Iterator[Orphan]:
    for playlist in library.playlists.values():
        for item in playlist.items:
            entries = by_place.get((playlist.playlist_id, item.video_id))
            if entries and item.item_id and item.item_id not in known and _may_be_ours(item, entries, playlist):
                yield Orphan(item.item_id, playlist.playlist_id, item.video_id)


def _may_be_ours(item: Item, entries: Sequence[JournalEntry], playlist: Playlist) -> bool:
    """Whether it was not there before, and came while a request of ours may have been on its way."""
    if any(item.item_id in entry.ids_before for entry in entries):
        return False
    results = {entry.result_id for entry in entries if entry.result_id}
    given = [item.added_at for item in playlist.items if item.item_id in results and item.added_at]
    sent = [entry.sent_at for entry in entries if entry.sent_at]
    if item.added_at is None or not sent:
        return True
    return item.added_at <= (max([*given, *sent]) + ON_ITS_WAY if given else max(sent) + CLOCKS_DIFFER)


def orphan_row(orphan: Orphan) -> dict[str, Any]:
    """A possible leftover as a JSON-ready question."""
    about = {"item_id": orphan.item_id, "playlist": orphan.playlist_id, "video_id": orphan.video_id}
    return {"id": f"x{orphan.item_id}", **about, "choices": list(ORPHAN_CHOICES)}
