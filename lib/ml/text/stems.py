"""The stemmer: English Snowball (Porter 2001), the same for naming and search.

It is used for words of any language. On words of other languages it does little but cut an ending such as "s".
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

import snowballstemmer

from lib.ml.text.tokens import lower


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str:
        """The stem of a word in lower case."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a word, lower case: "integrals" and "integral" are "integr"."""
    return _stemmer().stemWord(lower(word))


@cache
def _stemmer() -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer("english")
    return stemmer
