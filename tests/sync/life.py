"""The life of one library: the account, the person who wishes here and edits there, time, and processes that end.

All of it is drawn by dice, so that the same throws lead the same life.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lib.demo.account import Account, empty_account, item_id_of
from lib.demo.youtube import DemoYouTube
from lib.models import LIKED, Availability, Channel, Edit, EditKind, Item, Library, Playlist, Video
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import Clock
from tests.sync.inprocess import CALM, Wire, opened
from tests.sync.oracle import videos
from tests.sync.person import VIDEOS, Dice, Person, Throw, pick
from tests.sync.promises import Promises

DEAD = "video" + "d" * 6
PLAYLISTS = tuple("PL" + letter * 32 for letter in "abc")
INBOX = "PL" + "i" * 32
FAST = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


def first_account(lists: Sequence[Sequence[int]], liked: int) -> Account:
    """Three playlists, an inbox, and Liked; one video is dead, repeats happen, one item has a note."""
    named = [*VIDEOS, DEAD]
    states = {DEAD: Availability.PRIVATE}
    known = {
        v: Video(v, f"Talk {v[-1]}", "", "UCo", "Owner", availability=states.get(v, Availability.AVAILABLE))
        for v in named
    }
    account = empty_account(Channel("UC" + "r" * 22, "Robin"), known)
    playlists = dict(account.playlists)
    for key, numbers in zip((*PLAYLISTS, INBOX), lists, strict=True):
        items = [
            Item(item_id_of(key, str(at)), named[n], note="mind this" if at == 1 else "")
            for at, n in enumerate(numbers)
        ]
        title = "Inbox" if key == INBOX else f"List {key[-1]}"
        playlists[key] = Playlist(key, title, f"About {title}", items=tuple(items))
    playlists[LIKED] = replace(playlists[LIKED], items=(Item(item_id_of(LIKED, "0"), VIDEOS[liked]),))
    return replace(account, playlists=playlists)


@cache
def template() -> Path:
    """A folder with an empty database, migrated once."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-machine-", dir=FAST))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Wire.plugged = None
    Workspace(Settings(folder)).close()
    return folder


