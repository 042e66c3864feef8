import re

from tests.demo.library_playlists import INBOX, LANGUAGES, SERIES, SUBJECTS


def test_no_two_playlists_have_one_title_and_none_is_the_inbox():
    titles = [playlist.title for playlist in (*SUBJECTS, *LANGUAGES.values(), *SERIES.values())]
    assert len(titles) == len(set(titles))
    assert INBOX not in titles


def test_the_words_of_each_subject_find_themselves():
    finds = {
        "Testing": "an introduction to pytest",
        "Typing": "mypy at scale",
        "Games": "my first game",
        "Geo & maps": "geospatial data",
    }
    words = {playlist.title: playlist.words for playlist in SUBJECTS}
    assert all(re.search(words[title], text) for title, text in finds.items())
    assert not any(re.search(pattern, "a talk about nothing") for pattern in words.values())
