"""Whatever YouTube answers: one sentence, few units, and nothing that the next pull stumbles over.

Each seed damages the answers of one endpoint in one way, on their way from the demo YouTube over real HTTP to the real
client and a real database. 24 seeds run with the other tests; ATLAS_DAMAGED_ANSWERS=500 runs so many.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lib.demo.server import DemoServer, create_app
from lib.demo.youtube import DemoYouTube
from lib.errors import UserError
from lib.models import LIKED, EditKind
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, Clock, Wire, World, small_world, video
from tests.sync.test_pull import LONG, add_long

SEEDS = int(os.environ.get("ATLAS_DAMAGED_ANSWERS", "24"))
EXTRA_UNITS = 30
"""What a damaged pull may cost beyond a sound one: four attempts, a second reading, and questions by id."""
JUNK = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "no id!",
    "0001-01-01T00:00:00+14:00",
    "a\0b",
    "half \ud83d",
    "x" * 100_000,
    [],
    {},
    [[None]],
    {"id": None},
)
DEEP = "[" * 100_000
_DEEP_MARK = "here it goes down"

Damage = Callable[[random.Random, Any], bytes]
"""Makes the bytes of a damaged answer from the JSON of a sound one."""


def _dump(answer: Any) -> bytes:
    return json.dumps(answer).replace(f'"{_DEEP_MARK}"', DEEP).encode()


def _nodes(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value as (container, key or index)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _nodes(node[key])


def _at_a_node(change: Callable[[random.Random, Any, Any], None]) -> Damage:
    def damage(chance: random.Random, answer: Any) -> bytes:
        places = list(_nodes(answer))
        if places:
            change(chance, *chance.choice(places))
        return _dump(answer)

    return damage


def _of_its_items(change: Callable[[random.Random, list[Any]], None]) -> Damage:
    def damage(chance: random.Random, answer: Any) -> bytes:
        if isinstance(answer, dict) and isinstance(answer.get("items"), list):
            change(chance, answer["items"])
        return _dump(answer)

    return damage


def _next_page(token: Callable[[random.Random], Any]) -> Damage:
    return lambda chance, answer: _dump(answer | {"nextPageToken": token(chance)} if isinstance(answer, dict) else [])


def _set(value: Any) -> Callable[[random.Random, Any, Any], None]:
    return lambda chance, container, key: container.__setitem__(key, value(chance) if callable(value) else value)


DAMAGES: dict[str, Damage] = {
    "another type": _at_a_node(_set(lambda chance: chance.choice(JUNK))),
    "nothing": _at_a_node(_set(None)),
    "a field missing": _at_a_node(lambda chance, container, key: container.__delitem__(key)),
    "depth": _at_a_node(_set(_DEEP_MARK)),
    "length": _at_a_node(_set("x" * 1_000_000)),
    "items shuffled": _of_its_items(lambda chance, items: chance.shuffle(items)),
    "an item twice": _of_its_items(lambda chance, items: items.extend(items[:1])),
    "items gone": _of_its_items(lambda chance, items: items.__delitem__(slice(chance.randint(0, len(items)), None))),
    "items many times": _of_its_items(lambda chance, items: items.extend(items * 40)),
    "a page token in a circle": _next_page(lambda chance: "again"),
    "a page token for ever": _next_page(lambda chance: f"token{chance.random()}"),
    "a page token of another type": _next_page(lambda chance: chance.choice([7, [], "two words", "x" * 10_000])),
    "no page token": lambda chance, answer: _dump({k: v for k, v in answer.items() if k != "nextPageToken"}),
    "cut short": lambda chance, answer: _dump(answer)[: chance.randint(0, len(_dump(answer)))],
    "bytes": lambda chance, answer: chance.randbytes(chance.randint(0, 5_000)),
    "another document": lambda chance, answer: _dump(chance.choice([*JUNK, [answer], {"items": answer}])),
    "an error of 100 KB": lambda chance, answer: _dump({"error": {"code": 403, "message": "<b>\x1b[31m" * 10_000}}),
}
HEADS = ("200", "200", "200", "200", "302", "304", "403", "500", "bomb")
"""How a damaged answer arrives: mostly as a success; "bomb" is a gzip of 200 MB in place of it."""
ENDPOINTS = (
    ("GET", "channels"),
    ("GET", "playlists"),
    ("GET", "playlistItems"),
    ("GET", "playlistItems"),
    ("GET", "videos"),
)
WRITES = (("POST", "playlistItems"), ("DELETE", "playlistItems"), ("POST", "playlists"), ("PUT", "playlists"))


@cache
def bomb() -> bytes:
    return gzip.compress(b" " * 200_000_000, 1)


class Damaging:
    """An ASGI application that damages some answers of another; `app` and `damage` are set for each test."""

    def __init__(self) -> None:
        self.app: Any = None
        self.damage: Callable[[str, str, bytes], tuple[int, bytes, dict[str, str]] | None] = lambda *asked: None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        method = "GET" if (b"x-http-method-override", b"GET") in headers else scope["method"]
        damaged = self.damage(method, scope["path"].rsplit("/", 1)[1], body)
        if damaged:
            status, body, more = damaged
            named = {"content-type": "application/json", **more, "content-length": str(len(body))}
            head = [(name.encode(), value.encode()) for name, value in named.items()]
            messages[0] = {"type": "http.response.start", "status": status, "headers": head}
        await send(messages[0])
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def damaging() -> Iterator[tuple[Damaging, str]]:
    app = Damaging()
    server = DemoServer(app)  # type: ignore[arg-type]
    yield app, server.url
    server.stop()


class Damager:
    """Damages the answers of one endpoint, in the way of one seed: the first `times` of them."""

    def __init__(self, seed: int, endpoints: tuple[tuple[str, str], ...]) -> None:
        chance = self._chance = random.Random(seed)
        self.endpoint = chance.choice(endpoints)
        self.name = chance.choice(list(DAMAGES))
        self.head = chance.choice(HEADS)
        self.times = chance.choice([1, 1, 10_000])
        self._skip = chance.choice([0, 0, 1, 3])
        self.harmed = 0

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.name}, {self.head}, {self.times} times"

    def __call__(self, method: str, resource: str, body: bytes) -> tuple[int, bytes, dict[str, str]] | None:
        if (method, resource) != self.endpoint or self.harmed >= self.times:
            return None
        if self._skip:
            self._skip -= 1
            return None
        self.harmed += 1
        if self.head == "bomb":
            return 200, bomb(), {"content-encoding": "gzip"}
        try:
            damaged = DAMAGES[self.name](self._chance, json.loads(body or b"{}"))
        except ValueError:
            damaged = b"\xff"
        status = int(self.head)
        return status, b"" if status == 304 else damaged, {"location": "/elsewhere"} if status == 302 else {}


@pytest.fixture
def world(damaging: tuple[Damaging, str], tmp_path: Path) -> Iterator[World]:
    """The small world with a playlist of two pages, behind the damaging server."""
    app, url = damaging
    clock = Clock()
    youtube = DemoYouTube(small_world(), clock=clock)
    app.app, app.damage = create_app(youtube), lambda *asked: None
    with closing(Workspace(Settings(tmp_path, endpoint=url))) as workspace:
        made = World(workspace, youtube, Wire(), clock)
        add_long(made)
        yield made


@pytest.fixture(scope="module")
def pulled_file(damaging: tuple[Damaging, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after a sound first pull, made once."""
    app, url = damaging
    clock = Clock()
    youtube = DemoYouTube(small_world(), clock=clock)
    app.app, app.damage = create_app(youtube), lambda *asked: None
    with closing(Workspace(Settings(tmp_path_factory.mktemp("sound"), endpoint=url))) as workspace:
        made = World(workspace, youtube, Wire(), clock)
        add_long(made)
        made.pull()
        return workspace.settings.database


