"""One push of every kind of write, over real HTTP, under any schedule of faults; and the oracle that judges how it ended.

The world is small on purpose: what counts is which request is disturbed, not how many there are.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from lib.demo.account import Account, empty_account
from lib.demo.youtube import DemoYouTube, LogEntry, Request
from lib.errors import ApiError, GuardTripped, QuotaExceeded
from lib.models import Channel, Edit, EditKind, Library, Video
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.sync.push_report import PushReport
from lib.youtube.auth import connect
from tests.demo.faults import Happening, Rule, Schedule
from tests.flows import COOKING, INBOX, METHODS, MUSIC, START, Clock, Wire, World, playlist, switchboard, video

OLD, NEW = "PL" + "o" * 32, "new:talks"
ROUNDS = 24
SILENCE_SECONDS = 1.0
"""So long the client waits for an answer: enough for a machine that is busy with other tests."""


def world_of_all() -> Account:
    """Inbox 10-13, Cooking 0-4, Music 0 twice and 7, Old 5 and 6; videos up to 29 exist."""
    account = empty_account(
        Channel("UC" + "r" * 22, "Robin"),
        {video(n): Video(video(n), f"Talk {n}", f"About {n}", "UCowner", "Owner") for n in range(30)},
    )
    own = [
        playlist(INBOX, "Inbox", range(10, 14)),
        playlist(COOKING, "Cooking", range(5)),
        playlist(MUSIC, "Music", [0, 0, 7]),
        playlist(OLD, "Old", [5, 6]),
    ]
    playlists = {one.playlist_id: one for one in own} | dict(account.playlists)
    return replace(account, playlists=playlists, created=dict.fromkeys((one.playlist_id for one in own), START))


def lay_everything(world: World) -> None:
    """Edits that take every kind of write: a move, a copy, a removal, an order, a new, a renamed and a deleted playlist."""
    world.move(10, INBOX, COOKING)
    world.copy(11, MUSIC)
    world.lay(EditKind.CREATE, to_playlist=NEW, title="Talks")
    world.move(12, INBOX, NEW)
    world.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
    seen = tuple(video(n) for n in range(5))
    world.lay(EditKind.REORDER, to_playlist=COOKING, order=tuple(video(n) for n in (3, 0, 1, 2, 4)), seen=seen)
    world.remove(0, MUSIC)
    world.move(5, OLD, COOKING)
    world.move(6, OLD, MUSIC)
    items = tuple(item.item_id or "" for item in world.shop.catalog.items_of(OLD))
    world.lay(EditKind.DELETE, from_playlist=OLD, seen=items)


@cache
def prepared() -> Path:
    """The database of that world after a first pull, with all edits laid; made once."""
    folder = TemporaryDirectory()  # removed when the process ends
    _KEPT.append(folder)
    clock, youtube = Clock(), DemoYouTube(world_of_all())
    youtube.clock = clock
    settings = Settings(Path(folder.name))
    with (
        switchboard().plugged(youtube, Wire()) as url,
        closing(Workspace(replace(settings, endpoint=url))) as workspace,
    ):
        world = World(workspace, youtube, Wire(), clock)
        world.pull()
        lay_everything(world)
    return settings.database


_KEPT: list[TemporaryDirectory[str]] = []


@dataclass
class State:
    """The account after a change, who made it, and how many requests had been logged by then."""

    account: Account
    by_person: bool
    requests: int


@dataclass
class Run:
    """One world whose push is carried through whatever happens."""

    shop: Workspace
    youtube: DemoYouTube
    clock: Clock
    schedule: Schedule
    states: list[State] = field(default_factory=list)
    reports: list[PushReport] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    acting: bool = False
    confirmed: int | None = 2

    @property
    def writes(self) -> list[LogEntry]:
        """Every write that reached the server, answered or not."""
        return [entry for entry in self.youtube.log if entry.method != "GET"]

    def became(self, account: Account) -> None:
        self.states.append(State(account, self.acting, len(self.youtube.log)))

    def meanwhile(self, change: Callable[[Account], Account]) -> Happening:
        """The person acts just before a request is answered."""

        def happening(request: Request, ask: Callable[..., object]) -> object:
            self.acting = True
            self.youtube.amend(change)
            self.acting = False
            return ask(request)

        return happening  # type: ignore[return-value]

    def push(self, confirm: int | None) -> PushReport:
        report = self.shop.pushes.push(confirm=confirm)
        self.reports.append(report)
        return report

    def carry_through(self) -> PushReport | None:
        """Push again and again until nothing moves: the last report. Time goes on between the rounds.

        The number is confirmed for the plan that was shown at the start; whoever asks again later is not answered.
        """
        confirm, before = self.confirmed, None
        for _ in range(ROUNDS):
            try:
                report = self.push(confirm)
            except GuardTripped:
                return None
            except QuotaExceeded:
                self.clock.tick(days=1)
                continue
            except ApiError:
                self.clock.tick(seconds=5)
                continue
            confirm = self.confirmed = None
            if report.resumes_at:
                self.clock.tick(days=1)
            now = (report.state, len(self.writes), self.youtube.present, self.shop.edits.count())
            if report.state == "done" or (report.state != "paused" and now == before):
                return report
            before = now
            self.clock.tick(seconds=5)
        return None


@contextmanager
def run(*rules: Rule, lag: float = 0.0) -> Iterator[Run]:
    """A fresh world with every edit laid and nothing pushed yet."""
    clock, wire = Clock(), Wire()
    youtube = DemoYouTube(world_of_all(), clock=clock, changed=lambda account: made.became(account))
    with TemporaryDirectory(dir=_fast()) as home, switchboard().plugged(youtube, wire) as url:
        settings = Settings(Path(home), endpoint=url)
        shutil.copy(prepared(), settings.database)
        with closing(Workspace(settings, now=clock, sleep=clock.sleep, chance=Random(1))) as workspace:
            keep_impatient_client(workspace)
            made = Run(workspace, youtube, clock, Schedule(list(rules)))
            made.edits = workspace.edits.pending()
            made.became(youtube.present)
            wire.rule = made.schedule
            youtube.lag = timedelta(seconds=lag)
            yield made


def keep_impatient_client(workspace: Workspace) -> None:
    """Let the workspace use one client, which waits for a silent YouTube but a moment: making one takes as long as a push here."""
    options = {"sleep": workspace.pulls.sleep, "chance": workspace.pulls.chance, "timeout": SILENCE_SECONDS}
    client = connect(workspace.settings, workspace.quota, **options)
    workspace.pulls.client = lambda: client  # type: ignore[method-assign]


def _fast() -> str | None:
    """Memory in place of the disk, where there is any: nothing here is about losing power."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def held(account: Account) -> dict[str, list[int]]:
    """The numbers of the videos of each playlist, in order, by its title."""
    return {one.title: [int(item.video_id[5:]) for item in one.items] for one in account.listed}


