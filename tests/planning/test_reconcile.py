from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.models import MOST_ITEMS, Edit, EditKind, HeldBack, Item, Library
from lib.planning.conflicts import DROP
from lib.planning.reconcile import Reconciled, reconcile
from tests.sync.paper import edit, libraries, library, membership, move, playlist, remotes, videos, wishes


def reached(remote: Library, *edits: Edit) -> dict[str, str]:
    return videos(reconcile(remote, edits).target)


def asked(remote: Library, *edits: Edit) -> list[tuple[str, tuple[str, ...]]]:
    return [(conflict.conflict_id, conflict.choices) for conflict in reconcile(remote, edits).conflicts]


def remove(video: str, source: str, item: str | None, number: int = 1, **facts: object) -> Edit:
    return edit(EditKind.REMOVE, number, video_id=video, item_id=item, from_playlist=source, **facts)


def add(video: str, target: str, number: int = 1, **facts: object) -> Edit:
    return edit(EditKind.ADD, number, video_id=video, to_playlist=target, **facts)


def rename(target: str, title: str, seen: str, number: int = 1) -> Edit:
    return edit(EditKind.RENAME, number, to_playlist=target, title=title, seen=(seen,))


def reorder(target: str, order: str, seen: str, number: int = 1) -> Edit:
    return edit(EditKind.REORDER, number, to_playlist=target, order=tuple(order), seen=tuple(seen))


def delete(source: str, *seen: str, number: int = 1, **facts: object) -> Edit:
    return edit(EditKind.DELETE, number, from_playlist=source, seen=seen, **facts)


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
        ("c4", ('put it into "title B"', "leave it removed"))
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


# -- the table of three-way merges, row by row ---------------------------------------------------------------------------
#    what the user did since base | what happened on YouTube since base | what comes of it


def shown_as(**lists: str) -> Library:
    """What YouTube shows now, of the base `library(A="vw", B="x", C="y")`: items keep their ids where they stood."""
    ids = {"v": "A0", "w": "A1", "x": "B0", "y": "C0"}
    home = {"A0": "A", "A1": "A", "B0": "B", "C0": "C"}
    found = {}
    for key, held in lists.items():
        items = tuple(Item(ids[v] if home.get(ids[v]) == key else f"yt-{key}-{v}", v) for v in held)
        found[key] = replace(playlist(key, ""), items=items)
    return Library(found)


BASE = shown_as(A="vw", B="x", C="y")
MOVED = move("v", "A", "B", "A0", seen=("A",))


def test_row_unchanged_and_anything_takes_what_youtube_shows() -> None:
    for remote in (shown_as(A="w", B="xv", C="y"), shown_as(B="x", C=""), shown_as(A="wv", B="", C="y", D="v")):
        assert reconcile(remote, []) == Reconciled(remote)


def test_row_moved_and_unchanged_is_planned() -> None:
    assert reached(BASE, MOVED) == {"A": "w", "B": "xv", "C": "y"}


def test_row_deleted_and_unchanged_is_planned() -> None:
    assert reached(BASE, remove("v", "A", "A0", seen=("",))) == {"A": "w", "B": "x", "C": "y"}


def test_row_deleted_and_deleted_is_absorbed() -> None:
    reconciled = reconcile(shown_as(A="w", B="x", C="y"), [remove("v", "A", "A0", seen=("",))])
    assert (reconciled.absorbed, reconciled.conflicts) == ((1,), ())


def test_row_moved_and_deleted_asks_whether_to_keep_it_in_the_new_place() -> None:
    remote = shown_as(A="w", B="x", C="y")
    assert asked(remote, MOVED) == [("c1", ('put it into "title B"', "leave it removed"))]
    assert reached(remote, MOVED) == videos(remote)


def test_row_moved_and_moved_elsewhere_offers_the_one_the_other_and_both() -> None:
    remote = shown_as(A="w", B="x", C="yv")
    choices = ('move it to "title B"', "have it in both", 'leave it in "title C"')
    assert asked(remote, MOVED) == [("c1", choices)]
    assert reconcile(remote, [MOVED]).conflicts[0].what == (
        'You moved v from "title A" to "title B"; on YouTube it was moved to "title C".'
    )
    assert reached(remote, MOVED) == videos(remote)


