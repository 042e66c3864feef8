import pytest

from lib.demo import refusals

RECORDED = {
    "quota_exceeded": {
        "error": {
            "code": 403,
            "message": 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
            "errors": [
                {
                    "message": 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
                    "domain": "youtube.quota",
                    "reason": "quotaExceeded",
                }
            ],
        }
    },
    "aborted": {
        "error": {
            "code": 409,
            "message": "The operation was aborted.",
            "errors": [{"domain": "youtube.CoreErrorDomain", "reason": "SERVICE_UNAVAILABLE"}],
            "status": "ABORTED",
        }
    },
    "unlistable_playlist": {
        "error": {
            "code": 404,
            "message": "The playlist identified with the request's <code>playlistId</code> parameter cannot be found.",
            "errors": [
                {
                    "message": "The playlist identified with the request's <code>playlistId</code> parameter cannot be found.",
                    "domain": "youtube.playlistItem",
                    "reason": "playlistNotFound",
                    "location": "playlistId",
                    "locationType": "parameter",
                }
            ],
        }
    },
    "private_video": {
        "error": {
            "code": 400,
            "message": "Precondition check failed.",
            "errors": [{"message": "Precondition check failed.", "domain": "global", "reason": "failedPrecondition"}],
            "status": "FAILED_PRECONDITION",
        }
    },
    "unsupported_playlist": {
        "error": {
            "code": 400,
            "message": "The API does not support the ability to insert videos into the specified playlist.",
            "errors": [
                {
                    "message": "The API does not support the ability to insert videos into the specified playlist.",
                    "domain": "youtube.playlistItem",
                    "reason": "playlistOperationUnsupported",
                    "location": "playlistId",
                    "locationType": "parameter",
                }
            ],
        }
    },
}


@pytest.mark.parametrize("name", RECORDED)
def test_a_body_is_the_recorded_one_to_the_letter(name):
    assert getattr(refusals, name)().body == RECORDED[name]


def test_what_the_demo_does_not_know_is_said_to_be_the_demos():
    refusal = refusals.unmodelled("the parameter 'fields'")
    assert refusal.status == 501
    assert "demo YouTube does not model the parameter 'fields'" in str(refusal)


def test_a_closed_list_says_which_it_is():
    reasons = [refusals.closed_list(name).body["error"]["errors"][0]["reason"] for name in ("WL", "HL")]
    assert reasons == ["watchLaterNotAccessible", "watchHistoryNotAccessible"]
