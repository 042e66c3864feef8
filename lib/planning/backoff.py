"""How fast a push writes, and how it waits: a distance between writes after a rate refusal, full-jitter backoff, short naps.

The backoff is that of Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): any time between
nothing and the cap, so that what failed together does not come again together.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

BASE_SECONDS, CAP_SECONDS = 1.0, 60.0
NAP_SECONDS = 1.0
"""Nobody who cancels waits longer than this for an answer."""


class Pace:
    """The distance that later writes keep: none when all is quiet, 1 s to 60 s after YouTube asked for less haste."""

    def __init__(self, sleep: Callable[[float], None], chance: Random, nap: Callable[[], None] = lambda: None) -> None:
        """`nap` is called between two slices of a long sleep and may raise to end it."""
        self._sleep, self._chance, self._nap = sleep, chance, nap
        self.distance = 0.0

    def before_write(self, attempts: int) -> None:
        """Keep the distance, and before another attempt the backoff as well. `attempts` were made already."""
        backoff = self._chance.uniform(0, min(CAP_SECONDS, BASE_SECONDS * 2**attempts)) if attempts else 0.0
        self.rest(max(self.distance, backoff))

    def too_fast(self) -> None:
        """YouTube refused for the rate: twice the distance from now on."""
        self.distance = min(CAP_SECONDS, max(BASE_SECONDS, 2 * self.distance))

    def taken(self) -> None:
        """YouTube took a write: half the distance, and none when that is little."""
        self.distance = self.distance / 2 if self.distance > BASE_SECONDS else 0.0

    def rest(self, seconds: float) -> None:
        """Sleep, in slices short enough for whoever wants to stop."""
        while seconds > 0:
            self._nap()
            self._sleep(min(seconds, NAP_SECONDS))
            seconds -= NAP_SECONDS
