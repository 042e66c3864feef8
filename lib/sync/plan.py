"""A plan: the cheapest writes, what they cost, when they will be done, and what has to be asked or said before.

`make_plan` is the way in. Nothing here touches the world: a plan is dry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest

from lib.models import Edit, EditKind, Library, Operation, OperationKind, Plan, PlanDay
from lib.sync.guard import counted, guards, leaving, pairs
from lib.sync.reconcile import reconcile
from lib.sync.writes import naive_units, operations

__all__ = ["calendar", "make_plan", "naive_units", "operations", "snapshot"]

LOOK_UNITS = 2
"""A move looks twice: is the item still there, and did the new one arrive."""


def make_plan(
    remote: Library,
    edits: Sequence[Edit],
    *,
    titles: Mapping[str, str],
    unavailable: Collection[str],
    units_left: int,
    daily_units: int,
    today: date,
    plan_id: str,
) -> Plan:
    """The plan for these edits: writes, cost, calendar, conflicts, guards and what cannot come back.

    `titles` are the last known ones by video id, `unavailable` the videos that YouTube would refuse to insert again.
    """
    reconciled = reconcile(remote, edits)
    starred = {edit.video_id for edit in edits if edit.starred and edit.video_id}
    ops = operations(remote, reconciled.target, starred, exact=True, goals=_goals(edits))
    units = sum(op.units for op in ops)
    names = {p.playlist_id: p.title for library in (remote, reconciled.target) for p in library.playlists.values()}
    return Plan(
        plan_id=plan_id,
        snapshot=snapshot(remote, edits),
        operations=ops,
        units=units,
        units_naive=max(units, naive_units(remote, reconciled.target)),
        calendar=calendar(ops, names, units_left, daily_units, today),
        conflicts=reconciled.conflicts,
        guards=guards(remote, reconciled.target, ops, unavailable),
        irreversible=tuple(_irreversible(ops, titles, set(unavailable))),
    )


def calendar(
    operations: Sequence[Operation], titles: Mapping[str, str], units_left: int, daily_units: int, today: date
) -> tuple[PlanDay, ...]:
    """What each day's quota finishes; `titles` are those of playlists. A move is never split over two days.

    `units` counts the writes; the look-ups of a move are kept free besides. A day on which nothing fits is left out,
    and the calendar ends where an operation is larger than any day.
    """
    last = {op.playlist_id: op.op_id for op in operations}
    days: list[PlanDay] = []
    day, left, units = today, units_left, 0
    finished: list[str] = []
    for step in _steps(operations):
        cost = sum(op.units for op in step)
        room = cost + (LOOK_UNITS if len(step) == 2 else 0)
        if room > left:
            if units:
                days.append(PlanDay(day, units, tuple(finished)))
            day, left, units, finished = day + timedelta(days=1), daily_units, 0, []
        if room > left:
            break
        left, units = left - room, units + cost
        finished += [titles.get(op.playlist_id, op.playlist_id) for op in step if last[op.playlist_id] == op.op_id]
    return (*days, PlanDay(day, units, tuple(finished))) if units else tuple(days)


def snapshot(remote: Library, edits: Sequence[Edit]) -> str:
    """The sha256 of everything that decides a plan, in hexadecimal: another library or another wish, another hash."""
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
    wishes = [
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
    return hashlib.sha256(json.dumps([playlists, wishes], ensure_ascii=True).encode()).hexdigest()


def _goals(edits: Sequence[Edit]) -> dict[str, str]:
    """The playlist that each item was moved to, by item id, also where the user moved it on from there."""
    goals: dict[str, str] = {}
    brought: dict[tuple[str | None, str | None], str] = {}
    for edit in edits:
        if edit.kind is EditKind.MOVE and edit.to_playlist is not None:
            item = edit.item_id or brought.pop((edit.video_id, edit.from_playlist), None)
            if item is not None:
                goals.pop(item, None)
                goals[item] = edit.to_playlist
                brought[edit.video_id, edit.to_playlist] = item
    return goals


def _steps(operations: Sequence[Operation]) -> Iterator[tuple[Operation, ...]]:
    """The operations one by one, but an insert together with the delete right behind it that makes it a move."""
    halves = pairs(operations)
    second = None
    for op, following in zip_longest(operations, operations[1:]):
        if op is second:
            continue
        second = following if following is not None and halves.get(op.op_id) is following else None
        yield (op,) if second is None else (op, second)


def _irreversible(operations: Sequence[Operation], titles: Mapping[str, str], unavailable: set[str]) -> Iterator[str]:
    moved = pairs(operations)
    if moved:
        yield f"The added dates of {counted(len(moved), 'moved item')} are lost on YouTube: a moved item is a new one there."
    for op in operations:
        if op.kind is OperationKind.DELETE_PLAYLIST:
            yield f'The playlist "{op.before["title"]}" can only come back as a new one with another address.'
    lost = {video for op in operations for video in leaving(op)}
    for video in sorted(lost & unavailable):
        yield f'"{titles.get(video, video)}" is unavailable and can never be put back.'
