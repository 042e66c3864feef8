"""The 'rules' command: list, add and delete rules, look at what they would file, and let them file it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from lib.cli.command import DONE, Answer, at_most_one, calendar_day, command, is_given, whole_number, with_workspace
from lib.cli.terminal import say
from lib.ml.text.tokens import split_phrases
from lib.models import Library
from lib.planning.titles import find_playlist
from lib.rules.rules import Conditions, Rule, flaw, in_words
from lib.services.workspace import Workspace


@command("rules", "file by channel, words, length or age what the model need not guess")
@click.option("--preview", is_flag=True, help="what the rules that are on would file")
@click.option("--apply", is_flag=True, help="lay the edits for it, as one batch")
@click.option("--add", metavar="CATEGORY", help="make a rule that files into this category, by id or exact title")
@click.option("--delete", type=whole_number, metavar="ID", help="forget a rule; what it filed stays")
@click.option("--channel", default="", metavar="CHANNEL", help="condition of --add: id or title")
@click.option("--words", default="", metavar="WORDS", help="one of these is in the title, whole; quote phrases")
@click.option("--all-words", is_flag=True, help="all of them are")
@click.option("--at-least", type=whole_number, metavar="MINUTES")
@click.option("--at-most", type=whole_number, metavar="MINUTES")
@click.option("--days", type=whole_number, metavar="N", help="so long in the inbox")
@click.option("--before", type=calendar_day, metavar="YYYY-MM-DD", help="published before that day")
@click.option("--inbox", metavar="PLAYLIST", help="only from this inbox")
@click.option("--by-itself", is_flag=True, help="act after each pull without being asked")
@with_workspace
def rules(
    workspace: Workspace, /, preview: bool, apply: bool, add: str | None, delete: int | None, **conditions: Any
) -> Answer:
    """List the rules, or do one thing with them; the conditions go with `--add`, and all of them must hold.

    Raises `UserError`, and `click.UsageError` for options that do not go together.
    """
    at_most_one(preview=preview, apply=apply, add=add, delete=delete)
    if add is None and any(map(is_given, conditions.values())):
        raise click.UsageError("conditions make a rule only together with --add CATEGORY")
    if add is not None:
        rule_id = workspace.rules.save(_rule(workspace, add, **conditions)).rule_id
        return next(row for row in _list(workspace) if row["id"] == rule_id), DONE
    if delete is not None:
        workspace.rules.delete(delete)
        return {"deleted": delete}, DONE
    if apply:
        edits = workspace.rules.apply()
        say(f"{len(edits)} videos filed by rule, as copies; plan and push when you like.")
        return {"edits": len(edits)}, DONE
    return (_preview(workspace) if preview else _list(workspace)), DONE


def _rule(
    workspace: Workspace,
    category: str,
    *,
    channel: str,
    words: str,
    all_words: bool,
    at_least: int | None,
    at_most: int | None,
    days: int | None,
    before: date | None,
    inbox: str | None,
    by_itself: bool,
) -> Rule:
    library = workspace.local()
    inbox_id = find_playlist(library, inbox).playlist_id if inbox else None
    conditions = Conditions(channel.strip(), split_phrases(words), all_words, at_least, at_most, days, before, inbox_id)
    return Rule(0, conditions, find_playlist(library, category).playlist_id, by_itself=by_itself)


def _list(workspace: Workspace) -> list[dict[str, Any]]:
    situation = workspace.rules.situation()
    files = Counter(rule.rule_id for rule in workspace.rules.answers(situation).values())
    names = workspace.rules.names(situation)
    return [_row(rule, files[rule.rule_id], situation.library, names) for rule in workspace.rules.all()]


def _row(rule: Rule, files: int, library: Library, names: Mapping[str, str]) -> dict[str, Any]:
    category = library.playlists.get(rule.playlist_id)
    return {
        "id": rule.rule_id,
        "rule": in_words(rule.conditions, names),
        "to": rule.playlist_id,
        "to_title": category.title if category else rule.title,
        "on": rule.enabled,
        "by_itself": rule.by_itself,
        "files": files,
        "problem": flaw(rule, library),
    }


def _preview(workspace: Workspace) -> list[dict[str, Any]]:
    situation = workspace.rules.situation()
    return [
        {
            "rule": rule.rule_id,
            "video_id": video_id,
            "title": situation.videos[video_id].title,
            "to": rule.playlist_id,
            "to_title": situation.library.playlists[rule.playlist_id].title,
        }
        for video_id, rule in workspace.rules.answers(situation).items()
    ]
