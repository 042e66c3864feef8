from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import duckdb
import pytest

from lib.models import JournalEntry, Operation, OperationKind, State
from lib.planning.read_lag import RecentWrites
from lib.store import journal as module
from lib.store.db import Database
from lib.store.journal import OPEN, TRANSITIONS, Journal
from tests.store.conftest import NOON

LATER = NOON + timedelta(minutes=1)


def _insert(op_id: int = 1, **facts: object) -> Operation:
    return Operation(op_id, OperationKind.INSERT, "PLa", **{"video_id": "video000001", **facts})


def _delete(op_id: int, item_id: str, **facts: object) -> Operation:
    return Operation(op_id, OperationKind.DELETE, "PLa", item_id=item_id, **facts)


@pytest.fixture
def journal(db) -> Journal:
    return Journal(db)


@pytest.fixture
def push_id(journal) -> int:
    return journal.start("plan", NOON)


def _planned(journal: Journal, push_id: int, *operations: Operation) -> list[JournalEntry]:
    journal.plan(push_id, operations or [_insert()])
    return journal.entries(push_id, [State.PLANNED])


def _bring_to(journal: Journal, entry: JournalEntry, state: State) -> JournalEntry:
    """Along the shortest allowed way."""
    paths = [[State.PLANNED]]
    for path in paths:
        if path[-1] is state:
            for step in path[1:]:
                entry = journal.advance(entry, step, LATER)
            return entry
        paths += [[*path, following] for following in TRANSITIONS[path[-1]] if following not in path]
    raise AssertionError(f"no path to {state}")


def test_the_table_names_all_eight_states_and_each_can_be_reached(journal, push_id):
    assert set(TRANSITIONS) == set(State)
    entries = _planned(journal, push_id, *(_insert(n) for n in range(1, 9)))
    for entry, state in zip(entries, State, strict=True):
        assert _bring_to(journal, entry, state).state is state
    assert [e.state for e in journal.entries(push_id)] == list(State)


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_only_the_transitions_of_the_table_are_written(journal, push_id, before, after):
    entry = _bring_to(journal, _planned(journal, push_id)[0], before)
    if after in TRANSITIONS[before]:
        assert journal.advance(entry, after, LATER).state is after
    else:
        with pytest.raises(ValueError, match=f"from {before} to {after}"):
            journal.advance(entry, after, LATER)
    assert journal.entry(push_id, 1).state is (after if after in TRANSITIONS[before] else before)


def test_the_words_at_the_head_of_the_module_are_the_table():
    documented = set()
    for line in module.__doc__.splitlines()[2:6]:
        steps = [re.sub(r"\(.*?\)", "", part).replace("|", " ").split() for part in line.split("->")]
        documented |= {(State(before[-1]), State(after)) for before, afters in pairwise(steps) for after in afters}
    assert documented == {(before, after) for before, afters in TRANSITIONS.items() for after in afters}


def test_an_operation_comes_back_exactly_as_it_was_planned(journal, push_id):
    full = Operation(
        1,
        OperationKind.MOVE,
        "PLa",
        "video000001",
        "item1",
        "item2",
        "“T”",
        None,
        True,
        {"position": 3, "items": ["ä"]},
        50,
    )
    bare = Operation(2, OperationKind.DELETE_PLAYLIST, "PLb", after_item="", units=51)
    entries = _planned(journal, push_id, full, bare)
    assert [e.operation for e in entries] == [full, bare]
    assert entries[0] == JournalEntry(push_id, full, State.PLANNED)


def test_a_transition_keeps_its_facts_when_the_process_ends_right_after_it(path, db, journal, push_id):
    entry = _planned(journal, push_id)[0]
    sent = journal.advance(entry, State.SENT, NOON, ids_before=("i1", "i2"), attempts=1, sent_at=NOON)
    db.close()
    again = Database(path)
    assert Journal(again).entry(push_id, 1) == sent
    assert (sent.ids_before, sent.attempts, sent.sent_at) == (("i1", "i2"), 1, NOON)
    again.close()


def test_an_operation_that_does_not_exist_is_a_key_error(journal, push_id):
    with pytest.raises(KeyError):
        journal.entry(push_id, 7)


