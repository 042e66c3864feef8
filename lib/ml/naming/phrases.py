"""Phrases of names: completed to the form in which titles use them, and spelt as titles spell them.

A phrase of one or two words may be a fragment of a longer one: "source communities" of "open source communities". A fragment
hardly ever occurs outside the whole, which is what C-value (Frantzi, Ananiadou and Mima 2000) holds against it; so a phrase
is extended by the words beside it in most of its uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lib.ml.text.stems import stem
from lib.ml.text.stopwords import COUNTER_WORDS, MANNER_WORDS, SMALL_WORDS, STOP_WORDS, VIDEO_WORDS, function_words
from lib.ml.text.tokens import lower, words

# The constants were chosen by hand, reading the names of topics of khan, talks, pyvideo, trending and the sample library.

SHARE = 0.6
"""A word belongs to a phrase that it neighbours in more than this share of the phrase's uses."""
FIRM_SHARE = 0.9
"""The share for `MANNER_WORDS` ("age word problems"), and for words behind "to" or "with"."""
FEWEST_USES = 2
LONGEST = 5
"""The most words of a phrase in a name; a longer one is a title."""
MOST_BETWEEN = 2
"""The most function words between two other words: "state of the union"."""
ACRONYM = 5
"""The most letters of a word in capitals that is read as an acronym."""
_CONJUNCTIONS = frozenset(("and", "or", "vs"))
"""A phrase never extends over these, since a name joins phrases itself."""
_INNER = frozenset(("of", "the", "a", "an"))
"""Function words inside one phrase; over another, as "with" or "for", a phrase reaches into the next one."""
_NO_START = VIDEO_WORDS | _CONJUNCTIONS
_NUMBER_OR_LETTER = re.compile(r"[^\W\d_]?\d[\d-]*|[^\W\d_]")
_CLAUSE_END = re.compile(r"[^\w\s'’+#-]+|\s-+|-+\s|\n")
_ABBREVIATION = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Jr|vs|[A-Z])\.(?=\s)")


