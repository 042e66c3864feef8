from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lib import errors
from lib.errors import ApiError, GuardTripped, NotSignedIn, QuotaExceeded, StalePlan, StoreError, UserError, Waiting


def _family() -> list[type[Exception]]:
    return [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)]


def test_every_error_is_one_a_person_can_act_on_and_says_in_its_docstring_what_happened():
    for error in _family():
        assert issubclass(error, UserError)
        assert error.__doc__


def test_an_error_reads_as_what_happened_and_what_to_do():
    error = StoreError("The file is held.", "Close the other program.")
    assert (error.message, error.next_step) == ("The file is held.", "Close the other program.")
    assert str(error) == "The file is held. Close the other program."
    assert str(UserError("Only this.")) == "Only this."


def test_only_what_waits_for_the_person_ends_with_three():
    waiting = {NotSignedIn, QuotaExceeded, StalePlan, GuardTripped, Waiting}
    assert {error for error in _family() if error.exit_code == 3} == waiting
    assert {error.exit_code for error in _family()} == {1, 3}


def test_the_facts_travel_with_the_errors():
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    assert QuotaExceeded("a", "b", moment).resets_at == moment
    assert GuardTripped("a", "b", 7).count == 7
    refused = ApiError("a", status=404, reason="playlistNotFound", applied=False)
    assert (refused.status, refused.reason, refused.applied) == (404, "playlistNotFound", False)


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        (0, "noAnswer", True),
        (408, "", True),
        (409, "aborted", True),
        (429, "", True),
        (500, "", True),
        (503, "", True),
        (403, "rateLimitExceeded", True),
        (403, "userRateLimitExceeded", True),
        (403, "forbidden", False),
        (400, "", False),
        (401, "authError", False),
        (404, "", False),
    ],
)
def test_an_error_is_transient_when_the_same_request_may_succeed_later(status, reason, transient):
    assert ApiError("x", status=status, reason=reason, applied=None).transient is transient
