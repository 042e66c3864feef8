from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.models import Edit, EditKind, Library, Reconciled
from lib.sync.reconcile import DROP, insist, reconcile
from tests.sync.paper import edit, libraries, library, membership, move, videos, wishes


def reached(remote: Library, *edits: Edit) -> dict[str, str]:
    return videos(reconcile(remote, edits).target)


def asked(remote: Library, *edits: Edit) -> list[tuple[str, tuple[str, ...]]]:
    return [(conflict.conflict_id, conflict.choices) for conflict in reconcile(remote, edits).conflicts]


def remove(video: str, source: str, item: str | None, number: int = 1) -> Edit:
    return edit(EditKind.REMOVE, number, video_id=video, item_id=item, from_playlist=source)


def add(video: str, goal: str, number: int = 1, **facts: object) -> Edit:
    return edit(EditKind.ADD, number, video_id=video, to_playlist=goal, **facts)


def rename(goal: str, title: str, seen: str, number: int = 1) -> Edit:
    return edit(EditKind.RENAME, number, to_playlist=goal, title=title, seen=(seen,))


def reorder(goal: str, order: str, seen: str, number: int = 1) -> Edit:
    return edit(EditKind.REORDER, number, to_playlist=goal, order=tuple(order), seen=tuple(seen))


def delete(source: str, *seen: str, number: int = 1) -> Edit:
    return edit(EditKind.DELETE, number, from_playlist=source, seen=seen)


@given(libraries())
def test_without_edits_the_target_is_what_youtube_shows(remote: Library) -> None:
    assert reconcile(remote, []) == Reconciled(remote)


def test_an_added_video_stands_at_the_end_or_behind_its_neighbour() -> None:
    assert reached(library(A="vw"), add("x", "A")) == {"A": "vwx"}
    assert reached(library(A="vw"), add("x", "A", after_item="A0")) == {"A": "vxw"}
    assert reached(library(A="vw"), add("x", "A", after_item="")) == {"A": "xvw"}
    assert reached(library(A="vw"), add("x", "A", after_item="gone")) == {"A": "vwx"}


def test_an_added_video_that_is_there_already_is_absorbed() -> None:
    reconciled = reconcile(library(A="v"), [add("v", "A", 7)])
    assert reconciled.absorbed == (7,)
    assert reached(library(A="v"), add("v", "A", copies=2)) == {"A": "vv"}


def test_a_moved_video_leaves_one_playlist_for_the_other() -> None:
    reconciled = reconcile(library(A="vw", B="x"), [move("v", "A", "B", "A0")])
    assert videos(reconciled.target) == {"A": "w", "B": "xv"}
    assert reconciled.absorbed == () and reconciled.conflicts == ()
    assert reconciled.target.playlists["B"].items[1].item_id is None
    assert reconciled.target.playlists["A"].items[0].item_id == "A1"


def test_exactly_the_copy_that_was_meant_is_taken() -> None:
    target = reconcile(library(A="vv", B=""), [move("v", "A", "B", "A0")]).target
    assert [item.item_id for item in target.playlists["A"].items] == ["A1"]


def test_a_video_moved_to_where_it_stands_already_is_only_taken_out() -> None:
    assert reached(library(A="v", B="v"), move("v", "A", "B", "A0")) == {"A": "", "B": "v"}
    assert reached(library(A="v", B="v"), move("v", "A", "B", "A0", copies=2)) == {"A": "", "B": "vv"}


def test_a_move_that_youtube_shows_done_is_absorbed() -> None:
    assert reconcile(library(A="", B="v"), [move("v", "A", "B", "A0", 3)]).absorbed == (3,)


def test_a_moved_video_that_youtube_removed_is_asked_about() -> None:
    reconciled = reconcile(library(A="w", B="", C="v"), [move("v", "A", "B", "A7", 4)])
    assert videos(reconciled.target) == {"A": "w", "B": "", "C": "v"}
    assert reconciled.conflicts[0].what == (
        'You moved v from "title A" to "title B"; on YouTube it was removed from "title A"; it now stands in "title C".'
    )
    assert asked(library(A="w", B=""), move("v", "A", "B", "A7", 4)) == [
        ("c4", ("keep in title B", "leave it removed"))
    ]


def test_a_move_within_a_playlist_changes_the_place_and_keeps_the_item() -> None:
    target = reconcile(library(A="vwx"), [move("v", "A", "A", "A0", after_item="A1")]).target
    assert [item.item_id for item in target.playlists["A"].items] == ["A1", "A0", "A2"]


