"""A topic is known again by its videos. BERTopic's users lost names and numbers in four ways; each is a test here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.derived import ABSENT, NOISE
from lib.ml.topics.matching import TopicChanges, compare_topics, match_topics


def column(text: str, **numbers: int) -> np.ndarray:
    """A level of one letter a video: "." is noise, "?" a video that was not there, else the letter's number."""
    number = {".": NOISE, "?": ABSENT} | {chr(97 + i): i for i in range(26)} | numbers
    return np.array([[number[letter]] for letter in text], np.int64)


def test_a_topic_keeps_its_number_whatever_its_size_and_place() -> None:
    matched = match_topics(column("aaaabbb"), column("bbbbaaa", a=7, b=3), 10)
    assert matched[:, 0].tolist() == [3, 3, 3, 3, 7, 7, 7]


def test_only_what_is_new_gets_a_new_number() -> None:
    matched = match_topics(column("aaabbb"), column("aaa???", a=4), 9)
    assert matched[:, 0].tolist() == [4, 4, 4, 9, 9, 9]


def test_a_number_that_is_gone_is_given_to_no_other() -> None:
    """BERTopic #1826, #2531: after a merge the names are shifted by one."""
    before = column("aabbcc")
    without_b = match_topics(column("aa..cc", c=1), before, 3)
    assert without_b[:, 0].tolist() == [0, 0, NOISE, NOISE, 2, 2]
    back = match_topics(column("aabbcc"), without_b, 3)
    assert back[:, 0].tolist() == [0, 0, 3, 3, 2, 2]


def test_videos_that_are_new_do_not_make_a_topic_another() -> None:
    matched = match_topics(column("aaaaaaaaab"), column("aa???????b", a=5, b=6), 9)
    assert matched[0, 0] == 5 and matched[9, 0] == 6


def test_a_topic_that_falls_in_two_stays_the_larger_part() -> None:
    matched = match_topics(column("aaaabb"), column("xxxxxx", x=8), 20)
    assert matched[:, 0].tolist() == [8, 8, 8, 8, 20, 20]


def test_less_than_a_third_in_common_is_another_topic() -> None:
    assert match_topics(column("aaaabbbb"), column("xyyyzzzz", x=1, y=2, z=3), 9)[4, 0] == 3
    assert match_topics(column("aaaaaa"), column("xx....", x=1), 9)[0, 0] == 1
    assert match_topics(column("aaaaaaa"), column("xx.....", x=1), 9)[0, 0] == 9


def test_the_best_pairs_over_all_are_chosen_not_the_best_of_the_first() -> None:
    before, after = column("aaaabbbb"), column("aaaaabbb")
    assert match_topics(after, before, 9)[:, 0].tolist() == after[:, 0].tolist()


def test_a_topic_of_one_level_is_known_again_at_another() -> None:
    before = np.hstack([column("aaaa"), column("bbcc")])
    after = np.hstack([column("xxyy", x=0, y=1), column("xxyy", x=0, y=1)])
    assert match_topics(after, before, 9).tolist() == [[1, 1], [1, 1], [2, 2], [2, 2]]


def test_the_first_level_is_numbered_first_and_within_it_the_largest() -> None:
    levels = np.hstack([column("aabbb"), column("cdeee")])
    assert match_topics(levels, column("?????"), 0).tolist() == [[1, 3], [1, 4], [0, 2], [0, 2], [0, 2]]


labels = st.lists(st.integers(NOISE, 5), min_size=1, max_size=30)


@given(labels, labels)
def test_numbers_are_only_exchanged_never_shared(current: list[int], before: list[int]) -> None:
    n = min(len(current), len(before))
    now, then = np.array(current[:n])[:, None], np.array(before[:n])[:, None]
    numbered = match_topics(now, then, 100)
    assert len(np.unique(numbered)) == len(np.unique(now))
    assert ((numbered == NOISE) == (now == NOISE)).all()
    pairs = set(zip(now[:, 0].tolist(), numbered[:, 0].tolist(), strict=True))
    assert len(pairs) == len(np.unique(now))


@given(labels)
def test_the_same_topics_keep_the_same_numbers(current: list[int]) -> None:
    before = np.array(current)[:, None]
    assert np.array_equal(match_topics(before * 1, before, 100), before)


@pytest.mark.parametrize(
    ("before", "now", "summary"),
    [
        ("aabb", "aabb", "no topic changed"),
        ("aabb", "aaaa", "1 merged"),
        ("aabb", "aa..", "1 gone"),
        ("aa??", "aabb", "1 new"),
        ("aabbcc", "aaaadd", "1 new, 1 merged, 1 gone"),
    ],
)
def test_what_changed_is_told(before: str, now: str, summary: str) -> None:
    assert str(compare_topics(column(now)[:, 0], column(before)[:, 0])) == summary


def test_nothing_is_told_of_nothing() -> None:
    assert compare_topics(np.zeros(0, np.int64), np.zeros(0, np.int64)) == TopicChanges()
