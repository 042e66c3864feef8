"""Pushes: the plan for the pending edits, and carrying it out on YouTube."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo

from lib.models import Edit, HeldBack, Library, Plan, Progress, silent
from lib.planning.orphans import Orphan
from lib.planning.plan import Allowance, local_days, make_plan
from lib.services.export import receipt_csv
from lib.services.pulls import Pulls
from lib.store.quota import PACIFIC
from lib.sync.push import push
from lib.sync.push_report import PushReport
from lib.sync.push_state import Context
from lib.sync.resume import ResumeBackoff, may_resume
from lib.sync.verify import leftovers
from lib.youtube import auth


class Pushes:
    """Plans and pushes the edits of one library. It shares the stores, the clock and the turn of `pulls`."""

    def __init__(self, pulls: Pulls) -> None:
        self.pulls = pulls
        self.settings, self.catalog, self.edits = pulls.settings, pulls.catalog, pulls.edits
        self.journal, self.quota = pulls.journal, pulls.quota
        self._backoff = ResumeBackoff()

    def plan(self, zone: tzinfo | None = None) -> Plan:
        """The plan of fewest writes for the pending edits, on base as it is. Dry: nothing is written anywhere.

        The days of the calendar are those of a person in `zone`, by default that of this machine.
        """
        catalog = self.catalog
        facts = (catalog.titles(), catalog.unavailable(), catalog.held_back(), zone)
        return self.plan_for(catalog.library(), self.edits.pending(), *facts)

    def plan_for(
        self,
        base: Library,
        edits: Sequence[Edit],
        titles: Mapping[str, str],
        unavailable: Collection[str],
        held_back: Collection[HeldBack],
        zone: tzinfo | None = None,
    ) -> Plan:
        """The same for a library, edits and facts that are at hand; only what may be spent is read."""
        return make_plan(
            base,
            edits,
            titles=titles,
            unavailable=unavailable,
            held_back=held_back,
            allowance=self.allowance(),
            days=local_days(self.quota.now(), self.quota.resets_at().astimezone(PACIFIC), zone),
            settle_seconds=self.settings.settle_seconds,
        )

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
        with self.pulls.alone():
            report: PushReport | None = None
            try:
                report = push(
                    self._context(),
                    lambda: self._plan_after_pull(progress),
                    plan_id=plan_id,
                    confirm=confirm,
                    max_units=max_units,
                    progress=progress,
                    only_approved=only_approved,
                    finish=self.fulfil_pushed,
                )
            finally:
                self._backoff.note(report, self.quota.now())
            return report

    def fulfil_pushed(self, report: PushReport) -> None:
        """Note which edits a push that has just ended has fulfilled."""
        approved = self.journal.approval(report.push_id)[1] if report.push_id and report.complete else ()
        self.pulls.fulfil(approved)

    def resume(self, progress: Progress = silent) -> PushReport:
        """Continue the open push with what was approved and nothing else. Raises `StalePlan` where that has changed."""
        return self.push(progress=progress, only_approved=True)

    def may_resume(self) -> bool:
        """Whether an open push stopped for quota, the network or a kill, and nothing keeps it from going on by itself."""
        if self.pulls.busy:
            return False
        limits = (self.settings.settle_seconds, len(self.catalog.listing()), self.settings.daily_playlists)
        ready = may_resume(self.journal, self.quota, *limits)
        return ready and self._backoff.is_over(self.quota.now()) and auth.can_write(self.settings)

    def orphans(self) -> list[Orphan]:
        """The items that a write of ours, sent more than once, may have left over and nobody has decided about."""
        return leftovers(self.catalog, self.edits, self.journal)

    def receipt(self, push_id: int) -> str:
        """The operations of a push as CSV text, with the titles a person knows."""
        return receipt_csv(self.journal.entries(push_id), self.catalog.library(), self.catalog.titles())

    def _context(self) -> Context:
        stores = (self.catalog, self.edits, self.journal, self.quota, self.pulls.client())
        limits = (self.settings.settle_seconds, self.settings.daily_playlists)
        return Context(*stores, *limits, self.quota.now, self.pulls.sleep, self.pulls.chance)

    def allowance(self) -> Allowance:
        """What quota and YouTube leave for today, and give for a day."""
        daily_playlists = self.settings.daily_playlists
        playlists_left = self.journal.playlists_left(self.quota.today(), daily_playlists)
        return Allowance(self.quota.left(), self.settings.daily_units, playlists_left, daily_playlists)

    def _plan_after_pull(self, progress: Progress) -> Plan:
        self.pulls.pull_without_rules(progress=progress)
        return self.plan()
