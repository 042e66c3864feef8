from __future__ import annotations

import subprocess
import sys
import threading

import duckdb
import pytest

from lib.errors import StoreError
from lib.store import db as module
from lib.store.areas import Area
from lib.store.db import MIGRATIONS, Database


def _put(tx, key: str, value: str = "") -> None:
    tx.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def _keys(db: Database) -> list[str]:
    return [row[0] for row in db.rows("SELECT key FROM meta ORDER BY key")]


def test_a_new_file_gets_every_migration_and_the_record_that_it_ran(db):
    recorded = db.rows("SELECT number, name FROM migrations ORDER BY number")
    assert recorded == [(int(p.name[:4]), p.stem) for p in sorted(MIGRATIONS.glob("*.sql"))]


def test_what_was_written_is_there_when_the_file_is_opened_again(path, db):
    with db.write() as tx:
        _put(tx, "a")
    db.close()
    again = Database(path)
    assert _keys(again) == ["a"]
    assert again.value("SELECT count(*) FROM migrations") == len(list(MIGRATIONS.glob("*.sql")))
    again.close()


def test_a_transaction_that_raises_leaves_nothing(db):
    with pytest.raises(RuntimeError), db.write() as tx:
        _put(tx, "a")
        raise RuntimeError
    assert _keys(db) == []


def test_a_nested_transaction_is_part_of_the_one_around_it_and_rolls_back_with_it(db):
    with pytest.raises(RuntimeError), db.write() as tx:
        _put(tx, "outer")
        with db.write() as inner:
            _put(inner, "inner")
        raise RuntimeError
    assert _keys(db) == []


def test_an_error_inside_a_nested_transaction_takes_the_outer_one_with_it(db):
    with pytest.raises(duckdb.ConstraintException), db.write() as tx:
        _put(tx, "a")
        with db.write() as inner:
            _put(inner, "a")
    assert _keys(db) == []


def test_after_a_failed_transaction_the_next_one_works(db):
    with pytest.raises(duckdb.Error), db.write() as tx:
        tx.execute("SELECT no_such_column FROM meta")
    with db.write() as tx:
        _put(tx, "b")
    assert _keys(db) == ["b"]


def test_the_writing_thread_reads_its_own_changes_before_they_are_committed(db):
    with db.write() as tx:
        _put(tx, "a")
        assert _keys(db) == ["a"]
        assert list(db.frame("SELECT key FROM meta").key) == ["a"]


def test_another_thread_reads_the_last_committed_state_without_waiting(db):
    seen: list[list[str]] = []
    with db.write() as tx:
        _put(tx, "a")
        reader = threading.Thread(target=lambda: seen.append(_keys(db)))
        reader.start()
        reader.join(5)
    assert seen == [[]]
    assert _keys(db) == ["a"]


def test_writers_in_many_threads_take_turns_and_lose_no_update(db):
    with db.write() as tx:
        _put(tx, "n", "0")

    def count() -> None:
        for _ in range(10):
            with db.write() as tx:
                value = int(db.value("SELECT value FROM meta"))
                tx.execute("UPDATE meta SET value = ?", [str(value + 1)])

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.value("SELECT value FROM meta") == "40"


def test_the_revision_rises_once_a_transaction_and_not_for_a_failed_one_or_a_read(db):
    before = db.revision
    with db.write() as tx, db.write():
        _put(tx, "a")
    assert db.revision == before + 1
    _keys(db)
    with pytest.raises(RuntimeError), db.write():
        raise RuntimeError
    assert db.revision == before + 1


def test_a_value_of_no_row_is_none(db):
    assert db.value("SELECT key FROM meta") is None


def test_a_second_process_is_told_who_holds_the_file(path):
    code = f"import duckdb, sys; held = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(StoreError) as refused:
            Database(path)
        holder.stdin.close()
    assert f"process {holder.pid}" in refused.value.message
    assert refused.value.next_step.startswith("Close that program")
    Database(path).close()


