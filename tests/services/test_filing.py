from __future__ import annotations

from dataclasses import replace

import pytest

from lib.derived import Suggestion
from lib.errors import UserError
from lib.models import Decider, EditKind, Item, Library, Role
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from tests.flows import COOKING, DELETED, INBOX, MUSIC, video

LIKES = "LL"


def holds(library: Library, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in library.playlists[playlist_id].items]


def suggestion(number: int, to: str = COOKING, **facts: object) -> Suggestion:
    return Suggestion(video(number), (INBOX,), to, 0.9, True, "because", **facts)  # type: ignore[arg-type]


# -- filing by hand ----------------------------------------------------------------------------------------------------


def test_filing_without_a_source_copies_and_leaves_the_inbox_as_it_is(filing: Filing) -> None:
    (edit,) = filing.file([video(10)], COOKING)
    assert (edit.kind, edit.from_playlist, edit.to_playlist, edit.decided_by) == (
        EditKind.ADD,
        None,
        COOKING,
        Decider.YOU,
    )
    assert holds(filing.local(), COOKING)[-1] == 10
    assert 10 in holds(filing.local(), INBOX)


def test_filing_out_of_a_source_moves(filing: Filing) -> None:
    filing.file([video(10), video(11)], COOKING, INBOX)
    assert holds(filing.local(), COOKING)[-2:] == [10, 11]
    assert holds(filing.local(), INBOX) == [12, 13, 14, 15]


def test_filing_nowhere_only_removes(filing: Filing) -> None:
    (edit,) = filing.file([video(10)], None, INBOX)
    assert edit.kind is EditKind.REMOVE
    assert holds(filing.local(), INBOX) == [11, 12, 13, 14, 15]
    assert filing.edits.feedback.accepted() == set()


def test_a_target_may_be_named_by_its_title(filing: Filing) -> None:
    assert filing.file([video(10)], "Cooking")[0].to_playlist == COOKING


def test_filing_is_remembered_as_a_decision(filing: Filing) -> None:
    filing.file([video(10)], COOKING)
    assert filing.edits.feedback.accepted() == {(video(10), COOKING)}


def test_a_video_that_stands_there_already_is_decided_and_not_added_again(filing: Filing) -> None:
    assert filing.file([video(0), video(10)], MUSIC) == filing.edits.pending()
    assert [edit.video_id for edit in filing.edits.pending()] == [video(10)]
    assert (video(0), MUSIC) in filing.edits.feedback.accepted()


def test_a_correction_replaces_the_earlier_wish_and_its_decision(filing: Filing) -> None:
    filing.file([video(10)], COOKING)
    filing.file([video(10)], MUSIC)
    assert [(e.kind, e.to_playlist) for e in filing.edits.pending()] == [(EditKind.ADD, MUSIC)]
    assert filing.edits.feedback.accepted() == {(video(10), MUSIC)}


def test_moving_on_a_video_that_only_waits_to_be_moved_takes_it_from_where_it_truly_is(filing: Filing) -> None:
    filing.file([video(10)], COOKING, INBOX)
    filing.file([video(10)], MUSIC, COOKING)
    assert [(e.from_playlist, e.to_playlist) for e in filing.edits.pending()] == [(INBOX, MUSIC)]
    assert holds(filing.local(), COOKING) == [0, 1, 2, 3, 4, 5, 6, 8, 9]


def test_removing_what_only_waits_to_be_added_leaves_no_wish(filing: Filing) -> None:
    filing.file([video(10)], COOKING)
    before = filing.local()
    filing.file([video(10)], None, INBOX)
    assert holds(filing.local(), INBOX) == [11, 12, 13, 14, 15]
    assert holds(before, COOKING) == holds(filing.local(), COOKING)


@pytest.mark.parametrize(
    ("videos", "target", "source", "word"),
    [
        ([10, DELETED], MUSIC, None, "deleted or private"),
        ([10, 39], COOKING, None, "not in your library"),
        ([10, 0], MUSIC, INBOX, "not in 'Inbox'"),
        ([10], "Nonsense", None, "no playlist 'Nonsense'"),
        ([10], LIKES, None, "nobody write"),
        ([10], None, None, "Neither"),
        ([10], INBOX, INBOX, "to itself"),
        ([1], None, LIKES, "only be read"),
    ],
)
def test_where_one_wish_cannot_be_none_is_laid_and_nothing_is_decided(
    filing: Filing, videos: list[int], target: str | None, source: str | None, word: str
) -> None:
    with pytest.raises(UserError, match=word) as error:
        filing.file([video(number) for number in videos], target, source)
    assert error.value.next_step
    assert filing.edits.pending() == []
    assert filing.edits.feedback.accepted() == set()


def test_a_video_id_that_is_none_is_said_to_be_none(filing: Filing) -> None:
    with pytest.raises(UserError, match="no YouTube video id"):
        filing.file(["<script>"], COOKING)


# -- suggestions -------------------------------------------------------------------------------------------------------


def test_accepted_suggestions_copy_from_the_inbox_and_move_misfits_as_one_batch(filing: Filing) -> None:
    misfit = replace(suggestion(5, MUSIC, misfit=True), from_playlists=(COOKING,))
    filing.derived.store_suggestions([suggestion(10), misfit, suggestion(12)])
    laid = filing.accept([suggestion(10), misfit])
    assert [(e.kind, e.from_playlist, e.to_playlist) for e in laid] == [
        (EditKind.ADD, None, COOKING),
        (EditKind.MOVE, COOKING, MUSIC),
    ]
    assert [suggestion.video_id for suggestion in filing.derived.suggestions()] == [video(12)]
    assert filing.edits.feedback.accepted() == {(video(10), COOKING), (video(5), MUSIC)}
    assert sorted(filing.take_back_last()) == [edit.edit_id for edit in laid]
    assert filing.edits.feedback.accepted() == set()


