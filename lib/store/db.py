"""The one connection to the database file: `Database` opens it, migrates it, and lets one writer in at a time.

DuckDB gives a file to one process, and two threads that update one row collide; so every write goes through one lock
and readers use cursors of their own. A nested `write` joins the transaction around it.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd

from lib.errors import StoreError
from lib.store.areas import Area
from lib.store.opening import cannot_open, prepare

Cursor = duckdb.DuckDBPyConnection
_FILE_TROUBLE = re.compile("Corrupt database file|Could not (read|write)")
_NUMBERS = count(1)
MIGRATIONS = Path(__file__).parent / "migrations"


class _Viewing(threading.local):
    """The view that this thread reads through: its cursor, and the stamps of its moment."""

    cursor: Cursor | None = None
    stamps: Mapping[Area, int] = MappingProxyType({})


class Database:
    """The open database.

    Each transaction names the areas it changes, and `stamp` counts the changes of one: what caches are keyed by, see
    `Cached`.

    Attributes:
        number: tells it from every other database that this process has opened.
        revision: rises with each write transaction.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file and bring it to the present schema. Raises `StoreError` with the next step."""
        self.path = path
        self.number = next(_NUMBERS)
        self.revision = 0
        self._lock = threading.RLock()
        self._committing = threading.Lock()
        self._depth = 0
        self._stamps: Counter[Area] = Counter()
        self._changing: set[Area] = set()
        self._viewing = _Viewing()
        self._connection = _open(path)
        try:
            self._writer = self._connection.cursor()
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def write(self, *changes: Area) -> Iterator[Cursor]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `changes` are the areas that the statements of this block change. A block that only holds others together names
        none; a transaction in which nobody names any is taken to change everything.
        """
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            self._changing.update(changes)
            try:
                with _in_words(self.path):
                    if outermost:
                        self._writer.execute("BEGIN")
                    yield self._writer
                    if outermost:
                        self._commit()
            except BaseException:
                if outermost:
                    with suppress(duckdb.Error):
                        self._writer.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
                if outermost:
                    self._changing.clear()

    @contextmanager
    def view(self) -> Iterator[None]:
        """Whatever this thread reads inside is as of one moment, however much is committed meanwhile.

        It shows what is committed, also inside `write`. A view inside another is that other.
        """
        if self._viewing.cursor is not None:
            yield
            return
        cursor = self._connection.cursor()
        try:
            with _in_words(self.path):
                with self._committing:  # or a commit came between the stamps and the first read, which fixes the moment
                    self._viewing.stamps = dict(self._stamps)
                    cursor.execute("BEGIN")
                    cursor.execute("SELECT count(*) FROM migrations").fetchall()
                self._viewing.cursor = cursor
                yield
        finally:
            self._viewing.cursor = None
            cursor.close()

    def stamp(self, *areas: Area) -> tuple[int, ...] | None:
        """The key for a cache of what these areas hold, all where none is named: as of the view, inside one.

        None inside a transaction of this thread that changes one of them.
        """
        if self._viewing.cursor is not None:
            return tuple(self._viewing.stamps.get(area, 0) for area in areas or Area)
        with self._held_by_this_thread() as writing:
            if writing and self._changing.intersection(areas or Area):
                return None
            with self._committing:
                return tuple(self._stamps[area] for area in areas or Area)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Inside `write` of this thread it sees the transaction's own changes."""
        with self._reader() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """A query's result as a data frame."""
        with self._reader() as cursor:
            return cursor.execute(sql, list(parameters)).df()

    def close(self) -> None:
        """Close the file, so that another process may open it."""
        with self._lock, suppress(duckdb.Error):  # a reader that is not done yet ends with its process
            self._connection.close()

    @contextmanager
    def _held_by_this_thread(self) -> Iterator[bool]:
        """Whether this thread is the one inside `write`: the lock is re-entrant, so that no other gets it then."""
        held = self._depth > 0 and self._lock.acquire(blocking=False)
        try:
            yield held and self._depth > 0
        finally:
            if held:
                self._lock.release()

    @contextmanager
    def _reader(self) -> Iterator[Cursor]:
        if self._viewing.cursor is not None:
            with _in_words(self.path):
                yield self._viewing.cursor
            return
        with self._held_by_this_thread() as writing, _in_words(self.path):
            if writing:
                yield self._writer
                return
        cursor = self._connection.cursor()
        try:
            with _in_words(self.path):
                yield cursor
        finally:
            cursor.close()

    def _commit(self) -> None:
        """Commit, and stamp what changed before anybody can read it."""
        with self._committing:
            self._writer.execute("COMMIT")
            self.revision += 1
            self._stamps.update(self._changing or Area)

    def _migrate(self) -> None:
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMP)"
        )
        applied = {number for (number,) in self.rows("SELECT number FROM migrations")}
        known = {int(path.name[:4]): path for path in sorted(MIGRATIONS.glob("[0-9]*.sql"))}
        if newer := applied - known.keys():
            raise StoreError(
                f"The library in {self.path} was written by a newer Playlist Atlas (schema {max(newer)}; this one knows {max(known)}).",
                "Update the program, or set ATLAS_HOME to another folder.",
            )
        for number in sorted(known.keys() - applied):
            with self.write() as tx:
                tx.execute(known[number].read_text(encoding="utf-8"))
                tx.execute(
                    "INSERT INTO migrations VALUES (?, ?, ?)", [number, known[number].stem, naive(datetime.now(UTC))]
                )


def naive(moment: datetime | None) -> datetime | None:
    """A moment as the database keeps it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def aware(moment: datetime | None) -> datetime | None:
    """A moment from the database with its zone put back."""
    return moment.replace(tzinfo=UTC) if moment else None


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    """Connect to the file. Whatever the error, the file stays where and as it is."""
    prepare(path)
    try:
        # a library is too small to be worth sharing out, and waking other threads makes each small write slower
        return duckdb.connect(str(path), config={"threads": 1})
    except duckdb.Error as error:
        raise cannot_open(path, str(error)) from error


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What the file itself refuses while it is used (a full disk, a damaged block) as a `StoreError`."""
    try:
        yield
    except duckdb.Error as error:
        if not isinstance(error, (duckdb.IOException, duckdb.FatalException)) and not _FILE_TROUBLE.search(str(error)):
            raise
        raise StoreError(
            f"The library file {path.name} could not be read or written ({str(error).splitlines()[0]}).",
            "Make room on the disk if it is full, and try again: what was saved before is kept. If it stays so, restore a backup.",
        ) from error