def test_a_move_out_of_what_can_only_be_read_is_an_addition() -> None:
    assert reached(library(LL="v", A=""), move("v", "LL", "A", "LL0")) == {"LL": "v", "A": "v"}
    assert reconcile(library(LL="v", A="v"), [move("v", "LL", "A", "LL0")]).absorbed == (1,)


@pytest.mark.parametrize(
    "wish", [add("x", "LL"), move("v", "A", "LL", "A0"), remove("w", "LL", "LL0"), delete("LL", "LL0")]
)
def test_what_can_only_be_read_is_never_changed(wish: Edit) -> None:
    remote = library(A="v", LL="w")
    assert reached(remote, wish) == videos(remote)
    assert asked(remote, wish) == [("c1", (DROP,))]


def test_a_removed_item_goes_and_one_that_is_gone_is_absorbed() -> None:
    assert reached(library(A="vw"), remove("v", "A", "A0")) == {"A": "w"}
    assert reconcile(library(A="vw"), [remove("v", "A", "A9", 2)]).absorbed == (2,)


@pytest.mark.parametrize(
    "wish",
    [add("v", "Z"), remove("v", "Z", "Z0"), move("v", "A", "Z", "A0"), rename("Z", "p", "q"), reorder("Z", "vw", "wv")],
)
def test_an_edit_in_a_playlist_that_is_gone_can_only_be_dropped(wish: Edit) -> None:
    remote = library(A="v")
    assert asked(remote, wish) == [("c1", (DROP,))]
    assert reached(remote, wish) == videos(remote)


def test_a_new_playlist_can_be_filled_by_later_edits() -> None:
    create = edit(EditKind.CREATE, to_playlist="new:1", title="title A")
    reconciled = reconcile(library(A="v"), [create, move("v", "A", "new:1", "A0", 2)])
    assert videos(reconciled.target) == {"A": "", "new:1": "v"}
    assert reconciled.target.playlists["new:1"].title == "title A"


def test_a_rename_is_applied_absorbed_or_asked_about() -> None:
    remote = library(A="v")
    assert reconcile(remote, [rename("A", "p", "title A")]).target.playlists["A"].title == "p"
    assert reconcile(remote, [rename("A", "title A", "old")]).absorbed == (1,)
    reconciled = reconcile(remote, [rename("A", "p", "old")])
    assert reconciled.target == remote
    assert reconciled.conflicts[0].choices == ("use mine", "keep YouTube's")


def test_renaming_there_and_back_changes_nothing() -> None:
    edits = [rename("A", "p", "title A"), rename("A", "title A", "title A", 2)]
    assert reconcile(library(A="v"), edits) == Reconciled(library(A="v"), absorbed=(1, 2))


def test_a_deleted_playlist_goes_is_absorbed_or_is_asked_about() -> None:
    remote = library(A="v", B="wx")
    assert reached(remote, delete("B", "B0", "B1")) == {"A": "v"}
    assert reached(remote, delete("B", "B0", "B1", "B2")) == {"A": "v"}
    assert reconcile(remote, [delete("C", "C0")]).absorbed == (1,)
    assert asked(remote, delete("B", "B0")) == [("c1", ("delete it all the same", "keep it"))]
    assert reached(remote, delete("B", "B0")) == videos(remote)


def test_a_wished_order_is_applied_and_new_items_keep_their_predecessor() -> None:
    assert reached(library(A="vwx"), reorder("A", "xwv", "vwx")) == {"A": "xwv"}
    assert reached(library(A="vnwx"), reorder("A", "xwv", "vwx")) == {"A": "xwvn"}
    assert reached(library(A="wx"), reorder("A", "xwv", "vwx")) == {"A": "xw"}


def test_a_wished_order_that_youtube_shows_is_absorbed_and_another_one_is_asked_about() -> None:
    assert reconcile(library(A="xnv"), [reorder("A", "xwv", "vwx")]).absorbed == (1,)
    assert asked(library(A="wvx"), reorder("A", "xwv", "vwx")) == [("c1", ("mine", "YouTube's"))]
    assert reached(library(A="wvx"), reorder("A", "xwv", "vwx")) == {"A": "wvx"}


def test_opposite_moves_cancel() -> None:
    remote = library(A="vwx", B="y")
    edits = [move("v", "A", "B", "A0"), move("v", "B", "A", None, 2)]
    assert reconcile(remote, edits) == Reconciled(remote, absorbed=(1, 2))


