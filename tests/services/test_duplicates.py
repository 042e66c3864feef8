"""Keeping one of two ids of a video: it stands where the other stood, and the other is gone; one act."""

from __future__ import annotations

from lib.services.workspace import Workspace
from tests.flows import COOKING, DELETED, INBOX, video


def test_the_kept_one_stands_where_the_other_stood(shop: Workspace) -> None:
    before, kept, removed = shop.local(), video(10), video(0)
    homes = before.homes(removed)
    assert COOKING in homes and before.homes(kept) == [INBOX]
    edits = shop.duplicates.keep(kept, removed)
    assert len(edits) == len(homes) + sum(before.playlists[key].copies(removed) for key in homes)
    assert shop.local().homes(removed) == [] and set(shop.local().homes(kept)) == {INBOX, *homes}
    shop.filing.take_back_last()
    assert shop.local() == before


def test_an_unavailable_video_is_not_kept_where_it_would_have_to_be_added(shop: Workspace) -> None:
    assert shop.duplicates.steps(video(DELETED), video(0)) == []
