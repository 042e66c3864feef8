"""How alike videos are: in what they mean, in the words they use, by channel, and by the company they keep.

The company: a video is read together with the few it is most like, so that a title of three words borrows from its
neighbours. That is one step of the diffusion that semi-supervised learning rests on (Zhou et al. 2004), made to the
likeness itself, and it needs no labels: what is not filed yet helps too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

CHANNEL_WEIGHT = 0.5
NEIGHBOURS = 8
COMPANY = 0.4
"""How much the neighbours of a video count beside itself."""
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Likeness:
    """`meaning` and `wording` (n, n): each row's likeness with each other one, both in their company.

    `alone` (n, n): how alike two rows are by themselves, for people to read: cosine of meaning, plus cosine of words, plus
    half where the channel is the same.
    """

    meaning: Matrix
    wording: Matrix
    alone: Matrix

    def blend(self, emphasis: float) -> Matrix:
        """The likeness to learn from. `emphasis` is what meaning counts beyond words."""
        return np.asarray(self.wording + np.float32(1.0 + emphasis) * self.meaning)


_kept: tuple[str, Likeness] | None = None


def likeness(texts: Sequence[str], channels: Sequence[str], vectors: Matrix) -> Likeness:
    """The likeness of n rows: their texts, channels ("" for none) and vectors (n, d) of unit length or zero.

    The last one is kept, since a correction changes where videos are filed and nothing of what they are.
    """
    global _kept
    digest = hashlib.blake2b(np.ascontiguousarray(vectors).tobytes(), digest_size=16)
    digest.update("\0".join([*texts, *channels]).encode(errors="replace"))
    key = digest.hexdigest()
    if _kept is None or _kept[0] != key:
        _kept = (key, _likeness(texts, channels, vectors))
    return _kept[1]


def _likeness(texts: Sequence[str], channels: Sequence[str], vectors: Matrix) -> Likeness:
    words = word_rows(texts, channels)
    meaning, wording = vectors @ vectors.T, (words @ words.T).toarray()
    alone = meaning + wording
    company = _company(alone)
    return Likeness(_together(company, meaning), _together(company, wording), alone)


def word_rows(texts: Sequence[str], channels: Sequence[str]) -> Any:
    """Sparse rows: TF-IDF of words and pairs of words, and one column per channel."""
    from scipy.sparse import coo_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        strip_accents="unicode",
        min_df=2 if len(texts) > 100 else 1,
        dtype=np.float32,
    )
    try:
        words = vectorizer.fit_transform(texts)
    except ValueError:  # not one word in all the texts
        words = coo_matrix((len(texts), 1), dtype=np.float32)
    column = {channel: i for i, channel in enumerate(dict.fromkeys(channels))}
    rows = [i for i, channel in enumerate(channels) if channel]
    weight = np.full(len(rows), CHANNEL_WEIGHT**0.5, dtype=np.float32)
    columns = [column[channels[i]] for i in rows]
    by_channel = coo_matrix((weight, (rows, columns)), shape=(len(texts), max(len(column), 1)))
    return hstack([words, by_channel]).tocsr()


def _company(alone: Matrix) -> Any:
    """Each row itself and, by the square of their likeness, its nearest others: sparse (n, n), rows sum to 1 + COMPANY."""
    from scipy.sparse import csr_matrix, eye

    n = len(alone)
    k = min(NEIGHBOURS, n - 1)
    if k < 1:
        return eye(n, dtype=np.float32, format="csr")
    nearest, weights = np.empty((n, k), np.intp), np.empty((n, k), np.float32)
    for start in range(0, n, BLOCK):
        block = alone[start : start + BLOCK].copy()
        block[np.arange(len(block)), start + np.arange(len(block))] = -np.inf  # nobody keeps company with itself
        rows = np.argpartition(block, n - k, axis=1)[:, n - k :]
        nearest[start : start + BLOCK] = rows
        weights[start : start + BLOCK] = np.maximum(np.take_along_axis(block, rows, axis=1), 0.0) ** 2
    weights *= COMPANY / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    others = csr_matrix((weights.ravel(), (np.repeat(np.arange(n), k), nearest.ravel())), shape=(n, n))
    return (eye(n, dtype=np.float32, format="csr") + others).tocsr()


def _together(company: Any, part: Matrix) -> Matrix:
    """A likeness of rows each in its company, on the scale it had: so that a ridge means the same."""
    spread = company @ np.ascontiguousarray((company @ part).T)
    before, after = float(part.trace()), float(spread.trace())
    return np.asarray(spread * np.float32(before / after if after > 0 else 1.0), dtype=np.float32)
