from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import UserError
from lib.models import Edit, EditKind, HeldBack, Item, Library
from lib.planning.conflicts import OpenConflict, chosen_index, resolve
from lib.planning.reconcile import open_conflicts, reconcile
from tests.sync.paper import NOW, edit, libraries, library, membership, move, playlist, remotes, videos, wishes

LATER = NOW + timedelta(hours=1)
MOVED = move("v", "A", "B", "A0", 3, seen=("A",))


def chosen(remote: Library, edits: list[Edit], choice: str, **facts: object) -> list[Edit]:
    """The edits after the only question about them was answered, numbered as the store numbers them."""
    (question,) = open_conflicts(remote, edits, **facts)  # type: ignore[arg-type]
    return answered(edits, question, choice)


def answered(edits: list[Edit], question: OpenConflict, choice: str) -> list[Edit]:
    resolution = resolve([question], question.conflict_id, choice, LATER)
    last = max((edit.edit_id for edit in edits), default=0)
    laid = [replace(edit, edit_id=last + n) for n, edit in enumerate(resolution.lay, 1)]
    return [edit for edit in edits if edit.edit_id not in resolution.withdraw] + laid


def outcome(remote: Library, edits: list[Edit], choice: str) -> dict[str, str]:
    after = chosen(remote, edits, choice)
    assert reconcile(remote, after).conflicts == ()
    return videos(reconcile(remote, after).target)


def elsewhere() -> Library:
    """YouTube moved v from A to C, where the user wished it from A to B."""
    return library(A="", B="x", C="yv")


@pytest.mark.parametrize(
    ("choice", "reached"),
    [
        ('move it to "title B"', {"A": "", "B": "xv", "C": "y"}),
        ("have it in both", {"A": "", "B": "xv", "C": "yv"}),
        ('leave it in "title C"', {"A": "", "B": "x", "C": "yv"}),
    ],
)
def test_a_video_moved_here_and_elsewhere_goes_where_it_is_chosen_to(choice: str, reached: dict[str, str]) -> None:
    moved = replace(MOVED, item_id="gone")
    assert outcome(elsewhere(), [moved], choice) == reached


def test_a_video_that_was_put_into_two_other_places_is_taken_out_of_both() -> None:
    remote = library(A="", B="x", C="v", D="v")
    assert outcome(remote, [replace(MOVED, item_id="gone")], "1") == {"A": "", "B": "xv", "C": "", "D": ""}


@pytest.mark.parametrize(("choice", "reached"), [("1", {"A": "", "B": "v"}), ("2", {"A": "", "B": ""})])
def test_a_moved_video_that_was_removed_comes_or_stays_away(choice: str, reached: dict[str, str]) -> None:
    assert outcome(library(A="", B=""), [replace(MOVED, item_id="gone")], choice) == reached


@pytest.mark.parametrize(("choice", "reached"), [("remove it all the same", ""), ("keep it", "v")])
def test_a_removed_item_with_a_new_note_goes_or_stays(choice: str, reached: str) -> None:
    remote = Library({"A": replace(playlist("A", ""), items=(Item("A0", "v", note="new"),))})
    gone = edit(EditKind.REMOVE, video_id="v", item_id="A0", from_playlist="A", seen=("",))
    assert outcome(remote, [gone], choice) == {"A": reached}


@pytest.mark.parametrize(("choice", "title"), [("use mine", "p"), ("keep YouTube's", "title A")])
def test_a_title_is_mine_or_youtubes(choice: str, title: str) -> None:
    lost = edit(EditKind.RENAME, to_playlist="A", title="p", seen=("old",))
    assert reconcile(library(A=""), chosen(library(A=""), [lost], choice)).target.playlists["A"].title == title


@pytest.mark.parametrize(("choice", "reached"), [("use mine", "xwv"), ("keep YouTube's", "wvx")])
def test_an_order_is_mine_or_youtubes(choice: str, reached: str) -> None:
    lost = edit(EditKind.REORDER, to_playlist="A", order=tuple("xwv"), seen=tuple("vwx"))
    assert outcome(library(A="wvx"), [lost], choice) == {"A": reached}


@pytest.mark.parametrize(("choice", "left"), [("delete it all the same", {"A"}), ("keep it", {"A", "B"})])
def test_a_playlist_that_was_filled_meanwhile_goes_or_stays(choice: str, left: set[str]) -> None:
    lost = edit(EditKind.DELETE, from_playlist="B", seen=("B0",))
    assert outcome(library(A="v", B="vw"), [lost], choice).keys() == left


