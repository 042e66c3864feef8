"""Wishes for whole playlists: a name, an order, or that it goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lib.errors import UserError
from lib.models import LIKED, EditKind, Video
from lib.services.playlists import Playlists, SortBy
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, fill, small_world, video


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The small world with lengths and channels that differ; 3 has no length, as nobody has told us."""
    account = small_world()
    facts = {0: ("zebra", 30), 1: ("Apple", 10), 2: ("mango", 20), 3: ("Berry", None), 4: ("cherry", 10)}
    videos = {
        **account.videos,
        **{video(n): with_details(account.videos[video(n)], title, seconds) for n, (title, seconds) in facts.items()},
    }
    with closing(Workspace(Settings(tmp_path))) as opened:
        fill(opened, replace(account, videos=videos))
        yield opened


def with_details(video: Video, title: str, seconds: int | None) -> Video:
    return replace(video, title=title, channel_title=f"by {title}", duration_seconds=seconds)


@pytest.fixture
def playlists(workspace: Workspace) -> Playlists:
    return workspace.playlists


def order(workspace: Workspace, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in workspace.local().playlists[playlist_id].items]


def test_a_playlist_gets_another_name(workspace: Workspace, playlists: Playlists) -> None:
    (edit,) = playlists.rename(COOKING, "  Kitchen ")
    assert (edit.kind, edit.title, edit.seen) == (EditKind.RENAME, "Kitchen", ("Cooking",))
    assert workspace.local().playlists[COOKING].title == "Kitchen"
    assert workspace.pushes.plan().units == 50


def test_the_name_it_has_already_is_no_wish(workspace: Workspace, playlists: Playlists) -> None:
    assert playlists.rename(COOKING, "Cooking") == [] and workspace.edits.count() == 0


@pytest.mark.parametrize("title", ["", "   ", "<b>", "x" * 151])
def test_a_name_that_youtube_would_refuse_is_refused_here(playlists: Playlists, title: str) -> None:
    with pytest.raises(UserError):
        playlists.rename(COOKING, title)


def test_a_second_name_counts_from_what_youtube_shows(workspace: Workspace, playlists: Playlists) -> None:
    playlists.rename(COOKING, "Kitchen")
    playlists.rename(COOKING, "Food")
    plan = workspace.pushes.plan()
    assert not plan.conflicts and [op.title for op in plan.operations] == ["Food"]


def test_a_playlist_goes_with_all_it_holds_and_the_plan_guards_it(workspace: Workspace, playlists: Playlists) -> None:
    (edit,) = playlists.delete(MUSIC)
    assert edit.kind is EditKind.DELETE and len(edit.seen) == 3
    plan = workspace.pushes.plan()
    assert not plan.conflicts and plan.confirm_count == 3
    assert MUSIC not in workspace.local().playlists


def test_a_playlist_that_is_only_a_wish_is_taken_back(workspace: Workspace, playlists: Playlists) -> None:
    new = workspace.filing.create_category("Gardening")
    workspace.filing.file([video(10)], new)
    assert playlists.delete(new) == []
    assert workspace.edits.count() == 0


@pytest.mark.parametrize("act", ["rename", "delete", "sort"])
def test_what_can_only_be_read_is_not_changed(workspace: Workspace, playlists: Playlists, act: str) -> None:
    arguments = {"rename": ["Mine"], "delete": [], "sort": [SortBy.TITLE]}[act]
    with pytest.raises(UserError, match="nobody change"):
        getattr(playlists, act)(LIKED, *arguments)
    with pytest.raises(UserError, match="no longer in your library"):
        getattr(playlists, act)("PLgone", *arguments)
    assert workspace.edits.count() == 0


@pytest.mark.parametrize(
    ("by", "descending", "wished"),
    [
        (SortBy.TITLE, False, [1, 3, 4, 2, 5, 6, 8, 9, 0]),
        (SortBy.TITLE, True, [0, 9, 8, 6, 5, 2, 4, 3, 1]),
        (SortBy.DURATION, False, [1, 4, 2, 0, 3, 5, 6, 8, 9]),
        (SortBy.DURATION, True, [0, 2, 1, 4, 3, 5, 6, 8, 9]),
        (SortBy.ADDED, False, [9, 8, 6, 5, 4, 3, 2, 1, 0]),
    ],
)
def test_a_playlist_is_sorted_and_what_is_unknown_stands_last(
    workspace: Workspace, playlists: Playlists, by: SortBy, descending: bool, wished: list[int]
) -> None:
    units = playlists.sort_units(COOKING, by, descending=descending)
    assert len(playlists.sort(COOKING, by, descending=descending)) == 1
    assert order(workspace, COOKING) == wished
    assert workspace.pushes.plan().units == units


def test_sorting_again_replaces_the_order_that_was_wished(workspace: Workspace, playlists: Playlists) -> None:
    playlists.sort(COOKING, SortBy.TITLE)
    playlists.sort(COOKING, SortBy.ADDED)
    assert workspace.edits.count() == 1 and order(workspace, COOKING)[0] == 9


def test_taking_the_last_back_brings_the_order_before_it_back(workspace: Workspace, playlists: Playlists) -> None:
    playlists.sort(COOKING, SortBy.TITLE)
    by_title = order(workspace, COOKING)
    playlists.sort(COOKING, SortBy.ADDED)
    workspace.filing.take_back_last()
    assert order(workspace, COOKING) == by_title


def test_sorting_as_it_stands_takes_the_wish_back_and_costs_nothing(workspace: Workspace, playlists: Playlists) -> None:
    playlists.sort(COOKING, SortBy.TITLE)
    assert playlists.sort(COOKING, SortBy.ADDED, descending=True) == []
    assert playlists.sort_units(COOKING, SortBy.ADDED, descending=True) == 0
    assert workspace.edits.count() == 0 and order(workspace, COOKING) == [0, 1, 2, 3, 4, 5, 6, 8, 9]


def test_repeats_are_sorted_as_repeats(workspace: Workspace, playlists: Playlists) -> None:
    playlists.sort(MUSIC, SortBy.TITLE)
    assert order(workspace, MUSIC) == [7, 0, 0]


def test_what_is_only_wished_into_a_playlist_is_sorted_with_it(workspace: Workspace, playlists: Playlists) -> None:
    workspace.filing.file([video(1)], MUSIC)
    playlists.sort(MUSIC, SortBy.TITLE)
    assert order(workspace, MUSIC) == [1, 7, 0, 0]
    assert not workspace.pushes.plan().conflicts


def test_what_will_leave_a_playlist_costs_its_order_nothing(workspace: Workspace, playlists: Playlists) -> None:
    descending = {"descending": True}  # as it stands: the newest first
    workspace.filing.file([video(2)], None, COOKING)
    assert playlists.sort_units(COOKING, SortBy.ADDED, **descending) == 0
    removal = workspace.pushes.plan().units
    units = playlists.sort_units(COOKING, SortBy.TITLE)
    playlists.sort(COOKING, SortBy.TITLE)
    assert workspace.pushes.plan().units == removal + units


def test_an_inbox_is_arranged_like_any_other(workspace: Workspace, playlists: Playlists) -> None:
    playlists.sort(INBOX, SortBy.ADDED)
    assert order(workspace, INBOX) == [15, 14, 13, 12, 11, 10]
