"""Words find videos by their share of the query, in any form and in spite of a slip."""

import numpy as np
import pytest

from lib.ml.search.bm25 import WordIndex
from lib.ml.text.tokens import tokenize

TITLES = ("Integrals and limits", "Subtracting polynomials", "Mitochondria in the cell", "Limits", "The cell wall")
TEXTS = tuple(f"{title}. Some school. What a lesson." for title in TITLES)
INDEX = WordIndex(TEXTS, TITLES)


def hits(query: str, *, unfinished: bool = False) -> list[int]:
    shares = INDEX.shares(tokenize(query), unfinished=unfinished)
    return [int(row) for row in np.argsort(-shares, kind="stable") if shares[row] > 0]


@pytest.mark.parametrize(("query", "row"), [("integral", 0), ("polynomial", 1), ("subtract", 1), ("cells", 2)])
def test_another_form_of_a_word_finds_it(query, row):
    assert row in hits(query)


@pytest.mark.parametrize("slip", ["mitochondira", "mitochndria", "mitochhondria", "mitocondrya", "mitokhondria"])
def test_a_slip_of_the_finger_finds_the_word_all_the_same(slip):
    assert hits(slip) == [2]


def test_a_known_word_is_never_taken_for_a_slip_of_another():
    index = WordIndex(("form", "from far"), ("form", "from far"))
    assert list(index.shares(["form"]) > 0) == [True, False]


@pytest.mark.parametrize("word", ["cel", "xyz", "q"])
def test_short_words_may_have_no_slip(word):
    assert hits(word) == []


def test_the_whole_word_comes_before_another_form_and_that_before_a_completion():
    texts = ("Testing", "Test", "Testimony")
    shares = WordIndex(texts, texts).shares(["test"], unfinished=True)
    assert shares[1] > shares[0] > shares[2] > 0


def test_a_share_is_between_none_and_all_and_falls_with_each_word_that_is_missing():
    whole = INDEX.shares(tokenize("subtracting polynomials"))[1]
    half = INDEX.shares(tokenize("subtracting elephants"))[1]
    assert 1 > whole > half > 0 and INDEX.shares([]).max() == 0


def test_a_phrase_is_held_side_by_side_and_in_whole_words():
    assert np.flatnonzero(INDEX.holding(["the", "cell"])).tolist() == [2, 4]
    assert not INDEX.holding(["cell", "the"]).any() and not INDEX.holding(["he", "cell"]).any()


def test_only_the_very_title_is_titled():
    assert np.flatnonzero(INDEX.titled(["limits"])).tolist() == [3]


def test_a_script_without_spaces_is_searched_within_its_lines():
    titles = ("はじめての機械学習", "料理の基本", "深入浅出机器学习", "การเรียนรู้ของเครื่อง")
    index = WordIndex(titles, titles)
    for query, row in (("機械学習", 0), ("料理", 1), ("机器学习", 2), ("เครื่อง", 3)):
        assert index.shares(tokenize(query)).argmax() == row
        assert np.flatnonzero(index.holding(tokenize(query))).tolist() == [row]


def test_an_empty_library_has_nothing_to_share():
    empty = WordIndex((), ())
    assert empty.shares(["word"], unfinished=True).shape == (0,) and empty.holding(["word"]).shape == (0,)


def test_two_letters_exchanged_are_one_typing_error_and_short_words_may_have_one():
    index = WordIndex(("form", "farm"), ("form", "farm"))
    assert list(index.shares(["from"]) > 0) == [True, False]


def test_words_of_one_stem_find_each_other_where_a_y_becomes_an_i():
    index = WordIndex(("flying kites", "try it"), ("flying kites", "try it"))
    assert list(index.shares(["flies"]) > 0) == [True, False]
    assert list(index.shares(["tries"]) > 0) == [False, True]
