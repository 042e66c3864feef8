"""Two phrases that say the same are known for it, and two that only look synonymous are not."""

import pytest

from lib.ml.naming.synonyms import abbreviates, synonymous


@pytest.mark.parametrize(
    ("phrase", "second"),
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
def test_the_same_in_another_form(phrase, second):
    assert synonymous(phrase, second) and synonymous(second, phrase)


@pytest.mark.parametrize(
    ("phrase", "second"),
    [("SQL", "NoSQL"), ("State of the Union", "Game of Thrones"), ("ML", "natural language"), ("sin", "sing")],
)
def test_not_the_same(phrase, second):
    assert not synonymous(phrase, second)


def test_only_the_short_one_is_short_for_the_other():
    assert abbreviates("ML", "Machine Learning") and not abbreviates("Machine Learning", "ML")


def test_an_abbreviation_is_known_by_all_its_words_but_the_last():
    assert synonymous("NLP", "Natural Language") and not synonymous("NLP", "Natural History")
    assert not synonymous("AI", "Apples") and not abbreviates("Go", "Games")
