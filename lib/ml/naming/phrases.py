"""How the titles put a phrase: in full, and in their spelling.

A phrase of one or two words may be a piece of a longer one: "source communities" of "open source communities". A piece
hardly ever stands outside the whole, which is what C-value (Frantzi, Ananiadou and Mima 2000) holds against it; so a
phrase is completed by what stands beside it in most of its uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lib.ml.naming.ctfidf import SAYS_LITTLE
from lib.ml.naming.synonyms import stem
from lib.ml.text.stopwords import function_words
from lib.ml.text.video_text import STOP_WORDS, VIDEO_WORDS

SHARE = 0.6
"""What stands beside a phrase in more than this share of its uses belongs to it."""
ALWAYS = 0.9
"""The share for words that by themselves say nothing ("age word problems"), and for what stands behind "to" or "with"."""
FEWEST_USES = 2
LONGEST = 5
"""Words of a name's phrase; a longer one is a title."""
BRIDGE = 2
"""So many function words may stand between two others: "state of the union"."""
ACRONYM = 5
_JOINS = frozenset(("and", "or", "vs"))
"""What these join are two things, and a name joins them itself."""
_FIRM = frozenset(("of", "the", "a", "an"))
"""Function words within one thing; over any other, "with" or "for", a phrase reaches into the next."""
_NO_START = VIDEO_WORDS | _JOINS
_COUNTERS = frozenset(("chapter", "module", "no", "number", "section", "season", "unit", "volume"))
_SMALL_WORDS = "a an and as at by de del der des di du e en et for from in la le of on or the to und van von vs with y"
_SMALL = frozenset(_SMALL_WORDS.split())
"""Small in the midst of a name, as in any title."""
_NO_END = re.compile(r"[^\W\d_]?\d[\d-]*|[^\W\d_]")
"""Numbers, of an episode too, and single letters."""
_TOKEN = re.compile(r"[^\W_](?:[\w'’+#-]*[\w+#])?")
_BREAK = re.compile(r"[^\w\s'’+#-]+|\s-+|-+\s|\n")
_ABBREVIATED = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Jr|vs|[A-Z])\.(?=\s)")


@dataclass(frozen=True, slots=True)
class _Use:
    """Where a phrase stands: words `start` to `end` of a part of a title, whose language has these function words."""

    part: Sequence[str]
    start: int
    end: int
    function: frozenset[str]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.part[self.start : self.end])

    def beside(self, back: bool) -> str:
        """The word before or behind, "" where there is none."""
        at = self.start - 1 if back else self.end
        return self.part[at] if 0 <= at < len(self.part) else ""


class Wording:
    """The way the titles (n) write, each in its language (n)."""

    def __init__(self, titles: Sequence[str], languages: Sequence[str]) -> None:
        self.languages = languages
        self.forms = _usual_forms(titles)
        self.parts = [[_TOKEN.findall(_lower(part)) for part in _parts(title)] for title in titles]
        self.stems = [[[stem(word) for word in part] for part in parts] for parts in self.parts]
        self.times = Counter(word for parts in self.parts for part in parts for word in part)
        self.rows: dict[str, list[int]] = {}
        for row, parts in enumerate(self.stems):
            for word in {word for part in parts for word in part}:
                self.rows.setdefault(word, []).append(row)

    def put(self, phrase: str, inside: Collection[int]) -> str:
        """A phrase as a name shows it: as the titles of the rows `inside` complete it, else as all titles do."""
        uses = self._uses(phrase)
        within = [use for row, use in uses if row in inside]
        whole = _whole(phrase, within if len(within) > FEWEST_USES else [use for _, use in uses])
        first, last = whole.split()[:-1], whole.split()[-1]
        bare = last.removesuffix("'s")
        return self.spelt(" ".join([*first, bare if self.times[bare] >= self.times[last] else last]))

    def spelt(self, phrase: str) -> str:
        """A phrase in Title Case, with words that are spelt in their own way left so."""
        words = phrase.split()
        return " ".join(self._spelt(word, edge=i in (0, len(words) - 1)) for i, word in enumerate(words))

    def is_symbol(self, phrase: str) -> bool:
        """Whether a phrase is two letters that the titles leave small: "dx", "ln", but "AI" and "Pi"."""
        return len(phrase) == 2 and self.forms.get(phrase, "").islower()

    def _spelt(self, word: str, edge: bool) -> str:
        if not edge and word in _SMALL:
            return word
        form = self.forms.get(word, word)
        return form if form[1:] != form[1:].lower() else word[:1].upper() + word[1:]

    def _uses(self, phrase: str) -> list[tuple[int, _Use]]:
        """The titles that say a phrase, in the singular or plural, by row; of titles that are the same, one: a talk may be
        given thrice."""
        words = [stem(word) for word in phrase.split()]
        rows = min((self.rows.get(word, []) for word in words), key=len)
        return list({str(self.parts[row]): (row, use) for row in rows for use in self._in(row, words)}.values())

    def _in(self, row: int, words: Sequence[str]) -> Iterator[_Use]:
        for part, said in zip(self.parts[row], self.stems[row], strict=True):
            for start in range(len(said) - len(words) + 1):
                if said[start : start + len(words)] == words:
                    yield _Use(part, start, start + len(words), _function(self.languages[row]))


