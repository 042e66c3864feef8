"""A real database file of its own for every test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lib.models import Item, Listed
from lib.store.areas import TABLES, Area
from lib.store.catalog import Catalog
from lib.store.db import Cursor, Database

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


_CHANGED = re.compile(r"\b(?:INTO|UPDATE|DELETE FROM)\s+(\w+)")


class WatchedDatabase(Database):
    """A database that fails where a transaction changes a table of an area that it has not named."""

    def __init__(self, path: Path) -> None:
        self.changed: set[Area] = set()
        super().__init__(path)

    @contextmanager
    def write(self, *changes: Area) -> Iterator[Cursor]:
        with super().write(*changes) as tx:
            yield WatchedCursor(tx, self.changed)  # type: ignore[misc]
            if self._depth == 1:
                unnamed, _ = self.changed - self._changing, self.changed.clear()
                assert not unnamed or not self._changing, f"{unnamed} changed, and only {self._changing} named"


class WatchedCursor:
    """A cursor that notes the areas of the tables that its statements change."""

    def __init__(self, cursor: Cursor, changed: set[Area]) -> None:
        self.cursor, self.changed = cursor, changed

    def execute(self, sql: str, *parameters: Any) -> Any:
        for table in _CHANGED.findall(sql):
            area = Area.VECTORS if table.startswith("vectors_") else TABLES.get(table)
            self.changed |= {area} if area else set()
        return self.cursor.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.duckdb"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    opened = WatchedDatabase(path)
    yield opened
    opened.close()


@pytest.fixture
def catalog(db: Database) -> Catalog:
    return Catalog(db)


def video_id(number: int) -> str:
    return f"video{number:06d}"


def item(number: int, video: int, note: str = "") -> Item:
    return Item(f"item{number}", video_id(video), NOON, note)


def listed(playlist_id: str, title: str = "", etag: str = "e1", **facts: object) -> Listed:
    return Listed(playlist_id, title or playlist_id, "", "private", etag, **{"item_count": 0, **facts})
