"""The day's units: 10,000 for everything, and 100 searches in a purse of their own. Both come back at midnight Pacific time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lib.demo import refusals

PACIFIC = ZoneInfo("America/Los_Angeles")
READ, WRITE, SEARCH = 1, 50, 1


class Ledger:
    """Counts what the requests of a day cost; an invalid request costs its full price too."""

    def __init__(
        self, daily_units: int = 10_000, daily_searches: int = 100, daily_playlists: int | None = None
    ) -> None:
        self.daily_units = daily_units
        self.daily_searches = daily_searches
        self.daily_playlists = daily_playlists
        self._day: date | None = None
        self.spent = self.searches = self.new_playlists = 0

    def charge(self, units: int, now: datetime) -> None:
        """Takes the price of a request. Raises `Refused` 403 `quotaExceeded` when the day has less than that left."""
        self._turn(now)
        if self.spent + units > self.daily_units:
            raise refusals.quota_exceeded()
        self.spent += units

    def charge_search(self, now: datetime) -> None:
        """Takes one search. Raises `Refused` 429 when none is left."""
        self._turn(now)
        if self.searches >= self.daily_searches:
            midnight = now.astimezone(PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
            raise refusals.searches_exceeded(self.daily_searches, int(midnight.timestamp()))
        self.searches += 1

    def count_new_playlist(self) -> None:
        """Counts a creation. Raises `Refused` 429 for one too many, where a limit is set."""
        if self.daily_playlists is not None and self.new_playlists >= self.daily_playlists:
            raise refusals.too_many_playlists()
        self.new_playlists += 1

    def _turn(self, now: datetime) -> None:
        today = now.astimezone(PACIFIC).date()
        if today != self._day:
            self._day = today
            self.spent = self.searches = self.new_playlists = 0
