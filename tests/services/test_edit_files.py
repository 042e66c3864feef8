from __future__ import annotations

import pytest

from lib.errors import UserError
from lib.models import Availability, EditKind, Library, Video
from lib.services.edit_files import Rejected, lay_edit_file
from lib.services.filing import Filing
from lib.services.workspace import Workspace
from tests.flows import COOKING, DELETED, INBOX, MUSIC, START, video

LIKES = "LL"


HEADER = "video_id,from_playlist,to_playlist\n"


def holds(library: Library, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in library.playlists[playlist_id].items]


def test_the_lines_of_a_file_add_move_and_remove(filing: Filing) -> None:
    text = HEADER + f"{video(10)},,Cooking\n{video(11)},Inbox,{MUSIC}\n\n {video(12)} , Inbox ,\n"
    assert lay_edit_file(filing, text) == (3, [])
    assert [e.kind for e in filing.edits.pending()] == [EditKind.ADD, EditKind.MOVE, EditKind.REMOVE]
    assert filing.edits.feedback.accepted() == {(video(10), COOKING), (video(11), MUSIC)}


BAD = HEADER + f"{video(10)},,Cooking\nnonsense,,Cooking\n{video(11)},,Nowhere\n{video(0)},Inbox,Music\n"


def test_a_file_with_bad_lines_is_refused_whole_and_names_each_line(filing: Filing) -> None:
    accepted, rejected = lay_edit_file(filing, BAD)
    assert (accepted, [rejection.line for rejection in rejected]) == (0, [3, 4, 5])
    assert "no YouTube video id" in rejected[0].reason
    assert filing.edits.pending() == []
    assert filing.edits.feedback.accepted() == set()


def test_the_good_lines_of_a_bad_file_can_be_had(filing: Filing) -> None:
    accepted, rejected = lay_edit_file(filing, BAD, partial=True)
    assert (accepted, len(rejected)) == (1, 3)
    assert [e.video_id for e in filing.edits.pending()] == [video(10)]


def test_unknown_titles_become_new_categories_where_that_is_asked_for(filing: Filing) -> None:
    text = HEADER + f"{video(10)},,Space\n{video(11)},,Space\n{video(12)},,Cooking\n"
    assert lay_edit_file(filing, text, create=True) == (3, [])
    made = next(e for e in filing.edits.pending() if e.kind is EditKind.CREATE)
    assert [e.to_playlist for e in filing.edits.pending()] == [
        made.to_playlist,
        made.to_playlist,
        made.to_playlist,
        COOKING,
    ]


def test_a_title_that_two_playlists_have_is_refused_with_both_ids(shop: Workspace) -> None:
    shop.catalog.rename_playlist(MUSIC, "Cooking")
    _, (rejected,) = lay_edit_file(shop.filing, HEADER + f"{video(10)},,Cooking\n")
    assert isinstance(rejected, Rejected)
    assert COOKING in rejected.reason and MUSIC in rejected.reason


@pytest.mark.parametrize("text", ["", "video_id,to_playlist\nx,y\n", "just words"])
def test_a_file_without_the_columns_is_refused_and_told_which(filing: Filing, text: str) -> None:
    with pytest.raises(UserError, match="Line 1 of the file has no column") as error:
        lay_edit_file(filing, text)
    assert "video_id,from_playlist,to_playlist" in error.value.next_step


def test_a_byte_order_mark_windows_line_ends_and_quotes_are_understood(shop: Workspace) -> None:
    shop.catalog.rename_playlist(MUSIC, 'Music, "loud"\nand long')
    text = "\ufeff" + HEADER.replace("\n", "\r\n") + f'{video(10)},,"Music, ""loud""\nand long"\r\nbad,,Cooking\r\n'
    accepted, rejected = lay_edit_file(shop.filing, text, partial=True)
    assert (accepted, [rejection.line for rejection in rejected]) == (1, [4])


@pytest.mark.parametrize("rest", ["", f"{video(12)},,Cooking\n", f'{video(12)},,"Cooking"\n'])
def test_a_quote_that_is_not_closed_names_its_line_and_only_with_partial_what_stands_before_is_taken(
    filing: Filing, rest: str
) -> None:
    text = HEADER + f'{video(10)},,Cooking\nnonsense,,Cooking\n{video(11)},,"Cooking\n{rest}'
    with pytest.raises(UserError, match="Line 4 is no line of a CSV"):
        lay_edit_file(filing, text)
    assert filing.edits.pending() == []
    accepted, rejected = lay_edit_file(filing, text, partial=True)
    assert (accepted, [rejection.line for rejection in rejected]) == (1, [3, 4])
    assert "nothing from this line on was read" in rejected[-1].reason
    assert [edit.video_id for edit in filing.edits.pending()] == [video(10)]


def test_a_header_with_a_quote_that_is_not_closed_is_refused_also_with_partial(filing: Filing) -> None:
    with pytest.raises(UserError, match="Line 1 is no line of a CSV"):
        lay_edit_file(filing, '"' + HEADER + f"{video(10)},,Cooking\n", partial=True)


def test_a_dead_video_can_be_removed_and_not_filed(shop: Workspace) -> None:
    dead = Video(video(20), "", availability=Availability.PRIVATE, fetched_at=START)
    shop.catalog.store_videos([dead])
    accepted, rejected = lay_edit_file(
        shop.filing, HEADER + f"{video(DELETED)},Cooking,\n{video(DELETED)},,Music\n", partial=True
    )
    assert (accepted, [rejection.line for rejection in rejected]) == (1, [3])


def test_a_rejected_line_leaves_no_category_behind_and_good_ones_share_theirs(filing: Filing) -> None:
    text = HEADER + f"video999999,,Baking\n{video(10)},,Baking\n{video(11)},,Baking\n"
    accepted, rejected = lay_edit_file(filing, text, create=True, partial=True)
    assert (accepted, [rejection.line for rejection in rejected]) == (2, [2])
    (baking,) = [p for p in filing.local().playlists.values() if p.title == "Baking"]
    assert holds(filing.local(), baking.playlist_id) == [10, 11]


def test_a_line_sees_where_an_earlier_line_put_the_same_video(filing: Filing) -> None:
    text = HEADER + f"{video(10)},Inbox,Cooking\n{video(11)},,Music\n{video(10)},Cooking,Music\n"
    assert lay_edit_file(filing, text) == (3, [])
    assert 10 not in holds(filing.local(), COOKING) + holds(filing.local(), INBOX)
    assert holds(filing.local(), MUSIC)[-2:] in ([10, 11], [11, 10])


def test_an_edit_file_is_taken_back_as_a_whole(filing: Filing) -> None:
    filing.file([video(12)], COOKING)
    lay_edit_file(filing, HEADER + f"{video(10)},,Cooking\n{video(11)},,Baking\n", create=True)
    filing.take_back_last()
    assert [edit.video_id for edit in filing.edits.pending()] == [video(12)]
