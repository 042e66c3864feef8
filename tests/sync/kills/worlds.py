"""The small worlds of the kill campaign: what stands on YouTube, what the user wishes, and what a process then has to do.

Together the wishes hold every kind of operation: create and file into it, rename, move pairs, copy, plain remove, reorder,
a playlist deleted with its videos moved out, and a video that the target already holds once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lib.demo.account import Account, empty_account, item_id_of
from lib.models import Availability, Channel, Edit, EditKind, Playlist, Video
from tests.flows import START, playlist, video

NEW = "new:1"
Wishes = Callable[[], list[Edit]]


def _id(letter: str) -> str:
    return "PL" + letter * 32


INBOX, COOKING, MUSIC = _id("i"), _id("c"), _id("m")
LONG, MIXED, SMALL = _id("l"), _id("x"), _id("s")
OLD, FIRST, SECOND = _id("o"), _id("f"), _id("e")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way through the flows that is disturbed at each of its steps.

    `act` is "push" (carry the wishes out), "undo" (take back a push that carried them out, and push that) or "pull"
    (read what `meanwhile` changed on YouTube). Of the writes every `lose`-th is applied and its answer lost, every
    `refuse`-th refused for now. `lag` is in seconds; `ours` and `theirs` are the units of a day as we count them and as
    YouTube does. `like` names the scenario without these troubles, whose undisturbed end this one must come to as well.
    """

    name: str
    account: Account
    wishes: Wishes
    act: str = "push"
    meanwhile: Callable[[Account], Account] = lambda account: account
    lag: float = 0.0
    lose: int = 0
    refuse: int = 0
    ours: int = 10_000
    theirs: int = 10_000
    like: str = ""

    @property
    def calm(self) -> str:
        """The name of the scenario with the same end and no troubles."""
        return self.like or self.name


def _account(own: Sequence[Playlist]) -> Account:
    videos = {
        video(n): Video(video(n), f"Talk {n}", f"About {n}", "UCowner", "Owner", fetched_at=None) for n in range(60)
    }
    account = empty_account(Channel("UC" + "r" * 22, "Robin"), videos)
    shown = {one.playlist_id: one for one in own} | dict(account.playlists)
    return replace(account, playlists=shown, created=dict.fromkeys((one.playlist_id for one in own), START))


def _edit(kind: EditKind, **facts: object) -> Edit:
    return Edit(0, kind, START, **facts)  # type: ignore[arg-type]


def _move(number: int, source: str, place: int, target: str, **facts: object) -> Edit:
    """A wish to move the video that stands at this place of its playlist."""
    held = {"video_id": video(number), "item_id": item_id_of(source, str(place)), "from_playlist": source}
    return _edit(EditKind.MOVE, to_playlist=target, **held, **facts)


def _add(number: int, target: str, **facts: object) -> Edit:
    return _edit(EditKind.ADD, video_id=video(number), to_playlist=target, **facts)


def _remove(number: int, source: str, place: int) -> Edit:
    item = item_id_of(source, str(place))
    return _edit(EditKind.REMOVE, video_id=video(number), item_id=item, from_playlist=source)


def _reorder(target: str, before: Sequence[int], after: Sequence[int]) -> Edit:
    order, seen = (tuple(video(n) for n in numbers) for numbers in (after, before))
    return _edit(EditKind.REORDER, to_playlist=target, order=order, seen=seen)


SORTING = _account(
    [
        playlist(INBOX, "Inbox", range(10, 16)),
        playlist(COOKING, "Cooking", [0, 1, 2, 3]),
        playlist(MUSIC, "Music", [0, 0, 7]),
    ]
)


def sort() -> list[Edit]:
    """A new playlist with two filed into it, moves to the end and behind a neighbour, a copy, a second copy, a rename."""
    return [
        _edit(EditKind.CREATE, to_playlist=NEW, title="Jazz"),
        _move(10, INBOX, 0, NEW),
        _move(11, INBOX, 1, NEW),
        _move(12, INBOX, 2, COOKING, after_item=item_id_of(COOKING, "1")),
        _add(13, MUSIC),
        _add(0, COOKING, copies=2),
        _edit(EditKind.RENAME, to_playlist=COOKING, title="Kitchen", seen=("Cooking",)),
        _move(1, COOKING, 1, MUSIC),
    ]


