from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from lib.models import Edit, EditKind, Item, JournalEntry, Library, OperationKind, Plan, Playlist, State
from lib.planning.operations import operations
from lib.planning.plan import Allowance, make_plan
from lib.planning.reconcile import reconcile
from lib.planning.undo import undo_edits
from tests.sync.paper import (
    NOW,
    Paper,
    edit,
    libraries,
    library,
    membership,
    move,
    pushed,
    remotes,
    retargeted,
    settled,
    targets,
    videos,
    wishes,
)


def pushed_and_undone(remote: Library, target: Library) -> tuple[Library, list[Edit], list[str]]:
    """The library after a push and the push of its undo, the edits of the undo and what they could not bring back."""
    paper = Paper(remote)
    after = paper.push(operations(remote, target))
    edits, lost = undo_edits(paper.entries, after, NOW)
    return undone(after, edits), edits, lost


def undone(remote: Library, edits: list[Edit]) -> Library:
    reconciled = reconcile(remote, edits)
    assert reconciled.conflicts == ()
    return pushed(remote, operations(remote, reconciled.target, exact=True), mark="back")


@given(libraries(), st.data())
def test_undo_restores_what_every_playlist_held(remote: Library, data: st.DataObject) -> None:
    back, _, _ = pushed_and_undone(remote, data.draw(targets(remote)))
    assert membership(back) == membership(remote)
    assert sorted(p.title for p in back.playlists.values()) == sorted(p.title for p in remote.playlists.values())


@given(libraries(), st.data())
def test_undo_restores_every_order_also_of_repeats(remote: Library, data: st.DataObject) -> None:
    back, _, _ = pushed_and_undone(remote, data.draw(targets(remote)))
    assert sorted(settled(back).items()) == sorted(settled(remote).items())


@given(libraries(), st.data())
def test_the_undo_of_a_push_that_was_cut_short_restores_it_too(remote: Library, data: st.DataObject) -> None:
    ops = operations(remote, data.draw(targets(remote)))
    paper = Paper(remote, refuse=data.draw(st.sets(st.sampled_from([op.op_id for op in ops]))) if ops else ())
    after = paper.push(ops)
    edits, _ = undo_edits(paper.entries, after, NOW)
    assert membership(undone(after, edits)) == membership(remote)


@given(libraries(), st.data())
def test_an_undo_that_is_planned_anew_half_way_comes_to_the_same_end_or_asks(
    remote: Library, data: st.DataObject
) -> None:
    paper = Paper(remote)
    after = paper.push(operations(remote, data.draw(targets(remote)), exact=True))
    # while places are being changed, the store has to keep up to date what the edit saw
    wished = [edit for edit in undo_edits(paper.entries, after, NOW)[0] if edit.kind is not EditKind.REORDER]
    edits = [replace(edit, edit_id=number) for number, edit in enumerate(wished, 1)]
    ops = operations(after, reconcile(after, edits).target, exact=True)
    half = Paper(after, mark="half")
    stopped = half.push(ops[: data.draw(st.integers(0, len(ops)))])
    waiting = retargeted(edits, half)
    assume(not reconcile(stopped, waiting).conflicts)
    assert membership(undone(stopped, waiting)) == membership(remote)


def test_a_move_is_undone_by_one_move_back_to_its_old_neighbour() -> None:
    remote = library(A="vwx", B="y")
    target = reconcile(remote, [move("w", "A", "B", "A1")]).target
    back, edits, lost = pushed_and_undone(remote, target)
    assert [(e.kind, e.item_id, e.from_playlist, e.to_playlist, e.after_item) for e in edits] == [
        (EditKind.MOVE, "made1", "B", "A", "A0")
    ]
    assert videos(back) == videos(remote)
    assert lost == ["1 video comes back as a new item: its added date is lost."]
    assert all(e.edit_id == 0 and e.made_at == NOW for e in edits)


def test_a_deleted_run_comes_back_in_its_order() -> None:
    remote = library(A="vwxy")
    assert videos(pushed_and_undone(remote, library(A="y"))[0]) == {"A": "vwxy"}


