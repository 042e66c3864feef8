"""The state of one YouTube account as values: a write makes a new `Account`, so an aborted write leaves no trace.

Keeping every former state whole is also what makes a late read simple: it is shown an older value.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lib.models import LIKED, Availability, Channel, Item, Playlist, Video


@dataclass(frozen=True, slots=True)
class Account:
    """A channel, its playlists by id in the order YouTube lists them (Liked and uploads too, unwritable), and all videos.

    `created` is the moment each playlist was made. `truth` says of some videos in which playlist a careful person
    would have filed them; the API never serves it. `forbidden` are private playlists of other people, `self_sorted` own ones that
    YouTube sorts by itself.
    """

    channel: Channel
    playlists: Mapping[str, Playlist]
    videos: Mapping[str, Video]
    created: Mapping[str, datetime] = field(default_factory=dict)
    truth: Mapping[str, str] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    self_sorted: frozenset[str] = frozenset()

    @property
    def uploads_id(self) -> str:
        """The id of the list of the channel's own videos."""
        return "UU" + self.channel.channel_id[2:]

    @property
    def listed(self) -> list[Playlist]:
        """The playlists that `playlists.list mine=true` shows."""
        return [playlist for playlist in self.playlists.values() if playlist.writable]

    def availability(self, video_id: str) -> Availability:
        """Whether the video can be watched; one that nobody knows was deleted."""
        video = self.videos.get(video_id)
        return video.availability if video else Availability.DELETED

    def shown_items(self, playlist: Playlist) -> tuple[Item, ...]:
        """What a listing of the playlist contains: Liked and uploads hide what cannot be watched, others keep a placeholder."""
        if playlist.writable:
            return playlist.items
        return tuple(item for item in playlist.items if self.availability(item.video_id) is Availability.AVAILABLE)

    def home(self, item_id: str) -> Playlist | None:
        """The playlist that holds the item."""
        return next((p for p in self.playlists.values() if any(item.item_id == item_id for item in p.items)), None)

    def with_playlist(self, playlist: Playlist) -> Account:
        """This account with one playlist put in the place of its namesake."""
        return replace(self, playlists={**self.playlists, playlist.playlist_id: playlist})

    def with_new_playlist(self, playlist: Playlist, now: datetime) -> Account:
        """This account with one more playlist; YouTube lists the newest first."""
        return replace(
            self,
            playlists={playlist.playlist_id: playlist, **self.playlists},
            created={**self.created, playlist.playlist_id: now},
        )

    def without_playlist(self, playlist_id: str) -> Account:
        """This account with a playlist and all its items gone."""
        return replace(self, playlists={k: v for k, v in self.playlists.items() if k != playlist_id})


def empty_account(channel: Channel, videos: Mapping[str, Video]) -> Account:
    """An account with nothing but its two fixed lists."""
    account = Account(channel, {}, videos)
    fixed = (
        Playlist(LIKED, "Liked videos", writable=False),
        Playlist(account.uploads_id, "Uploads", privacy="public", writable=False),
    )
    return replace(account, playlists={playlist.playlist_id: playlist for playlist in fixed})


def item_id_of(playlist_id: str, seed: str) -> str:
    """The id of a playlist's entry: base64url of the playlist id and 16 hex digits, as YouTube makes it; `seed` decides the digits."""
    slot = hashlib.sha256(f"{playlist_id} {seed}".encode()).hexdigest()[:16].upper()
    return base64.urlsafe_b64encode(f"{playlist_id}.{slot}".encode()).decode().rstrip("=")


def playlist_id_of(seed: str) -> str:
    """A playlist id of 34 characters; `seed` decides it."""
    return "PL" + base64.urlsafe_b64encode(hashlib.sha256(seed.encode()).digest()).decode()[:32]
