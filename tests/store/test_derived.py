from __future__ import annotations

import numpy as np
import pytest

from lib.derived import NOISE, Suggestion, Topic
from lib.models import Video
from lib.store.derived import Derived
from tests.store.conftest import video_id

IDS = [video_id(n) for n in (1, 2, 3)]


@pytest.fixture
def derived(db) -> Derived:
    return Derived(db)


def _map(derived: Derived, ids: list[str], labels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    source = np.random.default_rng(len(ids))
    layout, reduced = (source.standard_normal((len(ids), n)).astype(np.float32) for n in (2, 5))
    derived.store_map(ids, layout, reduced, np.array(labels, dtype=np.int64))
    return layout, reduced


def test_before_anything_is_derived_all_is_empty(derived):
    ids, layout, reduced = derived.map_points()
    assert (ids, layout.shape, reduced.shape) == ([], (0, 2), (0, 0))
    assert derived.map_frame().empty
    assert (derived.topics(), derived.members(), derived.suggestions()) == ([], {}, [])


def test_the_map_comes_back_exactly_and_in_a_stable_order(derived):
    layout, reduced = _map(derived, IDS[::-1], [0, 1, NOISE])
    ids, got_layout, got_reduced = derived.map_points()
    assert ids == IDS
    assert np.array_equal(got_layout, layout[::-1])
    assert np.array_equal(got_reduced, reduced[::-1])


def test_a_new_map_replaces_the_old_one(derived):
    _map(derived, IDS, [0, 0, 0])
    _map(derived, IDS[:1], [2])
    assert derived.members() == {2: IDS[:1]}


def test_members_are_the_videos_of_each_topic(derived):
    _map(derived, IDS, [1, NOISE, 1])
    assert derived.members() == {NOISE: [IDS[1]], 1: [IDS[0], IDS[2]]}


def test_topics_come_back_the_largest_first_with_noise_last_and_as_large_as_they_are(derived):
    _map(derived, [video_id(n) for n in range(6)], [4, 1, 1, NOISE, NOISE, NOISE])
    derived.store_topics([Topic(7, "old", (), 1)])
    derived.store_topics(
        [Topic(NOISE, "Noise", (), 9), Topic(1, "Bread's", ("bread", "dough"), 5), Topic(4, "Jazz", ("sax",), 3)]
    )
    expected = [Topic(1, "Bread's", ("bread", "dough"), 2), Topic(4, "Jazz", ("sax",), 1), Topic(NOISE, "Noise", (), 3)]
    assert derived.topics() == expected


def test_the_map_for_the_screen_names_video_and_topic_and_lives_without_a_topic(derived, catalog):
    _map(derived, IDS, [0, NOISE, 0])
    derived.store_topics([Topic(0, "Bread", (), 2)])
    catalog.store_videos([Video(video, f"Title {video}", channel_title="C") for video in IDS[:2]])
    frame = derived.map_frame()
    assert list(frame.columns) == ["video_id", "x", "y", "topic", "topic_name", "title", "channel_title"]
    assert list(frame.video_id) == IDS[:2]
    assert list(frame.topic_name) == ["Bread", ""]


def test_suggestions_come_back_exactly_and_in_their_order(derived):
    given = [
        Suggestion(IDS[2], ("PLa", "PLb"), "PLc", 0.1 + 0.2, True, "because “this”", True, ("PLd",)),
        Suggestion(IDS[0], (), "PLc", 0.5, False, "", False, ()),
    ]
    derived.store_suggestions([Suggestion("old", (), "x", 1.0, True, "")])
    derived.store_suggestions(given)
    assert derived.suggestions() == given
