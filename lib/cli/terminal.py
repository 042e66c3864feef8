"""Words on the terminal: answers on standard output, as JSON or for people; everything else on standard error.

What a terminal cannot show is escaped, and so is what would steer it: titles are written by others. A stream that is
closed, or whose reader went away, is no failure.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, TextIO

from lib.errors import UserError
from lib.local_time import local_time

PROGRAM = "python -m lib"

_STEERING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that are escaped: control and format characters (among them those that turn the direction of
text), halves of surrogate pairs, private ones, and separators of lines and paragraphs."""
_JOINERS = "\u200c\u200d"
"""Format characters that emoji and some scripts are written with; they steer nothing."""
_SUSPECT = re.compile(r"[^ -~]")


def prepare() -> None:
    """Make the standard streams safe to write to: closed ones go nowhere, and no letter is too much for the others.

    A closed stream's number is taken, so that no file that is opened later gets what is written to it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the end of the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(message: str) -> None:
    """One line to standard error."""
    _tell(printable(message.rstrip("\n")) + "\n")


def say_questions(conflicts: Sequence[Mapping[str, Any]], orphans: Sequence[Mapping[str, Any]]) -> None:
    """What has to be decided, each with the commands that decide it."""
    for question in (*conflicts, *orphans):
        copy = f"A write may have left a second copy of {question.get('video_id')} in {question.get('playlist')}."
        say(question.get("what") or copy)
        for number, choice in enumerate(question["choices"], 1):
            say(f"  {choice}: {PROGRAM} resolve {question['id']} {number}")


def progress(done: int, total: int, what: str) -> None:
    """A `Progress` that rewrites one line where somebody watches."""
    if sys.stderr.isatty():
        _tell(f"\r\x1b[K{printable(what)}" + (f" {done:,} of {total:,}" if total else " ..."))


def show(answer: Any) -> None:
    """An answer for people: one line a value, a blank line behind each row; moments in the zone of this machine.

    Raises `UserError` like `show_json`.
    """
    if sys.stderr.isatty():
        _tell("\r\x1b[K")
    rows = answer if isinstance(answer, list) else [answer]
    lines = [[f"{key}: {printable(_short(value))}" for key, value in row.items()] for row in rows]
    _write("".join("\n".join(row) + "\n\n" for row in lines))


def show_json(answer: Any) -> None:
    """An answer as one JSON document on one line. Raises `UserError` where standard output takes nothing more."""
    only_ascii = (sys.stdout.encoding or "ascii").lower().replace("_", "-") not in ("utf-8", "utf8")
    text = json.dumps(answer, default=plain, ensure_ascii=only_ascii)
    _write(_SUSPECT.sub(lambda match: _escaped_in_json(match[0]) if _steers(match[0]) else match[0], text) + "\n")


def printable(text: str) -> str:
    r"""The text with what would steer a terminal as \x1b, \u202e or \U000e0001."""
    return _SUSPECT.sub(lambda match: _escaped(match[0]) if _steers(match[0]) else match[0], text)


def plain(value: Any) -> Any:
    """A date or a moment as JSON has it. Raises `TypeError` for anything else."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _steers(character: str) -> bool:
    return unicodedata.category(character) in _STEERING and character not in _JOINERS


def _escaped(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _escaped_in_json(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) != 0x7F else "\\u007f"


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        rest = f" ... {len(value)} in all" if len(value) > 5 else ""
        return ", ".join(_short(entry) for entry in value[:5]) + rest
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(entry)}" for key, entry in value.items())
    if isinstance(value, datetime):
        return local_time(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _tell(text: str) -> None:
    """Write to standard error; where nobody reads it, nothing is said from there on."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        _silence(sys.stderr)


def _write(text: str) -> None:
    """Write to standard output, whole. Raises `UserError` where it takes nothing more, but not for a reader that left."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise UserError(
            f"The answer cannot be written ({error.strerror}); what was asked for is done.", "Write it somewhere else."
        ) from error


def _silence(stream: TextIO) -> None:
    """Let what is still in the buffer of a broken stream go nowhere, so that Python ends without a complaint."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
