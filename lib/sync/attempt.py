"""One operation from `planned` to its end: sent once, looked for where the answer was lost, recorded when it is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.errors import ApiError, UserError
from lib.models import JournalEntry, Listed, ListedItem, OperationKind, State
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.youtube.api import Client

ATTEMPTS = 6
CIRCUIT = 5
"""So many operations in a row failing for want of an answer open the circuit: the push pauses."""


@dataclass(slots=True)
class Context:
    """What a push works with; the clock and sleep are passed in."""

    catalog: Catalog
    edits: Edits
    journal: Journal
    quota: Quota
    client: Client
    settle_seconds: float = 60.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


class Attempts:
    """Carries single operations through the states of the journal."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.lost_in_a_row = 0

    def attempt(self, entry: JournalEntry) -> JournalEntry:
        """Send one operation once, and record what came of it: done, planned again, failed or blocked."""
        entry = self.advance(
            entry, State.SENT, fence=self._fence(entry), attempts=entry.attempts + 1, sent_at=self.c.now()
        )
        try:
            answer = self._send(entry)
        except ApiError as error:
            return self._refused(entry, error)
        except UserError as error:  # quota, sign-in, API not enabled: surely not applied, and nothing more can be sent
            self.advance(entry, State.PLANNED, error=error.message)
            raise
        self.lost_in_a_row = 0
        return self.done(entry, answer)

    def _fence(self, entry: JournalEntry) -> tuple[str, ...]:
        """The ids that existed before the first sending; whatever else is found later is ours."""
        operation = entry.operation
        if entry.attempts:
            return entry.fence
        if operation.kind is OperationKind.INSERT:
            return tuple(
                i.item_id or ""
                for i in self.c.catalog.items_of(operation.playlist_id)
                if i.video_id == operation.video_id
            )
        if operation.kind is OperationKind.CREATE:
            return tuple(self.c.catalog.listing())
        return ()

    def _send(self, entry: JournalEntry) -> Listed | ListedItem | None:
        operation, client = entry.operation, self.c.client
        playlist_id, item_id, video_id = operation.playlist_id, operation.item_id or "", operation.video_id or ""
        match operation.kind:
            case OperationKind.CREATE:
                before = operation.before
                return client.create_playlist(
                    operation.title or "", before.get("description", ""), before.get("privacy", "private")
                )
            case OperationKind.RENAME:
                return client.rename_playlist(playlist_id, operation.title or "")
            case OperationKind.INSERT:
                return client.insert_item(
                    playlist_id, video_id, self._position(entry), operation.before.get("note", "")
                )
            case OperationKind.MOVE:
                return client.move_item(item_id, playlist_id, video_id, self._position(entry) or 0)
            case OperationKind.DELETE:
                client.delete_item(item_id)
            case OperationKind.DELETE_PLAYLIST:
                client.delete_playlist(playlist_id)
        return None

    def _position(self, entry: JournalEntry) -> int | None:
        """The index behind the anchor in the playlist as it stands now; None for the end."""
        operation = entry.operation
        others = [i.item_id for i in self.c.catalog.items_of(operation.playlist_id) if i.item_id != operation.item_id]
        anchor = operation.after_item
        if anchor and anchor.startswith("op:"):
            anchor = self.c.journal.entry(entry.push_id, int(anchor[3:])).result_id
        if anchor == "":
            return 0
        if anchor in others:
            return others.index(anchor) + 1
        return len(others) if operation.kind is OperationKind.MOVE else None

    def _refused(self, entry: JournalEntry, error: ApiError) -> JournalEntry:
        if error.applied is False:
            if error.transient or error.status == 401:
                return self._again(self.advance(entry, State.PLANNED, error=error.message), error)
            return self.advance(entry, State.FAILED, error=error.message)
        entry = self.advance(entry, State.UNKNOWN, error=error.message)
        # an aborted write (409) and a permanent refusal leave nothing behind: one look; anything else may still show up
        entry = self.look(entry, patient=error.status not in range(400, 500) or error.status == 408)
        if entry.state is State.PLANNED and not error.transient:
            return self.advance(entry, State.FAILED, error=error.message)
        return self._again(entry, error)

    def _again(self, entry: JournalEntry, error: ApiError) -> JournalEntry:
        if entry.state is State.PLANNED and entry.attempts >= ATTEMPTS:
            self.lost_in_a_row += 1
            if self.lost_in_a_row >= CIRCUIT:
                raise error
        return entry

    def look(self, entry: JournalEntry, *, patient: bool) -> JournalEntry:
        """Settle an operation whose answer was lost: done if YouTube shows it, else planned again."""
        for _ in self.waits() if patient else (0,):
            found, answer = self._shows(entry)
            if found:
                return self.done(entry, answer)
        return self.advance(entry, State.PLANNED)

    def _shows(self, entry: JournalEntry) -> tuple[bool, Listed | ListedItem | None]:
        operation, client = entry.operation, self.c.client
        known = self.c.journal.claimed() | set(entry.fence)
        match operation.kind:
            case OperationKind.INSERT:
                items = client.items_of_video(operation.playlist_id, operation.video_id or "")
                item = next((one for one in items if one.item.item_id not in known), None)
                return item is not None, item
            case OperationKind.CREATE:
                new = [
                    one for one in client.playlists() if one.playlist_id not in known and one.title == operation.title
                ]
                return bool(new), new[0] if new else None
            case OperationKind.RENAME:
                present = client.playlists_by_id([operation.playlist_id]).get(operation.playlist_id)
                return bool(present and present.title == operation.title), present
            case OperationKind.DELETE:
                return not client.items_by_id([operation.item_id or ""]), None
            case OperationKind.DELETE_PLAYLIST:
                return not client.playlists_by_id([operation.playlist_id]), None
            case OperationKind.MOVE:
                return False, None  # idempotent: putting it there again does no harm

    def waits(self) -> Iterator[float]:
        """Moments to look at: at once, then after 2, 4, 8, ... seconds until the settling time is over."""
        yield 0.0
        waited, step = 0.0, 2.0
        while waited < self.c.settle_seconds:
            step = min(step, self.c.settle_seconds - waited)
            self.c.sleep(step)
            waited, step = waited + step, step * 2
            yield waited

    def advance(self, entry: JournalEntry, state: State, **facts: Any) -> JournalEntry:
        """Write a transition to the journal at the present moment."""
        return self.c.journal.advance(entry, state, self.c.now(), **facts)

    def done(self, entry: JournalEntry, answer: Listed | ListedItem | None) -> JournalEntry:
        """Write `done` and what was observed, in one transaction."""
        catalog, operation = self.c.catalog, entry.operation
        with catalog.db.write():
            if isinstance(answer, ListedItem) and operation.kind is OperationKind.INSERT:
                entry = self.advance(entry, State.DONE, result_id=answer.item.item_id, error="")
                catalog.insert_item(operation.playlist_id, answer.item, answer.position)
                return entry
            if isinstance(answer, Listed) and operation.kind is OperationKind.CREATE:
                entry = self.advance(entry, State.DONE, result_id=answer.playlist_id, error="")
                self._created(entry, answer)
                return entry
            entry = self.advance(entry, State.DONE, error="")
            if operation.kind is OperationKind.MOVE and isinstance(answer, ListedItem):
                catalog.place_item(operation.playlist_id, operation.item_id or "", answer.position)
                order = [item.video_id for item in catalog.items_of(operation.playlist_id)]
                self.c.edits.see_order(operation.playlist_id, order)
            elif operation.kind is OperationKind.DELETE:
                catalog.remove_item(operation.item_id or "")
            elif operation.kind is OperationKind.DELETE_PLAYLIST:
                catalog.drop_playlist(operation.playlist_id)
            elif operation.kind is OperationKind.RENAME and isinstance(answer, Listed):
                catalog.rename_playlist(operation.playlist_id, answer.title)
        return entry

    def _created(self, entry: JournalEntry, answer: Listed) -> None:
        """The placeholder now has a real id: in base, in the edits and in the operations that wait for it."""
        placeholder = entry.operation.playlist_id
        self.c.catalog.add_playlist(answer, self.c.now())
        self.c.edits.retarget(placeholder, answer.playlist_id)
        self.c.journal.retarget(entry.push_id, placeholder, answer.playlist_id)
