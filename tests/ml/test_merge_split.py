"""Halves of one subject are suggested to be merged, two subjects in one to be split, and little else is."""

import numpy as np
import pytest

from lib.ml.merge_split import MAX_RESULTS, find_merges_and_splits, mixing

ABOUT = ("sourdough bread oven", "violin bow strings", "orbit rocket moon")


def world(*sizes: int, noise: float = 0.2):
    """So many videos about bread, about violins and about rockets: vectors and columns."""
    chance = np.random.default_rng(5)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(16)[truth] + noise * chance.normal(size=(len(truth), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{ABOUT[subject]} number {row}" for row, subject in enumerate(truth)]
    return vectors.astype(np.float32), {"titles": texts, "texts": texts, "channels": [""] * len(texts)}


def merges_and_splits(members, sizes=(40, 40, 40), names=None):
    vectors, columns = world(*sizes)
    return find_merges_and_splits(vectors, members, names or {key: key for key in members}, columns)


def test_two_halves_of_one_subject_are_one():
    result = merges_and_splits({"Bread": [*range(0, 40, 2)], "Baking": [*range(1, 40, 2)], "Violins": [*range(40, 80)]})
    assert [{merge.smaller, merge.larger} for merge in result.merges] == [{"Bread", "Baking"}]
    assert result.merges[0].similar_share >= 0.25 and result.merges[0].shared == 0


def test_a_playlist_that_mostly_stands_in_another_is_the_same_twice():
    result = merges_and_splits({"Bread": [*range(40)], "Bread to bake": [*range(12), 40, 41, 42]})
    assert [(merge.smaller, merge.larger, merge.shared) for merge in result.merges] == [("Bread to bake", "Bread", 12)]


def test_subjects_of_their_own_are_left_alone():
    result = merges_and_splits({"Bread": range(40), "Violins": range(40, 80), "Rockets": range(80, 120)})
    assert result.merges == () == result.splits


def test_a_series_told_apart_by_a_number_is_never_merged():
    members = {"a": [*range(0, 40, 2)], "b": [*range(1, 40, 2)]}
    assert merges_and_splits(members, names={"a": "Conference 2017", "b": "Conference 2018"}).merges == ()
    assert merges_and_splits(members, names={"a": "Conference", "b": "Conference (old)"}).merges != ()


def test_two_subjects_in_one_playlist_are_two_with_names_of_their_own():
    (split,) = merges_and_splits({"Misc": [*range(25), *range(40, 60)]}).splits
    assert split.category == "Misc"
    assert [set(part) for part in split.parts] == [set(range(25)), set(range(40, 60))]
    assert set(split.names[0].lower().split()) <= set(ABOUT[0].lower().split()) and set(
        split.names[1].lower().split()
    ) <= set(ABOUT[1].lower().split())


@pytest.mark.parametrize("members", [[*range(9), *range(40, 49)], [*range(38), 41, 42, 43]])
def test_a_few_strays_are_no_part(members):
    assert merges_and_splits({"Misc": members}).splits == ()


def test_small_categories_repeats_and_none_at_all_say_nothing():
    assert merges_and_splits({}) == merges_and_splits({"a": [1, 2, 3], "b": [4, 5, 6]})
    assert merges_and_splits({"a": [3] * 50, "b": [4] * 50}).merges == ()


def test_no_more_is_said_than_a_person_reads():
    members = {f"{n}": [*range(40), *range(40, 60)] for n in range(12)}
    result = merges_and_splits(members, names=dict.fromkeys(members, "Same"))
    assert len(result.merges) == len(result.splits) == MAX_RESULTS


def test_mixing_is_one_by_chance_and_none_for_strangers():
    vectors, _ = world(200, 200)
    halves = np.random.default_rng(0).permutation(200)
    assert mixing(vectors, halves[:100], halves[100:])[0] > 0.85
    assert mixing(vectors, np.arange(200), np.arange(200, 400))[0] < 0.05
    assert mixing(vectors, np.arange(5), np.arange(5)) == (0.0, 0.0)
