"""A value that is read from the database once until what it was made from changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from lib.store.areas import Area
from lib.store.db import Database

T = TypeVar("T")


class Cached(Generic[T]):
    """What `read` returns, shared by all threads and never changed by them; valid until one of `areas` changes."""

    def __init__(self, db: Database, read: Callable[[], T], *areas: Area) -> None:
        self.db, self.read, self.areas = db, read, areas
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, ...], T] | None = None

    def get(self) -> T:
        """The value: inside a view as of its moment, inside a transaction that changes it as the transaction has it."""
        stamp = self.db.stamp(*self.areas)
        if stamp is None:
            return self.read()
        kept = self._kept
        if kept is not None and kept[0] == stamp:
            return kept[1]
        with self.db.view(), self._lock:  # one thread reads, and the others wait for it
            stamp, kept = self.db.stamp(*self.areas), self._kept
            assert stamp is not None
            if kept is None or kept[0] != stamp:
                self._kept = kept = (stamp, self.read())
            return kept[1]
