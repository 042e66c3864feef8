"""Pull: read the library from YouTube into the catalogue, with the fewest requests and believing nothing by halves.

A first pull of P playlists, I items and V videos costs at most ceil(P/50) + sum(ceil(items/50)) + ceil(V/50) + 2 units;
a later one ceil(P/50) + 1, one more where there is a Liked list, plus what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from lib.errors import ApiError, InconsistentListing, InvalidAnswer, NotSignedIn
from lib.models import (
    LIKED,
    Channel,
    HeldBack,
    Item,
    Library,
    Listed,
    ListedItem,
    Playlist,
    Progress,
    silent,
)
from lib.planning.guards import all_shrunk, held_back
from lib.planning.read_lag import items_shown, playlists_shown, with_kept
from lib.store.catalog import Catalog
from lib.store.journal import Journal
from lib.sync.listing import Listing, check_positions
from lib.sync.video_details import batches, note_videos, refresh_videos
from lib.youtube.api import Client

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
    `progress` is called again with its last step while an answer is waited for, so that it can cancel.
    Raises `NotSignedIn` for another channel than the one this library was read from, before anything changes, and
    `InvalidAnswer` for a list of playlists or of videos that cannot be YouTube's; a playlist whose own listing cannot
    be, or that keeps changing under our eyes, is held back, not half stored.
    """
    steps = _Steps(progress)
    with client.cancellable(steps.repeat):
        return _Pull(catalog, journal, client, set(accept), settle_seconds, now, steps).run(full)


