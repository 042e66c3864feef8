"""The words of a language that carry grammar and no matter, left out of a text that is in that language.

"die" and "war" are such words in German, and matter in English: so first a text's language is told, by the function
words it says itself (as Grefenstette 1995 does with short words).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LISTS = Path(__file__).parent / "stopwords.txt"
ENGLISH = "en"
FEWEST, TIMES = 2, 2
"""One such word may stand in a text of any language, and "war" and "die" in an English one."""
ELIDING = frozenset({"fr", "it"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_ELIDED = re.compile(r"\b[^\W\d_]{1,5}['’](?=[^\W\d_])")
"""The article that French and Italian write into the word behind it: "l'arte", "dell'uso", "qu'elle"."""


def language_of(text: str) -> str:
    """The language most of whose function words a text says: two at least, and more than twice as many as English ones."""
    said = Counter(language for word in set(_WORD.findall(text.lower())) for language in _speaking().get(word, ()))
    language, words = max(said.items(), key=lambda one: (one[1], one[0]), default=(ENGLISH, 0))
    return language if words >= FEWEST and words > TIMES * said[ENGLISH] else ENGLISH


def function_words(language: str) -> frozenset[str]:
    """Those of a language, lower case."""
    return _lists()[language]


def all_function_words() -> frozenset[str]:
    """Those of all the languages."""
    return frozenset(_speaking())


def unelided(text: str, language: str) -> str:
    """The text with the articles cut off that French and Italian write into a word."""
    return _ELIDED.sub(" ", text) if language in ELIDING else text


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in LISTS.read_text("utf-8").split("\n\n"):
        language, _, words = part.strip().partition(":")
        if not part.startswith("#"):
            found[language] = found.get(language, frozenset()) | frozenset(words.split())
    return found


@cache
def _speaking() -> Mapping[str, tuple[str, ...]]:
    """The languages of each word."""
    languages: dict[str, tuple[str, ...]] = {}
    for language, words in _lists().items():
        for word in words:
            languages[word] = (*languages.get(word, ()), language)
    return languages
