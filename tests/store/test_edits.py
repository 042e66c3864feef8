from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.errors import UserError
from lib.models import Decider, Edit, EditKind
from lib.planning.new_edits import creation_edit
from lib.store.edits import Edits
from tests.store.conftest import NOON, video_id

A, B, NEW = "PLa", "PLb", "new:1"
ONE, TWO, DEAD, STRANGER = (video_id(n) for n in (1, 2, 8, 99))


def _edit(kind: EditKind = EditKind.ADD, **facts: object) -> Edit:
    return Edit(0, kind, NOON, **{"video_id": ONE, "to_playlist": B, **facts})


def _new(number: int = 1) -> Edit:
    return creation_edit("New", number, NOON)


@pytest.fixture
def edits(db) -> Edits:
    return Edits(db)


# -- the table ---------------------------------------------------------------------------------------------------------


def test_an_edit_comes_back_exactly_as_it_was_laid(edits):
    full = Edit(
        0,
        EditKind.REORDER,
        NOON + timedelta(microseconds=7),
        video_id=ONE,
        item_id="item1",
        from_playlist=A,
        to_playlist=B,
        after_item="item2",
        title="“T”",
        order=(TWO, ONE),
        seen=(ONE, TWO),
        copies=2,
        decided_by=Decider.MODEL,
        starred=True,
    )
    laid = edits.lay([full, _edit()])
    assert edits.pending() == laid == [replace(full, edit_id=1), replace(_edit(), edit_id=2)]
    assert edits.count() == 2


def test_numbers_of_edits_are_never_used_twice(edits):
    first = edits.lay([_edit()])[0].edit_id
    edits.take_back([first])
    assert edits.lay([_edit()])[0].edit_id > first


def test_what_was_laid_in_one_go_is_taken_back_in_one_go_the_last_first(edits):
    edits.lay([_edit()])
    second = [e.edit_id for e in edits.lay([_edit(), _edit()])]
    assert edits.take_back_last() == second
    assert edits.take_back_last() == [1]
    assert edits.take_back_last() == []
    assert edits.pending() == []


def test_wishes_laid_one_after_the_other_into_one_batch_go_together(edits):
    batch = edits.new_batch()
    edits.lay([_edit()], batch)
    edits.lay([_edit()], batch)
    assert edits.take_back_last() == [1, 2]


def test_a_batch_is_laid_whole_or_not_at_all(edits):
    with pytest.raises(AttributeError):
        edits.lay([_edit(), replace(_edit(), kind="nonsense")])
    assert edits.pending() == []


def test_taking_back_a_creation_withdraws_what_was_built_on_it_and_nothing_else(edits):
    edits.lay(
        [
            _new(),
            _edit(to_playlist=NEW),
            _edit(EditKind.MOVE, from_playlist=NEW, to_playlist=A),
            _edit(EditKind.RENAME, to_playlist=NEW, title="x"),
            _edit(to_playlist="new:2"),
            _edit(),
        ]
    )
    assert edits.take_back([1]) == [1, 2, 3, 4]
    assert [e.edit_id for e in edits.pending()] == [5, 6]


def test_taking_back_one_edit_into_a_new_playlist_keeps_the_playlist(edits):
    edits.lay([_new(), _edit(to_playlist=NEW), _edit(video_id=TWO, to_playlist=NEW)])
    assert edits.take_back([2]) == [2]
    assert [e.edit_id for e in edits.pending()] == [1, 3]


def test_an_edit_that_is_not_pending_cannot_be_taken_back_and_then_none_is(edits):
    edits.lay([_edit(), _edit(), _edit()])
    edits.fulfil([2])
    with pytest.raises(UserError, match="no pending edit 2") as refused:
        edits.take_back([1, 2, 77])
    assert refused.value.next_step
    assert [e.edit_id for e in edits.pending()] == [1, 3]


def test_a_fulfilled_edit_no_longer_waits_and_one_taken_back_cannot_be_fulfilled(edits):
    edits.lay([_edit(), _edit()])
    edits.take_back([1])
    edits.fulfil([1, 2])
    assert edits.pending() == []
    assert edits.all_fulfilled([2])
    assert not edits.all_fulfilled([1, 2])
    assert not edits.all_fulfilled([])


# -- second thoughts ---------------------------------------------------------------------------------------------------


