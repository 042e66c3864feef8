"""The command line: the same flows as the screens, for cron, for scripts and for tests.

With `--json` one JSON document goes to standard output and nothing else; progress and messages go to standard error.
Exit 0: done. 1: failed, with one sentence and the next step. 2: usage. 3: it waits for the user.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lib.cli import rules
from lib.cli.search import add_options, search_rows, words_of_search
from lib.cli.terminal import PROGRAM, plain, progress, say, say_questions, show
from lib.errors import GuardTripped, NotSignedIn, QuotaExceeded, UserError, Waiting
from lib.models import Edit, Role
from lib.planning.conflicts import conflict_rows
from lib.planning.orphans import orphan_row
from lib.services.workspace import Workspace
from lib.settings import Settings, read_settings
from lib.store.edits import find_playlist
from lib.sync.push import PushReport

DONE, FAILED, WAITS = 0, 1, 3
PUSH_KEYS = ["push_id", "state", "done", "left", "failed", "units", "resumes_at", "conflicts", "verified", "orphans"]
Answer = tuple[Any, int]
"""What a command has to say, as JSON-ready values, and its exit code."""
_Command = Callable[[str, Callable[..., Answer], str], argparse.ArgumentParser]
"""Adds one command: its name, what runs it and what it is about."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(words_of_search(arguments) if list(arguments[:1]) == ["search"] else arguments)
    try:
        settings = read_settings()
        if options.command in ("demo", "sign-in"):
            answer, code = options.run(settings, options)
        else:
            with closing(Workspace(settings)) as workspace:
                answer, code = options.run(workspace, options)
    except UserError as error:
        say(str(error))
        if options.json:
            print(json.dumps({"error": error.message, "next_step": error.next_step}))
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted. What was finished is kept; run the same command again to go on.")
        return FAILED
    if options.json:
        print(json.dumps(answer, default=plain, ensure_ascii=False, indent=None))
    else:
        show(answer)
    return int(code)


# -- commands, in the order of a first session -----------------------------------------------------------------------


def _pull(workspace: Workspace, options: argparse.Namespace) -> Answer:
    report = workspace.pull(full=options.full, accept=options.accept, progress=progress)
    if report.ruled:
        say(f"Filed by your rules, as copies: {report.ruled}. List them with edits, then plan and push.")
    for one in report.held_back:
        say(f"Held back: {one.reason} Look on YouTube; to believe it: pull --accept {one.playlist_id}")
    held_back = [{"playlist": one.playlist_id, "reason": one.reason} for one in report.held_back]
    return asdict(report) | {"held_back": held_back}, WAITS if held_back else DONE


def _topics(workspace: Workspace, options: argparse.Namespace) -> Answer:
    if options.list:
        members = workspace.findings.members()
        return [asdict(one) | {"videos": members.get(one.topic, [])} for one in workspace.findings.topics()], DONE
    report = workspace.analyse(method=options.method, k=options.k, redraw=options.redraw, progress=progress)
    say(f"Topics: {report.changes}.")
    return {key: value for key, value in asdict(report).items() if key != "changes"}, DONE


def _suggestions(workspace: Workspace, options: argparse.Namespace) -> Answer:
    titles = workspace.filing.categories()
    return [
        {
            "video_id": one.video_id,
            "from": list(one.from_playlists),
            "to": one.to_playlist,
            "to_title": titles.get(one.to_playlist, ""),
            "confidence": round(one.confidence, 4),
            "sure": one.sure,
            "why": one.why,
        }
        for one in workspace.ruling.unanswered(workspace.findings.suggestions())
    ], DONE


def _edit(workspace: Workspace, options: argparse.Namespace) -> Answer:
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{options.file} cannot be read as a CSV in UTF-8.", "Check the path, and save the file as UTF-8."
        ) from error
    accepted, rejected = workspace.filing.edit_file(text, create=options.create, partial=options.partial)
    for one in rejected:
        say(f"Line {one.line}: {one.reason}")
    if rejected and not options.partial:
        say("Nothing was stored. Correct the lines, or store the good ones with --partial.")
    return {
        "accepted": accepted,
        "rejected": [asdict(one) for one in rejected],
    }, FAILED if rejected and not options.partial else DONE


def _inbox(workspace: Workspace, options: argparse.Namespace) -> Answer:
    role = Role.CATEGORY if options.category else Role.INBOX
    return {"inbox": workspace.give_role(options.playlists, role)}, DONE


