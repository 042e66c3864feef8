"""The picture of the packages is drawn from the imports, so it says what is."""

from __future__ import annotations

from tests import house


def test_the_picture_of_the_house_is_the_one_that_the_imports_draw() -> None:
    assert house.PICTURE.read_text(encoding="utf-8") == house.svg(), "draw it anew: make docs"


def test_every_package_says_in_a_sentence_what_it_is() -> None:
    assert [name for _, name in house.packages() if not house.description(name).endswith(".")] == []