def test_a_push_is_open_until_it_is_done_or_failed(journal):
    push_id = journal.start("plan", NOON)
    for state in ("running", "paused", "waiting"):
        journal.set_state(push_id, state, LATER)
        assert state in OPEN
        assert journal.open_push().state == state
        assert journal.open_push().ended_at is None
    for state in ("done", "failed"):
        journal.set_state(push_id, state, LATER)
        assert journal.open_push() is None
    assert journal.pushes()[0].ended_at == LATER


def test_pushes_come_newest_first_with_what_was_approved(journal):
    first, second = journal.start("plan A", NOON), journal.start("plan B", LATER)
    assert [(p.push_id, p.plan_id, p.started_at) for p in journal.pushes()] == [
        (second, "plan B", LATER),
        (first, "plan A", NOON),
    ]


def test_planning_anew_replaces_what_was_never_sent_and_goes_on_counting(journal, push_id):
    first, _ = _planned(journal, push_id, _insert(1), _insert(2))
    journal.advance(journal.advance(first, State.SENT, NOON, attempts=1), State.DONE, NOON, result_id="i9")
    last = _delete(3, "x", needs=2, before={"needs": [1, 2], "title": "T"})
    assert journal.plan(push_id, [_insert(1, after_item="op:2"), _insert(2, after_item="", needs=1), last]) == 1
    fresh = [e.operation for e in journal.entries(push_id, [State.PLANNED])]
    assert [(o.op_id, o.needs, o.after_item) for o in fresh] == [(2, None, "op:3"), (3, 2, ""), (4, 3, None)]
    assert fresh[2].before == {"needs": [2, 3], "title": "T"}
    assert journal.entry(push_id, 1).state is State.DONE


def test_an_operation_that_was_sent_once_stays_in_the_journal_when_planned_anew(journal, push_id):
    entry = _planned(journal, push_id)[0]
    journal.advance(journal.advance(entry, State.SENT, NOON, attempts=1), State.PLANNED, NOON)
    journal.plan(push_id, [_insert()])
    kept = journal.entry(push_id, 1)
    assert (kept.state, kept.error, kept.attempts) == (State.BLOCKED, "planned anew", 1)
    assert journal.entry(push_id, 2).state is State.PLANNED


def test_plans_of_different_pushes_do_not_touch_each_other(journal, push_id):
    _planned(journal, push_id)
    later_push = journal.start("plan B", LATER)
    _planned(journal, later_push)
    journal.plan(later_push, [])
    assert len(journal.entries(push_id)) == 1
    assert journal.entries(later_push) == []


def test_what_operations_of_any_push_have_made_is_claimed(journal, push_id):
    first, _ = (journal.advance(e, State.SENT, NOON) for e in _planned(journal, push_id, _insert(1), _insert(2)))
    journal.advance(first, State.DONE, NOON, result_id="i9")
    journal.start("plan B", LATER)
    assert journal.claimed() == {"i9"}


def test_a_created_playlist_gets_its_real_id_in_the_operations_of_this_push_only(journal, push_id):
    _planned(journal, push_id, replace(_insert(1), playlist_id="new:1"))
    later_push = journal.start("plan B", LATER)
    _planned(journal, later_push, replace(_insert(1), playlist_id="new:1"))
    journal.retarget(push_id, "new:1", "PLreal")
    assert journal.entry(push_id, 1).operation.playlist_id == "PLreal"
    assert journal.entry(later_push, 1).operation.playlist_id == "new:1"


def test_recent_writes_are_the_done_ones_since_then_by_what_reads_may_not_show(journal, push_id):
    rename = {"title": "New", "before": {"title": "Old"}}
    entries = _planned(
        journal,
        push_id,
        _insert(1),
        _delete(2, "gone"),
        _insert(3),
        _insert(4),
        _delete(5, "pending"),
        Operation(6, OperationKind.CREATE, "new:1", title="T"),
        Operation(7, OperationKind.RENAME, "PLr", **rename),
        Operation(8, OperationKind.DELETE_PLAYLIST, "PLd"),
        Operation(9, OperationKind.MOVE, "PLm", item_id="i"),
    )
    sent = [journal.advance(entry, State.SENT, NOON) for entry in entries]
    journal.advance(sent[0], State.DONE, NOON, result_id="old")
    for number, result in ((1, None), (2, "new"), (5, "PLreal"), (6, None), (7, None), (8, None)):
        journal.advance(sent[number], State.DONE, LATER, result_id=result)
    journal.advance(sent[3], State.UNKNOWN, LATER)
    assert journal.recent_writes(LATER) == RecentWrites(
        inserted=frozenset({"new"}),
        deleted=frozenset({"gone"}),
        arranged=frozenset({"PLa", "PLm"}),
        created=frozenset({"PLreal"}),
        dropped=frozenset({"PLd"}),
        renamed={"PLr": ("Old", "New")},
    )
    assert journal.recent_writes(NOON).inserted == {"old", "new"}
    assert journal.recent_writes(LATER + timedelta(microseconds=1)) == RecentWrites()


