"""A machine that lives with the program: it wishes, edits on YouTube, pulls, pushes through every trouble, and takes back.

The whole engine is the real one on a real database; only the socket, the clock and sleep are not (`inprocess.py`). What
must come out is told by `oracle.py`, what must hold at every moment by `promises.py`, and all of it is judged in
`judged.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from lib.models import Availability, JournalEntry, OperationKind
from tests.sync.inprocess import CALM, LOSES_THE_ANSWER, NEVER_APPLIED, Trouble
from tests.sync.judged import Judged
from tests.sync.person import Throw, pick
from tests.sync.promises import library

Step = tuple[str, dict[str, Any]]
WISHES = (
    *("move",) * 7,
    *("add", "remove", "reorder") * 3,
    *("rename", "create", "fill") * 2,
    "delete",
    "file",
)
ALONE = (*("reorder",) * 7, *("rename", "delete", "move") * 2, "remove", "fill")
DEEDS = (
    *("take", "put") * 3,
    *("cross",) * 8,
    *("carry", "shuffle", "rename") * 2,
    *("note", "make", "drop", "die", "empty"),
)
LOSSES = ("empty", "empty", "drop")
RACES = (*("cross",) * 12, *DEEDS, "push too")
FAULTS = (*LOSES_THE_ANSWER * 3, *NEVER_APPLIED)
CRASHES = (
    *(None,) * 8,
    *((place, number) for place in ("write", "written") for number in (0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3)),
    *((place, number) for place in ("commit", "committed") for number in range(4, 80, 10)),
    *((place, number) for place in ("request", "applied") for number in range(0, 24, 4)),
)


class Chance(random.Random):
    """What happens in a life, from one number.

    Hypothesis chooses the numbers. What they mean is not left to it: it likes to repeat what it drew before, and then
    most crashes of a run come at the same place.
    """

    def throws(self, kinds: Sequence[str], least: int, most: int) -> list[Throw]:
        """So many wishes or deeds."""
        return [self.throw(kinds) for _ in range(self.randint(least, most))]

    def throw(self, kinds: Sequence[str]) -> Throw:
        """One of them, and four dice that say of what."""
        return self.choice(kinds), (self.randrange(24), self.randrange(24), self.randrange(24), self.randrange(24))

    def fault(self) -> tuple[str, int, str]:
        """What goes wrong with one request, as a rule with one of the first writes."""
        counted, place = self.choice(["write"] * 4 + ["any"]), self.choice([0, 0, 0, 0, 1, 1, 2, 3])
        return counted, place, self.choice(FAULTS)

    def crossing(self) -> tuple[str, int, Throw]:
        """Somebody changes the very thing that is being pushed."""
        return "running", self.choice([0, 0, 1, 2, 3]), self.throw(["cross"])

    def trouble(self) -> Trouble:
        """Everything that can go wrong with a push."""
        race = self.choice(["any", "running", "running"]), self.choice([0, 1, 2, 3, 5, 8, 13, 21]), self.throw(RACES)
        return Trouble(
            tuple(self.fault() for _ in range(self.randint(1, 4))),
            self.choice(CRASHES),
            self.choice([None, race]),
            self.choice([None] * 8 + [60, 120, 180]),
            self.choice([None] * 4 + [75, 130, 190]),
            self.choice([0.0, 0.0, 0.0, 2.5, 25.0]),
        )

    def first_trouble(self) -> Trouble:
        """A crash at one of the first writes, or else an answer that is lost."""
        trouble = replace(self.trouble(), max_units=None)
        if self.random() < 0.5:
            return replace(trouble, faults=(), crash=(self.choice(["write", "written"]), self.choice([0, 0, 1])))
        lost = ("write", self.choice([0, 0, 1]), self.choice(LOSES_THE_ANSWER))
        return replace(trouble, faults=(lost, *trouble.faults), crash=None)

    def account(self) -> dict[str, Any]:
        """What the account holds at first, the size of its pages, and whether its tags are frank."""
        lists = [[self.choice([0, 1, 2, 3, 0, 1, 2, 3, 4]) for _ in range(self.randint(2, 5))] for _ in range(4)]
        return {"lists": lists, "liked": self.randrange(4), "page": self.choice([50, 2]), "frank": self.random() < 0.8}

    def step(self) -> Step:
        """One step of a life: the name of a method and what it is given."""
        name = self.choice(_STEPS)
        return name, _FACTS[name](self)


_FACTS: dict[str, Callable[[Chance], dict[str, Any]]] = {
    "goes_on": lambda c: {"wishes": c.throws(WISHES, 1, 3), "meanwhile": c.throws(DEEDS, 0, 2)},
    "decides": lambda c: {"number": c.randrange(24), "choice": c.randrange(4), "seconds": c.choice([5, 90, 3600])},
    "pulls": lambda c: {"trouble": c.choice([CALM, c.trouble()]), "accept": c.random() < 0.5},
    "pulls_what_seems_lost": lambda c: {"loss": c.throw(LOSSES)},
    "pushes_through_trouble": lambda c: {**_FACTS["goes_on"](c), "trouble": c.trouble()},
    "both_change_the_same": lambda c: {
        "wish": c.throw(ALONE),
        "crossing": c.crossing(),
        "late": c.random() < 0.5,
    },
    "pushes_a_plan_of_before": lambda c: {"wishes": c.throws(WISHES, 1, 3), "change": c.throw((*DEEDS, *WISHES))},
    "takes_back_while_pushing": lambda c: {
        "wishes": c.throws(WISHES, 1, 4),
        "race": ("running", c.choice([0, 1, 2, 3, 5, 8]), c.throw(["take back"])),
    },
    "takes_back_after_a_crash": lambda c: {
        "wishes": c.throws(WISHES, 1, 4),
        "crash": (c.choice(["write", "written", "written"]), c.choice([0, 0, 1, 2])),
        "throw": c.throw(["take back"]),
    },
    "takes_a_push_back": lambda c: {"wishes": c.throws(WISHES, 1, 3), "trouble": c.choice([CALM, c.trouble()])},
}
_STEPS = (
    *("goes_on", "decides", "pulls", "pulls_what_seems_lost"),
    *("pushes_through_trouble", "takes_a_push_back") * 3,
    *("both_change_the_same",) * 4,
    *("pushes_a_plan_of_before", "takes_back_while_pushing", "takes_back_after_a_crash") * 2,
)


class Machine(Judged, RuleBasedStateMachine):
    """The rules. `last_life` is what was done in the last life that ended well, so that it can be led again."""

    last_life: ClassVar[list[Step]] = []

    # -- beginning and end -------------------------------------------------------------------------------------------

    @initialize(number=st.integers(0, 2**48))
    def begins(self, number: int) -> None:
        """Both sides share a base, both have changed since, and the first push goes through trouble."""
        c = Chance(number)
        wishes = [*c.throws(WISHES, 1, 4), c.throw(["fill"])]
        facts = {"wishes": wishes, "meanwhile": c.throws(DEEDS, 1, 3), "trouble": c.first_trouble()}
        self.life: list[Step] = []
        self.do("begin", {**c.account(), **facts})

    def begin(self, *, wishes: list[Throw], meanwhile: list[Throw], trouble: Trouble, **account: Any) -> None:
        self.settle_in(**account)
        self.in_step()
        self.pushes_through_trouble(wishes, meanwhile, trouble)

    @rule(number=st.integers(0, 2**48))
    def lives(self, number: int) -> None:
        """One rule for all: hypothesis leaves whole rules out of many examples, and here each has its weight."""
        self.do(*Chance(f"{number} {len(self.life)}").step())

    def do(self, name: str, facts: dict[str, Any]) -> None:
        """Do one step, and remember it."""
        self.life.append((name, facts))
        note(f"{name}(**{facts})")
        getattr(self, name)(**facts)

    def teardown(self) -> None:
        try:
            if self.home and not self.promises.broken:
                self.push_until_quiet(CALM)
                Machine.last_life = self.life
        finally:
            Judged.reached.update({"examples": 1, **dict.fromkeys(self.flags, 1)})
            self.end()

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
        conflict = pick(self.shop.pushes.plan().conflicts, number)
        if conflict is None:
            self.shop.filing.take_back_last()
            return
        self.wire.disturb(CALM)
        self.promises.start()
        base = self.shop.catalog.library()
        self.shop.conflicts.resolve(conflict.conflict_id, str(1 + choice % len(conflict.choices)))
        self.ground(base)
        self.flags.add("resolved")
        self.keep("4 a choice is only a choice", not self.promises.writes)

    def pulls(self, trouble: Trouble, accept: bool) -> None:
        self.clock.tick(seconds=61)
        self.promises.start()
        held = [one.playlist_id for one in self.shop.catalog.held_back()] if accept else []
        base, shown = self.shop.catalog.library(), library(self.youtube.present)
        self.wire.disturb(replace(trouble, lag=0.0))
        report = self.guarded_run(lambda: self.shop.pulls.pull(accept=held))
        self.observed(base, shown)
        self.keep("14 a pull writes nothing", not self.promises.writes)
        if report is not None and not self.wire.hit:
            self.held_back(base, set(held))
            self.in_step()
        self.wire.disturb(CALM)

    def pulls_what_seems_lost(self, loss: Throw) -> None:
        """5: a playlist lists hardly anything all at once, or is not to be found."""
        self.deed(loss)
        self.pulls(CALM, accept=False)

    # -- push --------------------------------------------------------------------------------------------------------

    def pushes_through_trouble(self, wishes: list[Throw], meanwhile: list[Throw], trouble: Trouble) -> None:
        self.goes_on(wishes, meanwhile)
        self.push_until_quiet(trouble)

    def both_change_the_same(self, wish: Throw, crossing: Any, late: bool) -> None:
        """3, 4: one wish, and somebody changes that very thing on YouTube, before the push or in the middle of it."""
        self.shop.filing.take_back([edit.edit_id for edit in self.shop.edits.pending()])
        self.clock.tick(seconds=61)
        self.promises.start()
        self.guarded_run(
            lambda: self.shop.pulls.pull(accept=[one.playlist_id for one in self.shop.catalog.held_back()])
        )
        self.wish(wish)
        if not late:
            self.deed(crossing[2])
        self.push_until_quiet(Trouble(race=crossing) if late else CALM)

    def pushes_a_plan_of_before(self, wishes: list[Throw], change: Throw) -> None:
        """3: a plan that is no longer what the person looked at is not carried out."""
        self.goes_on(wishes, [])
        self.promises.start()
        self.guarded_run(self.shop.pulls.pull)
        plan, stands, waiting = self.shop.pushes.plan(), self.shop.journal.open_push(), self.shop.edits.pending()
        (self.wish if hasattr(self, f"_wish_{change[0]}") else self.deed)(change)
        self.guarded_run(self.shop.pulls.pull)
        changed = self.shop.edits.pending() != waiting or self.shop.pushes.plan().plan_id != plan.plan_id
        self.begin_push(self.wishes())
        self.promises.start()
        self.promises.confirmed = True
        self.guarded_run(lambda: self.shop.pushes.push(plan_id=plan.plan_id, confirm=plan.confirm_count or None))
        if changed and stands is None:
            self.keep("3 a stale plan is not pushed", not self.promises.writes)
        self.push_until_quiet(CALM)

    def takes_back_while_pushing(self, wishes: list[Throw], race: Any) -> None:
        """15: a change that is taken back here while a push carries it out is refused in words, or it is not done."""
        self.goes_on(wishes, [])
        self.refused = False
        self.push_until_quiet(Trouble(race=race))
        if self.refused:
            self.flags.add("taking back refused")

    def takes_back_after_a_crash(self, wishes: list[Throw], crash: tuple[str, int], throw: Throw) -> None:
        """15: a change that is taken back after a push was killed is refused in words, or it is not done."""
        self.goes_on(wishes, [])
        self.refused = False
        self.after_crash = throw
        self.push_until_quiet(Trouble(crash=crash))
        self.after_crash = None
        if self.refused:
            self.flags.add("taking back refused after a crash")

    def takes_a_push_back(self, wishes: list[Throw], trouble: Trouble) -> None:
        """13: the undo of a push restores what was where, in its order, if nobody interfered."""
        self.shop.filing.take_back([edit.edit_id for edit in self.shop.edits.pending()])
        self.push_until_quiet(CALM)
        self.goes_on(wishes, [])
        first, known = self.youtube.present, len(self.shop.journal.pushes())
        self.push_until_quiet(CALM)
        pushes = self.shop.journal.pushes()
        done = self.shop.undo.undoable(pushes[0].push_id) if len(pushes) == known + 1 else []
        if not done or self.shop.edits.pending():
            return
        self.shop.undo.undo_push()
        self.ground(self.shop.catalog.library())
        self.push_until_quiet(replace(trouble, race=None))
        if self.wire.frank and not _can_never_come_back(done, self.youtube):
            self.flags.add("undo")
            now, then = _shelved(self.youtube.present), _shelved(first)
            self.keep("13 reversible", now == then, f"{then} became {now} by {[e.operation for e in done]}")
            self.keep("13 reversible", not self.shop.undo.undoable(done[0].push_id), "the push is not marked undone")


def _can_never_come_back(done: Sequence[JournalEntry], youtube: DemoYouTube) -> bool:
    """Whether a push took away what YouTube takes no more."""
    gone = [e.operation for e in done if e.operation.kind in (OperationKind.DELETE, OperationKind.DELETE_PLAYLIST)]
    left = {video for one in gone for video in (one.video_id, *one.before.get("items", ())) if video}
    return any(youtube.present.availability(video) is not Availability.AVAILABLE for video in left)


def _shelved(account: Account) -> list[tuple[str, list[str]]]:
    """What each title holds, in order; the ids of what comes back are new."""
    return sorted((p.title, [item.video_id for item in p.items]) for p in account.listed)
