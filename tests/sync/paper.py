"""A push on paper: plays operations on a library as YouTube would, and small random libraries to play them on."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hypothesis import Phase, settings
from hypothesis import strategies as st

from lib.models import Edit, EditKind, Item, JournalEntry, Library, Operation, OperationKind, Playlist, State
from lib.planning.conflicts import homes
from lib.planning.reconcile import reconcile

settings.register_profile("ci", max_examples=120, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=10_000, deadline=None)
settings.register_profile("bugs", settings.get_profile("ci"), max_examples=260, phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VIDEOS = "vwxy"
PLAYLISTS = ("A", "B", "C")


def playlist(playlist_id: str, videos: str | Sequence[str], **facts: object) -> Playlist:
    """A playlist of one-letter videos; the item of place 0 of A is "A0"."""
    items = tuple(Item(f"{playlist_id}{place}", video) for place, video in enumerate(videos))
    return Playlist(playlist_id, f"title {playlist_id}", items=items, **facts)  # type: ignore[arg-type]


def library(**playlists: str) -> Library:
    """A library as `library(A="vw", B="x")`; a playlist named LL can only be read."""
    return Library({key: playlist(key, videos, writable=key != "LL") for key, videos in playlists.items()})


def videos(one: Library) -> dict[str, str]:
    """What each playlist holds, as `library` takes it."""
    return {key: "".join(item.video_id for item in p.items) for key, p in one.playlists.items()}


def membership(one: Library) -> Counter[tuple[str, str]]:
    """How often each title holds each video, whatever the order and the ids."""
    return Counter((p.title, item.video_id) for p in one.playlists.values() for item in p.items)


def edit(kind: EditKind, number: int = 1, **facts: object) -> Edit:
    return Edit(number, kind, NOW, **facts)  # type: ignore[arg-type]


def move(video: str, source: str, goal: str, item: str | None, number: int = 1, **facts: object) -> Edit:
    return edit(EditKind.MOVE, number, video_id=video, from_playlist=source, to_playlist=goal, item_id=item, **facts)


@dataclass
class Paper:
    """YouTube on paper. `refuse` are the op_ids that fail; what needs them is then not sent. `mark` begins new ids."""

    library: Library
    refuse: Collection[int] = ()
    mark: str = "made"
    entries: list[JournalEntry] = field(default_factory=list)
    results: dict[int, str | None] = field(default_factory=dict)
    history: list[Library] = field(default_factory=list)

    def push(self, operations: Sequence[Operation]) -> Library:
        for operation in operations:
            needs = {operation.needs, *operation.before.get("needs", ())} - {None}
            if operation.op_id in self.refuse or not needs <= self.results.keys():
                continue
            self.results[operation.op_id] = self._send(operation)
            self.entries.append(JournalEntry(1, operation, State.DONE, result_id=self.results[operation.op_id]))
            self.history.append(self.library)
        return self.library

    def _send(self, op: Operation) -> str | None:
        made = f"{self.mark}{op.op_id}"
        if op.kind is OperationKind.CREATE:
            self.library = self.library.with_playlist(Playlist(made, op.title or ""))
            return made
        where = op.playlist_id
        if where.startswith("new:"):
            assert op.needs is not None
            where = self.results[op.needs] or ""
        before = self.library.playlists[where]
        assert before.writable
        if op.kind is OperationKind.DELETE_PLAYLIST:
            self.library = self.library.without(where)
            return None
        if op.kind is OperationKind.RENAME:
            after = replace(before, title=op.title or "")
        elif op.kind is OperationKind.INSERT:
            after = replace(before, items=self._placed(before.items, Item(made, op.video_id or ""), op.after_item))
        else:
            item = next(item for item in before.items if item.item_id == op.item_id)
            assert item.video_id == op.video_id
            rest = tuple(other for other in before.items if other is not item)
            after = replace(
                before, items=rest if op.kind is OperationKind.DELETE else self._placed(rest, item, op.after_item)
            )
        self.library = self.library.with_playlist(after)
        return made if op.kind is OperationKind.INSERT else None

    def _placed(self, items: tuple[Item, ...], item: Item, after: str | None) -> tuple[Item, ...]:
        if after is not None and after.startswith("op:"):
            after = self.results.get(int(after[3:]), "refused")
        ids = [other.item_id for other in items]
        at = 0 if after == "" else ids.index(after) + 1 if after in ids else len(ids)
        return (*items[:at], item, *items[at:])


def pushed(remote: Library, operations: Sequence[Operation], mark: str = "made") -> Library:
    return Paper(remote, mark=mark).push(operations)


def retargeted(edits: Sequence[Edit], paper: Paper) -> list[Edit]:
    """The edits that wait, as the store keeps them: what was created is named by its real id."""
    made = {e.operation.playlist_id: e.result_id for e in paper.entries if e.operation.kind is OperationKind.CREATE}
    return [
        replace(
            one,
            from_playlist=made.get(one.from_playlist or "", one.from_playlist),
            to_playlist=made.get(one.to_playlist or "", one.to_playlist),
        )
        for one in edits
        if one.kind is not EditKind.CREATE or one.to_playlist not in made
    ]


def settled(target: Library) -> dict[str, str]:
    """What each title holds, in order: playlists that a push creates have other ids than their wish."""
    return {p.title: "".join(item.video_id for item in p.items) for p in target.playlists.values()}


@st.composite
def libraries(draw: st.DrawFn, alphabet: str = VIDEOS, repeats: bool = True) -> Library:
    """Three playlists that can be written, and sometimes one that can only be read."""
    lists = st.text(alphabet, max_size=6) if repeats else st.lists(st.sampled_from(alphabet), unique=True).map("".join)
    listed = {key: draw(lists) for key in PLAYLISTS}
    if draw(st.booleans()):
        listed["LL"] = draw(st.text(alphabet, max_size=2))
    return library(**listed)


@st.composite
def targets(draw: st.DrawFn, remote: Library, repeats: bool = True) -> Library:
    """Any library the user could wish for: items dropped, shuffled and new; playlists renamed, deleted and created."""
    wished = {}
    for key, before in remote.playlists.items():
        fate = (
            draw(st.sampled_from(["same", "change", "change", "change", "rename", "delete"]))
            if before.writable
            else "same"
        )
        if fate == "delete":
            continue
        title = f"renamed {key}" if fate == "rename" else before.title
        items = draw(_wished_items(before.items, repeats)) if fate == "change" else before.items
        wished[key] = replace(before, title=title, items=items)
    if draw(st.booleans()):
        wished["new:1"] = Playlist("new:1", "created", items=draw(_wished_items((), repeats)))
    return Library(wished)


@st.composite
def remotes(draw: st.DrawFn, base: Library) -> Library:
    """What somebody else made of the library on YouTube meanwhile: as `targets`, and every item has an id there."""
    changed = {}
    for key, one in draw(targets(base)).playlists.items():
        items = tuple(
            item if item.item_id else replace(item, item_id=f"yt{key}{n}") for n, item in enumerate(one.items)
        )
        real = "D" if key.startswith("new:") else key
        changed[real] = replace(one, playlist_id=real, items=items)
    return Library(changed)


@st.composite
def _wished_items(draw: st.DrawFn, items: tuple[Item, ...], repeats: bool) -> tuple[Item, ...]:
    kept = [item for item in items if draw(st.integers(0, 3))]
    new = [Item(None, video) for video in draw(st.text(VIDEOS, max_size=3))]
    if not repeats:
        held = {item.video_id for item in kept}
        new = list({item.video_id: item for item in new if item.video_id not in held}.values())
    return tuple(draw(st.permutations(kept + new)))


@st.composite
def wishes(draw: st.DrawFn, base: Library, most: int = 6) -> list[Edit]:
    """Edits as the pages lay them one after the other: on what the person sees, with what base shows as seen.

    Those that came to nothing are left out, as the store marks them fulfilled.
    """
    made: list[Edit] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        reconciled = reconcile(base, made)
        made = [one for one in made if one.edit_id not in reconciled.absorbed]
        made.append(replace(draw(_wish(base, reconciled.target)), edit_id=number))
    return made


@st.composite
def _wish(draw: st.DrawFn, base: Library, local: Library) -> Edit:
    writable = [p for p in local.playlists.values() if p.writable]
    if len(writable) < 2:
        return edit(EditKind.CREATE, to_playlist=f"new:{len(draw(st.text('n', max_size=3)))}", title="created")
    source, goal = draw(st.permutations(writable))[:2]
    kinds = [EditKind.ADD, EditKind.RENAME, EditKind.REORDER, EditKind.DELETE]
    kinds += [EditKind.CREATE] if "new:1" not in local.playlists else []
    kinds += [EditKind.MOVE] * 5 + [EditKind.REMOVE] * 2 if source.items else []
    if goal.playlist_id.startswith("new:"):
        kinds.remove(EditKind.DELETE)  # the pages take the creation back instead
    kind = draw(st.sampled_from(kinds))
    if kind is EditKind.CREATE:
        return edit(kind, to_playlist="new:1", title="created")
    if kind in (EditKind.RENAME, EditKind.REORDER, EditKind.DELETE):
        return draw(_playlist_wish(kind, base, goal))
    anchor = draw(st.sampled_from([None, "", *(item.item_id for item in goal.items)]))
    if kind is EditKind.ADD:
        return edit(kind, video_id=draw(st.sampled_from(VIDEOS)), to_playlist=goal.playlist_id, after_item=anchor)
    item = draw(st.sampled_from(source.items))
    if kind is EditKind.REMOVE:
        seen = (item.note,) if item.item_id else ()
        return edit(kind, video_id=item.video_id, item_id=item.item_id, from_playlist=source.playlist_id, seen=seen)
    copies = goal.copies(item.video_id) + draw(st.integers(0, 1)) or 1
    ends = (source.playlist_id, goal.playlist_id, item.item_id)
    return move(item.video_id, *ends, after_item=anchor, copies=copies, seen=homes(base, item.video_id))


@st.composite
def _playlist_wish(draw: st.DrawFn, kind: EditKind, base: Library, local: Playlist) -> Edit:
    shown = base.playlists.get(local.playlist_id, local)
    if kind is EditKind.RENAME:
        return edit(kind, to_playlist=local.playlist_id, title=draw(st.sampled_from("pq")), seen=(shown.title,))
    if kind is EditKind.DELETE:
        return edit(kind, from_playlist=local.playlist_id, seen=tuple(item.item_id or "" for item in shown.items))
    order = draw(st.permutations([item.video_id for item in local.items]))
    seen = tuple(item.video_id for item in shown.items)
    return edit(kind, to_playlist=local.playlist_id, order=tuple(order), seen=seen)