class Life(Person):
    """One person with one library."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.daily_units = 10_000
        self.grounds: dict[int, Library] = {}
        self.home: Path | None = None

    def settle_in(self, lists: Sequence[Sequence[int]], liked: int, page: int, frank: bool) -> None:
        """A fresh account, and a library that has been read from it."""
        self.clock = Clock()
        account = first_account(lists, liked)
        self.youtube = DemoYouTube(account, clock=self.clock, changed=lambda account: self.promises.changed(account))
        self.wire = Wire(self.youtube, self.clock, page, frank)
        self.promises = Promises(account, lambda sql: self.shop.db.committed(sql))
        self.wire.before, self.wire.after, self.wire.act = self.promises.before, self.promises.after, self.deed
        self.wire.running = lambda: bool(self.shop.db.committed("SELECT 1 FROM pushes WHERE state = 'running'"))
        self.home = Path(tempfile.mkdtemp(prefix="atlas-machine-", dir=FAST))
        shutil.copy(template() / "atlas.duckdb", self.home)
        self.shop = opened(self.home, self.wire)
        self.shop.pulls.pull()

    def end(self) -> None:
        """Nothing is left of it."""
        if self.home:
            Wire.plugged = None
            self.shop.close()
            shutil.rmtree(self.home, ignore_errors=True)

    def reopen(self) -> None:
        """The process is gone; a new one opens the file that it left."""
        self.wire.disturb(CALM)
        Wire.plugged = None
        self.shop.close()
        assert self.home
        self.shop = opened(self.home, self.wire)
        self.shop.quota.daily_units = self.daily_units

    def allow(self, units_left: int | None) -> None:
        """So many units are left today, here and at YouTube; None: as many as any day."""
        self.daily_units = 10_000 if units_left is None else self.shop.quota.spent() + units_left
        self.shop.quota.daily_units = self.youtube.ledger.daily_units = self.daily_units

    def keep(self, promise: str, kept: object, what: object = "") -> None:
        """Note what was not kept, and stop at the first."""
        self.promises.keep(promise, kept, str(what))
        self.judge()

    def judge(self) -> None:
        """Nothing that was promised has been broken so far."""
        assert not self.promises.broken, "\n".join(self.promises.broken)

    def next_day(self) -> None:
        """Midnight Pacific: there are units again."""
        self.clock.now = self.shop.quota.resets_at() + timedelta(minutes=5)
        self.allow(None)

    # -- what the user wishes here -----------------------------------------------------------------------------------

    def wish(self, wishing: Throw) -> None:
        """Lays one wish as the pages do: on what the user sees, with what base shows as seen."""
        kind, dice = wishing
        base, local = self.shop.catalog.library(), self.shop.local()
        laying: Callable[[Library, Library, Dice], list[Edit]] = getattr(self, f"_wish_{kind}")
        edits = laying(base, local, dice)
        if edits:
            self.shop.edits.lay(edits)
            self.shop.filing.settle()  # as after each wish of the pages: what cancels out waits for nothing
        self.ground(base)

    def ground(self, base: Library) -> None:
        for edit in self.shop.edits.pending():
            self.grounds.setdefault(edit.edit_id, base)

    def _edit(self, kind: EditKind, **facts: Any) -> Edit:
        return Edit(0, kind, self.clock(), **facts)

    def _alive(self, local: Library) -> list[str]:
        return sorted(videos(local) - self.shop.catalog.unavailable())

    def _goal(self, local: Library, number: int, but: str | None = None) -> Playlist | None:
        return pick([p for p in local.playlists.values() if p.writable and p.playlist_id != but], number)

    def _item(self, local: Library, dice: Dice) -> tuple[Playlist, Item] | None:
        everything = [(p, i) for p in local.playlists.values() if p.writable for i in p.items]
        return pick(everything, dice[0] + 24 * dice[1])

    @staticmethod
    def _anchor(goal: Playlist, number: int) -> str | None:
        return pick([None, None, "", *(i.item_id for i in goal.items if i.item_id)], number)

    def _wish_move(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        found = self._item(local, dice)
        goal = found and self._goal(local, dice[2], found[0].playlist_id)
        if not found or not goal or found[1].video_id not in self._alive(local):
            return []
        source, item = found
        number = goal.copies(item.video_id) + (dice[3] % 3 == 0) or 1
        ends = {"from_playlist": source.playlist_id, "to_playlist": goal.playlist_id}
        how = {"after_item": self._anchor(goal, dice[3]), "copies": number, "starred": dice[1] == 7}
        return [self._edit(EditKind.MOVE, video_id=item.video_id, item_id=item.item_id, **ends, **how)]

    def _wish_add(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        video, goal = pick(self._alive(local), dice[0]), self._goal(local, dice[2])
        if not video or not goal:
            return []
        number = goal.copies(video) + (dice[1] % 2) or 1
        return [
            self._edit(
                EditKind.ADD,
                video_id=video,
                to_playlist=goal.playlist_id,
                after_item=self._anchor(goal, dice[3]),
                copies=number,
            )
        ]

    def _wish_fill(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        """Several videos into one playlist, each behind an item that the user chose."""
        goal, laid = self._goal(local, dice[2]), []
        for turn, video in enumerate(self._alive(local)[: 2 + dice[0] % 2] if goal else ()):
            assert goal
            anchor = self._anchor(goal, dice[turn] if turn else dice[3])
            how = {"after_item": anchor, "copies": goal.copies(video) + 1}
            laid.append(self._edit(EditKind.ADD, video_id=video, to_playlist=goal.playlist_id, **how))
        return laid

    def _wish_remove(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        found = self._item(local, dice)
        if not found:
            return []
        return [
            self._edit(
                EditKind.REMOVE,
                video_id=found[1].video_id,
                item_id=found[1].item_id,
                from_playlist=found[0].playlist_id,
            )
        ]

    def _wish_reorder(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        goal = pick([p for p in local.playlists.values() if p.writable and len(p.items) > 1], dice[0])
        if not goal:
            return []
        order = [item.video_id for item in goal.items]
        order.insert(dice[2] % len(order), order.pop(dice[1] % len(order)))
        if dice[3] % 3 == 0 or order == [item.video_id for item in goal.items]:
            order.reverse()
        seen = tuple(item.video_id for item in base.playlists.get(goal.playlist_id, goal).items)
        return [self._edit(EditKind.REORDER, to_playlist=goal.playlist_id, order=tuple(order), seen=seen)]

    def _wish_rename(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        goal = pick([p for p in base.playlists.values() if p.writable and p.playlist_id in local.playlists], dice[0])
        return goal and [
            self._edit(EditKind.RENAME, to_playlist=goal.playlist_id, title=f"mine {dice[1] % 3}", seen=(goal.title,))
        ]

    def _wish_create(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        if len(local.playlists) > 6:
            return []
        self.made += 1
        new = self.shop.filing.create_category(f"new {self.made}")
        return self._wish_add(base, self.shop.local(), dice) and [
            self._edit(EditKind.ADD, video_id=pick(self._alive(local), dice[0]), to_playlist=new)
        ]

    def _wish_delete(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        there = [p for p in base.playlists.values() if p.writable and p.playlist_id in local.playlists]
        if len(there) < 3:
            return []
        goal = pick(there, dice[0])
        return [self._edit(EditKind.DELETE, from_playlist=goal.playlist_id, seen=tuple(i.item_id for i in goal.items))]

    def _wish_file(self, base: Library, local: Library, dice: Dice) -> list[Edit]:
        found, goal = self._item(local, dice), self._goal(local, dice[2])
        if found and goal and goal is not found[0] and found[1].video_id in self._alive(local):
            self.shop.filing.file([found[1].video_id], goal.playlist_id, found[0].playlist_id if dice[3] % 2 else None)
        return []
