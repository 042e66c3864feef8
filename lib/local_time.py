"""Moments in words: one form for the screens and the command line, in the time zone of whoever reads it."""

from __future__ import annotations

from datetime import datetime, tzinfo

NEAR_DAYS = 6
"""So many days off a weekday still says which day is meant."""


def local_time(moment: datetime, zone: tzinfo | None = None) -> str:
    """A moment as in "Monday 09:00", with the date where it is more than `NEAR_DAYS` off.

    `moment` has a time zone. `zone` is that of the reader; without it the zone of this machine is taken.
    """
    far = abs((moment - datetime.now(moment.tzinfo)).days) > NEAR_DAYS
    return moment.astimezone(zone).strftime("%d %B %Y, %H:%M") if far else weekday_time(moment, zone)


def weekday_time(moment: datetime, zone: tzinfo | None = None) -> str:
    """The same for a moment that is known to be near, whatever this machine's clock says."""
    return moment.astimezone(zone).strftime("%A %H:%M")
