"""The command line: the same flows as the screens, for cron, for scripts and for tests.

With `--json` one JSON document goes to standard output and nothing else; progress and messages go to standard error.
Exit 0: done. 1: failed, with one sentence and the next step. 2: usage. 3: it waits for the user.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from lib.cli.command import CONTEXT, FAILED, JSON_OPTION, USAGE, Answer, Command, full_name, json_option
from lib.cli.demo import demo
from lib.cli.edit import edit
from lib.cli.edits import edits
from lib.cli.export import export
from lib.cli.inbox import inbox
from lib.cli.plan import plan
from lib.cli.pull import pull
from lib.cli.push import push
from lib.cli.resolve import resolve
from lib.cli.rules import rules
from lib.cli.search import search
from lib.cli.sign_in import sign_in
from lib.cli.status import status
from lib.cli.suggestions import suggestions
from lib.cli.terminal import PROGRAM, plain, say, show
from lib.cli.tidy import tidy
from lib.cli.topics import topics
from lib.cli.undo import undo
from lib.errors import UserError

COMMANDS: tuple[Command, ...] = (
    pull,
    topics,
    suggestions,
    edit,
    inbox,
    tidy,
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


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    as_json = _wants_json(arguments)
    try:
        answer, code = _run(arguments)
    except click.exceptions.Exit as end:  # of --help
        return end.exit_code
    except click.UsageError as error:
        _say_usage(error)
        return USAGE
    except UserError as error:
        say(str(error))
        if as_json:
            print(json.dumps({"error": error.message, "next_step": error.next_step}))
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted. What was finished is kept; run the same command again to go on.")
        return FAILED
    if as_json:
        print(json.dumps(answer, default=plain, ensure_ascii=False))
    else:
        show(answer)
    return code


def _run(arguments: Sequence[str]) -> Answer:
    group = command_line()
    with group.make_context(PROGRAM, list(arguments)) as context:
        answer: Answer = group.invoke(context)
        return answer


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether `--json`, in full or abbreviated, is among the words before "--"."""
    words = arguments[: list(arguments).index("--")] if "--" in arguments else arguments
    return any(len(word) > len("--") and JSON_OPTION.startswith(word) for word in words)


def _say_usage(error: click.UsageError) -> None:
    if error.ctx:
        say(error.ctx.get_usage())
    say(f"{error.ctx.command_path if error.ctx else PROGRAM}: error: {error.format_message()}")