@dataclass(frozen=True, slots=True)
class _Use:
    """An occurrence of a phrase in a title.

    Attributes:
        clause: the words of the part of the title between punctuation, lower case.
        start, end: the phrase is clause[start:end].
        function: the function words of the title's language.
    """

    clause: Sequence[str]
    start: int
    end: int
    function: frozenset[str]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the phrase in this title."""
        return tuple(self.clause[self.start : self.end])

    def neighbour(self, before: bool) -> str:
        """The word before or behind the phrase, "" where there is none."""
        position = self.start - 1 if before else self.end
        return self.clause[position] if 0 <= position < len(self.clause) else ""


class TitleIndex:
    """How n titles spell words and complete phrases.

    Attributes:
        languages: the language (ISO 639-1) of each title.
        spellings: how most titles write each word, by the word in lower case.
        clauses: for each title its parts between punctuation, each a list of words in lower case.
        stems: the stems of `clauses`.
        counts: how often each word, in lower case, occurs in all titles.
        rows: the rows of the titles in which each stem occurs.
    """

    def __init__(self, titles: Sequence[str], languages: Sequence[str]) -> None:
        self.languages = languages
        self.spellings = _usual_spellings(titles)
        self.clauses = [[words(lower(clause)) for clause in _clauses(title)] for title in titles]
        self.stems = [[[stem(word) for word in clause] for clause in clauses] for clauses in self.clauses]
        self.counts = Counter(word for clauses in self.clauses for clause in clauses for word in clause)
        self.rows: dict[str, list[int]] = {}
        for row, clauses in enumerate(self.stems):
            for word_stem in {word_stem for clause in clauses for word_stem in clause}:
                self.rows.setdefault(word_stem, []).append(row)

    def complete(self, phrase: str, inside: Collection[int]) -> str:
        """A phrase in full and in Title Case: as the titles of the rows `inside` complete it, else as all titles do."""
        uses = self._uses(phrase)
        uses_inside = [use for row, use in uses if row in inside]
        whole = _longest_form(phrase, uses_inside if len(uses_inside) > FEWEST_USES else [use for _, use in uses])
        first, last = whole.split()[:-1], whole.split()[-1]
        without_possessive = last.removesuffix("'s")
        if self.counts[without_possessive] >= self.counts[last]:
            last = without_possessive
        return self.title_case(" ".join([*first, last]))

    def title_case(self, phrase: str) -> str:
        """A phrase in Title Case; words that the titles spell in their own way, as "iPhone", stay so."""
        parts = phrase.split()
        return " ".join(self._spell(word, edge=i in (0, len(parts) - 1)) for i, word in enumerate(parts))

    def is_symbol(self, phrase: str) -> bool:
        """Whether a phrase is two letters that the titles write in lower case: "dx", "ln", but not "AI" and "Pi"."""
        return len(phrase) == 2 and self.spellings.get(phrase, "").islower()

    def _spell(self, word: str, edge: bool) -> str:
        if not edge and word in SMALL_WORDS:
            return word
        spelling = self.spellings.get(word, word)
        return spelling if spelling[1:] != spelling[1:].lower() else word[:1].upper() + word[1:]

    def _uses(self, phrase: str) -> list[tuple[int, _Use]]:
        """The occurrences of a phrase, by stems, with their rows; of equal titles only one: a talk may be given thrice."""
        wanted = [stem(word) for word in phrase.split()]
        rows = min((self.rows.get(word_stem, []) for word_stem in wanted), key=len)
        by_title = {str(self.clauses[row]): (row, use) for row in rows for use in self._uses_in(row, wanted)}
        return list(by_title.values())

    def _uses_in(self, row: int, wanted: Sequence[str]) -> Iterator[_Use]:
        for clause, stems in zip(self.clauses[row], self.stems[row], strict=True):
            for start in range(len(stems) - len(wanted) + 1):
                if stems[start : start + len(wanted)] == wanted:
                    yield _Use(clause, start, start + len(wanted), _function_words(self.languages[row]))


@cache
def _function_words(language: str) -> frozenset[str]:
    """The words of a language that neither start nor end a phrase."""
    return STOP_WORDS - VIDEO_WORDS | function_words(language) | {"vs"}


def _usual_spellings(titles: Sequence[str]) -> dict[str, str]:
    """How most titles write each word, by the word in lower case; words in runs of capitals do not count."""
    spellings: dict[str, Counter[str]] = {}
    for title in titles:
        title_words = [] if title.isupper() else words(title)
        for word, is_shouted in zip(title_words, _shouted(title_words), strict=True):
            if not is_shouted:
                spellings.setdefault(lower(word), Counter())[word.replace("’", "'")] += 1
    return {word: counter.most_common(1)[0][0] for word, counter in spellings.items()}


def _shouted(title_words: Sequence[str]) -> list[bool]:
    """Which words are in a run of capitals that has a long word or a function word, and so is no row of acronyms."""
    shouted: list[bool] = []
    while len(shouted) < len(title_words):
        length = 0
        while len(shouted) + length < len(title_words) and title_words[len(shouted) + length].isupper():
            length += 1
        run = title_words[len(shouted) : len(shouted) + length]
        is_shouted = length > 1 and any(len(word) > ACRONYM or word.lower() in STOP_WORDS for word in run)
        shouted += [is_shouted] * length if length else [False]
    return shouted


def _longest_form(phrase: str, uses: Sequence[_Use]) -> str:
    """The form that the phrase takes in most of its uses: extended to the right, where its head is, then to the left."""
    form = uses
    for before in (False, True):
        stages = [form]
        while longer := _extended(stages[-1], before, len(uses)):
            stages.append(longer)
        pairs = zip(stages[::-1], [[], *stages[:0:-1]], strict=True)
        form = next((stage for stage, longer in pairs if _may_end(stage, longer, before)), form)
    return phrase if form is uses else " ".join(Counter(use.words for use in form).most_common(1)[0][0])


def _may_end(uses: Sequence[_Use], longer: Sequence[_Use], before: bool) -> bool:
    """Whether a phrase may end at this stage: it is short enough, and where it goes on, it does so with a function word."""
    if not uses or len(uses[0].words) > LONGEST or uses[0].neighbour(before) in _CONJUNCTIONS:
        return False
    return not longer or uses[0].neighbour(before) in uses[0].function


def _extended(uses: Sequence[_Use], before: bool, n: int) -> list[_Use]:
    """The uses in which the most frequent neighbour is beside the phrase, extended by it; none where it is too rare."""
    by_neighbour: dict[str, list[tuple[Sequence[str], _Use]]] = {}
    for use in uses:
        longer = _with_neighbour(use, before)
        if longer:
            added = longer.clause[longer.start : use.start] if before else longer.clause[use.end : longer.end]
            by_neighbour.setdefault(" ".join(map(stem, added)), []).append((added, longer))
    most_frequent = max(by_neighbour.values(), key=len, default=[])
    if not most_frequent:
        return []
    added, first = most_frequent[0]
    return [longer for _, longer in most_frequent] if len(most_frequent) >= _enough(added, first.function, n) else []


def _enough(added: Sequence[str], function: frozenset[str], n: int) -> float:
    """In how many of its n uses a phrase must be beside these words to be a fragment of the whole."""
    between = function & set(added)
    share = FIRM_SHARE if between - _INNER or MANNER_WORDS & set(added) else SHARE
    return max(FEWEST_USES + bool(between), share * n)


def _with_neighbour(use: _Use, before: bool) -> _Use | None:
    """The use extended to the next word that is no function word; None where there is none, or a number instead."""
    if before:
        neighbours = use.clause[max(0, use.start - MOST_BETWEEN - 1) : use.start][::-1]
    else:
        neighbours = use.clause[use.end : use.end + MOST_BETWEEN + 1]
    for count, word in enumerate(neighbours, 1):
        if _NUMBER_OR_LETTER.fullmatch(word) or word in (_NO_START if before else _NO_START | COUNTER_WORDS):
            return None
        if word not in use.function:
            return replace(use, start=use.start - count) if before else replace(use, end=use.end + count)
    return None


def _clauses(title: str) -> list[str]:
    return _CLAUSE_END.split(_ABBREVIATION.sub(r"\1", title))
