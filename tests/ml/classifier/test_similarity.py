"""Alike is what means the same, says the same, comes from the same channel, or keeps the same company."""

import numpy as np
import pytest

from lib.ml.classifier.similarity import COMPANY, likeness

TEXTS = ["sourdough bread", "rye bread", "violin lesson", "violin scales", "chess opening"]
NOBODY = [""] * 5


def unit(rows):
    vectors = np.asarray(rows, dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


VECTORS = unit(np.random.default_rng(0).normal(size=(5, 8)))


def test_alone_is_the_cosine_of_meaning_and_of_wording():
    alone = likeness(TEXTS, ["A", "", "", "", "A"], VECTORS).alone
    wording = likeness(TEXTS, NOBODY, np.zeros((5, 8), np.float32)).alone
    assert np.allclose(alone, VECTORS @ VECTORS.T + wording, atol=1e-5)
    assert wording[0, 1] > 0 == wording[0, 2] and np.allclose(np.diag(wording), 1.0, atol=1e-5)


def test_words_of_one_stem_have_something_in_common():
    texts = ["baking", "baker", "chess", "шахматы", "шахматист"]
    wording = likeness(texts, NOBODY, np.zeros((5, 8), np.float32)).alone
    assert wording[0, 1] > 0.05 < wording[3, 4] and wording[0, 2] == 0.0


def test_the_same_channel_counts_what_it_is_said_to_and_no_channel_nothing():
    found = likeness(TEXTS, ["A", "", "", "", "A"], VECTORS)
    gained = found.blend(1.0, 0.5) - found.blend(1.0, 0.0)
    expected = np.zeros((5, 5))
    expected[[0, 0, 4, 4], [0, 4, 0, 4]] = 0.5
    assert np.allclose(gained, expected, atol=1e-6)


def test_company_brings_those_together_that_share_a_neighbour():
    """a is like b and b like c: a and c have nothing in common but b."""
    vectors = unit([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    texts = ["one", "two", "three", "four", "five"]
    found = likeness(texts, NOBODY, vectors)
    assert found.alone[0, 2] == pytest.approx(0.0)
    assert found.meaning[0, 2] > 0.1 > found.meaning[0, 3]
    assert 0 < COMPANY < 1


def test_a_part_keeps_its_scale_and_its_symmetry():
    found = likeness(TEXTS, NOBODY, VECTORS)
    for part in (found.meaning, found.wording):
        assert part.trace() == pytest.approx(5.0, rel=1e-4)
        assert np.allclose(part, part.T, atol=1e-5)


def test_a_blend_is_a_kernel_whatever_the_emphasis():
    found = likeness(TEXTS, ["A", "A", "", "B", "B"], VECTORS)
    for emphasis in (0.0, 0.5, 1.0):
        assert np.linalg.eigvalsh(found.blend(emphasis, 0.5).astype(np.float64)).min() > -1e-4
    assert np.allclose(found.blend(1.0, 0.5) - found.blend(0.0, 0.5), found.meaning, atol=1e-5)


def test_the_same_rows_are_read_once_and_any_change_is_seen():
    found = likeness(TEXTS, NOBODY, VECTORS)
    assert likeness(list(TEXTS), list(NOBODY), VECTORS.copy()) is found
    assert likeness(TEXTS, ["A", "A", "", "", ""], VECTORS) is not found
    assert likeness([*TEXTS[:4], "chess ending"], NOBODY, VECTORS) is not found
    assert likeness(TEXTS, NOBODY, -VECTORS) is not found


@pytest.mark.parametrize("texts", [[], ["one video"], ["", ""]])
def test_too_little_to_compare_is_no_error(texts):
    found = likeness(texts, [""] * len(texts), np.zeros((len(texts), 4), np.float32))
    assert found.blend(1.0, 0.5).shape == (len(texts), len(texts)) and np.isfinite(found.blend(1.0, 0.5)).all()