ORDERING = _account(
    [
        playlist(LONG, "Long", range(8)),
        playlist(MIXED, "Mixed", [20, 21, 0, 22, 23]),
        playlist(SMALL, "Small", [30, 31, 0]),
    ]
)


def order() -> list[Edit]:
    """Several position moves, plain removals (of one nothing is left), a move to where the video stands once already."""
    return [
        _reorder(LONG, range(8), [7, 0, 2, 1, 3, 6, 4, 5]),
        _remove(21, MIXED, 1),
        _remove(0, MIXED, 2),
        _move(30, SMALL, 0, MIXED, after_item=item_id_of(MIXED, "0")),
        _move(0, SMALL, 2, LONG, copies=2),
        _add(31, LONG, after_item=item_id_of(LONG, "3")),
        _reorder(MIXED, [20, 30, 22, 23], [23, 20, 30, 22]),
    ]


CLOSING = _account(
    [
        playlist(OLD, "Old", [40, 41, 42, 43]),
        playlist(FIRST, "First", [44, 45, 46]),
        playlist(SECOND, "Second", [40, 47]),
    ]
)


def close() -> list[Edit]:
    """A playlist deleted with its videos moved out, one of them to where it stands already, one into a new playlist."""
    seen = tuple(item_id_of(OLD, str(place)) for place in range(4))
    return [
        _edit(EditKind.CREATE, to_playlist=NEW, title="Fresh"),
        _move(40, OLD, 0, SECOND),
        _move(41, OLD, 1, FIRST),
        _move(42, OLD, 2, NEW),
        _move(43, OLD, 3, SECOND),
        _edit(EditKind.DELETE, from_playlist=OLD, seen=seen),
        _remove(45, FIRST, 1),
        _add(47, FIRST),
        _edit(EditKind.RENAME, to_playlist=SECOND, title="Third", seen=("Second",)),
    ]


def elsewhere(account: Account) -> Account:
    """What the person did on YouTube: removed, added, moved, renamed, emptied and made playlists; and a video died."""
    inbox, cooking = account.playlists[INBOX], account.playlists[COOKING]
    gone = replace(account.videos[video(2)], availability=Availability.DELETED)
    account = replace(account, videos={**account.videos, gone.video_id: gone})
    account = account.with_playlist(replace(inbox, items=(inbox.items[5], *inbox.items[:3])))
    added = playlist(COOKING, "Cooking", [0, 1, 2, 3, 20]).items[4:]
    account = account.with_playlist(replace(cooking, title="Kitchen", items=cooking.items + added))
    account = account.with_playlist(replace(account.playlists[MUSIC], items=()))
    return account.with_new_playlist(playlist(_id("n"), "New", [21, 22, 0]), START)


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("sort", SORTING, sort),
        Scenario("order", ORDERING, order),
        Scenario("close", CLOSING, close),
        Scenario("undo-sort", SORTING, sort, "undo"),
        Scenario("undo-order", ORDERING, order, "undo"),
        Scenario("undo-close", CLOSING, close, "undo"),
        Scenario("lost-sort", SORTING, sort, lose=3, like="sort"),
        Scenario("lost-order", ORDERING, order, lose=2, like="order"),
        Scenario("lag-sort", SORTING, sort, lag=3.0, like="sort"),
        Scenario("lag-close", CLOSING, close, lag=5.0, like="close"),
        Scenario("lost-lag-close", CLOSING, close, lag=3.0, lose=3, refuse=5, like="close"),
        Scenario("quota-sort", SORTING, sort, theirs=450, like="sort"),
        Scenario("quota-order", ORDERING, order, ours=420, like="order"),
        Scenario("pull", SORTING, list, "pull", elsewhere),
    )
}
