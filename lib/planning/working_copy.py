"""The working copy: playlists while edits are laid on them, and whether an edit is already fulfilled there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from lib.models import NEW_PREFIX, Edit, EditKind, Item, Library, Playlist
from lib.planning.order import arranged, same_order


class PlaylistCopy:
    """One playlist while edits are laid on it: items are found, taken and appended without a scan.

    `facts` is the playlist without its items, `items` are these by key in their order, `copies` is how often each video is
    among them. `new_items` counts the items put here that YouTube does not hold yet; their keys are numbered by it.
    """

    def __init__(self, playlist: Playlist) -> None:
        self.facts = replace(playlist, items=())
        self.new_items = 0
        self.items = {self._key(item): item for item in playlist.items}
        self.copies = Counter([item.video_id for item in playlist.items])

    def videos(self) -> list[str]:
        """The video ids in order."""
        return [item.video_id for item in self.items.values()]

    def find(self, edit: Edit) -> str | None:
        """The key of the item an edit means: its id, else the last new item of that video, else its last copy; None if none."""
        if edit.item_id is not None:
            return edit.item_id if edit.item_id in self.items else None
        if not self.copies[edit.video_id or ""]:
            return None
        keys = [key for key, item in self.items.items() if item.video_id == edit.video_id]
        return next((key for key in reversed(keys) if self.items[key].item_id is None), keys[-1] if keys else None)

    def take(self, key: str) -> Item:
        """Take an item out and return it."""
        item = self.items.pop(key)
        self.copies[item.video_id] -= 1
        return item

    def put(self, item: Item, after: str | None) -> None:
        """Put an item behind another; "" is the head, and an item that is gone or None means the end."""
        key = self._key(item)
        self.copies[item.video_id] += 1
        if after == "":
            self.items = {key: item, **self.items}
        elif after is None or after not in self.items:
            self.items[key] = item
        else:
            keys = list(self.items)
            index = keys.index(after) + 1
            self.items = {k: self.items.get(k, item) for k in [*keys[:index], key, *keys[index:]]}

    def arrange(self, order: Sequence[str]) -> None:
        """Bring the items into this relative order of their videos."""
        keys = {id(item): key for key, item in self.items.items()}
        self.items = {keys[id(item)]: item for item in arranged(list(self.items.values()), order)}

    def _key(self, item: Item) -> str:
        if item.item_id is not None:
            return item.item_id
        self.new_items += 1
        return f"{NEW_PREFIX}{self.new_items}"

    def playlist(self) -> Playlist:
        """The playlist as it stands now."""
        return replace(self.facts, items=tuple(self.items.values()))


WorkingCopy = dict[str, PlaylistCopy]


def working_copy(library: Library) -> WorkingCopy:
    """The working copy of a library: a copy of each playlist, by id."""
    return {key: PlaylistCopy(playlist) for key, playlist in library.playlists.items()}


def changed_playlist(edit: Edit) -> str:
    """The playlist that an edit changes; of the two of a move, the one that has to take the video."""
    return (edit.from_playlist if edit.kind in (EditKind.REMOVE, EditKind.DELETE) else edit.to_playlist) or ""


def named_playlists(edit: Edit) -> set[str]:
    """The ids of the playlists that an edit names."""
    return {playlist_id for playlist_id in (edit.from_playlist, edit.to_playlist) if playlist_id is not None}


def holds_source(shown: WorkingCopy, edit: Edit) -> bool:
    """Whether YouTube shows what the edit is to take in the playlist it is to take it from."""
    source = shown.get(edit.from_playlist or "")
    return source is not None and source.find(edit) is not None


def satisfied(shown: WorkingCopy, edit: Edit) -> bool:
    """Whether these playlists already are as they would be after the edit."""
    source, target = shown.get(edit.from_playlist or ""), shown.get(edit.to_playlist or "")
    if edit.kind is EditKind.DELETE:
        return source is None
    if edit.kind is EditKind.REMOVE:
        return source is not None and source.find(edit) is None
    if target is None:
        return False
    if edit.kind is EditKind.RENAME:
        return target.facts.title == edit.title
    if edit.kind is EditKind.REORDER:
        return same_order(target.videos(), edit.order)
    if edit.kind is EditKind.MOVE and source is not None and source.facts.writable and source.find(edit):
        return False
    return edit.kind is EditKind.CREATE or target.copies[edit.video_id or ""] >= edit.copies