@cache
def undisturbed() -> tuple[dict[str, list[int]], tuple[LogEntry, ...]]:
    """What the push makes of the account when nothing happens, and its requests."""
    with run() as quiet:
        report = quiet.carry_through()
        assert report and report.state == "done", report
        return held(quiet.youtube.present), tuple(quiet.youtube.log)


# -- the oracle ------------------------------------------------------------------------------------------------------


def violations(one: Run, report: PushReport | None) -> list[str]:
    """What went wrong in a run that only faults disturbed; [] where it ended as if nothing had happened."""
    expected, _ = undisturbed()
    got = held(one.youtube.present)
    found = [f"ended as {report and (report.state, report.message)}"] if not report or report.state != "done" else []
    found += [
        f"{title}: {got.get(title)} in place of {expected.get(title)}"
        for title in {*got, *expected}
        if got.get(title) != expected.get(title)
    ]
    found += always(one)
    found += [f"edit {edit.edit_id} ({edit.kind}) still waits" for edit in one.shop.edits.pending()]
    found += quiet_afterwards(one)
    return found


def always(one: Run, but: Iterable[str] = ()) -> list[str]:
    """What must hold in every run: no last copy taken, one request an attempt, base as YouTube (`but` for some playlists)."""
    return [*_lost(one), *_attempts(one), *base_differs(one.shop.catalog.library(), one.youtube.present, but)]


def _lost(one: Run) -> list[str]:
    """The videos whose last copy a write of ours took away."""
    found = []
    for before, after in zip(one.states, one.states[1:], strict=False):
        gone = homes(before.account) - homes(after.account)
        if not after.by_person and gone:
            found.append(f"{sorted(gone)} in no playlist after request {after.requests}")
    return found


def homes(account: Account) -> set[int]:
    """The videos that are in a playlist of the person's own."""
    return {int(item.video_id[5:]) for one in account.listed for item in one.items}


def _attempts(one: Run) -> list[str]:
    """One request in the server's log for each attempt in the journal, method by method."""
    journal = one.shop.journal
    attempts: Counter[tuple[str, str]] = Counter()
    for pushed in journal.pushes():
        for entry in journal.entries(pushed.push_id):
            attempts[METHODS[entry.operation.kind]] += entry.attempts
    sent = Counter((entry.method, entry.path.rsplit("/", 1)[1]) for entry in one.writes)
    return [
        f"{method}: {attempts[method]} attempts in the journal, {sent[method]} requests"
        for method in METHODS.values()
        if attempts[method] != sent[method]
    ]


def base_differs(base: Library, account: Account, but: Iterable[str] = ()) -> list[str]:
    """Where base is not what YouTube truly holds."""
    shown = {p.playlist_id: (p.title, [i.item_id for i in p.items]) for p in base.playlists.values() if p.writable}
    truth = {p.playlist_id: (p.title, [i.item_id for i in p.items]) for p in account.listed}
    return [
        f"base of {truth.get(key, shown.get(key, ('',)))[0]} differs: {shown.get(key)} for {truth.get(key)}"
        for key in sorted({*shown, *truth} - set(but))
        if shown.get(key) != truth.get(key)
    ]


def quiet_afterwards(one: Run) -> list[str]:
    """A further push, later, sends no write and leaves base as YouTube."""
    sent = len(one.writes)
    one.clock.tick(minutes=10)
    report = one.push(None)
    found = [f"a further push sent {len(one.writes) - sent} writes"] if len(one.writes) != sent else []
    if report.state != "done":
        found.append(f"a further push ended {report.state}: {report.message}")
    return found + base_differs(one.shop.catalog.library(), one.youtube.present)
