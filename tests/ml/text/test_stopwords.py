"""Function words are left out of texts in their own language, and of no others: "die" and "war" matter in English."""

import pytest

from lib.ml.text.stopwords import detect_language, function_words, strip_elisions


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("The war on drugs, and how to end it", "en"),
        ("Avengers 4: Who Will Die? - Movie Talk", "en"),
        ("Sauerteigbrot ohne Hefe: so wird es nicht zu fest", "de"),
        ("SimpleManagement: come semplificare la gestione progetti con Python", "it"),
        ("Cómo hacer pan en casa sin horno y con pocos ingredientes", "es"),
        ("Como fazer pão em casa sem forno e com poucos ingredientes", "pt"),
        ("La recette du pain que vous ne raterez pas avec cette farine", "fr"),
        ("Ghar par naan kaise banaye, tandoor ke bina aur bahut aasan hai", "hi"),
        ("На учениях на полигоне как это было", "ru"),
        ("Python", "en"),
        ("", "en"),
    ],
)
def test_the_detect_language_a_title_is_told_by_its_function_words(title, language):
    assert detect_language(title) == language


def test_what_is_grammar_in_one_language_is_matter_in_another():
    assert {"war", "die"} <= function_words("de")
    assert not {"war", "die"} & function_words("en")


def test_articles_written_into_a_word_are_cut_off_in_their_own_language():
    assert strip_elisions("l'arte dell'uso", "it").split() == ["arte", "uso"]
    assert strip_elisions("rock'n'roll", "en") == "rock'n'roll"
