"""A search finds by meaning and by word, over everything, at once."""

import time

import numpy as np
import pytest

from lib.ml.search.ranking import rank

TITLES = ("Guitar lesson for beginners", "Sourdough bread", "Beyoncé live", "Learning the violin", "Bread knives")
TEXTS = tuple(
    f"{title}. Some channel. {extra}" for title, extra in zip(TITLES, ("chords", "rye", "", "bow", ""), strict=True)
)
VECTORS = np.eye(5, dtype=np.float32)
NOWHERE = np.zeros(5, dtype=np.float32)


def _rows(query, vector=NOWHERE, limit=5):
    return [row for row, _ in rank(query, vector, VECTORS, TEXTS, TITLES, limit)]


def test_a_word_of_the_title_is_found():
    assert _rows("sourdough") == [1]


def test_a_word_of_the_text_is_found():
    assert _rows("chords") == [0]


@pytest.mark.parametrize("query", ["guit", "GUITAR", "  guitar  ", "lesson guit"])
def test_the_last_word_may_be_unfinished_and_case_does_not_matter(query):
    assert _rows(query)[0] == 0


def test_a_word_that_is_not_the_last_must_be_whole():
    assert _rows("guit lesso")[0] == 0 and _rows("sour zzz") == []


def test_a_word_followed_by_a_space_is_finished():
    assert _rows("guit ") == []


def test_accents_do_not_matter():
    assert _rows("beyonce") == [2] == _rows("BEYONCÉ")


def test_meaning_finds_what_no_word_does():
    assert _rows("stringed instruments", VECTORS[3]) == [3]


def test_a_video_found_both_ways_comes_before_one_found_one_way():
    assert _rows("bread", VECTORS[4]) == [4, 1]


def test_scores_fall_and_stay_between_zero_and_one():
    scores = [score for _, score in rank("bread violin", VECTORS[1], VECTORS, TEXTS, TITLES, 5)]
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0 and scores[0] <= 1


def test_a_title_counts_more_than_a_description():
    titles = ("Cheese", "Wine")
    assert [row for row, _ in rank("cheese", NOWHERE[:2], np.eye(2), ("Cheese", "Wine and cheese"), titles, 2)] == [
        0,
        1,
    ]


def test_the_very_title_comes_first_whatever_else_is_near():
    titles = ("Bread", "Bread bread bread for everyone", "Sourdough")
    hits = rank("bread", VECTORS[1], VECTORS[:3], titles, titles, 3)
    assert hits[0] == (0, 1.0) and hits[1][1] < 1.0


def test_a_word_in_common_does_not_outweigh_the_meaning():
    titles = ("Strange talk", "Rounding errors")
    query = "that curious thing where numbers look strange"
    assert next(row for row, _ in rank(query, VECTORS[1, :2], VECTORS[:2, :2], titles, titles, 2)) == 1


def test_a_phrase_must_be_there_and_an_excluded_word_must_not():
    assert _rows('"bread knives" sourdough') == [4] and _rows("bread -knives", VECTORS[4]) == [1]
    assert _rows("-bread") == [] == _rows('"knives bread"')


def test_rows_outside_are_left_out_before_the_cut():
    among = np.array([True, False, True, True, True])
    assert [row for row, _ in rank("bread", NOWHERE, VECTORS, TEXTS, TITLES, 1, among)] == [4]


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_finds_nothing(query):
    assert _rows(query, VECTORS[0]) == []


@pytest.mark.parametrize("query", ["!!!", "()[]*+", "' OR 1=1 --", "\x00"])
def test_signs_are_no_words_and_no_error(query):
    assert rank(query, NOWHERE, VECTORS, TEXTS, TITLES, 5) == []


def test_an_empty_library_holds_nothing():
    assert rank("bread", NOWHERE, np.zeros((0, 5), dtype=np.float32), (), (), 5) == []


def test_no_more_than_the_limit_is_returned():
    assert len(_rows("bread", VECTORS[3], limit=1)) == 1 and _rows("bread", limit=0) == []


def test_other_texts_are_never_answered_from_an_old_index():
    assert _rows("sourdough") == [1]
    assert rank("sourdough", NOWHERE[:1], np.zeros((1, 1)), ("Chess",), ("Chess",), 5) == []


def test_twenty_thousand_videos_are_searched_in_a_blink():
    random = np.random.default_rng(0)
    words = np.array([f"word{i}" for i in range(5_000)])
    texts = tuple(" ".join(row) for row in words[random.integers(5_000, size=(20_000, 30))])
    vectors = random.normal(size=(20_000, 384)).astype(np.float32)
    rank("word1", vectors[0], vectors, texts, texts, 20)
    start = time.thread_time()
    assert rank("word17 word2", vectors[0], vectors, texts, texts, 20)
    assert time.thread_time() - start < 0.5