def test_only_what_is_done_is_undone() -> None:
    remote = library(A="vw")
    paper = Paper(remote)
    after = paper.push(operations(remote, library(A="")))
    entries = [paper.entries[0], replace(paper.entries[1], state=State.FAILED)]
    assert [e.video_id for e in undo_edits(entries, after, NOW)[0]] == ["v"]


def test_an_unavailable_video_cannot_be_put_back_and_that_is_said() -> None:
    remote = library(A="vw", B="")
    paper = Paper(remote)
    after = paper.push(operations(remote, library(A="", B="w")))
    edits, lost = undo_edits(paper.entries, after, NOW, unavailable={"v"})
    assert [(e.kind, e.video_id) for e in edits] == [(EditKind.MOVE, "w")]
    assert 'v is unavailable and cannot be put back into "title A".' in lost


def test_a_note_that_goes_is_said() -> None:
    items = (Item("A0", "v", datetime(2020, 1, 1, tzinfo=UTC), "watch with Ada"),)
    remote = Library({"A": Playlist("A", "Talks", items=items)})
    _, _, lost = pushed_and_undone(remote, Library({"A": Playlist("A", "Talks")}))
    assert 'The note on v in "Talks" is lost.' in lost


def test_a_title_that_youtube_changed_since_is_asked_about() -> None:
    remote = library(A="v")
    paper = Paper(remote)
    after = paper.push(operations(remote, remote.map_playlist("A", title="mine")))
    edits, _ = undo_edits(paper.entries, after, NOW)
    assert reconcile(after, edits).target.playlists["A"].title == "title A"
    changed = after.map_playlist("A", title="theirs")
    assert [c.choices for c in reconcile(changed, edits).conflicts] == [("use mine", "keep YouTube's")]


def test_a_moved_video_that_youtube_moved_on_is_asked_about() -> None:
    remote = library(A="v", B="")
    paper = Paper(remote)
    after = paper.push(operations(remote, library(A="", B="v")))
    edits, _ = undo_edits(paper.entries, after, NOW)
    assert len(reconcile(after.map_playlist("B", items=()), edits).conflicts) == 1


def filled_playlist() -> tuple[list[JournalEntry], Library]:
    remote = library(A="v")
    create = edit(EditKind.CREATE, to_playlist="new:1", title="Cooking")
    target = reconcile(remote, [create, move("v", "A", "new:1", "A0", 2)]).target
    paper = Paper(remote)
    return paper.entries, paper.push(operations(remote, target))


def test_a_created_playlist_goes_when_it_holds_only_ours() -> None:
    entries, after = filled_playlist()
    edits, _ = undo_edits(entries, after, NOW)
    assert [e.kind for e in edits] == [EditKind.MOVE, EditKind.DELETE]
    assert videos(undone(after, edits)) == {"A": "v"}


def test_a_created_playlist_is_kept_when_it_holds_something_else_and_that_is_said() -> None:
    entries, after = filled_playlist()
    made = after.playlists["made1"]
    after = after.map_playlist("made1", items=(*made.items, Item("other", "w")))
    edits, lost = undo_edits(entries, after, NOW)
    assert videos(undone(after, edits)) == {"A": "v", "made1": "w"}
    assert any('"Cooking" is kept' in sentence for sentence in lost)


def test_a_created_playlist_is_kept_when_it_holds_what_youtube_would_not_take_again() -> None:
    entries, after = filled_playlist()
    edits, lost = undo_edits(entries, after, NOW, unavailable={"v"})
    assert edits == []
    assert any('"Cooking" is kept' in sentence for sentence in lost)


def test_a_created_playlist_that_is_gone_is_let_go() -> None:
    remote = library(A="v")
    paper = Paper(remote)
    paper.push(operations(remote, remote.with_playlist(Playlist("new:1", "Cooking"))))
    assert undo_edits(paper.entries, remote, NOW) == ([], [])


