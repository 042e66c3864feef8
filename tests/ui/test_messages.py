"""What is said is said literally, in numbers and times a person reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from lib.ui.messages import counted, duration_text, local_time, plain, unique_names

NASTY = [
    "**bold**",
    "![x](https://e.example/x.png)",
    "[a](javascript:x)",
    "<b>hi</b>",
    "`code`",
    "# head",
    "1. one",
    "- item",
    "&amp;",
    "a\nb",
    ":red[x]",
    "$x^2$",
]


def test_names_that_are_alike_are_told_apart() -> None:
    names = {1: "Music", 2: "Music", 3: "Music (2)", 4: "Jazz"}
    assert unique_names(names) == {1: "Music", 2: "Music (2)", 3: "Music (2) (2)", 4: "Jazz"}


@pytest.mark.parametrize("text", NASTY)
def test_plain_text_comes_out_of_markdown_as_it_went_in(text: str) -> None:
    (paragraph,) = [token for token in MarkdownIt().parse(plain(text)) if token.type == "inline"]
    assert all(child.type == "text" for child in paragraph.children)
    assert "".join(child.content for child in paragraph.children) == " ".join(text.split())


def test_a_number_stands_with_its_noun() -> None:
    assert (counted(1, "video"), counted(4053, "video"), counted(2, "category", "categories")) == (
        "1 video",
        "4,053 videos",
        "2 categories",
    )


def test_a_length_of_time_is_rough() -> None:
    assert (duration_text(0.2), duration_text(42.4), duration_text(200)) == ("1 s", "42 s", "3 min")


def test_a_near_moment_is_a_weekday_and_a_far_one_a_date() -> None:
    now = datetime.now(UTC)
    assert local_time(now).split()[0].endswith("day")
    assert local_time(now + timedelta(days=40)).split()[2].strip(",").isdigit()