def test_what_was_laid_instead_waits_and_taking_it_back_brings_the_former_back(edits):
    edits.lay([_edit(), _edit(video_id=TWO)])
    laid = edits.lay_instead([1], [_edit(to_playlist=A), _edit(to_playlist="PLc")])
    assert [e.edit_id for e in edits.pending()] == [2, *(e.edit_id for e in laid)]
    assert edits.take_back_last() == [1, 3, 4]
    assert [e.edit_id for e in edits.pending()] == [1, 2]


def test_the_former_edit_comes_back_only_with_the_last_of_what_took_its_place(edits):
    edits.lay([_edit()])
    edits.lay_instead([1], [_edit(to_playlist=A), _edit(to_playlist="PLc")])
    edits.take_back([2])
    assert [e.edit_id for e in edits.pending()] == [3]
    edits.take_back([3])
    assert [e.edit_id for e in edits.pending()] == [1]


def test_what_youtube_fulfilled_in_place_of_an_edit_is_no_longer_taken_back(edits):
    edits.lay([_edit()])
    edits.lay_instead([1], [_edit(to_playlist=A), _edit(to_playlist="PLc")])
    edits.fulfil([2])
    assert edits.take_back_last() == [3]
    assert edits.take_back_last() == []
    assert edits.pending() == []


def test_giving_an_edit_up_can_be_taken_back_too(edits):
    edits.lay([_edit()])
    edits.lay_instead([1], [])
    assert edits.pending() == []
    assert edits.take_back_last() == [1]
    assert [e.edit_id for e in edits.pending()] == [1]


def test_acts_are_taken_back_in_the_order_they_were_done_last_first(edits):
    edits.lay([_edit()])
    edits.star([1])
    edits.lay_instead([1], [_edit(to_playlist=A)])
    edits.lay([_edit(video_id=TWO)])
    assert edits.take_back_last() == [3]
    assert edits.take_back_last() == [1, 2]
    assert [(e.edit_id, e.starred) for e in edits.pending()] == [(1, True)]
    assert edits.take_back_last() == [1]
    assert [(e.edit_id, e.starred) for e in edits.pending()] == [(1, False)]
    assert edits.take_back_last() == [1]
    assert edits.pending() == []


def test_a_star_is_given_and_taken_and_only_what_changed_is_named(edits):
    edits.lay([_edit(), _edit()])
    assert edits.star([1, 2]) == [1, 2]
    assert edits.star([2], False) == [2]
    assert edits.star([1]) == []
    assert [e.starred for e in edits.pending()] == [True, False]


def test_a_star_for_an_edit_that_does_not_wait_is_refused(edits):
    edits.lay([_edit()])
    edits.fulfil([1])
    with pytest.raises(UserError, match="no pending edit 1"):
        edits.star([1])


def test_what_takes_the_place_of_an_undo_takes_the_push_back(edits):
    edits.lay([_edit()])
    with edits.db.write() as tx:
        tx.execute("INSERT INTO undos VALUES (1, 7)")
    edits.lay_instead([1], [_edit(to_playlist=A)])
    assert edits.db.rows("SELECT edit_id, push_id FROM undos") == [(2, 7)]
    edits.take_back_last()
    assert edits.db.rows("SELECT edit_id, push_id FROM undos") == [(1, 7)]


def test_an_undo_that_was_given_up_takes_no_push_back(edits):
    edits.lay([_edit()])
    with edits.db.write() as tx:
        tx.execute("INSERT INTO undos VALUES (1, 7)")
    edits.lay_instead([1], [])
    assert not edits.all_fulfilled([1])


def test_a_placeholder_stays_known_after_its_creation_was_taken_back(edits):
    edits.lay([_new(), _edit()])
    edits.take_back([1])
    assert edits.placeholders() == {NEW}


def test_a_created_playlist_gets_its_real_id_in_every_edit_and_decision(edits):
    edits.lay([_new(), _edit(to_playlist=NEW), _edit(EditKind.MOVE, from_playlist=NEW), _edit(to_playlist="new:12")])
    edits.feedback.decide([(ONE, NEW, True), (ONE, A, True)])
    edits.retarget(NEW, "PLreal")
    assert [(e.from_playlist, e.to_playlist) for e in edits.pending()] == [
        (None, "PLreal"),
        ("PLreal", B),
        (None, "new:12"),
    ]
    assert edits.all_fulfilled([1])
    assert edits.placeholders() == {NEW}
    assert edits.feedback.accepted() == {(ONE, "PLreal"), (ONE, A)}
