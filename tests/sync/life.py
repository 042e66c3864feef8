"""The life of one library: the account, the person who wishes here and edits there, time, and processes that end.

All of it is drawn by dice, so that the same throws lead the same life.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lib.demo.account import Account, empty_account, item_id_of
from lib.demo.youtube import DemoYouTube
from lib.errors import Waiting
from lib.models import LIKED, Availability, Channel, Edit, EditKind, Item, Library, Playlist, Video
from lib.settings import Settings
from lib.workspace import Workspace
from tests.flows import Clock
from tests.sync.inprocess import CALM, Wire, opened
from tests.sync.oracle import videos
from tests.sync.promises import Promises

VIDEOS = tuple(f"video{letter * 6}" for letter in "vwxy")
DEAD = "video" + "d" * 6
PLAYLISTS = tuple("PL" + letter * 32 for letter in "abc")
INBOX = "PL" + "i" * 32
FAST = Path("/dev/shm") if Path("/dev/shm").is_dir() else None

Dice = tuple[int, int, int, int]
Throw = tuple[str, Dice]


def pick(choices: Sequence[Any], number: int) -> Any:
    """One of them, by a throw of the dice; None of none."""
    return choices[number % len(choices)] if choices else None


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


class Life:
    """One person with one library."""

    def __init__(self) -> None:
        super().__init__()
        self.deeds = self.made = 0
        self.daily_units = 10_000
        self.grounds: dict[int, Library] = {}
        self.home: Path | None = None
        self.pushing = False

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
        self.shop.pull()

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
        self.clock.now = self.shop.quota.resets_at() + timedelta(minutes=1)
        self.allow(None)

    # -- what the user wishes here -----------------------------------------------------------------------------------

    def wish(self, wishing: tuple[str, Dice]) -> None:
        """Lays one wish as the pages do: on what the user sees, with what base shows as seen."""
        kind, dice = wishing
        base, local = self.shop.catalog.library(), self.shop.local()
        laying: Callable[[Library, Library, Dice], list[Edit]] = getattr(self, f"_wish_{kind}")
        edits = laying(base, local, dice)
        if edits:
            self.shop.edits.lay(edits)
            self.shop.filing._settle()  # as after each wish of the pages: what cancels out waits for nothing
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

    # -- what a person does on YouTube -------------------------------------------------------------------------------

    def deed(self, deed: tuple[str, Dice]) -> None:
        """Another person, or the user on the phone, changes the account itself."""
        kind, dice = deed
        self.deeds += 1
        if kind == "push too":
            self._push_too()
            return
        self.promises.by_person = True
        try:
            self.youtube.amend(lambda account: getattr(self, f"_deed_{kind}")(account, dice) or account)
        finally:
            self.promises.by_person = False

    def _deed_cross(self, account: Account, dice: Dice) -> Account | None:
        """The person changes the very thing that a wish is about."""
        edit = pick([e for e in self.shop.edits.pending() if e.kind is not EditKind.CREATE], dice[0])
        key = edit and (edit.from_playlist or edit.to_playlist)
        held = account.playlists.get(key or "")
        if not edit or not held or not held.writable:
            return None
        at = next((n for n, item in enumerate(held.items) if item.item_id == edit.item_id), None)
        if edit.kind is EditKind.RENAME:
            return account.with_playlist(replace(held, title=f"theirs {dice[1] % 3}"))
        if edit.kind is EditKind.REORDER and len(held.items) > 1 and dice[3] % 3:
            turned = [*held.items[1:], held.items[0]] if dice[1] % 2 else [*reversed(held.items)]
            return self._with(account, held, turned)
        if at is not None and dice[3] % 3:
            return self._with(account, held, [*held.items[:at], *held.items[at + 1 :]])
        place = dice[2] % (len(held.items) + 1)
        video = edit.video_id if edit.video_id and dice[1] % 2 else VIDEOS[dice[1] % 4]
        return self._with(account, held, [*held.items[:place], self._new(held.playlist_id, video), *held.items[place:]])

    def _push_too(self) -> None:
        """16: in another tab, the user pushes while a push is under way."""
        refused: list[bool] = []

        def push() -> None:
            try:
                self.shop.push()
            except Waiting:
                refused.append(True)

        if self.pushing:
            thread = threading.Thread(target=push)
            thread.start()
            thread.join()
            self.promises.keep("16 one pusher", refused, "a second push was begun")

    def _target(self, account: Account, dice: Dice) -> Playlist | None:
        """A playlist; in half of all throws one that a wish is about."""
        named = {key for edit in self.shop.edits.pending() for key in (edit.from_playlist, edit.to_playlist)}
        wanted = [p for p in account.listed if p.playlist_id in named]
        return pick(wanted, dice[0]) if wanted and dice[3] % 2 else pick(account.listed, dice[0])

    def _victim(self, account: Account, dice: Dice) -> tuple[Playlist, int] | None:
        """An item; in half of all throws one that a wish is about."""
        named = {edit.item_id for edit in self.shop.edits.pending() if edit.item_id}
        everything = [(p, at) for p in account.listed for at in range(len(p.items))]
        wanted = [(p, at) for p, at in everything if p.items[at].item_id in named]
        return pick(wanted, dice[1]) if wanted and dice[3] % 2 else pick(everything, dice[0] + 24 * dice[1])

    def _new(self, playlist_id: str, video: str) -> Item:
        return Item(item_id_of(playlist_id, f"person {self.deeds}"), video, self.clock().replace(microsecond=0))

    @staticmethod
    def _with(account: Account, held: Playlist, items: Sequence[Item]) -> Account:
        return account.with_playlist(replace(held, items=tuple(items)))

    def _deed_take(self, account: Account, dice: Dice) -> Account | None:
        if not (found := self._victim(account, dice)):
            return None
        held, at = found
        return self._with(account, held, [*held.items[:at], *held.items[at + 1 :]])

    def _deed_put(self, account: Account, dice: Dice) -> Account | None:
        held = self._target(account, dice)
        if not held or len(held.items) > 7:
            return None
        at = dice[2] % (len(held.items) + 1)
        new = self._new(held.playlist_id, VIDEOS[dice[1] % 4])
        return self._with(account, held, [*held.items[:at], new, *held.items[at:]])

    def _deed_carry(self, account: Account, dice: Dice) -> Account | None:
        found = self._victim(account, dice)
        others = [p for p in account.listed if found and p.playlist_id != found[0].playlist_id]
        if not found or not (goal := pick(others, dice[2])):
            return None
        held, at = found
        after = self._with(account, held, [*held.items[:at], *held.items[at + 1 :]])
        return self._with(after, goal, [*goal.items, self._new(goal.playlist_id, held.items[at].video_id)])

    def _deed_shuffle(self, account: Account, dice: Dice) -> Account | None:
        held = self._target(account, dice)
        if not held or len(held.items) < 2:
            return None
        items = list(held.items)
        items.insert(dice[2] % len(items), items.pop(dice[1] % len(items)))
        return self._with(account, held, items)

    def _deed_rename(self, account: Account, dice: Dice) -> Account | None:
        held = self._target(account, dice)
        return held and account.with_playlist(replace(held, title=f"theirs {dice[1] % 3}"))

    def _deed_note(self, account: Account, dice: Dice) -> Account | None:
        if not (found := self._victim(account, dice)):
            return None
        held, at = found
        items = [replace(item, note=f"note {dice[2] % 3}") if n == at else item for n, item in enumerate(held.items)]
        return self._with(account, held, items)

    def _deed_make(self, account: Account, dice: Dice) -> Account | None:
        if len(account.listed) > 6:
            return None
        key = "PL" + f"{self.deeds}".rjust(32, "p")
        made = Playlist(key, f"theirs made {self.deeds}", items=(self._new(key, VIDEOS[dice[1] % 4]),))
        return account.with_new_playlist(made, self.clock())

    def _deed_drop(self, account: Account, dice: Dice) -> Account | None:
        held = self._target(account, dice)
        return account.without_playlist(held.playlist_id) if held and len(account.listed) > 3 else None

    def _deed_die(self, account: Account, dice: Dice) -> Account | None:
        video = account.videos[VIDEOS[dice[0] % 4]]
        dead = video.availability is Availability.AVAILABLE
        changed = replace(video, availability=Availability.PRIVATE if dead else Availability.AVAILABLE)
        return replace(account, videos={**account.videos, video.video_id: changed})

    def _deed_empty(self, account: Account, dice: Dice) -> Account | None:
        held = self._target(account, dice)
        return held and self._with(account, held, held.items[: dice[1] % 2])
