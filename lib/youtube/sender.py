"""Where a request leaves: units are booked in the ledger first, and what comes back is checked.

A write is sent exactly once and never retried here: whoever asked for it knows what to look for. One service object per
thread, since httplib2 is not thread-safe.
"""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

import httplib2
from google.auth.exceptions import RefreshError, TransportError

from lib.errors import ApiError, NotSignedIn, QuotaExceeded, UserError
from lib.models import READ_UNITS, WRITE_UNITS
from lib.youtube import validation
from lib.youtube.refusals import DAY_SPENT, invalid, lost, reason_of, refusal
from lib.youtube.transport import (
    CHECK_SECONDS,
    Refused,
    Resources,
    SignedHttp,
    TooMuch,
    WriteOnceHttp,
    never_cancelled,
)

READ_ATTEMPTS = 4
Shape = TypeVar("Shape", bound=validation.Answer)
Request = Callable[[Any], Any]
"""Makes a request of the client library from its service object."""
_NEVER_SENT = (ConnectionRefusedError, httplib2.ServerNotFoundError)


class Ledger(Protocol):
    """Where units are booked; `store/quota.py` has it."""

    def reserve(self, units: int, method: str) -> None:
        """Book units before a request leaves. Raises `QuotaExceeded` where they are not left."""

    def exhaust(self, answered_at: datetime | None = None) -> QuotaExceeded:
        """Note that YouTube refused a request for quota, at that moment by its own clock; the error to raise."""


class Sender:
    """Sends requests for one signed-in channel."""

    def __init__(
        self,
        credentials: Any,
        endpoint: str | None,
        ledger: Ledger,
        *,
        sleep: Callable[[float], None],
        chance: random.Random | None,
        timeout: float,
        deadline: float,
    ) -> None:
        """The arguments are those of `api.Client`."""
        self._credentials = credentials
        self._endpoint = endpoint
        self._ledger = ledger
        self._sleep = sleep
        self._chance = chance or random.Random()
        self._timeout, self._deadline = timeout, deadline
        self._local = threading.local()

    @contextmanager
    def cancellable(self, check: Callable[[], None]) -> Iterator[None]:
        """Inside, `check` is called in this thread while an answer is waited for; it raises `Cancelled` to end a read."""
        before, self._local.check = getattr(self._local, "check", never_cancelled), check
        try:
            yield
        finally:
            self._local.check = before

    def read(self, request: Request, method: str, shape: type[Shape], *, booked: bool = False) -> Shape:
        """The checked answer of a read, tried up to `READ_ATTEMPTS` times with a random wait; `booked` units are not booked again.

        Raises `InvalidAnswer` for an answer that is none of YouTube's, and `ApiError` and its kin for all else.
        """
        for attempt in range(READ_ATTEMPTS):
            try:
                return validation.read(self._send(request, method, READ_UNITS, booked=booked and not attempt), shape)
            except validation.NotValid as error:  # it would be the same the next time
                raise invalid(error, method, sent=False) from error
            except validation.NotReadable as error:
                failure = lost(error, sent=False)
            except ApiError as error:
                failure = error
            if attempt == READ_ATTEMPTS - 1 or not (failure.transient or (failure.status == 401 and attempt == 0)):
                raise failure
            if failure.status == 401:
                getattr(self._local, "check", never_cancelled)()
                self.refresh()
            else:
                self._wait(self._chance.uniform(0, 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, seconds: float) -> None:
        """Sleep; in slices, with a look before and after each, where somebody may cancel."""
        check = getattr(self._local, "check", None)
        if check is None:
            self._sleep(seconds)
            return
        check()
        while seconds > 0:
            self._sleep(min(seconds, CHECK_SECONDS))
            check()
            seconds -= CHECK_SECONDS

    def write(self, request: Request, method: str, shape: type[Shape], booked: bool, *, insert: bool = False) -> Shape:
        """The checked answer of a write, which is sent once. An answer that cannot be read leaves `applied` at None."""
        try:
            return validation.read(self._send(request, method, WRITE_UNITS, booked=booked, insert=insert), shape)
        except (validation.NotValid, validation.NotReadable) as error:
            raise lost(error, sent=True) from error
        except ApiError as error:
            if error.status == 401:
                self.refresh()
            raise

    def delete(self, request: Request, method: str, booked: bool) -> None:
        """Send a delete once; what is already gone is no error."""
        try:
            self._send(request, method, WRITE_UNITS, booked=booked)
        except ApiError as error:
            if error.status == 401:
                self.refresh()
            if error.status != 404:
                raise

    def refresh(self) -> None:
        """A 401 may only mean that the token expired early; without a refresh token it stands."""
        from google_auth_httplib2 import Request as AuthRequest

        if not getattr(self._credentials, "refresh_token", None):
            return
        try:
            self._credentials.refresh(AuthRequest(self._http()))
        except (RefreshError, TransportError, OSError) as error:
            raise _not_refreshed(error) from error

    def _http(self) -> WriteOnceHttp:
        """A transport for this thread, which ends a read when `cancellable` says so."""
        local = self._local
        return WriteOnceHttp(
            self._timeout, deadline=self._deadline, check=lambda: getattr(local, "check", never_cancelled)()
        )

    def _service(self) -> Any:
        if not hasattr(self._local, "service"):
            from googleapiclient.discovery import build

            # no hidden refresh-and-send-again: a 401 comes back to us
            signed = SignedHttp(self._credentials, http=self._http(), refresh_status_codes=())
            options = {"api_endpoint": self._endpoint} if self._endpoint else None
            discovery = {"static_discovery": True, "cache_discovery": False}
            self._local.service = Resources(build("youtube", "v3", http=signed, client_options=options, **discovery))
        return self._local.service

    def _send(self, request: Request, method: str, units: int, *, booked: bool = False, insert: bool = False) -> bytes:
        """Book a request, send it once, and give the body of its success. Raises `ApiError` and its kin for all else."""
        call = request(self._service())
        if not booked:
            self._ledger.reserve(units, method)
        call.postproc = _status_and_body
        try:
            status, content = call.execute(num_retries=0)
        except Refused as refused:
            if refused.status == 304 and units == READ_UNITS:
                raise ApiError("Not modified.", status=304, reason="notModified", applied=False) from refused
            raise self._refusal(refused, insert) from refused
        except (RefreshError, TransportError) as error:
            raise _not_refreshed(error) from error
        except TooMuch as error:
            raise invalid(error, method, sent=units == WRITE_UNITS) from error
        except (httplib2.HttpLib2Error, http.client.HTTPException, OSError, ValueError) as error:
            sent = units == WRITE_UNITS and not isinstance(error, _NEVER_SENT)
            raise lost(error, sent=sent) from error
        if method.endswith(".delete") and status != 204:
            raise lost(validation.NotReadable("a delete is answered with 204"), sent=True)
        return bytes(content)

    def _refusal(self, refused: Refused, insert: bool) -> UserError:
        if reason_of(refused.content)[0] in DAY_SPENT:
            return self._ledger.exhaust(refused.answered_at)
        return refusal(refused.status, refused.content, insert=insert)


def _status_and_body(response: Any, content: bytes) -> tuple[int, bytes]:
    """In place of the client library's own reading, which trips over what is no answer of YouTube's."""
    return int(response.status), content


def _not_refreshed(error: Exception) -> UserError:
    """The token could not be renewed: for good, or only because its server is out of reach or out of order."""
    if isinstance(error, RefreshError) and not error.retryable:
        return NotSignedIn("Google no longer accepts the sign-in.", "Sign in again on the Library page.")
    return lost(error, sent=False)
