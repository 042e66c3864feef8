"""The text of a video keeps what it is about and loses what every description says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ml.text.video_text import (
    DESCRIPTION_LENGTH,
    MAX_TAGS,
    TAGS_LENGTH,
    TITLE_LENGTH,
    category_text,
    text_hash,
    video_text,
    video_texts,
)
from lib.models import Video


def test_title_channel_tags_and_description_come_in_this_order():
    video = Video("v", "Sourdough at home", "A slow bread.", channel_title="Bake Club", tags=("bread", "starter"))
    assert video_text(video) == "Sourdough at home. Bake Club. bread, starter. A slow bread"


def test_parts_that_are_missing_leave_no_trace():
    assert video_text(Video("v", "Only a title")) == "Only a title"
    assert video_text(Video("v", "", "Only a description.")) == "Only a description"


def test_more_than_25_tags_are_bait_and_none_is_taken():
    tags = tuple(f"bait{i}" for i in range(MAX_TAGS + 1))
    assert "bait" not in video_text(Video("v", "Title", tags=tags))
    assert "bait0" in video_text(Video("v", "Title", tags=tags[:MAX_TAGS]))


@pytest.mark.parametrize(
    "noise",
    [
        "https://example.com/a?b=c",
        "www.example.com/x",
        "bit.ly/3abcd",
        "0:00",
        "[1:02:33]",
        "#shorts",
        "@someone",
        "Subscribe to my channel!",
        "Please like and share.",
        "Follow me on Instagram.",
        "Support me on Patreon.",
        "Use my code SAVE10.",
        "All rights reserved.",
        "-----------------",
    ],
)
def test_links_timestamps_and_calls_to_subscribe_are_dropped(noise):
    assert video_text(Video("v", "T", f"Before it.\n{noise}\nAfter it.")) == "T. Before it. After it"


def test_a_chapter_keeps_its_name_and_loses_its_time():
    assert video_text(Video("v", "T", "0:00 Kneading\n12:30 Baking")) == "T. Kneading Baking"


def test_the_topic_and_vevo_of_generated_channels_are_not_part_of_the_name():
    assert video_text(Video("v", "Song", channel_title="Nina Simone - Topic")) == "Song. Nina Simone"
    assert video_text(Video("v", "Song", channel_title="AdeleVEVO")) == "Song. Adele"


def test_letters_dressed_as_other_letters_read_as_what_they_say():
    assert video_text(Video("v", "𝗕𝗼𝗹𝗱 Ｗｉｄｅ")) == "Bold Wide"


@given(st.text(max_size=400), st.text(max_size=900), st.lists(st.text(max_size=30), max_size=30))
def test_no_text_is_too_odd_or_too_long(title, description, tags):
    text = video_text(Video("v", title, description, tags=tuple(tags)))
    assert "\n" not in text and "\x00" not in text
    assert len(text) <= TITLE_LENGTH + TAGS_LENGTH + DESCRIPTION_LENGTH + 6
    assert len(text_hash(text)) == 32


def test_a_category_speaks_by_its_name_and_its_description():
    assert category_text("Cooking", "Slow food. Subscribe!") == "Cooking. Slow food"
    assert category_text("Cooking", "") == "Cooking"


def test_the_hash_depends_on_the_text_and_on_the_recipe():
    assert text_hash("a") == text_hash("a")
    assert len({text_hash("a"), text_hash("b"), text_hash("a", "another recipe")}) == 3


def test_what_a_channel_says_under_many_of_its_videos_is_left_out():
    about = "PyData is a community of users. {} You can reach us by mail."
    videos = [
        Video(f"v{n}", f"Talk {n}", about.format(f"This one is of number {n}."), channel_title="PyData")
        for n in range(4)
    ]
    texts = video_texts([*videos, Video("w", "Other", about.format("Else."), channel_title="Somebody")])
    assert texts["v2"] == "Talk 2. PyData. This one is of number 2"
    assert texts["w"].startswith("Other. Somebody. PyData is a community")


def test_a_sentence_of_few_videos_of_a_large_channel_stays():
    videos = [
        Video(f"v{n}", "T", "Part of a series." if n < 3 else f"About {n}.", channel_title="C") for n in range(30)
    ]
    assert video_texts(videos)["v0"] == "T. C. Part of a series"


def test_videos_without_a_channel_share_no_boilerplate():
    videos = [Video(f"v{n}", "T", "The same words.") for n in range(5)]
    assert video_texts(videos)["v0"] == "T. The same words"
