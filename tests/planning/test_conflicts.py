from __future__ import annotations

from lib.models import EditKind, HeldBack
from lib.planning.conflicts import Choice, OpenConflict, followed, held_back_conflict, homes, insist
from lib.planning.reconcile import open_conflicts, reconcile
from lib.planning.squash import SquashedEdit
from tests.sync.paper import edit, library, move

REMOTE = library(A="wvx", B="y")


def test_insisting_on_a_rename_an_order_or_a_deletion_is_the_same_wish_in_sight_of_today() -> None:
    rename = edit(EditKind.RENAME, to_playlist="A", title="p", seen=("old",))
    reorder = edit(EditKind.REORDER, to_playlist="A", order=tuple("xwv"), seen=tuple("vwx"))
    delete = edit(EditKind.DELETE, from_playlist="A", seen=("A0",), title="old")
    for lost in (rename, reorder, delete):
        assert reconcile(REMOTE, [lost]).conflicts
        again = insist(lost, REMOTE)
        assert not reconcile(REMOTE, [again]).conflicts
        assert (again.kind, again.order) == (lost.kind, lost.order)


def test_insisting_on_a_move_whose_item_is_gone_is_putting_the_video_where_it_was_to_go() -> None:
    again = insist(move("v", "A", "B", "A7", seen=("A",)), REMOTE)
    assert (again.kind, again.to_playlist, again.from_playlist, again.item_id) == (EditKind.ADD, "B", None, None)


def test_there_is_no_insisting_on_a_playlist_that_is_gone() -> None:
    lost = edit(EditKind.DELETE, from_playlist="gone", seen=("G0",))
    assert insist(lost, REMOTE) == lost


def test_homes_names_the_playlist_of_every_copy() -> None:
    assert homes(library(A="vwv", B="v"), "v") == ("A", "A", "B")


def test_a_held_back_playlist_for_which_nothing_waits_is_only_its_reason() -> None:
    question = held_back_conflict(HeldBack("B", "B lists nothing."), ())
    assert (question.what, question.edit_ids) == ("B lists nothing.", ())


def test_the_choices_of_a_conflict_are_those_of_its_question() -> None:
    lost = move("v", "A", "B", "A7", 4, seen=("A",))
    (question,) = open_conflicts(REMOTE, [lost])
    assert reconcile(REMOTE, [lost]).conflicts == (question.conflict,)
    assert [bool(choice.lay) for choice in question.choices] == [True, False]


def test_what_waits_for_an_answer_is_laid_again_with_every_insisting_choice() -> None:
    lost, follower = move("v", "A", "B", "A7", 4), move("w", "A", "B", "A0", 5)
    question = OpenConflict("c4", (4,), "?", (Choice("use mine", (lost,)), Choice("give up")))
    both = followed(question, [SquashedEdit(follower, (5,))])
    assert both.edit_ids == (4, 5)
    assert [choice.lay for choice in both.choices] == [(lost, follower), ()]


def test_titles_of_others_are_only_text() -> None:
    remote = REMOTE.map_playlist("B", title='x" or\n1')
    (question,) = open_conflicts(remote, [move("v", "A", "B", "A7")], titles={"v": "{0} %s"})
    assert '"{0} %s"' in question.what and 'x" or\n1' in question.what
