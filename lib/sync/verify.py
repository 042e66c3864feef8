"""After a push: does YouTube show what was written, in the order that was asked for, and is anything of ours left over?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lib.errors import ApiError, InconsistentListing, QuotaExceeded
from lib.models import PAGE, EditKind, Item, JournalEntry, OperationKind, State
from lib.planning.orphans import Orphan, orphan_row, orphans
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.sync.listing import listed
from lib.sync.push_state import PushState

_WHOLE_PLAYLIST = (OperationKind.CREATE, OperationKind.RENAME, OperationKind.DELETE_PLAYLIST)


@dataclass(slots=True)
class Verification:
    """How many writes YouTube shows, the possible leftovers, and the titles of playlists whose order is not the one asked for."""

    verified: int = 0
    orphans: list[dict[str, Any]] = field(default_factory=list)
    displaced: list[str] = field(default_factory=list)


def verify(push_state: PushState) -> Verification:
    """Look again at what a finished push touched, and let base have what is seen.

    Everything is done and recorded; where a look fails, it only has to wait for the next pull.
    """
    verification = Verification()
    with suppress(ApiError, InconsistentListing, QuotaExceeded):  # the next pull sees what this does not
        verification.verified = _verified(push_state)
        _see_leftovers(push_state)
        verification.displaced = list(_displaced(push_state))
    verification.orphans = [
        orphan_row(orphan) for orphan in leftovers(push_state.c.catalog, push_state.c.edits, push_state.c.journal)
    ]
    return verification


def _verified(push_state: PushState) -> int:
    done = push_state.in_state(State.DONE)
    items = [e for e in done if e.operation.kind not in _WHOLE_PLAYLIST]
    ids = [e.result_id or e.operation.item_id or "" for e in items]
    shown: set[str] = set()
    for start in range(0, len(ids), PAGE):
        shown |= push_state.c.client.items_by_id(ids[start : start + PAGE]).keys()
    right = [
        (item_id in shown) != (e.operation.kind is OperationKind.DELETE) for item_id, e in zip(ids, items, strict=True)
    ]
    return len(done) - len(items) + sum(right)


# -- leftovers -------------------------------------------------------------------------------------------------------


def _see_leftovers(push_state: PushState) -> None:
    """List the places where an insert of this push was sent more than once, and let base have what is there."""
    places = {
        (e.operation.playlist_id, e.operation.video_id or "")
        for e in push_state.c.journal.sent_repeatedly()
        if e.push_id == push_state.push_id
    }
    for playlist_id, video_id in sorted(places):
        for entry in listed(push_state.c.client, playlist_id, video_id):
            if entry.item.item_id not in push_state.homes[video_id] and playlist_id in push_state.items:
                with push_state.c.catalog.db.write():
                    push_state.put(playlist_id, entry.item, entry.position)


def leftovers(catalog: Catalog, edits: Edits, journal: Journal) -> list[Orphan]:
    """The items that a write of ours, sent more than once, may have left over and nobody has decided about."""
    repeated = journal.sent_repeatedly()
    if not repeated:
        return []
    asked = {edit.item_id for edit in edits.pending() if edit.item_id}
    return orphans(repeated, journal.claimed(), catalog.library(), journal.kept_items() | asked)


# -- order -----------------------------------------------------------------------------------------------------------


def _displaced(push_state: PushState) -> Iterator[str]:
    """The titles of the playlists that do not stand in the order in which this push was to bring them."""
    placed: dict[str, list[JournalEntry]] = {}
    for entry in push_state.in_state(State.DONE):
        operation = entry.operation
        anchored = operation.kind is OperationKind.INSERT and operation.after_item is not None
        if (operation.kind is OperationKind.MOVE or anchored) and operation.playlist_id in push_state.items:
            placed.setdefault(operation.playlist_id, []).append(entry)
    reordered = {edit.to_playlist for edit in push_state.c.edits.pending() if edit.kind is EditKind.REORDER}
    for playlist_id, entries in placed.items():
        if (
            not _in_order(push_state, playlist_id, entries)
            and playlist_id in reordered & push_state.library.playlists.keys()
        ):
            yield push_state.library.playlists[playlist_id].title


def _in_order(push_state: PushState, playlist_id: str, entries: Sequence[JournalEntry]) -> bool:
    """Whether what was placed stands as base has it; base takes over the order that YouTube shows when it does not."""
    ids = {e.result_id or e.operation.item_id or "" for e in entries}
    known = {item.item_id: item for item in push_state.items[playlist_id]}
    order: list[str] = []
    for _ in push_state.looks():
        if _shown_in_order(push_state, playlist_id, ids):
            order = _order(push_state, playlist_id)
            if _same(push_state.items[playlist_id], [known[i] for i in order if i in known]):
                return True
    order = order or _order(push_state, playlist_id)
    shown = set(order)
    present = [known[i] for i in order if i in known]
    absent = [item for i, item in known.items() if i not in shown]
    with push_state.c.catalog.db.write():
        push_state.c.catalog.store_items(playlist_id, [*present, *absent])
        if _same([i for i in push_state.items[playlist_id] if i.item_id not in ids], present):
            # only what we placed stands elsewhere: our own slip, and no change of the person's that has to be asked about
            push_state.c.edits.see_order(playlist_id, [item.video_id for item in present])
    return False


def _shown_in_order(push_state: PushState, playlist_id: str, ids: set[str]) -> bool:
    """Whether these items and their neighbours in base have positions that rise as in base."""
    order = [item.item_id or "" for item in push_state.items[playlist_id]]
    near = [
        item
        for index, item in enumerate(order)
        if any(neighbour in ids for neighbour in order[max(0, index - 1) : index + 2])
    ]
    shown: dict[str, int] = {}
    for start in range(0, len(near), PAGE):
        fresh = push_state.c.client.items_by_id(near[start : start + PAGE])
        shown |= {key: entry.position for key, entry in fresh.items() if entry.playlist_id == playlist_id}
    positions = [shown[item] for item in near if item in shown]
    return ids <= shown.keys() and positions == sorted(positions)


def _order(push_state: PushState, playlist_id: str) -> list[str]:
    """The item ids of a playlist in YouTube's order."""
    return [entry.item.item_id or "" for entry in listed(push_state.c.client, playlist_id)]


def _same(before: Sequence[Item], after: Sequence[Item]) -> bool:
    """Whether the items that both hold stand in the same order in both."""
    known = {item.item_id for item in after}
    first = [item.item_id for item in before if item.item_id in known]
    held = set(first)
    return first == [item.item_id for item in after if item.item_id in held]
