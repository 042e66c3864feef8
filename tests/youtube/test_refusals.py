"""Each error body in `errors/` was answered by YouTube or written down by a project that met it; `evidence` says which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lib.errors import ApiError, NotSignedIn, UserError
from lib.youtube.refusals import DAY_SPENT, lost, reason_of, refusal

ERRORS = Path(__file__).parent / "errors"
KNOWN = {
    # file: (YouTube's word, was an insert applied, was another write applied, may the same be sent again)
    "backendError_500": ("backendError", None, None, True),
    "failedPrecondition_400_insert_unavailable_video": ("failedPrecondition", None, False, False),
    "keyInvalid_400": ("keyInvalid", None, False, False),
    "oauth_invalid_grant_400": ("", None, False, False),
    "permission_403_core_SERVICE_UNAVAILABLE": ("SERVICE_UNAVAILABLE", None, False, False),
    "playlistItemsNotAccessible_403": ("playlistItemsNotAccessible", None, False, False),
    "playlistNotFound_404": ("playlistNotFound", None, False, False),
    "playlistOperationUnsupported_400_watchlater": ("playlistOperationUnsupported", None, False, False),
    "rateLimitExceeded_429": ("rateLimitExceeded", False, False, True),
    "rateLimit_errorinfo_429": ("RATE_LIMIT_EXCEEDED", False, False, True),
}


def stored(name: str) -> tuple[int, dict]:
    """Status and body of a stored error."""
    content = json.loads((ERRORS / f"{name}.json").read_text())
    return content["status"], content["body"]


def _refused(status: int, body: object, *, insert: bool = False) -> UserError:
    return refusal(status, json.dumps(body).encode(), insert=insert)


def test_every_stored_error_is_spoken_of_here():
    assert {path.stem for path in ERRORS.iterdir()} == KNOWN.keys() | {"quotaExceeded_403"}


@pytest.mark.parametrize("name", KNOWN)
def test_a_stored_error_becomes_its_class_and_says_whether_the_write_was_applied(name):
    reason, insert_applied, other_applied, transient = KNOWN[name]
    status, body = stored(name)
    for insert, applied in ((True, insert_applied), (False, other_applied)):
        error = _refused(status, body, insert=insert)
        assert type(error) is ApiError
        assert (error.status, error.reason, error.applied, error.transient) == (status, reason, applied, transient)
        assert error.next_step


def test_the_quota_error_is_known_by_its_reason_and_its_message_loses_the_html():
    reason, message = reason_of(json.dumps(stored("quotaExceeded_403")[1]).encode())
    assert reason in DAY_SPENT
    assert message == "The request cannot be completed because you have exceeded your quota."


def test_a_message_is_shown_without_the_html_that_youtube_puts_into_it():
    assert "<code>" not in _refused(*stored("playlistNotFound_404")).message
    assert "playlistId parameter cannot be found" in _refused(*stored("playlistNotFound_404")).message


def _body(reason: str, **more: object) -> dict:
    return {"error": {"errors": [{"reason": reason}], "message": "m", **more}}


@pytest.mark.parametrize("insert", [True, False])
def test_a_missing_scope_asks_for_a_sign_in_in_both_of_its_shapes(insert):
    info = {"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}
    for body in (_body("insufficientPermissions"), _body("forbidden", **info)):
        error = _refused(403, body, insert=insert)
        assert type(error) is NotSignedIn
        assert "Allow writing" in error.next_step


def test_an_account_without_a_channel_and_a_project_without_the_api_have_sentences_of_their_own():
    assert type(_refused(401, _body("youtubeSignupRequired"))) is NotSignedIn
    assert "no YouTube channel" in _refused(401, _body("youtubeSignupRequired")).message
    for body in (_body("accessNotConfigured"), _body("forbidden", details=[{"reason": "SERVICE_DISABLED"}])):
        assert "not enabled in your Google project" in _refused(403, body).message


@pytest.mark.parametrize("insert", [True, False])
@pytest.mark.parametrize(
    ("status", "reason"), [(401, "authError"), (403, "userRateLimitExceeded"), (403, "rateLimitExceeded"), (429, "x")]
)
def test_a_lapsed_sign_in_and_a_rate_limit_never_applied_anything(status, reason, insert):
    error = _refused(status, _body(reason), insert=insert)
    assert error.applied is False
    assert error.transient == (status != 401)


@pytest.mark.parametrize("insert", [True, False])
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_after_a_timeout_or_a_fault_of_the_server_nobody_knows(status, insert):
    error = _refused(status, _body("x"), insert=insert)
    assert (error.applied, error.transient) == (None, True)


def test_an_aborted_insert_must_be_looked_for_and_an_aborted_delete_may_just_be_repeated():
    assert _refused(409, _body("aborted"), insert=True).applied is None
    assert _refused(409, _body("aborted")).applied is False


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"null",
        b"[]",
        b'"error"',
        b"{}",
        b'{"error": null}',
        b'{"error": "invalid_grant"}',
        b'{"error": {"errors": "x"}}',
        b'{"error": {"errors": [null]}}',
        b'{"error": {"errors": [], "details": 5}}',
        b"\xff\xfe\x00",
    ],
)
def test_a_body_that_is_no_error_of_youtubes_is_still_an_error_with_its_status(content):
    assert reason_of(content) == ("", "")
    error = refusal(502, content, insert=True)
    assert (error.status, error.applied) == (502, None)
    assert "502" in error.message


def test_without_an_inner_reason_the_status_word_is_taken_and_then_the_details():
    assert reason_of(b'{"error": {"status": "ABORTED"}}') == ("ABORTED", "")
    assert reason_of(b'{"error": {"details": [7, {"reason": "R"}]}}') == ("R", "")


def test_a_lost_answer_is_unknown_only_where_the_request_may_have_arrived():
    error = lost(TimeoutError("slow"), sent=True)
    assert (error.status, error.applied, error.transient) == (0, None, True)
    assert "TimeoutError" in error.message
    assert lost(TimeoutError("slow"), sent=False).applied is False


@pytest.mark.parametrize(
    ("message", "metadata", "daily"),
    [
        ("Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'x'.", {}, True),
        ("Resource has been exhausted (e.g. check quota).", {"quota_unit": "1/d/{project}"}, True),
        ("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'x'.", {}, False),
        ("Resource has been exhausted (e.g. check quota).", {"quota_unit": "1/min/{project}"}, False),
    ],
)
def test_a_429_that_names_a_limit_of_the_day_means_that_the_day_is_spent(message, metadata, daily):
    first = {"message": message, "domain": "global", "reason": "rateLimitExceeded"}
    details = [{"reason": "RATE_LIMIT_EXCEEDED", "metadata": metadata}]
    error = {"code": 429, "message": message, "errors": [first], "status": "RESOURCE_EXHAUSTED", "details": details}
    reason, _ = reason_of(json.dumps({"error": error}).encode())
    assert (reason in DAY_SPENT) is daily
