"""A query is taken apart into words, phrases, exclusions or a link."""

import pytest

from lib.ml.search.query import linked_video, parse_query

VIDEO = "dQw4w9WgXcQ"


def test_words_are_what_is_asked_for():
    query = parse_query("Strange  floats")
    assert (query.text, query.words, query.unfinished) == ("Strange floats", ("strange", "floats"), True)


def test_a_phrase_must_be_there_and_is_asked_for_too():
    query = parse_query('talks on "machine learning"')
    assert query.phrases == (("machine", "learning"),) and query.words == ("talks", "on", "machine", "learning")
    assert not query.unfinished


def test_what_follows_a_hyphen_is_excluded_and_not_asked_for():
    query = parse_query('python -keras -"deep learning"')
    assert (query.text, query.words) == ("python", ("python",))
    assert query.excluded == (("keras",), ("deep", "learning"))


@pytest.mark.parametrize("typed", ["e-mail", "Python - the good parts", "C++ -- and back", "a -", '-"'])
def test_a_hyphen_that_excludes_nothing_is_a_sign_like_any_other(typed):
    assert parse_query(typed).excluded == ()


def test_half_a_phrase_is_only_words_while_one_types():
    query = parse_query('"machine lear')
    assert query.phrases == () and query.words == ("machine", "lear") and query.unfinished


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.youtube.com/watch?v={VIDEO}",
        f"https://m.youtube.com/watch?list=PL1&v={VIDEO}&t=42s",
        f"https://youtu.be/{VIDEO}?si=abc",
        f"youtube.com/shorts/{VIDEO}",
        f"  https://www.youtube.com/live/{VIDEO}\n",
        VIDEO,
    ],
)
def test_a_link_or_an_id_names_one_video(link):
    assert linked_video(link) == VIDEO


@pytest.mark.parametrize(
    "typed", ["", "how v=ab", f"about {VIDEO}", f"https://youtu.be/{VIDEO}x", "https://example.org/"]
)
def test_anything_else_is_words(typed):
    assert linked_video(typed) is None
