"""Whether two phrases say the same: by a word in another form, or as an abbreviation and its long form."""

from __future__ import annotations

import re
from functools import lru_cache

from lib.ml.text.stems import stem
from lib.ml.text.stopwords import STOP_WORDS

COMMON_PREFIX, LONG_WORD, SHORT_WORD = 5, 7, 4
"""Two words say the same if both have 7 letters and the first 5 in common ("astronomy", "astronomical"), or if one has 4 and
begins the other. Chosen by hand, reading names of topics."""
LEAST_SHORTENED = 3
"""Letters of an abbreviation whose last one may stand for a word that is left out. Chosen by hand."""


def synonymous(first: str, second: str) -> bool:
    """Whether two phrases share a word, or words that say the same: one stem, a longer form, an abbreviation."""
    if any(_same_word(a, b) for a in stems(first) for b in stems(second)):
        return True
    return abbreviates(first, second) or abbreviates(second, first)


def abbreviates(short: str, long: str) -> bool:
    """Whether `short` abbreviates the words of `long`, with or without function words (after Schwartz and Hearst 2003): "NLP",
    "IoT", "TDD" of "test-driven development"; or is those words written as one.

    The last word may be left out: "NLP" abbreviates "natural language" too.
    """
    letters = short.replace(" ", "").lower()
    forms = _short_forms(long)
    return letters in forms or (len(letters) >= LEAST_SHORTENED and letters[:-1] in forms)


@lru_cache(maxsize=16_384)
def stems(phrase: str) -> frozenset[str]:
    """The stems of a phrase's words without stop words; the words themselves where all are stop words."""
    words = re.findall(r"[^\s-]+", phrase.lower())
    return frozenset(stem(word) for word in words if word not in STOP_WORDS) or frozenset(words)


@lru_cache(maxsize=65_536)
def _same_word(first: str, second: str) -> bool:
    """Whether two stems are of words that say the same."""
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= SHORT_WORD and longer.startswith(shorter):
        return True
    if len(shorter) >= LONG_WORD and first[:COMMON_PREFIX] == second[:COMMON_PREFIX]:
        return True
    return first == second


@lru_cache(maxsize=16_384)
def _short_forms(phrase: str) -> frozenset[str]:
    """The initials of a phrase, those without stop words, and its words written as one; none for a single word."""
    words = re.findall(r"[^\W_]+", phrase.lower())
    if len(words) < 2:
        return frozenset()
    content = [word for word in words if word not in STOP_WORDS]
    return frozenset(("".join(word[0] for word in words), "".join(word[0] for word in content), "".join(words)))
