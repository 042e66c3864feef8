"""The push that runs: its operations and base, in memory as in the database, so that no write has to read them again.

Every change goes to the database first, in one transaction each: that an operation is about to be sent, with the ids of
the items that were there before and the units it costs; then that it is done, with what YouTube showed.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from lib.errors import ApiError
from lib.models import READ_UNITS, WRITE_UNITS, Item, JournalEntry, Listed, ListedItem, Operation, OperationKind, State
from lib.planning.backoff import Pace
from lib.planning.cost import looks
from lib.planning.guards import doubted, pairs
from lib.store.catalog import Catalog
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.youtube.api import Client

CIRCUIT = 5
"""So many operations in a row without an answer open the circuit: the push pauses."""

METHODS = {
    OperationKind.CREATE: "playlists.insert",
    OperationKind.RENAME: "playlists.update",
    OperationKind.INSERT: "playlistItems.insert",
    OperationKind.MOVE: "playlistItems.update",
    OperationKind.DELETE: "playlistItems.delete",
    OperationKind.DELETE_PLAYLIST: "playlists.delete",
}


@dataclass(slots=True)
class Context:
    """What a push works with; the clock, sleep and chance are passed in."""

    catalog: Catalog
    edits: Edits
    journal: Journal
    quota: Quota
    client: Client
    settle_seconds: float = 60.0
    daily_playlists: int = 10
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    random: random.Random = field(default_factory=random.Random)


class PushState:
    """The operations of one push by number, what they claimed, and base as it becomes."""

    def __init__(self, context: Context, push_id: int, pace: Pace | None = None) -> None:
        """`halves` are the deletes that make inserts a move, by the number of the insert."""
        self.c, self.push_id = context, push_id
        self.pace = pace or Pace(context.sleep, context.random)
        self.entries = {entry.operation.op_id: entry for entry in context.journal.entries(push_id)}
        self.halves = pairs([entry.operation for entry in self.entries.values()])
        self.claimed = context.journal.claimed()
        settled = context.now() - timedelta(seconds=context.settle_seconds)
        self.recent = context.journal.recent_writes(settled, context.settle_seconds)
        self.deleted = set(self.recent.deleted) | {
            entry.operation.item_id
            for entry in self.in_state(State.DONE)
            if entry.operation.kind is OperationKind.DELETE and entry.operation.item_id
        }
        self.library = context.catalog.library()
        self.doubted = doubted(context.catalog.held_back())
        self.items = {key: list(playlist.items) for key, playlist in self.library.playlists.items()}
        self.homes: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for playlist_id, items in self.items.items():
            for item in items:
                self.homes[item.video_id][item.item_id or ""] = playlist_id
        self.written: dict[str, float] = {}
        self.self_sorted: set[str] = set()
        self._unanswered = 0
        self._booked: int | None = None

    # -- operations --------------------------------------------------------------------------------------------------

    def in_state(self, *states: State) -> list[JournalEntry]:
        """The operations in these states, in their order."""
        return [entry for entry in self.entries.values() if entry.state in states]

    def advance(self, entry: JournalEntry, state: State, **facts: Any) -> JournalEntry:
        """Write a transition to the journal at the present moment."""
        after = self.c.journal.advance(entry, state, self.c.now(), **facts)
        self.entries[entry.operation.op_id] = after
        return after

    def send(self, entry: JournalEntry) -> JournalEntry:
        """`sent`, the ids that were there before and the units of one attempt, in one transaction. Raises `QuotaExceeded` without units."""
        with self.c.journal.db.write():
            self.c.quota.reserve(WRITE_UNITS, METHODS[entry.operation.kind], *self._first_look(entry))
            ids_before = entry.ids_before if entry.attempts else self._ids_before(entry.operation)
            return self.advance(
                entry, State.SENT, ids_before=ids_before, attempts=entry.attempts + 1, sent_at=self.c.now(), error=""
            )

    def done(self, entry: JournalEntry, answer: Listed | ListedItem | None, remark: str = "") -> JournalEntry:
        """`done` and what was observed, in one transaction. Raises `ApiError` for an id that another operation made."""
        made = self._made(entry.operation, answer)
        if made in self.claimed:
            raise ApiError(
                f"YouTube answered with the id {made}, which it had given to another write of ours before.",
                "Push again: it is looked for then, before anything is sent.",
                status=0,
                reason="claimedId",
                applied=None,
            )
        with self.c.catalog.db.write():
            after = self.advance(entry, State.DONE, result_id=made, error=remark)
            self._observe(after, answer)
        if made:
            self.claimed.add(made)
        self._unanswered = 0
        return after

    def paid(self, op_id: int) -> bool:
        """Whether the look before this delete is in the ledger already; once."""
        self._booked, booked = None, self._booked == op_id
        return booked

    def _first_look(self, insert: JournalEntry) -> Iterator[tuple[int, str]]:
        """The look between the two halves of a move is booked with the first, which saves a transaction."""
        half = self.halves.get(insert.operation.op_id)
        if half and not insert.attempts and self.c.quota.left() >= WRITE_UNITS + READ_UNITS:
            self._booked = half.op_id
            yield READ_UNITS, "playlistItems.list"

    def unanswered(self, error: ApiError) -> None:
        """One more operation that got no answer whatever was tried. Raises `error` when it is the fifth in a row."""
        self._unanswered += 1
        if self._unanswered >= CIRCUIT:
            raise error

    def looks(self, patience: float | None = None) -> Iterator[float]:
        """The moments at which one looks for a write, waiting in between; `patience` in seconds, else until reads have settled."""
        moments = looks(self.c.settle_seconds if patience is None else min(patience, self.c.settle_seconds))
        yield 0.0
        for before, moment in pairwise(moments):
            self.pace.rest(moment - before)
            yield moment

    # -- base --------------------------------------------------------------------------------------------------------

    def anchor(self, operation: Operation) -> str | None:
        """The item an operation's own shall stand behind; "" is the head, None the end. What failed hands on its anchor."""
        anchor = operation.after_item
        while anchor and anchor.startswith("op:"):
            before = self.entries[int(anchor[3:])]
            anchor = before.result_id or before.operation.after_item
        return anchor

    def index(self, operation: Operation) -> int | None:
        """The index behind the anchor in the playlist as base has it, without the item itself; None for the end."""
        anchor = self.anchor(operation)
        if anchor == "":
            return 0
        if anchor is None and operation.kind is OperationKind.INSERT:
            return None
        item_ids = [i.item_id for i in self.items.get(operation.playlist_id, ()) if i.item_id != operation.item_id]
        if anchor in item_ids:
            return item_ids.index(anchor) + 1
        return len(item_ids) if operation.kind is OperationKind.MOVE else None

    def wrote_lately(self, playlist_id: str) -> bool:
        """Whether this push wrote to a playlist so lately that reads may not show it yet."""
        last = self.written.get(playlist_id)
        return last is not None and self.c.journal.monotonic() - last < self.c.settle_seconds

    def elsewhere(self, video_id: str, playlist_id: str | None = None, item_id: str | None = None) -> dict[str, str]:
        """The other items that base has of a video, with their playlists: not this one, and none of that playlist.

        Nor one that YouTube did not list and of which it was not believed that it is gone.
        """
        return {
            item: home
            for item, home in self.homes[video_id].items()
            if item != item_id and home != playlist_id and item and (home, video_id) not in self.doubted
        }

    def _ids_before(self, operation: Operation) -> tuple[str, ...]:
        """The ids that existed before the first sending; whatever else is found later is ours."""
        if operation.kind is OperationKind.INSERT:
            homes = self.homes[operation.video_id or ""]
            return tuple(item for item, home in homes.items() if home == operation.playlist_id)
        return tuple(self.items) if operation.kind is OperationKind.CREATE else ()

    @staticmethod
    def _made(operation: Operation, answer: Listed | ListedItem | None) -> str | None:
        if operation.kind is OperationKind.INSERT and isinstance(answer, ListedItem):
            return answer.item.item_id
        return answer.playlist_id if operation.kind is OperationKind.CREATE and isinstance(answer, Listed) else None

    def _observe(self, entry: JournalEntry, answer: Listed | ListedItem | None) -> None:
        """Base takes over what YouTube showed."""
        operation, catalog = entry.operation, self.c.catalog
        if operation.kind is OperationKind.CREATE and isinstance(answer, Listed):
            self._created(operation.playlist_id, answer)
            return
        if operation.playlist_id not in self.written:
            catalog.forget_etag(operation.playlist_id)
        self.written[operation.playlist_id] = self.c.journal.monotonic()
        match operation.kind:
            case OperationKind.INSERT | OperationKind.MOVE if isinstance(answer, ListedItem):
                self.put(operation.playlist_id, answer.item, answer.position)
                if operation.kind is OperationKind.MOVE:
                    order = [item.video_id for item in self.items[operation.playlist_id]]
                    self.c.edits.see_order(operation.playlist_id, order)
            case OperationKind.DELETE:
                self.deleted.add(operation.item_id or "")
                self._take(operation.playlist_id, operation.item_id or "")
                catalog.remove_item(operation.item_id or "")
            case OperationKind.DELETE_PLAYLIST:
                for item in self.items.pop(operation.playlist_id, ()):
                    self.homes[item.video_id].pop(item.item_id or "", None)
                catalog.drop_playlist(operation.playlist_id)
            case OperationKind.RENAME:
                title = answer.title if isinstance(answer, Listed) else operation.title
                catalog.rename_playlist(operation.playlist_id, title or "")

    def put(self, playlist_id: str, item: Item, position: int) -> None:
        """An item stands at this index of its playlist now, wherever it stood before."""
        home = self.homes[item.video_id].get(item.item_id or "")
        known = self._take(playlist_id, item.item_id or "") if home == playlist_id else None
        items = self.items.setdefault(playlist_id, [])
        place = None if position >= len(items) else position
        new = home is None
        self.c.catalog.insert_item(playlist_id, known or item, place, new=new)
        items.insert(position, known or item)
        self.homes[item.video_id][item.item_id or ""] = playlist_id

    def _take(self, playlist_id: str, item_id: str) -> Item | None:
        items = self.items.get(playlist_id, [])
        index = next((index for index, item in enumerate(items) if item.item_id == item_id), None)
        if index is None:
            return None
        item = items.pop(index)
        self.homes[item.video_id].pop(item_id, None)
        return item

    def _created(self, placeholder: str, answer: Listed) -> None:
        """The placeholder now has a real id: in base, in the edits and in the operations that wait for it."""
        real = answer.playlist_id
        if real not in self.items:
            self.c.catalog.add_playlist(answer, self.c.now())
            self.items[real] = []
        self.c.edits.retarget(placeholder, real)
        self.c.journal.retarget(self.push_id, placeholder, real)
        self.entries = {entry.operation.op_id: entry for entry in self.c.journal.entries(self.push_id)}
        self.halves = pairs([entry.operation for entry in self.entries.values()])
