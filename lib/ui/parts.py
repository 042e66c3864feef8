"""The parts of a snapshot: what it reads, what it computes from that, and what it takes over from the one before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic, TypeVar, overload

from lib.store.areas import Area
from lib.store.db import Database

T = TypeVar("T")


class Part(Generic[T]):
    """A part of a snapshot, valid until one of `areas` changes, and taken over by later snapshots as long as it is.

    Attributes:
        read: it reads the database, so that every snapshot has it from the beginning; else it is computed from other
            parts when it is first asked for.
    """

    def __init__(self, make: Callable[[Any], T], areas: tuple[Area, ...], *, read: bool) -> None:
        self.make, self.areas, self.read = make, areas, read
        self.__doc__ = make.__doc__
        self.name = make.__name__

    @overload
    def __get__(self, parts: None, owner: type) -> Part[T]: ...
    @overload
    def __get__(self, parts: Parts, owner: type) -> T: ...
    def __get__(self, parts: Parts | None, owner: type) -> Part[T] | T:
        return self if parts is None else parts.part(self.name, partial(self.make, parts), self.areas)


def read(*areas: Area) -> Callable[[Callable[[Any], T]], Part[T]]:
    """A part that reads these areas of the database."""
    return lambda make: Part(make, areas, read=True)


def computed(*areas: Area) -> Callable[[Callable[[Any], T]], Part[T]]:
    """A part that is computed from parts of these areas, and reads nothing."""
    return lambda make: Part(make, areas, read=False)


class Parts:
    """What has parts: each is made once, by whoever asks for it first, and the others wait for it."""

    def __init__(self, db: Database, former: Parts | None) -> None:
        """Read what changed since `former`, or everything, in one view of the database."""
        self.db = db
        self._lock = threading.RLock()
        self._made: dict[str, tuple[tuple[int, ...], Any]] = former.made() if former else {}
        with db.view():
            self._stamps = dict(zip(Area, db.stamp() or (), strict=True))
            for part in vars(type(self)).values():
                if isinstance(part, Part) and part.read:
                    getattr(self, part.name)

    def part(self, name: str, make: Callable[[], T], areas: tuple[Area, ...]) -> T:
        """A part by its name: made once, whoever asks first, unless it was taken over."""
        stamp = self._version(areas)
        with self._lock:
            kept = self._made.get(name)
            if kept is None or kept[0] != stamp:
                self._made[name] = kept = (stamp, make())
            value: T = kept[1]
            return value

    def made(self) -> dict[str, tuple[tuple[int, ...], Any]]:
        """The parts made so far, by name, with the stamps they are valid for."""
        with self._lock:
            return dict(self._made)

    def key(self, *areas: Area) -> tuple[int, ...]:
        """The key for a cache, also one of several libraries, of what is made from parts of these areas, or of any."""
        return self.db.number, *self._version(areas or Area)

    def current(self, but: tuple[Area, ...] = ()) -> bool:
        """Whether no part has changed, or only such as read these areas: also inside a transaction, until it is committed."""
        areas = self.areas() - set(but)
        stamp = self.db.stamp(*areas)
        return stamp is None or stamp == self._version(areas)

    @classmethod
    def areas(cls) -> set[Area]:
        """Every area that a part reads."""
        return {area for part in vars(cls).values() if isinstance(part, Part) for area in part.areas}

    def _version(self, areas: Iterable[Area]) -> tuple[int, ...]:
        return tuple(self._stamps[area] for area in areas)