def test_a_move_back_is_no_cancellation_when_youtube_shows_the_first_one_done() -> None:
    edits = [move("v", "A", "B", "A0"), move("v", "B", "A", "B0", 2)]
    assert reached(library(A="", B="v"), *edits) == {"A": "v", "B": ""}


def test_edits_that_together_change_nothing_are_absorbed_and_keep_the_items() -> None:
    remote = library(A="wv", B="v")
    edits = [remove("v", "A", "A1"), add("v", "A", 2)]
    assert reconcile(remote, edits) == Reconciled(remote, absorbed=(1, 2))


def test_an_edit_is_not_absorbed_while_one_it_hangs_on_waits() -> None:
    edits = [move("v", "A", "B", "A0"), add("v", "A", 2)]
    assert reconcile(library(A="v", B=""), edits).absorbed == ()


def test_insisting_makes_the_same_wish_in_sight_of_today() -> None:
    remote = library(A="wvx", B="y")
    for lost in (rename("A", "p", "old"), reorder("A", "xwv", "vwx"), delete("A", "A0")):
        assert asked(remote, lost)
        assert not asked(remote, insist(lost, remote))
        assert reached(remote, insist(lost, remote)) != videos(remote) or lost.kind is EditKind.RENAME
    moved = move("v", "B", "B", "B7")
    assert insist(moved, remote).kind is EditKind.ADD
    assert insist(delete("gone", "G0"), remote) == delete("gone", "G0")


def one_after_the_other(base: Library, edits: list[Edit]) -> Counter[tuple[str, str]]:
    """What the edits mean to somebody who carries them out by hand on a library that nobody else changes."""
    held = {key: [(item.item_id, item.video_id) for item in p.items] for key, p in base.playlists.items()}
    titles = {key: p.title for key, p in base.playlists.items()}
    for one in edits:
        source, goal, video = one.from_playlist or "", one.to_playlist or "", one.video_id or ""
        if one.kind is EditKind.CREATE:
            held.setdefault(goal, [])
            titles.setdefault(goal, one.title or "")
        elif one.kind is EditKind.RENAME:
            titles[goal] = one.title or ""
        elif one.kind is EditKind.DELETE:
            del held[source]
        if one.kind in (EditKind.MOVE, EditKind.REMOVE):
            meant = (one.item_id, video)
            held[source].remove(meant if meant in held[source] else (None, video))
        if one.kind in (EditKind.MOVE, EditKind.ADD) and [v for _, v in held[goal]].count(video) < one.copies:
            held[goal].append((None, video))
    return Counter((titles[key], video) for key, items in held.items() for _, video in items)


@given(libraries(), st.data())
def test_on_an_unchanged_library_the_edits_do_what_they_say_one_after_the_other(
    base: Library, data: st.DataObject
) -> None:
    edits = data.draw(wishes(base))
    moves = [(one.video_id, one.from_playlist, one.to_playlist) for one in edits if one.kind is EditKind.MOVE]
    # Opposite moves of two copies cancel by design, which is not what carrying them out would do.
    assume(not any((video, goal, source) in moves for video, source, goal in moves))
    assert membership(reconcile(base, edits).target) == one_after_the_other(base, edits)
    assert reconcile(base, edits).conflicts == ()


@given(libraries(), st.data())
def test_every_edit_is_absorbed_asked_about_or_waits_and_never_two_of_these(base: Library, data: st.DataObject) -> None:
    edits = data.draw(wishes(base))
    remote = data.draw(libraries())
    reconciled = reconcile(remote, edits)
    conflicts = {i for conflict in reconciled.conflicts for i in conflict.edit_ids}
    assert len(reconciled.absorbed) == len(set(reconciled.absorbed))
    assert not conflicts & set(reconciled.absorbed)
    assert conflicts | set(reconciled.absorbed) <= {one.edit_id for one in edits}


@given(libraries(), st.data())
def test_what_can_only_be_read_and_what_no_edit_names_stays(base: Library, data: st.DataObject) -> None:
    edits = data.draw(wishes(base))
    remote = replace(base).with_playlist(library(Z="vw").playlists["Z"])
    target = reconcile(remote, edits).target
    assert all(target.playlists[key] == p for key, p in remote.playlists.items() if key in ("LL", "Z"))


def test_four_thousand_moves_out_of_an_inbox_are_reconciled_in_moments() -> None:
    names = [str(number) for number in range(4000)]
    remote = library(A=names, B="")  # type: ignore[arg-type]
    edits = [move(name, "A", "B", f"A{name}", int(name)) for name in names]
    assert len(reconcile(remote, edits).target.playlists["B"].items) == 4000
