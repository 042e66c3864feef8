"""A machine that lives with the program: it wishes, edits on YouTube, pulls, pushes through every trouble, and takes back.

The whole engine is the real one on a real database; only the socket, the clock and sleep are not (`inprocess.py`). What
must come out is told by `oracle.py`, what must hold at every moment by `promises.py`, and all of it is judged in
`judged.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from lib.models import Availability, JournalEntry, OperationKind
from tests.sync.inprocess import APPLIED, CALM, NEVER_APPLIED, Trouble
from tests.sync.judged import Judged
from tests.sync.life import Throw, pick
from tests.sync.promises import library

Step = tuple[str, dict[str, Any]]
NUMBER = st.integers(0, 23)
DICE = st.tuples(*[NUMBER] * 4)
WISHES = (
    *("move",) * 7,
    *("add", "remove", "reorder") * 3,
    *("rename", "create", "fill") * 2,
    "delete",
    "file",
)
ALONE = ("reorder", "reorder", "reorder", "rename", "rename", "delete", "delete", "move", "move", "remove", "fill")
DEEDS = (
    *("take",) * 3,
    *("put",) * 3,
    *("cross",) * 8,
    *("carry", "shuffle", "rename") * 2,
    "note",
    "make",
    "drop",
    "die",
    "empty",
)
RACES = (*("cross",) * 12, *DEEDS, "push too")
FAULTS = (*APPLIED * 3, *NEVER_APPLIED)
PLACES = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 6])
COUNTED = st.sampled_from(["write", "write", "write", "write", "any"])

wishings = st.tuples(st.sampled_from(WISHES), DICE)
deeds = st.tuples(st.sampled_from(DEEDS), DICE)
some_wishes = st.lists(wishings, min_size=1, max_size=3)
some_deeds = st.lists(deeds, max_size=2)
races = st.tuples(
    st.sampled_from(["any", "running", "running"]),
    st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21]),
    st.tuples(st.sampled_from(RACES), DICE),
)
crossings = st.tuples(st.just("running"), st.sampled_from([0, 0, 1, 2, 3]), st.tuples(st.just("cross"), DICE))
CRASHES = (
    *(None,) * 8,
    *((place, number) for place in ("write", "written") for number in (0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3)),
    *((place, number) for place in ("commit", "committed") for number in range(4, 80, 10)),
    *((place, number) for place in ("request", "applied") for number in range(0, 24, 4)),
)
troubles = st.builds(
    Trouble,
    faults=st.lists(st.tuples(COUNTED, PLACES, st.sampled_from(FAULTS)), min_size=1, max_size=3).map(tuple),
    crash=st.sampled_from(CRASHES),
    race=st.one_of(st.none(), races),
    max_units=st.sampled_from([None] * 8 + [60, 120, 180]),
    units_left=st.sampled_from([None] * 4 + [75, 130, 190]),
    lag=st.sampled_from([0.0, 0.0, 0.0, 2.5, 25.0]),
)
lists = st.tuples(*[st.lists(st.sampled_from([0, 1, 2, 3, 0, 1, 2, 3, 4]), min_size=2, max_size=5)] * 4)


def act(name: str, weight: int = 1, **facts: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Step]]:
    """A step of a life: the name of a method and what it is given; as many strategies as it has weight."""
    return [st.tuples(st.just(name), st.fixed_dictionaries(facts)) for _ in range(weight)]


maybe = st.one_of(st.just(CALM), troubles)
acts = st.one_of(
    *act("goes_on", wishes=some_wishes, meanwhile=some_deeds),
    *act("decides", number=NUMBER, choice=st.integers(0, 3), seconds=st.sampled_from([5, 90, 3600])),
    *act("pulls", trouble=maybe, accept=st.booleans()),
    *act("pushes_through_trouble", 3, wishes=some_wishes, meanwhile=some_deeds, trouble=troubles),
    *act("both_change_the_same", 4, kind=st.sampled_from(ALONE), dice=DICE, crossing=crossings, late=st.booleans()),
    *act("pushes_a_plan_of_before", 2, wishes=some_wishes, change=st.one_of(deeds, wishings)),
    *act("takes_a_push_back", 3, wishes=some_wishes, trouble=maybe),
)


class Machine(Judged, RuleBasedStateMachine):
    """The rules. `last_life` is what was done in the last life that ended well, so that it can be led again."""

    last_life: ClassVar[list[Step]] = []

    # -- beginning and end -------------------------------------------------------------------------------------------

    @initialize(
        lists=lists,
        liked=st.integers(0, 3),
        page=st.sampled_from([50, 2]),
        frank=st.sampled_from([True, True, True, False]),
        wishes=st.lists(wishings, min_size=2, max_size=5),
        meanwhile=st.lists(deeds, min_size=1, max_size=3),
        trouble=troubles,
    )
    def begin(
        self,
        lists: Any,
        liked: int,
        page: int,
        frank: bool,
        wishes: list[Throw],
        meanwhile: list[Throw],
        trouble: Trouble,
    ) -> None:
        """Both sides share a base, both have changed since, and the first push goes through trouble."""
        account = {"lists": lists, "liked": liked, "page": page, "frank": frank}
        facts = {**account, "wishes": wishes, "meanwhile": meanwhile, "trouble": trouble}
        self.life: list[Step] = [("begin", facts)]
        self.settle_in(**account)
        self.in_step()
        self.goes_on(wishes, meanwhile)
        self.push_until_quiet(trouble)

    def teardown(self) -> None:
        try:
            if self.home and not self.promises.broken:
                self.push_until_quiet(CALM)
                Machine.last_life = self.life
        finally:
            Judged.reached.update({"examples": 1, **dict.fromkeys(self.flags, 1)})
            self.end()

    @rule(step=acts)
    def lives(self, step: Step) -> None:
        """One rule for all, since hypothesis leaves out whole rules in many examples, and each kind has its weight here."""
        name, facts = step
        self.life.append(step)
        getattr(self, name)(**facts)

    # -- life --------------------------------------------------------------------------------------------------------

    def goes_on(self, wishes: list[Throw], meanwhile: list[Throw]) -> None:
        """The user wishes here, and somebody edits on YouTube."""
        for one in wishes:
            self.wish(one)
        for deed in meanwhile:
            self.deed(deed)

    def decides(self, number: int, choice: int, seconds: int) -> None:
        """4: what was asked is answered; or the last wish is taken back where nothing was asked."""
        self.clock.tick(seconds=seconds)
        conflict = pick(self.shop.plan().conflicts, number)
        if conflict is None:
            self.shop.filing.take_back_last()
            return
        self.wire.disturb(CALM)
        self.promises.start()
        base = self.shop.catalog.library()
        self.shop.resolve(conflict.conflict_id, str(1 + choice % len(conflict.choices)))
        self.ground(base)
        self.flags.add("resolved")
        self.keep("4 a choice is only a choice", not self.promises.writes)

    def pulls(self, trouble: Trouble, accept: bool) -> None:
        self.clock.tick(seconds=61)
        self.promises.start()
        held = [one.playlist_id for one in self.shop.catalog.held_back()] if accept else []
        base, shown = self.shop.catalog.library(), library(self.youtube.present)
        self.wire.disturb(replace(trouble, lag=0.0))
        report = self.guarded_run(lambda: self.shop.pull(accept=held))
        self.observed(base, shown)
        self.keep("14 a pull writes nothing", not self.promises.writes)
        if report is not None and not self.wire.hit:
            self.held_back(base, set(held))
            self.in_step()
        self.wire.disturb(CALM)

    # -- push --------------------------------------------------------------------------------------------------------

    def pushes_through_trouble(self, wishes: list[Throw], meanwhile: list[Throw], trouble: Trouble) -> None:
        self.goes_on(wishes, meanwhile)
        self.push_until_quiet(trouble)

    def both_change_the_same(self, kind: str, dice: Any, crossing: Any, late: bool) -> None:
        """3, 4: one wish, and somebody changes that very thing on YouTube, before the push or in the middle of it."""
        self.shop.filing.take_back([edit.edit_id for edit in self.shop.edits.pending()])
        self.clock.tick(seconds=61)
        self.promises.start()
        self.guarded_run(lambda: self.shop.pull(accept=[one.playlist_id for one in self.shop.catalog.held_back()]))
        self.wish((kind, dice))
        if not late:
            self.deed(crossing[2])
        self.push_until_quiet(Trouble(race=crossing) if late else CALM)

    def pushes_a_plan_of_before(self, wishes: list[Throw], change: Throw) -> None:
        """3: a plan that is no longer what the person looked at is not carried out."""
        self.goes_on(wishes, [])
        self.promises.start()
        self.guarded_run(self.shop.pull)
        plan, stands, waiting = self.shop.plan(), self.shop.journal.open_push(), self.shop.edits.pending()
        (self.wish if hasattr(self, f"_wish_{change[0]}") else self.deed)(change)
        self.guarded_run(self.shop.pull)
        changed = self.shop.edits.pending() != waiting or self.shop.plan().plan_id != plan.plan_id
        self.begin_push(self.wishes())
        self.promises.start()
        self.promises.confirmed = True
        self.guarded_run(lambda: self.shop.push(plan_id=plan.plan_id, confirm=plan.confirm_count or None))
        if changed and stands is None:
            self.keep("3 a stale plan is not pushed", not self.promises.writes)
        self.push_until_quiet(CALM)

    def takes_a_push_back(self, wishes: list[Throw], trouble: Trouble) -> None:
        """13: the undo of a push restores what was where, in its order, if nobody interfered."""
        self.shop.filing.take_back([edit.edit_id for edit in self.shop.edits.pending()])
        self.push_until_quiet(CALM)
        self.goes_on(wishes, [])
        first, known = self.youtube.present, len(self.shop.journal.pushes())
        self.push_until_quiet(CALM)
        pushes = self.shop.journal.pushes()
        done = self.shop.undoable(pushes[0].push_id) if len(pushes) == known + 1 else []
        if not done or self.shop.edits.pending():
            return
        self.shop.undo()
        self.ground(self.shop.catalog.library())
        self.push_until_quiet(replace(trouble, race=None))
        if self.wire.frank and not _can_never_come_back(done, self.youtube):
            self.flags.add("undo")
            now, then = _shelved(self.youtube.present), _shelved(first)
            self.keep("13 reversible", now == then, f"{then} became {now} by {[e.operation for e in done]}")
            self.keep("13 reversible", not self.shop.undoable(done[0].push_id), "the push is not marked undone")


def _can_never_come_back(done: Sequence[JournalEntry], youtube: DemoYouTube) -> bool:
    """Whether a push took away what YouTube takes no more."""
    gone = [e.operation for e in done if e.operation.kind in (OperationKind.DELETE, OperationKind.DELETE_PLAYLIST)]
    left = {video for one in gone for video in (one.video_id, *one.before.get("items", ())) if video}
    return any(youtube.present.availability(video) is not Availability.AVAILABLE for video in left)


def _shelved(account: Account) -> list[tuple[str, list[str]]]:
    """What each title holds, in order; the ids of what comes back are new."""
    return sorted((p.title, [item.video_id for item in p.items]) for p in account.listed)
