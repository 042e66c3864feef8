"""What a person, or time, does to an account on youtube.com: each act takes an account and gives the one afterwards.

An act on what is no longer there does nothing, so that it can happen at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from lib.demo.account import Account, item_id_of, playlist_id_of
from lib.models import Availability, Item, Playlist

Change = Callable[[Account], Account]
_MOMENT = datetime(2026, 10, 5, tzinfo=UTC)


def takes_out(playlist_id: str, video_id: str) -> Change:
    """The first copy of a video leaves a playlist."""

    def change(account: Account) -> Account:
        held = account.playlists.get(playlist_id)
        taken = held and next((item for item in held.items if item.video_id == video_id), None)
        if not held or not taken:
            return account
        return account.with_playlist(replace(held, items=tuple(item for item in held.items if item is not taken)))

    return change


def puts_in(playlist_id: str, video_id: str, position: int = 0) -> Change:
    """A video comes into a playlist, on top unless another position is named."""

    def change(account: Account) -> Account:
        held = account.playlists.get(playlist_id)
        if not held:
            return account
        made = Item(item_id_of(playlist_id, f"person {video_id} {len(held.items)}"), video_id, _MOMENT)
        return account.with_playlist(replace(held, items=(*held.items[:position], made, *held.items[position:])))

    return change


def moves(video_id: str, source: str, target: str) -> Change:
    """A video leaves one playlist for the top of another."""

    def change(account: Account) -> Account:
        after = takes_out(source, video_id)(account)
        return account if after is account or target not in account.playlists else puts_in(target, video_id)(after)

    return change


def takes_out_and_puts_back(playlist_id: str, video_id: str) -> Change:
    """A video leaves a playlist and comes back: the number of items is the same, the item is another."""

    def change(account: Account) -> Account:
        after = takes_out(playlist_id, video_id)(account)
        return account if after is account else puts_in(playlist_id, video_id)(after)

    return change


def turns_round(playlist_id: str) -> Change:
    """The last item of a playlist goes to its head."""

    def change(account: Account) -> Account:
        held = account.playlists.get(playlist_id)
        if not held or len(held.items) < 2:
            return account
        return account.with_playlist(replace(held, items=(held.items[-1], *held.items[:-1])))

    return change


def renames(playlist_id: str, title: str) -> Change:
    """A playlist gets another title."""

    def change(account: Account) -> Account:
        held = account.playlists.get(playlist_id)
        return account.with_playlist(replace(held, title=title)) if held else account

    return change


def creates(title: str) -> Change:
    """A new, empty playlist."""
    made = Playlist(playlist_id_of(f"person {title}"), title)
    return lambda account: (
        account if made.playlist_id in account.playlists else account.with_new_playlist(made, _MOMENT)
    )


def deletes(playlist_id: str) -> Change:
    """A playlist goes, and its items with it."""
    return lambda account: account.without_playlist(playlist_id) if playlist_id in account.playlists else account


def loses(video_id: str, availability: str = Availability.DELETED) -> Change:
    """A video becomes private or is deleted by its owner; it stays in the playlists as a placeholder."""

    def change(account: Account) -> Account:
        video = account.videos.get(video_id)
        if not video:
            return account
        gone = replace(video, availability=Availability(availability))
        return replace(account, videos={**account.videos, video_id: gone})

    return change


ACTS: Mapping[str, Callable[..., Change]] = {
    act.__name__: act
    for act in (takes_out, puts_in, moves, takes_out_and_puts_back, turns_round, renames, creates, deletes, loses)
}
"""By the word that JSON uses for it."""
