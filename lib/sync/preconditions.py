"""Just before a write: is what it changes still as the plan assumed? If not, it becomes a conflict and nothing is sent.

And the first promise: nothing is taken away unless YouTube shows, at that moment, the copy that stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import ceil

from lib.errors import ApiError
from lib.models import PAGE, Availability, JournalEntry, ListedItem, Operation, OperationKind, State
from lib.planning.guards import CONFIRMED, UNAVAILABLE, needed
from lib.sync.attempt import Ready
from lib.sync.listing import listed
from lib.sync.push_state import PushState

UNSEEN = "the copy in the other playlist is not to be seen there"
LEFT = "it was taken out of the other playlist on YouTube meanwhile"
TAKEN_OUT = (
    "the copy that this push made was taken out again on YouTube, so no other one was made; "
    "take the edit back, and lay it anew if you want it there all the same"
)
ALONE = "stands nowhere else on YouTube any more, so it was left where it is"
ELSEWHERE = "the item is no longer where the plan found it"
DIED = "the video is no longer available on YouTube, so it could never be put back; plan again to be asked about it"
DEAD = "the video is no longer available on YouTube, which takes no such video into a playlist"
RENAMED = "the playlist was renamed or deleted on YouTube meanwhile"


class Preconditions:
    """What YouTube shows of the things that the next operations change."""

    def __init__(self, push_state: PushState) -> None:
        self.push_state, self.client = push_state, push_state.c.client
        self.facts: dict[str, ListedItem] = {}
        self.alive: set[str] = set()
        self.taken_out = set(_taken_out(push_state))

    def read(self, chunk: Sequence[JournalEntry]) -> None:
        """Ask for what at most fifty operations move and insert: a unit each."""
        halves = [self.push_state.halves.get(entry.operation.op_id) for entry in chunk]
        changed = [e.operation for e in chunk if e.operation.kind is OperationKind.MOVE] + [op for op in halves if op]
        moved = [op.item_id for op in changed if op.item_id]
        videos = {e.operation.video_id or "" for e in chunk if e.operation.kind is OperationKind.INSERT}
        self.facts = self.client.items_by_id(moved) if moved else {}
        self.alive = set(self.client.videos(sorted(videos))) if videos else set()

    def ready(self, entry: JournalEntry) -> Ready | None:
        """What the write needs to know; None where it is settled without being sent, as the journal then says."""
        match entry.operation.kind:
            case OperationKind.RENAME:
                return self._rename(entry)
            case OperationKind.INSERT if entry.operation.video_id not in self.alive:
                return self._dead(entry, Availability.PRIVATE, DEAD)  # nobody says of what it died
            case OperationKind.INSERT if (entry.operation.playlist_id, entry.operation.video_id) in self.taken_out:
                return self._conflict(entry, TAKEN_OUT)
            case OperationKind.INSERT if (
                half := self.push_state.halves.get(entry.operation.op_id)
            ) and not self._is_where_it_was(half):
                return self._conflict(entry, LEFT)
            case OperationKind.MOVE if not self._is_where_it_was(entry.operation):
                return self._conflict(entry, ELSEWHERE)
            case OperationKind.INSERT | OperationKind.MOVE:
                return Ready(position=self._position(entry.operation))
            case OperationKind.DELETE:
                return self._delete(entry)
            case OperationKind.DELETE_PLAYLIST:
                return self._delete_playlist(entry)
        return Ready()

    def _conflict(self, entry: JournalEntry, why: str) -> Ready | None:
        """Nothing is sent; and as base was wrong here, the next pull reads all of it again, whatever the tags say."""
        operation, half = entry.operation, self.push_state.halves.get(entry.operation.op_id)
        homes = self.push_state.homes[operation.video_id or ""].values()
        with self.push_state.c.catalog.db.write():
            self.push_state.advance(entry, State.CONFLICT, error=why)
            for playlist_id in {operation.playlist_id, *homes, *([half.playlist_id] if half else [])}:
                self.push_state.c.catalog.forget_etag(playlist_id)
        return None

    def _dead(self, entry: JournalEntry, of_what: Availability, why: str) -> Ready | None:
        """Base is told, so that the next plan asks about the edit itself."""
        with self.push_state.c.catalog.db.write():
            self.push_state.c.catalog.mark_unavailable({entry.operation.video_id or "": of_what})
            return self._conflict(entry, why)

    def _rename(self, entry: JournalEntry) -> Ready | None:
        operation = entry.operation
        snippet = self.client.playlist_snippet(operation.playlist_id)
        if snippet is None:
            return self._conflict(entry, RENAMED)
        former, ours = self.push_state.recent.renamed.get(operation.playlist_id, (None, ""))
        title = ours if snippet.get("title") == former else snippet.get("title")
        if title == operation.title:
            self.push_state.done(entry, None, "had that title already; nothing was sent")
            return None
        return Ready(snippet=snippet) if title == operation.before.get("title") else self._conflict(entry, RENAMED)

    def _is_where_it_was(self, operation: Operation) -> bool:
        """Whether an item stands where the plan found it, or is too young to be seen."""
        fact = self.facts.get(operation.item_id or "")
        return _is_there(fact, operation) if fact else operation.item_id in self.push_state.recent.inserted

    # -- places ------------------------------------------------------------------------------------------------------

    def _position(self, operation: Operation) -> int | None:
        """The index behind the neighbour: its live one, but for what reads may not show yet of our own writes."""
        if operation.kind is OperationKind.INSERT and operation.playlist_id in self.push_state.self_sorted:
            return None
        anchor = self.push_state.anchor(operation)
        if anchor and not self.push_state.wrote_lately(operation.playlist_id):
            shown = self.client.items_by_id([i for i in (anchor, operation.item_id) if i])
            if anchor in shown and shown[anchor].playlist_id == operation.playlist_id:
                moved = shown.get(operation.item_id or "")
                return shown[anchor].position + (0 if moved and moved.position < shown[anchor].position else 1)
        return self.push_state.index(operation)

    # -- what is taken away ------------------------------------------------------------------------------------------

    def _delete(self, entry: JournalEntry) -> Ready | None:
        operation, item_id = entry.operation, entry.operation.item_id or ""
        needed = self._needed_items(operation)
        homes = self.push_state.elsewhere(operation.video_id or "", item_id=item_id)
        copies = needed or self._checkable(homes)
        young = item_id in self.push_state.recent.inserted
        shown: dict[str, ListedItem] = {}
        for _ in self._patiently([item_id, *copies], wait=bool(needed)):
            shown = self.client.items_by_id([item_id, *copies][:PAGE], booked=self.push_state.paid(operation.op_id))
            if _enough(copies, shown, every_one=bool(needed)) and (item_id in shown or not young):
                break
        if needed and not _enough(needed, shown, every_one=True):
            return self._unseen(entry)
        if item_id not in shown:
            self.push_state.done(entry, None, "was already gone; nothing was sent")
            return None
        if not _is_there(shown[item_id], operation):
            return self._conflict(entry, ELSEWHERE)
        if not needed and _died(shown[item_id], operation):
            return self._dead(entry, shown[item_id].availability, DIED)
        if any(item in shown for item in copies) or not (needed or homes):  # where there never was one, it was asked
            return Ready()
        seen = self._seen_read_only({operation.video_id or "": homes})
        return Ready() if seen else self._conflict(entry, f"the video {ALONE}")

    def _delete_playlist(self, entry: JournalEntry) -> Ready | None:
        playlist_id, needed = entry.operation.playlist_id, self._needed_items(entry.operation)
        if not any(self._shown(needed).keys() >= set(needed) for _ in self._patiently((), wait=bool(needed))):
            return self._unseen(entry)
        present = listed(self.client, playlist_id)
        known = {item.item_id for item in self.push_state.items.get(playlist_id, ())} | self.push_state.recent.deleted
        if newcomers := sum(shown.item.item_id not in known for shown in present):
            return self._conflict(entry, f"{newcomers} came into the playlist on YouTube since the plan was made")
        videos = {shown.item.video_id for shown in present}
        homes = {video: self.push_state.elsewhere(video, playlist_id) for video in videos}
        homes = {video: elsewhere for video, elsewhere in homes.items() if elsewhere}  # the rest was asked about
        copies = {video: self._checkable(homes[video])[:3] for video in homes}
        wanted = [item for items in copies.values() for item in items]
        for _ in self._patiently(wanted):
            shown = self._shown(wanted)
            unseen = {video for video, items in copies.items() if not any(item in shown for item in items)}
            if unseen == self._seen_read_only({video: homes[video] for video in unseen}):
                return Ready()
        return self._conflict(entry, f"a video of it {ALONE}")

    def _unseen(self, entry: JournalEntry) -> Ready | None:
        """The item that replaces this one is not to be seen, long after it was made: this one stays."""
        self._conflict(entry, UNSEEN)
        self.push_state.unanswered(
            ApiError(f"Reading back failed: {UNSEEN}.", status=0, reason="notShown", applied=None)
        )
        return None

    def _needed_items(self, operation: Operation) -> list[str]:
        """The items that must be seen before this is taken away: those that the inserts it needs have made."""
        entries = [self.push_state.entries[op_id] for op_id in sorted(needed(operation))]
        return [e.result_id for e in entries if e.operation.kind is OperationKind.INSERT and e.result_id]

    def _checkable(self, homes: Mapping[str, str]) -> list[str]:
        """Those copies that can be asked for by id: not those in a list that nobody can write, as Liked."""
        return [item for item, home in homes.items() if not self._is_read_only(home)]

    def _is_read_only(self, playlist_id: str) -> bool:
        playlist = self.push_state.library.playlists.get(playlist_id)
        return playlist is not None and not playlist.writable

    def _seen_read_only(self, homes: Mapping[str, Mapping[str, str]]) -> set[str]:
        """Those of the videos that a list which nobody can write shows now. `homes` are their copies, by video.

        A unit for each video, or for each page of the list where that is less.
        """
        seen: set[str] = set()
        for playlist_id in {home for copies in homes.values() for home in copies.values() if self._is_read_only(home)}:
            videos = {video for video, copies in homes.items() if playlist_id in copies.values()} - seen
            if len(videos) <= ceil(len(self.push_state.items.get(playlist_id, ())) / PAGE):
                shown = [item for video in sorted(videos) for item in listed(self.client, playlist_id, video)]
            else:
                shown = listed(self.client, playlist_id)
            seen |= videos & {item.item.video_id for item in shown}
        return seen

    def _patiently(self, items: Collection[str], *, wait: bool = False) -> Iterator[float]:
        """Once where reads have settled; again and again where they may not show an item of ours yet."""
        return self.push_state.looks(None if wait or any(i in self.push_state.recent.inserted for i in items) else 0.0)

    def _shown(self, items: Sequence[str]) -> dict[str, ListedItem]:
        shown: dict[str, ListedItem] = {}
        for start in range(0, len(items), PAGE):
            shown |= self.client.items_by_id(items[start : start + PAGE])
        return shown


def _taken_out(push_state: PushState) -> Iterator[tuple[str, str | None]]:
    """The places (playlist, video) where this push made an item that is no longer there, and not by our own doing.

    Only where the edit that made it still waits: a push may stay open for days, and a later edit was not approved with it.
    """
    done = push_state.in_state(State.DONE)
    ours = {e.operation.item_id for e in done if e.operation.kind is OperationKind.DELETE}
    waiting = defaultdict(set)
    for edit in push_state.c.edits.pending():
        waiting[edit.to_playlist, edit.video_id].add(edit.edit_id)
    approvals = push_state.c.journal.approvals(push_state.push_id)
    for entry in done:
        operation = entry.operation
        if (
            operation.kind is not OperationKind.INSERT
            or entry.result_id in ours | push_state.homes[operation.video_id or ""].keys()
        ):
            continue
        approved = next((edits for behind, edits in reversed(approvals) if behind < operation.op_id), set())
        if approved & waiting[operation.playlist_id, operation.video_id]:
            yield operation.playlist_id, operation.video_id


def _is_there(fact: ListedItem | None, operation: Operation) -> bool:
    """Whether the item holds the video, in the playlist, that the plan means."""
    return fact is not None and fact.item.video_id == operation.video_id and fact.playlist_id == operation.playlist_id


def _died(fact: ListedItem, operation: Operation) -> bool:
    """Whether the video has become unavailable since its delete was approved: no tag of a playlist tells of that."""
    approved_as_dead = UNAVAILABLE in operation.before.get(CONFIRMED, ())
    return fact.availability is not Availability.AVAILABLE and not approved_as_dead


def _enough(copies: Collection[str], shown: Collection[str], *, every_one: bool = False) -> bool:
    """Whether the copies that stay are to be seen; where there never was one, the person was asked."""
    return all(i in shown for i in copies) if every_one else not copies or any(i in shown for i in copies)
