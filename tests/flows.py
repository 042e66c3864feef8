"""A small world for the flows: an account of playlists with talking titles, a clock set by hand, and a wire that can be cut."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from google.oauth2.credentials import Credentials

from lib.demo.account import Account, empty_account, item_id_of
from lib.demo.sample import load_library
from lib.demo.server import DemoServer, Interceptor, pass_through
from lib.demo.youtube import Answer, DemoYouTube, LogEntry, Request
from lib.models import (
    LIKED,
    Availability,
    Channel,
    Edit,
    EditKind,
    Item,
    JournalEntry,
    Listed,
    OperationKind,
    Playlist,
    State,
    Video,
)
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.sync.pull import PullReport, pull
from lib.sync.push import push
from lib.sync.push_report import PushReport
from lib.sync.push_state import Context
from lib.youtube.api import Client
from tests.conftest import error_body
from tests.demo.delivery import OpenProtocol, disturbed_app

START = datetime(2026, 10, 5, 19, 0, tzinfo=UTC)
INBOX, COOKING, MUSIC = "PL" + "i" * 32, "PL" + "c" * 32, "PL" + "m" * 32
DELETED, PRIVATE = 8, 9
METHODS = {
    OperationKind.CREATE: ("POST", "playlists"),
    OperationKind.RENAME: ("PUT", "playlists"),
    OperationKind.DELETE_PLAYLIST: ("DELETE", "playlists"),
    OperationKind.INSERT: ("POST", "playlistItems"),
    OperationKind.MOVE: ("PUT", "playlistItems"),
    OperationKind.DELETE: ("DELETE", "playlistItems"),
}
"""The writing methods of the API, one for each kind of operation."""
Match = Callable[[Request], bool]


def video(number: int) -> str:
    """The id of a video of the world."""
    return f"video{number:06d}"


def playlist(playlist_id: str, title: str, numbers: Sequence[int]) -> Playlist:
    """A playlist of the world's videos."""
    items = (
        Item(item_id_of(playlist_id, str(at)), video(number), START - timedelta(days=at))
        for at, number in enumerate(numbers)
    )
    return Playlist(playlist_id, title, f"About {title}", items=tuple(items))


def small_world(videos: int = 40) -> Account:
    """Inbox holds 10-15; Cooking 0-6, the deleted 8 and the private 9; Music 0 twice and 7; 8 and 1 are liked."""
    states = {DELETED: Availability.DELETED, PRIVATE: Availability.PRIVATE}
    account = empty_account(
        Channel("UC" + "r" * 22, "Robin"),
        {
            video(n): Video(
                video(n),
                f"Talk {n}",
                f"About {n}",
                "UCowner",
                "Owner",
                availability=states.get(n, Availability.AVAILABLE),
            )
            for n in range(videos)
        },
    )
    own = [
        playlist(INBOX, "Inbox", range(10, 16)),
        playlist(COOKING, "Cooking", [0, 1, 2, 3, 4, 5, 6, DELETED, PRIVATE]),
        playlist(MUSIC, "Music", [0, 0, 7]),
    ]
    liked = replace(account.playlists[LIKED], items=playlist(LIKED, "", [DELETED, 1]).items)
    playlists = {one.playlist_id: one for one in own} | {**account.playlists, LIKED: liked}
    return replace(account, playlists=playlists, created=dict.fromkeys((one.playlist_id for one in own), START))


@cache
def talks_world(playlists: int = 4, filed: int = 24, waiting: int = 6) -> Account:
    """Real talks of the sample library: some playlists with their members, and an inbox with more that belong there."""
    library = load_library()
    belonging: dict[str, list[Item]] = {}
    for item in (item for p in library.listed for item in p.items):
        if library.availability(item.video_id) is Availability.AVAILABLE and item.video_id in library.truth:
            belonging.setdefault(library.truth[item.video_id], []).append(item)
    chosen = sorted(belonging, key=lambda one: -len(belonging[one]))[:playlists]
    unique = {one: list({item.video_id: item for item in belonging[one]}.values()) for one in chosen}
    kept = [replace(library.playlists[one], items=tuple(unique[one][:filed])) for one in chosen]
    rest = (item for one in chosen for item in unique[one][filed : filed + waiting])
    inbox = Playlist(INBOX, "Inbox", items=tuple(replace(item, item_id=f"{INBOX}{n}") for n, item in enumerate(rest)))
    shown = {one.playlist_id: one for one in (inbox, *kept)}
    videos = {item.video_id: library.videos[item.video_id] for one in shown.values() for item in one.items}
    return replace(library, playlists=shown, videos=videos, created=dict.fromkeys(shown, START))


