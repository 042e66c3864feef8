import re

from lib.demo.etags import etag_of, matches


def test_a_tag_has_27_unquoted_characters_and_follows_the_content():
    assert re.fullmatch(r"[A-Za-z0-9_-]{27}", etag_of({"a": 1}))
    assert etag_of({"a": 1, "b": 2}) == etag_of({"b": 2, "a": 1}) != etag_of({"a": 1})


def test_a_tag_is_recognised_verbatim_quoted_weak_and_in_a_list():
    tag = etag_of({})
    for header in (tag, f'"{tag}"', f'W/"{tag}"', f'"other", "{tag}"'):
        assert matches(header, tag)
    assert not matches(None, tag)
    assert not matches('"other"', tag)
