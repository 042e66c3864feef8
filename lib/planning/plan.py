"""A plan: the fewest writes, what they cost, when they will be done, and what has to be asked or said before.

`make_plan` is the way in. Nothing here touches the world: a plan is dry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import zip_longest

from lib.models import Edit, EditKind, HeldBack, Library, Operation, OperationKind, Plan, PlanDay, counted
from lib.planning.cost import SETTLE_SECONDS, expected, reserve
from lib.planning.guards import guards, leaving, needed, pairs
from lib.planning.operations import naive_units, operations
from lib.planning.reconcile import reconcile

PLAN_ID_LENGTH = 12
Step = tuple[Operation, ...]
"""One operation, or an insert and the delete that makes it a move."""

Days = Callable[[int], date]
"""The user's date on which the k-th quota day from now begins; 0 is the running one, and has today's date."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a push may use: quota units and new playlists, those left today and those of any later day."""

    units_left: int
    daily_units: int
    playlists_left: int = 10
    daily_playlists: int = 10


def make_plan(
    remote: Library,
    edits: Sequence[Edit],
    *,
    titles: Mapping[str, str],
    unavailable: Collection[str],
    held_back: Collection[HeldBack] = (),
    allowance: Allowance,
    days: Days,
    settle_seconds: float = SETTLE_SECONDS,
) -> Plan:
    """The plan for these edits: writes, cost, calendar, conflicts, guards and what cannot come back.

    It is named by the beginning of its snapshot.
    `titles` are the last known ones by video id, `unavailable` the videos that YouTube would refuse to insert again,
    `held_back` the playlists whose newer listing was not believed: their edits wait.
    """
    reconciled = reconcile(remote, edits, unavailable=unavailable, held_back=held_back, titles=titles)
    starred = {edit.video_id for edit in edits if edit.starred and edit.video_id}
    ops = operations(remote, reconciled.target, starred, exact=True, move_targets=_move_targets(edits))
    units = sum(op.units for op in ops)
    names = {p.playlist_id: p.title for library in (remote, reconciled.target) for p in library.playlists.values()}
    seen = snapshot(remote, edits, unavailable, held_back)
    return Plan(
        plan_id=seen[:PLAN_ID_LENGTH],
        snapshot=seen,
        operations=ops,
        units=units,
        units_naive=max(units, naive_units(remote, reconciled.target)),
        calendar=calendar(ops, names, allowance, days, settle_seconds),
        conflicts=reconciled.conflicts,
        guards=guards(remote, reconciled.target, ops, unavailable, held_back),
        irreversible=tuple(_irreversible(ops, titles, set(unavailable))),
        notes=tuple(_notes(ops, allowance)),
        edit_ids=tuple(edit.edit_id for edit in edits),
    )


def calendar(
    operations: Sequence[Operation],
    titles: Mapping[str, str],
    allowance: Allowance,
    days: Days,
    settle_seconds: float = SETTLE_SECONDS,
) -> tuple[PlanDay, ...]:
    """What each day finishes; `titles` are those of playlists. A move is never split over two days.

    It counts as the push does: a step begins with the units that it may need, and uses those that it most likely will
    (`cost`). A new playlist beyond those of a day waits for the next, and so does whatever needs it; the rest goes on.
    `units` of a day are those of its writes. Where a quota day begins and another ends on one date of the user's, that
    is one day. A day on which nothing fits is left out, and the calendar ends where an operation is larger than any day.
    """
    last = {op.playlist_id: op.op_id for op in operations}
    filled: dict[date, PlanDay] = {}
    steps, turn = list(_steps(operations)), 0
    left, creations = allowance.units_left, allowance.playlists_left
    while steps:
        sent, waiting = _one_day(steps, left, creations, settle_seconds, len(titles))
        if not sent and (left, creations) == (allowance.daily_units, allowance.daily_playlists):
            break
        for step in sent:
            finished = (titles.get(op.playlist_id, op.playlist_id) for op in step if last[op.playlist_id] == op.op_id)
            before = filled.get(days(turn), PlanDay(days(turn), 0, ()))
            units = before.units + sum(op.units for op in step)
            filled[before.day] = PlanDay(before.day, units, (*before.playlists, *finished))
        steps, turn = waiting, turn + 1
        left, creations = allowance.daily_units, allowance.daily_playlists
    return tuple(filled.values())


