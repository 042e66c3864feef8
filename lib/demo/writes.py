"""The writing methods as pure functions: an account and a request in, the account afterwards and the answer out.

A refusal is raised before anything was made, so what was refused was not applied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.demo import refusals, resources
from lib.demo.account import Account, item_id_of, playlist_id_of
from lib.demo.query import Query
from lib.demo.reads import CLOSED_LISTS
from lib.demo.resources import Json
from lib.models import MOST_ITEMS, Availability, Item, Playlist

MOST_TITLE = 150
MOST_DESCRIPTION = 5000
PRIVACIES = ("private", "unlisted", "public")


@dataclass(frozen=True, slots=True)
class Writing:
    """A request to write: its query and body, the moment, and a `seed` that no other request has."""

    query: Query
    body: Json
    now: datetime
    seed: str

    def text(self, *path: str) -> str | None:
        """The text at a path of the body; None when there is none."""
        value = self.value(*path)
        return value if isinstance(value, str) else None

    def value(self, *path: str) -> Any:
        """Whatever is at a path of the body; None when there is nothing."""
        value: Any = self.body
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def need(self, *path: str) -> str:
        """The text at a path of the body, without which nobody measured what YouTube answers."""
        text = self.text(*path)
        if not text:
            raise refusals.unmodelled(f"a body without {'.'.join(path)}")
        return text


@dataclass(frozen=True, slots=True)
class Written:
    """The account afterwards, and the body of the answer (None: no content)."""

    account: Account
    body: Json | None


def insert_playlist(account: Account, writing: Writing) -> Written:
    """playlists.insert: the new playlist is empty and, for a moment, aborts its first write."""
    parts = _parts(writing, resources.PLAYLIST_PARTS)
    title, description = _title_and_description(writing)
    privacy = _privacy(writing)
    made = Playlist(playlist_id_of(writing.seed), title, description, privacy)
    after = account.with_new_playlist(made, writing.now)
    return Written(after, resources.playlist(after, made, parts))


def update_playlist(account: Account, writing: Writing) -> Written:
    """playlists.update: replaces the whole snippet, so a description that is left out is erased.

    A playlist that is gone answers 200 all the same, with a ghost.
    """
    parts = _parts(writing, resources.PLAYLIST_PARTS)
    playlist_id = writing.need("id")
    title, description = _title_and_description(writing)
    held = account.playlists.get(playlist_id)
    if playlist_id in CLOSED_LISTS or (held and not held.writable):
        raise refusals.unmodelled(f"an update of {playlist_id}")
    privacy = _privacy(writing) if "status" in parts else held.privacy if held else "private"
    changed = replace(held or Playlist(playlist_id, ""), title=title, description=description, privacy=privacy)
    after = account.with_playlist(changed) if held else account
    return Written(after, resources.playlist(after, changed, parts))


def delete_playlist(account: Account, writing: Writing) -> Written:
    """playlists.delete: its items vanish with it."""
    playlist_id = _id_to_delete(writing)
    held = account.playlists.get(playlist_id)
    if playlist_id in CLOSED_LISTS or (held and not held.writable):
        raise refusals.unmodelled(f"a delete of {playlist_id}")
    if held is None:
        raise refusals.playlist_gone()
    return Written(account.without_playlist(playlist_id), None)


def insert_item(account: Account, writing: Writing) -> Written:
    """playlistItems.insert: at the end unless a position is given. A video may stand in a playlist any number of times."""
    parts = _parts(writing, resources.ITEM_PARTS)
    target = _target(account, writing.need("snippet", "playlistId"))
    video_id = _insertable(account, writing)
    position = writing.value("snippet", "position")
    if position is not None and target.playlist_id in account.self_sorted:
        raise refusals.manual_sort_required()
    position = len(target.items) if position is None else position
    if not isinstance(position, int) or not 0 <= position <= len(target.items):
        raise refusals.bad_position()
    if len(target.items) >= MOST_ITEMS:
        raise refusals.playlist_full()
    added_at = writing.now.replace(microsecond=0)
    made = Item(item_id_of(target.playlist_id, writing.seed), video_id, added_at, _note(writing))
    changed = replace(target, items=(*target.items[:position], made, *target.items[position:]))
    after = account.with_playlist(changed)
    return Written(after, resources.item(after, changed, made, position, parts))


def update_item(account: Account, writing: Writing) -> Written:
    """playlistItems.update: takes the item out and puts it at exactly that position. Its id stays."""
    parts = _parts(writing, resources.ITEM_PARTS)
    item_id, playlist_id = writing.need("id"), writing.need("snippet", "playlistId")
    if writing.text("snippet", "resourceId", "kind") != "youtube#video":
        raise refusals.no_resource()
    video_id, position = writing.need("snippet", "resourceId", "videoId"), writing.value("snippet", "position")
    held = account.home(item_id)
    if held is None:
        raise refusals.item_gone_on_move()
    entry = next(entry for entry in held.items if entry.item_id == item_id)
    if (
        not held.writable
        or held.playlist_id != playlist_id
        or entry.video_id != video_id
        or not isinstance(position, int)
    ):
        raise refusals.unmodelled("a move that does not say exactly which item goes where")
    if playlist_id in account.self_sorted:
        raise refusals.manual_sort_required()
    if not 0 <= position < len(held.items):
        raise refusals.invalid_item_position()
    moved = replace(entry, note=_note(writing)) if "contentDetails" in parts else entry
    rest = [entry for entry in held.items if entry.item_id != item_id]
    changed = replace(held, items=(*rest[:position], moved, *rest[position:]))
    after = account.with_playlist(changed)
    return Written(after, resources.item(after, changed, moved, position, parts))


def delete_item(account: Account, writing: Writing) -> Written:
    """playlistItems.delete."""
    item_id = _id_to_delete(writing)
    held = account.home(item_id)
    if held is None:
        raise refusals.item_gone()
    if not held.writable:
        raise refusals.unsupported_playlist("delete videos from")
    rest = tuple(entry for entry in held.items if entry.item_id != item_id)
    return Written(account.with_playlist(replace(held, items=rest)), None)


def _parts(writing: Writing, known: dict[str, bool]) -> frozenset[str]:
    writing.query.allow(())
    parts = writing.query.parts(known)
    if "snippet" not in parts:
        raise refusals.unmodelled("a write without part=snippet")
    return parts


def _id_to_delete(writing: Writing) -> str:
    writing.query.allow({"id"})
    ids = writing.query.many("id")
    if len(ids) != 1:
        raise refusals.unmodelled("a delete of anything but one id")
    return ids[0]


def _title_and_description(writing: Writing) -> tuple[str, str]:
    title, description = (
        (writing.text("snippet", "title") or "").strip(" \n"),
        (writing.text("snippet", "description") or "").strip(" \n"),
    )
    if not title:
        raise refusals.no_title()
    if len(title) > MOST_TITLE or len(description) > MOST_DESCRIPTION or _has_tag(title) or _has_tag(description):
        raise refusals.bad_snippet()
    return title, description


def _has_tag(text: str) -> bool:
    return "<" in text and ">" in text[text.index("<") :]


def _privacy(writing: Writing) -> str:
    privacy = writing.need("status", "privacyStatus")
    if privacy not in PRIVACIES:
        raise refusals.unmodelled(f"privacyStatus {privacy!r}")
    return privacy


def _note(writing: Writing) -> str:
    note = writing.text("contentDetails", "note") or ""
    if len(note) > 280:
        raise refusals.unmodelled("a note of more than 280 characters")
    return note


def _target(account: Account, playlist_id: str) -> Playlist:
    held = account.playlists.get(playlist_id)
    if playlist_id in CLOSED_LISTS or (held and not held.writable):
        raise refusals.unsupported_playlist()
    if held is None:
        raise refusals.no_such_target()
    return held


def _insertable(account: Account, writing: Writing) -> str:
    if writing.text("snippet", "resourceId", "kind") != "youtube#video":
        raise refusals.no_resource()
    video_id = writing.need("snippet", "resourceId", "videoId")
    state = account.availability(video_id)
    if state is Availability.DELETED:
        raise refusals.video_not_found()
    if state is Availability.PRIVATE:
        raise refusals.private_video()
    return video_id