def test_a_title_that_was_changed_twice_lately_is_known_by_its_first_and_its_last(journal, push_id):
    first, second = (
        journal.advance(e, State.SENT, NOON)
        for e in _planned(
            journal,
            push_id,
            Operation(1, OperationKind.RENAME, "PLr", title="B", before={"title": "A"}),
            Operation(2, OperationKind.RENAME, "PLr", title="C", before={"title": "B"}),
        )
    )
    journal.advance(first, State.DONE, NOON)
    journal.advance(second, State.DONE, LATER)
    assert journal.recent_writes(NOON).renamed == {"PLr": ("A", "C")}


def test_an_undone_push_has_its_done_operations_undone_and_no_others(journal, push_id):
    done, failed = (journal.advance(e, State.SENT, NOON) for e in _planned(journal, push_id, _insert(1), _insert(2)))
    journal.advance(done, State.DONE, NOON, result_id="i9")
    journal.advance(failed, State.FAILED, NOON, error="no")
    journal.mark_undone(push_id, LATER)
    assert [e.state for e in journal.entries(push_id)] == [State.UNDONE, State.FAILED]
    assert journal.entry(push_id, 1).result_id == "i9"
    assert journal.recent_writes(NOON).inserted == {"i9"}  # the listing of that time may not show it yet


def test_a_push_that_stands_still_keeps_why_and_forgets_it_when_it_goes_on(journal, push_id):
    journal.set_state(push_id, "paused", LATER, "quota")
    assert (journal.open_push().state, journal.open_push().reason) == ("paused", "quota")
    assert journal.approve("another plan", [_insert()], LATER) == (push_id, 0)
    stands = journal.open_push()
    assert (stands.state, stands.reason, stands.plan_id) == ("running", "", "another plan")


def test_a_push_and_its_first_plan_begin_in_one_transaction(db, journal):
    revision = db.revision
    push_id, behind = journal.approve("plan", [_insert(1), _insert(2)], NOON)
    assert (db.revision, behind) == (revision + 1, 0)
    assert len(journal.entries(push_id, [State.PLANNED])) == 2
    with pytest.raises(duckdb.Error):
        journal.approve("plan", [_insert(1), replace(_insert(2), kind=State.PLANNED), _insert(1)], NOON)
    assert len(journal.pushes()) == 1


@pytest.mark.parametrize(
    ("sent", "claimed", "suspicious"),
    [([1], 1, False), ([2], 1, True), ([1, 1], 2, False), ([1, 1], 1, True), ([2], 0, True), ([1], 0, False)],
)
def test_inserts_sent_again_after_an_unclear_answer_are_remembered(journal, sent, claimed, suspicious):
    for number, attempts in enumerate(sent):
        push_id = journal.start("plan", NOON)
        entry = journal.advance(_planned(journal, push_id)[0], State.SENT, NOON, attempts=attempts)
        done = number < claimed
        journal.advance(
            entry, State.DONE if done else State.FAILED, NOON, **({"result_id": f"i{number}"} if done else {})
        )
    assert journal.sent_repeatedly() == []
    journal.note_unclear(journal.entries(1)[0])
    assert bool(journal.sent_repeatedly()) is suspicious


def test_the_edits_that_take_a_push_back_are_remembered_until_they_are_settled(journal):
    journal.note_undo(1, [7, 8])
    journal.note_undo(2, [9])
    assert journal.undos() == {1: [7, 8], 2: [9]}
    journal.forget_undo(1)
    assert journal.undos() == {2: [9]}


def test_an_item_that_the_user_keeps_is_kept_once(journal):
    journal.keep_item("i1")
    journal.keep_item("i1")
    assert journal.kept_items() == {"i1"}
