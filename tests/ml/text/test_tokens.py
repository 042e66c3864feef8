"""What counts as a word of a title, in whatever script, and how words are typed."""

from __future__ import annotations

import pytest

from lib.ml.text.stopwords import STOP_WORDS
from lib.ml.text.tokens import fold, join_phrases, ngrams, split_phrases, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("!!! – ♥", ()),
        ("Pâté à la CARTE", ("pate", "a", "la", "carte")),
        ("straße STRASSE", ("strasse", "strasse")),
        ("𝐁𝐨𝐥𝐝 ﬁsh ｆｕｌｌ", ("bold", "fish", "full")),
        ("ещё Й", ("еще", "и")),
        ("C++17, C# and (C++)", ("c", "17", "c#", "and", "c++")),
        ("don’t snake_case 3Blue1Brown", ("don", "t", "snake", "case", "3blue1brown")),
        ("日本料理の作り方", tuple("日本料理の作り方")),
        ("हिन्दी गाने", ("हिन्दी", "गाने")),
        ("한국 요리", ("한국", "요리")),
    ],
)
def test_words_are_whole_and_without_case_and_accents(text: str, words: tuple[str, ...]) -> None:
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("", ()),
        ("   ", ()),
        ("sourdough bread", ("sourdough", "bread")),
        ("rye, bread;  rye", ("rye", "bread")),
        ('sourdough "cast iron" oven', ("sourdough", "cast iron", "oven")),
        ("„eins zwei“ “three four” «cinq six»", ("eins zwei", "three four", "cinq six")),
        ('"never closed', ("never closed",)),
        ('""', ('""',)),
    ],
)
def test_what_stands_between_quotes_is_one_phrase(typed: str, phrases: tuple[str, ...]) -> None:
    assert split_phrases(typed) == phrases


@pytest.mark.parametrize("phrases", [(), ("rye",), ("cast iron", "rye"), ("a,b", "c;d")])
def test_phrases_are_typed_as_they_are_read(phrases: tuple[str, ...]) -> None:
    assert split_phrases(join_phrases(phrases)) == phrases


def test_spaces_and_case_are_no_difference() -> None:
    assert fold("  Ébène   FM ") == fold("ebene fm")


def test_ngrams_never_span_stop_words_or_punctuation() -> None:
    grams = list(ngrams("Baking bread. The oven of stone", STOP_WORDS))
    assert grams == ["baking", "bread", "baking bread", "oven", "stone"]


def test_words_with_signs_stay_whole_in_ngrams() -> None:
    assert {"c++", "c#", "scikit-learn", "chef's"} <= set(ngrams("C++ | C# | scikit-learn | chef’s", STOP_WORDS))


def test_what_any_video_is_called_is_no_ngram() -> None:
    assert list(ngrams("Official video, full episode 3, part 2", STOP_WORDS)) == []
