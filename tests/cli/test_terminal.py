from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lib.cli.terminal import plain, progress, say, say_questions, show
from lib.planning.orphans import Orphan, orphan_row


def test_what_is_said_goes_to_standard_error_and_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("A title \x1b[2J\x07of others\n")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "A title \\x1b[2J\\x07of others\n")


def test_every_question_comes_with_the_commands_that_answer_it(capsys: pytest.CaptureFixture[str]) -> None:
    orphan = orphan_row(Orphan("item9", "PLa", "video000001"))
    say_questions([{"id": "c4", "what": "You renamed it.", "choices": ["use mine", "keep YouTube's"]}], [orphan])
    assert capsys.readouterr().err.splitlines() == [
        "You renamed it.",
        "  use mine: python -m lib resolve c4 1",
        "  keep YouTube's: python -m lib resolve c4 2",
        "A write may have left a second copy of video000001 in PLa.",
        "  remove it: python -m lib resolve xitem9 1",
        "  keep it: python -m lib resolve xitem9 2",
    ]


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    progress(1, 2, "Reading")
    assert capsys.readouterr() == ("", "")


def test_an_answer_is_shown_a_line_a_value_and_long_lists_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    show({"title": "a\x1b[2J", "day": date(2026, 3, 1), "ids": list(range(7)), "of": {"a": 1}})
    assert capsys.readouterr().out.splitlines() == [
        "title: a\\x1b[2J",
        "day: 2026-03-01",
        "ids: 0, 1, 2, 3, 4 ... 7 in all",
        "of: a 1",
        "",
    ]


def test_only_moments_need_help_to_become_json() -> None:
    assert plain(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00+00:00"
    with pytest.raises(TypeError, match="set is no JSON"):
        plain(set())