def test_row_moved_and_moved_elsewhere_is_told_from_a_place_where_it_always_stood() -> None:
    remote = shown_as(A="w", B="x", C="yv")
    known = replace(MOVED, seen=("A", "C"))
    assert asked(remote, known) == [("c1", ('put it into "title B"', "leave it removed"))]
    twice = Library({**remote.playlists, "C": playlist("C", "yvv")})
    assert asked(twice, known) == [("c1", ('move it to "title B"', "have it in both", 'leave it in "title C"'))]


def test_row_moved_and_moved_to_what_can_only_be_read_is_no_move_elsewhere() -> None:
    remote = Library({**shown_as(A="w", B="x").playlists, "LL": library(LL="v").playlists["LL"]})
    assert asked(remote, MOVED) == [("c1", ('put it into "title B"', "leave it removed"))]


def test_row_moved_and_appeared_in_the_same_place_is_only_taken_out() -> None:
    assert reached(shown_as(A="vw", B="xv", C="y"), MOVED) == {"A": "w", "B": "xv", "C": "y"}
    assert reconcile(shown_as(A="vw", B="xv", C="y"), [MOVED]).conflicts == ()


def test_row_moved_and_moved_to_the_same_place_is_absorbed() -> None:
    reconciled = reconcile(shown_as(A="w", B="xv", C="y"), [MOVED])
    assert (reconciled.absorbed, reconciled.conflicts) == ((1,), ())


def test_row_deleted_and_note_changed_asks_and_keeps_it_meanwhile() -> None:
    noted = Library({"A": replace(playlist("A", ""), items=(Item("A0", "v", note="see at 3:10"),))})
    gone = remove("v", "A", "A0", seen=("",))
    assert asked(noted, gone) == [("c1", ("remove it all the same", "keep it"))]
    assert reached(noted, gone) == {"A": "v"}
    assert reached(noted, replace(gone, seen=("see at 3:10",))) == {"A": ""}
    assert reached(noted, replace(gone, seen=())) == {"A": ""}


def test_row_moved_and_note_changed_takes_the_note_along() -> None:
    noted = Library({"A": replace(playlist("A", ""), items=(Item("A0", "v", note="see"),)), "B": playlist("B", "")})
    assert reconcile(noted, [MOVED]).target.playlists["B"].items == (Item(None, "v", note="see"),)


def test_row_reordered_and_items_added_or_removed_elsewhere_is_merged() -> None:
    assert reached(library(A="vnwx"), reorder("A", "xwv", "vwx")) == {"A": "xwvn"}
    assert reached(library(A="wx"), reorder("A", "xwv", "vwx")) == {"A": "xw"}


def test_row_reordered_and_reordered_otherwise_asks_for_the_playlist() -> None:
    remote = library(A="wvx")
    assert asked(remote, reorder("A", "xwv", "vwx")) == [("c1", ("use mine", "keep YouTube's"))]
    assert reached(remote, reorder("A", "xwv", "vwx")) == videos(remote)


def test_row_reordered_and_reordered_alike_is_absorbed() -> None:
    assert reconcile(library(A="xwv"), [reorder("A", "xwv", "vwx")]).absorbed == (1,)


def test_row_renamed_and_renamed_otherwise_asks() -> None:
    remote = library(A="v")
    reconciled = reconcile(remote, [rename("A", "p", "old")])
    assert reconciled.target == remote
    assert reconciled.conflicts[0].choices == ("use mine", "keep YouTube's")
    assert reconciled.conflicts[0].what == 'You renamed "old" to "p"; on YouTube it became "title A".'


def test_row_renamed_and_renamed_alike_is_absorbed() -> None:
    assert reconcile(library(A="v"), [rename("A", "title A", "old")]).absorbed == (1,)


def test_row_edits_in_a_playlist_and_it_was_renamed_go_into_it_all_the_same() -> None:
    remote = BASE.map_playlist("B", title="other")
    assert reached(remote, MOVED)["B"] == "xv"
    assert reconcile(remote, [MOVED]).conflicts == ()


@pytest.mark.parametrize("kind", ["add", "remove", "move into", "rename", "reorder"])
def test_row_edits_in_a_playlist_and_it_is_gone_halts_for_it(kind: str) -> None:
    wish = {
        "add": add("v", "Z", title="Zoo"),
        "remove": remove("v", "Z", "Z0"),
        "move into": move("v", "A", "Z", "A0", title="Zoo"),
        "rename": rename("Z", "p", "q"),
        "reorder": reorder("Z", "vw", "wv"),
    }[kind]
    remote = library(A="v")
    anew = ("make it anew",) if kind in ("add", "move into") else ()
    assert asked(remote, wish) == [("g:Z", (*anew, "drop these edits"))]
    assert reached(remote, wish) == videos(remote)


