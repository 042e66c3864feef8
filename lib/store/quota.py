"""The ledger of quota units: every call is reserved here, durably, before it is sent.

YouTube counts 10,000 units a day for all users of one Google project and starts anew at midnight Pacific time. It never
says what is left, so the ledger counts pessimistically and believes YouTube's own "exceeded". It counts by the clock of
this computer, which may be ahead or be set back: see `exhaust` and `_settle_future`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.errors import WHEN, QuotaExceeded
from lib.store.areas import Area
from lib.store.db import Database, naive

PACIFIC = ZoneInfo("America/Los_Angeles")
CLOCK_DOUBT = timedelta(hours=1)
"""So long after our midnight a refusal for quota may still be about the day before: our clock may be ahead. By hand."""
RETRY_AFTER = timedelta(minutes=15)
"""When to try again after such a refusal; chosen by hand."""
MOST_AHEAD = timedelta(days=1)
"""A clock is believed to be so far ahead of YouTube's and no farther: by an answer's date at a refusal. By hand."""
MOST_SET_BACK = timedelta(days=2)
"""Bookings so far in the future show that the clock was ahead; farther ones, that it is wrong now. By hand."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the ledger says of one Pacific day, and over all days."""

    day: date
    spent: int
    exhausted: bool
    total: int
    requests: int


class Quota:
    """Units spent and left on the present Pacific day.

    The sums are kept in memory beside the ledger, since they are asked for before every request.
    """

    def __init__(self, db: Database, daily_units: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.db = db
        self.daily_units = daily_units
        self.now = now
        self._kept: _Sums | None = None
        self._booked_on: date | None = None

    def reserve(self, units: int, method: str, *further: tuple[int, str]) -> None:
        """Book units for a call, and for `further` ones, all or none.

        Raises `QuotaExceeded` where they do not fit, and then nothing may be sent.
        """
        calls = [(units, method), *further]
        together = sum(units for units, _ in calls)
        with self.db.write(
            Area.QUOTA
        ) as tx:  # looking and booking are one step, or two threads would spend the same units
            if self._booked_on != self.today():
                self._settle_future(self.today(), timedelta.max)
            if together > self.left():
                raise self.exceeded()
            sums, booked_at = self._sums(), naive(self.now())
            rows = [value for units, method in calls for value in (sums.day, booked_at, method, units)]
            tx.execute(f"INSERT INTO spent VALUES {', '.join(['(?, ?, ?, ?)'] * len(calls))}", rows)
            self._booked_on = sums.day
            self._kept = replace(
                sums, spent=sums.spent + together, total=sums.total + together, requests=sums.requests + len(calls)
            )

    def exhaust(self, answered_at: datetime | None = None) -> QuotaExceeded:
        """Note that YouTube itself refused the last request for quota. Returns the error to raise.

        Nothing is left of the day on which the request was booked. But where our clock is ahead, YouTube may still count
        the day before, and nothing of ours is exhausted. That is so where YouTube's clock, which `answered_at` shows, has
        not come to that day: then one tries again when it does. Without it, in the first hour of our Pacific day: then
        one tries again soon.
        """
        today = self.today()
        day = self._booked_on or today
        begins_in = self._until_begin(day, answered_at)
        if day < today or (day == today and self.since_reset() >= CLOCK_DOUBT and not begins_in):
            with self.db.write(Area.QUOTA) as tx:
                tx.execute("INSERT INTO exhausted VALUES (?) ON CONFLICT DO NOTHING", [day])
                self._kept = None
        if not self.left():
            return self.exceeded()
        soon = not begins_in or self.since_reset() < CLOCK_DOUBT
        retry_at = self.now() + (RETRY_AFTER if soon else begins_in)
        return QuotaExceeded(
            "YouTube says that the day's quota units are spent, though by the clock of this computer a new day has begun.",
            f"It can go on from {WHEN} your time. If this happens often, set the clock right.",
            retry_at,
        )

    def spent(self) -> int:
        """Units booked today."""
        return self._sums().spent

    def requests(self) -> int:
        """How many calls were booked so far, over all days."""
        return self._sums().requests

    def total(self) -> int:
        """Units booked so far, over all days."""
        return self._sums().total

    def left(self) -> int:
        """Units that may still be booked today."""
        sums = self._sums()
        return 0 if sums.exhausted else max(0, self.daily_units - sums.spent)

    def today(self) -> date:
        """The present day where YouTube counts: in Pacific time."""
        return self.now().astimezone(PACIFIC).date()

    def since_reset(self) -> timedelta:
        """How long the present Pacific day has lasted, by our clock."""
        return self.now() - datetime.combine(self.today(), time(), PACIFIC)

    def resets_at(self) -> datetime:
        """The next midnight Pacific time, in UTC."""
        return datetime.combine(self.today() + timedelta(days=1), time(), PACIFIC).astimezone(UTC)

    def exceeded(self) -> QuotaExceeded:
        """The error that says when there will be units again."""
        return QuotaExceeded(
            f"Today's {self.daily_units:,} quota units are spent ({self.spent():,} by this program).",
            f"Units return on {WHEN} your time. Do the same again then, and it goes on where it stopped.",
            self.resets_at(),
        )

    def _sums(self) -> _Sums:
        day, kept = self.today(), self._kept
        if kept is None or kept.day != day:
            self._settle_future(day, MOST_SET_BACK)
            row = self.db.rows(
                """SELECT coalesce(sum(units) FILTER (day = $1), 0), (SELECT count(*) FROM exhausted WHERE day = $1) > 0,
                          coalesce(sum(units), 0), count(*) FROM spent""",
                [day],
            )[0]
            kept = self._kept = _Sums(day, int(row[0]), bool(row[1]), int(row[2]), int(row[3]))
        return kept

    def _until_begin(self, day: date, answered_at: datetime | None) -> timedelta:
        """How long until a day begins by YouTube's clock, where ours is ahead of it; none where it has begun, or nobody knows."""
        if answered_at is None or not timedelta() < self.now() - answered_at < MOST_AHEAD:
            return timedelta()
        return max(timedelta(), datetime.combine(day, time(), PACIFIC) - answered_at)

    def _settle_future(self, today: date, farthest: timedelta) -> None:
        """Where the clock was ahead and has been set back: what was booked on later days was used by today.

        Else those days would begin with their units spent, or exhausted by a refusal that was about another day. Nothing
        is changed where the last of those days is farther away than `farthest`.
        """
        latest = "SELECT max(day) FROM (SELECT day FROM spent UNION ALL SELECT day FROM exhausted)"
        last_day = self.db.value(latest)
        if last_day is not None and timedelta() < last_day - today <= farthest:
            with self.db.write(Area.QUOTA) as tx:
                tx.execute("UPDATE spent SET day = $1 WHERE day > $1", [today])
                tx.execute("DELETE FROM exhausted WHERE day > ?", [today])
            self._kept = None
