"""A topic is named by words that are its own, in a readable spelling, unlike any other topic."""

import numpy as np
import pytest

from lib.models import NOISE
from lib.topics.label import CHANNEL_SHARE, UNSORTED, name_topics

BREAD = [
    "Sourdough bread for beginners",
    "Rye sourdough bread",
    "Baking sourdough bread at home",
    "My sourdough starter",
]
PYTHON = ["SQL queries in Python", "Python and SQL joins", "Faster SQL with Python", "SQL indexes explained"]
CHESS = ["Chess opening: the Sicilian", "Sicilian defence in chess", "A chess endgame", "Chess opening traps"]


def _named(*groups, channels=None, labels=None):
    titles = [title for group in groups for title in group]
    numbers = [i for i, group in enumerate(groups) for _ in group]
    return name_topics(titles, titles, channels or [""] * len(titles), np.array(labels or numbers, dtype=np.int64))


def test_a_topic_is_named_by_its_own_words():
    bread, python, chess = _named(BREAD, PYTHON, CHESS)
    assert "Sourdough Bread" in bread.name
    assert "Python" in python.name or "SQL" in python.name
    assert "Chess" in chess.name
    assert bread.size == 4 and bread.topic == 0 and "sourdough bread" in bread.words


def test_words_keep_the_spelling_of_the_titles():
    assert "SQL" in _named(BREAD, PYTHON, CHESS)[1].name


def test_shouted_titles_do_not_make_shouted_names():
    bread = _named([title.upper() for title in BREAD], PYTHON)[0]
    assert "Sourdough Bread" in bread.name


def test_a_phrase_is_not_said_twice_in_one_name():
    for topic in _named(BREAD, PYTHON, CHESS):
        words = topic.name.lower().replace("&", "").split()
        assert len(words) == len(set(words))


def test_noise_comes_first_and_is_called_unsorted():
    topics = _named(BREAD, PYTHON, labels=[0, 0, 0, 0, NOISE, NOISE, NOISE, NOISE])
    assert [(topic.topic, topic.name, topic.size, topic.words) for topic in topics[:1]] == [(NOISE, UNSORTED, 4, ())]
    assert len(topics) == 2


def test_without_noise_nothing_is_called_unsorted():
    assert UNSORTED not in {topic.name for topic in _named(BREAD, PYTHON)}


def test_names_differ_even_where_the_videos_do_not():
    topics = _named(*[["The same title"] * 3] * 4)
    assert len({topic.name for topic in topics}) == 4


def test_a_channel_that_leads_a_topic_stands_in_its_name():
    channels = ["Bake Club"] * 3 + ["x"] + ["a", "b", "c", "d"] * 2
    bread, python, _ = _named(BREAD, PYTHON, CHESS, channels=channels)
    assert bread.name.startswith("Bake Club: ")
    assert ":" not in python.name


def test_a_channel_with_just_forty_percent_does_not():
    bread = [f"Sourdough bread {word}" for word in ("rye", "oat", "spelt", "wheat", "corn")]
    channels = ["Bake Club"] * round(CHANNEL_SHARE * 5) + ["a", "b", "c"] + ["d", "e", "f", "g"]
    assert "Bake Club" not in _named(bread, PYTHON, channels=channels)[0].name


def test_a_channel_that_leads_every_topic_tells_none_apart():
    for topic in _named(BREAD, PYTHON, CHESS, channels=["One Channel"] * 12):
        assert "One Channel" not in topic.name


def test_the_words_of_the_channel_are_not_repeated_behind_it():
    channels = ["Sourdough Bread"] * 4 + ["a", "b", "c", "d"] * 2
    assert _named(BREAD, PYTHON, CHESS, channels=channels)[0].name.lower().count("sourdough") == 1


@pytest.mark.parametrize("titles", [["Official video"] * 3, ["123 456"] * 3, [""] * 3])
def test_a_topic_without_words_still_has_a_name(titles):
    topic = _named(titles, BREAD)[0]
    assert topic.name and topic.words == ()


def test_other_alphabets_have_words_too():
    topics = _named(["Выпечка хлеба", "Хлеб и выпечка"], PYTHON)
    assert "Выпечка" in topics[0].name


def test_no_videos_have_no_topics():
    assert name_topics([], [], [], np.zeros(0, dtype=np.int64)) == []


def test_a_library_that_is_all_noise_has_one_name():
    assert [topic.name for topic in _named(BREAD, labels=[NOISE] * 4)] == [UNSORTED]
