"""Everything that can go wrong between a client and YouTube, by name, and the plan of which request meets what.

A `Fault` and a `Schedule` are both an `Interceptor` (see `server.py`): `Schedule(at(3, FAULTS["closed, applied"]))` lets
the third request be applied and then hangs up. A name that ends in "applied" means that the account carried the
request out; all others never reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from lib.demo import refusals
from lib.demo.account import Account
from lib.demo.refusals import Refused
from lib.demo.youtube import Answer, DemoYouTube, Request

Ask = Callable[[Request], Answer]
Happening = Callable[[Request, Ask], Answer]


class Delivery(StrEnum):
    """What becomes of an answer on its way: it arrives, half of it does, or the line is closed, reset or silent."""

    WHOLE = "whole"
    HALF = "half"
    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Disturbed(Answer):
    """An answer that does not come as it should. `instead` stands in place of the body; `seconds` are waited before."""

    delivery: Delivery = Delivery.WHOLE
    instead: str | None = None
    seconds: float = 0.0
    fault: str = ""

    @property
    def answered(self) -> int:
        """The status that is really sent; 0 where no whole answer is."""
        return self.status if self.delivery is Delivery.WHOLE else 0


Spoil = Callable[[Answer], Disturbed]
UNASKED = Answer(0, None)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `spoil` makes what is sent from what YouTube answered (`UNASKED` where it never was)."""

    name: str
    applied: bool
    spoil: Spoil

    def __call__(self, request: Request, ask: Ask) -> Answer:
        return replace(self.spoil(ask(request) if self.applied else UNASKED), fault=self.name)


PORTAL = "<!doctype html><html><title>Sign in to the Wi-Fi</title><body>Accept our terms to go on.</body></html>"
SLOW_SECONDS = 0.03


def _says(refusal: Refused) -> Spoil:
    return lambda _: Disturbed(refusal.status, refusal.body)


def _sends(text: str) -> Spoil:
    return lambda _: Disturbed(200, None, instead=text)


def _goes(delivery: Delivery) -> Spoil:
    return lambda answer: Disturbed(answer.status, answer.body, delivery)


def _broken_off(answer: Answer) -> Disturbed:
    """The first half of a body, sent as if it were all."""
    return Disturbed(200, None, instead=answer.text[: len(answer.text) // 2])


def _late(answer: Answer) -> Disturbed:
    return Disturbed(answer.status, answer.body, seconds=SLOW_SECONDS)


def _miscounted(answer: Answer) -> Disturbed:
    """A page whose total is wrong, as it is for several lists of the real one."""
    body = answer.body
    if body and "pageInfo" in body:
        body = {**body, "pageInfo": {**body["pageInfo"], "totalResults": body["pageInfo"]["totalResults"] + 7}}
    return Disturbed(answer.status, body)


_NOT_APPLIED: Mapping[str, Spoil] = {
    "500": _says(refusals.server_fault(500)),
    "503": _says(refusals.server_fault(503)),
    "408": _says(refusals.timed_out()),
    "409": _says(refusals.aborted()),
    "429": _says(refusals.too_fast(429)),
    "403 rate": _says(refusals.too_fast(403)),
    "403 quota": _says(refusals.quota_exceeded()),
    "401": _says(refusals.invalid_credentials()),
    "closed": _goes(Delivery.CLOSED),
    "reset": _goes(Delivery.RESET),
    "silent": _goes(Delivery.SILENT),
    "portal": _sends(PORTAL),
    "empty": _sends(""),
    "foreign": _sends("{}"),
}
_APPLIED: Mapping[str, Spoil] = {
    "500, applied": _says(refusals.server_fault(500)),
    "503, applied": _says(refusals.server_fault(503)),
    "408, applied": _says(refusals.timed_out()),
    "409, applied": _says(refusals.aborted()),
    "404, applied": _says(refusals.no_such_target()),
    "closed, applied": _goes(Delivery.CLOSED),
    "reset, applied": _goes(Delivery.RESET),
    "silent, applied": _goes(Delivery.SILENT),
    "half, applied": _goes(Delivery.HALF),
    "truncated, applied": _broken_off,
    "portal, applied": _sends(PORTAL),
    "empty, applied": _sends(""),
    "foreign, applied": _sends("{}"),
    "slow, applied": _late,
}
_OF_LISTINGS: Mapping[str, Spoil] = {
    "page token refused": _says(refusals.invalid_page_token()),
    "wrong total, applied": _miscounted,
}


def _named(spoilers: Mapping[str, Spoil]) -> dict[str, Fault]:
    return {name: Fault(name, name.endswith("applied"), spoil) for name, spoil in spoilers.items()}


WRITE_FAULTS = _named(_NOT_APPLIED) | _named(_APPLIED)
"""What can befall a write. What YouTube surely did not carry out (401, 429, the two 403) has no applied twin."""
FAULTS = WRITE_FAULTS | _named(_OF_LISTINGS)
"""All of them, by name."""


@dataclass(slots=True)
class Rule:
    """`happening` befalls `times` requests that match, from the so-manieth (1 is the first) on.

    `having` names a parameter that the request must carry: "pageToken" matches later pages, "videoId" a look.
    """

    number: int
    happening: Happening
    method: str = ""
    resource: str = ""
    having: str = ""
    times: int = 1
    seen: int = 0

    def strikes(self, request: Request) -> bool:
        """Whether it is this one's turn; counts it."""
        if self.method not in ("", request.method) or self.resource not in ("", request.resource):
            return False
        if self.having and self.having not in request.params:
            return False
        self.seen += 1
        return self.number <= self.seen < self.number + self.times


def at(
    number: int, happening: Happening, *, method: str = "", resource: str = "", having: str = "", times: int = 1
) -> Rule:
    """A rule, as a test writes it: `at(2, FAULTS["reset"], method="POST")`."""
    return Rule(number, happening, method, resource, having, times)


@dataclass(slots=True)
class Schedule:
    """Which request meets what. Where several rules strike, the first one stands nearest to the client."""

    rules: list[Rule] = field(default_factory=list)

    def __call__(self, request: Request, ask: Ask) -> Answer:
        for rule in reversed([rule for rule in self.rules if rule.strikes(request)]):
            ask = _within(rule.happening, ask)
        return ask(request)


def schedule(*rules: Rule) -> Schedule:
    """A schedule of these rules."""
    return Schedule(list(rules))


def _within(happening: Happening, ask: Ask) -> Ask:
    return lambda request: happening(request, ask)


def meanwhile(youtube: DemoYouTube, change: Callable[[Account], Account]) -> Happening:
    """Just before the request is answered, the account changes by itself: the person edits on youtube.com."""

    def happening(request: Request, ask: Ask) -> Answer:
        youtube.amend(change)
        return ask(request)

    return happening


def rule_of(spec: Mapping[str, Any], happening: Happening) -> Rule:
    """A rule as JSON says it: at, method, resource, having, times; all but `at` may be left out."""
    method, resource, having = (str(spec.get(key, "")) for key in ("method", "resource", "having"))
    return Rule(int(spec["at"]), happening, method, resource, having, int(spec.get("times", 1)))
