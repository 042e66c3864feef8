"""Embeddings, kept for ever under everything that decides them: the video, the model, and the hash of the text.

One table for each length of vector, since DuckDB's FLOAT[n] has a fixed n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.derived import Floats
from lib.store.areas import Area
from lib.store.db import Database


class Vectors:
    """Reads and writes the vectors of one model."""

    def __init__(self, db: Database, model: str) -> None:
        self.db = db
        self.model = model

    def known(self) -> dict[str, str]:
        """Video id -> hash of the text that its vector stands for."""
        return {
            row[0]: row[1]
            for table in self._tables()
            for row in self.db.rows(f"SELECT video_id, text_hash FROM {table} WHERE model = ?", [self.model])
        }

    def load(self, video_ids: Sequence[str]) -> Floats:
        """The vectors of these videos, shape (n, d), in their order. Raises `KeyError` for a video without one."""
        vectors: dict[str, Floats] = {}
        for table in self._tables():
            frame = self.db.frame(f"SELECT video_id, vector FROM {table} WHERE model = ?", [self.model])
            vectors.update(zip(frame.video_id, frame.vector, strict=True))
        return (
            np.stack([vectors[i] for i in video_ids]).astype(np.float32) if video_ids else np.empty((0, 0), np.float32)
        )

    def store(self, hashes: Mapping[str, str], vectors: Floats) -> None:
        """Insert or replace the vectors, shape (n, d), of videos given as id -> text hash in the same order."""
        dimensions = int(vectors.shape[1])
        table = f"vectors_{dimensions}"
        frame = pd.DataFrame({"video_id": list(hashes), "text_hash": list(hashes.values()), "vector": list(vectors)})
        with self.db.write(Area.VECTORS) as tx:
            tx.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (video_id VARCHAR, model VARCHAR, text_hash VARCHAR, vector FLOAT[{dimensions}])"
            )
            tx.register("fresh_vectors", frame)
            for older in self._tables():  # also in another length, should a model of this name have changed
                tx.execute(
                    f"DELETE FROM {older} WHERE model = ? AND video_id IN (SELECT video_id FROM fresh_vectors)",
                    [self.model],
                )
            tx.execute(
                f"INSERT INTO {table} SELECT video_id, ?, text_hash, vector::FLOAT[{dimensions}] FROM fresh_vectors",
                [self.model],
            )
            tx.unregister("fresh_vectors")

    def _tables(self) -> list[str]:
        return [
            row[0]
            for row in self.db.rows(
                "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'vectors\\_%' ESCAPE '\\' ORDER BY 1"
            )
        ]
