"""The ledger of quota units: every call is reserved here, durably, before it is sent.

YouTube counts 10,000 units a day for all users of one Google project and starts anew at midnight Pacific time. It never
says what is left, so the ledger counts pessimistically and believes YouTube's own "exceeded".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.errors import QuotaExceeded
from lib.store.areas import Area
from lib.store.db import Database, naive

PACIFIC = ZoneInfo("America/Los_Angeles")


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

    def reserve(self, units: int, method: str, *further: tuple[int, str]) -> None:
        """Book units for a call, and for `further` ones, all or none.

        Raises `QuotaExceeded` where they do not fit, and then nothing may be sent.
        """
        calls = [(units, method), *further]
        together = sum(units for units, _ in calls)
        with self.db.write(
            Area.QUOTA
        ) as tx:  # looking and booking are one step, or two threads would spend the same units
            if together > self.left():
                raise self.exceeded()
            sums, at = self._sums(), naive(self.now())
            rows = [value for units, method in calls for value in (sums.day, at, method, units)]
            tx.execute(f"INSERT INTO spent VALUES {', '.join(['(?, ?, ?, ?)'] * len(calls))}", rows)
            self._kept = replace(
                sums, spent=sums.spent + together, total=sums.total + together, requests=sums.requests + len(calls)
            )

    def exhaust(self) -> QuotaExceeded:
        """Note that YouTube itself refused for quota; nothing is left until the reset. Returns the error to raise."""
        with self.db.write(Area.QUOTA) as tx:
            tx.execute("INSERT INTO exhausted VALUES (?) ON CONFLICT DO NOTHING", [self.today()])
            self._kept = replace(self._sums(), exhausted=True)
        return self.exceeded()

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

    def resets_at(self) -> datetime:
        """The next midnight Pacific time, in UTC."""
        return datetime.combine(self.today() + timedelta(days=1), time(), PACIFIC).astimezone(UTC)

    def exceeded(self) -> QuotaExceeded:
        """The error that says when there will be units again."""
        resets_at = self.resets_at()
        local = resets_at.astimezone().strftime("%A %H:%M")
        return QuotaExceeded(
            f"Today's {self.daily_units:,} quota units are spent ({self.spent():,} by this program).",
            f"Units return on {local} your time. Do the same again then, and it goes on where it stopped.",
            resets_at,
        )

    def _sums(self) -> _Sums:
        day, kept = self.today(), self._kept
        if kept is None or kept.day != day:
            row = self.db.rows(
                """SELECT coalesce(sum(units) FILTER (day = $1), 0), (SELECT count(*) FROM exhausted WHERE day = $1) > 0,
                          coalesce(sum(units), 0), count(*) FROM spent""",
                [day],
            )[0]
            kept = self._kept = _Sums(day, int(row[0]), bool(row[1]), int(row[2]), int(row[3]))
        return kept
