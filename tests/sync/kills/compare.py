"""What the processes of one run did and left, and how that differs from a run that nobody disturbed.

Item and playlist ids differ between runs, so what is compared is videos in their order under the titles of playlists.
"""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sync.kills.server import Tape

_JUST_BEFORE_SENDING = ("before commit", "after commit", "before POST", "before PUT", "before DELETE")
"""A process that dies at one of these has written `sent`, and the request may never have left."""
_OPEN = ("planned", "sent", "unknown")


@dataclass(slots=True)
class Run:
    """What the processes of one run did, in their order; `read` takes it from the files they left.

    `asked` is what a person was asked about though it was approved, `arrived` are the server's requests, `states` every state of the account, `starts` what each process found in the
    journal and how many requests had arrived by then, `where` the steps at which processes were killed.
    """

    home: Path
    kills: int = 0
    server_kills: int = 0
    killed: bool = False
    hung: bool = False
    states: list[dict[str, Any]] = field(default_factory=list)
    arrived: list[tuple[str, ...]] = field(default_factory=list)
    units: int = 0
    where: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    starts: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    def ended(self, status: int) -> None:
        """Note how a client process ended."""
        self.killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self.hung = os.WIFSIGNALED(status) and not self.killed
        self.kills += self.killed

    def read(self) -> Run:
        """Read the tape, and what the last process said of the database."""
        for line in Tape(self.home).lines():
            self.units += line.get("units", 0)
            if "state" in line:
                self.states.append(line["state"])
            elif "arrived" in line:
                self.arrived.append(tuple(line["arrived"]))
            elif "died" in line:
                self.where.append(line["died"])
            elif line.get("approved"):
                self.asked.append(line["asked"])
            elif "start" in line:
                self.starts.append((len(self.arrived), line["start"]))
        with suppress(FileNotFoundError):
            self.report = json.loads((self.home / "report.json").read_text())
        return self

    def writes(self, begin: int = 0, end: int | None = None) -> Counter[tuple[str, ...]]:
        """The writes among these requests, each with how often it arrived."""
        return Counter(one for one in self.arrived[begin:end] if one[0] != "GET")


def differences(undisturbed: Run, found: Run) -> Iterator[str]:
    """Sentences on everything that is not as in the undisturbed run; none where the kills left no trace."""
    if found.hung or "trouble" in found.report or not found.report.get("finished"):
        yield f"it came to no end: {found.report.get('trouble') or found.report.get('said') or 'it hung or said nothing'}"
        return
    for check in (_youtube, _base, _database, _journal, _claims, _attempts, _nowhere, _ledger, _approval, _again):
        yield from (f"{check.__name__[1:]}: {line}" for line in check(undisturbed, found))


def _youtube(undisturbed: Run, found: Run) -> Iterator[str]:
    """YouTube holds the same videos in the same order in playlists of the same titles."""
    yield from _unlike(_by_title(undisturbed.states[-1]), _by_title(found.states[-1]))


def _base(undisturbed: Run, found: Run) -> Iterator[str]:
    """Base is what YouTube holds, to the item id; but for what is held back, which stays as it was."""
    base: dict[str, list[Any]] = {row[0]: [*row[1:], []] for row in found.report["playlists"]}
    for playlist_id, *item in found.report["items"]:
        if playlist_id in base:
            base[playlist_id][3].append(item)
    held_back = {row[0] for row in found.report["held_back"]}
    truth = {key: one for key, one in found.states[-1].items() if key not in held_back}
    yield from _unlike(sorted(truth.items()), sorted((key, one) for key, one in base.items() if key not in held_back))


def _database(undisturbed: Run, found: Run) -> Iterator[str]:
    """The rest of the database: the edits all fulfilled, the pushes done, the same videos, decisions and doubts."""
    for table in ("edits", "pushes", "videos", "held_back", "decisions", "roles", "kept_items"):
        yield from (f"{table}: {line}" for line in _unlike(undisturbed.report[table], found.report[table]))
    pending = [row for row in found.report["edits"] if row[1] == "pending"]
    if pending:
        yield f"edits still wait: {pending}"
    if {row[1] for row in found.report["pushes"]} - {"done", "undone"}:
        yield f"a push is not done: {found.report['pushes']}"


