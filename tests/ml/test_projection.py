"""Maps are finite, the same for the same seed, keep neighbours together, and never move what is on them."""

import numpy as np
import pytest

from lib.ml.projection import FEWEST, align, layout, neighbours, place, reduce


def _unit(points):
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def _groups(count, size, seed=0, spread=0.3):
    random = np.random.default_rng(seed)
    centres = np.repeat(random.normal(size=(count, 32)), size, axis=0)
    return _unit(centres + spread * random.normal(size=centres.shape))


@pytest.fixture(scope="module")
def groups():
    return _groups(4, 25)


@pytest.mark.parametrize(("project", "dimensions"), [(reduce, 5), (layout, 2)])
@pytest.mark.parametrize("n", [0, 1, 2, 3, FEWEST - 1, FEWEST, FEWEST + 1, 40])
@pytest.mark.parametrize("same", [False, True], ids=["different", "all the same"])
def test_any_number_of_videos_has_a_place(project, dimensions, n, same):
    vectors = _groups(1, n) if n else np.zeros((0, 32), dtype=np.float32)
    if same and n:
        vectors = np.repeat(vectors[:1], n, axis=0)
    points = project(vectors, 0)
    assert points.shape == (n, dimensions) and points.dtype == np.float32
    assert np.isfinite(points).all()


def test_many_copies_of_few_videos_have_a_place():
    points = layout(np.repeat(_groups(3, 1), 20, axis=0), 0)
    assert np.isfinite(points).all()


def test_the_same_seed_draws_the_same_map(groups):
    assert np.array_equal(layout(groups, 3), layout(groups, 3))


def test_videos_that_mean_alike_stand_together(groups):
    points = layout(groups, 0)
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    nearest = distance.argsort(axis=1)[:, 1:6]
    assert (nearest // 25 == np.arange(100)[:, None] // 25).mean() > 0.95


def test_a_new_video_is_placed_among_its_like(groups):
    old, new = groups[::2], groups[1::2]
    xy = layout(old, 0)
    placed = place(new, old, xy)
    assert placed.shape == (50, 2) and placed.dtype == np.float32
    nearest = np.linalg.norm(placed[:, None] - xy[None], axis=2).argmin(axis=1)
    assert ((2 * np.arange(50) + 1) // 25 == 2 * nearest // 25).mean() > 0.95


def test_a_copy_of_an_old_video_lands_within_its_neighbourhood():
    vectors = _unit(np.eye(6))
    xy = np.arange(12, dtype=np.float32).reshape(6, 2)
    assert np.allclose(place(vectors[2:3], vectors, xy), xy[2:3], atol=1e-3)


@pytest.mark.parametrize("dimensions", [2, 5])
def test_placing_works_in_the_reduced_space_too(dimensions):
    old = _groups(2, 3)
    assert place(old[:1], old, np.ones((6, dimensions), dtype=np.float32)).shape == (1, dimensions)


def test_nothing_to_place_and_nothing_to_place_it_among_are_no_errors():
    vectors, xy = _groups(1, 3), np.zeros((3, 2), dtype=np.float32)
    nothing = np.zeros((0, 32), dtype=np.float32)
    assert place(nothing, vectors, xy).shape == (0, 2)
    assert place(vectors, nothing, xy[:0]).shape == (3, 2)


def test_placing_more_videos_than_one_block_holds_changes_nothing():
    old = _groups(4, 10)
    xy = old[:, :2].copy()
    new = np.tile(old, (40, 1))
    assert np.allclose(place(new, old, xy)[-40:], place(old, old, xy), atol=1e-5)


def test_neighbours_are_the_nearest_rows_with_the_row_itself_first(groups):
    rows, distances = neighbours(groups, 4)
    cosine = 1 - groups @ groups.T
    assert rows.shape == distances.shape == (100, 4)
    assert (rows[:, 0] == np.arange(100)).all()
    np.fill_diagonal(cosine, -1)
    assert np.allclose(np.sort(cosine, axis=1)[:, 1:4], distances[:, 1:], atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_fewer_videos_have_fewer_neighbours(n):
    assert neighbours(_groups(1, n) if n else np.zeros((0, 32), np.float32))[0].shape == (n, n)


def test_points_that_were_only_turned_mirrored_shifted_and_scaled_lie_on_themselves_again():
    points = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    turned = 3.0 * points @ np.array([[0.6, 0.8], [0.8, -0.6]], np.float32) + [5, -2]
    assert np.allclose(align(turned.astype(np.float32), points), points, atol=1e-4)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points_can_be_registered_too(n):
    points = np.ones((n, 2), np.float32)
    assert np.allclose(align(points + 4, points), points)


def test_a_map_drawn_anew_looks_like_the_one_before_it(groups):
    before = layout(groups, 0)
    anew = layout(groups, 0, None, before)
    radius = np.sqrt(((before - before.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert np.linalg.norm(anew - before, axis=1).mean() / radius < 0.35
    assert not np.array_equal(anew, before)
