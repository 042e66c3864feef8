"""Similarity of videos: in meaning, in wording and by channel, smoothed over their nearest neighbours.

Wording is words and pairs of words on one half, and character n-grams on the other, so that "baking" and "baker" have
something in common in any language that is written in letters (Bojanowski et al. 2017, "Enriching word vectors with subword
information").

kNN smoothing: each video is averaged with the few that are most similar to it, so that a title of three words borrows from
its neighbours. This is one step of the diffusion of semi-supervised learning (Zhou et al. 2004, "Learning with local and
global consistency"), applied to the kernel itself; it needs no labels, so unfiled videos help too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lib.derived import Floats, Rows

CHARACTER_NGRAMS = (3, 5)
"""The shortest and the longest n-grams of characters, within words."""
NEIGHBOURS = 8
"""So many nearest neighbours smooth a row. Chosen by hand."""
NEIGHBOUR_WEIGHT = 0.4
"""The weight of all neighbours of a row beside its own, which is 1. Chosen by hand."""
BLOCK = 1024
"""Rows whose neighbours are looked up at a time, to save memory."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """The pairwise similarities of n rows.

    `meaning`, `wording` (n, n): cosines of the embeddings and of the TF-IDF vectors, both smoothed, with a trace of n.
    `raw` (n, n): the sum of the two cosines, -2 to 2, before smoothing, to compare what people read.
    `channel` (n,): a number for the channel of each row, -1 for none.
    """

    meaning: Floats
    wording: Floats
    raw: Floats
    channel: Rows

    def kernel(self, emphasis: float, same_channel: float) -> Floats:
        """The kernel (n, n) to learn from: wording, `1 + emphasis` times meaning, and `same_channel` where channels are the same."""
        kernel = self.wording + np.float32(1.0 + emphasis) * self.meaning
        known = self.channel >= 0
        kernel += np.float32(same_channel) * ((self.channel[:, None] == self.channel) & known)
        return np.asarray(kernel)


_cached: tuple[str, Similarity] | None = None


def similarity(texts: Sequence[str], channels: Sequence[str], vectors: Floats) -> Similarity:
    """The similarities of n rows: their texts, channels ("" for none) and vectors (n, d) of unit length or zero.

    The last result is cached, since a correction changes where videos are filed but not their texts.
    """
    global _cached
    digest = hashlib.blake2b(np.ascontiguousarray(vectors).tobytes(), digest_size=16)
    digest.update("\0".join([*texts, *channels]).encode(errors="replace"))
    key = digest.hexdigest()
    if _cached is None or _cached[0] != key:
        _cached = (key, _similarity(texts, channels, vectors))
    return _cached[1]


def _similarity(texts: Sequence[str], channels: Sequence[str], vectors: Floats) -> Similarity:
    meaning, wording = vectors @ vectors.T, _wording(texts)
    raw = meaning + wording
    smoother = _smoother(raw)
    number = {name: i for i, name in enumerate(dict.fromkeys(name for name in channels if name))}
    channel = np.array([number.get(name, -1) for name in channels], dtype=np.intp)
    return Similarity(_smoothed(smoother, meaning), _smoothed(smoother, wording), raw, channel)


def _wording(texts: Sequence[str]) -> Floats:
    """The cosine of words and pairs of words, and that of character n-grams, half of each: (n, n)."""
    words = tf_idf(texts, ngram_range=(1, 2))
    characters = tf_idf(texts, analyzer="char_wb", ngram_range=CHARACTER_NGRAMS)
    cosines = 0.5 * (words @ words.T).toarray() + 0.5 * (characters @ characters.T).toarray()
    return np.asarray(cosines, dtype=np.float32)


def tf_idf(texts: Sequence[str], **options: Any) -> Any:
    """TF-IDF vectors: a sparse matrix (n, terms) with rows of unit length. `options` are those of scikit-learn's vectorizer."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    min_df = 2 if len(texts) > 100 else 1
    vectorizer = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", min_df=min_df, dtype=np.float32, **options)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # not one term in all the texts
        return csr_matrix((len(texts), 1), dtype=np.float32)


def _smoother(raw: Floats) -> Any:
    """The weights of kNN smoothing, sparse (n, n): 1 for the row itself, and for its nearest neighbours their squared
    similarity, scaled to `NEIGHBOUR_WEIGHT` in sum."""
    from scipy.sparse import csr_matrix, eye

    n = len(raw)
    k = min(NEIGHBOURS, n - 1)
    if k < 1:
        return eye(n, dtype=np.float32, format="csr")
    nearest, weights = np.empty((n, k), np.intp), np.empty((n, k), np.float32)
    for start in range(0, n, BLOCK):
        block = raw[start : start + BLOCK].copy()
        block[np.arange(len(block)), start + np.arange(len(block))] = -np.inf  # a row is no neighbour of itself
        rows = np.argpartition(block, n - k, axis=1)[:, n - k :]
        nearest[start : start + BLOCK] = rows
        weights[start : start + BLOCK] = np.maximum(np.take_along_axis(block, rows, axis=1), 0.0) ** 2
    weights *= NEIGHBOUR_WEIGHT / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    neighbours = csr_matrix((weights.ravel(), (np.repeat(np.arange(n), k), nearest.ravel())), shape=(n, n))
    return (eye(n, dtype=np.float32, format="csr") + neighbours).tocsr()


def _smoothed(smoother: Any, cosines: Floats) -> Floats:
    """Cosines (n, n) smoothed on both sides, and scaled to the trace they had, so that a ridge penalty means the same."""
    smoothed = smoother @ np.ascontiguousarray((smoother @ cosines).T)
    before, after = float(cosines.trace()), float(smoothed.trace())
    return np.asarray(smoothed * np.float32(before / after if after > 0 else 1.0), dtype=np.float32)