def _tidy(workspace: Workspace, options: argparse.Namespace) -> Answer:
    library, filing = workspace.catalog.library(), workspace.filing
    inboxes = [find_playlist(library, name).playlist_id for name in options.playlists] or list(filing.tidyable())
    laid = filing.tidy(inboxes)
    left = sum(len(filing.local().playlists[inbox].items) for inbox in set(inboxes))
    if not laid:
        say("Nothing to tidy: no video of these inboxes stands in a category on YouTube yet.")
    return {"edits": len(laid), "left": left}, DONE


def _edits(workspace: Workspace, options: argparse.Namespace) -> Answer:
    if options.take_back is not None:
        return {"taken_back": workspace.filing.take_back([options.take_back])}, DONE
    if options.star is not None:
        return {"starred": workspace.edits.star([options.star])}, DONE
    if options.unstar is not None:
        return {"unstarred": workspace.edits.star([options.unstar], False)}, DONE
    return [_edit_row(edit) for edit in workspace.edits.pending()], DONE


def _plan(workspace: Workspace, options: argparse.Namespace) -> Answer:
    plan, orphans = workspace.plan(), [orphan_row(one) for one in workspace.orphans()]
    for guard in plan.guards:
        say(f"{guard.what} Pushing will need --confirm {plan.confirm_count}.")
    for note in plan.notes:
        say(note)
    say_questions(conflict_rows(plan), orphans)
    if not (plan.operations or plan.conflicts or orphans):
        say("Nothing to do: YouTube already is as you wish.")
    return {
        "plan_id": plan.plan_id,
        "operations": [
            {"kind": op.kind, "playlist": op.playlist_id, "video_id": op.video_id, "units": op.units}
            for op in plan.operations
        ],
        "units": plan.units,
        "units_naive": plan.units_naive,
        "days": len(plan.calendar),
        "calendar": [{"date": d.day, "units": d.units, "playlists": list(d.playlists)} for d in plan.calendar],
        "conflicts": conflict_rows(plan),
        "guards": [{"id": g.guard_id, "what": g.what, "count": g.count} for g in plan.guards],
        "irreversible": list(plan.irreversible),
        "notes": list(plan.notes),
        "orphans": orphans,
    }, DONE


def _resolve(workspace: Workspace, options: argparse.Namespace) -> Answer:
    choice = " ".join(options.choice)
    message = workspace.resolve(options.conflict, choice, progress)
    say(message)
    return {"id": options.conflict, "choice": choice, "message": message}, DONE


def _push(workspace: Workspace, options: argparse.Namespace) -> Answer:
    if not options.yes:
        raise Waiting("Nothing was sent: a push needs --yes.", "Look at the plan first, then run: push --yes")
    try:
        report = workspace.push(
            plan_id=options.plan, confirm=options.confirm, max_units=options.max_units, progress=progress
        )
    except Waiting as reason:
        report = _not_begun(workspace, reason)
    if report.message:
        say(report.message)
    say_questions(report.conflicts, report.orphans)
    answer = {key: value for key, value in asdict(report).items() if key in PUSH_KEYS}
    return answer, _exit_code(report)


def _exit_code(report: PushReport) -> int:
    """3 where a choice, a typed number, a sign-in or patience helps; 1 for what failed and for want of the network."""
    if report.state == "failed" or report.reason == "network":
        return FAILED
    return DONE if report.state == "done" else WAITS


def _not_begun(workspace: Workspace, reason: Waiting) -> PushReport:
    """The report of a push that waits for the user or for quota before its first write."""
    plan, open_push = workspace.plan(), workspace.journal.open_push()
    if isinstance(reason, GuardTripped):
        say(f"To allow it: {PROGRAM} push --yes --plan {plan.plan_id} --confirm {reason.count}")
    if isinstance(reason, NotSignedIn):
        say(f"To sign in: {PROGRAM} sign-in --write")
    return PushReport(
        push_id=open_push.push_id if open_push else None,
        state="paused" if isinstance(reason, QuotaExceeded) else "waiting",
        left=len(plan.operations),
        resumes_at=reason.resets_at if isinstance(reason, QuotaExceeded) else None,
        conflicts=conflict_rows(plan),
        message=str(reason),
    )


def _undo(workspace: Workspace, options: argparse.Namespace) -> Answer:
    laid, sentences = workspace.undo(options.push_id)
    for sentence in sentences:
        say(sentence)
    return {"edits": len(laid), "irreversible": sentences}, DONE


def _search(workspace: Workspace, options: argparse.Namespace) -> Answer:
    return search_rows(workspace, options), DONE


def _export(workspace: Workspace, options: argparse.Namespace) -> Answer:
    return {"path": str(options.path), "rows": workspace.export(options.path)}, DONE


def _status(workspace: Workspace, options: argparse.Namespace) -> Answer:
    return workspace.status(), DONE