@cache
def _function(language: str) -> frozenset[str]:
    return STOP_WORDS - VIDEO_WORDS | function_words(language) | {"vs"}


def _usual_forms(titles: Sequence[str]) -> dict[str, str]:
    """How most titles write each word, by the word in small letters; what is shouted does not count."""
    forms: dict[str, Counter[str]] = {}
    for title in titles:
        words = [] if title.isupper() else _TOKEN.findall(title)
        for word, shouted in zip(words, _shouted(words), strict=True):
            if not shouted:
                forms.setdefault(_lower(word), Counter())[word.replace("’", "'")] += 1
    return {word: counter.most_common(1)[0][0] for word, counter in forms.items()}


def _shouted(words: Sequence[str]) -> list[bool]:
    """Which words stand in a run of capitals that is no row of acronyms: it has a long word or a function word."""
    found: list[bool] = []
    while len(found) < len(words):
        run = 0
        while len(found) + run < len(words) and words[len(found) + run].isupper():
            run += 1
        said = words[len(found) : len(found) + run]
        loud = run > 1 and any(len(word) > ACRONYM or word.lower() in STOP_WORDS for word in said)
        found += [loud] * run if run else [False]
    return found


def _whole(phrase: str, uses: Sequence[_Use]) -> str:
    """The form that the phrase takes in most of its uses: to the right, where its head is, then to the left."""
    said = uses
    for back in (False, True):
        stages = [said]
        while more := _longer(stages[-1], back, len(uses)):
            stages.append(more)
        pairs = zip(stages[::-1], [[], *stages[:0:-1]], strict=True)
        said = next((stage for stage, longer in pairs if _may_end(stage, longer, back)), said)
    return phrase if said is uses else " ".join(Counter(use.words for use in said).most_common(1)[0][0])


def _may_end(uses: Sequence[_Use], longer: Sequence[_Use], back: bool) -> bool:
    """Whether a phrase is whole at this stage: short enough, and cut off from what is longer at a function word only."""
    if not uses or len(uses[0].words) > LONGEST or uses[0].beside(back) in _JOINS:
        return False
    return not longer or uses[0].beside(back) in uses[0].function


def _longer(uses: Sequence[_Use], back: bool, n: int) -> list[_Use]:
    """The uses in which the most frequent neighbour stands beside the phrase, with it; none where it is too rare."""
    beside: dict[str, list[tuple[Sequence[str], _Use]]] = {}
    for use in uses:
        more = _with_neighbour(use, back)
        if more:
            added = more.part[more.start : use.start] if back else more.part[use.end : more.end]
            beside.setdefault(" ".join(map(stem, added)), []).append((added, more))
    found = max(beside.values(), key=len, default=[])
    if not found or len(found) < _enough(found[0][0], found[0][1].function, n):
        return []
    return [more for _, more in found]


def _enough(added: Sequence[str], function: frozenset[str], n: int) -> float:
    """In how many of its n uses a phrase must stand beside these words to be a piece of the whole."""
    over = function & set(added)
    share = ALWAYS if over - _FIRM or SAYS_LITTLE & set(added) else SHARE
    return max(FEWEST_USES + bool(over), share * n)


def _with_neighbour(use: _Use, back: bool) -> _Use | None:
    """The use with the next word that is no function word, and those between; None where there is a number instead."""
    reach = (
        use.part[max(0, use.start - BRIDGE - 1) : use.start][::-1] if back else use.part[use.end : use.end + BRIDGE + 1]
    )
    for words, word in enumerate(reach, 1):
        if _NO_END.fullmatch(word) or word in (_NO_START if back else _NO_START | _COUNTERS):
            return None
        if word not in use.function:
            return replace(use, start=use.start - words) if back else replace(use, end=use.end + words)
    return None


def _parts(title: str) -> list[str]:
    return _BREAK.split(_ABBREVIATED.sub(r"\1", title))


def _lower(word: str) -> str:
    return word.lower().replace("’", "'")
