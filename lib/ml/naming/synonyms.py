"""Whether two phrases say the same: by a word in another form, or as an abbreviation and what it is short for."""

from __future__ import annotations

import re
from functools import lru_cache

from lib.ml.text.video_text import STOP_WORDS

SAME_START, LONG_WORD, SHORT_WORD = 5, 7, 4
"""Long words that begin alike say the same ("astronomy", "astronomical"), and a short one says what a longer begins with."""
LEAST_CUT = 3
"""Letters of an abbreviation whose last one may stand for a word that is not said."""
_FORM = re.compile(r"(?<=\w{4})(?:ing|ed|er|e)$")


def alike(phrase: str, other: str) -> bool:
    """Whether two phrases share a word, or words that say the same: a plural, a longer form, the first letters of all."""
    if any(_same(one, two) for one in stems(phrase) for two in stems(other)):
        return True
    return short_for(phrase, other) or short_for(other, phrase)


def short_for(phrase: str, other: str) -> bool:
    """Whether a phrase is what several words are abbreviated to, with or without function words (after Schwartz and Hearst
    2003): "NLP", "IoT", "TDD" of "test-driven development"; or those words in one.

    The last word may be left unsaid: who says "natural language" means NLP.
    """
    short = _joined(phrase)
    return short in _short_forms(other) or (len(short) >= LEAST_CUT and short[:-1] in _short_forms(other))


def stem(word: str) -> str:
    """A word in small letters without the ending of the plural or the possessive."""
    return word.lower().replace("’", "'").removesuffix("s").removesuffix("'")


@lru_cache(maxsize=16_384)
def stems(phrase: str) -> frozenset[str]:
    """The words of a phrase that say something, without their endings."""
    words = re.findall(r"[^\s-]+", phrase.lower())
    return frozenset(stem(word) for word in words if word not in STOP_WORDS) or frozenset(words)


@lru_cache(maxsize=65_536)
def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORT_WORD and long.startswith(short):
        return True
    if len(short) >= LONG_WORD and one[:SAME_START] == other[:SAME_START]:
        return True
    return _FORM.sub("", one) == _FORM.sub("", other)


def _joined(phrase: str) -> str:
    return phrase.replace(" ", "").lower()


@lru_cache(maxsize=16_384)
def _short_forms(phrase: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", phrase.lower())
    if len(words) < 2:
        return frozenset()
    telling = [word for word in words if word not in STOP_WORDS]
    return frozenset(("".join(word[0] for word in words), "".join(word[0] for word in telling), "".join(words)))
