"""The command line: the same flows as the screens, for cron, for scripts and for tests.

With `--json` one JSON document goes to standard output and nothing else; progress and messages go to standard error.
Exit 0: done. 1: failed, with one sentence and the next step. 2: usage. 3: it waits for the user.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lib.cli.command import CONTEXT, DONE, FAILED, JSON_OPTION, USAGE, Answer, Command, full_name, json_option
from lib.cli.demo import demo
from lib.cli.duplicates import duplicates
from lib.cli.edit import edit
from lib.cli.edits import edits
from lib.cli.export import export
from lib.cli.inbox import inbox
from lib.cli.interrupts import Interrupts
from lib.cli.merge import merge
from lib.cli.plan import plan
from lib.cli.pull import pull
from lib.cli.push import push
from lib.cli.resolve import resolve
from lib.cli.rules import rules
from lib.cli.search import search
from lib.cli.sign_in import sign_in
from lib.cli.split import split
from lib.cli.status import status
from lib.cli.suggestions import suggestions
from lib.cli.terminal import PROGRAM, prepare, say, show, show_json
from lib.cli.tidy import tidy
from lib.cli.topics import topics
from lib.cli.undo import undo
from lib.errors import UserError
from lib.settings import ROOT

COMMANDS: tuple[Command, ...] = (
    pull,
    topics,
    suggestions,
    edit,
    inbox,
    tidy,
    duplicates,
    merge,
    split,
    rules,
    edits,
    plan,
    resolve,
    push,
    undo,
    search,
    export,
    status,
    demo,
    sign_in,
)
"""In the order of a first session."""


class CommandGroup(click.Group):
    """All commands, listed in the order of `COMMANDS`; `--json` may stand before the command too."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Complete an abbreviated option before the command, then parse. Raises `click.UsageError`."""
        if args and args[0].startswith("--") and args[0] != "--":
            args = [full_name(args[0], (JSON_OPTION, "--help"), ctx), *args[1:]]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        formatter.write_usage(ctx.command_path, "[-h] COMMAND ...", prefix="usage: ")


def command_line() -> CommandGroup:
    """The group of all commands."""
    options: list[click.Parameter] = [json_option()]
    group = CommandGroup("lib", params=options, help=__doc__, context_settings=CONTEXT, no_args_is_help=False)
    for command in COMMANDS:
        group.add_command(command)
    return group


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: its exit code, its answer (None for a help text), and the lines on standard error."""

    code: int
    answer: Any = None
    lines: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the answer is an error, which people read on standard error."""
        return bool(self.lines)


def _failure(code: int, message: str, next_step: str, *lines: str) -> Ending:
    """An ending with an error; people read the message with its next step, unless other lines are given."""
    return Ending(code, {"error": message, "next_step": next_step}, lines or (f"{message} {next_step}".strip(),))


INTERRUPTED = _failure(FAILED, "Interrupted.", "What was finished is kept; run the same command again to go on.")


def main(arguments: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Run one command and return its exit code. `interrupts` is what has noted Ctrl+C so far."""
    prepare()
    with interrupts or Interrupts() as interrupts:
        try:
            with interrupts.allowed():
                ending = _run(arguments)
        except KeyboardInterrupt:
            ending = INTERRUPTED
        return _deliver(ending, _wants_json(arguments))


def _run(arguments: Sequence[str]) -> Ending:
    """Run one command, whatever comes of it; only `KeyboardInterrupt` gets through."""
    group = command_line()
    try:
        with group.make_context(PROGRAM, list(arguments)) as context:
            answer: Answer = group.invoke(context)
    except click.exceptions.Exit as end:  # of --help
        return Ending(end.exit_code)
    except click.UsageError as error:
        return _misused(error)
    except UserError as error:
        return _failure(error.exit_code, error.message, error.next_step)
    except BrokenPipeError:  # nobody read the help
        return Ending(DONE)
    except Exception as error:
        return _bug(error)
    return Ending(answer[1], answer[0])


def _deliver(ending: Ending, as_json: bool) -> int:
    for line in ending.lines:
        say(line)
    try:
        if as_json and ending.answer is not None:
            show_json(ending.answer)
        elif ending.answer is not None and not ending.failed:
            show(ending.answer)
    except UserError as error:
        say(str(error))
        return FAILED
    return ending.code


def _misused(error: click.UsageError) -> Ending:
    path = error.ctx.command_path if error.ctx else PROGRAM
    message = error.format_message()
    usage = error.ctx.get_usage().splitlines() if error.ctx else []
    return _failure(USAGE, message, f"See: {path} --help", *usage, f"{path}: error: {message}")


def _bug(error: Exception) -> Ending:
    """What nobody foresaw: the error itself, and where in our code it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT / "lib")]
    places = [f"{Path(frame.filename).relative_to(ROOT)}:{frame.lineno}" for frame in ours[-3:]]
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    message = f"This program made a mistake ({what}; at {', '.join(places)})."
    return _failure(FAILED, message, "What was finished is kept. Please report it with these words.")


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether `--json`, in full or abbreviated, is among the words before "--"."""
    words = arguments[: list(arguments).index("--")] if "--" in arguments else arguments
    return any(len(word) > len("--") and JSON_OPTION.startswith(word) for word in words)
