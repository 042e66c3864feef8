"""The same talk under two ids is pairs, and what only sounds alike is not."""

import time

import numpy as np
import pytest

from lib.ml.duplicates import find_duplicates

SAME = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (2, 1))
DIFFERENT = np.eye(2, dtype=np.float32)
TITLE = "Code reviews using art critique principles"


def duplicates(first, second, lengths=(600, 600), vectors=DIFFERENT):
    return [(pair.first, pair.second) for pair in find_duplicates([first, second], vectors, lengths)]


@pytest.mark.parametrize(
    ("second", "lengths"),
    [
        (TITLE, (1792, 1795)),
        (TITLE.upper() + "!", (1792, 1840)),
        ("Code  Reviews: Using Art-Critique Principles", (60, 70)),
    ],
)
def test_the_same_title_as_long_is_one_talk(second, lengths):
    assert duplicates(TITLE, second, lengths) == [(0, 1)]


@pytest.mark.parametrize("lengths", [(1792, 1900), (60, 75), (10_000, 10_200)])
def test_another_length_is_another_video(lengths):
    assert duplicates(TITLE, TITLE, lengths, SAME) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Build a compiler in Rust, part 2", "Build a compiler in Rust, part 3"),
        ("Build a compiler in Rust, part II", "Build a compiler in Rust, part III"),
        ("Weekly garden news 2019", "Weekly garden news 2020"),
        ("Pre-fight press conference Smith Jones", "Post-fight press conference Smith Jones"),
        ("Garden news of 3 March", "Garden news of 3 April"),
        ("Baking bread at home, episode 07", "Baking bread at home"),
        ("Baking bread at home for beginners", "Baking bread at home, advanced"),
    ],
)
def test_a_number_or_a_date_that_differs_distinguishes_two_of_a_series(first, second):
    assert duplicates(first, second, vectors=SAME) == []


def test_the_same_number_written_otherwise_does_not():
    assert duplicates("Baking bread at home 07", "Baking bread at home #7", vectors=SAME) == [(0, 1)]


def test_a_title_that_many_videos_bear_is_no_sign():
    assert duplicates("Lightning talks", "Lightning talks") == []
    assert duplicates("Lightning talks", "Lightning talks", vectors=SAME) == [(0, 1)]
    assert find_duplicates([TITLE] * 20, np.zeros((20, 2), np.float32), [600] * 20) == []


def test_the_name_of_an_event_around_the_title_is_looked_past_to_the_second():
    near = np.array([[1, 0], [0.9, 0.43589]], dtype=np.float32)
    assert duplicates(TITLE, f"Jane Doe - {TITLE} - Some Conference", vectors=near) == [(0, 1)]
    assert duplicates(TITLE, f"Jane Doe - {TITLE} - Some Conference", (600, 604), near) == []
    assert duplicates(TITLE, f"Jane Doe - {TITLE} - Some Conference") == []


def test_a_dead_video_without_a_length_is_known_by_its_title_alone():
    assert duplicates(TITLE, TITLE, (None, 600)) == [(0, 1)]
    assert duplicates("Static typing", "Static typing", (None, None), SAME) == []
    assert duplicates(TITLE, f"{TITLE} again", (None, 600), SAME) == []


def test_words_that_are_alike_are_not_enough():
    assert duplicates("How to cook rice with onions", "How to grow rice and onions", vectors=SAME) == []


def test_the_surest_come_first_and_each_pair_once():
    titles = [TITLE, "Testing a whole web application", TITLE, "Testing a whole web application"]
    pairs = find_duplicates(titles, np.repeat(DIFFERENT, 2, axis=0), [1800, 900, 1830, 900])
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 3), (0, 2)]
    assert "one recording" in pairs[0].reason and "30 s apart" in pairs[1].reason


def test_no_titles_and_no_videos_have_no_duplicates():
    assert find_duplicates([], np.zeros((0, 2), np.float32), []) == []
    assert duplicates("", "", vectors=SAME) == []


def test_blocks_find_pairs_that_lie_far_apart():
    titles = [f"The long history of thing number {n} in Europe" for n in range(2_500)]
    titles[2_499] = titles[3]
    start = time.thread_time()
    assert [
        (pair.first, pair.second) for pair in find_duplicates(titles, np.zeros((2_500, 8), np.float32), [600.0] * 2_500)
    ] == [(3, 2_499)]
    assert time.thread_time() - start < 5
