"""The same talk under two ids is found, and what only sounds alike is not."""

import time

import numpy as np
import pytest

from lib.ml.tidy.duplicates import find_twins

SAME = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (2, 1))
OTHER = np.eye(2, dtype=np.float32)
TITLE = "Code reviews using art critique principles"


def twins(one, other, lengths=(600, 600), vectors=OTHER):
    return [(pair.one, pair.other) for pair in find_twins([one, other], vectors, lengths)]


@pytest.mark.parametrize(
    ("other", "lengths"),
    [
        (TITLE, (1792, 1795)),
        (TITLE.upper() + "!", (1792, 1840)),
        ("Code  Reviews: Using Art-Critique Principles", (60, 70)),
    ],
)
def test_the_same_title_as_long_is_one_talk(other, lengths):
    assert twins(TITLE, other, lengths) == [(0, 1)]


@pytest.mark.parametrize("lengths", [(1792, 1900), (60, 75), (10_000, 10_200)])
def test_another_length_is_another_video(lengths):
    assert twins(TITLE, TITLE, lengths, SAME) == []


@pytest.mark.parametrize(
    ("one", "other"),
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
def test_a_number_or_a_date_that_differs_tells_two_of_a_series_apart(one, other):
    assert twins(one, other, vectors=SAME) == []


def test_the_same_number_written_otherwise_does_not():
    assert twins("Baking bread at home 07", "Baking bread at home #7", vectors=SAME) == [(0, 1)]


def test_a_title_that_many_videos_bear_is_no_sign():
    assert twins("Lightning talks", "Lightning talks") == []
    assert twins("Lightning talks", "Lightning talks", vectors=SAME) == [(0, 1)]
    assert find_twins([TITLE] * 20, np.zeros((20, 2), np.float32), [600] * 20) == []


def test_the_name_of_an_event_around_the_title_is_looked_past_to_the_second():
    near = np.array([[1, 0], [0.9, 0.43589]], dtype=np.float32)
    assert twins(TITLE, f"Jane Doe - {TITLE} - Some Conference", vectors=near) == [(0, 1)]
    assert twins(TITLE, f"Jane Doe - {TITLE} - Some Conference", (600, 604), near) == []
    assert twins(TITLE, f"Jane Doe - {TITLE} - Some Conference") == []


def test_a_dead_video_without_a_length_is_known_by_its_title_alone():
    assert twins(TITLE, TITLE, (None, 600)) == [(0, 1)]
    assert twins("Static typing", "Static typing", (None, None), SAME) == []
    assert twins(TITLE, f"{TITLE} again", (None, 600), SAME) == []


def test_words_that_are_alike_are_not_enough():
    assert twins("How to cook rice with onions", "How to grow rice and onions", vectors=SAME) == []


def test_the_surest_come_first_and_each_pair_once():
    titles = [TITLE, "Testing a whole web application", TITLE, "Testing a whole web application"]
    found = find_twins(titles, np.repeat(OTHER, 2, axis=0), [1800, 900, 1830, 900])
    assert [(pair.one, pair.other) for pair in found] == [(1, 3), (0, 2)]
    assert "one recording" in found[0].reason and "30 s apart" in found[1].reason


def test_no_titles_and_no_videos_have_no_twins():
    assert find_twins([], np.zeros((0, 2), np.float32), []) == []
    assert twins("", "", vectors=SAME) == []


def test_blocks_find_pairs_that_lie_far_apart():
    titles = [f"The long history of thing number {n} in Europe" for n in range(2_500)]
    titles[2_499] = titles[3]
    start = time.perf_counter()
    assert [(p.one, p.other) for p in find_twins(titles, np.zeros((2_500, 8), np.float32), [600.0] * 2_500)] == [
        (3, 2_499)
    ]
    assert time.perf_counter() - start < 5
