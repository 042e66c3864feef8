"""Parse what a person typed into the search box: words, "phrases", -exclusions, or the link of a video."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.ml.text.tokens import tokenize

Phrase = tuple[str, ...]

_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]+)"|(?P<word>[^\s"]+|"))')
_LINK = re.compile(r"(?:youtu\.be/|[?&]v=|/(?:shorts|embed|live|v)/)(?P<id>[\w-]{11})(?![\w-])")
_ID = re.compile(r"[\w-]{11}")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    Attributes:
        text: what is asked for, as written, without the exclusions.
        words: the tokens of `text`.
        phrases: the tokens of each quoted phrase; a hit holds all of them.
        excluded: the tokens of each exclusion; a hit holds none of them.
        unfinished: whether the last word may go on, since nothing follows it.
    """

    text: str
    words: Phrase
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    unfinished: bool = False


def parse_query(typed: str) -> Query:
    """Parse a query. An unpaired quotation mark, and a hyphen within a word, are characters like any other."""
    wanted, phrases, excluded = [], [], []
    for part in _PART.finditer(typed):
        content = part["phrase"] or part["word"]
        tokens = tokenize(content)
        if tokens and part["minus"]:
            excluded.append(tokens)
        else:
            wanted.append(content)
            if tokens and part["phrase"]:
                phrases.append(tokens)
    text = " ".join(wanted)
    unfinished = bool(typed) and not typed[-1].isspace() and typed[-1] != '"' and text.endswith(typed[-1])
    return Query(text, tokenize(text), tuple(phrases), tuple(excluded), unfinished)


def linked_video(typed: str) -> str | None:
    """The id of the video whose link, or whose bare id, was pasted and nothing else; None for words.

    Some words have eleven letters too: the caller must look whether there is such a video.
    """
    typed = typed.strip()
    if _ID.fullmatch(typed):
        return typed
    link = _LINK.search(typed) if not re.search(r"\s", typed) else None
    return link["id"] if link else None
