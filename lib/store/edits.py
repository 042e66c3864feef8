"""The user's wishes. Edits are append-only; each can be taken back until a push has fulfilled it.

`wish` turns "this video from here to there" into an edit that fits the library, or says in words why it cannot be.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lib.errors import UserError, Waiting
from lib.models import NEW_PREFIX, Decider, Edit, EditKind, Library, Playlist
from lib.planning.reconcile import Reconciled, reconcile
from lib.planning.titles import comparable
from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.db import Database, naive
from lib.store.edit_snapshot import in_sight_of_base
from lib.store.feedback import Decisions

VIDEO_ID = re.compile(r"^[A-Za-z0-9_-]{11}\Z")
TITLE_LIMIT = 150

_COLUMNS = "edit_id, kind, made_at, video_id, item_id, from_playlist, to_playlist, after_item, title, wished_order, seen, copies, decided_by, starred"

_ALIVE = "state IN ('pending', 'fulfilled')"
_OPEN = """edit_id IN (SELECT edit_id FROM edits WHERE state IN ('pending', 'replaced'))
    AND batch NOT IN (SELECT batch FROM edits WHERE state = 'fulfilled')"""
_BATCH = "SELECT edit_id FROM edits WHERE state = 'pending' AND batch = ?"
_LAST_BATCH = f"""SELECT coalesce(max(batch), 0) FROM (
    SELECT batch FROM edits WHERE state = 'pending' UNION ALL SELECT batch FROM amended WHERE {_OPEN})"""


class Edits:
    """Reads and writes the edits. `decided` are the decisions that came with them.

    `locked` are the numbers of those that a push carries out at this moment: none of them can be withdrawn.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.locked: frozenset[int] = frozenset()
        self.decided = Decisions(db)
        self._pending_edits = Cached(db, self._read_pending, Area.EDITS)
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

    def lock(self, edit_ids: Iterable[int]) -> None:
        """A push of this process begins to carry these out. Call it in the transaction that approves them."""
        self.locked = frozenset(edit_ids)

    def unlock(self) -> None:
        """The push has ended, and the edits say what became of them."""
        self.locked = frozenset()

    def count(self) -> int:
        """How many edits wait."""
        return int(self.db.value("SELECT count(*) FROM edits WHERE state = 'pending'"))

    def new_batch(self) -> int:
        """A number for wishes that are laid one after the other and shall be taken back together."""
        sql = "SELECT max(batch) FROM (SELECT batch FROM edits UNION ALL SELECT batch FROM amended)"
        return int(self.db.value(f"SELECT coalesce(({sql}), 0) + 1"))

    def lay(self, edits: Sequence[Edit], batch: int | None = None) -> list[Edit]:
        """Store wishes as one batch, or into one, so that undo takes them back together. Returns them with their numbers.

        What base shows of their ground is kept with them, so that a later change of it is noticed.
        """
        laid = []
        with self.db.write(Area.EDITS) as tx:
            batch = batch or self.new_batch()
            for edit in in_sight_of_base(self.db, edits):
                numbered = replace(edit, edit_id=int(tx.execute("SELECT nextval('edit_ids')").fetchall()[0][0]))
                _insert(tx, numbered, batch)
                laid.append(numbered)
        return laid

    def lay_instead(self, edit_ids: Sequence[int], edits: Sequence[Edit]) -> list[Edit]:
        """Lay wishes in the place of pending ones, as one batch; taking that back brings the former ones back."""
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
        """Ids of wished-for playlists that any edit has ever used, so that none is used twice."""
        return {row[0] for row in self.db.rows("SELECT to_playlist FROM edits WHERE kind = 'create'")}

    def real_ids(self) -> dict[str, str]:
        """The ids of the playlists that a push created, by the placeholders they had as wishes."""
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
        """A playlist that was only a wish now exists: edits, rules, decisions and suggestions name it by its real id.

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
            self.decided.rename(placeholder, playlist_id)

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
        """Let pending edits go into a state. Raises `Waiting` where one would be withdrawn that a push carries out now."""
        if state != "fulfilled" and self.locked.intersection(edit_ids):
            raise Waiting(
                "This change is being written to YouTube just now, so it cannot be taken back or changed.",
                "Wait until the push is done, or cancel it; what it has written can be undone on the Sync page.",
            )
        with self.db.write(Area.EDITS) as tx:
            tx.execute(
                "UPDATE edits SET state = ? WHERE state = 'pending' AND list_contains(?::INTEGER[], edit_id)",
                [state, edit_ids],
            )


def wish(
    library: Library,
    unavailable: set[str],
    video_id: str,
    source: str | None,
    target: str | None,
    *,
    decided_by: Decider = Decider.YOU,
) -> Edit:
    """The edit for "from `source` to `target`" on the local library; no source adds, no target removes.

    Raises `UserError` for a bad id, an unknown playlist, a video that is not where it is said to be, a playlist that
    can only be read, and a dead video that YouTube would refuse to take.
    """
    if not VIDEO_ID.match(video_id):
        raise UserError(f"{video_id!r} is no YouTube video id.", "Ids have 11 letters, digits, - or _.")
    if not source and not target:
        raise UserError(
            "Neither a playlist to take the video from nor one to put it into is named.",
            "Fill from_playlist, to_playlist or both.",
        )
    origin = find_playlist(library, source) if source else None
    goal = find_playlist(library, target) if target else None
    if goal and not goal.writable:
        raise UserError(f"YouTube lets nobody write to {goal.title!r} from outside.", "Choose another playlist.")
    if goal and video_id in unavailable:
        raise UserError(
            f"The video {video_id} is deleted or private, and YouTube takes no such video into a playlist.",
            "Leave it where it is, or only remove it.",
        )
    if origin and goal and origin.playlist_id == goal.playlist_id:
        raise UserError(
            f"The video {video_id} would move from {goal.title!r} to itself.", "Name two different playlists."
        )
    return _edit_between(library, video_id, origin, goal, decided_by)


def creation(title: str, number: int, made_at: datetime | None = None) -> Edit:
    """The edit that makes a new category. Raises `UserError` for a title that YouTube would refuse."""
    clean = title.strip()
    if not clean or len(clean) > TITLE_LIMIT or re.search(r"<.*>", clean, re.DOTALL):
        raise UserError(
            f"{title!r} cannot be the title of a playlist.", f"Use 1 to {TITLE_LIMIT} characters, without <...>."
        )
    return Edit(0, EditKind.CREATE, made_at or datetime.now(UTC), to_playlist=f"{NEW_PREFIX}{number}", title=clean)


def playlists_titled(library: Library, title: str) -> list[Playlist]:
    """The playlists with exactly this title; where there are none, those whose title looks the same."""
    exact = [playlist for playlist in library.playlists.values() if playlist.title == title]
    wanted = comparable(title)
    return exact or [playlist for playlist in library.playlists.values() if comparable(playlist.title) == wanted]


def find_playlist(library: Library, name: str) -> Playlist:
    """The playlist with this id, or with this title. Raises `UserError` where there is none or more than one."""
    if name in library.playlists:
        return library.playlists[name]
    matches = playlists_titled(library, name)
    if len(matches) > 1:
        raise UserError(
            f"{len(matches)} playlists are titled {name!r}.",
            "Name the one you mean by its id: " + ", ".join(p.playlist_id for p in matches) + ".",
        )
    if not matches:
        raise UserError(
            f"There is no playlist {name!r} in the library.",
            "Check the spelling, or pull again if it is new on YouTube.",
        )
    return matches[0]


def _edit_between(
    library: Library, video_id: str, origin: Playlist | None, goal: Playlist | None, decided_by: Decider
) -> Edit:
    add = Edit(
        0,
        EditKind.ADD,
        datetime.now(UTC),
        video_id=video_id,
        to_playlist=goal.playlist_id if goal else None,
        decided_by=decided_by,
    )
    if origin is None:
        if not library.homes(video_id):
            raise UserError(
                f"The video {video_id} is not in your library.",
                "Check the id, or save the video on YouTube and pull again.",
            )
        return add
    item = next((i for i in origin.items if i.video_id == video_id), None)
    if item is None:
        raise UserError(
            f"The video {video_id} is not in {origin.title!r}.",
            "Pull again if you changed it on YouTube, or correct the row.",
        )
    if not origin.writable:
        if goal is None:
            raise UserError(
                f"{origin.title!r} can only be read, so nothing can be removed from it here.",
                "Remove it on YouTube itself.",
            )
        return add
    return replace(
        add, kind=EditKind.MOVE if goal else EditKind.REMOVE, item_id=item.item_id, from_playlist=origin.playlist_id
    )


def _insert(tx: Any, edit: Edit, batch: int) -> None:
    ends = [edit.from_playlist, edit.to_playlist, edit.after_item]
    about = [edit.kind.value, naive(edit.made_at), edit.video_id, edit.item_id, *ends, edit.title]
    sight = [list(edit.order), list(edit.seen), edit.copies, edit.decided_by.value, edit.starred]
    tx.execute(
        "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::VARCHAR[], ?::VARCHAR[], ?, ?, ?)",
        [edit.edit_id, batch, "pending", *about, *sight],
    )


def _edit(row: tuple[Any, ...]) -> Edit:
    edit_id, kind, made_at, video_id, item_id, source, goal, after_item, title, order, seen, copies, who, starred = row
    about = (video_id, item_id, source, goal, after_item, title)
    moment = made_at.replace(tzinfo=UTC)
    return Edit(edit_id, EditKind(kind), moment, *about, tuple(order), tuple(seen), copies, Decider(who), starred)
