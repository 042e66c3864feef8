"""Texts of the screens: untrusted text made literal, numbers with nouns, times, errors and toasts.

Titles and messages that name them may hold Markdown; an image in it would be fetched from its author's server. So they
are shown by `st.text` and in tables, and where only a Markdown place will do they go through `plain`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from lib.errors import UserError, Waiting
from lib.local_time import local_time as time_in_zone

T = TypeVar("T")
K = TypeVar("K")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_REPLACED = re.compile(
    r"(?<=:)(?=//|[-+\w]+:)"  # https://, :shortcode:, :material_icon:
    r"|(?<=www)(?=\.)"
    r"|(?<=[-.+\w])(?=@)"  # a mail address
    r"|(?<=[<>~-])(?=[-=>])",  # arrows, dashes and comparisons
    re.IGNORECASE,
)
"""Where Streamlit finds links, icons and arrows in text that Markdown has already taken as literal: each place is split."""
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""The format characters that turn the direction of what follows, also of our own words behind a title."""
SPLIT = ":small[]"
"""An empty element of Streamlit's Markdown. The text on both its sides is searched apart, and it is not seen."""
_ERRORS, _TOASTS = "errors_to_show", "toasts_to_show"


def undirected(text: str) -> str:
    """The text of a stranger without the characters that would turn the direction of the words around it."""
    return _DIRECTIONS.sub("", text)


def plain(text: str) -> str:
    """The text as Markdown that Streamlit shows as it is, on one line.

    Escaping alone does not do: links, mail addresses, `:shortcodes:` and `->` are replaced after the escapes are resolved.
    """
    parts = _REPLACED.split(" ".join(undirected(text).split()))
    return SPLIT.join(_PUNCTUATION.sub(r"\\\1", part) for part in parts)


def unique_names(names: Mapping[K, str]) -> dict[K, str]:
    """The names as they are shown, numbered where they repeat: the second "Music" is "Music (2)".

    Streamlit takes the last of equal labels.
    """
    unique: dict[K, str] = {}
    taken: set[str] = set()
    for key, title in names.items():
        shown, number = undirected(title), 2
        name = shown
        while name in taken:
            name, number = f"{shown} ({number})", number + 1
        taken.add(name)
        unique[key] = name
    return unique


def duration_text(seconds: float) -> str:
    """A rough length of time, as in "20 s" and "3 min"."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def local_time(moment: datetime) -> str:
    """A moment in the zone of the browser, as in "Monday 09:00"; with the date where it is far off."""
    return time_in_zone(moment, browser_zone())


def in_local_zone(moment: datetime) -> datetime:
    """The moment in the zone of the browser; in that of this machine where the browser has told none."""
    return moment.astimezone(browser_zone())


def browser_zone() -> ZoneInfo | None:
    """The time zone of the browser; None, which stands for that of this machine, where it has told none."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def show_error(error: UserError) -> None:
    """One error in a box: what happened, and the next step."""
    error = error.in_zone(browser_zone())
    box, icon = (
        (st.warning, ":material/pause_circle:") if isinstance(error, Waiting) else (st.error, ":material/error:")
    )
    box("  \n".join(plain(part) for part in (error.message, error.next_step) if part), icon=icon)


def attempt(action: Callable[[], T], done: str | Callable[[T], str] = "") -> T | None:
    """Run an action and return its result. `done`, or what it makes of the result, is shown as a toast at the next run.

    A `UserError` is shown at the top of the next run, and None is returned.
    """
    try:
        result = action()
    except UserError as error:
        st.session_state.setdefault(_ERRORS, []).append(error)
        return None
    if text := done(result) if callable(done) else done:
        notify(text)
    return result


def notify(text: str) -> None:
    """Show a text as a toast at the next run."""
    st.session_state.setdefault(_TOASTS, []).append(text)


def show_notices() -> None:
    """Show the errors and toasts kept by `attempt` and `notify` since the last run."""
    for error in st.session_state.pop(_ERRORS, []):
        show_error(error)
    for text in st.session_state.pop(_TOASTS, []):
        st.toast(plain(text), icon=":material/check:")
