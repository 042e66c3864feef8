"""Everything is asked about once: likely videos together, doubtful ones alone, and not ten of a kind."""

import numpy as np
import pytest

from lib.ml.classifier.active_learning import MAX_BATCH, MIN_BATCH_CONFIDENCE, most_informative_first, questions


@pytest.fixture
def cloud():
    """Sixty videos of six kinds, ten of each kind, alike within it."""
    random = np.random.default_rng(3)
    points = np.repeat(np.eye(6, 12), 10, axis=0) + random.normal(scale=0.1, size=(60, 12))
    return points @ points.T, np.repeat(np.arange(6), 10)


def test_every_row_is_in_one_question(cloud):
    similarity, kind = cloud
    confidence = np.linspace(0.05, 0.9, 60)
    asked = questions(similarity, kind, confidence)
    assert sorted(row for question in asked for row in question) == list(range(60))


def test_likely_rows_of_one_category_are_asked_about_together(cloud):
    similarity, kind = cloud
    asked = questions(similarity, kind, np.full(60, 0.8))
    assert sorted(map(len, asked)) == [10] * 6
    assert all(len({kind[row] for row in question}) == 1 for question in asked)


def test_what_is_too_little_for_a_list_of_its_own_is_put_together(cloud):
    similarity, kind = cloud
    confidence = np.where(np.arange(60) % 10 < 3, 0.8, 0.1)
    asked = [question for question in questions(similarity, kind, confidence) if len(question) > 1]
    assert sorted(map(len, asked)) == [9, 9]
    assert all(len({kind[row] for row in question}) == 3 for question in asked)


def test_a_list_is_never_longer_than_a_person_can_look_over(cloud):
    similarity, _ = cloud
    asked = questions(similarity, np.zeros(60, dtype=np.intp), np.full(60, 0.8))
    assert len(asked) == 60 / MAX_BATCH
    assert max(map(len, asked)) == MAX_BATCH


def test_those_with_most_to_gain_come_first_and_single_ones_last(cloud):
    similarity, kind = cloud
    confidence = np.where(kind == 4, 0.9, np.where(kind == 2, MIN_BATCH_CONFIDENCE / 2, 0.5))
    asked = questions(similarity, kind, confidence)
    assert {kind[row] for row in asked[0]} == {4}
    assert [len(question) for question in asked[-10:]] == [1] * 10
    assert {int(kind[row]) for question in asked[-10:] for row in question} == {2}


def test_the_first_single_ones_are_of_every_kind(cloud):
    similarity, kind = cloud
    random = np.random.default_rng(4)
    asked = questions(similarity, kind, random.uniform(0, MIN_BATCH_CONFIDENCE, size=60))
    assert [len(question) for question in asked] == [1] * 60
    assert {int(kind[question[0]]) for question in asked[:10]} == set(range(6))


def test_of_two_kinds_the_more_doubtful_is_asked_about_first(cloud):
    similarity, kind = cloud
    order = most_informative_first(similarity, np.where(kind == 5, 0.1, 0.8), np.arange(60))
    assert kind[order[0]] == 5 and sorted(order) == list(range(60))


def test_what_tells_of_many_is_asked_before_what_tells_of_itself(cloud):
    """A video like no other may be the most doubtful of all, and still teach nothing else."""
    similarity, _ = cloud
    alone = np.block([[similarity, np.zeros((60, 1))], [np.zeros((1, 60)), np.ones((1, 1))]])
    order = most_informative_first(alone, np.append(np.full(60, 0.6), 0.3), np.arange(61))
    assert order.index(60) >= 6


def test_nothing_to_ask_is_no_question():
    assert questions(np.zeros((0, 0)), np.zeros(0, dtype=np.intp), np.zeros(0)) == []