def fill(workspace: Workspace, account: Account) -> None:
    """Put an account into base as a pull would, without YouTube."""
    catalog = workspace.catalog
    shown = [one for one in account.playlists.values() if one.writable or one.playlist_id == LIKED]
    catalog.pin_channel(account.channel)
    catalog.store_listing(
        [Listed(p.playlist_id, p.title, p.description, p.privacy, "", None, p.writable) for p in shown]
    )
    for one in shown:
        catalog.store_items(one.playlist_id, one.items)
    catalog.store_videos(list(account.videos.values()))


@cache
def analysed_home(folder: Path) -> Path:
    """A data folder with `talks_world` analysed once for all tests: drawing a map takes seconds, whatever its size."""
    home = folder / "analysed"
    with closing(Workspace(Settings(home))) as workspace:
        fill(workspace, talks_world())
        workspace.analysis.run()
    return home


class Clock:
    """Stands still until somebody sleeps; remembers how long they slept."""

    def __init__(self) -> None:
        self.now = START
        self.elapsed = timedelta()
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.elapsed += timedelta(**span)

    def set_by(self, **span: float) -> None:
        """Somebody sets the clock, forward or back; no time passes."""
        self.now += timedelta(**span)

    def monotonic(self) -> float:
        """The seconds that have passed, however the clock was set."""
        return self.elapsed.total_seconds()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.tick(seconds=seconds)


