from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from lib.demo.youtube import Answer, Request
from lib.errors import ApiError, InconsistentListing
from lib.sync.listing import listed
from tests.flows import COOKING, MUSIC, World, on, playlist, refused, video

EVERY = 10_000


def shows_otherwise(change: Callable[[dict[str, Any]], None]) -> Any:
    """An answer that says something else than is so, as a listing of YouTube's sometimes does."""

    def act(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        reply = answer(replace(request, if_none_match=None))
        body = deepcopy(reply.body or {})
        change(body)
        return replace(reply, body=body | {"etag": "another"})

    return act


def circle(request: Request, answer: Callable[[Request], Answer]) -> Answer:
    """The first page again and again, each time with a further one."""

    def same_again(body: dict[str, Any]) -> None:
        body["nextPageToken"] = "again"

    first = replace(request, params={k: v for k, v in request.params.items() if k != "pageToken"})
    return shows_otherwise(same_again)(first, answer)


def items_of(playlist_id: str) -> Callable[[Request], bool]:
    """Matches reads of a playlist's items, of one video or of all."""
    return lambda request: request.resource == "playlistItems" and request.params.get("playlistId") == [playlist_id]


def shown(world: World, playlist_id: str, number: int | None = None) -> list[tuple[int, str]]:
    facts = listed(world.client, playlist_id, None if number is None else video(number))
    return [(one.position, one.item.video_id) for one in facts]


def test_a_look_at_one_playlist_shows_what_it_holds_now_and_an_unknown_one_holds_nothing(pulled: World) -> None:
    assert shown(pulled, MUSIC) == [(0, video(0)), (1, video(0)), (2, video(7))]
    assert shown(pulled, "PLgone") == []


def test_a_look_for_one_video_shows_all_of_its_items_and_no_others(pulled: World) -> None:
    assert shown(pulled, MUSIC, 0) == [(0, video(0)), (1, video(0))]
    assert shown(pulled, MUSIC, 7) == [(2, video(7))]
    assert shown(pulled, MUSIC, 5) == shown(pulled, "PLgone", 0) == []


def test_a_look_for_one_video_is_read_to_the_last_page(pulled: World) -> None:
    pulled.youtube.amend(lambda account: account.with_playlist(playlist(MUSIC, "Music", [0] * 120 + [7])))
    assert [at for at, _ in shown(pulled, MUSIC, 0)] == list(range(120))


@pytest.mark.parametrize("number", [None, 0])
def test_a_look_whose_pages_lead_back_to_themselves_ends_and_is_not_believed(pulled: World, number: int | None) -> None:
    pulled.wire.rule = on(items_of(MUSIC), circle, times=EVERY)
    with pytest.raises(InconsistentListing):
        shown(pulled, MUSIC, number)


def test_another_refusal_is_not_taken_for_an_empty_playlist(pulled: World) -> None:
    pulled.wire.rule = on(items_of(COOKING), refused(403, "playlistItemsNotAccessible"), times=EVERY)
    with pytest.raises(ApiError, match="403"):
        shown(pulled, COOKING, 0)
