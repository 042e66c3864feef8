"""The measures themselves, on cases that can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lib.derived import NOISE, Topic
from tests.quality.topics import Occurrences, phrases_of, purity

TEXTS = ["Rye bread. At home", "Rye-bread, again", "Bread and chess", "Chess", "A chess game"]
LABELS = np.array([0, 0, 0, 1, 1])


def test_a_phrase_is_said_in_whole_words_whatever_stands_between_them() -> None:
    occurrences = Occurrences(TEXTS)
    assert occurrences.of("rye bread").tolist() == [True, True, False, False, False]
    assert occurrences.of("RYE").sum() == 2 and occurrences.of("ches").sum() == 0


def test_specificity_is_the_share_of_those_who_say_it_that_the_topic_holds() -> None:
    assert Occurrences(TEXTS).specificity(LABELS, {0: ["Rye"]}) == 1
    assert Occurrences(TEXTS).specificity(LABELS, {1: ["Chess"]}) == pytest.approx(2 / 3)
    assert Occurrences(TEXTS).specificity(LABELS, {0: ["Rye", "Nowhere"], 1: ["Chess"]}) == pytest.approx(
        (0.5 + 2 / 3) / 2
    )
    assert Occurrences(TEXTS).specificity(LABELS, {}) == 0


def test_words_that_always_come_together_have_an_npmi_of_one_and_those_that_never_do_of_minus_one() -> None:
    occurrences = Occurrences(TEXTS)
    assert occurrences.npmi({0: ["Home", "At"]}) == 0  # "at" is a stop word, and one word has no fellow
    assert occurrences.npmi({0: ["Rye", "Chess"]}) == -1
    assert Occurrences(["sea salt", "sea salt", "sand"]).npmi({0: ["Sea Salt"]}) == pytest.approx(1)


def test_purity_counts_the_most_frequent_category_of_each_topic() -> None:
    assert purity(LABELS, np.array([7, 7, 3, 3, 3])) == pytest.approx(4 / 5)
    assert purity(LABELS[:0], LABELS[:0]) == 0


def test_the_phrases_of_a_name_are_read_off_it() -> None:
    topics = [Topic(0, "Bake Club: Rye & Oat", (), 3), Topic(4, "Elsewhere", (), 1), Topic(NOISE, "Unsorted", (), 1)]
    assert phrases_of(topics, np.array([0, NOISE])) == {0: ["Bake Club", "Rye", "Oat"]}