class Wire:
    """Stands between HTTP and the account. `rule` handles every request until a test puts another in its place."""

    def __init__(self) -> None:
        self.rule: Interceptor = pass_through

    def __call__(self, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        return self.rule(request, answer)


class Switchboard:
    """One server for many tests, since stopping one takes longer than most of them. It answers for who is plugged in.

    An account that was asked something nobody measured fails its test when it is unplugged.
    """

    def __init__(self) -> None:
        self.app: Any = None
        server = DemoServer(self, protocol=OpenProtocol)
        atexit.register(server.stop)
        self.url = server.url

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    @contextmanager
    def plugged(self, youtube: DemoYouTube, wire: Wire) -> Iterator[str]:
        """Meanwhile this account answers, over this wire; the address to ask."""
        before, self.app = self.app, disturbed_app(youtube, wire)
        yield self.url
        self.app = before
        assert youtube.unmodelled == []


@cache
def switchboard() -> Switchboard:
    """The one of this process."""
    return Switchboard()


def on(match: Match, act: Interceptor, times: int = 1) -> Interceptor:
    """A rule: the first `times` requests that match are handled by `act`, all others as they should be."""
    left = [times]

    def rule(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        if left[0] and match(request):
            left[0] -= 1
            return act(request, answer)
        return answer(request)

    return rule


def nth(match: Match, number: int) -> Match:
    """Matches only the so-manieth request that `match` matches."""
    seen = [0]

    def matches(request: Request) -> bool:
        hit = match(request)
        seen[0] += hit
        return hit and seen[0] == number

    return matches


def before(happens: Callable[[], object]) -> Interceptor:
    """Something happens just before the request is answered."""

    def act(request: Request, answer: Callable[[Request], Answer]) -> Answer:
        happens()
        return answer(request)

    return act


def refused(status: int, reason: str = "backendError") -> Interceptor:
    """The request is refused and nothing is applied."""
    return lambda request, answer: Answer(status, error_body(status, reason))


def lost(request: Request, answer: Callable[[Request], Answer]) -> Answer:
    """The request is applied, and its answer does not arrive."""
    answer(request)
    return Answer(502, error_body(502, "badGateway"))


def writing(resource: str = "", method: str = "") -> Match:
    """Matches writes, of one resource or method where it is named."""
    return lambda request: (
        request.method != "GET" and resource in ("", request.resource) and method in ("", request.method)
    )


def listing(playlist_id: str, page: int | None = None) -> Match:
    """Matches reads of a playlist's items; of its first page only, or of a later one, where `page` is 1 or 2."""
    return lambda request: (
        request.method == "GET"
        and request.resource == "playlistItems"
        and list(request.params.get("playlistId", ())) == [playlist_id]
        and "videoId" not in request.params
        and (page is None or (page > 1) == ("pageToken" in request.params))
    )


class World:
    """A workspace, the account behind it, and the flows with the clock of the world."""

    def __init__(self, workspace: Workspace, youtube: DemoYouTube, wire: Wire, clock: Clock) -> None:
        self.shop, self.youtube, self.wire, self.clock = workspace, youtube, wire, clock
        self.settle_seconds, self.daily_playlists = 60.0, 10
        workspace.quota.now, workspace.journal.monotonic = clock, clock.monotonic
        self.client = Client(Credentials("demo"), workspace.settings.endpoint, workspace.quota, sleep=clock.sleep)

    # -- the flows ---------------------------------------------------------------------------------------------------

    def pull(self, **options: Any) -> PullReport:
        settled = {"settle_seconds": self.settle_seconds, "now": self.clock}
        return pull(self.shop.catalog, self.shop.journal, self.client, **settled, **options)

    def context(self) -> Context:
        shop = self.shop
        parts = (shop.catalog, shop.edits, shop.journal, shop.quota, self.client)
        return Context(*parts, self.settle_seconds, self.daily_playlists, now=self.clock, sleep=self.clock.sleep)

    def push(self, **options: Any) -> PushReport:
        def replan() -> Any:
            self.pull()
            return self.shop.pushes.plan()

        return push(self.context(), replan, finish=self.shop.pushes.fulfil_pushed, **options)

    def move(self, number: int, source: str, target: str) -> None:
        self.shop.filing.file([video(number)], target, source)

    def copy(self, number: int, target: str) -> None:
        self.shop.filing.file([video(number)], target)

    def remove(self, number: int, source: str) -> None:
        self.shop.filing.file([video(number)], None, source)

    def lay(self, kind: EditKind, **facts: Any) -> None:
        """Any other wish."""
        self.shop.edits.lay([Edit(0, kind, START, **facts)])

    # -- what is so --------------------------------------------------------------------------------------------------

    def on_youtube(self, playlist_id: str) -> list[int]:
        """The numbers of the videos that a playlist truly holds, in order."""
        return [int(item.video_id[5:]) for item in self.youtube.present.playlists[playlist_id].items]

    def in_base(self, playlist_id: str) -> list[int]:
        """The same as base has it."""
        return [int(item.video_id[5:]) for item in self.shop.catalog.items_of(playlist_id)]

    def amend_items(self, playlist_id: str, change: Callable[[tuple[Item, ...]], tuple[Item, ...]]) -> None:
        """The person edits a playlist on youtube.com."""

        def amended(account: Account) -> Account:
            held = account.playlists[playlist_id]
            return account.with_playlist(replace(held, items=change(held.items)))

        self.youtube.amend(amended)

    def amend_video(self, number: int, availability: Availability) -> None:
        """A video dies or comes back."""

        def amended(account: Account) -> Account:
            changed = replace(account.videos[video(number)], availability=availability)
            return replace(account, videos={**account.videos, changed.video_id: changed})

        self.youtube.amend(amended)

    def homes(self, number: int) -> list[str]:
        """Where a video truly stands."""
        return [p.playlist_id for p in self.youtube.present.listed for _ in range(p.copies(video(number)))]

    def writes(self) -> list[tuple[str, str, int]]:
        """Method, resource and status of every write that was answered by the account."""
        return [(e.method, e.path.rsplit("/", 1)[1], e.status) for e in self.youtube.log if e.method != "GET"]

    def requests(self, begin: int = 0) -> list[LogEntry]:
        """What was asked since a moment of the log."""
        return self.youtube.log[begin:]

    def journal(self) -> list[JournalEntry]:
        """The operations of the newest push."""
        return self.shop.journal.entries(self.shop.journal.pushes()[0].push_id)

    def states(self) -> list[State]:
        return [entry.state for entry in self.journal()]
