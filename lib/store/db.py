"""The one connection to the database file: `Database` opens it, migrates it, and lets one writer in at a time.

DuckDB gives a file to one process, and two threads that update one row collide; so every write goes through one lock
and readers use cursors of their own. A nested `write` joins the transaction around it.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from lib.errors import StoreError

Cursor = duckdb.DuckDBPyConnection
_FILE_TROUBLE = re.compile("Corrupt database file|Could not (read|write)")
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The open database. `revision` rises with each write transaction: the honest key for a cache of what was read.

    A transaction may name what it changes, so that a cache of that alone lives longer: see `stamp`.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file and bring it to the present schema. Raises `StoreError` with the next step."""
        self.path = path
        self.revision = 0
        self._lock = threading.RLock()
        self._depth = 0
        self._stamps: Counter[str] = Counter()
        self._changing: set[str] = set()
        self._connection = _open(path)
        try:
            self._writer = self._connection.cursor()
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def write(self, changes: str = "") -> Iterator[Cursor]:
        """One transaction: committed when the block ends, rolled back when it raises. `changes` names what it is about."""
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            if changes:
                self._changing.add(changes)
            try:
                with _in_words(self.path):
                    if outermost:
                        self._writer.execute("BEGIN")
                    yield self._writer
                    if outermost:
                        self._writer.execute("COMMIT")
                        self.revision += 1
                        self._stamps.update(self._changing)
            except BaseException:
                if outermost:
                    with suppress(duckdb.Error):
                        self._writer.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
                if outermost:
                    self._changing.clear()

    def stamp(self, name: str) -> int | None:
        """The key for a cache of what `name` covers; None inside a transaction of this thread that changes it."""
        with self._mine() as mine:
            return None if mine and name in self._changing else self._stamps[name]

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
    def _mine(self) -> Iterator[bool]:
        """Whether this thread is the one inside `write`: the lock is re-entrant, so that no other gets it then."""
        held = self._depth > 0 and self._lock.acquire(blocking=False)
        try:
            yield held and self._depth > 0
        finally:
            if held:
                self._lock.release()

    @contextmanager
    def _reader(self) -> Iterator[Cursor]:
        with self._mine() as mine, _in_words(self.path):
            if mine:
                yield self._writer
                return
        cursor = self._connection.cursor()
        try:
            with _in_words(self.path):
                yield cursor
        finally:
            cursor.close()

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
    _check_folder(path)
    try:
        # a library is too small to be worth sharing out, and waking other threads makes each small write slower
        return duckdb.connect(str(path), config={"threads": 1})
    except duckdb.Error as error:
        text = str(error)
        if "set lock" in text or "used by another process" in text:  # the second is what Windows says
            raise StoreError(
                f"The library in {path} is already open in {_holder(text)}.",
                "Close that program (or its terminal window), then try again.",
            ) from error
        if isinstance(error, duckdb.IOException) and ("Cannot open file" in text or "Permission" in text):
            raise StoreError(
                f"The library {path} cannot be opened for writing.",
                "Check the file's permissions, or set ATLAS_HOME to another folder.",
            ) from error
        kept = _keep_aside(path)
        raise StoreError(
            f"The library file {path.name} is damaged and could not be read; it was kept as {kept.name}.",
            "Start again to begin with an empty library and pull it anew, or restore the file from a backup.",
        ) from error


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
            "Make room on the disk if it is full; else the file is damaged: move it away and pull anew, or restore a backup.",
        ) from error


def _check_folder(path: Path) -> None:
    probe = path.parent / f".atlas-{threading.get_ident()}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"The data folder {path.parent} cannot be written ({error.strerror}).",
            "Set ATLAS_HOME to a folder of yours, or change its permissions.",
        ) from error


def _holder(text: str) -> str:
    match = re.search(r"held in (.+?) \(PID (\d+)\)", text)
    return f"another process ({Path(match[1]).name}, process {match[2]})" if match else "another process"


def _keep_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    while kept.exists():
        kept = kept.with_name(kept.name + "-again")
    path.rename(kept)
    wal = path.with_name(path.name + ".wal")
    if wal.exists():
        wal.rename(kept.with_name(kept.name + ".wal"))
    return kept
