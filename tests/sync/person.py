"""What a person does on YouTube itself while the program works: another one, or the user on the phone.

All of it is drawn by dice, so that the same throws do the same.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lib.demo.account import Account, item_id_of
from lib.demo.youtube import DemoYouTube
from lib.errors import UserError, Waiting
from lib.models import Availability, EditKind, Item, Playlist
from lib.services.workspace import Workspace
from tests.flows import Clock
from tests.sync.promises import Promises

VIDEOS = tuple(f"video{letter * 6}" for letter in "vwxy")

Dice = tuple[int, int, int, int]
Throw = tuple[str, Dice]


def pick(choices: Sequence[Any], number: int) -> Any:
    """One of them, by a throw of the dice; None of none."""
    return choices[number % len(choices)] if choices else None


class Person:
    """Whoever changes the account. `pushing` tells whether the program is at work just then.

    `refused` tells that a change was to be taken back here and could not.
    """

    shop: Workspace
    youtube: DemoYouTube
    clock: Clock
    promises: Promises

    def __init__(self) -> None:
        super().__init__()
        self.deeds = 0
        self.pushing = False
        self.refused = False

    def deed(self, deed: Throw) -> None:
        """One change of the account, and what a promise must know of it."""
        kind, dice = deed
        self.deeds += 1
        if kind == "push too":
            self._push_too()
            return
        if kind == "take back":
            self._take_back(dice)
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
                self.shop.pushes.push()
            except Waiting:
                refused.append(True)

        if self.pushing:
            thread = threading.Thread(target=push)
            thread.start()
            thread.join()
            self.promises.keep("16 one pusher", refused, "a second push was begun")

    def _take_back(self, dice: Dice) -> None:
        """Somebody takes a change back here. `withdrawn` are those that went, `refused` whether one was told that it cannot."""
        pending = {edit.edit_id for edit in self.shop.edits.pending()}
        try:
            if dice[1] % 3 and pending:
                self.shop.filing.take_back([pick(sorted(pending), dice[0])])
            else:
                self.shop.filing.take_back_last()
        except UserError:
            self.refused = True
        gone = pending - {edit.edit_id for edit in self.shop.edits.pending()}
        self.promises.wishes = [wish for wish in self.promises.wishes if wish.edit.edit_id not in gone]

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