@pytest.fixture
def pulled(damaging: tuple[Damaging, str], tmp_path: Path, pulled_file: Path) -> Iterator[World]:
    app, url = damaging
    clock = Clock()
    youtube = DemoYouTube(small_world(), clock=clock)
    app.app, app.damage = create_app(youtube), lambda *asked: None
    settings = Settings(tmp_path, endpoint=url)
    shutil.copy(pulled_file, settings.database)
    with closing(Workspace(settings)) as workspace:
        made = World(workspace, youtube, Wire(), clock)
        add_long(made)
        yield made


def _damaged(app: Damaging, damager: Damager, work: Callable[[], object]) -> None:
    """Do something while answers are damaged: it succeeds or ends in a sentence of ordinary length."""
    app.damage = damager
    try:
        work()
    except UserError as error:
        assert len(str(error)) < 1_000, damager
        assert str(error).isprintable(), damager
    finally:
        app.damage = lambda *asked: None


def _nothing_lost(world: World, damager: Damager) -> None:
    for shown in [*world.youtube.present.listed, world.youtube.present.playlists[LIKED]]:
        truly = {item.item_id for item in world.youtube.present.shown_items(shown)}
        base = {item.item_id for item in world.shop.catalog.items_of(shown.playlist_id)}
        assert base == truly, f"{damager}: {shown.title}"


