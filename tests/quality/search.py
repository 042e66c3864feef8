"""Known-item search, the recall and the reciprocal rank of a half-remembered video: `rows` yields the table's lines.

A query is made from one video, and the rank of that video among the hits counts. Random choices are seeded by the video's id,
so that every run asks the same. A hit with the very same title counts too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.ml.search.ranking import rank
from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.video_text import video_text
from lib.models import Video
from tests.quality import sets
from tests.quality.sets import embedded

MOST_VIDEOS, MOST_QUERIES = 2_000, 500
DESCRIBED_WORDS = 5
KEPT_SHARE = 0.6
DEPTH = 10
_WORD = re.compile(r"[^\W\d_]{3,}")
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SearchScore:
    """A line of the table: kind of query, method, number of queries, recall among the first ten, and mean reciprocal rank."""

    kind: str
    method: str
    queries: int
    recall: float
    mrr: float

    def line(self) -> str:
        """The row of the table."""
        return f"    {self.kind:<34} {self.method:<14} {self.queries:>5}  {self.recall:6.3f} {self.mrr:6.3f}"


@dataclass(frozen=True, slots=True)
class Index:
    """What is searched: parallel texts, titles and unit vectors (n, d)."""

    texts: tuple[str, ...]
    titles: tuple[str, ...]
    vectors: Vectors


def rows(videos: Sequence[Video]) -> Iterator[SearchScore]:
    """Ours, meaning alone and words alone, for each kind of query."""
    titles, whole = index(videos, described=False), index(videos, described=True)
    for kind, ask, searched in (
        ("words of the description, in titles", described, titles),
        ("half a title and a slip, in titles", half_remembered, titles),
        ("half a title and a slip, anywhere", half_remembered, whole),
        ("the whole title, anywhere", lambda video: video.title, whole),
    ):
        if asked := sample(videos, ask):
            yield from compare(kind, searched, asked)


def libraries(wanted: Sequence[str] = ()) -> Iterator[tuple[str, list[Video]]]:
    """The libraries that are searched and are here, all or the wanted ones: 2,000 videos of each at most."""
    for name, read in SETS.items():
        frame = read() if not wanted or name in wanted else None
        if frame is not None:
            videos = sorted(frame["video"], key=lambda video: random.Random(video.video_id).random())
            yield name, videos[:MOST_VIDEOS]


def index(videos: Sequence[Video], *, described: bool) -> Index:
    """An index of what the videos say, or of nothing but their titles and channels."""
    indexed = videos if described else [replace(video, description="", tags=()) for video in videos]
    texts = [video_text(video) for video in indexed]
    return Index(tuple(texts), tuple(video.title for video in videos), embedded(texts))


def sample(videos: Sequence[Video], ask: Callable[[Video], str]) -> list[tuple[int, str]]:
    """At most 500 rows with the query each makes; those that make none are passed over."""
    order = sorted(range(len(videos)), key=lambda row: random.Random(videos[row].video_id).random())
    asked = ((row, ask(videos[row])) for row in order)
    return [(row, query) for row, query in asked if query][:MOST_QUERIES]


def compare(kind: str, searched: Index, asked: Sequence[tuple[int, str]]) -> Iterator[SearchScore]:
    """The three ways of searching, on the same queries."""
    queries = embedded([query for _, query in asked])
    nothing = np.zeros(searched.vectors.shape[1], dtype=np.float32)
    for method in ("ours", "meaning alone", "words alone"):
        places = []
        for (row, query), vector in zip(asked, queries, strict=True):
            if method == "meaning alone":
                hits = np.argsort(-(searched.vectors @ vector), kind="stable")[:DEPTH].tolist()
            else:
                meant = vector if method == "ours" else nothing
                hits = [hit for hit, _ in rank(query, meant, searched.vectors, searched.texts, searched.titles, DEPTH)]
            places.append(place(hits, searched.titles, row))
        ranks = np.array(places)
        recall = float((ranks > 0).mean())
        reciprocal = np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0)
        yield SearchScore(kind, method, len(asked), recall, float(reciprocal.mean()))


def place(hits: Sequence[int], titles: Sequence[str], row: int) -> int:
    """At which place, from 1, the row or one of the same title stands; 0 where it does not."""
    wanted = titles[row].casefold()
    return next((position for position, hit in enumerate(hits, 1) if titles[hit].casefold() == wanted), 0)


# -- queries -----------------------------------------------------------------------------------------------------------


def described(video: Video) -> str:
    """Five words of the description in their order, none of them a word of the title; "" where there are too few."""
    title = set(_content(video.title))
    about = video_text(replace(video, title="", channel_title="", tags=()))
    words = list(dict.fromkeys(word for word in _content(about) if word not in title))
    if len(words) < DESCRIBED_WORDS:
        return ""
    chosen = sorted(random.Random(video.video_id).sample(range(len(words)), DESCRIBED_WORDS))
    return " ".join(words[position] for position in chosen)


def half_remembered(video: Video) -> str:
    """Some words of the title, one of them with a slip of the finger, another in another form; "" for a title of one word."""
    chance, words = random.Random(video.video_id), _content(video.title)
    if len(words) < 2:
        return ""
    kept = sorted(chance.sample(range(len(words)), max(2, round(KEPT_SHARE * len(words)))))
    words = [words[position] for position in kept]
    long = [position for position, word in enumerate(words) if len(word) > 4]
    if long:
        slipped = chance.choice(long)
        words[slipped] = _slip(words[slipped], chance)
        unchanged = [position for position in long if position != slipped]
        if unchanged and chance.random() < 0.5:
            plural = chance.choice(unchanged)
            words[plural] = words[plural][:-1] if words[plural].endswith("s") else words[plural] + "s"
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """Two letters exchanged, one left out, one doubled or one wrong; never the first."""
    i, kind = chance.randrange(1, len(word) - 1), chance.choice(("swap", "drop", "double", "wrong"))
    if kind == "swap":
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if kind == "wrong":
        return word[:i] + chance.choice("aeiorstn") + word[i + 1 :]
    return word[:i] + (word[i] * 2 if kind == "double" else "") + word[i + 1 :]


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


SETS: dict[str, Callable[[], pd.DataFrame | None]] = {
    "khan": sets.SETS["khan"],
    "pyvideo": lambda: sets.parquet("pyvideo.parquet", "playlist_title", tags=False),
    "sample": sets.SETS["sample"],
}
"""Where there are descriptions to ask with; of pyvideo all talks, not only those whose subject is known."""
