from __future__ import annotations

import numpy as np
import pytest

from lib.store.db import Database
from lib.store.vectors import Vectors
from tests.store.conftest import video_id

IDS = [video_id(n) for n in range(40)]


def _random(rows: int, columns: int = 384, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)


@pytest.fixture
def vectors(db) -> Vectors:
    return Vectors(db, "mini")


def test_vectors_come_back_to_the_last_bit_in_the_order_asked_for(path, db, vectors):
    given = _random(40)
    given[0, :4] = [np.float32(1e-42), -0.0, np.finfo(np.float32).max, np.nextafter(np.float32(1), np.float32(2))]
    vectors.store(dict.fromkeys(IDS, "h"), given)
    db.close()
    again = Database(path)
    loaded = Vectors(again, "mini").load(IDS[::-1])
    assert loaded.dtype == np.float32
    assert loaded.tobytes() == given[::-1].tobytes()
    again.close()


def test_no_videos_are_an_empty_array_and_an_unknown_one_is_a_key_error(vectors):
    assert vectors.load([]).shape == (0, 0)
    assert vectors.known() == {}
    vectors.store({IDS[0]: "h"}, _random(1))
    with pytest.raises(KeyError):
        vectors.load(IDS[:2])


def test_a_replaced_text_has_one_vector_the_new_one(vectors):
    first, second = _random(2, seed=1), _random(1, seed=2)
    vectors.store({IDS[0]: "old", IDS[1]: "kept"}, first)
    vectors.store({IDS[0]: "new"}, second)
    assert vectors.known() == {IDS[0]: "new", IDS[1]: "kept"}
    assert np.array_equal(vectors.load(IDS[:2]), np.vstack([second, first[1:]]))
    assert vectors.db.value("SELECT count(*) FROM vectors_384") == 2


@pytest.mark.parametrize("length", [384, 768])
def test_two_models_live_side_by_side_whatever_their_lengths(db, vectors, length):
    second = Vectors(db, "other")
    ours, theirs = _random(3, seed=1), _random(3, length, seed=2)
    vectors.store(dict.fromkeys(IDS[:3], "h"), ours)
    second.store(dict.fromkeys(IDS[:3], "g"), theirs)
    assert np.array_equal(vectors.load(IDS[:3]), ours)
    assert np.array_equal(second.load(IDS[:3]), theirs)
    assert (set(vectors.known().values()), set(second.known().values())) == ({"h"}, {"g"})


@pytest.mark.parametrize(("before", "after"), [(384, 768), (768, 384)])
def test_a_model_whose_vectors_change_their_length_keeps_no_old_one(vectors, before, after):
    vectors.store({IDS[0]: "old"}, _random(1, before))
    vectors.store({IDS[0]: "new"}, _random(1, after))
    assert vectors.known() == {IDS[0]: "new"}
    assert vectors.load(IDS[:1]).shape == (1, after)