class _Steps:
    """A `Progress` that can be told its last step again."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: tuple[int, int, str] | None = None

    def __call__(self, done: int, total: int, what: str) -> None:
        self._last = (done, total, what)
        self._progress(done, total, what)

    def repeat(self) -> None:
        """Tell the last step again; raises `Cancelled` when the person wants to stop."""
        if self._last:
            self._progress(*self._last)


class _Pull:
    """One pull, from the listing of the playlists to the facts of the videos.

    Attributes:
        accept: the ids of the playlists whose held-back listing is to be believed.
        now: the clock.
        ours: our own recent writes, which outrank what YouTube shows.
        before: the playlists as base lists them, by id.
        doubtful: the ids of the playlists that the next pull reads afresh, whatever their etag says.
        report: what the pull did so far.
    """

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
        self.before: dict[str, Listed] = {}
        self.doubtful: set[str] = set()
        self.report = PullReport()

    def run(self, full: bool) -> PullReport:
        """Listing, then items, then videos."""
        before = self.before = self.catalog.listing()
        self.progress(0, 1, "Listing your playlists")
        channel, listed = self._listing(before)
        wanted = self._to_read(listed, before, full)
        # a change counts as seen only once its items are stored, so that a pull that dies here is noticed by the next;
        # and what is held back is read as soon as YouTube lists it again
        unseen = {*wanted, *(playlist.playlist_id for playlist in self.catalog.held_back())}
        with self.catalog.db.write():
            self.catalog.pin_channel(channel)
            self.catalog.store_listing(
                [replace(playlist, etag="") if playlist.playlist_id in unseen else playlist for playlist in listed]
            )
        swept = set() if full else {id_ for id_ in wanted if self._unchanged(id_, listed, before)}
        shown = {playlist.playlist_id: playlist for playlist in listed}
        self._read_playlists({playlist_id: shown[playlist_id] for playlist_id in wanted}, swept)
        refresh_videos(self.catalog, self.client, self.now(), self.progress)
        self.catalog.remember("last_pull", self.now().isoformat())
        for key, count in self.catalog.counts().items():
            if hasattr(self.report, key):
                setattr(self.report, key, count)
        self.report.held_back = self.catalog.held_back()
        return self.report

    # -- which playlists there are -----------------------------------------------------------------------------------

    def _listing(self, before: dict[str, Listed]) -> tuple[Channel, list[Listed]]:
        """The channel, and its playlists with what base keeps of those that are missing. Raises before it changes anything."""
        pinned = self.catalog.channel()
        liked = [playlist for playlist in before.values() if not playlist.writable]
        channel, liked_id = (pinned, None) if pinned else self.client.channel()
        if liked_id:
            liked = [Listed(liked_id, "Liked videos", "", "private", "", None, writable=False)]
        listed = self.client.playlists()
        self._check_channel(channel, listed, asked=pinned is None)
        listed = playlists_shown(listed, before, self.ours)
        shown = {playlist.playlist_id for playlist in listed}
        gone = [playlist for playlist in before.values() if playlist.writable and playlist.playlist_id not in shown]
        kept = self._confirm_gone(gone)
        liked = [playlist for playlist in liked if playlist.playlist_id not in shown]
        return channel, listed + kept + liked

    def _check_channel(self, channel: Channel, listed: Sequence[Listed], *, asked: bool) -> None:
        """Raises `NotSignedIn` where the playlists are another channel's; one that lists none costs a unit to know."""
        owners = {playlist.owner for playlist in listed} - {""}
        if not owners and not asked:
            owners = {self.client.channel()[0].channel_id}
        if strangers := owners - {channel.channel_id}:
            raise NotSignedIn(
                f"This library belongs to the channel {channel.title!r}, but the sign-in is for another one ({min(strangers)}).",
                "Sign in again and choose the right channel, or set ATLAS_HOME to another folder for the other one.",
            )

    def _confirm_gone(self, missing: Sequence[Listed]) -> list[Listed]:
        """Those of the missing playlists that base keeps: still there by id, ours and too new to be listed, or held back."""
        still_there: dict[str, Listed] = {}
        for batch in batches([playlist.playlist_id for playlist in missing]):
            still_there.update(self.client.playlists_by_id(batch))
        kept = []
        for listed in missing:
            playlist = Playlist(listed.playlist_id, listed.title, items=self.catalog.items_of(listed.playlist_id))
            reason = held_back(playlist, None)
            if listed.playlist_id in still_there:
                kept.append(still_there[listed.playlist_id])
            elif reason and listed.playlist_id not in self.accept:
                videos = [item.video_id for item in playlist.items]
                self._hold_back(listed.playlist_id, reason, videos)
                kept.append(listed)
            else:
                self.report.removed_items += len(playlist.items)
                self.catalog.drop_playlist(listed.playlist_id)
        return kept

    def _to_read(self, listed: Sequence[Listed], before: dict[str, Listed], full: bool) -> list[str]:
        """What changed by etag or count, Liked (which shows neither), and the stalest of the rest as a sweep."""
        never_read = self.catalog.playlists_never_read()
        wanted = []
        for playlist in listed:
            playlist_id = playlist.playlist_id
            first_time = playlist_id not in before or playlist_id in never_read
            if first_time and playlist.item_count == 0:
                continue  # nothing to read; a later sweep looks whether that is true
            if full or first_time or not playlist.writable or not self._unchanged(playlist_id, listed, before):
                wanted.append(playlist_id)
        stalest = self.catalog.stalest()
        if before and stalest and stalest not in wanted and stalest in {playlist.playlist_id for playlist in listed}:
            wanted.append(stalest)
        return wanted

    @staticmethod
    def _unchanged(playlist_id: str, listed: Sequence[Listed], before: dict[str, Listed]) -> bool:
        now = next((playlist for playlist in listed if playlist.playlist_id == playlist_id), None)
        then = before.get(playlist_id)
        return bool(now and then and now.etag == then.etag and now.item_count == then.item_count)

    # -- the items of one playlist -----------------------------------------------------------------------------------

    def _read_playlists(self, wanted: dict[str, Listed], swept: set[str]) -> None:
        """Read them and take over what they show; those that lost items last, as losses everywhere are not believed."""
        losing: dict[str, list[ListedItem]] = {}
        for done, playlist_id in enumerate(wanted):
            self.progress(done, len(wanted), "Reading playlists")
            try:
                listing = self._items(playlist_id, playlist_id in swept)
            except (InconsistentListing, InvalidAnswer) as error:
                self._hold_back(playlist_id, error.message)
                continue
            if listing is None:
                self._mark_read(wanted[playlist_id])
            elif self._loses(playlist_id, listing):
                losing[playlist_id] = listing
            elif self._take_over(playlist_id, listing):
                self._doubt_count(wanted[playlist_id], len(listing))
                self._mark_read(wanted[playlist_id])
        doubt = EVERYWHERE if losing and self._lost_everywhere(losing) else None
        for playlist_id, listing in losing.items():
            if self._take_over(playlist_id, listing, doubt):
                self._doubt_count(wanted[playlist_id], len(listing))
                self._mark_read(wanted[playlist_id])

    def _doubt_count(self, listed: Listed, items: int) -> None:
        """A listing shorter or longer than YouTube's new count is read once more by the next pull; counts may stay wrong."""
        before = self.before.get(listed.playlist_id)
        if listed.item_count not in (None, items) and (before is None or before.item_count != listed.item_count):
            self.doubtful.add(listed.playlist_id)

    def _mark_read(self, listed: Listed) -> None:
        """Base holds this playlist now; one in doubt is read afresh by the next pull, its pages without their etags."""
        if listed.playlist_id in self.doubtful:
            listed = replace(listed, etag="")
            self.catalog.store_listing_pages(listed.playlist_id, {})
        self.catalog.mark_read(listed, self.now())

    def _hold_back(self, playlist_id: str, reason: str, missing: Sequence[str] = ()) -> None:
        """Keep what base has. The pages are forgotten, or a "not modified" would bring the same bad listing for ever."""
        with self.catalog.db.write():
            self.catalog.hold_back(playlist_id, reason, self.now(), missing)
            self.catalog.store_listing_pages(playlist_id, {})

    def _loses(self, playlist_id: str, listing: Sequence[ListedItem]) -> bool:
        listed = {shown.item.item_id for shown in listing} | self.ours.inserted
        return any(item.item_id not in listed for item in self.catalog.items_of(playlist_id))

    def _lost_everywhere(self, losing: dict[str, list[ListedItem]]) -> bool:
        before = after = self.catalog.library()
        for playlist_id, listing in losing.items():
            after = after.map_playlist(playlist_id, items=tuple(shown.item for shown in listing))
        return all_shrunk(Library({k: p for k, p in before.playlists.items() if p.writable}), after)

    def _items(self, playlist_id: str, sweep: bool) -> list[ListedItem] | None:
        """The whole listing, [] for an empty one; None when its first page is unchanged and nothing hints at more."""
        for attempt in range(LISTING_ATTEMPTS):
            try:
                known = {} if attempt else self.catalog.listing_pages(playlist_id)
                listing = Listing(self.client, playlist_id, known)
                items = listing.read(stop_if_first_unchanged=sweep)
                if items is not None and playlist_id != LIKED:
                    check_positions(items)
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

    def _take_over(self, playlist_id: str, listing: list[ListedItem], doubt: str | None = None) -> bool:
        """Whether base now holds what YouTube shows of this playlist; not where that is too bad to be believed."""
        before = self.catalog.items_of(playlist_id)
        listed_items = [shown.item for shown in listing]
        after = items_shown(playlist_id, before, listed_items, self.ours)
        title = self.catalog.listing()[playlist_id].title
        present = {item.item_id or "" for item in after}
        reason = held_back(Playlist(playlist_id, title, items=before), present) or doubt
        if reason and playlist_id not in self.accept:
            missing = [item.video_id for item in before if item.item_id not in present]
            self._hold_back(playlist_id, reason, missing)
            return False
        after = with_kept(before, after, self._confirmed(playlist_id, before, present))
        if after != listed_items:  # what we know better now, the listing has to show later
            self.doubtful.add(playlist_id)
        had, has = {item.item_id for item in before}, {item.item_id for item in after}
        self.report.new_items += len(has - had)
        self.report.removed_items += len(had - has)
        with self.catalog.db.write():
            self.catalog.store_items(playlist_id, after)
            note_videos(self.catalog, listing)
        return True

    def _confirmed(self, playlist_id: str, before: Sequence[Item], present: set[str]) -> set[str]:
        """Missing is not removed: the items that left the listing and are still there when they are asked for by id."""
        missing = [item for item in before if item.item_id not in present | self.ours.deleted]
        kept = set()
        for batch in batches(missing):
            alive = self.client.items_by_id([item.item_id or "" for item in batch])
            kept |= {item_id for item_id, shown in alive.items() if shown.playlist_id in ("", playlist_id)}
        return kept
