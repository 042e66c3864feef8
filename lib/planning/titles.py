"""Playlists by title, and when two titles look the same: two keyboards may write one title in different code points."""

from __future__ import annotations

import unicodedata

from lib.errors import UserError
from lib.models import Library, Playlist

_UNSEEN = {"Cc", "Cf"}
"""Unicode categories of control and format characters, among them joiners, marks of direction and the byte order mark."""
_VARIATION_SELECTORS = {chr(number) for number in range(0xFE00, 0xFE10)}


def comparable(title: str) -> str:
    """The title composed (NFC), without what cannot be seen, and with single spaces between its words."""
    spaced = " ".join(unicodedata.normalize("NFC", title).split())
    return "".join(letter for letter in spaced if not _unseen(letter)).strip()


def playlists_titled(library: Library, title: str) -> list[Playlist]:
    """The playlists with exactly this title; where there are none, those whose title looks the same."""
    exact = [playlist for playlist in library.playlists.values() if playlist.title == title]
    wanted = comparable(title)
    return exact or [playlist for playlist in library.playlists.values() if comparable(playlist.title) == wanted]


def find_playlist(library: Library, name: str) -> Playlist:
    """The playlist with this id, or with this title. Raises `UserError` where there is none or more than one."""
    if name in library.playlists:
        return library.playlists[name]
    matches = playlists_titled(library, name)
    if len(matches) > 1:
        raise UserError(
            f"{len(matches)} playlists are titled {name!r}.",
            "Name the one you mean by its id: " + ", ".join(p.playlist_id for p in matches) + ".",
        )
    if not matches:
        raise UserError(
            f"There is no playlist {name!r} in the library.",
            "Check the spelling, or pull again if it is new on YouTube.",
        )
    return matches[0]


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or letter in _VARIATION_SELECTORS
