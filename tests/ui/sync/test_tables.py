"""Edits, plans and pushes as tables."""

from __future__ import annotations

from lib.ui.app_state import AppState
from lib.ui.sync.tables import edits_table, operations_table, plan_table, states
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, ids


def test_edits_stand_with_titles_the_newest_first(small_state: AppState) -> None:
    filing = small_state.workspace.filing
    first = filing.file(ids(0), COOKING)[0].edit_id
    filing.file(ids(11), MUSIC, COOKING)
    filing.create_category("Gardening")
    table = edits_table(small_state.snapshot)
    assert table[["edit", "what", "from", "to"]].to_numpy().tolist() == [
        ["create", "Gardening", "", ""],
        ["move", "Talk 11", "Cooking", "Music"],
        ["add", EVIL, "", "Cooking"],
    ]
    assert table.index[-1] == first


def test_a_plan_shows_each_touched_playlist_before_and_after(small_state: AppState) -> None:
    filing = small_state.workspace.filing
    filing.file(ids(11), MUSIC, COOKING)
    filing.file(ids(0), filing.create_category("Gardening"))
    table = plan_table(small_state.snapshot, small_state.snapshot.plan()).set_index("playlist")
    assert table.loc["Cooking"].to_list() == [10, 9, 1, 50]
    assert table.loc["Music"].to_list() == [11, 12, 1, 50]
    assert table.loc["Gardening"].to_list() == [0, 1, 2, 100]
    assert "Inbox" not in table.index and INBOX not in table.index


def test_a_push_shows_each_operation_with_its_state(small_state: AppState) -> None:
    filing = small_state.workspace.filing
    filing.file(ids(0), filing.create_category("Gardening"))
    report = small_state.workspace.pushes.push()
    entries = small_state.workspace.journal.entries(report.push_id)
    table = operations_table(small_state.snapshot, entries)
    assert table[["write", "what", "playlist", "state"]].to_numpy().tolist() == [
        ["Create the playlist", "Gardening", "Gardening", "done"],
        ["Put in", EVIL, "Gardening", "done"],
    ]
    assert states(entries) == {"done": 2}


def test_with_nothing_to_show_the_tables_are_empty(small_state: AppState) -> None:
    assert edits_table(small_state.snapshot).empty
    assert plan_table(small_state.snapshot, small_state.snapshot.plan()).empty
    assert operations_table(small_state.snapshot, []).empty
