"""Pull: read the library from YouTube into the catalogue, with the fewest requests and believing nothing by halves.

A first pull of P playlists, I items and V videos costs at most ceil(P/50) + sum(ceil(items/50)) + ceil(V/50) + 2 units;
a later one ceil(P/50) + 1, one more where there is a Liked list, plus what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from lib.errors import ApiError, InconsistentListing, NotSignedIn
from lib.models import (
    LIKED,
    PAGE,
    HeldBack,
    Item,
    Library,
    Listed,
    ListedItem,
    Playlist,
    Progress,
    Video,
    silent,
)
from lib.planning.guards import all_shrunk, held_back
from lib.planning.read_lag import items_shown, playlists_shown, with_kept
from lib.store.catalog import Catalog
from lib.store.journal import Journal
from lib.sync.listing import Listing, check_whole
from lib.youtube.api import Client

REFRESH_AFTER = timedelta(days=28)
"""Titles and descriptions are read again when they are this old: YouTube's terms ask for it within 30 days."""
T = TypeVar("T")
LISTING_ATTEMPTS = 2
EVERYWHERE = "Every playlist lost items at once, which looks like a failing YouTube rather than like a tidy person."


@dataclass(slots=True)
class PullReport:
    """What a pull found. `requests`, `units` and `ruled`, what rules filed of it, are filled in by whoever has them."""

    playlists: int = 0
    items: int = 0
    videos: int = 0
    new_items: int = 0
    removed_items: int = 0
    unavailable: int = 0
    requests: int = 0
    units: int = 0
    ruled: int = 0
    held_back: list[HeldBack] = field(default_factory=list)


def pull(
    catalog: Catalog,
    journal: Journal,
    client: Client,
    *,
    full: bool = False,
    accept: Iterable[str] = (),
    settle_seconds: float = 60,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = silent,
) -> PullReport:
    """Bring base up to what YouTube shows now.

    `full` reads every playlist again. `accept` names playlists whose held-back listing the user has agreed to believe.
    Raises `NotSignedIn` for another channel than the one this library was read from; a playlist that keeps changing
    under our eyes is held back, not half stored.
    """
    return _Pull(catalog, journal, client, set(accept), settle_seconds, now, progress).run(full)