def test_a_library_of_a_newer_program_is_refused_and_left_as_it_is(path, db):
    with db.write() as tx:
        tx.execute("INSERT INTO migrations VALUES (9001, 'later', NULL)")
        _put(tx, "a")
    db.close()
    with pytest.raises(StoreError, match=r"newer Playlist Atlas \(schema 9001"):
        Database(path)
    assert duckdb.connect(str(path)).execute("SELECT key FROM meta").fetchall() == [("a",)]


def test_a_migration_that_fails_leaves_neither_its_changes_nor_its_record(path, tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_good.sql").write_text("CREATE TABLE good (a INTEGER);")
    (folder / "0002_bad.sql").write_text("CREATE TABLE half (a INTEGER); INSERT INTO good VALUES (1); CREATE TABLE !;")
    monkeypatch.setattr(module, "MIGRATIONS", folder)
    with pytest.raises(duckdb.ParserException):
        Database(path)
    (folder / "0002_bad.sql").write_text("ALTER TABLE good ADD COLUMN b INTEGER;")
    mended = Database(path)
    assert mended.rows("SELECT number, name FROM migrations") == [(1, "0001_good"), (2, "0002_bad")]
    assert mended.rows("FROM good") == []
    assert mended.rows("SELECT table_name FROM duckdb_tables() WHERE table_name = 'half'") == []
    mended.close()


FULL_DISK = """
import resource, sys
from pathlib import Path
from lib.errors import StoreError
from lib.store.db import Database

db = Database(Path(sys.argv[1]))
with db.write() as tx:
    tx.execute("INSERT INTO meta VALUES ('kept', '')")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    with db.write() as tx:
        tx.execute("INSERT INTO meta SELECT 'k' || i, md5(i::VARCHAR) FROM range(100000) t(i)")
except StoreError as error:
    print(error.message, error.next_step)
"""


def test_a_full_disk_is_one_sentence_and_what_was_committed_stays(path):
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True)
    assert "could not be read or written" in done.stdout, done.stderr
    assert "Make room on the disk" in done.stdout
    again = Database(path)
    assert _keys(again) == ["kept"]
    again.close()


def test_a_view_shows_one_moment_whatever_is_committed_meanwhile(db):
    with db.write(Area.FACTS) as tx:
        _put(tx, "a")
    with db.view():
        stamp = db.stamp()
        writer = threading.Thread(target=_add, args=(db, "b"))
        writer.start()
        writer.join(10)
        assert _keys(db) == ["a"]
        assert db.stamp() == stamp
        with db.view():
            assert _keys(db) == ["a"]
        assert _keys(db) == ["a"]
    assert _keys(db) == ["a", "b"]
    assert db.stamp() != stamp


def test_a_view_inside_a_transaction_shows_what_is_committed(db):
    with db.write(Area.FACTS) as tx:
        _put(tx, "a")
        with db.view():
            assert _keys(db) == []
        assert _keys(db) == ["a"]


def test_a_view_that_a_reader_leaves_by_an_error_is_over(db):
    with pytest.raises(RuntimeError), db.view():
        raise RuntimeError
    _add(db, "a")
    assert _keys(db) == ["a"]


def test_the_stamps_of_a_view_are_those_of_what_it_shows(db):
    """Many commits beside many views: the stamp rises by one with each row, so that they must agree in each view."""
    start = db.stamp(Area.FACTS)[0]
    writer = threading.Thread(target=lambda: [_add(db, str(number)) for number in range(100)])
    writer.start()
    pairs = []
    while writer.is_alive():
        with db.view():
            pairs.append((db.stamp(Area.FACTS)[0] - start, len(_keys(db))))
    writer.join()
    assert all(stamps == rows for stamps, rows in pairs)


def _add(db: Database, key: str) -> None:
    with db.write(Area.FACTS) as tx:
        _put(tx, key)
