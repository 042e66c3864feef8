"""How many decisions a person needs: `rows` plays one who knows the truth through an inbox, question by question.

Accepting what is sure is one decision. A list of likely videos is one, and one more for each that is corrected in it; a
question about a single video is one. After every ten the model learns again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from lib.demo.sample import load_library
from lib.derived import Suggestion
from lib.ml.classifier.dataset import Dataset
from lib.ml.classifier.predict import suggest
from lib.ml.text.video_text import category_text, video_texts
from lib.ui.review.queue import MAX_SHOWN, MIN_SURE, questions
from tests.quality.sets import embedded

BATCH = 10
VIDEOS, CATEGORIES = 4_000, 60


@dataclass
class Played:
    """A game so far: what was filed where, whose word it was, and how many decisions that took."""

    truth: dict[str, str]
    dataset: Dataset
    careful: bool
    filed: dict[str, str] = field(default_factory=dict)
    taught: dict[str, str] = field(default_factory=dict)
    decisions: int = 0
    sure: int = 0

    def suggestions(self) -> list[Suggestion]:
        """What the model says now. What was accepted unseen is filed, and teaches nothing."""
        members = {key: list(videos) for key, videos in self.dataset.members.items()}
        for video_id, category in self.taught.items():
            members[category].append(video_id)
        inbox = {video_id: homes for video_id, homes in self.dataset.inbox.items() if video_id not in self.filed}
        now = replace(self.dataset, members=members, inbox=inbox)
        return [one for one in suggest(now) if not one.misfit]

    def accept_sure(self, suggestions: list[Suggestion]) -> None:
        """Say yes to all that is sure; a careful person first corrects what is wrong among the least certain."""
        sure = sorted((one for one in suggestions if one.sure), key=lambda one: one.confidence)
        self.decisions += bool(sure)
        if self.careful and sure:
            self.answer(sure[:MAX_SHOWN])
            sure = sure[MAX_SHOWN:]
        self.filed |= {one.video_id: one.to_playlist for one in sure}
        self.sure += len(sure)

    def answer(self, question: list[Suggestion]) -> None:
        """File the videos where they belong: one decision for those that were named right, and one for each other."""
        homes = {one.video_id: self.truth[one.video_id] for one in question}
        wrong = sum(homes[one.video_id] != one.to_playlist for one in question)
        self.decisions += wrong + (wrong < len(question))
        self.filed |= homes
        self.taught |= homes


def play(truth: dict[str, str], dataset: Dataset, careful: bool) -> Played:
    """Until nothing is suggested any more."""
    game = Played(truth, dataset, careful)
    while suggestions := game.suggestions():
        asked = questions([one for one in suggestions if not one.sure])
        if not asked or sum(one.sure for one in suggestions) >= MIN_SURE:
            game.accept_sure(suggestions)
        before = game.decisions
        for question in asked:
            if game.decisions >= before + BATCH:
                break
            game.answer(question)
    return game


def rows() -> Iterator[str]:
    """The sample library's inbox, by a careful person and by one who never looks."""
    yield refit()
    truth, dataset = sample()
    for careful in (True, False):
        game = play(truth, dataset, careful)
        right = sum(truth[video_id] == category for video_id, category in game.filed.items())
        who = f"looks at the {MAX_SHOWN} least certain" if careful else "accepts what is sure unseen"
        yield (
            f"{who}: {game.decisions} decisions for {len(dataset.inbox)} videos, {len(game.filed)} filed,"
            f" {right / max(len(game.filed), 1):.1%} right; {game.sure} of them unseen"
        )


def refit() -> str:
    """What learning anew after some decisions costs at the size the app is built for: 4,000 videos, 60 categories."""
    _, dataset = sample()
    chance, ids = np.random.default_rng(0), list(dataset.categories)
    categories = {
        **dataset.categories,
        **{f"{one} {n}": dataset.categories[one] for n, one in enumerate(ids[: CATEGORIES - len(ids)])},
    }
    members = {key: list(dataset.members.get(key, ())) for key in categories}
    for key in [one for one in categories if one not in ids]:  # a category more takes half of one that was there
        home = members[key.rsplit(" ", 1)[0]]
        members[key], members[key.rsplit(" ", 1)[0]] = home[::2], home[1::2]
    again = chance.choice(len(dataset.video_ids), VIDEOS - len(dataset.video_ids), replace=False)
    grown = replace(
        dataset,
        video_ids=[*dataset.video_ids, *(f"again {i}" for i in again)],
        texts=[*dataset.texts, *(dataset.texts[i] for i in again)],
        channels=[*dataset.channels, *(dataset.channels[i] for i in again)],
        titles=[*dataset.titles, *(dataset.titles[i] for i in again)],
        vectors=np.vstack([dataset.vectors, dataset.vectors[again]]),
        categories=categories,
        members=members,
        inbox={**dataset.inbox, **{f"again {i}": ("inbox",) for i in again}},
        category_vectors={
            key: dataset.category_vectors[key if key in ids else key.rsplit(" ", 1)[0]] for key in categories
        },
    )
    seconds = []
    for _ in range(4):
        begun = time.perf_counter()
        suggest(grown)
        seconds.append(time.perf_counter() - begun)
    return (
        f"learning and suggesting anew with {VIDEOS:,} videos and {CATEGORIES} categories: {median(seconds[1:]):.1f} s,"
        f" the first time {seconds[0]:.1f} s"
    )


def sample() -> tuple[dict[str, str], Dataset]:
    """The sample library as it ships, slips of filing included, with its inbox; and where that belongs."""
    account = load_library()
    inbox = next(p for p in account.playlists.values() if p.title == "Inbox")
    waiting = [item.video_id for item in inbox.items if item.video_id in account.truth]
    categories = {key: account.playlists[key] for key in sorted(set(account.truth.values()))}
    filed = {item.video_id for p in categories.values() for item in p.items}
    waiting = [video_id for video_id in dict.fromkeys(waiting) if video_id not in filed]
    videos = [account.videos[i] for i in dict.fromkeys([*filed, *waiting]) if account.videos[i].title]
    texts, names = list(video_texts(videos).values()), {k: (p.title, p.description) for k, p in categories.items()}
    name_vectors: NDArray[np.float32] = embedded([category_text(*name) for name in names.values()])
    known = {video.video_id for video in videos}
    dataset = Dataset(
        video_ids=[video.video_id for video in videos],
        texts=texts,
        channels=[video.channel_title for video in videos],
        vectors=embedded(texts),
        categories=names,
        members={k: [i.video_id for i in p.items if i.video_id in known] for k, p in categories.items()},
        inbox={video_id: (inbox.playlist_id,) for video_id in waiting if video_id in known},
        titles=[video.title for video in videos],
        category_vectors=dict(zip(names, name_vectors, strict=True)),
    )
    return dict(account.truth), dataset
