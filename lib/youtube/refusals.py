"""From whatever went wrong with a call to our family of errors, above all: was the write applied, or must we look?"""

from __future__ import annotations

import json
import re
from typing import Any

from lib.errors import ApiError, InvalidAnswer, NotSignedIn, UserError

DAY_SPENT = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
_RATE = {"rateLimitExceeded", "userRateLimitExceeded"}
_REASON = re.compile(r"[A-Za-z_]{1,80}")
_LONGEST_MESSAGE = 300
"""YouTube's own messages are shorter; in characters."""
_NO_CHANNEL = "youtubeSignupRequired"


def reason_of(content: bytes) -> tuple[str, str]:
    """YouTube's own word for an error and its message without HTML, from an error body; ("", "") where there is none."""
    try:
        error: dict[str, Any] = json.loads(content)["error"]
        first = (error.get("errors") or [{}])[0]
        details = [detail.get("reason") for detail in error.get("details") or [] if isinstance(detail, dict)]
        reason = first.get("reason") or error.get("status") or next(filter(None, details), "")
        message = _sentence(error.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return "", ""
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in details:
        reason = "insufficientPermissions"
    if "SERVICE_DISABLED" in details:
        reason = "accessNotConfigured"
    if _is_daily_limit(error, message):
        reason = "dailyLimitExceeded"
    return (reason if isinstance(reason, str) and _REASON.fullmatch(reason) else ""), message


def _is_daily_limit(error: dict[str, Any], message: str) -> bool:
    """Whether the limit that was met is one of the day: newer projects get 429 `rateLimitExceeded` for that too.

    Only the name of the limit tells, as "Queries per day" or the unit "1/d/{project}".
    """
    details = error.get("details")
    metadata = (
        [detail.get("metadata") for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []
    )
    units = [str(limit.get("quota_unit")) for limit in metadata if isinstance(limit, dict)]
    named = re.search(r"per day|daily limit", message, re.IGNORECASE)
    return error.get("code") in (403, 429) and bool(named or any(unit.startswith("1/d/") for unit in units))


def refusal(status: int, content: bytes, *, insert: bool) -> UserError:
    """The error for an answer that is no success. `insert` says that the request would have made something new.

    After any answer to an insert but 401, 429 and a rate limit one has to look; other writes can be repeated.
    """
    reason, message = reason_of(content)
    if reason == _NO_CHANNEL:
        return NotSignedIn(
            "This Google account has no YouTube channel.", "Create one on YouTube, or sign in with another account."
        )
    if reason == "insufficientPermissions":
        return NotSignedIn(
            "The sign-in does not allow this.", "Allow writing to YouTube on the Sync page, then push again."
        )
    if reason == "accessNotConfigured":
        return UserError(
            "The YouTube Data API is not enabled in your Google project.",
            "Enable it in the Google Cloud console, wait two minutes, and try again.",
        )
    if status == 401:
        return ApiError(
            "YouTube did not accept the sign-in.",
            "Sign in again on the Library page.",
            status=401,
            reason=reason or "authError",
            applied=False,
        )
    surely_not = status == 429 or reason in _RATE or (400 <= status < 500 and status != 408 and not insert)
    text = f"YouTube answered {status}" + (f" ({reason})" if reason else "") + (f": {message}" if message else ".")
    step = (
        "Try again later." if status >= 500 or status in (408, 409, 429) else "Pull again and check what you asked for."
    )
    return ApiError(text, step, status=status, reason=reason, applied=False if surely_not else None)


def lost(error: BaseException, *, sent: bool) -> ApiError:
    """The error for a call that got no answer; `sent` says whether the request may have reached YouTube."""
    return ApiError(
        f"YouTube could not be reached ({type(error).__name__}: {_sentence(str(error))}).",
        "Check the network and try again; nothing is lost.",
        status=0,
        reason="noAnswer",
        applied=None if sent else False,
    )


def invalid(error: BaseException, method: str, *, sent: bool) -> InvalidAnswer:
    """The error for an answer that cannot be YouTube's; `sent` says whether it answers a write."""
    return InvalidAnswer(
        f"YouTube's answer to {method} cannot be used: {_sentence(str(error))}.",
        "Pull again later; what was read before is kept.",
        status=200,
        reason="invalidAnswer",
        applied=None if sent else False,
    )


def _sentence(text: object) -> str:
    """A foreign text on one line, without HTML and control characters, cut where it is too long."""
    if not isinstance(text, str):
        return ""
    plain = re.sub(r"<[^<>]{1,200}>", "", text[: 10 * _LONGEST_MESSAGE])
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in plain).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"
