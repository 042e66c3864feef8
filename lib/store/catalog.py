"""The catalogue: base, the library as YouTube last showed it, with the roles the user gave to its playlists.

Only observations are written here (`store_*`, `apply_*`); edits are in `edits.py`. Every query is named after what it
returns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from lib.models import LIKED, Availability, Channel, HeldBack, Item, Library, Listed, Playlist, Role, Video
from lib.store.areas import Area
from lib.store.cache import Cached
from lib.store.db import Database, aware, naive
from lib.store.video_rows import VIDEO_COLUMNS, row_of, video_of

INBOX_TITLES = frozenset(
    """
    inbox|watch later|posteingang|später ansehen|boîte de réception|à regarder plus tard|bandeja de entrada|ver más tarde
    |caixa de entrada|assistir mais tarde|ver mais tarde|posta in arrivo|guarda più tardi|postvak in|later bekijken
    |skrzynka odbiorcza|do obejrzenia|inkorg|titta senare|indbakke|innboks|se senere|saapuneet|katso myöhemmin
    |doručená pošta|přehrát později|gelen kutusu|daha sonra izle|входящие|смотреть позже|вхідні|переглянути пізніше
    |受信トレイ|後で見る|받은편지함|나중에 볼 동영상|收件箱|稍后观看|收件匣|稍後觀看|tonton nanti|xem sau
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
"""Only a playlist with exactly such a title is taken for an inbox until the user says otherwise: "Inbox" and "Watch later",
as YouTube and mail programs translate them."""


