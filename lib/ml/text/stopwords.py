"""The one store of stop words: function words by language, and words that say nothing of a topic in any title.

All lists are in `stopwords.txt`. "die" and "war" are function words in German, and matter in English; so the language of a
text is detected first, by the function words that it holds (as Grefenstette 1995 does with short words).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "stopwords.txt"
ENGLISH = "en"
FEWEST, TIMES = 2, 2
"""How many function words of another language a text must hold, and how many times as many as English ones: one such word
may be in a text of any language, and "war" and "die" in an English one. Chosen by hand."""
ELIDING = frozenset({"fr", "it"})
"""Languages that write an article into the next word: "l'arte", "dell'uso", "qu'elle"."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ELISION = re.compile(r"\b[^\W\d_]{1,5}['’](?=[^\W\d_])")


def detect_language(text: str) -> str:
    """The language (ISO 639-1) most of whose function words a text holds; English unless another clearly leads."""
    words = set(_LETTERS.findall(text.lower()))
    counts = Counter(language for word in words for language in _languages_by_word().get(word, ()))
    language, count = max(counts.items(), key=lambda item: (item[1], item[0]), default=(ENGLISH, 0))
    return language if count >= FEWEST and count > TIMES * counts[ENGLISH] else ENGLISH


def function_words(language: str) -> frozenset[str]:
    """The function words of a language, lower case."""
    return _lists()[language]


def all_function_words() -> frozenset[str]:
    """The function words of all languages."""
    return frozenset(_languages_by_word())


def strip_elisions(text: str, language: str) -> str:
    """The text without the articles that French and Italian write into a word."""
    return _ELISION.sub(" ", text) if language in ELIDING else text


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    """The words of each list, by a language's code or by a name that starts with "@"."""
    lists: dict[str, frozenset[str]] = {}
    for part in FILE.read_text("utf-8").split("\n\n"):
        name, _, words = part.strip().partition(":")
        if not part.startswith("#"):
            lists[name] = lists.get(name, frozenset()) | frozenset(words.split())
    return lists


@cache
def _languages_by_word() -> Mapping[str, tuple[str, ...]]:
    languages: dict[str, tuple[str, ...]] = {}
    for name, words in _lists().items():
        for word in () if name.startswith("@") else words:
            languages[word] = (*languages.get(word, ()), name)
    return languages


VIDEO_WORDS = _lists()["@video"]
"""What any video is called: "official", "episode", "trailer"."""
STOP_WORDS = _lists()["@function"] | VIDEO_WORDS
"""Words that say nothing of a topic in a text of any language: frequent function words, and `VIDEO_WORDS`."""
MANNER_WORDS = _lists()["@manner"]
"""Words of titles that tell of the manner and not of the matter: "introduction", "guide". No name of a topic has them."""
INCOMPLETE_WORDS = _lists()["@incomplete"]
"""Words that name something only together with another: "big data", "true crime", "stranger things"."""
COUNTER_WORDS = _lists()["@counter"]
"""Words that a number follows: "chapter 3"."""
SMALL_WORDS = _lists()["@small"]
"""Words that Title Case leaves small unless they are at an end."""
