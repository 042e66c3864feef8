"""When two titles are the same to a person: two keyboards may write one title in different code points."""

from __future__ import annotations

import unicodedata

_UNSEEN = {"Cc", "Cf"}
"""Unicode categories of control and format characters, among them joiners, marks of direction and the byte order mark."""
_VARIATION_SELECTORS = {chr(number) for number in range(0xFE00, 0xFE10)}


def comparable(title: str) -> str:
    """The title composed (NFC), without what cannot be seen, and with single spaces between its words."""
    spaced = " ".join(unicodedata.normalize("NFC", title).split())
    return "".join(letter for letter in spaced if not _unseen(letter)).strip()


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or letter in _VARIATION_SELECTORS
