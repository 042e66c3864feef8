from __future__ import annotations

from collections.abc import Callable

import pytest

from lib.models import Item
from lib.services.workspace import Workspace
from tests.flows import COOKING, MUSIC, START, video


def file_another(shop: Workspace) -> None:
    shop.filing.file([video(11)], COOKING)


def look_after_a_pull(shop: Workspace) -> None:
    shop.pulls.fulfil()


@pytest.mark.parametrize("act", [file_another, look_after_a_pull])
@pytest.mark.parametrize("held_back", [True, False])
def test_an_edit_that_base_satisfies_waits_only_while_its_playlist_is_held_back(
    shop: Workspace, act: Callable[[Workspace], None], held_back: bool
) -> None:
    (edit,) = shop.filing.file([video(10)], MUSIC)
    shop.catalog.store_items(MUSIC, [*shop.catalog.items_of(MUSIC), Item("new", video(10))])
    if held_back:
        shop.catalog.hold_back(MUSIC, '"Music" now lists none.', START)
    act(shop)
    assert (edit.edit_id in {waiting.edit_id for waiting in shop.edits.pending()}) is held_back


def test_edits_that_cancel_each_other_out_wait_no_longer_even_where_a_playlist_is_held_back(shop: Workspace) -> None:
    shop.catalog.hold_back(COOKING, '"Cooking" now lists none.', START)
    shop.filing.file([video(10)], MUSIC)
    shop.filing.file([video(10)], None, MUSIC)
    assert shop.edits.pending() == []
