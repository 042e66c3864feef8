"""One run of the program after the other, and what is judged when it ends and when all is quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from lib.errors import GuardTripped, UserError
from lib.models import Availability, Library
from lib.sync.push_report import PushReport
from tests.sync.inprocess import CALM, Crash, Trouble
from tests.sync.life import Life
from tests.sync.oracle import (
    Wish,
    about,
    carried_out,
    copies,
    expected,
    in_order,
    must_be_asked,
    need_not_be_asked,
    titles,
    touched,
)
from tests.sync.person import Throw
from tests.sync.promises import library

ROUNDS = 12
_ATTEMPTS = "SELECT coalesce(sum(attempts), 0) FROM operations"
_FLYING = "SELECT 1 FROM operations WHERE state IN ('sent', 'unknown')"
_HALF_DONE = """SELECT count(*) FROM operations AS d JOIN operations AS i ON d.push_id = i.push_id AND d.needs = i.op_id
                WHERE d.kind = 'delete' AND i.kind = 'insert' AND i.state = 'done' AND d.state = 'planned'
                AND d.push_id = (SELECT max(push_id) FROM pushes)"""


class Judged(Life):
    """A life in which every run of the program is looked at. `reached` counts the lives that came by a place.

    `after_crash` is what the person does as soon as a run has been killed and the next process has opened the file.
    """

    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.flags: set[str] = set()
        self.after_crash: Throw | None = None

    def guarded_run(self, run: Callable[[], Any]) -> Any:
        """What a run of the program returned; None where it ended before its time, and after a crash in a new process."""
        requests, booked, attempts = self.wire.total, self.shop.quota.requests(), self._attempts()
        crashed, result = False, None
        try:
            result = run()
        except Crash:
            crashed = True
            if self.shop.db.committed("SELECT 1 FROM operations WHERE state = 'sent'"):
                self.flags.add("crash while sent")
            self.reopen()
            if self.after_crash:
                self.deed(self.after_crash)
        except UserError:
            pass
        if "lost a write" in self.wire.hit:
            self.flags.add("lost response")
        attempts, writes = self._attempts() - attempts, self.promises.writes
        booked, requests = self.shop.quota.requests() - booked, self.wire.total - requests
        counted = f"{requests} requests, {booked} booked"
        most = (
            requests + writes + 1
        )  # with `done` of an insert, the look before its delete is booked, whatever comes then
        self.keep("7 units are booked before a request leaves", requests <= booked <= most, counted)
        counted = f"{attempts} attempts, {writes} writes"
        self.keep("8 one request per attempt", writes <= attempts <= writes + crashed, counted)
        return result

    def _attempts(self) -> int:
        return int(self.shop.db.committed(_ATTEMPTS)[0][0])

    def observed(self, base: Library, shown: Library) -> None:
        """11: base holds only what was shown, and what stood on YouTube all the time has not left it."""
        self.judge()
        now, present = self.shop.catalog.library(), library(self.youtube.present)
        everywhere = [
            {i.item_id for p in one.playlists.values() for i in p.items} for one in (base, shown, present, now)
        ]
        stayed = everywhere[0] & everywhere[1] & everywhere[2]
        self.keep("11 base records observations", stayed <= everywhere[3], f"{stayed - everywhere[3]} left base")
        self.keep(
            "11 base records observations",
            everywhere[3] <= self.promises.shown,
            f"{everywhere[3] - self.promises.shown} was never shown",
        )

    def held_back(self, base: Library, accepted: set[str]) -> None:
        """5: a playlist that seems emptied, halved or gone is asked about, and base keeps it meanwhile."""
        present, now = library(self.youtube.present), self.shop.catalog.library()
        for key, before in base.playlists.items():
            had = {item.item_id for item in before.items}
            has = {item.item_id for item in present.playlists[key].items} if key in present.playlists else set()
            if had and before.writable and key not in accepted and (not has or 2 * len(had - has) > len(had)):
                known = self.wire.frank or key not in present.playlists
                keeps = {item.item_id for item in now.playlists[key].items} if key in now.playlists else set()
                self.keep("5 a failed listing is no deletion", had <= keeps, f"{key} lost {had - keeps}")
                doubted = {one.playlist_id for one in self.shop.catalog.held_back()}
                self.keep("5 a failed listing is asked about", not known or key in doubted, key)

    def in_step(self) -> None:
        """Base is what YouTube shows, but for what is held back, or what YouTube's tags do not tell."""
        doubted = {one.playlist_id for one in self.shop.catalog.held_back()}
        now, present = self.shop.catalog.library(), library(self.youtube.present)
        for key in (now.playlists.keys() | present.playlists.keys()) - doubted:
            one, other = now.playlists.get(key), present.playlists.get(key)
            self.keep("11 base is what YouTube shows", one and other, f"{key} base {one} YouTube {other}")
            if self.wire.frank and one and other and other.writable:
                rows = [[(i.item_id, i.video_id, i.note) for i in p.items] for p in (one, other)]
                self.keep(
                    "11 base is what YouTube shows", rows[0] == rows[1] and one.title == other.title, f"{one}\n{other}"
                )
            if other and any(n > 1 for n in Counter(i.video_id for i in other.items).values()):
                self.flags.add("duplicate")

    # -- pushing until nothing moves ---------------------------------------------------------------------------------

    def wishes(self) -> list[Wish]:
        """What waits, each with what the user saw when it was wished."""
        base = self.shop.catalog.library()
        return [Wish(edit, self.grounds.setdefault(edit.edit_id, base)) for edit in self.shop.edits.pending()]

    def push_until_quiet(self, trouble: Trouble) -> None:
        """Push, and push again whatever happened, until nothing moves; then everything must be as it should."""
        wishes, shown = self.wishes(), library(self.youtube.present)
        if any(_changed(wish, shown) for wish in wishes):
            self.flags.add("both sides changed")
        self.begin_push(wishes)
        self.allow(trouble.units_left)
        report, asked = None, ""
        for attempt in range(ROUNDS):
            self.wire.disturb(trouble if attempt == 0 else CALM)
            before, by_itself = self.youtube.present, attempt % 2 == 1 and self.shop.pushes.may_resume()
            report = self._push_once(trouble.max_units if attempt == 0 else None, by_itself=by_itself)
            wishes = self._still_wished(wishes)
            self._outlived(wishes)
            self._paused(report, calm=not self.wire.hit)
            if report is not None and self.youtube.present is before and not self.wire.hit:
                if self._settled(report, asked):
                    break
                asked = _asked(report)
            self.wire.disturb(CALM)
            self.clock.tick(seconds=61)
            if self.shop.quota.left() < 1000:
                self.next_day()
        else:
            self.keep("9 pushing again comes to an end", False, report)
        assert report is not None
        self._quiet(wishes, shown, report)

    def _still_wished(self, wishes: list[Wish]) -> list[Wish]:
        """The wishes without those that were taken back meanwhile, and with those that came back in their place."""
        sql = "SELECT edit_id FROM edits WHERE state IN ('taken back', 'replaced')"
        withdrawn = {edit_id for (edit_id,) in self.shop.db.committed(sql)}
        known = {wish.edit.edit_id for wish in wishes}
        if not withdrawn & known:
            return wishes
        kept = [wish for wish in wishes if wish.edit.edit_id not in withdrawn]
        back = [wish for wish in self.wishes() if wish.edit.edit_id not in known]
        self.promises.wishes = sorted((*kept, *back), key=lambda wish: wish.edit.edit_id)
        return list(self.promises.wishes)

    def _settled(self, report: PushReport, asked: str) -> bool:
        """Whether the program has come to an end: nothing in flight, and what "plan again" answers was asked twice."""
        again = _stuck(report) and _asked(report) != asked
        flying = self.shop.db.committed(_FLYING)
        return report.state in ("done", "waiting", "failed") and not again and not flying

    def begin_push(self, wishes: list[Wish] | None = None) -> None:
        """The person pushes; what was confirmed before holds only for the push that still stands open."""
        self.clock.tick(seconds=61)
        self.promises.begin(self.wishes() if wishes is None else wishes)
        self.promises.confirmed &= self.shop.journal.open_push() is not None

    def _push_once(self, max_units: int | None, *, by_itself: bool = False) -> PushReport | None:
        base, shown = self.shop.catalog.library(), library(self.youtube.present)
        self.promises.start()
        Judged.reached["pushes"] += 1

        def run() -> PushReport:
            if by_itself:
                return self.shop.pushes.resume()
            try:
                return self.shop.pushes.push(max_units=max_units)
            except GuardTripped as guard:
                self.keep("6 the guard", not self.promises.writes, "something was sent before it was confirmed")
                self.promises.confirmed = True
                return self.shop.pushes.push(confirm=guard.count, max_units=max_units)

        self.pushing = True
        report = self.guarded_run(run)
        self.pushing = False
        if max_units is not None:
            self.keep("7 no more than was allowed", 50 * self.promises.writes <= max_units)
        self.observed(base, shown)
        return report

    def _outlived(self, wishes: list[Wish]) -> None:
        """12: a wish waits until it is carried out, whatever failed."""
        waiting = {edit.edit_id for edit in self.shop.edits.pending()}
        doubted = {one.playlist_id for one in self.shop.catalog.held_back()}
        for wish in wishes if self.wire.frank else ():
            told = wish.edit.edit_id not in waiting and not touched(wish.edit) & doubted
            done = not told or carried_out(wish, wishes, self.promises.states, self.promises.named)
            self.keep("12 edits outlive failures", done, f"{wish.edit} waits no more")

    def _paused(self, report: PushReport | None, *, calm: bool) -> None:
        """7: for want of quota a move is never half done, but for one whose answer was lost; then it is in both places."""
        if report is None or report.resumes_at is None:
            return
        self.flags.add("resume after quota")
        half = self.shop.db.committed(_HALF_DONE)[0][0]
        self.keep("7 quota never breaks a pair", half <= (0 if calm else 1), f"{half} moves are half done")

    # -- when all is quiet -------------------------------------------------------------------------------------------

    def _quiet(self, wishes: list[Wish], shown: Library, report: PushReport) -> None:
        if report.conflicts:
            self.flags.add("conflict")
        left_over = {one["item_id"] for one in report.orphans} & self.promises.ours
        self.keep("2 exactly one", not left_over, left_over)
        self.in_step()
        revision, requests = self.shop.db.revision, self.wire.total
        plan = self.shop.pushes.plan()
        self.keep("14 a plan is dry", (revision, requests) == (self.shop.db.revision, self.wire.total))
        asked = {i for conflict in plan.conflicts for i in conflict.edit_ids}
        pending = {edit.edit_id for edit in self.shop.edits.pending()}
        if report.state != "failed" and not _stuck(report):
            self.keep("9 pushing again writes nothing", not plan.operations, plan.operations)
            self.keep(
                "4 what is not done is asked", pending <= asked, f"{pending - asked} of {self.shop.edits.pending()}"
            )
        self._as_told(wishes, shown, asked)

    def _as_told(self, wishes: list[Wish], shown: Library, asked: set[int]) -> None:
        """The truth table, for everything that nobody else touched meanwhile."""
        if not self.wire.frank:
            return
        others, account = self.promises.interfered, self.youtube.present
        doubted = {one.playlist_id for one in self.shop.catalog.held_back()}
        dead = {v for v in account.videos if account.availability(v) is not Availability.AVAILABLE}
        present, told = library(account), expected(wishes, shown, dead, doubted)
        why = [wish.edit for wish in wishes]
        for video, counts in told.items():
            Judged.reached["told" if counts is not None else "not told"] += 1
            now = self._named(copies(present, video))
            here = {video, *now, *copies(shown, video), *(counts or ())}
            open_ = any(wish.edit.edit_id in asked for wish in about(video, wishes))
            if counts is not None and not open_ and not others & here:
                self.keep("the truth table", self._named(counts) == now, f"{video}: {counts} became {now}; {why}")
        for key, title in titles(wishes, shown).items():
            if key in present.playlists and key not in {*others, *doubted}:
                is_ = present.playlists[key].title
                self.keep("the truth table", is_ == title, f"{key} is called {is_!r} instead of {title!r}; {why}")
        if others:
            return
        for key, order in in_order(wishes, shown, told).items():
            if key in present.playlists and not asked:
                Judged.reached["orders"] += 1
                is_ = [item.video_id for item in present.playlists[key].items]
                self.keep("17 order", is_ == order, f"{key} stands {is_} instead of {order}; {why}")
        must = set(must_be_asked(wishes, shown, doubted))
        self.keep("4 conflicts are asked", must <= asked, f"{must - asked} of {why}")
        in_vain = set(need_not_be_asked(wishes, shown, doubted)) & asked
        if not any(_changed(wish, shown) for wish in wishes) and not doubted:
            in_vain |= {wish.edit.edit_id for wish in wishes if not dead} & asked
        self.keep("4 nothing is asked in vain", not in_vain, f"{in_vain} of {why}")

    def _named(self, counts: Counter[str]) -> Counter[str]:
        return Counter({self.promises.named.get(key, key): n for key, n in counts.items()})


def _stuck(report: PushReport) -> bool:
    """Whether an operation found something else than it was planned on."""
    return any(one["id"].startswith("o") for one in report.conflicts)


def _asked(report: PushReport) -> str:
    """What a push asks; the numbers of operations rise with each plan."""
    return str(sorted(one["what"] for one in report.conflicts))


def _changed(wish: Wish, shown: Library) -> bool:
    """Whether YouTube shows anything else than when this was wished, where this has to do with it."""
    rows = [
        {key: (p.title, tuple((i.item_id, i.note) for i in p.items)) for key, p in one.playlists.items() if p.writable}
        for one in (wish.ground, shown)
    ]
    return rows[0] != rows[1]