class Catalog:
    """Reads and writes base."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._library = Cached(db, self._read_library, Area.BASE, Area.ROLES)
        self._facts = Cached(db, self._read_facts, Area.FACTS)

    # -- small facts -------------------------------------------------------------------------------------------------

    def fact(self, key: str) -> str | None:
        """A remembered fact such as the time of the last pull. All are read once until one changes."""
        return self._facts.get().get(key)

    def _read_facts(self) -> dict[str, str]:
        return dict(self.db.rows("SELECT key, value FROM meta"))

    def remember(self, key: str, value: str) -> None:
        """Remember a fact under its key, in place of an older one."""
        with self.db.write(Area.FACTS) as tx:
            tx.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [key, value]
            )

    def channel(self) -> Channel | None:
        """The channel this library was read from, pinned at the first pull."""
        channel_id = self.fact("channel_id")
        return (
            Channel(channel_id, self.fact("channel_title") or "", self.fact("channel_thumbnail") or "")
            if channel_id
            else None
        )

    def pin_channel(self, channel: Channel) -> None:
        """Remember whose library this is; later pulls and pushes go to no other."""
        with self.db.write():
            self.remember("channel_id", channel.channel_id)
            self.remember("channel_title", channel.title)
            self.remember("channel_thumbnail", channel.thumbnail)

    # -- base --------------------------------------------------------------------------------------------------------

    def library(self) -> Library:
        """Base, whole: playlists in YouTube's order with their items in order. Read once until it changes."""
        return self._library.get()

    def _read_library(self) -> Library:
        items: dict[str, list[Item]] = {}
        for playlist_id, item_id, video_id, added_at, note in self.db.rows(
            "SELECT playlist_id, item_id, video_id, added_at, note FROM items ORDER BY playlist_id, position, item_id"
        ):
            items.setdefault(playlist_id, []).append(Item(item_id, video_id, aware(added_at), note))
        roles = self.roles()
        playlists: dict[str, Playlist] = {}
        for playlist_id, title, description, privacy, writable in self.db.rows(
            "SELECT playlist_id, title, description, privacy, writable FROM playlists ORDER BY rank, playlist_id"
        ):
            role = roles.get(playlist_id, first_role(playlist_id, title))
            held = tuple(items.get(playlist_id, ()))
            playlists[playlist_id] = Playlist(playlist_id, title, description, privacy, role, writable, held)
        return Library(playlists)

    def items_of(self, playlist_id: str) -> tuple[Item, ...]:
        """The items of one playlist in order."""
        rows = self.db.rows(
            "SELECT item_id, video_id, added_at, note FROM items WHERE playlist_id = ? ORDER BY position, item_id",
            [playlist_id],
        )
        return tuple(Item(item_id, video_id, aware(added_at), note) for item_id, video_id, added_at, note in rows)

    def listing(self) -> dict[str, Listed]:
        """What the last `playlists.list` said, by playlist id."""
        rows = self.db.rows(
            "SELECT playlist_id, title, description, privacy, etag, item_count, writable FROM playlists ORDER BY rank"
        )
        return {row[0]: Listed(*row) for row in rows}

    def stalest(self) -> str | None:
        """The playlist whose items were read the longest ago: the next one to sweep."""
        value = self.db.value("SELECT playlist_id FROM playlists ORDER BY read_at NULLS FIRST, rank LIMIT 1")
        return None if value is None else str(value)

    def playlists_never_read(self) -> set[str]:
        """Ids of playlists whose items have never been read."""
        return {row[0] for row in self.db.rows("SELECT playlist_id FROM playlists WHERE read_at IS NULL")}

    def store_listing(self, listed: Sequence[Listed]) -> None:
        """Store what `playlists.list` said, without touching items or the time they were read."""
        with self.db.write(Area.BASE) as tx:
            read_at = dict(self.db.rows("SELECT playlist_id, read_at FROM playlists"))
            tx.execute("DELETE FROM playlists")
            for rank, playlist in enumerate(listed):
                tx.execute(
                    "INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        playlist.playlist_id,
                        playlist.title,
                        playlist.description,
                        playlist.privacy,
                        playlist.writable,
                        rank,
                        playlist.etag,
                        playlist.item_count,
                        read_at.get(playlist.playlist_id),
                    ],
                )

    def store_items(self, playlist_id: str, items: Sequence[Item]) -> None:
        """Replace the items of one playlist by a whole listing."""
        with self.db.write(Area.BASE) as tx:
            tx.execute("DELETE FROM items WHERE playlist_id = ?", [playlist_id])
            _insert_items(tx, playlist_id, items)

    def mark_read(self, listed: Listed, read_at: datetime) -> None:
        """Base holds the items of this playlist as they were when it was listed so."""
        with self.db.write(Area.BASE) as tx:
            tx.execute("DELETE FROM held_back WHERE playlist_id = ?", [listed.playlist_id])
            tx.execute(
                "UPDATE playlists SET etag = ?, item_count = ?, read_at = ? WHERE playlist_id = ?",
                [listed.etag, listed.item_count, naive(read_at), listed.playlist_id],
            )

    def add_playlist(self, listed: Listed, read_at: datetime) -> None:
        """Add a playlist that was just seen to exist, with no items yet."""
        with self.db.write(Area.BASE) as tx:
            rank = self.db.value("SELECT coalesce(max(rank), -1) + 1 FROM playlists")
            known = [listed.playlist_id, listed.title, listed.description, listed.privacy, listed.writable]
            values = [*known, rank, listed.etag, listed.item_count, naive(read_at)]
            tx.execute("INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def insert_item(self, playlist_id: str, item: Item, position: int | None, *, new: bool = False) -> None:
        """Put an item that YouTube showed to the index where YouTube showed it; None is the end.

        It leaves where it stood, unless it is known to be `new`. Stored positions only sort: they may have gaps, so that no write touches the items it does not concern.
        """
        row, rest = [item.item_id, playlist_id, item.video_id], [naive(item.added_at), item.note]
        with self.db.write(Area.BASE) as tx:
            if not new:
                self.remove_item(item.item_id or "")
            place = None if position is None else self._place(playlist_id, position)
            if place is None:
                tx.execute(
                    """INSERT INTO items SELECT ?, ?, ?, coalesce(max(position), -1) + 1, ?::TIMESTAMP, ?
                       FROM items WHERE playlist_id = ?""",
                    [*row, *rest, playlist_id],
                )
            else:
                tx.execute(
                    "UPDATE items SET position = position + 1 WHERE playlist_id = ? AND position >= ?",
                    [playlist_id, place],
                )
                tx.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", [*row, place, *rest])

    def remove_item(self, item_id: str) -> None:
        """Drop an item that is known to be gone."""
        with self.db.write(Area.BASE) as tx:
            tx.execute("DELETE FROM items WHERE item_id = ?", [item_id])

    def forget_etag(self, playlist_id: str) -> None:
        """Drop the etag of the last listing of a playlist, so that the next pull reads it again. Call it after a write of ours.

        YouTube would send the same etag again if the write were reversed there, and base, which has the write, would
        be taken for unchanged.
        """
        with self.db.write(Area.BASE) as tx:
            tx.execute("UPDATE playlists SET etag = '' WHERE playlist_id = ?", [playlist_id])

    def _place(self, playlist_id: str, index: int) -> int | None:
        """The stored position of whoever stands at an index; None behind the end."""
        sql = "SELECT position FROM items WHERE playlist_id = ? ORDER BY position, item_id LIMIT 1 OFFSET ?"
        value = self.db.value(sql, [playlist_id, index])
        return None if value is None else int(value)

    def rename_playlist(self, playlist_id: str, title: str) -> None:
        """Take over a title that YouTube confirmed."""
        with self.db.write(Area.BASE) as tx:
            tx.execute("UPDATE playlists SET title = ? WHERE playlist_id = ?", [title, playlist_id])

    def drop_playlist(self, playlist_id: str) -> None:
        """Forget a playlist that is known to be gone from YouTube, with its items."""
        with self.db.write(Area.BASE, Area.LISTING_PAGES) as tx:
            for table in ("items", "playlists", "listing_pages", "held_back"):
                tx.execute(f"DELETE FROM {table} WHERE playlist_id = ?", [playlist_id])

    # -- held back ---------------------------------------------------------------------------------------------------

    def hold_back(self, playlist_id: str, reason: str, now: datetime, missing: Sequence[str] = ()) -> None:
        """Remember that a playlist's new listing was not believed, and which videos it no longer lists."""
        with self.db.write(Area.BASE) as tx:
            tx.execute("DELETE FROM held_back WHERE playlist_id = ?", [playlist_id])
            tx.execute(
                "INSERT INTO held_back VALUES (?, ?, ?, ?::VARCHAR[])", [playlist_id, reason, naive(now), list(missing)]
            )

    def held_back(self) -> list[HeldBack]:
        """The playlists whose new listing waits for the user's word."""
        rows = self.db.rows("SELECT playlist_id, reason, missing FROM held_back ORDER BY held_at")
        return [HeldBack(playlist_id, reason, tuple(missing)) for playlist_id, reason, missing in rows]

    # -- pages of listings, for conditional requests -----------------------------------------------------------------

    def listing_pages(self, playlist_id: str) -> dict[str, tuple[str, str]]:
        """The stored pages of a playlist: page token -> (etag, body as JSON)."""
        return {
            token: (etag, body)
            for token, etag, body in self.db.rows(
                "SELECT token, etag, body FROM listing_pages WHERE playlist_id = ?", [playlist_id]
            )
        }

    def store_listing_pages(self, playlist_id: str, pages: Mapping[str, tuple[str, str]]) -> None:
        """Replace the stored pages of a playlist."""
        with self.db.write(Area.LISTING_PAGES) as tx:
            tx.execute("DELETE FROM listing_pages WHERE playlist_id = ?", [playlist_id])
            columns = [list(pages), *([page[part] for page in pages.values()] for part in (0, 1))]
            unnested = "unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])"
            tx.execute(f"INSERT INTO listing_pages SELECT ?, {unnested}", [playlist_id, *columns])

    # -- roles -------------------------------------------------------------------------------------------------------

    def roles(self) -> dict[str, Role]:
        """The roles the user gave, by playlist id."""
        return {playlist_id: Role(role) for playlist_id, role in self.db.rows("SELECT playlist_id, role FROM roles")}

    def give_role(self, playlist_ids: Iterable[str], role: Role) -> None:
        """Say what the user does with these playlists."""
        with self.db.write(Area.ROLES) as tx:
            for playlist_id in playlist_ids:
                tx.execute(
                    "INSERT INTO roles VALUES (?, ?) ON CONFLICT (playlist_id) DO UPDATE SET role = excluded.role",
                    [playlist_id, role.value],
                )

    # -- videos ------------------------------------------------------------------------------------------------------

    def videos(self, video_ids: Collection[str] | None = None) -> dict[str, Video]:
        """Videos by id, all or those asked for."""
        sql = f"SELECT {VIDEO_COLUMNS} FROM videos"
        if video_ids is None:
            rows = self.db.rows(sql + " ORDER BY video_id")
        else:
            rows = self.db.rows(
                sql + " WHERE video_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY video_id", [list(video_ids)]
            )
        return {row[0]: video_of(row) for row in rows}

    def listed_videos(self) -> dict[str, Video]:
        """The videos that stand in a playlist, by id."""
        return self.videos([row[0] for row in self.db.rows("SELECT DISTINCT video_id FROM items")])

    def due_videos(self, before: datetime) -> dict[str, Video]:
        """The listed, available videos whose details were never read, or were last read before that moment, by id."""
        sql = """SELECT video_id FROM videos WHERE availability = 'available' AND coalesce(fetched_at < ?, true)
                 AND video_id IN (SELECT video_id FROM items)"""
        return self.videos([row[0] for row in self.db.rows(sql, [naive(before)])])

    def store_videos(self, videos: Sequence[Video]) -> None:
        """Insert or replace videos whole."""
        if not videos:
            return
        frame = pd.DataFrame([row_of(video) for video in videos], columns=VIDEO_COLUMNS.split(", "))
        with self.db.write(Area.VIDEOS) as tx:
            tx.register("fresh_videos", frame)
            tx.execute(f"INSERT OR REPLACE INTO videos SELECT {VIDEO_COLUMNS} FROM fresh_videos")
            tx.unregister("fresh_videos")

    def mark_unavailable(self, availabilities: Mapping[str, Availability]) -> None:
        """Note that videos died or came back, leaving their known titles as they are."""
        with self.db.write(Area.VIDEOS) as tx:
            for video_id, availability in availabilities.items():
                tx.execute("UPDATE videos SET availability = ? WHERE video_id = ?", [availability.value, video_id])

    def unavailable(self) -> set[str]:
        """Ids of videos that can no longer be watched."""
        return {row[0] for row in self.db.rows("SELECT video_id FROM videos WHERE availability <> 'available'")}

    def titles(self) -> dict[str, str]:
        """Last known titles by video id."""
        return dict(self.db.rows("SELECT video_id, title FROM videos"))

    # -- sums -------------------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How much there is: playlists, items, videos, unavailable, repeats (items beyond the first copy in a playlist)."""
        row = self.db.rows(
            """SELECT (SELECT count(*) FROM playlists), (SELECT count(*) FROM items), (SELECT count(DISTINCT video_id) FROM items),
                      (SELECT count(*) FROM videos WHERE availability <> 'available' AND video_id IN (SELECT video_id FROM items)),
                      (SELECT count(*) - count(DISTINCT (playlist_id, video_id)) FROM items)"""
        )[0]
        return dict(zip(("playlists", "items", "videos", "unavailable", "repeats"), map(int, row), strict=True))


def first_role(playlist_id: str, title: str) -> Role:
    """The role a playlist has until the user says otherwise."""
    named = unicodedata.normalize("NFC", title).strip().casefold() in INBOX_TITLES
    return Role.INBOX if playlist_id == LIKED or named else Role.CATEGORY


def _insert_items(tx: Any, playlist_id: str, items: Sequence[Item]) -> None:
    if not items:
        return
    columns = [
        list(column)
        for column in zip(*((i.item_id, i.video_id, naive(i.added_at), i.note) for i in items), strict=True)
    ]
    tx.execute(
        """INSERT INTO items SELECT unnest(?::VARCHAR[]), ?, unnest(?::VARCHAR[]), unnest(range(?)), unnest(?::TIMESTAMP[]), unnest(?::VARCHAR[])""",
        [columns[0], playlist_id, columns[1], len(items), columns[2], columns[3]],
    )
