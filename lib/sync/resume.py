"""Resume: whether a push that stopped may be resumed without anybody being asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from lib.models import PAGE, READ_UNITS, JournalEntry, OperationKind, State
from lib.planning.cost import reserve
from lib.planning.guards import needed, pairs
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.sync.push_report import PushReport

RESET_MARGIN = timedelta(minutes=2)
"""So long after our midnight a push that waited for quota goes on by itself: our clock may be ahead. Chosen by hand."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
OPENING_READS = 4
"""Units a push reads before its first write, beside the listing of playlists: account, Liked, a swept page, a check."""


def may_resume(journal: Journal, quota: Quota, settle_seconds: float, playlists: int, daily_playlists: int) -> bool:
    """Whether the open push stopped for quota, the network or a kill, and there are units for its next step.

    One that the user cancelled, that spent what it was allowed or that waits for the user does not, nor one of which
    all that is left waits for a new playlist while no more may be made on the present day.
    """
    stands = journal.open_push()
    if stands is None or (stands.state, stands.reason) not in (
        ("running", ""),
        ("paused", "quota"),
        ("paused", "network"),
    ):
        return False
    if stands.reason == "quota" and quota.since_reset() < RESET_MARGIN:
        return False
    entries = journal.entries(stands.push_id)
    left = [entry for entry in entries if entry.state in (State.SENT, State.UNKNOWN, State.PLANNED)]
    opening = (OPENING_READS + ceil(playlists / PAGE)) * READ_UNITS
    if not left:
        return quota.left() >= opening
    if not journal.playlists_left(quota.today(), daily_playlists):
        left = _without_new_playlists(left)
    if not left:
        return False
    half = pairs([entry.operation for entry in entries]).get(left[0].operation.op_id)
    step = (left[0].operation, half) if half else (left[0].operation,)
    return quota.left() >= opening + reserve(step, settle_seconds, playlists)


def _without_new_playlists(left: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Those that neither make a new playlist nor wait for one."""
    ready: list[JournalEntry] = []
    waiting: set[int] = set()
    for entry in left:
        creates = entry.operation.kind is OperationKind.CREATE and entry.state is State.PLANNED
        if creates or needed(entry.operation) & waiting:
            waiting.add(entry.operation.op_id)
        else:
            ready.append(entry)
    return ready


class ResumeBackoff:
    """How long not to try again by oneself: twice as long after each try in a row that found no network.

    Each try books units, though nothing may ever reach YouTube: a night without a network must not cost the next day's.
    After a refusal for quota one waits until units return.
    """

    def __init__(self) -> None:
        self._wait = timedelta()
        self._since: datetime | None = None
        self._until: datetime | None = None

    def note(self, report: PushReport | None, now: datetime) -> None:
        """A try ended so; None where it ended in an error."""
        if report is not None and report.reason != "network":
            self._wait, self._since, self._until = timedelta(), now, report.resumes_at
        else:
            self._wait = min(LONGEST_WAIT, max(FIRST_WAIT, 2 * self._wait))
            self._since, self._until = now, now + self._wait

    def is_over(self, now: datetime) -> bool:
        """Whether it is time to try again; also where the clock has been set back since."""
        return self._since is None or self._until is None or now >= self._until or now < self._since
