"""A small account, a clock that is set by hand, and ways to ask."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from lib.demo.account import Account, empty_account, item_id_of
from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.models import LIKED, Availability, Channel, Item, Playlist, Video

NOON = datetime(2026, 10, 5, 19, 0, tzinfo=UTC)
COOKING, MUSIC = "PL" + "c" * 32, "PL" + "m" * 32


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **span: float) -> None:
        self.now += timedelta(**span)


def video_id(number: int) -> str:
    return f"video{number:06d}"


def _video(number: int) -> Video:
    availability = {8: Availability.DELETED, 9: Availability.PRIVATE}.get(number, Availability.AVAILABLE)
    return Video(
        video_id(number),
        f"Talk <{number}> & more",
        f"About {number}",
        "UCowner",
        "Owner",
        ("a",),
        NOON,
        3725,
        availability=availability,
    )


def _items(playlist_id: str, numbers: list[int]) -> tuple[Item, ...]:
    return tuple(
        Item(item_id_of(playlist_id, str(at)), video_id(number), NOON - timedelta(days=at))
        for at, number in enumerate(numbers)
    )


def small_account() -> Account:
    """Cooking holds videos 0-6, the deleted 8 and the private 9; Music holds 0 twice; 8 and 1 are liked; 2 is an upload."""
    account = empty_account(Channel("UC" + "r" * 22, "Robin"), {video_id(n): _video(n) for n in range(20)})
    playlists = {
        COOKING: Playlist(COOKING, "Cooking", "Food", items=_items(COOKING, [0, 1, 2, 3, 4, 5, 6, 8, 9])),
        MUSIC: Playlist(MUSIC, "Music", privacy="public", items=_items(MUSIC, [0, 0])),
        LIKED: replace(account.playlists[LIKED], items=_items(LIKED, [8, 1])),
        account.uploads_id: replace(account.playlists[account.uploads_id], items=_items(account.uploads_id, [2])),
    }
    return replace(
        account,
        playlists=playlists,
        created={COOKING: NOON, MUSIC: NOON},
        truth={video_id(3): MUSIC},
        forbidden=frozenset({"PLtheirs"}),
    )


@dataclass
class Asker:
    """Asks an account the way HTTP would."""

    youtube: DemoYouTube

    def ask(self, method: str, resource: str, body: dict | None = None, **params: object) -> Answer:
        asked = {name: [str(value)] if not isinstance(value, list) else value for name, value in params.items()}
        return self.youtube.answer(Request(method, resource, asked, body or {}))

    def get(self, resource: str, **params: object) -> dict:
        answer = self.ask("GET", resource, **params)
        assert answer.status == 200, answer
        return answer.body

    def refusal(self, method: str, resource: str, body: dict | None = None, **params: object) -> tuple[int, str]:
        answer = self.ask(method, resource, body, **params)
        return answer.status, answer.body["error"]["errors"][0]["reason"]

    def insert(self, playlist: str, video: str, **snippet: object) -> Answer:
        resource = {"kind": "youtube#video", "videoId": video}
        return self.ask(
            "POST",
            "playlistItems",
            {"snippet": {"playlistId": playlist, "resourceId": resource, **snippet}},
            part="snippet",
        )

    def create(self, title: str = "New", **snippet: object) -> str:
        body = {"snippet": {"title": title, **snippet}, "status": {"privacyStatus": "private"}}
        return self.ask("POST", "playlists", body, part="snippet,status").body["id"]

    def listed(self, playlist: str) -> list[str]:
        """Video ids of a playlist as a listing shows them."""
        return [
            row["contentDetails"]["videoId"]
            for row in self.get("playlistItems", part="contentDetails", playlistId=playlist, maxResults=50)["items"]
        ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account() -> Account:
    return small_account()


@pytest.fixture
def youtube(account: Account, clock: Clock) -> DemoYouTube:
    return DemoYouTube(account, clock=clock)


@pytest.fixture
def asker(youtube: DemoYouTube) -> Asker:
    return Asker(youtube)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict:
        return json.loads(self.content)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def fetch(
    url: str, method: str = "GET", data: bytes | None = None, token: str | None = "demo", **headers: str
) -> Reply:
    """One HTTP request that neither follows redirects nor raises for a refusal."""
    wanted = {name.replace("_", "-"): value for name, value in headers.items()} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )
    request = urllib.request.Request(url, data, wanted, method=method)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as answer:
            return Reply(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, dict(error.headers), error.read())
