"""Alike is what means the same, says the same, comes from the same channel, or has the same neighbours."""

import numpy as np
import pytest

from lib.ml.classifier.similarity import NEIGHBOUR_WEIGHT, similarity

TEXTS = ["sourdough bread", "rye bread", "violin lesson", "violin scales", "chess opening"]
NOBODY = [""] * 5


def unit(rows):
    vectors = np.asarray(rows, dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


VECTORS = unit(np.random.default_rng(0).normal(size=(5, 8)))


def test_raw_similarity_is_the_cosine_of_meaning_and_of_wording():
    raw = similarity(TEXTS, ["A", "", "", "", "A"], VECTORS).raw
    wording = similarity(TEXTS, NOBODY, np.zeros((5, 8), np.float32)).raw
    assert np.allclose(raw, VECTORS @ VECTORS.T + wording, atol=1e-5)
    assert wording[0, 1] > 0 == wording[0, 2] and np.allclose(np.diag(wording), 1.0, atol=1e-5)


def test_words_of_one_stem_have_something_in_common():
    texts = ["baking", "baker", "chess", "шахматы", "шахматист"]
    wording = similarity(texts, NOBODY, np.zeros((5, 8), np.float32)).raw
    assert wording[0, 1] > 0.05 < wording[3, 4] and wording[0, 2] == 0.0


def test_the_same_channel_counts_what_it_is_said_to_and_no_channel_nothing():
    pairwise = similarity(TEXTS, ["A", "", "", "", "A"], VECTORS)
    gained = pairwise.kernel(1.0, 0.5) - pairwise.kernel(1.0, 0.0)
    expected = np.zeros((5, 5))
    expected[[0, 0, 4, 4], [0, 4, 0, 4]] = 0.5
    assert np.allclose(gained, expected, atol=1e-6)


def test_smoothing_brings_those_together_that_share_a_neighbour():
    """a is like b and b like c: a and c have nothing in common but b."""
    vectors = unit([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    texts = ["one", "two", "three", "four", "five"]
    pairwise = similarity(texts, NOBODY, vectors)
    assert pairwise.raw[0, 2] == pytest.approx(0.0)
    assert pairwise.meaning[0, 2] > 0.1 > pairwise.meaning[0, 3]
    assert 0 < NEIGHBOUR_WEIGHT < 1


def test_a_part_keeps_its_scale_and_its_symmetry():
    pairwise = similarity(TEXTS, NOBODY, VECTORS)
    for part in (pairwise.meaning, pairwise.wording):
        assert part.trace() == pytest.approx(5.0, rel=1e-4)
        assert np.allclose(part, part.T, atol=1e-5)


def test_the_sum_is_a_kernel_whatever_the_emphasis():
    pairwise = similarity(TEXTS, ["A", "A", "", "B", "B"], VECTORS)
    for emphasis in (0.0, 0.5, 1.0):
        assert np.linalg.eigvalsh(pairwise.kernel(emphasis, 0.5).astype(np.float64)).min() > -1e-4
    assert np.allclose(pairwise.kernel(1.0, 0.5) - pairwise.kernel(0.0, 0.5), pairwise.meaning, atol=1e-5)


def test_the_same_rows_are_read_once_and_any_change_is_seen():
    pairwise = similarity(TEXTS, NOBODY, VECTORS)
    assert similarity(list(TEXTS), list(NOBODY), VECTORS.copy()) is pairwise
    assert similarity(TEXTS, ["A", "A", "", "", ""], VECTORS) is not pairwise
    assert similarity([*TEXTS[:4], "chess ending"], NOBODY, VECTORS) is not pairwise
    assert similarity(TEXTS, NOBODY, -VECTORS) is not pairwise


@pytest.mark.parametrize("texts", [[], ["one video"], ["", ""]])
def test_too_little_to_compare_is_no_error(texts):
    pairwise = similarity(texts, [""] * len(texts), np.zeros((len(texts), 4), np.float32))
    assert pairwise.kernel(1.0, 0.5).shape == (len(texts), len(texts)) and np.isfinite(pairwise.kernel(1.0, 0.5)).all()
