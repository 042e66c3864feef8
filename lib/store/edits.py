"""The table of the edits. Edits are append-only; each can be taken back until a push has fulfilled it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from lib.errors import UserError, Waiting
from lib.models import Decider, Edit, EditKind, Library
from lib.planning.reconcile import Reconciled, reconcile
from lib.planning.unsettled import Unsettled, unsettled
from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.db import Database, naive
from lib.store.edit_snapshot import with_snapshots
from lib.store.feedback import FeedbackStore
from lib.store.unsettled import unsettled_entries

_COLUMNS = "edit_id, kind, made_at, video_id, item_id, from_playlist, to_playlist, after_item, title, wished_order, seen, copies, decided_by, starred"

_ALIVE = "state IN ('pending', 'fulfilled')"
_OPEN = """edit_id IN (SELECT edit_id FROM edits WHERE state IN ('pending', 'replaced'))
    AND batch NOT IN (SELECT batch FROM edits WHERE state = 'fulfilled')"""
_BATCH = "SELECT edit_id FROM edits WHERE state = 'pending' AND batch = ?"
_LAST_BATCH = f"""SELECT coalesce(max(batch), 0) FROM (
    SELECT batch FROM edits WHERE state = 'pending' UNION ALL SELECT batch FROM amended WHERE {_OPEN})"""


class Edits:
    """Reads and writes the edits. `feedback` are the decisions that came with them.

    `locked` are the numbers of those that a push carries out at this moment: none of them can be withdrawn, nor can what
    a push may have done that ended before it could say so, see `unsettled`.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.locked: frozenset[int] = frozenset()
        self.feedback = FeedbackStore(db)
        self._pending_edits = Cached(db, self._read_pending, Area.EDITS)
        self._unsettled = Cached(db, self._read_unsettled, Area.EDITS, Area.JOURNAL, Area.PUSHES)
        self._lock = threading.Lock()
        self._laid: tuple[Library, tuple[Edit, ...], Reconciled] | None = None

    def pending(self) -> list[Edit]:
        """The edits that wait for a push, oldest first. Read once until they change."""
        return list(self._pending_edits.get())

    def reconciled(self, base: Library, edits: Sequence[Edit] | None = None) -> Reconciled:
        """These edits, or those that wait now, laid on base: `target` is the local library.

        Computed once until base or the edits are others.
        """
        pending = self._pending_edits.get() if edits is None else tuple(edits)
        with self._lock:  # one thread computes, and the others wait for it
            laid = self._laid
            if laid is None or laid[0] is not base or laid[1] != pending:
                self._laid = laid = (base, pending, reconcile(base, pending))
            return laid[2]

    def _read_pending(self) -> tuple[Edit, ...]:
        rows = self.db.rows(f"SELECT {_COLUMNS} FROM edits WHERE state = 'pending' ORDER BY edit_id")
        return tuple(_edit(row) for row in rows)

    def unsettled(self) -> Unsettled:
        """Those that a push may have carried out which was killed or cut off, until the next push has looked."""
        return self._unsettled.get()

    def _read_unsettled(self) -> Unsettled:
        entries, approved = unsettled_entries(self.db)
        return unsettled(entries, approved, self.pending()) if entries else Unsettled()

    def lock(self, edit_ids: Iterable[int]) -> None:
        """A push of this process begins to carry these out. Call it in the transaction that approves them."""
        self.locked = frozenset(edit_ids)

    def unlock(self) -> None:
        """The push has ended, and the edits say what became of them."""
        self.locked = frozenset()

    def count(self) -> int:
        """How many edits wait."""
        return len(self._pending_edits.get())

    def new_batch(self) -> int:
        """A number for edits that are laid one after the other and shall be taken back together."""
        sql = "SELECT max(batch) FROM (SELECT batch FROM edits UNION ALL SELECT batch FROM amended)"
        return int(self.db.value(f"SELECT coalesce(({sql}), 0) + 1"))

    def lay(self, edits: Sequence[Edit], batch: int | None = None) -> list[Edit]:
        """Store edits as one batch, or into one, so that undo takes them back together. Returns them with their numbers.

        What base shows of their ground is kept with them, so that a later change of it is noticed.
        """
        laid = []
        with self.db.write(Area.EDITS) as tx:
            batch = batch or self.new_batch()
            for edit in with_snapshots(self.db, edits):
                numbered = replace(edit, edit_id=int(tx.execute("SELECT nextval('edit_ids')").fetchall()[0][0]))
                _insert(tx, numbered, batch)
                laid.append(numbered)
        return laid

    def lay_instead(self, edit_ids: Sequence[int], edits: Sequence[Edit]) -> list[Edit]:
        """Lay edits in the place of pending ones, as one batch; taking that back brings the former ones back."""
        with self.db.write():
            batch = self.new_batch()
            self.withdraw(edit_ids, batch)
            laid = self.lay(edits, batch)
            self._undo_by(edit_ids, [edit.edit_id for edit in laid])
        return laid

    def withdraw(self, edit_ids: Sequence[int], batch: int) -> None:
        """Withdraw pending edits as a part of a batch: taking that back brings them back."""
        with self.db.write():
            self._amend(edit_ids, batch)
            self._mark(list(edit_ids), "replaced")

    def star(self, edit_ids: Sequence[int], starred: bool = True) -> list[int]:
        """Say which pending edits go first, or no longer; the numbers of those this changed. One batch.

        Raises `UserError` for an edit that does not wait.
        """
        pending = self._pending(edit_ids)
        changed = sorted(i for i in set(edit_ids) if pending[i].starred is not starred)
        with self.db.write(Area.EDITS) as tx:
            self._amend(changed, self.new_batch())
            tx.execute("UPDATE edits SET starred = ? WHERE list_contains(?::INTEGER[], edit_id)", [starred, changed])
        return changed

    def take_back(self, edit_ids: Iterable[int]) -> list[int]:
        """Withdraw pending edits and whatever was built on a playlist they would have created. Returns what was withdrawn.

        Edits that all of a batch had replaced wait again. Raises `UserError` for an edit that does not wait.
        """
        wanted = set(edit_ids)
        pending = self._pending(wanted)
        created = {pending[i].to_playlist for i in wanted if pending[i].kind is EditKind.CREATE}
        withdrawn = sorted(wanted | {i for i, e in pending.items() if {e.to_playlist, e.from_playlist} & created})
        sql = "SELECT DISTINCT batch FROM edits WHERE list_contains(?::INTEGER[], edit_id)"
        with self.db.write():
            batches = [row[0] for row in self.db.rows(sql, [withdrawn])]
            self._mark(withdrawn, "taken back")
            for batch in batches:
                if not self.db.value(f"SELECT count(*) FROM edits WHERE batch = ? AND {_ALIVE}", [batch]):
                    self._restore(batch)
        return withdrawn

    def take_back_last(self) -> list[int]:
        """Undo the last act that can still be undone: what it laid is withdrawn, and what it changed is as before.

        Returns the numbers of the edits concerned; [] where no act is left of which an edit waits, or can wait again.
        """
        with self.db.write():
            batch = int(self.db.value(_LAST_BATCH))
            laid = [row[0] for row in self.db.rows(_BATCH, [batch])]
            self._mark(laid, "taken back")
            return sorted({*laid, *self._restore(batch)})

    def placeholders(self) -> set[str]:
        """Placeholder ids of new playlists that any edit has ever used, so that none is used twice."""
        return {row[0] for row in self.db.rows("SELECT to_playlist FROM edits WHERE kind = 'create'")}

    def real_ids(self) -> dict[str, str]:
        """The ids of the playlists that a push created, by the placeholders they had in edits."""
        return dict(
            self.db.rows(
                "SELECT to_playlist, from_playlist FROM edits WHERE kind = 'create' AND from_playlist IS NOT NULL"
            )
        )

    def all_fulfilled(self, edit_ids: Sequence[int]) -> bool:
        """Whether YouTube satisfied every one of these edits."""
        rows = self.db.rows("SELECT state FROM edits WHERE list_contains(?::INTEGER[], edit_id)", [list(edit_ids)])
        return bool(rows) and all(state == "fulfilled" for (state,) in rows)

    def fulfil(self, edit_ids: Iterable[int]) -> None:
        """Mark edits that YouTube now shows as satisfied."""
        self._mark(list(edit_ids), "fulfilled")

    def see_order(self, playlist_id: str, videos: Sequence[str]) -> None:
        """A move of ours changed the order of a playlist: a pending reorder counts from there, not from before."""
        with self.db.write(Area.EDITS) as tx:
            tx.execute(
                "UPDATE edits SET seen = ?::VARCHAR[] WHERE kind = 'reorder' AND to_playlist = ? AND state = 'pending'",
                [list(videos), playlist_id],
            )

    def retarget(self, placeholder: str, playlist_id: str) -> None:
        """A playlist that only edits named now exists: edits, rules, decisions and suggestions name it by its real id.

        The edit that created it keeps the real id as its `from_playlist`, for `real_ids`.
        """
        with self.db.write(Area.EDITS, Area.RULES, Area.SUGGESTIONS) as tx:
            for column in ("from_playlist", "to_playlist"):
                tx.execute(
                    f"UPDATE edits SET {column} = ? WHERE {column} = ? AND state = 'pending' AND kind <> 'create'",
                    [playlist_id, placeholder],
                )
            tx.execute(
                "UPDATE edits SET state = 'fulfilled', from_playlist = ? WHERE kind = 'create' AND to_playlist = ?",
                [playlist_id, placeholder],
            )
            tx.execute(
                "UPDATE suggestions SET to_playlist = ? WHERE to_playlist = ?",
                [playlist_id, placeholder],
            )
            for column in ("from_playlists", "alternatives"):
                tx.execute(
                    f"""UPDATE suggestions SET {column} = list_transform({column}, lambda x: CASE WHEN x = ? THEN ? ELSE x END)
                        WHERE list_contains({column}, ?)""",
                    [placeholder, playlist_id, placeholder],
                )
            tx.execute("UPDATE rules SET playlist_id = ? WHERE playlist_id = ?", [playlist_id, placeholder])
            self.feedback.rename(placeholder, playlist_id)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _pending(self, edit_ids: Iterable[int]) -> dict[int, Edit]:
        """All pending edits by number. Raises `UserError` where one of those asked for is none of them."""
        pending = {edit.edit_id: edit for edit in self.pending()}
        if missing := set(edit_ids) - pending.keys():
            raise UserError(
                f"There is no pending edit {min(missing)}.", "List them with the command edits, or on the Sync page."
            )
        return pending

    def _amend(self, edit_ids: Sequence[int], batch: int) -> None:
        """Remember pending edits as they are before an act changes them."""
        sql = "INSERT INTO amended SELECT ?, edit_id, starred FROM edits WHERE state = 'pending' AND list_contains(?::INTEGER[], edit_id)"
        with self.db.write(Area.EDITS) as tx:
            tx.execute(sql, [batch, list(edit_ids)])

    def _restore(self, batch: int) -> list[int]:
        """What an act changed is as it was before; the numbers of those edits."""
        with self.db.write(Area.EDITS) as tx:
            rows = self.db.rows(f"SELECT edit_id, starred FROM amended WHERE batch = ? AND {_OPEN}", [batch])
            for edit_id, starred in rows:
                tx.execute("UPDATE edits SET state = 'pending', starred = ? WHERE edit_id = ?", [starred, edit_id])
            tx.execute("DELETE FROM amended WHERE batch = ?", [batch])
            laid = [row[0] for row in self.db.rows("SELECT edit_id FROM edits WHERE batch = ?", [batch])]
            self._undo_by(laid, [edit_id for edit_id, _ in rows])
        return [edit_id for edit_id, _ in rows]

    def _undo_by(self, edit_ids: Sequence[int], successors: Sequence[int]) -> None:
        """Where edits were to take a push back, those that stand in their place do."""
        sql = "SELECT DISTINCT push_id FROM undos WHERE list_contains(?::INTEGER[], edit_id)"
        with self.db.write(Area.PUSHES) as tx:
            for (push_id,) in self.db.rows(sql, [list(edit_ids)]) if successors else ():
                tx.execute("DELETE FROM undos WHERE list_contains(?::INTEGER[], edit_id)", [list(edit_ids)])
                tx.execute("INSERT INTO undos SELECT unnest(?::INTEGER[]), ?", [list(successors), push_id])

    def _mark(self, edit_ids: list[int], state: str) -> None:
        """Let pending edits go into a state. Raises `Waiting` where one would be withdrawn that may be on YouTube already."""
        if state != "fulfilled":
            self._require_unsent(edit_ids)
        with self.db.write(Area.EDITS) as tx:
            tx.execute(
                "UPDATE edits SET state = ? WHERE state = 'pending' AND list_contains(?::INTEGER[], edit_id)",
                [state, edit_ids],
            )

    def _require_unsent(self, edit_ids: Iterable[int]) -> None:
        """Raises `Waiting` where a push carries one of these out now, or may have before it was interrupted."""
        if self.locked.intersection(edit_ids):
            raise Waiting(
                "This change is being written to YouTube just now, so it cannot be taken back or changed.",
                "Wait until the push is done, or cancel it; what it has written can be undone on the Sync page.",
            )
        if self.unsettled().held.intersection(edit_ids):
            raise Waiting(
                "The last push was interrupted, and this change may be on YouTube already, so it cannot be taken back or changed.",
                "Push again: that looks first what became of it. What it has written can be undone on the Sync page.",
            )


def _insert(tx: Any, edit: Edit, batch: int) -> None:
    ends = [edit.from_playlist, edit.to_playlist, edit.after_item]
    about = [edit.kind.value, naive(edit.made_at), edit.video_id, edit.item_id, *ends, edit.title]
    snapshot = [list(edit.order), list(edit.seen), edit.copies, edit.decided_by.value, edit.starred]
    tx.execute(
        "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::VARCHAR[], ?::VARCHAR[], ?, ?, ?)",
        [edit.edit_id, batch, "pending", *about, *snapshot],
    )


def _edit(row: tuple[Any, ...]) -> Edit:
    edit_id, kind, made_at, video_id, item_id, source, target, after_item, title, order, seen, copies, who, starred = (
        row
    )
    about = (video_id, item_id, source, target, after_item, title)
    moment = made_at.replace(tzinfo=UTC)
    return Edit(edit_id, EditKind(kind), moment, *about, tuple(order), tuple(seen), copies, Decider(who), starred)
