"""A reason is one plain line and says the most telling thing that holds."""

import numpy as np
import pytest

from lib.ml.classifier.explain import MAX_TITLE, explain, reason


def test_a_channel_that_is_filed_here_comes_first():
    assert reason("Bread", ("Bake Club", 4, 5), ["Rye"], ["rye"], True) == (
        "Channel Bake Club: 4 of its 5 filed videos are here."
    )


def test_a_channel_that_is_filed_all_over_is_no_reason():
    assert "Channel" not in reason("Bread", ("Bake Club", 3, 9), ["Rye"], [], True)


def test_two_videos_of_a_channel_are_no_habit():
    assert "Channel" not in reason("Bread", ("Bake Club", 2, 2), ["Rye"], [], True)


def test_a_video_without_a_channel_has_no_channel_in_common():
    assert "Channel" not in reason("Bread", ("", 9, 9), [], ["rye"], True)


def test_members_much_like_it_are_named():
    assert reason("Bread", ("", 0, 0), ["Rye", "Wheat"], ["rye"], True) == "Much like “Rye” and “Wheat”."


def test_words_in_common_are_shown_three_at_most():
    assert reason("Bread", ("", 0, 0), [], ["a", "b", "c", "d"], True) == "Shares with “Bread”: a, b, c."


def test_what_has_nothing_to_show_says_so():
    assert reason("Bread", ("", 0, 0), [], [], True) == "Nearest in meaning to what is in “Bread”."
    assert reason("Bread", ("", 0, 0), [], [], False) == "Nearest in meaning to the name “Bread”."


def test_a_title_without_end_is_cut():
    line = reason("Bread", ("", 0, 0), ["x" * 500], [], True)
    assert len(line) <= MAX_TITLE + len("Much like “”.") and "…" in line


def unit(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32) / np.linalg.norm(values)


TEXTS = {
    "asked": "Rye sourdough. Bake Club",
    "a": "Sourdough at home. Bake Club",
    "b": "Sourdough for all. Bake Club",
    "c": "Rye bread. Elsewhere",
    "x": "Guitar at home. Bake Club",
    "y": "Piano. Elsewhere",
}
VECTORS = {name: unit(1, n) for n, name in enumerate(TEXTS)}
CHANNELS = {name: text.rpartition(". ")[2] for name, text in TEXTS.items()}


def explained(members=("a", "b", "c"), texts=TEXTS):
    return explain("asked", members, ("a", "b", "c", "x", "y"), VECTORS, texts, CHANNELS)


def test_the_nearest_members_come_first_with_their_cosine():
    assert [member for member, _ in explained().nearest] == ["a", "b", "c"]
    assert explained().nearest[0][1] == pytest.approx(float(VECTORS["a"] @ VECTORS["asked"]))


def test_words_weigh_by_how_much_more_often_they_stand_here():
    words = {word.word: (word.in_category, word.elsewhere) for word in explained().words}
    assert explained().words[0].word == "sourdough"
    assert words["sourdough"] == (2, 0)
    assert "rye" not in words  # of one member alone


def test_the_channel_is_counted_here_and_in_all():
    assert explained().of_channel == (2, 3)
    assert (explained().in_category, explained().elsewhere) == (3, 2)


def test_a_category_without_members_says_nothing_and_breaks_nothing():
    why = explained(members=())
    assert (why.nearest, why.words, why.in_category) == ((), (), 0)


def test_a_member_that_nothing_is_known_of_is_passed_over():
    texts = {one: text for one, text in TEXTS.items() if one != "b"}
    assert [member for member, _ in explained(texts=texts).nearest] == ["a", "c"]
