"""A reason is one plain line and says the most telling thing that holds."""

from lib.topics.why import SHORT, reason


def test_a_channel_that_is_filed_here_comes_first():
    assert reason("Bread", ("Bake Club", 4, 5), ["Rye"], ["rye"], True) == (
        "Channel Bake Club: 4 of its 5 filed videos are here."
    )


def test_a_channel_that_is_filed_all_over_is_no_reason():
    assert "Channel" not in reason("Bread", ("Bake Club", 3, 9), ["Rye"], [], True)


def test_two_videos_of_a_channel_are_no_habit():
    assert "Channel" not in reason("Bread", ("Bake Club", 2, 2), ["Rye"], [], True)


def test_a_video_without_a_channel_has_no_channel_in_common():
    assert "Channel" not in reason("Bread", ("", 9, 9), [], ["rye"], True)


def test_members_much_like_it_are_named():
    assert reason("Bread", ("", 0, 0), ["Rye", "Wheat"], ["rye"], True) == "Much like “Rye” and “Wheat”."


def test_words_in_common_are_shown_three_at_most():
    assert reason("Bread", ("", 0, 0), [], ["a", "b", "c", "d"], True) == "Shares with “Bread”: a, b, c."


def test_what_has_nothing_to_show_says_so():
    assert reason("Bread", ("", 0, 0), [], [], True) == "Nearest in meaning to what is in “Bread”."
    assert reason("Bread", ("", 0, 0), [], [], False) == "Nearest in meaning to the name “Bread”."


def test_a_title_without_end_is_cut():
    line = reason("Bread", ("", 0, 0), ["x" * 500], [], True)
    assert len(line) <= SHORT + len("Much like “”.") and "…" in line
