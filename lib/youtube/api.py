"""The YouTube Data API, one method for each call we make, over the official client library.

Units are booked in the ledger before each request leaves. A write is sent exactly once and never retried here: whoever
asked for it knows what to look for. One service object per thread, since httplib2 is not thread-safe.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import httplib2
from google.auth.exceptions import RefreshError, TransportError

from lib.errors import ApiError, InconsistentListing, NotSignedIn, QuotaExceeded, UserError
from lib.models import LIKED, PAGE, READ_UNITS, WRITE_UNITS, Channel, Listed, ListedItem, Video
from lib.youtube import resources
from lib.youtube.refusals import DAY_SPENT, lost, reason_of, refusal
from lib.youtube.transport import TIMEOUT_SECONDS, Resources, WriteOnceHttp

READ_ATTEMPTS = 4
ITEM_PARTS = "snippet,contentDetails,status"
_KEPT = ("title", "description", "defaultLanguage", "tags")
_NEVER_SENT = (ConnectionRefusedError, httplib2.ServerNotFoundError)


class Ledger(Protocol):
    """Where units are booked; `store/quota.py` has it."""

    def reserve(self, units: int, method: str) -> None: ...

    def exhaust(self) -> QuotaExceeded: ...


class ItemsPage:
    """One page of a playlist's items; `unchanged` when YouTube answered 304 to our etag, and then it holds no items."""

    def __init__(self, items: Sequence[ListedItem], next_token: str | None, etag: str, unchanged: bool = False) -> None:
        self.items, self.next_token, self.etag, self.unchanged = tuple(items), next_token, etag, unchanged


