"""Topics are groups, numbered by size; noise is -1; a wish that cannot be met is refused."""

import numpy as np
import pytest

from lib.derived import NOISE
from lib.errors import UserError
from lib.ml.topics.clustering import SMALLEST_TOPIC, cluster, smallest_topic, split_by_density


def _blobs(*sizes):
    random = np.random.default_rng(0)
    return np.vstack([10 * i + 0.2 * random.normal(size=(size, 5)) for i, size in enumerate(sizes)]).astype(np.float32)


@pytest.mark.parametrize(("method", "k"), [("hdbscan", None), ("kmeans", 3)])
def test_groups_are_found_and_numbered_by_size(method, k):
    labels = cluster(_blobs(20, 60, 40), method, k)
    assert labels[:20].tolist() == [2] * 20
    assert labels[20:80].tolist() == [0] * 60
    assert labels[80:].tolist() == [1] * 40


def test_a_video_far_from_all_others_is_noise():
    points = np.vstack([_blobs(30, 30), np.full((1, 5), 500.0)]).astype(np.float32)
    assert cluster(points)[-1] == NOISE


def test_of_two_topics_as_large_the_first_comes_first():
    assert cluster(_blobs(10, 10), "kmeans", 2).tolist() == [0] * 10 + [1] * 10


@pytest.mark.parametrize("n", range(2 * SMALLEST_TOPIC + 2))
@pytest.mark.parametrize("method", ["hdbscan", "kmeans"])
def test_a_tiny_library_is_no_error(n, method):
    labels = cluster(_blobs(n), method)
    assert labels.shape == (n,) and labels.min(initial=0) >= NOISE


def test_videos_that_are_all_the_same_are_no_error():
    assert len(cluster(np.zeros((40, 5), dtype=np.float32))) == 40


@pytest.mark.parametrize("k", [0, -1, 11])
def test_more_topics_than_videos_or_none_are_refused(k):
    with pytest.raises(UserError) as raised:
        cluster(_blobs(10), "kmeans", k)
    assert "1 to 10" in raised.value.next_step


def test_an_unknown_method_is_refused_with_the_ones_there_are():
    with pytest.raises(UserError) as raised:
        cluster(_blobs(10), "guesswork")
    assert "hdbscan, kmeans" in raised.value.next_step


def test_k_means_without_a_number_chooses_one_that_suits_the_size():
    assert cluster(_blobs(*[20] * 5), "kmeans").max() + 1 == 5


def test_a_larger_library_asks_for_larger_topics():
    assert [smallest_topic(n) for n in (10, 400, 4_000, 20_000)] == [5, 5, 16, 35]


def test_a_topic_of_denser_groups_is_divided_among_them_without_noise_and_another_stays_whole():
    near = np.vstack([_blobs(20, 20) / 10, 50 + _blobs(30), np.full((1, 5), 500.0)]).astype(np.float32)
    labels = np.array([0] * 40 + [1] * 30 + [NOISE])
    divided = split_by_density(near, labels, first=7)
    assert set(divided[:20]) == {divided[0]} and set(divided[20:40]) == {divided[20]}
    assert {divided[0], divided[20]} == {7, 8}
    assert divided[40:].tolist() == [1] * 30 + [NOISE]


def test_a_very_large_topic_that_is_several_is_found_to_be_several():
    """Beside a remote, dense group everything else looks like one topic."""
    remote = np.vstack([_blobs(*[30] * 8) / 5, 1000 + 0.001 * _blobs(30, 30)]).astype(np.float32)
    assert cluster(remote).max() + 1 >= 8
