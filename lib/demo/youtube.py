"""One account of a YouTube that lives in memory: semantics of the Data API v3, without HTTP.

It answers only what is known about the real one; anything else is refused with 501 and stands in the log. Reads show
the account as it was `lag_seconds` ago, as the real one's do for two or three seconds after a write.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.demo import quota, reads, refusals, writes
from lib.demo.account import Account
from lib.demo.etags import etag_of, matches
from lib.demo.query import Query
from lib.demo.reads import ClosedLists
from lib.demo.refusals import NOT_MODELLED, Refused
from lib.demo.resources import Json

READ_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("youtube", "youtube.force-ssl", "youtube.readonly", "youtubepartner")
)
WRITE_SCOPES = READ_SCOPES - {"https://www.googleapis.com/auth/youtube.readonly"}


@dataclass(frozen=True, slots=True)
class Request:
    """One API request after sign-in: what HTTP said, and the scopes of the token."""

    method: str
    resource: str
    params: Mapping[str, Sequence[str]]
    body: Json = field(default_factory=dict)
    scopes: frozenset[str] = READ_SCOPES
    if_none_match: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status and body (None: no content)."""

    status: int
    body: Json | None

    @property
    def etag(self) -> str | None:
        """The tag of the body, where it has one."""
        return (self.body or {}).get("etag")

    @property
    def text(self) -> str:
        """The body as JSON. YouTube writes these two signs as escapes, so no body can be taken for a page."""
        text = json.dumps(self.body or {}, ensure_ascii=False)
        return text.replace("<", "\\u003c").replace(">", "\\u003e")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request, as `/demo/log` shows it, whatever became of it on the way.

    `status` is what the account answered, and `applied` whether it carried out a write. `answered` is the status that
    was sent, 0 where nothing or only a part was; `fault` names what came in between. `headers` are those that matter.
    """

    method: str
    path: str
    params: dict[str, str]
    status: int
    units: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    applied: bool = False
    answered: int = 0
    fault: str = ""


_RPC = {
    "channels": "Channel",
    "playlists": "Playlist",
    "playlistItems": "PlaylistItem",
    "videos": "Video",
    "search": "Search",
}
_VERBS = {"GET": "List", "POST": "Insert", "PUT": "Update", "DELETE": "Delete"}
_READS: Mapping[str, Callable[[Account, Query], Json]] = {
    "channels": reads.channels,
    "playlists": reads.playlists,
    "playlistItems": reads.playlist_items,
    "videos": reads.videos,
    "search": reads.search,
}
_WRITES: Mapping[tuple[str, str], Callable[[Account, writes.Writing], writes.Written]] = {
    ("POST", "playlists"): writes.insert_playlist,
    ("PUT", "playlists"): writes.update_playlist,
    ("DELETE", "playlists"): writes.delete_playlist,
    ("POST", "playlistItems"): writes.insert_item,
    ("PUT", "playlistItems"): writes.update_item,
    ("DELETE", "playlistItems"): writes.delete_item,
}


def utc_now() -> datetime:
    """The clock of the wall."""
    return datetime.now(UTC)


class DemoYouTube:
    """The account, its clock, its quota and the log of what was asked. Safe to use from several threads.

    `daily_playlists` limits how many playlists a day may make (None: no limit), `closed` says what listing Watch Later
    or History answers, `restless_etags` gives each listing of items a new tag as some have seen it, `changed` is called with the account after each change (for keeping it in a file).
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime] = utc_now,
        lag_seconds: float = 0.0,
        daily_units: int = 10_000,
        daily_searches: int = 100,
        daily_playlists: int | None = None,
        closed: ClosedLists = ClosedLists.EMPTY,
        restless_etags: bool = False,
        changed: Callable[[Account], None] | None = None,
    ) -> None:
        self.clock = clock
        self.lag = timedelta(seconds=lag_seconds)
        self.ledger = quota.Ledger(daily_units, daily_searches, daily_playlists)
        self.closed = closed
        self.restless_etags = restless_etags
        self._changed = changed
        self._lock = threading.RLock()
        self._begin(account)

    def _begin(self, account: Account) -> None:
        self._first = account
        self._states: list[tuple[datetime, Account]] = [(datetime.min.replace(tzinfo=UTC), account)]
        self._fresh: set[str] = set()
        self._log: list[LogEntry] = []
        self._asked: list[Request] = []
        self._writes = 0

    def reset(self) -> None:
        """Back to the account of the beginning, with an empty log and a whole day's units."""
        with self._lock:
            self._begin(self._first)
            self.ledger = quota.Ledger(self.ledger.daily_units, self.ledger.daily_searches, self.ledger.daily_playlists)
            if self._changed:
                self._changed(self._first)

    @property
    def present(self) -> Account:
        """The account as it truly is now, whatever a listing still shows."""
        with self._lock:
            return self._states[-1][1]

    @property
    def log(self) -> list[LogEntry]:
        """Every request, oldest first."""
        with self._lock:
            return list(self._log)

    @property
    def unmodelled(self) -> list[LogEntry]:
        """The requests whose answer nobody measured: a test that is strict wants none."""
        return [entry for entry in self.log if entry.status == NOT_MODELLED]

    def amend(self, change: Callable[[Account], Account]) -> None:
        """Something happens at YouTube by itself: the person edits there, a video dies. Costs nothing."""
        with self._lock:
            self._become(change(self.present))

    def answer(self, request: Request) -> Answer:
        """Answers one request and logs it. Never raises for a bad one: refusals are answers."""
        with self._lock:
            units = 0
            try:
                units = self._charge(request)
                answer = self._read(request) if request.method == "GET" else self._write(request)
            except Refused as refusal:
                answer = Answer(refusal.status, refusal.body)
            self.record(request, answer.status, units, reached=True)
            return answer

    def note(self, request: Request, answered: int, fault: str = "") -> None:
        """Puts into the log what was really sent for a request. One that never came here has an entry for its fault."""
        with self._lock:
            row = next((row for row in reversed(range(len(self._asked))) if self._asked[row] is request), None)
            if row is None and fault:
                self.record(request, answered, 0)
                row = -1
            if row is not None:
                self._log[row] = replace(self._log[row], answered=answered, fault=fault)

    def record(self, request: Request, status: int, units: int, *, reached: bool = False) -> None:
        """Puts a request into the log, also one that was answered before it came here (a bad token)."""
        params = {name: ",".join(values) for name, values in request.params.items()}
        headers = {"If-None-Match": request.if_none_match} if request.if_none_match else {}
        path = f"/youtube/v3/{request.resource}"
        applied = reached and request.method != "GET" and 200 <= status < 300
        entry = LogEntry(request.method, path, params, status, units, request.body, headers, applied, status)
        with self._lock:
            self._asked.append(request)
            self._log.append(entry)

    def log_rows(self) -> list[dict[str, Any]]:
        """The log as JSON."""
        return [asdict(entry) for entry in self.log]

    def _charge(self, request: Request) -> int:
        reading = request.method == "GET"
        if not (request.resource in _READS if reading else (request.method, request.resource) in _WRITES):
            raise refusals.unmodelled(f"{request.method} {request.resource}")
        if not request.scopes & (READ_SCOPES if reading else WRITE_SCOPES):
            raise refusals.insufficient_scope(f"V3Data{_RPC[request.resource]}Service.{_VERBS[request.method]}")
        now = self.clock()
        if request.resource == "search":
            self.ledger.charge_search(now)
            return 0
        units = quota.READ if reading else quota.WRITE
        self.ledger.charge(units, now)
        return units

    def _read(self, request: Request) -> Answer:
        query = Query(request.params)
        if request.resource == "playlistItems":
            body = reads.playlist_items(self._visible(), query, self.closed)
            if self.restless_etags:
                body["etag"] = etag_of({"etag": body["etag"], "request": len(self._log)})
        else:
            body = _READS[request.resource](self._visible(), query)
        return Answer(304, None) if matches(request.if_none_match, body["etag"]) else Answer(200, body)

    def _write(self, request: Request) -> Answer:
        self._writes += 1
        now = self.clock()
        writing = writes.Writing(Query(request.params), request.body, now, f"{self._writes} {now.isoformat()}")
        written = _WRITES[request.method, request.resource](self.present, writing)
        self._abort_if_fresh(request, writing)
        if (request.method, request.resource) == ("POST", "playlists") and written.body:
            self.ledger.count_new_playlist()
            self._fresh.add(written.body["id"])
        self._become(written.account)
        return Answer(200, written.body) if written.body else Answer(204, None)

    def _abort_if_fresh(self, request: Request, writing: writes.Writing) -> None:
        """The first insert into a new playlist, or update of one, is aborted; what comes after works."""
        touched = {
            ("POST", "playlistItems"): writing.text("snippet", "playlistId"),
            ("PUT", "playlists"): writing.text("id"),
        }.get((request.method, request.resource))
        if touched in self._fresh:
            self._fresh.remove(touched)
            raise refusals.aborted()

    def _become(self, account: Account) -> None:
        if account is self.present:
            return
        self._states.append((self.clock(), account))
        if self._changed:
            self._changed(account)

    def _visible(self) -> Account:
        """What reads show: the newest state that is at least `lag` old. Older ones can never be shown again."""
        horizon = self.clock() - self.lag
        while len(self._states) > 1 and self._states[1][0] <= horizon:
            del self._states[0]
        return self._states[0][1]