def _one_day(
    steps: Sequence[Step], units: int, creations: int, settle_seconds: float, playlists: int
) -> tuple[list[Step], list[Step]]:
    """The steps that a day with so many units and new playlists sends, and those that wait for a later one."""
    sent: list[Step] = []
    postponed: list[Step] = []
    postponed_ops: set[int] = set()
    for number, step in enumerate(steps):
        creating = sum(op.kind is OperationKind.CREATE for op in step)
        if creating > creations or any(needed(op) & postponed_ops for op in step):
            postponed.append(step)
            postponed_ops |= {op.op_id for op in step}
            continue
        if reserve(step, settle_seconds, playlists) > units:
            return sent, [*postponed, *steps[number:]]
        units, creations = units - expected(step), creations - creating
        sent.append(step)
    return sent, postponed


def local_days(now: datetime, next_reset: datetime, zone: tzinfo | None = None) -> Days:
    """The user's dates of the quota days: a quota day begins at `next_reset`, and at the same time of that clock ever after.

    `next_reset` carries YouTube's time zone, where a day may have 23 or 25 hours; `zone` is the user's, that of the
    machine by default. In Berlin the next quota day begins this morning at nine, not tomorrow.
    """

    def day(turn: int) -> date:
        """The date on which a quota day, counted from 0 for the present one, begins for the user."""
        begin = next_reset + timedelta(days=turn - 1) if turn else now
        return begin.astimezone(zone).date()

    return day


def snapshot(
    remote: Library, edits: Sequence[Edit], unavailable: Collection[str] = (), held_back: Collection[HeldBack] = ()
) -> str:
    """The sha256 of everything that decides a plan, in hexadecimal: another library or another edit, another hash."""
    playlists = [
        [
            p.playlist_id,
            p.title,
            p.description,
            p.privacy,
            p.writable,
            [[i.item_id, i.video_id, i.note] for i in p.items],
        ]
        for p in remote.playlists.values()
    ]
    edit_facts = [
        [
            e.edit_id,
            e.kind,
            e.video_id,
            e.item_id,
            e.from_playlist,
            e.to_playlist,
            e.after_item,
            e.title,
            e.order,
            e.seen,
            e.copies,
            e.starred,
        ]
        for e in edits
    ]
    dead = sorted({e.video_id for e in edits if e.video_id} & set(unavailable))
    waiting = sorted(held.playlist_id for held in held_back)
    known = json.dumps([playlists, edit_facts, dead, waiting], ensure_ascii=True)
    return hashlib.sha256(known.encode()).hexdigest()


def _move_targets(edits: Sequence[Edit]) -> dict[str, str]:
    """The playlist that each item was moved to, by item id, also where the user moved it on from there."""
    move_targets: dict[str, str] = {}
    brought: dict[tuple[str | None, str | None], str] = {}
    for edit in edits:
        if edit.kind is EditKind.MOVE and edit.to_playlist is not None:
            item = edit.item_id or brought.pop((edit.video_id, edit.from_playlist), None)
            if item is not None:
                move_targets.pop(item, None)
                move_targets[item] = edit.to_playlist
                brought[edit.video_id, edit.to_playlist] = item
    return move_targets


def _steps(operations: Sequence[Operation]) -> Iterator[Step]:
    """The operations one by one, but an insert together with the delete right behind it that makes it a move."""
    halves = pairs(operations)
    second = None
    for op, following in zip_longest(operations, operations[1:]):
        if op is second:
            continue
        second = following if following is not None and halves.get(op.op_id) is following else None
        yield (op,) if second is None else (op, second)


def _notes(operations: Sequence[Operation], allowance: Allowance) -> Iterator[str]:
    created = sum(op.kind is OperationKind.CREATE for op in operations)
    if created > allowance.playlists_left:
        yield (
            f"This makes {created} new playlists. YouTube takes about ten a day; a push makes "
            f"{allowance.daily_playlists} at most, then waits and goes on the next day."
        )


def _irreversible(operations: Sequence[Operation], titles: Mapping[str, str], unavailable: set[str]) -> Iterator[str]:
    moved = pairs(operations)
    if moved:
        yield f"The added dates of {counted(len(moved), 'moved item')} are lost on YouTube: a moved item is a new one there."
    for op in operations:
        if op.kind is OperationKind.DELETE_PLAYLIST:
            yield f'The playlist "{op.before["title"]}" can only come back as a new one with another address.'
    lost = {video for op in operations for video in leaving(op)}
    for video in sorted(lost & unavailable):
        yield f'"{titles.get(video) or video}" is unavailable and can never be put back.'
