"""The command `rules`: list, add and delete rules, look at what they would file, and let them file it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from lib.cli.terminal import say
from lib.ml.text.tokens import phrases_in
from lib.models import Library
from lib.rules.rules import Conditions, Rule, flaw, in_words
from lib.services.workspace import Workspace
from lib.store.edits import find_playlist

ABOUT = "file by channel, words, length or age what the model need not guess"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--preview", action="store_true", help="what the rules that are on would file")
    act.add_argument("--apply", action="store_true", help="lay the edits for it, as one batch")
    act.add_argument(
        "--add", metavar="CATEGORY", help="make a rule that files into this category, by id or exact title"
    )
    act.add_argument("--delete", type=int, metavar="ID", help="forget a rule; what it filed stays")
    rule = parser.add_argument_group("conditions of --add, all of which must hold")
    rule.add_argument("--channel", default="", help="id or title")
    rule.add_argument("--words", default="", help="one of these is in the title, whole; quote phrases")
    rule.add_argument("--all-words", action="store_true", help="all of them are")
    rule.add_argument("--at-least", type=int, metavar="MINUTES")
    rule.add_argument("--at-most", type=int, metavar="MINUTES")
    rule.add_argument("--days", type=int, metavar="N", help="so long in the inbox")
    rule.add_argument("--before", type=_day, metavar="YYYY-MM-DD", help="published before that day")
    rule.add_argument("--inbox", metavar="PLAYLIST", help="only from this inbox")
    rule.add_argument("--by-itself", action="store_true", help="act after each pull without being asked")
    parser.set_defaults(misused=parser.error)


def run(workspace: Workspace, options: argparse.Namespace) -> tuple[Any, int]:
    """The answer of the command, as JSON-ready values, and its exit code.

    Raises `UserError`, and `SystemExit` for options that do not go together.
    """
    ruling = workspace.ruling
    if options.add is None and _conditioned(options):
        options.misused("conditions make a rule only together with --add CATEGORY")
    if options.add is not None:
        added = ruling.save(_rule(workspace, options)).rule_id
        return next(row for row in _list(workspace) if row["id"] == added), 0
    if options.delete is not None:
        ruling.delete(options.delete)
        return {"deleted": options.delete}, 0
    if options.apply:
        laid = ruling.apply()
        say(f"{len(laid)} videos filed by rule, as copies; plan and push when you like.")
        return {"edits": len(laid)}, 0
    return (_preview(workspace) if options.preview else _list(workspace)), 0


def _conditioned(options: argparse.Namespace) -> bool:
    """Whether any condition of a rule was given, or that it shall act by itself."""
    named = (options.channel, options.words, options.all_words, options.before, options.inbox, options.by_itself)
    return any(named) or any(one is not None for one in (options.at_least, options.at_most, options.days))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2024-05-31") from None


def _rule(workspace: Workspace, options: argparse.Namespace) -> Rule:
    library = workspace.local()
    inbox = find_playlist(library, options.inbox).playlist_id if options.inbox else None
    words, length = phrases_in(options.words), (options.at_least, options.at_most)
    asked = Conditions(options.channel.strip(), words, options.all_words, *length, options.days, options.before, inbox)
    return Rule(0, asked, find_playlist(library, options.add).playlist_id, by_itself=options.by_itself)


def _list(workspace: Workspace) -> list[dict[str, Any]]:
    situation = workspace.ruling.situation()
    files = Counter(rule.rule_id for rule in workspace.ruling.answers(situation).values())
    names = workspace.ruling.names(situation)
    return [_row(rule, files[rule.rule_id], situation.library, names) for rule in workspace.ruling.rules.all()]


def _row(rule: Rule, files: int, library: Library, names: Mapping[str, str]) -> dict[str, Any]:
    goal = library.playlists.get(rule.playlist_id)
    return {
        "id": rule.rule_id,
        "rule": in_words(rule.conditions, names),
        "to": rule.playlist_id,
        "to_title": goal.title if goal else rule.title,
        "on": rule.enabled,
        "by_itself": rule.by_itself,
        "files": files,
        "problem": flaw(rule, library),
    }


def _preview(workspace: Workspace) -> list[dict[str, Any]]:
    situation = workspace.ruling.situation()
    return [
        {
            "rule": rule.rule_id,
            "video_id": video_id,
            "title": situation.videos[video_id].title,
            "to": rule.playlist_id,
            "to_title": situation.library.playlists[rule.playlist_id].title,
        }
        for video_id, rule in workspace.ruling.answers(situation).items()
    ]
