from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lib.models import Decider, Edit, EditKind
from lib.rules.rules import Conditions, Rule
from lib.store.db import Database
from lib.store.edits import Edits
from lib.store.provenance import deciders, unconfirmed
from lib.store.rules import RuleStore
from tests.store.conftest import NOON, video_id

EVERY = Conditions("UCbread", ("rye", "cast iron"), True, 5, 60, 90, date(2020, 1, 2), "PLinbox")
FULL = Rule(1, EVERY, "PLcooking", "Cooking", False, True, NOON, Decider.MODEL)
BARE = Rule(2, Conditions(days=3), "PLmusic", made_at=NOON)


@pytest.fixture
def rules(db: Database) -> RuleStore:
    return RuleStore(db)


@pytest.fixture
def edits(db: Database) -> Edits:
    return Edits(db)


def lay(edits: Edits, number: int, who: Decider, to: str = "PLcooking") -> Edit:
    return edits.lay([Edit(0, EditKind.ADD, NOON, video_id=video_id(number), to_playlist=to, decided_by=who)])[0]


def test_rules_come_back_as_they_were_and_in_their_order(rules: RuleStore) -> None:
    rules.store([FULL, BARE])
    assert rules.all() == [FULL, BARE]
    rules.store([BARE, replace(FULL, enabled=True)])
    assert rules.all() == [BARE, replace(FULL, enabled=True)]
    rules.store([])
    assert rules.all() == []


def test_no_number_is_given_twice(rules: RuleStore) -> None:
    assert len({rules.new_id() for _ in range(3)}) == 3


def test_rules_survive_a_new_start(rules: RuleStore, db: Database) -> None:
    rules.store([FULL])
    db.close()
    again = Database(db.path)
    assert RuleStore(again).all() == [FULL]
    again.close()


def test_each_rule_knows_its_edits_that_wait(rules: RuleStore, edits: Edits) -> None:
    laid = [lay(edits, n, Decider.RULE).edit_id for n in range(4)]
    rules.note(zip(laid, [1, 2, 1, 1], strict=True))
    edits.take_back([laid[2]])
    edits.fulfil([laid[3]])
    assert rules.waiting() == {1: [laid[0]], 2: [laid[1]]}


def test_what_rules_have_ever_filed_is_known_whatever_became_of_it(rules: RuleStore, edits: Edits) -> None:
    one, two, three = (lay(edits, n, Decider.RULE).edit_id for n in range(3))
    lay(edits, 4, Decider.YOU)
    edits.take_back([one])
    edits.fulfil([two])
    assert rules.laid() == {(video_id(n), "PLcooking") for n in range(3)}
    assert rules.laid(fulfilled=True) == {(video_id(1), "PLcooking")}
    assert three


def test_a_declined_proposal_is_remembered(rules: RuleStore) -> None:
    rules.decline("UCbread", "PLcooking")
    assert rules.declined() == {("UCbread", "PLcooking")}


def test_a_rule_follows_its_category_when_that_is_created(rules: RuleStore, edits: Edits) -> None:
    rules.store([replace(FULL, playlist_id="new:1"), BARE])
    edits.retarget("new:1", "PLreal")
    assert [rule.playlist_id for rule in rules.all()] == ["PLreal", "PLmusic"]


def test_who_filed_is_the_last_who_said_so_and_the_user_last_of_all(db: Database, edits: Edits) -> None:
    rule, model, gone = (lay(edits, n, who) for n, who in enumerate((Decider.RULE, Decider.MODEL, Decider.RULE)))
    lay(edits, 3, Decider.YOU)
    edits.take_back([gone.edit_id])
    pairs = {n: (video_id(n), "PLcooking") for n in range(4)}
    assert deciders(db) == {pairs[0]: Decider.RULE, pairs[1]: Decider.MODEL, pairs[3]: Decider.YOU}
    assert unconfirmed(db) == {pairs[0], pairs[1]}
    edits.fulfil([rule.edit_id, model.edit_id])
    assert unconfirmed(db) == {pairs[0], pairs[1]}
    edits.feedback.decide([(*pairs[0], True), (*pairs[1], False)])
    assert deciders(db)[pairs[0]] is Decider.YOU
    assert unconfirmed(db) == {pairs[1]}