def test_a_playlist_that_is_gone_is_made_anew_with_all_that_was_wished_for_it() -> None:
    remote = library(A="vw", C="")
    edits = [move("v", "A", "B", "A0", 1, title="Bees"), move("w", "A", "B", "A1", 2, title="Bees", copies=2)]
    edits.append(move("x", "B", "C", "B0", 3))
    after = chosen(remote, edits, "make it anew")
    assert [edit.kind for edit in after] == [EditKind.CREATE, EditKind.MOVE, EditKind.MOVE, EditKind.ADD]
    target = reconcile(remote, after).target
    assert membership(target) == {("Bees", "v"): 1, ("Bees", "w"): 1, ("title C", "x"): 1}
    assert chosen(remote, edits, "drop these edits") == []


def test_what_left_a_playlist_that_is_gone_is_filed_all_the_same() -> None:
    edits = [move("v", "A", "B", "A0", 1), move("w", "A", "C", "A1", 2)]
    assert outcome(library(B="x", C=""), edits, "file them all the same") == {"B": "xv", "C": "w"}


def test_believing_a_held_back_listing_is_no_edit() -> None:
    (question,) = open_conflicts(library(A="v", B=""), [MOVED], held_back=[HeldBack("B", "why")])
    resolution = resolve([question], "h:B", "Believe YouTube", LATER)
    assert (resolution.believe, resolution.withdraw, resolution.lay) == ("B", (), ())
    assert resolve([question], "h:B", "2", LATER).withdraw == (3,)


def test_what_waits_for_a_dead_video_is_given_up_with_it() -> None:
    remote = library(A="v", B="v", C="")
    edits = [move("v", "A", "C", "A0"), move("v", "B", "C", "B0", 2)]
    assert chosen(remote, edits, "drop this edit", unavailable={"v"}) == []


def test_the_edits_are_new_ones_made_now_and_the_sentence_says_what_came_of_it() -> None:
    (question,) = open_conflicts(elsewhere(), [replace(MOVED, item_id="gone")])
    resolution = resolve([question], "c3", "have it in both", LATER)
    assert [(edit.edit_id, edit.made_at) for edit in resolution.lay] == [(0, LATER)]
    assert resolution.message == "Chosen: have it in both. 1 edit became 1 new one; plan and push when you like."
    assert "1 edit taken back" in resolve([question], "c3", "3", LATER).message


@pytest.mark.parametrize(("said", "index"), [("KEEP it", 1), (" keep it ", 1), ("1", 0), ("2", 1)])
def test_a_choice_is_named_by_its_word_in_any_case_or_by_its_number(said: str, index: int) -> None:
    assert chosen_index(said, ["remove it", "keep it"]) == index


@pytest.mark.parametrize("said", ["0", "3", "", "keep", "-1", "²"])
def test_an_unknown_choice_is_refused_with_those_there_are(said: str) -> None:
    with pytest.raises(UserError, match="none of the choices") as refused:
        chosen_index(said, ["remove it", "keep it"])
    assert refused.value.next_step == "Choose one of: 1 remove it, 2 keep it."


def test_a_word_that_is_a_number_is_meant_before_the_number() -> None:
    assert chosen_index("1", ["2", "1"]) == 1


def test_an_unknown_question_is_refused_with_those_that_are_open() -> None:
    (question,) = open_conflicts(elsewhere(), [replace(MOVED, item_id="gone")])
    with pytest.raises(UserError, match="no question 'c9'") as refused:
        resolve([question], "c9", "1", LATER, ["xitem"])
    assert refused.value.next_step == "Open are: c3, xitem."
    with pytest.raises(UserError, match="no question") as refused:
        resolve([], "c9", "1", LATER)
    assert refused.value.next_step == "Nothing waits for your decision."


@given(libraries(), st.data())
def test_answering_every_question_leaves_none(base: Library, data: st.DataObject) -> None:
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    dead = data.draw(st.sets(st.sampled_from("vwxy"), max_size=1))
    for _ in range(3 * len(edits)):
        questions = open_conflicts(remote, edits, unavailable=dead)
        if not questions:
            break
        question = data.draw(st.sampled_from(questions))
        edits = answered(edits, question, str(data.draw(st.integers(1, len(question.choices)))))
    assert open_conflicts(remote, edits, unavailable=dead) == []


@given(libraries(), st.data())
def test_giving_every_conflict_up_leaves_what_was_agreed(base: Library, data: st.DataObject) -> None:
    edits, remote = data.draw(wishes(base)), data.draw(remotes(base))
    before = reconcile(remote, edits).target
    for question in open_conflicts(remote, edits):
        edits = answered(edits, question, str(len(question.choices)))
    assert membership(reconcile(remote, edits).target) == membership(before)