class _Pull:
    def __init__(
        self,
        catalog: Catalog,
        journal: Journal,
        client: Client,
        accept: set[str],
        settle_seconds: float,
        now: Callable[[], datetime],
        progress: Progress,
    ) -> None:
        self.catalog, self.client, self.accept, self.now, self.progress = catalog, client, accept, now, progress
        # reads may be stale for a while after a write of ours: what we know to be done outranks them
        self.ours = journal.recent_writes(now() - timedelta(seconds=settle_seconds), settle_seconds)
        self.doubtful: set[str] = set()
        self.report = PullReport()

    def run(self, full: bool) -> PullReport:
        """Listing, then items, then videos."""
        before = self.catalog.listing()
        self.progress(0, 1, "Listing your playlists")
        listed = self._listing(before)
        wanted = self._to_read(listed, before, full)
        # a change counts as seen only once its items are stored, so that a pull that dies here is noticed by the next;
        # and what is held back is read as soon as YouTube lists it again
        unseen = {*wanted, *(one.playlist_id for one in self.catalog.held_back())}
        self.catalog.store_listing([replace(one, etag="") if one.playlist_id in unseen else one for one in listed])
        swept = set() if full else {one for one in wanted if self._unchanged(one, listed, before)}
        shown = {one.playlist_id: one for one in listed}
        self._read_playlists({playlist_id: shown[playlist_id] for playlist_id in wanted}, swept)
        self._videos()
        self.catalog.remember("last_pull", self.now().isoformat())
        for key, count in self.catalog.counts().items():
            if hasattr(self.report, key):
                setattr(self.report, key, count)
        self.report.held_back = self.catalog.held_back()
        return self.report

    # -- which playlists there are -----------------------------------------------------------------------------------

    def _listing(self, before: dict[str, Listed]) -> list[Listed]:
        pinned = self.catalog.channel()
        liked: list[Listed] = [one for one in before.values() if not one.writable]
        if pinned is None:
            pinned, liked_id = self.client.channel()
            self.catalog.pin_channel(pinned)
            if liked_id:
                liked = [Listed(liked_id, "Liked videos", "", "private", "", None, writable=False)]
        listed = self.client.playlists()
        if other := next((one for one in listed if one.owner and one.owner != pinned.channel_id), None):
            raise NotSignedIn(
                f"This library belongs to the channel {pinned.title!r}, but the sign-in is for another one ({other.owner}).",
                "Sign in again and choose the right channel, or set ATLAS_HOME to another folder for the other one.",
            )
        listed = playlists_shown(listed, before, self.ours)
        shown = {one.playlist_id for one in listed}
        gone = [one for one in before.values() if one.writable and one.playlist_id not in shown]
        return listed + self._confirm_gone(gone) + liked

    def _confirm_gone(self, missing: Sequence[Listed]) -> list[Listed]:
        """Those of the missing playlists that base keeps: still there by id, ours and too new to be listed, or held back."""
        if not missing:
            return []
        still_there = {}
        for batch in _batches([one.playlist_id for one in missing]):
            still_there.update(self.client.playlists_by_id(batch))
        kept = []
        for one in missing:
            playlist = Playlist(one.playlist_id, one.title, items=self.catalog.items_of(one.playlist_id))
            reason = held_back(playlist, None)
            if one.playlist_id in still_there:
                kept.append(still_there[one.playlist_id])
            elif reason and one.playlist_id not in self.accept:
                videos = [item.video_id for item in playlist.items]
                self.catalog.hold_back(one.playlist_id, reason, self.now(), videos)
                kept.append(one)
            else:
                self.report.removed_items += len(playlist.items)
                self.catalog.drop_playlist(one.playlist_id)
        return kept

    def _to_read(self, listed: Sequence[Listed], before: dict[str, Listed], full: bool) -> list[str]:
        """What changed by etag or count, Liked (which shows neither), and the stalest of the rest as a sweep."""
        never_read = self.catalog.playlists_never_read()
        wanted = []
        for one in listed:
            first_time = one.playlist_id not in before or one.playlist_id in never_read
            if first_time and one.item_count == 0:
                continue  # nothing to read; a later sweep looks whether that is true
            if full or first_time or not one.writable or not self._unchanged(one.playlist_id, listed, before):
                wanted.append(one.playlist_id)
        stalest = self.catalog.stalest()
        if before and stalest and stalest not in wanted and stalest in {one.playlist_id for one in listed}:
            wanted.append(stalest)
        return wanted

    @staticmethod
    def _unchanged(playlist_id: str, listed: Sequence[Listed], before: dict[str, Listed]) -> bool:
        now = next((one for one in listed if one.playlist_id == playlist_id), None)
        then = before.get(playlist_id)
        return bool(now and then and now.etag == then.etag and now.item_count == then.item_count)

    # -- the items of one playlist -----------------------------------------------------------------------------------

    def _read_playlists(self, wanted: dict[str, Listed], swept: set[str]) -> None:
        """Read them and take over what they show; those that lost items last, as losses everywhere are not believed."""
        losing: dict[str, list[ListedItem]] = {}
        for done, playlist_id in enumerate(wanted):
            self.progress(done, len(wanted), "Reading playlists")
            try:
                found = self._items(playlist_id, playlist_id in swept)
            except InconsistentListing as error:
                self.catalog.hold_back(playlist_id, error.message, self.now())
                continue
            if found is None:
                self._mark_read(wanted[playlist_id])
            elif self._loses(playlist_id, found):
                losing[playlist_id] = found
            elif self._take_over(playlist_id, found):
                self._mark_read(wanted[playlist_id])
        doubt = EVERYWHERE if losing and self._lost_everywhere(losing) else None
        for playlist_id, found in losing.items():
            if self._take_over(playlist_id, found, doubt):
                self._mark_read(wanted[playlist_id])

    def _mark_read(self, listed: Listed) -> None:
        doubtful = listed.playlist_id in self.doubtful
        self.catalog.mark_read(replace(listed, etag="") if doubtful else listed, self.now())

    def _loses(self, playlist_id: str, found: Sequence[ListedItem]) -> bool:
        listed = {one.item.item_id for one in found} | self.ours.inserted
        return any(item.item_id not in listed for item in self.catalog.items_of(playlist_id))

    def _lost_everywhere(self, losing: dict[str, list[ListedItem]]) -> bool:
        before = after = self.catalog.library()
        for playlist_id, found in losing.items():
            after = after.map_playlist(playlist_id, items=tuple(one.item for one in found))
        return all_shrunk(Library({k: p for k, p in before.playlists.items() if p.writable}), after)

    def _items(self, playlist_id: str, sweep: bool) -> list[ListedItem] | None:
        """The whole listing, [] for an empty one; None when its first page is unchanged and nothing hints at more."""
        for attempt in range(LISTING_ATTEMPTS):
            try:
                known = {} if attempt else self.catalog.listing_pages(playlist_id)
                listing = Listing(self.client, playlist_id, known)
                items = listing.read(stop_if_first_unchanged=sweep)
                if items is not None:
                    check_whole(items, strict=playlist_id != LIKED)
                if listing.pages != listing.known:
                    self.catalog.store_listing_pages(playlist_id, listing.pages)
                return items
            except InconsistentListing:
                if attempt == LISTING_ATTEMPTS - 1:
                    raise
            except ApiError as error:
                if error.reason == "invalidPageToken" and attempt == 0:
                    continue  # a token we had kept is no longer good: read afresh
                if error.status == 404:
                    return []
                raise
        raise AssertionError("the last attempt returns or raises")

    def _take_over(self, playlist_id: str, found: list[ListedItem], doubt: str | None = None) -> bool:
        """Whether base now holds what YouTube shows of this playlist; not where that is too bad to be believed."""
        before = self.catalog.items_of(playlist_id)
        listing = [one.item for one in found]
        after = items_shown(playlist_id, before, listing, self.ours)
        listed = self.catalog.listing()[playlist_id]
        present = {item.item_id or "" for item in after}
        reason = held_back(Playlist(playlist_id, listed.title, items=before), present) or doubt
        if reason and playlist_id not in self.accept:
            missing = [item.video_id for item in before if item.item_id not in present]
            self.catalog.hold_back(playlist_id, reason, self.now(), missing)
            return False
        after = with_kept(before, after, self._confirmed(playlist_id, before, present))
        if after != listing:  # what we know better now, the listing has to show later
            self.doubtful.add(playlist_id)
        had, has = {item.item_id for item in before}, {item.item_id for item in after}
        self.report.new_items += len(has - had)
        self.report.removed_items += len(had - has)
        with self.catalog.db.write():
            self.catalog.store_items(playlist_id, after)
            self._note_videos(found)
        return True

    def _confirmed(self, playlist_id: str, before: Sequence[Item], present: set[str]) -> set[str]:
        """Missing is not removed: the items that left the listing and are still there when they are asked for by id."""
        missing = [item for item in before if item.item_id not in present | self.ours.deleted]
        kept = set()
        for batch in _batches(missing):
            alive = self.client.items_by_id([item.item_id or "" for item in batch])
            kept |= {item_id for item_id, one in alive.items() if one.playlist_id in ("", playlist_id)}
        return kept

    # -- videos ------------------------------------------------------------------------------------------------------

    def _note_videos(self, found: Sequence[ListedItem]) -> None:
        """What a listing tells of its videos: new ones, and who died or came back. A placeholder has no title to store."""
        known = self.catalog.videos({one.item.video_id for one in found})
        new = [_placeholder(one) for one in found if one.item.video_id not in known]
        self.catalog.store_videos(list({video.video_id: video for video in new}.values()))
        changed = {
            one.item.video_id: one.availability
            for one in found
            if one.item.video_id in known and known[one.item.video_id].availability is not one.availability
        }
        self.catalog.mark_unavailable(changed)

    def _videos(self) -> None:
        """Read the details of videos that are new, back from the dead, or due for a refresh."""
        known = self.catalog.due_videos(self.now() - REFRESH_AFTER)
        due = list(known)
        for done, batch in enumerate(_batches(due)):
            self.progress(done * PAGE, len(due), "Reading videos")
            found = {i: replace(video, fetched_at=self.now()) for i, video in self.client.videos(batch).items()}
            # what the listing calls alive and videos.list leaves out keeps its title, and is asked for again in a month
            missing = [replace(known[i], fetched_at=self.now()) for i in batch if i not in found]
            self.catalog.store_videos([*found.values(), *missing])


def _placeholder(one: ListedItem) -> Video:
    return Video(
        one.item.video_id,
        one.title,
        channel_id=one.channel_id,
        channel_title=one.channel_title,
        availability=one.availability,
    )


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), PAGE):
        yield values[start : start + PAGE]
