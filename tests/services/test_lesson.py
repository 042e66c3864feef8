"""What a lesson changed: another category, another sureness, something or nothing."""

from lib.derived import Suggestion, SuggestionChange
from lib.services.suggestions import changed


def _said(video_id: str, to: str, sure: bool = False, **facts: object) -> Suggestion:
    return Suggestion(video_id, ("inbox",), to, 0.5, sure, "why", **facts)


def test_the_same_suggestions_are_no_change():
    said = [_said("a", "X"), _said("b", "Y", True)]
    assert changed(said, said[::-1]) == ()


def test_what_became_sure_comes_before_what_moved_and_what_went():
    before = [_said("a", "X"), _said("b", "X"), _said("c", "X")]
    after = [_said("b", "Y"), _said("c", "X", True), _said("d", "X")]
    assert changed(before, after) == (
        SuggestionChange("c", "X", "X", False, True),
        SuggestionChange("a", "X", "", False, False),
        SuggestionChange("b", "X", "Y", False, False),
        SuggestionChange("d", "", "X", False, False),
    )


def test_a_confidence_or_a_reason_alone_is_none():
    assert changed([_said("a", "X")], [Suggestion("a", ("inbox",), "X", 0.9, False, "other")]) == ()


def test_misfits_are_no_part_of_it():
    assert changed([], [_said("a", "X", misfit=True)]) == ()
