"""The videos of which something is known, and their vectors: only what is new or changed is ever embedded."""

from __future__ import annotations

from lib.ml.tasks import Compute, Embed
from lib.ml.text.video_text import RECIPE, text_hash
from lib.models import Progress, Video
from lib.store.catalog import Catalog
from lib.store.vectors import Vectors


class Embedding:
    """Keeps the vectors of one library up to its texts."""

    def __init__(self, catalog: Catalog, vectors: Vectors, compute: Compute) -> None:
        self.catalog, self.vectors, self.compute = catalog, vectors, compute

    def readable(self) -> list[Video]:
        """Videos with a known title; nothing can be said of one that died before we saw it."""
        return [video for video in self.catalog.listed_videos().values() if video.title]

    def embed(self, texts: dict[str, str], progress: Progress) -> int:
        """Embed what is new or changed among texts by id, of videos or of categories; how many those were."""
        known = self.vectors.known()
        hashes = {video_id: text_hash(text, RECIPE) for video_id, text in texts.items()}
        fresh = {video_id: digest for video_id, digest in hashes.items() if known.get(video_id) != digest}
        if fresh:
            todo = [texts[video_id] for video_id in fresh]
            self.vectors.store(fresh, self.compute(Embed(todo, self.vectors.model), progress))
        return len(fresh)
