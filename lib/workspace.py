"""A workspace: one data folder with its database, its account, and the flows wired together.

The screens and the command line both work through it, so that each flow is put together in one place.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lib.errors import UserError
from lib.export import csv_text, export_csv, safe
from lib.filing import Filing
from lib.models import Edit, JournalEntry, Library, Plan, Progress, Role, State, Suggestion, silent
from lib.settings import Settings
from lib.store.catalog import Catalog
from lib.store.db import Database
from lib.store.edits import Edits, find_playlist
from lib.store.findings import Findings
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.store.vectors import Floats, Vectors
from lib.sync.attempt import Context
from lib.sync.plan import make_plan, snapshot
from lib.sync.pull import PullReport, pull
from lib.sync.push import PushReport, push
from lib.sync.reconcile import reconcile
from lib.sync.undo import undo_edits
from lib.topics.analyse import AnalyseReport, Analysis, Call
from lib.topics.search import rank
from lib.topics.text import video_text
from lib.worker import call_here
from lib.youtube import auth

PLAN_ID_LENGTH = 12
UNDO_FACT = "undo of "


class Workspace:
    """Everything one person does with one library. Open one per data folder and process."""

    def __init__(self, settings: Settings, call: Call = call_here) -> None:
        """Open the database. `call` runs a task of the worker. Raises `StoreError` with the next step."""
        self.settings = settings
        self.call = call
        self.db = Database(settings.database)
        self.catalog = Catalog(self.db)
        self.edits = Edits(self.db)
        self.journal = Journal(self.db)
        self.quota = Quota(self.db, settings.daily_units)
        self.vectors = Vectors(self.db, settings.model)
        self.findings = Findings(self.db)
        self._search_index: tuple[int, tuple[list[str], Floats, list[str], list[str]]] | None = None
        self.filing = Filing(self.catalog, self.edits, self.findings)

    def close(self) -> None:
        """Close the database, so that another process may open it."""
        self.db.close()

    # -- the library -------------------------------------------------------------------------------------------------

    def local(self) -> Library:
        """Base with the pending edits applied: the library as the user wants it."""
        return self.filing.local()

    def pull(self, *, full: bool = False, accept: Sequence[str] = (), progress: Progress = silent) -> PullReport:
        """Bring base up to YouTube, and note which edits YouTube now satisfies by itself."""
        requests, units = self.quota.requests(), self.quota.total()
        client = auth.connect(self.settings, self.quota)
        settle = self.settings.settle_seconds
        report = pull(
            self.catalog, self.journal, client, full=full, accept=accept, settle_seconds=settle, progress=progress
        )
        self._fulfil()
        report.requests, report.units = self.quota.requests() - requests, self.quota.total() - units
        return report

    def analyse(
        self, *, method: str = "hdbscan", k: int | None = None, redraw: bool = False, progress: Progress = silent
    ) -> AnalyseReport:
        """Bring map, topics and suggestions up to the library."""
        return self._analysis().run(self.local(), method=method, k=k, redraw=redraw, progress=progress)

    def suggest(self, progress: Progress = silent) -> list[Suggestion]:
        """Suggest again from what is decided by now."""
        return self._analysis().suggest(self.local(), progress)

    def search(self, text: str, limit: int = 20) -> list[tuple[str, float]]:
        """Video ids with their scores, best first, by meaning and by word; [] before anything is embedded."""
        ids, vectors, texts, titles = self._searched()
        if not ids or not text.strip():
            return []
        query = self.call("embed", texts=[text], model=self.settings.model)[0]
        return [(ids[row], score) for row, score in rank(text, query, vectors, texts, titles, limit)]

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
        return make_plan(
            base,
            edits,
            titles=self.catalog.titles(),
            unavailable=self.catalog.unavailable(),
            units_left=self.quota.left(),
            daily_units=self.settings.daily_units,
            today=datetime.now().astimezone().date(),
            plan_id=snapshot(base, edits)[:PLAN_ID_LENGTH],
        )

    def push(
        self,
        *,
        plan_id: str | None = None,
        confirm: int | None = None,
        max_units: int | None = None,
        progress: Progress = silent,
    ) -> PushReport:
        """Carry out the plan for the pending edits on what YouTube shows now.

        Raises `NotSignedIn`, `StalePlan`, `GuardTripped` and `QuotaExceeded` before anything is sent.
        """
        auth.require_write(self.settings)
        client = auth.connect(self.settings, self.quota)
        context = Context(self.catalog, self.edits, self.journal, self.quota, client, self.settings.settle_seconds)

        planned: set[int] = set()

        def replan() -> Plan:
            self.pull(progress=progress)
            plan = self.plan()
            planned.update(edit.edit_id for edit in self.edits.pending())
            planned.difference_update(*(conflict.edit_ids for conflict in plan.conflicts))
            return plan

        report = push(context, replan, plan_id=plan_id, confirm=confirm, max_units=max_units, progress=progress)
        self._fulfil(planned if report.complete else ())
        return report

    def undo(self, push_id: int | None = None) -> tuple[list[Edit], list[str]]:
        """Lay the edits that take a push back, the last one by default; those edits, and what cannot come back.

        Raises `UserError` where there is no such push, nothing of it is left to undo, or its undo waits already.
        """
        if push_id is None:
            push_id = next((p.push_id for p in self.journal.pushes() if self.undoable(p.push_id)), None)
        if push_id is None or not (done := self.undoable(push_id)):
            what = "There is no push to undo." if push_id is None else f"Nothing of push {push_id} is left to undo."
            raise UserError(what, "The Sync page lists all pushes.")
        if self._waiting(f"{UNDO_FACT}{push_id}"):
            raise UserError(f"The undo of push {push_id} waits among your edits already.", "Plan and push it.")
        edits, sentences = undo_edits(done, self.catalog.library(), datetime.now(UTC), self.catalog.unavailable())
        with self.db.write():
            laid = self.edits.lay(edits)
            self.catalog.remember(f"{UNDO_FACT}{push_id}", json.dumps([edit.edit_id for edit in laid]))
        return laid, sentences

    def undoable(self, push_id: int) -> list[JournalEntry]:
        """What a push has done on YouTube and nobody has taken back."""
        return [entry for entry in self.journal.entries(push_id, [State.DONE]) if entry.attempts]

    def receipt(self, push_id: int) -> str:
        """The operations of a push as CSV text, with the titles a person knows."""
        videos = self.catalog.titles()
        playlists = {p.playlist_id: p.title for p in self.catalog.library().playlists.values()}
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(["operation", "kind", "state", "playlist", "video_id", "title", "units", "item_id", "remark"])
        for entry in self.journal.entries(push_id):
            one = entry.operation
            title = videos.get(one.video_id or "", one.title or "")
            cells = [playlists.get(one.playlist_id, one.playlist_id), one.video_id or "", title]
            facts = [str(one.units * entry.attempts), entry.result_id or one.item_id or "", entry.error]
            writer.writerow(
                [one.op_id, one.kind, entry.state, safe(cells[0]), cells[1], safe(cells[2]), *map(safe, facts)]
            )
        return buffer.getvalue()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _searched(self) -> tuple[list[str], Floats, list[str], list[str]]:
        """What is searched: ids, vectors (n, d), texts and titles; the same objects until the database changes.

        `rank` keeps its index of words for as long as it is handed the same texts.
        """
        revision = self.db.revision
        if self._search_index is None or self._search_index[0] != revision:
            known = self.vectors.known()
            videos = [video for video in self.catalog.listed_videos().values() if video.video_id in known]
            ids = [video.video_id for video in videos]
            found = (ids, self.vectors.load(ids), [video_text(v) for v in videos], [v.title for v in videos])
            self._search_index = (revision, found)
        return self._search_index[1]

    def _analysis(self) -> Analysis:
        return Analysis(self.catalog, self.edits, self.vectors, self.findings, self.call)

    def _fulfil(self, carried_out: Iterable[int] = ()) -> None:
        """Edits carried out, or that YouTube now satisfies, are fulfilled; a push whose undo is fulfilled is undone."""
        with self.db.write():
            self.edits.fulfil(carried_out)
            self.edits.fulfil(reconcile(self.catalog.library(), self.edits.pending()).absorbed)
            for fact in self.catalog.facts(UNDO_FACT):
                if not self._waiting(fact):
                    if self.edits.all_fulfilled(json.loads(self.catalog.fact(fact) or "[]")):
                        self.journal.mark_undone(int(fact.removeprefix(UNDO_FACT)), datetime.now(UTC))
                    self.catalog.forget(fact)

    def _waiting(self, fact: str) -> bool:
        """Whether any of the edits that a fact lists still waits."""
        return bool(set(json.loads(self.catalog.fact(fact) or "[]")) & {edit.edit_id for edit in self.edits.pending()})
