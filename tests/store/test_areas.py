"""Each table belongs to an area, and whoever changes it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.models import Edit, EditKind, Role
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.store.areas import TABLES, Area
from lib.store.catalog import Catalog
from lib.store.db import Database
from lib.store.edits import Edits
from lib.store.quota import Quota
from tests.store.conftest import NOON, WatchedDatabase, listed, video_id


def test_every_table_has_an_area(db: Database) -> None:
    tables = {name for (name,) in db.rows("SELECT table_name FROM duckdb_tables()")}
    assert tables - {"migrations"} == TABLES.keys()


def test_a_transaction_stamps_what_it_names_and_nothing_else(db: Database, catalog: Catalog) -> None:
    before = {area: db.stamp(area) for area in Area}
    Edits(db).lay([Edit(0, EditKind.ADD, NOON, video_id=video_id(1), to_playlist="PLa")])
    assert {area for area in Area if db.stamp(area) != before[area]} == {Area.EDITS}
    before = {area: db.stamp(area) for area in Area}
    with db.write():
        catalog.give_role(["PLa"], Role.INBOX)
        Quota(db, 100, lambda: NOON).reserve(1, "playlists.list")
    assert {area for area in Area if db.stamp(area) != before[area]} == {Area.ROLES, Area.QUOTA}


def test_a_transaction_that_names_nothing_stamps_everything(db: Database) -> None:
    before = {area: db.stamp(area) for area in Area}
    with db.write() as tx:
        tx.execute("INSERT INTO meta VALUES ('a', 'b')")
    assert all(db.stamp(area) != before[area] for area in Area)


def test_a_transaction_that_is_rolled_back_stamps_nothing(db: Database, catalog: Catalog) -> None:
    before = db.stamp()
    with pytest.raises(RuntimeError), db.write():
        catalog.store_listing([listed("PLa")])
        raise RuntimeError
    assert db.stamp() == before


def test_inside_a_transaction_what_it_changes_has_no_stamp(db: Database, catalog: Catalog) -> None:
    with db.write():
        catalog.store_listing([listed("PLa")])
        assert db.stamp(Area.BASE) is None
        assert db.stamp(Area.EDITS) is not None
    assert db.stamp(Area.BASE) is not None


def test_a_pull_filing_a_push_and_its_undo_name_what_they_change(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("lib.services.workspace.Database", WatchedDatabase)
    workspace = Workspace(settings)
    workspace.pulls.pull()
    categories = workspace.local().categories
    source = next(playlist for playlist in categories.values() if playlist.items)
    workspace.filing.file([source.items[0].video_id], workspace.filing.create_category("A new one"))
    assert workspace.pushes.push(confirm=workspace.pushes.plan().confirm_count or None).state == "done"
    workspace.undo.undo_push()
    workspace.filing.take_back_last()
    workspace.catalog.due_videos(NOON + timedelta(days=1))
    workspace.close()
