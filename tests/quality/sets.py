"""The libraries that quality is measured on: real videos, and the playlist or subject in which a person put each.

All but the sample library lie outside the project, in the folder that ATLAS_BENCH_DATA names; a set that is not there is
skipped. Vectors are kept in `.bench/`, by what decides them, so that only the first run embeds.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.demo.sample import load_library
from lib.ml.embedding import embed
from lib.ml.text.video_text import category_text, video_texts
from lib.models import Video
from lib.settings import DEFAULT_MODEL, ROOT

DATA = Path(os.environ.get("ATLAS_BENCH_DATA", ROOT.parent / "shared" / "data"))
CACHE = ROOT / ".bench"
FEWEST_MEMBERS = 5
"""A category with fewer members says nothing about learning."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A library of n videos in c categories, with the true category of each video.

    Attributes:
        name: of the set.
        videos: (n).
        texts: (n) what the vectors were made of.
        names: (c) title and description of each category.
        truth: (n,) the row of `names` that each video belongs to.
        folds: (n,) the fold of each video, 0 to 4; whole channels where the channel would tell the category.
        vectors: (n, d) of unit length.
        name_vectors: (c, d) of the names.
    """

    name: str
    videos: Sequence[Video]
    texts: Sequence[str]
    names: Sequence[tuple[str, str]]
    truth: NDArray[np.intp]
    folds: NDArray[np.intp]
    vectors: NDArray[np.float32]
    name_vectors: NDArray[np.float32]

    def drawn(self, most: int, seed: int = 0) -> Labelled:
        """The library, or a random sample of `most` of its videos."""
        if len(self.videos) <= most:
            return self
        kept = np.sort(np.random.default_rng(seed).choice(len(self.videos), most, replace=False))
        return replace(
            self,
            videos=[self.videos[i] for i in kept],
            texts=[self.texts[i] for i in kept],
            truth=self.truth[kept],
            folds=self.folds[kept],
            vectors=self.vectors[kept],
        )


def load(name: str) -> Labelled | None:
    """The set of that name with its vectors; None where its data is not on this machine."""
    frame = SETS[name]()
    if frame is None:
        return None
    sizes = Counter(frame["category"])
    frame = frame[[sizes[category] >= FEWEST_MEMBERS for category in frame["category"]]].reset_index(drop=True)
    titles = sorted(set(frame["category"]))
    descriptions = dict(zip(frame["category"], frame["about"], strict=True)) if "about" in frame else {}
    names = [(title, descriptions.get(title, "")) for title in titles]
    videos = list(frame["video"])
    truth = np.array([titles.index(category) for category in frame["category"]], dtype=np.intp)
    folds = frame["fold"].to_numpy(np.intp) if "fold" in frame else _dealt(truth)
    texts, name_vectors = list(video_texts(videos).values()), embedded([category_text(*name) for name in names])
    return Labelled(name, videos, texts, names, truth, folds, embedded(texts), name_vectors)


def present(wanted: Sequence[str] = ()) -> Iterator[Labelled]:
    """The wanted sets that are on this machine, or all of them."""
    for name in wanted or SETS:
        library = load(name)
        if library is None:
            print(f"{name}: skipped, {DATA} does not hold it", flush=True)
        else:
            yield library


def _dealt(truth: NDArray[np.intp], seed: int = 0) -> NDArray[np.intp]:
    """A stratified fold for each video (n,)."""
    from sklearn.model_selection import StratifiedKFold

    folds = np.zeros(len(truth), dtype=np.intp)
    for fold, (_, held) in enumerate(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(truth, truth)):
        folds[held] = fold
    return folds


def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of the texts, from `.bench/` where they have been made before."""
    digest = hashlib.blake2b("\0".join([DEFAULT_MODEL, *texts]).encode(errors="replace"), digest_size=12).hexdigest()
    kept = CACHE / f"{digest}.npy"
    if not kept.exists():
        CACHE.mkdir(exist_ok=True)
        np.save(kept, embed(list(texts)))
    vectors: NDArray[np.float32] = np.load(kept)
    return vectors


# -- the sets ----------------------------------------------------------------------------------------------------------


def parquet(file: str, category: str, *, tags: bool = True, fold: str = "") -> pd.DataFrame | None:
    """Videos and their category of one of the shared files; `tags` only where the truth was not read off them."""
    if not (DATA / file).exists():
        return None
    table = pd.read_parquet(DATA / file)
    table = table[table[category].notna() & (table[category] != "")].drop_duplicates("video_id")
    frame = pd.DataFrame({"video": [_video(row, tags) for row in table.to_dict("records")]})
    frame["category"] = table[category].astype(str).to_numpy()
    if fold:
        frame["fold"] = table[fold].to_numpy()
    return frame


def _video(row: dict[str, Any], tags: bool) -> Video:
    seconds = row.get("duration_s")
    return Video(
        video_id=row["video_id"],
        title=row["title"],
        description=row["description"] or "",
        channel_title=row["channel_title"] or "",
        tags=tuple(tag for tag in str(row["tags"] or "").split("|") if tag) if tags else (),
        duration_seconds=None if seconds is None or seconds != seconds else int(seconds),
    )


def _sample() -> pd.DataFrame:
    """The sample library of the demo: its subjects with the misfiled videos put right, and its inbox."""
    account = load_library()
    home = dict(account.truth)
    subjects = {key: account.playlists[key] for key in sorted(set(account.truth.values()))}
    for playlist in subjects.values():
        for item in playlist.items:
            home.setdefault(item.video_id, playlist.playlist_id)
    rows = [
        (account.videos[video_id], subjects[key].title, subjects[key].description)
        for video_id, key in sorted(home.items())
        if account.videos[video_id].title
    ]
    return pd.DataFrame(rows, columns=["video", "category", "about"])


SETS: dict[str, Callable[[], pd.DataFrame | None]] = {
    "khan": lambda: parquet("khan.parquet", "playlist_title"),
    "khan topics": lambda: parquet("khan.parquet", "topic"),
    "talks": lambda: parquet("talks.parquet", "playlist_title"),
    "pyvideo": lambda: parquet("pyvideo.parquet", "topic", tags=False),
    "trending": lambda: parquet("trending.parquet", "category_name", fold="channel_fold"),
    "sample": _sample,
}
"""By name: a table of `video` and `category`, and where there are such, `about` and `fold`."""
