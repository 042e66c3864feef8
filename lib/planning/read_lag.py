"""Reads may be older than our own last writes: what a listing tells, once what we know to be done outranks it.

YouTube's listings follow a write after seconds. For a while after each write of ours, therefore, base keeps what we saw
done: what we inserted, deleted, moved, created, renamed. What somebody else did meanwhile is taken from the listing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib.models import Item, Listed


@dataclass(frozen=True, slots=True)
class RecentWrites:
    """Our own writes that reads may not show yet.

    `inserted` and `deleted` are item ids, `arranged` the playlists whose order we changed, `created` and `dropped`
    playlist ids, `renamed` the former and the new title by playlist id.
    """

    inserted: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    arranged: frozenset[str] = frozenset()
    created: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    renamed: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def playlists_shown(listed: Sequence[Listed], before: Mapping[str, Listed], ours: RecentWrites) -> list[Listed]:
    """The playlists of a listing as they are by now: without those we deleted, with those we created and renamed.

    A title that is neither the former nor ours is somebody else's, and newer.
    """
    shown = [_renamed(playlist, ours) for playlist in listed if playlist.playlist_id not in ours.dropped]
    known = {playlist.playlist_id for playlist in shown}
    return shown + [before[i] for i in before if i in ours.created and i not in known]


def items_shown(playlist_id: str, before: Sequence[Item], listed: Sequence[Item], ours: RecentWrites) -> list[Item]:
    """The items of a listing as they are by now: without those we deleted, with those we inserted, where we put them."""
    shown = [item for item in listed if item.item_id not in ours.deleted]
    if playlist_id in ours.arranged:
        shown = _in_the_order_of(before, shown)
    return with_kept(before, shown, ours.inserted - ours.deleted)


def with_kept(before: Sequence[Item], shown: Sequence[Item], kept: Collection[str]) -> list[Item]:
    """`shown`, and those items of `before` that a listing left out and that are `kept`, behind the neighbours they had."""
    present = {item.item_id for item in shown}
    behind: defaultdict[str | None, list[Item]] = defaultdict(list)
    neighbour: str | None = None
    for item in before:
        if item.item_id in present:
            neighbour = item.item_id
        elif item.item_id in kept:
            behind[neighbour].append(item)
    return [*behind[None], *(shown_item for item in shown for shown_item in (item, *behind[item.item_id]))]


def _renamed(playlist: Listed, ours: RecentWrites) -> Listed:
    former, title = ours.renamed.get(playlist.playlist_id, (None, ""))
    return replace(playlist, title=title) if playlist.title == former else playlist


def _in_the_order_of(before: Sequence[Item], shown: Sequence[Item]) -> list[Item]:
    """The items that both hold in the order of `before`; each newcomer stays behind whom it was listed behind."""
    present = {item.item_id: item for item in shown}
    ours = [present[item.item_id] for item in before if item.item_id in present]
    return with_kept(shown, ours, {item.item_id or "" for item in shown} - {item.item_id for item in before})
