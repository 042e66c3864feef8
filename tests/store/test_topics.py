"""Levels, the user's topics and the map that can be put back, as the database keeps them."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from lib.derived import ABSENT, NOISE, Topic
from lib.store.db import MIGRATIONS, Database
from lib.store.derived import Derived
from lib.store.topics import TopicStore, UserTopic
from tests.store.conftest import video_id

IDS = [video_id(n) for n in range(6)]
LEVELS = np.array([[9, 0], [9, 0], [9, 1], [2, 2], [2, 2], [NOISE, NOISE]], np.int64)


@pytest.fixture
def derived(db) -> Derived:
    store = Derived(db)
    points = np.zeros((6, 5), np.float32)
    store.topic_store.note_usual(1)
    store.store_map(IDS, points[:, :2], points, LEVELS)
    store.store_topics([Topic(topic, f"Topic {topic}", (), 1) for topic in (0, 1, 2, 9)])
    return store


@pytest.fixture
def topics(derived) -> TopicStore:
    return derived.topic_store


def shown(derived: Derived) -> list[int]:
    return derived.topic_store.shown(IDS).tolist()


def test_the_usual_level_is_shown_until_another_is_wished(derived, topics):
    assert (topics.level(), topics.counts(), shown(derived)) == (1, [2, 3], LEVELS[:, 1].tolist())
    topics.show_level(0)
    assert (topics.level(), shown(derived)) == (0, LEVELS[:, 0].tolist())
    assert [topic.topic for topic in derived.topics()] == [9, 2, NOISE]


def test_a_topic_that_stands_in_both_levels_keeps_number_and_name(derived, topics):
    before = next(topic for topic in derived.topics() if topic.topic == 2)
    topics.show_level(0)
    assert before in derived.topics()


def test_the_wished_level_is_counted_from_the_usual_one(derived, topics):
    topics.show_level(0)
    topics.note_usual(2)
    derived.store_map(IDS, np.zeros((6, 2), np.float32), np.zeros((6, 5), np.float32), np.hstack([LEVELS, LEVELS]))
    assert topics.level() == 1
    derived.store_map(IDS, np.zeros((6, 2), np.float32), np.zeros((6, 5), np.float32), LEVELS[:, 1])
    assert topics.level() == 0


def test_the_users_topics_lie_over_every_level(derived, topics):
    topics.act("merge", {7: UserTopic("Both", False, tuple(IDS[2:4]))})
    assert shown(derived) == [0, 0, 7, 7, 2, NOISE]
    assert topics.counts() == [3, 3]
    topics.show_level(0)
    assert shown(derived) == [9, 9, 7, 7, 2, NOISE]
    assert {topic.topic: (topic.name, topic.size) for topic in derived.topics()}[7] == ("Both", 2)


def test_a_video_that_joined_a_topic_of_the_users_leaves_it_with_the_topic(derived, topics):
    topics.act("new topic", {7: UserTopic("Mine", True, (IDS[5],))})
    joined = np.array([7, NOISE, NOISE, NOISE, NOISE, NOISE])
    derived.store_map(IDS, np.zeros((6, 2), np.float32), np.zeros((6, 5), np.float32), LEVELS, joined=joined)
    assert shown(derived)[0] == 7 and topics.counts() == [3, 4]
    topics.take_back()
    assert shown(derived)[0] == 0


def test_acts_are_taken_back_one_by_one(derived, topics):
    assert (topics.last_act(), topics.take_back()) == (None, None)
    first, second = {7: UserTopic("One", True, (IDS[0],))}, {8: UserTopic("Two", False, (IDS[1],))}
    topics.act("first", first)
    topics.act("second", second)
    assert (topics.user_topics(), topics.last_act()) == (second, "second")
    assert (topics.take_back(), topics.user_topics()) == ("second", first)
    assert (topics.take_back(), topics.user_topics()) == ("first", {})
    assert shown(derived) == LEVELS[:, 1].tolist()


def test_a_run_renames_only_what_the_user_did_not_name(topics):
    topics.act("split", {7: UserTopic("Mine", True, (IDS[0],)), 8: UserTopic("Found", False, (IDS[1],))})
    topics.name_user_topics({7: "Other", 8: "Better", 9: "Nobody"})
    assert {topic: user_topic.name for topic, user_topic in topics.user_topics().items()} == {7: "Mine", 8: "Better"}


def test_no_number_is_ever_used_twice(derived, topics):
    assert topics.following() == 10
    topics.act("new topic", {12: UserTopic("Mine", True, (IDS[0],))})
    assert topics.following() == 13
    topics.note_following(20)
    topics.take_back()
    derived.store_topics([])
    assert topics.following() == 20


def test_found_topics_come_by_video_and_level_with_those_not_there_absent(topics):
    assert topics.automatic_topics([IDS[2], "elsewhere"]).tolist() == [[9, 1], [ABSENT, ABSENT]]
    assert topics.shown(["elsewhere", IDS[2]]).tolist() == [ABSENT, 1]


def test_before_there_is_a_map_nothing_is_there(db):
    topics = TopicStore(db)
    assert (topics.counts(), topics.level(), topics.user_topics(), topics.following()) == ([], 0, {}, 0)
    assert topics.automatic_topics(["a", "b"]).tolist() == [[ABSENT], [ABSENT]]


def test_new_videos_are_marked_until_others_come(derived):
    points = np.zeros((6, 5), np.float32)
    assert derived.fresh() == []
    derived.store_map(IDS, points[:, :2], points, LEVELS, fresh=IDS[4:])
    assert derived.fresh() == IDS[4:]
    derived.store_map(IDS[:5], points[:5, :2], points[:5], LEVELS[:5])
    assert derived.fresh() == [IDS[4]]


def test_the_earlier_map_is_kept_and_put_back_once(derived):
    ids, layout, reduced = derived.map_points()
    assert derived.earlier()[0] == []
    derived.keep_earlier()
    derived.store_map(ids, layout + 5, reduced + 5, LEVELS)
    derived.put_back(*derived.earlier())
    assert derived.map_points()[0] == ids
    assert np.array_equal(derived.map_points()[1], layout) and np.array_equal(derived.map_points()[2], reduced)
    assert derived.earlier()[0] == []
    assert shown(derived) == LEVELS[:, 1].tolist()


def test_a_library_of_the_second_schema_keeps_its_map_and_its_topics(tmp_path):
    path = tmp_path / "atlas.duckdb"
    with duckdb.connect(str(path)) as old:
        old.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMP)")
        for migration in sorted(MIGRATIONS.glob("000[12]*.sql")):
            old.execute(migration.read_text(encoding="utf-8"))
            old.execute("INSERT INTO migrations VALUES (?, ?, now())", [int(migration.name[:4]), migration.stem])
        old.execute("INSERT INTO map_points VALUES ('a', 1, 2, [1, 2, 3, 4, 5], 3), ('b', 3, 4, [5, 4, 3, 2, 1], -1)")
        old.execute("INSERT INTO topics VALUES (3, 'Bread', ['bread'], 1), (-1, 'Unsorted', [], 1)")
    db = Database(path)
    derived = Derived(db)
    assert derived.topics() == [Topic(3, "Bread", ("bread",), 1), Topic(NOISE, "Unsorted", (), 1)]
    assert derived.members() == {3: ["a"], NOISE: ["b"]}
    assert derived.topic_store.automatic_topics(["a", "b"]).tolist() == [[3], [NOISE]]
    assert (derived.topic_store.counts(), derived.topic_store.following(), derived.fresh()) == ([1], 4, [])
    derived.topic_store.act("new name", {3: UserTopic("My bread", True, ("a",))})
    assert derived.topics()[0].name == "My bread"
    db.close()
