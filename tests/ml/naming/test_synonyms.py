"""Two phrases that say the same are known for it, and two that only look alike are not."""

import pytest

from lib.ml.naming.synonyms import alike, short_for


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("Python", "pythons"),
        ("newton", "Newton's Laws"),
        ("scaling", "scale"),
        ("astronomy", "astronomical"),
        ("webscraping", "web scraping"),
        ("NLP", "natural language processing"),
        ("IoT", "Internet of Things"),
        ("TDD", "test-driven development"),
        ("State of the Union", "European Union"),
    ],
)
def test_the_same_in_another_form(phrase, other):
    assert alike(phrase, other) and alike(other, phrase)


@pytest.mark.parametrize(
    ("phrase", "other"),
    [("SQL", "NoSQL"), ("State of the Union", "Game of Thrones"), ("ML", "natural language"), ("sin", "sing")],
)
def test_not_the_same(phrase, other):
    assert not alike(phrase, other)


def test_only_the_short_one_is_short_for_the_other():
    assert short_for("ML", "Machine Learning") and not short_for("Machine Learning", "ML")


def test_an_abbreviation_is_known_by_all_its_words_but_the_last():
    assert alike("NLP", "Natural Language") and not alike("NLP", "Natural History")
    assert not alike("AI", "Apples") and not short_for("Go", "Games")
