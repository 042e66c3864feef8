from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lib.models import PAGE, EditKind, Operation, OperationKind
from lib.planning.cost import before_write, expected, looks, reserve
from tests.flows import COOKING, INBOX, MUSIC, World

INSERT = Operation(1, OperationKind.INSERT, "A", video_id="v")
ANCHORED = Operation(1, OperationKind.INSERT, "A", video_id="v", after_item="i")
DELETE = Operation(2, OperationKind.DELETE, "B", video_id="v", item_id="i", needs=1)
CREATE = Operation(1, OperationKind.CREATE, "new:1", title="T")


def test_one_looks_at_once_and_then_ever_more_seldom() -> None:
    assert looks(60) == [0, 2, 6, 14, 30, 60]
    assert looks(10) == [0, 2, 6, 10]
    assert looks(0) == [0]


def test_a_move_needs_both_writes_and_every_look_after_the_insert_before_and_after_the_delete() -> None:
    assert reserve((INSERT, DELETE), 60) == 2 * 50 + 3 * 6 + before_write(DELETE)
    assert reserve((INSERT, DELETE), 60) == reserve((INSERT,), 60) + reserve((DELETE,), 60)
    assert reserve((INSERT,), 0) == 51


def test_a_new_playlist_is_looked_for_on_every_page_of_the_listing() -> None:
    assert reserve((CREATE,), 60, playlists=PAGE) == 56
    assert reserve((CREATE,), 60, playlists=PAGE + 1) == 62


def test_a_playlist_that_goes_is_read_page_by_page_before() -> None:
    held = Operation(1, OperationKind.DELETE_PLAYLIST, "A", before={"items": ["v"] * 120})
    assert before_write(held) == 2 * 3
    assert expected((held,)) == 56


def test_what_is_expected_is_never_more_than_what_is_reserved() -> None:
    for step in [(INSERT,), (ANCHORED,), (INSERT, DELETE), (CREATE,), (DELETE,)]:
        assert expected(step) <= reserve(step, 0)


def filing(world: World) -> None:
    for number in (10, 11, 12):
        world.move(number, INBOX, COOKING)


def reordering(world: World) -> None:
    seen = tuple(item.video_id for item in world.shop.catalog.items_of(COOKING))
    world.lay(EditKind.REORDER, to_playlist=COOKING, order=tuple(reversed(seen)), seen=seen)


def renaming(world: World) -> None:
    world.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))


@pytest.mark.parametrize("wish", [filing, reordering, renaming])
def test_a_push_uses_what_is_expected_of_its_steps_and_little_more(
    pulled: World, wish: Callable[[World], None]
) -> None:
    wish(pulled)
    operations = pulled.shop.pushes.plan().operations
    units = sum(expected(step) for step in steps(operations))
    pulled.pull()
    before = len(pulled.youtube.log)
    assert pulled.push().state == "done"
    spent = sum(entry.units for entry in pulled.requests(before))
    around = 12  # account, pull, a check of fifty operations, and looking again afterwards
    assert units - len(operations) <= spent <= units + around


def steps(operations: tuple[Operation, ...]) -> Iterator[tuple[Operation, ...]]:
    for one in operations:
        yield (one,)
