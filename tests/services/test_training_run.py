"""What a training run changed: another category, another sureness, something or nothing."""

from lib.derived import Suggestion, SuggestionChange
from lib.services.suggestions import changed


def _suggestion(video_id: str, to: str, sure: bool = False, **facts: object) -> Suggestion:
    return Suggestion(video_id, ("inbox",), to, 0.5, sure, "why", **facts)


def test_the_same_suggestions_are_no_change():
    suggestions = [_suggestion("a", "X"), _suggestion("b", "Y", True)]
    assert changed(suggestions, suggestions[::-1]) == ()


def test_what_became_sure_comes_before_what_moved_and_what_went():
    before = [_suggestion("a", "X"), _suggestion("b", "X"), _suggestion("c", "X")]
    after = [_suggestion("b", "Y"), _suggestion("c", "X", True), _suggestion("d", "X")]
    assert changed(before, after) == (
        SuggestionChange("c", "X", "X", False, True),
        SuggestionChange("a", "X", "", False, False),
        SuggestionChange("b", "X", "Y", False, False),
        SuggestionChange("d", "", "X", False, False),
    )


def test_a_confidence_or_a_reason_alone_is_none():
    assert changed([_suggestion("a", "X")], [Suggestion("a", ("inbox",), "X", 0.9, False, "other")]) == ()


def test_misfits_are_no_part_of_it():
    assert changed([], [_suggestion("a", "X", misfit=True)]) == ()
