"""A workspace: one data folder with its database, its account, and the flows wired together.

The screens and the command line both work through it, so that each flow is put together in one place.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lib.derived import Suggestion
from lib.errors import Waiting
from lib.ml.classifier.explain import Explanation, explain
from lib.ml.tasks import Compute, compute_here
from lib.models import Edit, EditKind, JournalEntry, Library, Plan, Progress, Role, State, silent
from lib.planning.conflicts import PLAN_AGAIN, chosen_index
from lib.planning.orphans import ORPHAN_CHOICES, Orphan
from lib.planning.plan import Allowance, local_days, make_plan
from lib.planning.reconcile import reconcile
from lib.services.analysis import AnalyseReport, Analysis
from lib.services.export import csv_text, export_csv, receipt_csv
from lib.services.filing import Filing
from lib.services.rules import Ruling
from lib.services.search import EVERYTHING, Filters, Searching
from lib.services.suggestions import Suggesting
from lib.services.tidy import Curating
from lib.services.topics import Shaping
from lib.services.undo import Undoing
from lib.settings import Settings
from lib.store.catalog import Catalog
from lib.store.db import Database
from lib.store.derived import Findings
from lib.store.edits import Edits, find_playlist
from lib.store.journal import Journal
from lib.store.quota import PACIFIC, Quota
from lib.store.rules import Rules
from lib.store.training_log import Lessons
from lib.store.vectors import Vectors
from lib.sync.attempt import Context
from lib.sync.pull import PullReport, pull
from lib.sync.push import PushReport, push
from lib.sync.resume import ResumeBackoff, may_go_on
from lib.sync.verify import leftovers
from lib.youtube import auth
from lib.youtube.api import Client


class Workspace:
    """Everything one person does with one library. Open one per data folder and process."""

    def __init__(
        self,
        settings: Settings,
        compute: Compute = compute_here,
        *,
        now: Callable[[], datetime] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        chance: random.Random | None = None,
    ) -> None:
        """Open the database. `compute` runs the tasks of `lib.ml.tasks`. Raises `StoreError` with the next step."""
        self.settings = settings
        self.compute = compute
        self._sleep, self._chance = sleep, chance or random.Random()
        self._turn = threading.RLock()
        self._backoff = ResumeBackoff()
        self.db = Database(settings.database)
        self.catalog = Catalog(self.db)
        self.edits = Edits(self.db)
        self.journal = Journal(self.db, time.monotonic if now is None else lambda: self._now().timestamp())
        self.quota = Quota(self.db, settings.daily_units, now or (lambda: datetime.now(UTC)))
        self.vectors = Vectors(self.db, settings.model)
        self.findings = Findings(self.db)
        self.lessons = Lessons(self.db)
        self.filing = Filing(self.catalog, self.edits, self.findings)
        self.curating = Curating(self.catalog, self.vectors, compute)
        self.searching = Searching(self.catalog, self.vectors, self.findings, compute)
        self.shaping = Shaping(self.catalog, self.findings, compute)
        self.undoing = Undoing(self.catalog, self.edits, self.journal)
        self.ruling = Ruling(self.catalog, self.edits, self.findings, Rules(self.db), self._now)

    def close(self) -> None:
        """Close the database, so that another process may open it."""
        self.db.close()

    # -- the library -------------------------------------------------------------------------------------------------

    def local(self) -> Library:
        """Base with the pending edits applied: the library as the user wants it."""
        return self.filing.local()

    def pull(self, *, full: bool = False, accept: Sequence[str] = (), progress: Progress = silent) -> PullReport:
        """Bring base up to YouTube, note which edits YouTube now satisfies, and let the rules that act by themselves act."""
        with self._alone():
            report = self._pull(full, accept, progress)
            report.ruled = len(self.ruling.act())
        return report

    def _pull(self, full: bool = False, accept: Sequence[str] = (), progress: Progress = silent) -> PullReport:
        """The same without the rules: what a push is planned on holds no wish that nobody has seen."""
        with self._alone():
            requests, units = self.quota.requests(), self.quota.total()
            report = pull(
                self.catalog,
                self.journal,
                self._client(),
                full=full,
                accept=accept,
                settle_seconds=self.settings.settle_seconds,
                now=self._now,
                progress=progress,
            )
            self._fulfil()
        report.requests, report.units = self.quota.requests() - requests, self.quota.total() - units
        return report

    def analyse(
        self, *, method: str | None = None, k: int | None = None, redraw: bool = False, progress: Progress = silent
    ) -> AnalyseReport:
        """Bring map, topics and suggestions up to the library. Without a method, topics are found as the last time."""
        return self._analysis().run(self.local(), method=method, k=k, redraw=redraw, progress=progress)

    def put_map_back(self) -> bool:
        """Put the map back to where it was before it was redrawn; whether there was one to put back."""
        return self._analysis().put_back()

    def suggest(self, progress: Progress = silent) -> list[Suggestion]:
        """Suggest again from what is decided by now."""
        return self._suggesting().suggest(self.local(), progress)

    def outdated(self) -> bool:
        """Whether an earlier version of the program made the suggestions."""
        return self._suggesting().outdated()

    def search(self, text: str, limit: int = 20, filters: Filters = EVERYTHING) -> list[tuple[str, float]]:
        """Video ids with their scores, best first, by meaning and by word; without words what was added last."""
        return self.searching.search(self.local(), text, limit, filters)

    def explain(self, video_id: str, playlist_id: str) -> Explanation | None:
        """What speaks for a category; None for a video that nothing is known of, or a playlist that is gone."""
        local, (vectors, texts) = self.local(), self.searching.known()
        if video_id not in texts or video_id not in vectors or playlist_id not in local.categories:
            return None
        members = [item.video_id for item in local.categories[playlist_id].items]
        filed = [item.video_id for category in local.categories.values() for item in category.items]
        channels = {one: video.channel_title for one, video in self.catalog.listed_videos().items()}
        return explain(video_id, members, filed, vectors, texts, channels)

    def export(self, path: Path) -> int:
        """Write the library as CSV; the number of rows. Raises `UserError` where the file cannot be written."""
        return export_csv(path, self.catalog, self.edits, self.findings, self.local())

    def export_text(self) -> str:
        """The library as CSV text."""
        return csv_text(self.catalog, self.edits, self.findings, self.local())[0]

    def give_role(self, names: Sequence[str], role: Role) -> list[str]:
        """Give playlists a role by id or exact title; the ids of all inboxes afterwards. Raises `UserError`."""
        library = self.catalog.library()
        self.catalog.give_role([find_playlist(library, name).playlist_id for name in names], role)
        return [p.playlist_id for p in self.catalog.library().playlists.values() if p.role is Role.INBOX]

    def status(self) -> dict[str, Any]:
        """Where this workspace stands, without asking YouTube."""
        channel, counts, open_push = self.catalog.channel(), self.catalog.counts(), self.journal.open_push()
        return {
            "account": {"channel_id": channel.channel_id, "title": channel.title} if channel else None,
            "playlists": counts["playlists"],
            "items": counts["items"],
            "videos": counts["videos"],
            "edits": self.edits.count(),
            "quota": {
                "spent": self.quota.spent(),
                "left": self.quota.left(),
                "resets_at": self.quota.resets_at().isoformat(),
            },
            "open_push": open_push.push_id if open_push else None,
            "last_pull": self.catalog.fact("last_pull"),
        }

    # -- plan, push, undo --------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The cheapest plan for the pending edits, on base as it is. Dry: nothing is written anywhere."""
        base, edits = self.catalog.library(), self.edits.pending()
        unavailable, held_back = self.catalog.unavailable(), self.catalog.held_back()
        return make_plan(
            base,
            edits,
            titles=self.catalog.titles(),
            unavailable=unavailable,
            held_back=held_back,
            allowance=self._allowance(),
            days=local_days(self._now(), self.quota.resets_at().astimezone(PACIFIC)),
            settle_seconds=self.settings.settle_seconds,
        )

    def _allowance(self) -> Allowance:
        daily = self.settings.daily_playlists
        playlists_left = self.journal.playlists_left(self.quota.today(), daily)
        return Allowance(self.quota.left(), self.settings.daily_units, playlists_left, daily)

    def resolve(self, conflict_id: str, choice: str, progress: Progress = silent) -> str:
        """Answer what a plan, a pull or a push asked; a sentence on what came of it.

        `choice` is the word itself or its number. Besides the conflicts of the plan: "h:" and a playlist whose new
        listing was held back, "x" and an item that we may have left over, "o" and an operation of the last push that
        found something else than it was planned on. Raises `UserError`, listing what there is, for anything else.
        """
        orphan = next((one for one in self.orphans() if f"x{one.item_id}" == conflict_id), None)
        if orphan is not None:
            return self._answer_orphan(orphan, choice)
        stuck = self._stuck()
        if conflict_id in stuck:
            chosen_index(choice, (PLAN_AGAIN,))
            self.pull(progress=progress)
            return "Your library was read again; the next plan is made on that."
        others = [*stuck, *(f"x{one.item_id}" for one in self.orphans())]
        resolution = self.filing.resolve(conflict_id, choice, others)
        if resolution.believe:
            self.pull(accept=[resolution.believe], progress=progress)
        return resolution.said

    def _answer_orphan(self, orphan: Orphan, choice: str) -> str:
        if chosen_index(choice, ORPHAN_CHOICES) == 1:
            self.journal.keep_item(orphan.item_id)
            return "Kept: it is not asked about again."
        about = (orphan.video_id, orphan.item_id, orphan.playlist_id)
        self.edits.lay([Edit(0, EditKind.REMOVE, self._now(), *about)])
        return "Its removal waits among your edits; plan and push when you like."

    def _stuck(self) -> list[str]:
        """The questions of the last push about operations that found something else than they were planned on."""
        pushes = self.journal.pushes()[:1]
        return [
            f"o{e.operation.op_id}" for push in pushes for e in self.journal.entries(push.push_id, [State.CONFLICT])
        ]

    def push(
        self,
        *,
        plan_id: str | None = None,
        confirm: int | None = None,
        max_units: int | None = None,
        progress: Progress = silent,
        only_approved: bool = False,
    ) -> PushReport:
        """Carry out the plan for the pending edits on what YouTube shows now; what is left of an open push goes on.

        Raises `NotSignedIn`, `StalePlan`, `GuardTripped` and `QuotaExceeded` before anything is sent, and `Waiting`
        while another pull or push is under way here.
        """
        auth.require_write(self.settings)
        with self._alone():
            report: PushReport | None = None
            try:
                report = push(
                    self._context(),
                    lambda: self._replan(progress),
                    plan_id=plan_id,
                    confirm=confirm,
                    max_units=max_units,
                    progress=progress,
                    only_approved=only_approved,
                )
            finally:
                self._backoff.note(report, self._now())
            self._fulfil(self.journal.approval(report.push_id)[1] if report.push_id and report.complete else ())
            return report

    def go_on(self, progress: Progress = silent) -> PushReport:
        """Continue the open push with what was approved and nothing else. Raises `StalePlan` where that has changed."""
        return self.push(progress=progress, only_approved=True)

    def may_go_on(self) -> bool:
        """Whether an open push stopped for quota, the network or a kill, and nothing keeps it from going on by itself."""
        if not self._turn.acquire(blocking=False):
            return False
        self._turn.release()
        limits = (self.settings.settle_seconds, len(self.catalog.listing()), self.settings.daily_playlists)
        ready = may_go_on(self.journal, self.quota, *limits)
        return ready and self._backoff.is_over(self._now()) and auth.can_write(self.settings)

    def orphans(self) -> list[Orphan]:
        """The items that a write of ours, sent more than once, may have left over and nobody has decided about."""
        return leftovers(self.catalog, self.edits, self.journal)

    def undo(self, push_id: int | None = None) -> tuple[list[Edit], list[str]]:
        """Lay the edits that take a push back, the last one by default; those edits, and what cannot come back.

        Raises `UserError` where there is no such push, nothing of it is left to undo, or its undo waits already.
        """
        return self.undoing.lay(push_id, self._now())

    def undoable(self, push_id: int) -> list[JournalEntry]:
        """What a push has done on YouTube and nobody has taken back."""
        return self.undoing.undoable(push_id)

    def receipt(self, push_id: int) -> str:
        """The operations of a push as CSV text, with the titles a person knows."""
        return receipt_csv(self.journal.entries(push_id), self.catalog.library(), self.catalog.titles())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _analysis(self) -> Analysis:
        return Analysis(self.catalog, self.vectors, self.findings, self._suggesting(), self.compute)

    def _suggesting(self) -> Suggesting:
        return Suggesting(self.catalog, self.edits, self.vectors, self.findings, self.lessons, self.compute)

    def _now(self) -> datetime:
        """The clock is the ledger's, so that a day has one midnight."""
        return self.quota.now()

    def _client(self) -> Client:
        return auth.connect(self.settings, self.quota, sleep=self._sleep, chance=self._chance)

    def _context(self) -> Context:
        stores = (self.catalog, self.edits, self.journal, self.quota, self._client())
        limits = (self.settings.settle_seconds, self.settings.daily_playlists)
        return Context(*stores, *limits, self._now, self._sleep, self._chance)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One pull or push at a time. Raises `Waiting` while another thread is at it."""
        if not self._turn.acquire(blocking=False):
            raise Waiting("A pull or a push is under way already.", "Wait until it is done, or cancel it.")
        try:
            yield
        finally:
            self._turn.release()

    def _replan(self, progress: Progress) -> Plan:
        self._pull(progress=progress)
        return self.plan()

    def _fulfil(self, carried_out: Iterable[int] = ()) -> None:
        """Edits carried out, or that YouTube now satisfies, are fulfilled; a push whose undo is fulfilled is undone."""
        with self.db.write():
            self.edits.fulfil(carried_out)
            held_back = self.catalog.held_back()
            merged = reconcile(self.catalog.library(), self.edits.pending(), held_back=held_back)
            self.edits.fulfil(merged.absorbed)
            self.undoing.settle(self._now())