def test_row_edits_in_a_playlist_and_it_is_gone_asks_once_for_all_of_them() -> None:
    remote = library(A="vw", C="")
    edits = [move("v", "A", "B", "A0", 1, title="Bees"), move("w", "A", "B", "A1", 2, title="Bees")]
    edits += [move("x", "B", "C", "B0", 3), add("v", "C", 4)]
    (conflict,) = reconcile(remote, edits).conflicts
    assert (conflict.conflict_id, conflict.edit_ids) == ("g:B", (1, 2, 3))
    assert conflict.what == '"Bees" is gone from YouTube, and 3 edits of yours are about it.'
    assert reached(remote, *edits) == {"A": "vw", "C": "v"}


def test_row_moved_out_of_a_playlist_that_is_gone_asks_once_whether_to_file_all_the_same() -> None:
    edits = [move("v", "A", "B", "A0"), move("w", "A", "C", "A1", 2)]
    assert asked(library(B="x", C=""), *edits) == [("g:A", ("file them all the same", "drop these edits"))]


def test_row_edits_in_a_playlist_and_it_was_emptied_asks_for_what_was_moved_and_absorbs_what_was_removed() -> None:
    remote = library(A="", B="x")
    reconciled = reconcile(remote, [MOVED, remove("w", "A", "A1", 2, seen=("",))])
    assert [conflict.edit_ids for conflict in reconciled.conflicts] == [(1,)]
    assert reconciled.absorbed == (2,)


def test_row_deleted_playlist_and_filled_or_renamed_asks() -> None:
    remote = library(A="v", B="wx")
    choices = ("delete it all the same", "keep it")
    assert asked(remote, delete("B", "B0")) == [("c1", choices)]
    assert asked(remote, delete("B", "B0", "B1", title="once")) == [("c1", choices)]
    assert asked(remote, delete("B", "B0", "B1", title="title B")) == []
    assert reached(remote, delete("B", "B0")) == videos(remote)


@given(libraries(), st.data())
def test_row_first_run_without_base_deletes_nothing(remote: Library, data: st.DataObject) -> None:
    """There was no base when these were wished: only what is named by its own id can go, and here nothing is."""
    edits = [replace(edit, item_id=None, seen=()) for edit in data.draw(wishes(remote)) if edit.kind is EditKind.ADD]
    target = reconcile(remote, edits).target
    for key, before in remote.playlists.items():
        assert set(before.items) <= set(target.playlists[key].items)


# -- a video that died, and a listing that was not believed ------------------------------------------------------------


def test_a_dead_video_that_would_have_to_be_put_somewhere_is_asked_about_and_stays_where_it_is() -> None:
    for wish in (add("v", "B"), MOVED):
        reconciled = reconcile(BASE, [wish], unavailable={"v"})
        assert [conflict.choices for conflict in reconciled.conflicts] == [(DROP,)]
        assert reconciled.target == BASE


def test_a_dead_video_is_moved_where_nothing_has_to_be_put() -> None:
    within = move("v", "A", "A", "A0", after_item="A1")
    assert videos(reconcile(BASE, [within], unavailable={"v"}).target)["A"] == "wv"
    there = shown_as(A="vw", B="xv")
    assert videos(reconcile(there, [MOVED], unavailable={"v"}).target) == {"A": "w", "B": "xv"}


def test_a_full_playlist_is_asked_about_and_takes_what_there_is_room_for() -> None:
    held = playlist("B", ["x"] * (MOST_ITEMS - 1))
    nearly = BASE.with_playlist(held)
    edits = [
        add("v", "B"),
        move("w", "A", "B", "A1", 2),
        edit(EditKind.REMOVE, 3, video_id="x", item_id="B7", from_playlist="B"),
    ]
    reconciled = reconcile(nearly, edits)
    (conflict,) = reconciled.conflicts
    assert (conflict.edit_ids, conflict.choices) == ((2,), (DROP,))
    assert "5,000" in conflict.what
    assert reconciled.target.playlists["A"] == BASE.playlists["A"]
    there = reconciled.target.playlists["B"].items
    assert len(there) == MOST_ITEMS - 1 and there[-1].video_id == "v"
    assert not reconcile(BASE.with_playlist(replace(held, items=held.items[:-1])), edits).conflicts


