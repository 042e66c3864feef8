"""An answer to a question of the plan is one act: it lays edits in the place of others, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.models import EditKind
from lib.services.conflicts import Conflicts
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from tests.flows import COOKING, INBOX, MUSIC, START, video


@pytest.fixture
def conflicts(shop: Workspace) -> Conflicts:
    return shop.conflicts


def moved_elsewhere(filing: Filing) -> None:
    """The user moves 10 from the inbox to Cooking, and on YouTube it is moved to Music."""
    filing.file([video(10)], COOKING, INBOX)
    catalog = filing.catalog
    inbox, music = catalog.items_of(INBOX), catalog.items_of(MUSIC)
    catalog.store_items(INBOX, inbox[1:])
    catalog.store_items(MUSIC, [*music, replace(inbox[0], item_id="yt")])


def test_a_resolved_conflict_is_one_act_and_taking_it_back_brings_it_back(filing: Filing, conflicts: Conflicts) -> None:
    moved_elsewhere(filing)
    (question,) = conflicts.questions()
    result = conflicts.answer(question.conflict_id, 'Move it to "cooking"').message
    assert result.startswith('Chosen: move it to "Cooking"')
    assert [(e.kind, e.from_playlist, e.to_playlist) for e in filing.edits.pending()] == [
        (EditKind.MOVE, MUSIC, COOKING)
    ]
    assert conflicts.questions() == []
    filing.take_back_last()
    assert [question.conflict_id for question in conflicts.questions()] == [question.conflict_id]


def test_giving_a_conflict_up_takes_its_decision_along_and_back(filing: Filing, conflicts: Conflicts) -> None:
    moved_elsewhere(filing)
    conflicts.answer(conflicts.questions()[0].conflict_id, "3")
    assert (filing.edits.pending(), filing.edits.feedback.accepted()) == ([], set())
    filing.take_back_last()
    assert filing.edits.feedback.accepted() == {(video(10), COOKING)}


def test_a_held_back_playlist_is_a_question_with_and_without_edits(filing: Filing, conflicts: Conflicts) -> None:
    filing.catalog.hold_back(MUSIC, '"Music" now lists none.', START)
    assert [(question.conflict_id, question.edit_ids) for question in conflicts.questions()] == [(f"h:{MUSIC}", ())]
    (edit,) = filing.file([video(10)], MUSIC)
    assert [(question.conflict_id, question.edit_ids) for question in conflicts.questions()] == [
        (f"h:{MUSIC}", (edit.edit_id,))
    ]
    assert conflicts.answer(f"h:{MUSIC}", "believe YouTube").believe == MUSIC
    conflicts.answer(f"h:{MUSIC}", "drop these edits")
    assert filing.edits.pending() == []
