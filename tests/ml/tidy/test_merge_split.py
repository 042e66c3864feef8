"""Halves of one subject are hinted to be one, two subjects in one to be two, and little is said of anything else."""

import numpy as np
import pytest

from lib.ml.tidy.merge_split import MOST_HINTS, find_hints, mixing

ABOUT = ("sourdough bread oven", "violin bow strings", "orbit rocket moon")


def world(*sizes: int, noise: float = 0.2):
    """So many videos about bread, about violins and about rockets: vectors and columns."""
    chance = np.random.default_rng(5)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(16)[truth] + noise * chance.normal(size=(len(truth), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{ABOUT[one]} number {at}" for at, one in enumerate(truth)]
    return vectors.astype(np.float32), {"titles": texts, "texts": texts, "channels": [""] * len(texts)}


def hints(members, sizes=(40, 40, 40), names=None):
    vectors, columns = world(*sizes)
    return find_hints(vectors, members, names or {key: key for key in members}, columns)


def test_two_halves_of_one_subject_are_one():
    found = hints({"Bread": [*range(0, 40, 2)], "Baking": [*range(1, 40, 2)], "Violins": [*range(40, 80)]})
    assert [{one.one, one.other} for one in found.merges] == [{"Bread", "Baking"}]
    assert found.merges[0].alike >= 0.25 and found.merges[0].shared == 0


def test_a_playlist_that_mostly_stands_in_another_is_the_same_twice():
    found = hints({"Bread": [*range(40)], "Bread to bake": [*range(12), 40, 41, 42]})
    assert [(one.one, one.other, one.shared) for one in found.merges] == [("Bread to bake", "Bread", 12)]


def test_subjects_of_their_own_are_left_alone():
    found = hints({"Bread": range(40), "Violins": range(40, 80), "Rockets": range(80, 120)})
    assert found.merges == () == found.splits


def test_a_series_told_apart_by_a_number_is_never_merged():
    members = {"a": [*range(0, 40, 2)], "b": [*range(1, 40, 2)]}
    assert hints(members, names={"a": "Conference 2017", "b": "Conference 2018"}).merges == ()
    assert hints(members, names={"a": "Conference", "b": "Conference (old)"}).merges != ()


def test_two_subjects_in_one_playlist_are_two_with_names_of_their_own():
    (split,) = hints({"Misc": [*range(25), *range(40, 60)]}).splits
    assert split.category == "Misc"
    assert [set(part) for part in split.parts] == [set(range(25)), set(range(40, 60))]
    assert set(split.names[0].lower().split()) <= set(ABOUT[0].lower().split()) and set(
        split.names[1].lower().split()
    ) <= set(ABOUT[1].lower().split())


@pytest.mark.parametrize("members", [[*range(9), *range(40, 49)], [*range(38), 41, 42, 43]])
def test_a_few_strays_are_no_part(members):
    assert hints({"Misc": members}).splits == ()


def test_small_categories_repeats_and_none_at_all_say_nothing():
    assert hints({}) == hints({"a": [1, 2, 3], "b": [4, 5, 6]})
    assert hints({"a": [3] * 50, "b": [4] * 50}).merges == ()


def test_no_more_is_said_than_a_person_reads():
    members = {f"{n}": [*range(40), *range(40, 60)] for n in range(12)}
    found = hints(members, names=dict.fromkeys(members, "Same"))
    assert len(found.merges) == len(found.splits) == MOST_HINTS


def test_mixing_is_one_by_chance_and_none_for_strangers():
    vectors, _ = world(200, 200)
    halves = np.random.default_rng(0).permutation(200)
    assert mixing(vectors, halves[:100], halves[100:])[0] > 0.85
    assert mixing(vectors, np.arange(200), np.arange(200, 400))[0] < 0.05
    assert mixing(vectors, np.arange(5), np.arange(5)) == (0.0, 0.0)
