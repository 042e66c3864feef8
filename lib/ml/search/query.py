"""What somebody typed into the search box, taken apart: words, "phrases", -exclusions, or the link of a video."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.ml.search.bm25 import words

Phrase = tuple[str, ...]

_PART = re.compile(r'(?P<less>(?<!\S)-)?(?:"(?P<phrase>[^"]+)"|(?P<word>[^\s"]+|"))')
_LINK = re.compile(r"(?:youtu\.be/|[?&]v=|/(?:shorts|embed|live|v)/)(?P<id>[\w-]{11})(?![\w-])")
_ID = re.compile(r"[\w-]{11}")


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what is asked for, as written, `words` its words; a hit holds each of the `phrases` and nothing `excluded`.

    The last word is `unfinished` while nothing follows it.
    """

    text: str
    words: Phrase
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    unfinished: bool = False


def parse_query(typed: str) -> Query:
    """Take a query apart. A quotation mark without its other half, and a hyphen within a word, are signs like any other."""
    asked, phrases, excluded = [], [], []
    for part in _PART.finditer(typed):
        said = part["phrase"] or part["word"]
        found = tuple(words(said))
        if found and part["less"]:
            excluded.append(found)
        else:
            asked.append(said)
            if found and part["phrase"]:
                phrases.append(found)
    text = " ".join(asked)
    ends = bool(typed) and not typed[-1].isspace() and typed[-1] != '"' and text.endswith(typed[-1])
    return Query(text, tuple(words(text)), tuple(phrases), tuple(excluded), ends)


def linked_video(typed: str) -> str | None:
    """The id of the video whose link, or whose bare id, was pasted and nothing else; None for words.

    Some words have eleven letters too: whoever asks must look whether there is such a video.
    """
    typed = typed.strip()
    if _ID.fullmatch(typed):
        return typed
    link = _LINK.search(typed) if not re.search(r"\s", typed) else None
    return link["id"] if link else None