def test_a_dead_video_that_was_moved_elsewhere_can_only_be_left_there() -> None:
    remote = shown_as(A="w", B="x", C="yv")
    (conflict,) = reconcile(remote, [MOVED], unavailable={"v"}).conflicts
    assert conflict.choices == ('leave it in "title C"',)


def test_the_first_half_of_a_joined_move_waits_with_it() -> None:
    """Between its two wishes another one stands, so its taking is laid by itself: it must not go out alone."""
    edits = [move("v", "A", "B", "A0"), add("z", "A", 2), move("v", "B", "C", None, 3)]
    assert reached(BASE, *edits) == {"A": "wz", "B": "x", "C": "yv"}
    reconciled = reconcile(BASE, edits, unavailable={"v"})
    assert videos(reconciled.target) == {"A": "vwz", "B": "x", "C": "y"}
    assert [conflict.edit_ids for conflict in reconciled.conflicts] == [(1, 3)]


def test_a_copy_is_not_taken_while_the_other_that_it_joins_is_asked_about() -> None:
    remote = library(A="v", B="v", C="")
    edits = [move("v", "A", "C", "A0"), move("v", "B", "C", "B0", 2)]
    assert reached(remote, *edits) == {"A": "", "B": "", "C": "v"}
    reconciled = reconcile(remote, edits, unavailable={"v"})
    assert reconciled.target == remote
    assert [conflict.edit_ids for conflict in reconciled.conflicts] == [(1, 2)]


def test_a_copy_that_somebody_else_took_is_no_copy_to_count_on() -> None:
    """It was to be moved on, so the first move only had to take; now that it is gone, the first has to put it there."""
    edits = [move("v", "A", "C", "A0", 1, seen=("A", "C")), move("v", "C", "B", "C0", 2, seen=("A", "C"))]
    assert reached(library(A="v", B="", C="v"), *edits) == {"A": "", "B": "v", "C": ""}
    assert reached(library(A="v", B="", C=""), *edits) == {"A": "", "B": "", "C": "v"}
    assert [c.edit_ids for c in reconcile(library(A="v", B="", C=""), edits).conflicts] == [(2,)]


def test_a_playlist_does_not_go_while_a_video_in_it_is_asked_about() -> None:
    edits = [MOVED, delete("A", "A0", "A1", number=2)]
    reconciled = reconcile(BASE, edits, unavailable={"v"})
    assert reconciled.target == BASE
    assert [(c.conflict_id, c.choices) for c in reconciled.conflicts] == [("c1", (DROP,)), ("c2", ("keep it",))]


def test_edits_of_a_playlist_that_is_held_back_wait_with_one_question() -> None:
    back = HeldBack("B", '"title B" had 9 items and now lists none.')
    edits = [MOVED, add("y", "B", 2), add("v", "C", 3)]
    reconciled = reconcile(BASE, edits, held_back=[back])
    assert videos(reconciled.target) == {"A": "vw", "B": "x", "C": "yv"}
    (conflict,) = reconciled.conflicts
    assert (conflict.conflict_id, conflict.edit_ids) == ("h:B", (1, 2))
    assert conflict.choices == ("believe YouTube", "drop these edits")
    assert conflict.what == '"title B" had 9 items and now lists none. 2 edits of yours wait for it.'


def test_what_only_the_old_listing_of_a_held_back_playlist_shows_is_not_taken_for_fulfilled() -> None:
    reconciled = reconcile(BASE, [add("x", "B", 4)], held_back=[HeldBack("B", "why")])
    assert (reconciled.absorbed, [c.conflict_id for c in reconciled.conflicts]) == ((), ["h:B"])


def test_videos_are_named_by_their_titles_where_they_are_known() -> None:
    (conflict,) = reconcile(shown_as(A="w", B="x"), [MOVED], titles={"v": "Bread"}).conflicts
    assert conflict.what.startswith('You moved "Bread" from')


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
    assert asked(library(A="wvx"), reorder("A", "xwv", "vwx")) == [("c1", ("use mine", "keep YouTube's"))]
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


