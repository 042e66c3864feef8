"""Numbers and days on the command line: what cannot be meant is a usage error, not a question to the database."""

from __future__ import annotations

import math
from datetime import date

import click

LARGEST = 2**31 - 1
"""The largest number that the database keeps as an INTEGER."""


def whole(text: str, least: int = 0, most: int = LARGEST) -> int:
    """A whole number within these bounds. Raises `click.BadParameter`."""
    try:
        number = int(text)
    except ValueError:  # also for more digits than Python reads
        number = least - 1
    if not least <= number <= most:
        upper = "up" if most == LARGEST else f"to {most}"
        raise click.BadParameter(f"{text!r} is no whole number from {least} {upper}")
    return number


def count(text: str) -> int:
    """How many there may be: 1 or more. Raises `click.BadParameter`."""
    return whole(text, least=1)


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose. Raises `click.BadParameter`."""
    return whole(text, most=65_535)


def minutes(text: str) -> float:
    """A length in minutes, 0 or more. Raises `click.BadParameter`."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not math.isfinite(number) or not 0 <= number <= LARGEST / 60:
        raise click.BadParameter(f"{text!r} is no number of minutes from 0 up")
    return number


def day(text: str) -> date:
    """A day of the calendar. Raises `click.BadParameter`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day such as 2024-05-31") from None
