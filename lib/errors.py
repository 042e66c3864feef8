"""The family of errors: what happened, in one sentence, and what to do next.

`UserError` and its children are meant for the person: a page or the command line shows `message` and `next_step` and
never a traceback. Everything else that is raised is a bug of ours.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

from lib.local_time import weekday_time

WHEN = "{when}"
"""Stands in the text of an error for a moment, which each reader sees in their own time zone."""


class UserError(Exception):
    """Something a person can act on. `exit_code` is what the command line returns for it."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def in_zone(self, zone: tzinfo | None) -> Self:
        """This error as a reader in a time zone is to see it; None is the zone of this machine."""
        return self

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class Waiting(UserError):
    """Nothing failed: the work waits for a decision, for quota or for a sign-in."""

    exit_code = 3


class NotSignedIn(Waiting):
    """There is no usable token for the channel, or it lacks the scope that the request needs."""


class QuotaExceeded(Waiting):
    """The day's units are spent, by our own ledger or by YouTube's word.

    `resets_at` is when there are units again. `WHEN` in `next_step` becomes that moment, by the clock of this machine
    unless another `zone` is given.
    """

    def __init__(self, message: str, next_step: str, resets_at: datetime, zone: tzinfo | None = None) -> None:
        super().__init__(message, next_step.replace(WHEN, weekday_time(resets_at, zone)))
        self.resets_at = resets_at
        self._next_step = next_step

    def in_zone(self, zone: tzinfo | None) -> Self:
        """The same error, with the moment in that zone."""
        return type(self)(self.message, self._next_step, self.resets_at, zone)


class StalePlan(Waiting):
    """The library changed since the plan was made, so the plan is no longer what the person approved."""


class GuardTripped(Waiting):
    """The plan deletes more than may be deleted without a typed confirmation of `count`."""

    def __init__(self, message: str, next_step: str, count: int) -> None:
        super().__init__(message, next_step)
        self.count = count


class StoreError(UserError):
    """The database cannot be opened or written: held by another process, corrupt, newer than we are, or unwritable."""


class DamagedLibrary(StoreError):
    """The database file shows signs of damage; it was left as it is. `path` is the file."""

    def __init__(self, message: str, next_step: str, path: Path) -> None:
        super().__init__(message, next_step)
        self.path = path


class ModelMissing(UserError):
    """The embedding model is neither installed nor downloadable."""


class Cancelled(UserError):
    """The person cancelled; what was finished before stays."""


class InconsistentListing(UserError):
    """A playlist changed while its pages were being read, so the listing was not stored."""


class ApiError(UserError):
    """YouTube refused or did not answer.

    `applied` is False when the write certainly did not happen, True when it certainly did, and None when nobody can
    know before looking. `status` is the HTTP status (0 without an answer), `reason` YouTube's own word for it.
    """

    def __init__(self, message: str, next_step: str = "", *, status: int, reason: str, applied: bool | None) -> None:
        super().__init__(message, next_step)
        self.status = status
        self.reason = reason
        self.applied = applied

    @property
    def transient(self) -> bool:
        """Whether sending the same request again later can succeed (an aborted write, a rate limit, a server fault)."""
        return (
            self.status in (0, 408, 409, 429)
            or self.status >= 500
            or self.reason in ("rateLimitExceeded", "userRateLimitExceeded")
        )


class InvalidAnswer(ApiError):
    """What was answered cannot be YouTube's: a wrong type, an impossible id, too long or too slow. Asking again is no help."""
