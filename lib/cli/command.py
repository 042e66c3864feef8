"""What all commands share: how their arguments are read, the workspace they work on, and what they answer.

A command is a function that returns an `Answer`, decorated with `command` and, unless it needs no library, with
`with_workspace`:

    @command("status", "where things stand")
    @with_workspace
    def status(workspace: Workspace) -> Answer:
        return workspace.status(), DONE
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import click

from lib.services.workspace import Workspace
from lib.settings import read_settings

DONE, FAILED, USAGE, WAITS = 0, 1, 2, 3
Answer = tuple[Any, int]
"""What a command answers, as JSON-ready values, and its exit code."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 120}
JSON_OPTION = "--json"
_Options = ParamSpec("_Options")
_NEGATIVE_NUMBER = re.compile(r"-\d+$|-\d*\.\d+$")


class Command(click.Command):
    """A command that reads its arguments as `argparse` does, which scripts rely on.

    Options and arguments come in any order, a long option may be abbreviated as long as only one fits, a negative number
    is an argument, and an option is never the value of another one.
    """

    takes_exclusions = False
    """Whether a word behind a single dash is an argument: the "-word" of a search."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the options first and the arguments behind "--", then parse. Raises `click.UsageError`."""
        return super().parse_args(ctx, self._options_first(ctx, args))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help, with a small letter as everything else is written here."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="usage: ")

    def _options_first(self, ctx: click.Context, words: Sequence[str]) -> list[str]:
        takes_value = _long_options(self.get_params(ctx))
        options, arguments, waiting = list[str](), list[str](), deque(words)
        while waiting:
            word = waiting.popleft()
            if word == "--":
                arguments += waiting
                break
            if word.startswith("--"):
                name, equals, value = word.partition("=")
                name = full_name(name, takes_value, ctx)
                if takes_value.get(name) and not equals:
                    equals, value = "=", _value_of(name, waiting, takes_value, ctx)
                options.append(name + equals + value)
            elif self._is_argument(word):
                arguments.append(word)
            else:
                options.append(word)
        return [*options, "--", *arguments]

    def _is_argument(self, word: str) -> bool:
        exclusion = self.takes_exclusions and word != "-h"
        return not word.startswith("-") or word == "-" or " " in word or exclusion or bool(_NEGATIVE_NUMBER.match(word))


def full_name(name: str, names: Iterable[str], ctx: click.Context) -> str:
    """The long option that this name stands for, in full or abbreviated; an unknown one as it is.

    Raises `click.UsageError` where several options begin like that.
    """
    matches = [option for option in names if option.startswith(name)]
    if name in matches or not matches:
        return name
    if len(matches) > 1:
        raise click.UsageError(f"ambiguous option: {name} could match {', '.join(matches)}", ctx)
    return matches[0]


def _long_options(parameters: Iterable[click.Parameter]) -> dict[str, bool]:
    """The names of the long options, and whether each takes a value."""
    options = [parameter for parameter in parameters if isinstance(parameter, click.Option)]
    return {name: not option.is_flag for option in options for name in option.opts if name.startswith("--")}


def _value_of(option: str, waiting: deque[str], options: Iterable[str], ctx: click.Context) -> str:
    """The next word. Raises `click.UsageError` where there is none, or where it is an option itself."""
    if not waiting or waiting[0] in options or waiting[0] == "--":
        raise click.UsageError(f"argument {option}: expected one argument", ctx)
    return waiting.popleft()


def command(name: str, about: str, cls: type[Command] = Command) -> Callable[[Callable[..., Answer]], Command]:
    """Make a command of a function: `about` is its help, and `--json` is understood. See `lib.cli.main`."""

    def decorate(function: Callable[..., Answer]) -> Command:
        """The command of this function, with `--json` as its first option."""
        made = click.command(name, cls=cls, help=about, short_help=about, context_settings=CONTEXT)(function)
        made.params.insert(0, json_option())
        return made

    return decorate


def json_option() -> click.Option:
    """The option itself. `lib.cli.main` looks for it in the words of the line, so that usage errors know of it too."""
    return click.Option([JSON_OPTION], is_flag=True, expose_value=False, help="print one JSON document")


def with_workspace(function: Callable[Concatenate[Workspace, _Options], Answer]) -> Callable[_Options, Answer]:
    """Open the workspace of this environment for a command, and close it behind it."""

    @wraps(function)
    def opened(*args: _Options.args, **kwargs: _Options.kwargs) -> Answer:
        """Run the command with a workspace that is closed afterwards."""
        with closing(Workspace(read_settings())) as workspace:
            return function(workspace, *args, **kwargs)

    return opened


def is_given(value: object) -> bool:
    """Whether the value of an option is another one than it has where it is left out."""
    return value is not None and value is not False and value != ""


def at_most_one(**options: object) -> None:
    """Raises `click.UsageError` where more than one of these options, by their names in Python, was given."""
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if is_given(value)]
    if len(given) > 1:
        raise click.UsageError(f"argument {given[1]}: not allowed with argument {given[0]}")


LARGEST = 2**31 - 1
"""The largest number that the database keeps as an INTEGER."""


def whole_number(text: str, least: int = 0, most: int = LARGEST) -> int:
    """A whole number within these bounds. Raises `click.BadParameter`."""
    try:
        number = int(text)
    except ValueError:  # also for more digits than Python reads
        number = least - 1
    if not least <= number <= most:
        upper = "up" if most == LARGEST else f"to {most}"
        raise click.BadParameter(f"{text!r} is no whole number from {least} {upper}")
    return number


def positive_count(text: str) -> int:
    """How many there may be: 1 or more. Raises `click.BadParameter`."""
    return whole_number(text, least=1)


def tcp_port(text: str) -> int:
    """A TCP port; 0 lets the system choose. Raises `click.BadParameter`."""
    return whole_number(text, most=65_535)


def minutes_length(text: str) -> float:
    """A length in minutes, 0 or more. Raises `click.BadParameter`."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not math.isfinite(number) or not 0 <= number <= LARGEST / 60:
        raise click.BadParameter(f"{text!r} is no number of minutes from 0 up")
    return number


def calendar_day(text: str) -> date:
    """A day of the calendar. Raises `click.BadParameter`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day such as 2024-05-31") from None
