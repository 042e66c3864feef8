from __future__ import annotations

import pytest

from lib.derived import Suggestion, expected_wrong


def test_as_many_suggestions_are_expected_to_be_wrong_as_their_confidences_leave_over() -> None:
    suggestions = [
        Suggestion(f"v{i}", ("inbox",), "PLa", confidence, True, "") for i, confidence in enumerate((0.9, 1, 0.75))
    ]
    assert expected_wrong(suggestions) == pytest.approx(0.35)
    assert expected_wrong([]) == 0
