"""Forms of a word have one stem."""

import pytest

from lib.ml.text.stems import stem


@pytest.mark.parametrize(
    ("word", "form"), [("integral", "Integrals"), ("Newton", "newton’s"), ("scale", "scaling"), ("try", "tries")]
)
def test_forms_of_a_word_have_one_stem(word, form):
    assert stem(word) == stem(form)


def test_other_words_have_other_stems():
    assert stem("sin") != stem("sing")
