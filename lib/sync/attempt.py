"""One operation from `planned` to its end: sent once, looked for where the answer was lost, recorded when it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.errors import WHEN, ApiError, NotSignedIn, QuotaExceeded, UserError
from lib.models import JournalEntry, Listed, ListedItem, OperationKind, State
from lib.store.journal import NO_MORE_PLAYLISTS
from lib.sync.listing import listed
from lib.sync.push_state import PushState

ATTEMPTS = 6
CREATIONS_REFUSED = 2
"""New playlists refused so often in a row for the rate are too many for that day: YouTube takes about ten."""
SHORT_SECONDS = 6.0
"""How long one looks after a refusal that says it was not applied: reads follow a write after two or three seconds."""
MANUAL_SORT = "manualSortRequired"
_REASONS_OF_YOUTUBE = frozenset(
    {
        "badRequest",
        "failedPrecondition",
        "invalidPlaylistItemPosition",
        "invalidPlaylistSnippet",
        "invalidSnippet",
        "playlistContainsMaximumNumberOfVideos",
        "playlistForbidden",
        "playlistItemsNotAccessible",
        "playlistNotFound",
        "playlistOperationUnsupported",
        "playlistTitleRequired",
        "videoNotFound",
    }
)
"""Refusals for good, as recorded from YouTube."""
_RATE = ("rateLimitExceeded", "userRateLimitExceeded")


@dataclass(frozen=True, slots=True)
class Ready:
    """What was read just before a write and decides what is sent: the index (None: the end), the snippet a rename keeps."""

    position: int | None = None
    snippet: Mapping[str, Any] | None = None


class Attempts:
    """Carries single operations through the states of the journal."""

    def __init__(self, push_state: PushState) -> None:
        self.push_state = push_state
        self._refused_sign_ins = 0
        self._creations_refused = 0

    def attempt(self, entry: JournalEntry, ready: Ready) -> JournalEntry:
        """Send one operation once, and record what came of it: done, planned again or failed.

        Raises `QuotaExceeded`, `NotSignedIn` or the fifth lost answer in a row; the operation is planned again then.
        """
        entry = self.push_state.send(entry)
        try:
            answer = self._write(entry, ready)
        except ApiError as error:
            return self._refused(entry, error)
        except UserError as error:  # quota, sign-in, API not enabled: surely not applied, and nothing more can be sent
            self.push_state.advance(entry, State.PLANNED, error=error.message)
            raise
        self._refused_sign_ins = self._creations_refused = 0
        self.push_state.pace.taken()
        return self.push_state.done(entry, answer)

    def look(self, entry: JournalEntry, patience: float | None = None, *, refused: bool = False) -> JournalEntry:
        """Settle an operation whose answer was lost: done if YouTube shows it, else planned again.

        What was `refused` and is not there was not applied; of anything else that remains unclear.
        """
        for _ in self.push_state.looks(patience):
            applied, answer = self._shows(entry)
            if applied:
                return self.push_state.done(entry, answer)
        with self.push_state.c.journal.db.write():
            if not refused:
                self.push_state.c.journal.note_unclear(entry)
            return self.push_state.advance(entry, State.PLANNED)

    def _write(self, entry: JournalEntry, ready: Ready) -> Listed | ListedItem | None:
        operation, client = entry.operation, self.push_state.c.client
        playlist_id, item_id, video_id = operation.playlist_id, operation.item_id or "", operation.video_id or ""
        match operation.kind:
            case OperationKind.CREATE:
                before = operation.before
                texts = (operation.title or "", before.get("description", ""), before.get("privacy", "private"))
                return client.create_playlist(*texts, booked=True)
            case OperationKind.RENAME:
                return client.rename_playlist(playlist_id, operation.title or "", ready.snippet, booked=True)
            case OperationKind.INSERT:
                note = operation.before.get("note", "")
                return client.insert_item(playlist_id, video_id, ready.position, note, booked=True)
            case OperationKind.MOVE:
                return client.move_item(item_id, playlist_id, video_id, ready.position or 0, booked=True)
            case OperationKind.DELETE:
                client.delete_item(item_id, booked=True)
            case OperationKind.DELETE_PLAYLIST:
                client.delete_playlist(playlist_id, booked=True)
        return None

    def _refused(self, entry: JournalEntry, error: ApiError) -> JournalEntry:
        kind, again = entry.operation.kind, error.transient or error.status == 401
        if error.reason == MANUAL_SORT and kind is OperationKind.INSERT:
            self.push_state.self_sorted.add(entry.operation.playlist_id)
            again = True
        # a 404 to a change was seen although it had been applied; asking costs a unit, a wrong word the person's trust
        if error.applied is not False or (error.status == 404 and kind in (OperationKind.MOVE, OperationKind.RENAME)):
            refused = _is_refusal(error)
            patience = SHORT_SECONDS if refused else None
            entry = self.look(
                self.push_state.advance(entry, State.UNKNOWN, error=error.message), patience, refused=refused
            )
            if entry.state is State.PLANNED and not again:
                return self.push_state.advance(entry, State.FAILED, error=error.message)
        else:
            message = _SORTED_BY_YOUTUBE if error.reason == MANUAL_SORT else error.message
            if kind is OperationKind.CREATE and _is_too_fast(error):
                self._creations_refused += 1
                message = NO_MORE_PLAYLISTS if self._creations_refused >= CREATIONS_REFUSED else message
            entry = self.push_state.advance(entry, State.PLANNED if again else State.FAILED, error=message)
        if entry.state is State.PLANNED:
            self._again(entry, error)
        return entry

    def _again(self, entry: JournalEntry, error: ApiError) -> None:
        """Whether it makes sense to send it, or anything, again. Raises where it does not."""
        if _is_too_fast(error):
            self.push_state.pace.too_fast()
        if self._creations_refused >= CREATIONS_REFUSED:
            raise self.no_more_playlists(NO_MORE_PLAYLISTS)
        self._refused_sign_ins = self._refused_sign_ins + 1 if error.status == 401 else 0
        if self._refused_sign_ins > 1:
            raise NotSignedIn("YouTube no longer accepts the sign-in.", "Sign in again, then push again to go on.")
        if entry.attempts >= ATTEMPTS:
            self.push_state.unanswered(error)

    def no_more_playlists(self, message: str) -> QuotaExceeded:
        """The error that says when new playlists can be made again."""
        next_step = f"The push can go on from {WHEN} your time; push again then."
        return QuotaExceeded(message, next_step, self.push_state.c.quota.resets_at())

    def _shows(self, entry: JournalEntry) -> tuple[bool, Listed | ListedItem | None]:
        """Whether YouTube shows what the operation was to do, and what it shows."""
        operation, client = entry.operation, self.push_state.c.client
        # reads may still show what we deleted
        known = self.push_state.claimed | self.push_state.deleted | set(entry.ids_before)
        match operation.kind:
            case OperationKind.INSERT:
                items = listed(client, operation.playlist_id, operation.video_id)
                item = next((listed_item for listed_item in items if listed_item.item.item_id not in known), None)
                return item is not None, item
            case OperationKind.CREATE:
                new = [p for p in client.playlists() if p.playlist_id not in known and p.title == operation.title]
                return bool(new), new[0] if new else None
            case OperationKind.RENAME:
                present = client.playlists_by_id([operation.playlist_id]).get(operation.playlist_id)
                return bool(present and present.title == operation.title), present
            case OperationKind.MOVE:
                return self._stands_behind_its_anchor(entry)
            case OperationKind.DELETE:
                return not client.items_by_id([operation.item_id or ""]), None
            case OperationKind.DELETE_PLAYLIST:
                return not client.playlists_by_id([operation.playlist_id]), None

    def _stands_behind_its_anchor(self, entry: JournalEntry) -> tuple[bool, ListedItem | None]:
        operation, anchor = entry.operation, self.push_state.anchor(entry.operation)
        shown = self.push_state.c.client.items_by_id([i for i in (operation.item_id, anchor) if i])
        item = shown.get(operation.item_id or "")
        if item is None:
            return False, None
        if anchor == "":
            return item.position == 0, item
        if anchor in shown:
            return item.position == shown[anchor].position + 1, item
        return item.position >= len(self.push_state.items.get(operation.playlist_id, ())) - 1, item


_SORTED_BY_YOUTUBE = (
    "YouTube sorts this playlist by itself, so no item of it can be moved; "
    'set its order to "Manual" on YouTube, then push again.'
)


def _is_too_fast(error: ApiError) -> bool:
    """Whether YouTube asks for fewer requests."""
    return error.status == 429 or error.reason in _RATE


def _is_refusal(error: ApiError) -> bool:
    """Whether it is an abort, or a refusal that YouTube gives a reason for: both leave nothing behind.

    One looks for that only briefly, and until reads have settled after anything else.
    """
    return error.status == 409 or error.reason in _REASONS_OF_YOUTUBE
