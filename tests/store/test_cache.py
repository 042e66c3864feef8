"""What is read once until it changes, and never mixed from two moments."""

from __future__ import annotations

import threading

from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.db import Database


def put(db: Database, key: str, area: Area = Area.FACTS) -> None:
    with db.write(area) as tx:
        tx.execute("INSERT INTO meta VALUES (?, '')", [key])


def facts(db: Database) -> Cached[list[str]]:
    return Cached(db, lambda: [row[0] for row in db.rows("SELECT key FROM meta ORDER BY key")], Area.FACTS)


def test_it_is_read_once_until_its_area_changes(db: Database) -> None:
    keys = facts(db)
    first = keys.get()
    with db.write(Area.QUOTA):
        pass
    assert keys.get() is first
    put(db, "a")
    assert keys.get() == ["a"]


def test_inside_a_transaction_that_changes_it_it_is_as_the_transaction_has_it_and_is_not_kept(db: Database) -> None:
    keys = facts(db)
    try:
        with db.write(Area.FACTS) as tx:
            tx.execute("INSERT INTO meta VALUES ('a', '')")
            assert keys.get() == ["a"]
            raise RuntimeError
    except RuntimeError:
        assert keys.get() == []


def test_in_a_view_it_is_as_of_its_moment_and_afterwards_as_of_now(db: Database) -> None:
    keys = facts(db)
    with db.view():
        put(db, "a")
        assert keys.get() == []
    assert keys.get() == ["a"]


def test_what_was_read_while_somebody_committed_is_not_taken_for_older(db: Database) -> None:
    """A commit between the look at the stamp and the reading: what is kept under the old stamp is what it was then."""
    reading, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def slowly() -> int:
        reading.set()
        go_on.wait(10)
        return int(db.value("SELECT count(*) FROM meta"))

    cached = Cached(db, slowly, Area.FACTS)
    thread = threading.Thread(target=lambda: seen.append(cached.get()))
    thread.start()
    reading.wait(10)
    put(db, "a")
    go_on.set()
    thread.join(10)
    assert seen == [0]
    assert cached.get() == 1