def one_after_the_other(base: Library, edits: list[Edit]) -> Counter[tuple[str, str]]:
    """What the edits mean to somebody who carries them out by hand on a library that nobody else changes."""
    held = {key: [(item.item_id, item.video_id) for item in p.items] for key, p in base.playlists.items()}
    titles = {key: p.title for key, p in base.playlists.items()}
    for laid in edits:
        source, target, video = laid.from_playlist or "", laid.to_playlist or "", laid.video_id or ""
        if laid.kind is EditKind.CREATE:
            held.setdefault(target, [])
            titles.setdefault(target, laid.title or "")
        elif laid.kind is EditKind.RENAME:
            titles[target] = laid.title or ""
        elif laid.kind is EditKind.DELETE:
            del held[source]
        if laid.kind in (EditKind.MOVE, EditKind.REMOVE):
            meant = (laid.item_id, video)
            held[source].remove(meant if meant in held[source] else (None, video))
        if laid.kind in (EditKind.MOVE, EditKind.ADD) and [v for _, v in held[target]].count(video) < laid.copies:
            held[target].append((None, video))
    return Counter((titles[key], video) for key, items in held.items() for _, video in items)


@given(libraries(), st.data())
def test_on_an_unchanged_library_the_edits_do_what_they_say_one_after_the_other(
    base: Library, data: st.DataObject
) -> None:
    edits = data.draw(wishes(base))
    found, by_hand = membership(reconcile(base, edits).target), one_after_the_other(base, edits)
    assert reconcile(base, edits).conflicts == ()
    # Moves that lead back, of two copies, cancel by design: nothing is lost by that, and only what was there stays.
    back = any(comes_back(edits, edit) for edit in edits if edit.kind is EditKind.MOVE)
    assert found == by_hand or (
        back and by_hand <= found and copies(found) <= copies(by_hand) | copies(membership(base))
    )


def copies(held: Counter[tuple[str, str]]) -> Counter[str]:
    """How often each video is held, wherever."""
    return sum((Counter({video: number}) for (_, video), number in held.items()), Counter())


def comes_back(edits: list[Edit], first: Edit) -> bool:
    """Whether moves of the same video lead back to where this one took it from."""
    reached = {first.to_playlist}
    moves = [edit for edit in edits if edit.kind is EditKind.MOVE and edit.video_id == first.video_id]
    for _ in moves:
        reached |= {edit.to_playlist for edit in moves if edit.from_playlist in reached}
    return first.from_playlist in reached


@given(libraries(), st.data())
def test_every_edit_is_absorbed_asked_about_or_waits_and_never_two_of_these(base: Library, data: st.DataObject) -> None:
    edits = data.draw(wishes(base))
    remote = data.draw(libraries())
    reconciled = reconcile(remote, edits)
    conflicts = {i for conflict in reconciled.conflicts for i in conflict.edit_ids}
    assert len(reconciled.absorbed) == len(set(reconciled.absorbed))
    assert not conflicts & set(reconciled.absorbed)
    assert conflicts | set(reconciled.absorbed) <= {edit.edit_id for edit in edits}


@given(libraries(), st.data())
def test_leaving_out_what_is_asked_about_changes_nothing_else(base: Library, data: st.DataObject) -> None:
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    dead = data.draw(st.sets(st.sampled_from("vwxy"), max_size=1))
    reconciled = reconcile(remote, edits, unavailable=dead)
    disputed = {i for conflict in reconciled.conflicts for i in conflict.edit_ids}
    agreed = [edit for edit in edits if edit.edit_id not in disputed]
    assert membership(reconcile(remote, agreed, unavailable=dead).target) == membership(reconciled.target)


@given(libraries(), st.data())
def test_nothing_is_ever_put_that_youtube_would_refuse(base: Library, data: st.DataObject) -> None:
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    dead = data.draw(st.sets(st.sampled_from("vwxy"), min_size=1, max_size=2))
    target = reconcile(remote, edits, unavailable=dead).target
    new = {item.video_id for p in target.playlists.values() for item in p.items if item.item_id is None}
    assert not new & dead


@given(libraries(), st.data())
def test_what_youtube_shows_and_no_edit_names_stays(base: Library, data: st.DataObject) -> None:
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    target = reconcile(remote, edits).target
    taken = {edit.item_id for edit in edits if edit.kind in (EditKind.MOVE, EditKind.REMOVE)}
    # A video that is only a wish is taken by its name, which may then mean a copy that came meanwhile.
    loose = {edit.video_id for edit in edits if edit.item_id is None and edit.from_playlist}
    going = {edit.from_playlist for edit in edits if edit.kind is EditKind.DELETE}
    for key, before in remote.playlists.items():
        kept = {item.item_id for item in target.playlists[key].items} if key in target.playlists else set()
        missing = [item for item in before.items if item.item_id not in kept | taken and item.video_id not in loose]
        assert not missing or key in going


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