def _journal(undisturbed: Run, found: Run) -> Iterator[str]:
    """No operation is open, and the same ones were carried out."""
    open_ones = [row for row in found.report["operations"] if row[2] in _OPEN]
    if open_ones:
        yield f"operations are open: {open_ones}"
    yield from _unlike(_carried_out(undisturbed), _carried_out(found))


def _claims(undisturbed: Run, found: Run) -> Iterator[str]:
    """Every item that ever came to be on YouTube is claimed by exactly one insert, every playlist by one creation."""
    for kind, ids in (("insert", _items), ("create", set)):
        before = ids(found.states[0])
        made = Counter(set().union(*(ids(state) for state in found.states)) - before)
        rows = found.report["operations"]
        claimed = Counter(row[7] for row in rows if row[1] == kind and row[7] and row[7] not in before)
        if made != claimed:
            yield f"{kind}: made on YouTube {sorted(made)}, claimed {sorted(claimed.elements())}"


def _attempts(undisturbed: Run, found: Run) -> Iterator[str]:
    """One request for each attempt in the journal; a kill between `sent` and the sending leaves one that never left."""
    unsent: Counter[tuple[str, ...]] = Counter()
    known = _sent(found.starts[0][1])
    for number, (arrived, start) in enumerate(found.starts):
        now = _sent(start)
        now.subtract(known)
        now.subtract(found.writes(0, arrived))
        more = Counter({key: times for key, times in now.items() if times})
        more.subtract(unsent)
        new = {key: times for key, times in more.items() if times}
        died = found.where[number - 1] if 0 < number <= len(found.where) else ""
        if new and not (list(new.values()) == [1] and died.startswith(_JUST_BEFORE_SENDING)):
            yield f"start {number} after {died!r}: attempts less requests are {new}"
        unsent = Counter({key: times for key, times in now.items() if times})
    at_end = _sent(found.report)
    at_end.subtract(known)
    at_end.subtract(found.writes())
    if (rest := {key: times for key, times in at_end.items() if times}) != dict(unsent):
        yield f"at the end attempts less requests are {rest}, not {dict(unsent)}"


def _nowhere(undisturbed: Run, found: Run) -> Iterator[str]:
    """At no moment are there fewer copies of a video than both before and after: nothing is gone that was not to go."""
    least = _copies(undisturbed.states[0]) & _copies(undisturbed.states[-1])
    for number, state in enumerate(found.states):
        if missing := least - _copies(state):
            yield f"state {number} of the account lacks {dict(missing)}"


def _ledger(undisturbed: Run, found: Run) -> Iterator[str]:
    """The ledger never counts fewer units than YouTube."""
    booked = found.report["units"][0][0] - found.starts[0][1]["units"]
    if booked < found.units:
        yield f"{booked} units booked, {found.units} spent"


def _approval(undisturbed: Run, found: Run) -> Iterator[str]:
    """What was approved once goes on without a question."""
    if found.asked and not found.server_kills:  # a server that does not answer is a reason to say so
        yield f"asked again, though it was approved: {found.asked}"


def _again(undisturbed: Run, found: Run) -> Iterator[str]:
    """Doing it once more writes nothing."""
    if found.report["writes_again"]:
        yield f"doing it again sent {found.report['writes_again']} writes"


def _by_title(state: dict[str, Any]) -> list[Any]:
    return sorted([*facts, [item[1:3] for item in items]] for *facts, items in state.values())


def _carried_out(run: Run) -> list[Any]:
    """What was done, without ids: kind, state, video, title, and how often."""
    rows = [row for row in run.report["operations"] if row[2] in ("done", "undone")]
    return sorted(([row[0], row[1], row[2], row[4] or "", row[6] or ""] for row in rows), key=str)


def _items(state: dict[str, Any]) -> set[str]:
    return {item[0] for *_, items in state.values() for item in items}


def _copies(state: dict[str, Any]) -> Counter[str]:
    return Counter(item[1] for *_, items in state.values() for item in items)


def _sent(report: dict[str, Any]) -> Counter[tuple[str, ...]]:
    return Counter({tuple(key): times for *key, times in report["attempts"]})


def _unlike(expected: Sequence[Any], found: Sequence[Any]) -> Iterator[str]:
    """What is missing and what is too much, where two lists of rows differ."""
    if expected != found:
        missing, extra = [row for row in expected if row not in found], [row for row in found if row not in expected]
        yield f"missing {missing or 'nothing'}, too much {extra or 'nothing'}" + (
            "" if missing or extra else ", repeated otherwise"
        )
