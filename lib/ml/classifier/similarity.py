"""How alike videos are: in what they mean, in how they are worded, by channel, and by the company they keep.

Wording is words and pairs of words on one half, and the letters that words are made of on the other, so that "baking" and
"baker" have something in common in any language that spells with letters (Bojanowski et al. 2017 call these subwords).

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
Rows = NDArray[np.intp]

LETTERS = (3, 5)
"""So many letters in a row are compared, within words."""
NEIGHBOURS = 8
COMPANY = 0.4
"""How much the neighbours of a video count beside itself."""
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Likeness:
    """`meaning` and `wording` (n, n): each row's likeness with each other one, both in their company.

    `alone` (n, n): how alike two rows are by themselves, for people to read: cosine of meaning plus that of wording.
    `channel` (n,): a number for the channel of each row, -1 for none.
    """

    meaning: Matrix
    wording: Matrix
    alone: Matrix
    channel: Rows

    def blend(self, emphasis: float, same_channel: float) -> Matrix:
        """The likeness to learn from. `emphasis` is what meaning counts beyond words, `same_channel` what that counts."""
        blend = self.wording + np.float32(1.0 + emphasis) * self.meaning
        known = self.channel >= 0
        blend += np.float32(same_channel) * ((self.channel[:, None] == self.channel) & known)
        return np.asarray(blend)


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
    meaning, wording = vectors @ vectors.T, _wording(texts)
    alone = meaning + wording
    company = _company(alone)
    number = {channel: i for i, channel in enumerate(dict.fromkeys(one for one in channels if one))}
    channel = np.array([number.get(one, -1) for one in channels], dtype=np.intp)
    return Likeness(_together(company, meaning), _together(company, wording), alone, channel)


def _wording(texts: Sequence[str]) -> Matrix:
    """The cosine of words and pairs of words, and that of letters, half of each: (n, n)."""
    words, letters = tf_idf(texts, ngram_range=(1, 2)), tf_idf(texts, analyzer="char_wb", ngram_range=LETTERS)
    return np.asarray(0.5 * (words @ words.T).toarray() + 0.5 * (letters @ letters.T).toarray(), dtype=np.float32)


def tf_idf(texts: Sequence[str], **terms: Any) -> Any:
    """Sparse rows of unit length: TF-IDF of the terms, which are said as to scikit-learn's vectorizer."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 2 if len(texts) > 100 else 1
    vectorizer = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", min_df=fewest, dtype=np.float32, **terms)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # not one term in all the texts
        return csr_matrix((len(texts), 1), dtype=np.float32)


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
