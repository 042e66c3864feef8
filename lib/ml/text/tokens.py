"""The tokenizer: folded tokens to compare texts by, words as they are written to show and count, and n-grams of these."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts written without spaces between words, as a character class: each character is a token."""
_VOWEL_SIGNS = "\u0900-\u0963\u0966-\u0dff"
_TOKEN = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[{_VOWEL_SIGNS}])+(?:[+#]++(?!\w))?")
"""A run of letters and digits; "C++" and "C#" stay whole."""
_WORD = re.compile(r"[^\W_](?:[\w'’+#-]*[\w+#])?")
"""A word as it is written, with inner hyphens and apostrophes: "test-driven", "it's", "C++"."""
_COUNTED_WORD = re.compile(r"\b[^\W\d_][\w'’+#-]*[\w+#]")
"""A word that n-grams are made of: it starts with a letter and has two characters or more."""
_CLAUSE_END = re.compile(r"[^\w\s'+#-]+|\s-\s|\n")
_PHRASE = re.compile(r'["“„«]([^"“”„«»]*)(?:["“”»]|$)|([^\s,;"“”„«»]+)')


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """A text without case, accents and spare spaces: what is alike for a reader is equal."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed)).split())


@lru_cache(maxsize=32_768)
def tokenize(text: str) -> tuple[str, ...]:
    """The tokens of a text, folded: "Pâté" is "pate". Search, rules and duplicates compare texts by these."""
    return tuple(_TOKEN.findall(fold(text)))


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def counted_words(text: str) -> list[str]:
    """The words of a text that n-grams are made of, as they are written: no numbers and no single letters."""
    return _COUNTED_WORD.findall(text)


def lower(text: str) -> str:
    """A text in lower case with straight apostrophes, the form in which words are counted."""
    return text.lower().replace("’", "'")


def ngrams(text: str, stop_words: Collection[str]) -> Iterator[str]:
    """The words of a text and its pairs of neighbouring words, lower case, without stop words.

    A pair never spans a stop word or punctuation: "end of title. Channel" has no "title channel".
    """
    for clause in _CLAUSE_END.split(lower(text)):
        previous = ""
        for word in counted_words(clause):
            if word in stop_words:
                previous = ""
                continue
            yield word
            if previous and previous != word:
                yield f"{previous} {word}"
            previous = word


def split_phrases(text: str) -> tuple[str, ...]:
    """The words that a person typed, and what is between quotes as one phrase; commas and semicolons separate."""
    parts = [(quoted or word).strip() for quoted, word in _PHRASE.findall(text)]
    return tuple(dict.fromkeys(part for part in parts if part)) or ((text.strip(),) if text.strip() else ())


def join_phrases(phrases: Sequence[str]) -> str:
    """The text that `split_phrases` reads as these phrases."""
    return " ".join(f'"{phrase}"' if re.search(r"[\s,;]", phrase) else phrase for phrase in phrases)