@pytest.mark.parametrize("seed", range(0, SEEDS, 3))
def test_a_damaged_first_pull_is_made_good_by_the_next(world: World, damaging: tuple[Damaging, str], seed: int) -> None:
    damager = Damager(seed, ENDPOINTS)
    _damaged(damaging[0], damager, world.pull)
    assert world.shop.quota.spent() <= 9 + EXTRA_UNITS, damager
    world.clock.tick(hours=1)
    world.pull()
    assert world.shop.catalog.held_back() == [], damager
    _nothing_lost(world, damager)


@pytest.mark.parametrize("seed", range(1, SEEDS, 3))
def test_a_damaged_later_pull_loses_nothing(pulled: World, damaging: tuple[Damaging, str], seed: int) -> None:
    damager = Damager(seed, ENDPOINTS)
    begin = pulled.shop.quota.spent()
    pulled.shop.catalog.forget_etag(LONG)
    _damaged(damaging[0], damager, lambda: pulled.pull(full=seed % 2 == 0))
    assert pulled.shop.quota.spent() - begin <= 9 + EXTRA_UNITS, damager
    pulled.clock.tick(hours=1)
    pulled.pull()
    assert pulled.shop.catalog.held_back() == [], damager
    _nothing_lost(pulled, damager)


@pytest.mark.parametrize("seed", range(2, SEEDS, 3))
def test_a_push_whose_answers_are_damaged_is_finished_by_the_next(
    pulled: World, damaging: tuple[Damaging, str], seed: int
) -> None:
    damager = Damager(seed, WRITES + ENDPOINTS[1:3])
    pulled.move(10, INBOX, COOKING)
    pulled.copy(11, MUSIC)
    pulled.copy(12, pulled.shop.filing.create_category("Space"))
    pulled.lay(EditKind.RENAME, to_playlist=MUSIC, title="Songs", seen=("Music",))
    _damaged(damaging[0], damager, pulled.push)
    for _ in range(4):
        pulled.clock.tick(seconds=120)
        if pulled.push().state == "done" and not pulled.shop.edits.pending():
            break
    present = pulled.youtube.present
    for number, target in ((10, COOKING), (11, MUSIC)):
        assert pulled.on_youtube(target).count(number) == 1, damager
    assert pulled.on_youtube(INBOX) == [11, 12, 13, 14, 15], damager
    assert present.playlists[MUSIC].title == "Songs", damager
    (space,) = [playlist for playlist in present.listed if playlist.title == "Space"]
    assert [item.video_id for item in space.items] == [video(12)], damager
    pulled.clock.tick(seconds=120)
    pulled.pull(full=True)
    _nothing_lost(pulled, damager)
