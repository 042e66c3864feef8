"""The ledger of quota units: every call is reserved here, durably, before it is sent.

YouTube counts 10,000 units a day for all users of one Google project and starts anew at midnight Pacific time. It never
says what is left, so the ledger counts pessimistically and believes YouTube's own "exceeded".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.errors import QuotaExceeded
from lib.store.db import Database, naive

PACIFIC = ZoneInfo("America/Los_Angeles")


class Quota:
    """Units spent and left on the present Pacific day."""

    def __init__(self, db: Database, daily_units: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.db = db
        self.daily_units = daily_units
        self.now = now

    def reserve(self, units: int, method: str) -> None:
        """Book units for one call. Raises `QuotaExceeded` where they do not fit, and then nothing may be sent."""
        with self.db.write() as tx:  # looking and booking are one step, or two threads would spend the same units
            if units > self.left():
                raise self.exceeded()
            tx.execute("INSERT INTO spent VALUES (?, ?, ?, ?)", [self.today(), naive(self.now()), method, units])

    def exhaust(self) -> QuotaExceeded:
        """Note that YouTube itself refused for quota; nothing is left until the reset. Returns the error to raise."""
        with self.db.write() as tx:
            tx.execute("INSERT INTO exhausted VALUES (?) ON CONFLICT DO NOTHING", [self.today()])
        return self.exceeded()

    def spent(self) -> int:
        """Units booked today."""
        return int(self.db.value("SELECT coalesce(sum(units), 0) FROM spent WHERE day = ?", [self.today()]))

    def requests(self) -> int:
        """How many calls were booked so far, over all days."""
        return int(self.db.value("SELECT count(*) FROM spent"))

    def total(self) -> int:
        """Units booked so far, over all days."""
        return int(self.db.value("SELECT coalesce(sum(units), 0) FROM spent"))

    def left(self) -> int:
        """Units that may still be booked today."""
        if self.db.value("SELECT count(*) FROM exhausted WHERE day = ?", [self.today()]):
            return 0
        return max(0, self.daily_units - self.spent())

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