def test_a_deleted_playlist_comes_back_as_a_new_one_and_that_is_said() -> None:
    remote = library(A="v", B="vww")
    back, edits, lost = pushed_and_undone(remote, library(A="v"))
    assert edits[0].kind is EditKind.CREATE and edits[0].to_playlist == "new:undo-1-1"
    assert settled(back) == {"title A": "v", "title B": "vww"}
    assert any('"title B" comes back as a new one' in sentence for sentence in lost)


def test_the_undo_of_a_merge_never_has_a_video_nowhere() -> None:
    remote = library(A="v", B="wx")
    edits = [move("w", "B", "A", "B0"), move("x", "B", "A", "B1", 2)]
    edits.append(edit(EditKind.DELETE, 3, from_playlist="B", seen=("B0", "B1")))
    plan = make_plan(
        remote,
        edits,
        titles={},
        unavailable=(),
        allowance=Allowance(9999, 9999),
        days=lambda turn: NOW.date(),
    )
    paper = Paper(remote)
    after = paper.push(plan.operations)
    assert videos(after) == {"A": "vwx"}
    again = Paper(after, mark="back")
    back = again.push(operations(after, reconcile(after, undo_edits(paper.entries, after, NOW)[0]).target))
    assert settled(back) == settled(remote)
    assert all(shown.homes(video) for shown in again.history for video in "vwx")


def carried_out(remote: Library, edits: list[Edit], mark: str) -> tuple[Library, list[JournalEntry], Plan]:
    """What a push of these edits makes of the library, what its journal says, and what it was planned to cost."""
    days, free = (lambda turn: NOW.date()), {"allowance": Allowance(9999, 9999)}
    plan = make_plan(remote, edits, titles={}, unavailable=(), days=days, **free)
    assert plan.conflicts == ()
    paper = Paper(remote, mark=mark)
    return paper.push(plan.operations), paper.entries, plan


def taken_back(remote: Library, entries: list[JournalEntry], mark: str) -> tuple[Library, list[JournalEntry], Plan]:
    edits = [replace(edit, edit_id=n) for n, edit in enumerate(undo_edits(entries, remote, NOW)[0], 1)]
    return carried_out(remote, edits, mark)


@given(libraries(), st.data())
def test_wishes_that_are_pushed_and_undone_leave_everything_where_it_was(base: Library, data: st.DataObject) -> None:
    after, entries, plan = carried_out(base, data.draw(wishes(base)), "made")
    back, _, undo = taken_back(after, entries, "back")
    assert membership(back) == membership(base)
    if not any(op.kind is OperationKind.DELETE_PLAYLIST for op in plan.operations):
        assert undo.units <= plan.units


@given(libraries(), st.data())
def test_wishes_that_are_pushed_and_undone_leave_every_order_as_it_was(base: Library, data: st.DataObject) -> None:
    after, entries, _ = carried_out(base, data.draw(wishes(base)), "made")
    back, _, _ = taken_back(after, entries, "back")
    assert sorted(settled(back).items()) == sorted(settled(base).items())


@given(libraries(), st.data())
def test_undoing_an_undo_brings_the_push_back(base: Library, data: st.DataObject) -> None:
    after, entries, _ = carried_out(base, data.draw(wishes(base)), "made")
    back, undone_entries, _ = taken_back(after, entries, "back")
    again, _, _ = taken_back(back, undone_entries, "again")
    assert membership(again) == membership(after)


@given(libraries(), st.data())
def test_an_undo_never_overwrites_what_somebody_did_since(base: Library, data: st.DataObject) -> None:
    """Every delete of an undo, planned on a library that was changed meanwhile, takes an item that the push put there."""
    after, entries, _ = carried_out(base, data.draw(wishes(base)), "made")
    changed = data.draw(remotes(after))
    edits = [replace(edit, edit_id=n) for n, edit in enumerate(undo_edits(entries, changed, NOW)[0], 1)]
    ours = {entry.result_id for entry in entries}
    for op in operations(changed, reconcile(changed, edits).target, exact=True):
        assert op.kind is not OperationKind.DELETE or op.item_id in ours
        assert op.kind is not OperationKind.DELETE_PLAYLIST or op.playlist_id in ours