def _demo(settings: Settings, options: argparse.Namespace) -> Answer:
    from lib.demo.server import serve

    say(f"Starting the demo YouTube on http://127.0.0.1:{options.port}; stop it with Ctrl+C.")
    serve(options.port)
    return {"port": options.port}, DONE


def _sign_in(settings: Settings, options: argparse.Namespace) -> Answer:
    from lib.youtube.auth import SignIn

    sign_in = SignIn(settings, write=options.write)
    say("A page of Google opens in your browser. Where none does, its address is:")
    say(sign_in.address())
    sign_in.wait()
    return {"signed_in": True, "write": options.write}, DONE


# -- the parser ------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., Answer], about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.add_argument("--json", action="store_true", help="print one JSON document")
        one.set_defaults(run=run)
        return one

    _add_reading(command)
    _add_wishing(command)
    _add_writing(command)
    _add_others(command)
    return parser


def _add_reading(command: _Command) -> None:
    one = command("pull", _pull, "read the library from YouTube")
    one.add_argument("--full", action="store_true", help="read every playlist again")
    one.add_argument(
        "--accept", action="append", default=[], metavar="PLAYLIST", help="believe a listing that was held back"
    )
    one = command("topics", _topics, "embed, map, cluster and suggest")
    one.add_argument("--method", choices=("hdbscan", "kmeans"), help="as the last time unless it is given")
    one.add_argument("--k", type=int, help="how many topics k-means makes")
    one.add_argument("--redraw", action="store_true", help="draw the map anew; every video may move")
    one.add_argument("--list", action="store_true", help="list the topics there are")
    command("suggestions", _suggestions, "where videos belong: unfiled ones first, then misfits")


def _add_wishing(command: _Command) -> None:
    one = command("edit", _edit, "lay the edits of a CSV: video_id,from_playlist,to_playlist")
    one.add_argument("file", type=Path)
    one.add_argument("--create", action="store_true", help="make unknown titles new categories")
    one.add_argument("--partial", action="store_true", help="store the good lines of a file with bad ones")
    one = command("inbox", _inbox, "mark playlists as inbox")
    one.add_argument("playlists", nargs="+", metavar="PLAYLIST", help="id or exact title")
    one.add_argument("--category", action="store_true", help="mark them as categories instead")
    one = command("tidy", _tidy, "lay edits that take out of inboxes what stands in a category already")
    one.add_argument("playlists", nargs="*", metavar="PLAYLIST", help="id or exact title; every inbox by default")
    rules.add_arguments(command("rules", rules.run, rules.ABOUT))
    one = command("edits", _edits, "the edits that wait")
    act = one.add_mutually_exclusive_group()
    act.add_argument("--take-back", type=int, metavar="ID", help="withdraw one")
    act.add_argument("--star", type=int, metavar="ID", help="let one go first")
    act.add_argument("--unstar", type=int, metavar="ID", help="let one wait its turn again")


def _add_writing(command: _Command) -> None:
    command("plan", _plan, "what a push would do, cost and finish when; sends nothing")
    one = command("resolve", _resolve, "answer a question of the plan or the push")
    one.add_argument("conflict", metavar="CONFLICT", help="its id")
    one.add_argument("choice", nargs="+", metavar="CHOICE", help="one of its choices, or its number")
    one = command("push", _push, "carry the plan out on YouTube")
    one.add_argument("--yes", action="store_true", help="really send")
    one.add_argument("--plan", metavar="PLAN_ID", help="only if this still is the plan")
    one.add_argument("--confirm", type=int, metavar="N", help="the number a guard asks for")
    one.add_argument("--max-units", type=int, metavar="N", help="pause before spending more")
    one = command("undo", _undo, "lay the edits that take a push back")
    one.add_argument("push_id", nargs="?", type=int, metavar="PUSH_ID", help="the last push by default")


def _add_others(command: _Command) -> None:
    add_options(command("search", _search, "find videos by meaning and by word"))
    one = command("export", _export, "write the library as CSV")
    one.add_argument("path", type=Path)
    command("status", _status, "where things stand")
    one = command("demo", _demo, "serve the demo YouTube on this machine until stopped")
    one.add_argument("--port", type=int, default=8901)
    one = command("sign-in", _sign_in, "connect YouTube with client_secret.json in the data folder")
    one.add_argument("--write", action="store_true", help="allow writing too")


# -- rows --------------------------------------------------------------------------------------------------------------


def _edit_row(edit: Edit) -> dict[str, Any]:
    row = {"id": edit.edit_id, "kind": edit.kind, "made_at": edit.made_at, "video_id": edit.video_id}
    ends = {"from": edit.from_playlist, "to": edit.to_playlist}
    return row | ends | {"title": edit.title, "decided_by": edit.decided_by}
