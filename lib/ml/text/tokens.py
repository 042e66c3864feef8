"""The words of a title, and of what a person types to look for them: without case and accents, compared whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts without spaces have no whole words: there each letter counts."""
_VOWEL_SIGNS = "\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[{_VOWEL_SIGNS}])+(?:[+#]++(?!\w))?")
"""A run of letters and digits; "C++" and "C#" stay whole."""
_PHRASE = re.compile(r'["“„«]([^"“”„«»]*)(?:["“”»]|$)|([^\s,;"“”„«»]+)')


@lru_cache(maxsize=32_768)
def tokenize(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents, so that "Pâté" is "pate"."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """A text without case, accents and spare spaces: what is alike for a reader is equal."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed)).split())


def split_phrases(text: str) -> tuple[str, ...]:
    """The words that a person typed, and what stands between quotes as one phrase; commas are no part of a word."""
    found = [(quoted or word).strip() for quoted, word in _PHRASE.findall(text)]
    return tuple(dict.fromkeys(phrase for phrase in found if phrase)) or ((text.strip(),) if text.strip() else ())


def join_phrases(phrases: Sequence[str]) -> str:
    """The text that `split_phrases` reads as these."""
    return " ".join(f'"{one}"' if re.search(r"[\s,;]", one) else one for one in phrases)
