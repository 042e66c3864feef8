"""How well videos are filed by what their text is made of: each recipe embedded, and all that learns left as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lib.ml.text.video_text import DESCRIPTION_LENGTH, RECIPE, video_text, video_texts
from lib.models import Video
from tests.quality.filing import ours, task
from tests.quality.sets import FOLDS, Labelled, embedded

MOST = 1_000
"""Videos of a set; of a larger one so many are drawn, since each recipe embeds them anew."""
LABELS: tuple[int | None, ...] = (0, 8, None)
HEADER = f"    right with 0, 8 and all labels{'':<31} 0      8    all"


@dataclass(frozen=True, slots=True)
class Told:
    """One line: a recipe, and how much was filed right with each of `LABELS`."""

    recipe: str
    right: tuple[float, ...]

    def line(self) -> str:
        """The row of the table."""
        return f"    {self.recipe:<56}" + "  ".join(f"{one:5.3f}" for one in self.right)


def mean(told: Sequence[Told]) -> Iterator[Told]:
    """Each recipe over all the libraries it was measured on."""
    for name in RECIPES:
        right = [one.right for one in told if one.recipe == name]
        yield Told(name, tuple(float(np.mean(column)) for column in zip(*right, strict=True)))


def rows(library: Labelled) -> Iterator[Told]:
    """Each recipe on one library."""
    drawn = library.drawn(MOST)
    for name, recipe in RECIPES.items():
        texts = recipe(drawn.videos)
        told = replace(drawn, texts=texts, vectors=embedded(texts))
        yield Told(name, tuple(ours(told, k, [task(told, k, fold) for fold in range(FOLDS)]).accuracy for k in LABELS))


def _joined(video: Video, *parts: str) -> str:
    return ". ".join(part for part in (video.title, video.channel_title, *parts) if part)


def _each(text: Callable[[Video], str]) -> Callable[[Sequence[Video]], list[str]]:
    return lambda videos: [text(video) for video in videos]


RECIPES: dict[str, Callable[[Sequence[Video]], list[str]]] = {
    "title": _each(lambda video: video.title),
    "title, channel": _each(_joined),
    "title, channel, every tag": _each(lambda video: _joined(video, ", ".join(video.tags))),
    "title, channel, tags up to 25": _each(lambda video: video_text(replace(video, description=""))),
    f"every tag and {DESCRIPTION_LENGTH} characters of description as they are": _each(
        lambda video: _joined(video, ", ".join(video.tags), video.description[:DESCRIPTION_LENGTH])
    ),
    "tags up to 25, description without links and calls": _each(video_text),
    "the same without the channel": _each(lambda video: video_text(replace(video, channel_title=""))),
    f"the same without what the channel repeats: recipe {RECIPE[:1]}": lambda videos: list(
        video_texts(videos).values()
    ),
}
