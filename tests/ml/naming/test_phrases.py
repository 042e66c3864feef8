"""A phrase is shown as the titles put it: in full, and in their spelling."""

import pytest

from lib.ml.naming.phrases import TitleIndex

COMMUNITIES = [
    "Building diverse open source communities",
    "Sustaining Open Source Communities",
    "Change in your Open Source community",
    "Flask for beginners",
]


def _index(titles, language="en"):
    return TitleIndex(titles, [language] * len(titles))


def _complete(phrase, *titles, language="en"):
    return _index(titles, language).complete(phrase, range(len(titles)))


def test_a_piece_is_completed_to_the_phrase_of_which_it_is_one():
    assert _complete("source communities", *COMMUNITIES) == "Open Source Communities"
    titles = [
        "Natural language processing with NLTK",
        "Fast natural language processing",
        "Natural Language Processing",
    ]
    assert _complete("natural language", *titles) == "Natural Language Processing"


def test_a_phrase_that_stands_by_itself_is_left_so():
    titles = ["Deep learning", "Deep learning of images", "Deep learning models", "Deep Learning for trees"]
    assert _complete("deep learning", *titles) == "Deep Learning"


def test_a_piece_that_is_said_once_says_nothing_of_the_whole():
    assert _complete("source communities", COMMUNITIES[0], "Flask for beginners") == "Source Communities"


def test_a_talk_given_three_times_is_said_once():
    assert _complete("cuda", *["CUDA in your Python"] * 3) == "CUDA"


def test_function_words_within_a_phrase_are_small_and_belong_to_it():
    titles = [f"Example {number}: Completing the square" for number in range(1, 6)]
    assert _complete("completing", *titles) == "Completing the Square"
    titles = [
        "State of the Union Address 2018",
        "Trump's State of the Union Address",
        "The State of the Union Address: live",
    ]
    assert _complete("union address", *titles) == "State of the Union Address"


def test_a_phrase_does_not_reach_into_what_follows_behind_with_or_for():
    titles = ["Mobile apps with Python", "Mobile apps with Python and Kivy", "Mobile apps with Ruby", "Mobile apps"]
    assert _complete("mobile apps", *titles) == "Mobile Apps"


def test_function_words_of_the_titles_language_end_no_phrase():
    titles = ["La gestione dei progetti", "Gestione dei dati", "Gestione dei processi clinici"]
    assert _complete("gestione", *titles, language="it") == "Gestione"


def test_two_things_joined_by_and_are_two():
    assert _complete("domain", *[f"Domain and range {number}" for number in range(5)]) == "Domain"


def test_words_that_say_little_belong_to_a_phrase_only_where_it_never_stands_without_them():
    assert _complete("age word", *[f"Age word problems {number}" for number in range(4)]) == "Age Word Problems"
    titles = ["Ohm's law problems", "Ohm's law problems 2", "Ohm's law problems 3", "Ohm's law"]
    assert _complete("ohm's law", *titles) == "Ohm's Law"


@pytest.mark.parametrize("counter", ["number {}", "part {}", "{}", "S{}", "2017-{}"])
def test_numbers_and_what_counts_are_no_part_of_a_phrase(counter):
    assert _complete("sourdough", *[f"Sourdough {counter.format(10 + number)}" for number in range(4)]) == "Sourdough"


def test_a_figure_with_a_letter_is():
    assert _complete("printed", "3D printed gears", "My 3D printed house", "A 3D printed boat") == "3D Printed"


def test_what_would_be_a_sentence_is_not_cut_anywhere():
    titles = [f"IIT JEE Circle Hyperbola Common Tangent {number}" for number in range(4)]
    assert _complete("circle hyperbola", *titles) == "Circle Hyperbola Common Tangent"


def test_the_titles_of_the_topic_go_before_all_others():
    titles = [
        "Polar bear cub",
        "Polar bear swims",
        "Hungry polar bear",
        "Bear market",
        "Bear hug",
        "Teddy bear",
        "Bear",
    ]
    assert _index(titles).complete("bear", range(3)) == "Polar Bear"
    assert _index(titles).complete("bear", range(3, 7)) == "Bear"


@pytest.mark.parametrize(
    ("phrase", "titles", "shown"),
    [
        ("sql joins", ["SQL joins explained", "Faster SQL"], "SQL Joins"),
        ("iphone", ["The new iPhone", "iPhone cases"], "iPhone"),
        ("cahsee practice", ["CAHSEE Practice: Problems 1-3", "CAHSEE Practice: Problems 4-9"], "CAHSEE Practice"),
        ("iit jee", ["IIT JEE Trigonometry", "IIT JEE Perpendicular Planes"], "IIT JEE"),
        ("nerdy nummies", ["Unicorn Cookies - NERDY NUMMIES", "Trophy Cake - NERDY NUMMIES"], "Nerdy Nummies"),
        ("react", ["Parents REACT TO Poppy", "Teens REACT TO a song"], "React"),
        ("pytest", ["pytest by example", "Better tests with pytest"], "Pytest"),
    ],
)
def test_words_keep_the_spelling_of_the_titles_but_what_is_shouted_is_not_spelling(phrase, titles, shown):
    assert _index(titles).title_case(phrase) == shown


def test_a_possessive_is_dropped_where_the_titles_say_the_word_without_it():
    assert _complete("stephen's", "Stephen's guests", "Stephen and a guest") == "Stephen"
    assert _complete("mcdonald's", "McDonald's sauce", "McDonald's menu") == "McDonald's"


def test_two_small_letters_are_a_symbol_and_two_great_ones_are_not():
    index = _index(["The integral of dx", "dx and ln", "AI and you", "Pi is irrational"])
    assert [index.is_symbol(phrase) for phrase in ("dx", "ln", "ai", "pi")] == [True, True, False, False]


def test_an_abbreviated_title_does_not_end_a_phrase():
    assert _complete("robot", "Mr. Robot explained", "Why Mr. Robot matters", "Mr. Robot: the end") == "Mr Robot"