def test_a_rejected_suggestion_goes_and_is_remembered(filing: Filing) -> None:
    filing.derived.store_suggestions([suggestion(10), suggestion(11)])
    filing.reject([(video(10), COOKING)])
    assert filing.edits.feedback.rejected() == {(video(10), COOKING)}
    assert [suggestion.video_id for suggestion in filing.derived.suggestions()] == [video(11)]
    assert filing.edits.pending() == []


# -- new categories and second thoughts --------------------------------------------------------------------------------


def test_a_new_category_can_be_filed_into_at_once(filing: Filing) -> None:
    made = filing.create_category("  Space ")
    filing.file([video(10)], made)
    assert filing.categories()[made] == "Space"
    assert holds(filing.local(), made) == [10]
    assert filing.create_category("Sport") != made


@pytest.mark.parametrize("title", ["", "   ", "x" * 151, "a <b> c"])
def test_a_title_that_youtube_would_refuse_is_refused(filing: Filing, title: str) -> None:
    with pytest.raises(UserError, match="cannot be the title"):
        filing.create_category(title)
    assert filing.edits.pending() == []


def test_taking_back_a_category_takes_back_what_was_filed_into_it(filing: Filing) -> None:
    made = filing.create_category("Space")
    filing.file([video(10)], made)
    creation = filing.edits.pending()[0]
    assert len(filing.take_back([creation.edit_id])) == 2
    assert filing.edits.pending() == []
    assert filing.edits.feedback.accepted() == set()


def test_an_edit_that_does_not_wait_cannot_be_taken_back(filing: Filing) -> None:
    with pytest.raises(UserError, match="no pending edit 77"):
        filing.take_back([77])


def test_inboxes_and_what_can_only_be_read_are_no_categories(shop: Workspace) -> None:
    assert shop.filing.categories() == {COOKING: "Cooking", MUSIC: "Music"}
    shop.catalog.give_role([MUSIC], Role.IGNORED)
    assert shop.filing.categories() == {COOKING: "Cooking"}


# -- second thoughts ---------------------------------------------------------------------------------------------------


def test_a_correction_taken_back_leaves_the_first_wish_with_its_decision(filing: Filing) -> None:
    filing.file([video(10)], COOKING)
    filing.file([video(10)], MUSIC)
    assert filing.edits.feedback.accepted() == {(video(10), MUSIC)}
    filing.take_back_last()
    assert [(e.kind, e.to_playlist) for e in filing.edits.pending()] == [(EditKind.ADD, COOKING)]
    assert filing.edits.feedback.accepted() == {(video(10), COOKING)}
    filing.take_back_last()
    assert (filing.edits.pending(), filing.edits.feedback.accepted()) == ([], set())


# -- tidying -----------------------------------------------------------------------------------------------------------


def shown_in_cooking(filing: Filing, *numbers: int) -> None:
    """YouTube shows these videos in Cooking too."""
    items = filing.catalog.items_of(COOKING)
    filing.catalog.store_items(COOKING, [*items, *(Item(f"cooking-{n}", video(n)) for n in numbers)])


def tidyable(filing: Filing) -> list[int]:
    return [int(item.video_id[5:]) for item in filing.tidyable()[INBOX]]


def test_an_inbox_can_be_tidied_of_what_youtube_shows_in_a_category_and_not_of_what_is_only_wished_there(
    filing: Filing,
) -> None:
    assert (tidyable(filing), list(filing.tidyable())) == ([], [INBOX])
    filing.file([video(10)], COOKING)
    assert tidyable(filing) == []
    shown_in_cooking(filing, 11, 12)
    assert tidyable(filing) == [11, 12]


def test_tidying_takes_the_very_items_out_as_one_batch(filing: Filing) -> None:
    shown_in_cooking(filing, 11, 12)
    items = {item.video_id: item.item_id for item in filing.catalog.items_of(INBOX)}
    laid = filing.tidy(["Inbox"])
    assert [(e.kind, e.from_playlist, e.item_id) for e in laid] == [
        (EditKind.REMOVE, INBOX, items[video(11)]),
        (EditKind.REMOVE, INBOX, items[video(12)]),
    ]
    assert holds(filing.local(), INBOX) == [10, 13, 14, 15]
    assert (tidyable(filing), filing.tidy([INBOX])) == ([], [])
    filing.take_back_last()
    assert filing.edits.pending() == []


def test_what_leaves_its_only_category_is_not_tidied(filing: Filing) -> None:
    shown_in_cooking(filing, 11, 12)
    filing.file([video(11)], None, COOKING)
    assert tidyable(filing) == [12]


def test_an_unavailable_video_is_never_tidied(filing: Filing) -> None:
    filing.catalog.store_items(INBOX, [*filing.catalog.items_of(INBOX), Item("dead", video(DELETED))])
    assert DELETED in holds(filing.local(), COOKING)
    assert tidyable(filing) == []


def test_only_an_inbox_that_can_be_written_is_tidied(filing: Filing) -> None:
    for name in (COOKING, LIKES):
        with pytest.raises(UserError, match="no inbox that can be tidied"):
            filing.tidy([name])
    with pytest.raises(UserError, match="no playlist 'Zoo'"):
        filing.tidy(["Zoo"])
    assert filing.tidy([]) == []
