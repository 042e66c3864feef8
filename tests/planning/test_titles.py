from __future__ import annotations

import pytest

from lib.planning.titles import comparable


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Café", "Cafe\u0301"),
        ("Music", "\ufeffMu\u200bsic\u200e"),
        ("Big  band", " Big\u00a0band\n"),
        ("Star ★", "Star ★\ufe0f"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_titles_that_look_alike_are_the_same(title: str, same: str) -> None:
    assert comparable(title) == comparable(same)


@pytest.mark.parametrize(("title", "another"), [("Music", "music"), ("Cafe", "Café"), ("Bigband", "Big band")])
def test_titles_that_a_person_can_tell_apart_are_two(title: str, another: str) -> None:
    assert comparable(title) != comparable(another)
