from __future__ import annotations

import dataclasses

import pytest

from lib import derived, models
from lib.models import Guard, Item, Library, Operation, OperationKind, Plan, Playlist, Role, State

ONE, TWO = "video000001", "video000002"
LIBRARY = Library(
    {
        "PLb": Playlist("PLb", "B", items=(Item("i1", ONE), Item("i2", TWO), Item("i3", ONE))),
        "PLa": Playlist("PLa", "A", items=(Item("i4", TWO),)),
    }
)


def test_the_eight_states_are_the_eight_words():
    assert " ".join(State) == "planned sent unknown done failed blocked conflict undone"


def test_every_value_is_frozen_so_that_no_cache_can_be_changed_by_its_reader():
    values = [value for value in {**vars(models), **vars(derived)}.values() if dataclasses.is_dataclass(value)]
    assert len(values) > 15
    assert all(value.__dataclass_params__.frozen for value in values)


def test_a_playlist_counts_its_copies_of_a_video():
    assert [LIBRARY.playlists["PLb"].copies(video) for video in (ONE, TWO, "other")] == [2, 1, 0]


def test_the_homes_of_a_video_are_the_playlists_that_hold_it_each_once_in_order():
    assert LIBRARY.homes(TWO) == ["PLb", "PLa"]
    assert LIBRARY.homes(ONE) == ["PLb"]
    assert LIBRARY.homes("other") == []


def test_a_replaced_playlist_keeps_its_place_and_a_new_one_comes_last():
    changed = LIBRARY.with_playlist(Playlist("PLb", "B2")).with_playlist(Playlist("PLc", "C"))
    assert [p.title for p in changed.playlists.values()] == ["B2", "A", "C"]
    assert list(LIBRARY.playlists) == ["PLb", "PLa"]


def test_a_library_without_a_playlist_has_the_others():
    assert list(LIBRARY.without("PLb").playlists) == ["PLa"]
    assert LIBRARY.without("unknown") == LIBRARY


def test_mapping_a_playlist_changes_the_named_fields_only():
    changed = LIBRARY.map_playlist("PLa", role=Role.INBOX)
    assert changed.playlists["PLa"] == dataclasses.replace(LIBRARY.playlists["PLa"], role=Role.INBOX)
    with pytest.raises(KeyError):
        LIBRARY.map_playlist("unknown", role=Role.INBOX)


def test_categories_are_what_one_can_file_into():
    library = LIBRARY.map_playlist("PLa", role=Role.INBOX).map_playlist("PLb", role=Role.CATEGORY)
    assert "PLa" not in library.categories
    assert library.categories["PLb"] is library.playlists["PLb"]
    assert "PLb" not in library.map_playlist("PLb", writable=False).categories


def test_the_number_to_type_counts_each_guarded_item_once():
    operations = (
        Operation(1, OperationKind.DELETE, "PLb", item_id="i1"),
        Operation(2, OperationKind.DELETE, "PLb", item_id="i2"),
        Operation(3, OperationKind.DELETE_PLAYLIST, "PLa", before={"items": ["i4", "i5", "i6"]}),
        Operation(4, OperationKind.DELETE_PLAYLIST, "PLe", before={"items": []}),
        Operation(5, OperationKind.INSERT, "PLb"),
    )
    guards = (Guard("a", "", 2, (1, 2)), Guard("b", "", 4, (2, 3)), Guard("c", "", 1, (4,)))
    plan = Plan("p", "s", operations, 250, 250, (), (), guards, ())
    assert plan.confirm_count == 1 + 1 + 3 + 1
    assert dataclasses.replace(plan, guards=()).confirm_count == 0
    assert dataclasses.replace(plan, guards=(Guard("nowhere", "", 1, (1, 2)),)).confirm_count == 1


def test_a_progress_that_nobody_watches_does_nothing():
    assert models.silent(1, 2, "x") is None