class Client:
    """Calls YouTube for one signed-in channel."""

    def __init__(
        self,
        credentials: Any,
        endpoint: str | None,
        ledger: Ledger,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: random.Random | None = None,
        timeout: float | None = None,
    ) -> None:
        """`credentials` are google-auth's; `endpoint` is None for Google's own; `timeout` is in seconds."""
        self._credentials = credentials
        self._endpoint = endpoint
        self._ledger = ledger
        self._sleep = sleep
        self._chance = chance or random.Random()
        self._timeout = TIMEOUT_SECONDS if timeout is None else timeout
        self._local = threading.local()

    # -- reads: 1 unit each ------------------------------------------------------------------------------------------

    def channel(self) -> tuple[Channel, str | None]:
        """The signed-in channel and the id of its Liked playlist. Raises `NotSignedIn` where the account has none."""
        answer = self._read(lambda s: s.channels().list(part="snippet,contentDetails", mine=True), "channels.list")
        found = answer.get("items") or []
        if not found:
            raise NotSignedIn(
                "This Google account has no YouTube channel.",
                "Sign in again and choose the channel whose playlists you want.",
            )
        related = (found[0].get("contentDetails") or {}).get("relatedPlaylists") or {}
        return resources.channel(found[0]), related.get("likes") or None

    def playlists(self) -> list[Listed]:
        """Every playlist of the channel, all pages. Raises `InconsistentListing` when one appears twice."""
        found: list[Listed] = []
        token: str | None = None
        while True:
            answer = self._read(_mine(token), "playlists.list")
            found += [resources.listed(one) for one in answer.get("items") or []]
            token = answer.get("nextPageToken")
            if not token:
                break
        if len({one.playlist_id for one in found}) != len(found):
            raise InconsistentListing("Your playlists changed while they were being listed.", "Pull again.")
        return found

    def playlists_by_id(self, playlist_ids: Sequence[str]) -> dict[str, Listed]:
        """Those of at most 50 playlists that exist, by id; the others are simply missing."""
        answer = self._read(
            lambda s: s.playlists().list(
                part="snippet,status,contentDetails", id=",".join(playlist_ids), maxResults=PAGE
            ),
            "playlists.list",
        )
        return {one["id"]: resources.listed(one, writable=one["id"] != LIKED) for one in answer.get("items") or []}

    def items_page(
        self, playlist_id: str, token: str | None, etag: str | None = None, *, video_id: str | None = None
    ) -> ItemsPage:
        """One page of a playlist, or of its items that hold one video; with an `etag`, only if it changed.

        Raises `ApiError` 404 for a playlist that is gone.
        """

        def request(service: Any) -> Any:
            call = service.playlistItems().list(
                part=ITEM_PARTS, playlistId=playlist_id, videoId=video_id, maxResults=PAGE, pageToken=token
            )
            if etag:
                call.headers["If-None-Match"] = etag
            return call

        try:
            answer = self._read(request, "playlistItems.list")
        except ApiError as error:
            if error.status == 304:
                return ItemsPage((), None, etag or "", unchanged=True)
            raise
        items = [resources.listed_item(one) for one in answer.get("items") or []]
        return ItemsPage(items, answer.get("nextPageToken"), str(answer.get("etag") or ""))

    def items_by_id(self, item_ids: Sequence[str], *, booked: bool = False) -> dict[str, ListedItem]:
        """Those of at most 50 items that exist, by item id: the one way to know that an item is really gone."""
        if not any(item_ids):
            return {}
        answer = self._read(
            lambda s: s.playlistItems().list(part=ITEM_PARTS, id=",".join(item_ids), maxResults=PAGE),
            "playlistItems.list",
            booked=booked,
        )
        return {one["id"]: resources.listed_item(one) for one in answer.get("items") or []}

    def videos(self, video_ids: Sequence[str]) -> dict[str, Video]:
        """Those of at most 50 videos that can be watched, by id; deleted and private ones are missing."""
        answer = self._read(
            lambda s: s.videos().list(part="snippet,contentDetails,status", id=",".join(video_ids)), "videos.list"
        )
        now = datetime.now(UTC)
        return {one["id"]: resources.video(one, now) for one in answer.get("items") or []}

    # -- writes: 50 units each, sent once; `booked` units are in the ledger already, as of `sent` ---------------------

    def insert_item(
        self, playlist_id: str, video_id: str, position: int | None, note: str = "", *, booked: bool = False
    ) -> ListedItem:
        """Put a video into a playlist, at a position or at the end. Anything but a success leaves `applied` to be asked."""
        resource = {"kind": "youtube#video", "videoId": video_id}
        body: dict[str, Any] = {"snippet": {"playlistId": playlist_id, "resourceId": resource}}
        if position is not None:
            body["snippet"]["position"] = position
        parts = ITEM_PARTS if note else "snippet,status"
        if note:
            body["contentDetails"] = {"note": note}
        answer = self._write(
            lambda s: s.playlistItems().insert(part=parts, body=body), "playlistItems.insert", booked, insert=True
        )
        return resources.listed_item(answer)

    def move_item(
        self, item_id: str, playlist_id: str, video_id: str, position: int, *, booked: bool = False
    ) -> ListedItem:
        """Put an item at exactly this index of its playlist. Only the snippet is named, so a note stays."""
        resource = {"kind": "youtube#video", "videoId": video_id}
        body = {"id": item_id, "snippet": {"playlistId": playlist_id, "resourceId": resource, "position": position}}
        answer = self._write(
            lambda s: s.playlistItems().update(part="snippet", body=body), "playlistItems.update", booked
        )
        return resources.listed_item(answer)

    def delete_item(self, item_id: str, *, booked: bool = False) -> None:
        """Take an item out of its playlist; one that is already gone is no error."""
        self._delete(lambda s: s.playlistItems().delete(id=item_id), "playlistItems.delete", booked)

    def create_playlist(
        self, title: str, description: str = "", privacy: str = "private", *, booked: bool = False
    ) -> Listed:
        """Make a new playlist, private unless told otherwise."""
        body = {"snippet": {"title": title, "description": description}, "status": {"privacyStatus": privacy}}
        answer = self._write(
            lambda s: s.playlists().insert(part="snippet,status", body=body), "playlists.insert", booked, insert=True
        )
        return resources.listed(answer)

    def playlist_snippet(self, playlist_id: str) -> dict[str, Any] | None:
        """What a rename must keep of a playlist, with its title: title, description, defaultLanguage, tags. 1 unit.

        None for a playlist that is gone, whose update YouTube would answer with success.
        """
        answer = self._read(lambda s: s.playlists().list(part="snippet", id=playlist_id), "playlists.list")
        found = answer.get("items")
        return {k: v for k, v in found[0]["snippet"].items() if k in _KEPT} if found else None

    def rename_playlist(
        self, playlist_id: str, title: str, snippet: Mapping[str, Any] | None = None, *, booked: bool = False
    ) -> Listed:
        """Change the title alone: the whole snippet is replaced, so it is read first and sent back changed.

        `snippet` is what `playlist_snippet` just showed. Raises `ApiError` 404 for a playlist that is gone.
        """
        kept = self.playlist_snippet(playlist_id) if snippet is None else snippet
        if kept is None:
            raise ApiError("The playlist is gone.", "Pull again.", status=404, reason="playlistNotFound", applied=False)
        body = {"id": playlist_id, "snippet": {**kept, "title": title}}
        answer = self._write(lambda s: s.playlists().update(part="snippet", body=body), "playlists.update", booked)
        return resources.listed(answer)

    def delete_playlist(self, playlist_id: str, *, booked: bool = False) -> None:
        """Delete a playlist with all its items; one that is already gone is no error."""
        self._delete(lambda s: s.playlists().delete(id=playlist_id), "playlists.delete", booked)

    # -- the one place where a request leaves ------------------------------------------------------------------------

    def _service(self) -> Any:
        if not hasattr(self._local, "service"):
            from google_auth_httplib2 import AuthorizedHttp
            from googleapiclient.discovery import build

            # no hidden refresh-and-send-again: a 401 comes back to us
            authorized = AuthorizedHttp(
                self._credentials, http=WriteOnceHttp(timeout=self._timeout), refresh_status_codes=()
            )
            options = {"api_endpoint": self._endpoint} if self._endpoint else None
            discovery = {"static_discovery": True, "cache_discovery": False}
            self._local.service = Resources(
                build("youtube", "v3", http=authorized, client_options=options, **discovery)
            )
        return self._local.service

    def _read(self, request: Callable[[Any], Any], method: str, *, booked: bool = False) -> dict[str, Any]:
        for attempt in range(READ_ATTEMPTS):
            try:
                answer: dict[str, Any] = self._send(request, method, READ_UNITS, booked=booked and not attempt)
                return answer
            except ApiError as error:
                if attempt == READ_ATTEMPTS - 1 or not (error.transient or (error.status == 401 and attempt == 0)):
                    raise
                if error.status == 401:
                    self._refresh()
                else:
                    self._sleep(self._chance.uniform(0, 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def _write(
        self, request: Callable[[Any], Any], method: str, booked: bool, *, insert: bool = False
    ) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._send(request, method, WRITE_UNITS, booked=booked, insert=insert)
            return answer
        except ApiError as error:
            if error.status == 401:
                self._refresh()
            raise

    def _delete(self, request: Callable[[Any], Any], method: str, booked: bool) -> None:
        try:
            self._write(request, method, booked)
        except ApiError as error:
            if error.status != 404:
                raise

    def _send(
        self, request: Callable[[Any], Any], method: str, units: int, *, booked: bool = False, insert: bool = False
    ) -> Any:
        from googleapiclient.errors import HttpError

        call = request(self._service())
        if not booked:
            self._ledger.reserve(units, method)
        statuses: list[int] = []
        call.add_response_callback(lambda response: statuses.append(int(response.status)))
        try:
            answer = call.execute(num_retries=0)
            if not _is_youtubes(answer, statuses[-1], method):
                raise ValueError("the answer is not YouTube's; a sign-in page of the network may stand in between")
            return answer
        except HttpError as error:
            raise self._refusal(error, insert) from error
        except (RefreshError, TransportError) as error:
            raise _not_refreshed(error) from error
        except (httplib2.HttpLib2Error, http.client.HTTPException, OSError, ValueError) as error:
            sent = units == WRITE_UNITS and not isinstance(error, _NEVER_SENT)
            raise lost(error, sent=sent) from error

    def _refusal(self, error: Any, insert: bool) -> UserError:
        status, content = int(error.status_code), error.content or b""
        if status == 304:
            return ApiError("Not modified.", status=304, reason="notModified", applied=False)
        if reason_of(content)[0] in DAY_SPENT:
            return self._ledger.exhaust()
        return refusal(status, content, insert=insert)

    def _refresh(self) -> None:
        """A 401 may only mean that the token expired early; without a refresh token it stands."""
        from google_auth_httplib2 import Request

        if not getattr(self._credentials, "refresh_token", None):
            return
        try:
            self._credentials.refresh(Request(WriteOnceHttp(timeout=self._timeout)))
        except (RefreshError, TransportError, OSError) as error:
            raise _not_refreshed(error) from error


def _is_youtubes(answer: object, status: int, method: str) -> bool:
    """Whether a success looks like YouTube's, and not like that of a proxy that never asked it.

    A delete is answered with 204 and nothing; what was made or changed has an id; a listing has items or says its kind.
    """
    if method.endswith(".delete"):
        return status == 204
    if not isinstance(answer, dict):
        return False
    if method.endswith(".list"):
        return isinstance(answer.get("items"), list) or str(answer.get("kind")).startswith("youtube#")
    return bool(answer.get("id"))


def _not_refreshed(error: Exception) -> UserError:
    """The token could not be renewed: for good, or only because its server is out of reach or out of order."""
    if isinstance(error, RefreshError) and not error.retryable:
        return NotSignedIn("Google no longer accepts the sign-in.", "Sign in again on the Library page.")
    return lost(error, sent=False)


def _mine(token: str | None) -> Callable[[Any], Any]:
    return lambda s: s.playlists().list(
        part="snippet,status,contentDetails", mine=True, maxResults=PAGE, pageToken=token
    )
