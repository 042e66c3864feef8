"""A file that cannot be opened stays where it is, and what is made is its owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lib.errors import DamagedLibrary, StoreError
from lib.store.areas import Area
from lib.store.db import Database
from lib.store.opening import set_aside

posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights otherwise")


def rights(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture
def whole(path: Path) -> Path:
    """A database with a row in it."""
    database = Database(path)
    with database.write(Area.FACTS) as tx:
        tx.execute("INSERT INTO meta VALUES ('a', '')")
    database.close()
    return path


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """New files can be read by everybody, as most systems have it, until a database is opened."""
    former = os.umask(0o022)
    yield
    os.umask(former)


def refused(path: Path) -> StoreError:
    """The error for this file, and of a log beside it; both are as they were."""
    log = path.with_name(path.name + ".wal")
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(StoreError) as error:
        Database(path)
    assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
    assert not log.exists() or log in before
    assert "empty library" not in str(error.value)
    return error.value


@pytest.mark.parametrize("damage", ["no database", "a broken header", "empty", "cut off"])
def test_a_damaged_file_is_left_as_it_is_and_the_sentence_says_how_to_move_it(whole: Path, damage: str) -> None:
    good = whole.read_bytes()
    broken = good[:4100] + b"?" * 900 + good[5000:]
    content = {"no database": b"not a database" * 99, "a broken header": broken, "empty": b"", "cut off": good[:2000]}
    whole.write_bytes(content[damage])
    whole.with_name(whole.name + ".wal").write_bytes(b"its log")
    error = refused(whole)
    assert isinstance(error, DamagedLibrary) and error.path == whole
    assert str(whole) in error.message and f"mv {whole} " in error.next_step


def test_a_damaged_file_is_set_aside_with_its_log_when_that_is_asked_for(whole: Path) -> None:
    whole.write_bytes(b"not a database" * 99)
    log = whole.with_name(whole.name + ".wal")
    log.write_bytes(b"its log")
    refused(whole)
    kept = set_aside(whole)
    assert kept.read_bytes() == b"not a database" * 99
    assert kept.with_name(kept.name + ".wal").read_bytes() == b"its log"
    assert not whole.exists() and not log.exists()


def test_too_little_memory_is_no_damage(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda path, config: connect(path, config={**config, "memory_limit": "1KB"}))
    error = refused(whole)
    assert not isinstance(error, DamagedLibrary)
    assert "Out of Memory" in error.message and "make room" in error.next_step
    monkeypatch.undo()
    again = Database(whole)
    assert again.value("SELECT key FROM meta") == "a"
    again.close()


def test_an_encrypted_file_is_no_damage(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET force_mbedtls_unsafe = 'true'")
        connection.execute(f"ATTACH '{path}' AS locked (ENCRYPTION_KEY 'secret')")
        connection.execute("CREATE TABLE locked.t (a INTEGER)")
    assert not isinstance(refused(path), DamagedLibrary)


def test_the_file_of_another_database_program_is_no_damage(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(5000))
    assert not isinstance(refused(path), DamagedLibrary)


def test_a_folder_in_the_place_of_the_file_is_no_damage(path: Path) -> None:
    path.mkdir()
    assert not isinstance(refused(path), DamagedLibrary)


# -- the owner's alone ---------------------------------------------------------------------------------------------------


@posix
def test_folder_file_and_log_are_made_as_the_owners_alone(tmp_path: Path, usual_umask: None) -> None:
    path = tmp_path / "new" / "home" / "atlas.duckdb"
    database = Database(path)
    for number in range(3):
        with database.write(Area.FACTS) as tx:
            tx.execute("INSERT INTO meta VALUES (?, '')", [str(number)])
        assert {file.name: rights(file) for file in path.parent.iterdir()} == {
            path.name: "0o600",
            path.name + ".wal": "0o600",
        }
        with database.view():
            pass
        database._connection.execute("CHECKPOINT")  # the log is made anew by the next transaction
    assert rights(path.parent) == "0o700"
    database.close()


@posix
def test_wider_rights_are_narrowed_at_each_opening(whole: Path, usual_umask: None) -> None:
    log = whole.with_name(whole.name + ".wal")
    log.write_bytes(b"")
    for _ in range(2):
        for file, mode in ((whole, 0o644), (log, 0o666), (whole.parent, 0o755)):
            if file.exists():
                file.chmod(mode)
        Database(whole).close()
        assert (rights(whole), rights(whole.parent)) == ("0o600", "0o700")
        assert not log.exists() or rights(log) == "0o600"


@posix
def test_a_folder_that_all_share_stays_so(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    Database(shared / "atlas.duckdb").close()
    assert rights(shared) == "0o1777"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written") as refused:
        Database(tmp_path / "file" / "atlas.duckdb")
    assert "ATLAS_HOME" in refused.value.next_step


def test_the_folder_of_a_new_library_is_made_and_no_probe_is_left_in_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "home" / "atlas.duckdb"
    Database(path).close()
    assert [p.name for p in path.parent.iterdir()] == ["atlas.duckdb"]
