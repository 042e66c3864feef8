"""A real database file of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.models import Item, Listed
from lib.store.catalog import Catalog
from lib.store.db import Database

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.duckdb"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    opened = Database(path)
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
