"""What must come out of a push, told from base, the user's wishes and YouTube alone: a truth table, not our merge.

Per video, `base -> local` and `base -> YouTube` are each unchanged or changed:

local      YouTube    both alike   then
unchanged  any                     as on YouTube
changed    unchanged               as wished
changed    changed    yes          as on YouTube
changed    changed    no           not told here: a conflict, or a merge that the promises judge
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.models import NEW_PREFIX, Edit, EditKind, Library

Counts = Mapping[str, int]
BRINGS = (EditKind.ADD, EditKind.MOVE)
TAKES = (EditKind.MOVE, EditKind.REMOVE)


@dataclass(frozen=True, slots=True)
class Wish:
    """An edit, and base as the user saw it when it was laid."""

    edit: Edit
    ground: Library


def copies(library: Library, video: str) -> Counter[str]:
    """How many copies of a video each playlist holds."""
    return Counter({key: n for key, p in library.playlists.items() if (n := p.copies(video))})


def items(library: Library, video: str) -> set[str | None]:
    """The items that hold a video."""
    return {item.item_id for p in library.playlists.values() for item in p.items if item.video_id == video}


def videos(*libraries: Library) -> set[str]:
    """Every video that stands anywhere."""
    return {item.video_id for one in libraries for p in one.playlists.values() for item in p.items}


def touched(edit: Edit) -> set[str]:
    """The playlists that an edit names."""
    return {one for one in (edit.from_playlist, edit.to_playlist) if one}


def about(video: str, wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes that can change where a video stands."""
    mine: list[Wish] = []
    reached: set[str] = set()
    for wish in wishes:
        edit, source = wish.edit, wish.edit.from_playlist or ""
        whole = edit.kind is EditKind.DELETE and (copies(wish.ground, video)[source] or source in reached)
        if edit.video_id == video or whole:
            mine.append(wish)
            reached |= touched(edit)
    return mine


def wished(video: str, wishes: Sequence[Wish]) -> Counter[str]:
    """Where a video stands when the wishes are carried out one after the other on what the user saw at first."""
    counts = copies(wishes[0].ground, video)
    for edit in (wish.edit for wish in wishes):
        source, goal = edit.from_playlist or "", edit.to_playlist or ""
        if edit.kind is EditKind.DELETE:
            counts[source] = 0
        if edit.kind in TAKES:
            counts[source] -= 1
        if edit.kind in BRINGS:
            counts[goal] = max(counts[goal], edit.copies)
    return +counts


def expected(
    wishes: Sequence[Wish], remote: Library, dead: Collection[str], doubted: Collection[str]
) -> dict[str, Counter[str] | None]:
    """Where each video must stand after the push; None where both sides changed and the table does not tell.

    `dead` are videos that YouTube takes no more, `doubted` playlists whose new listing waits for the user's word.
    """
    result: dict[str, Counter[str] | None] = {}
    for video in videos(remote, *(wish.ground for wish in wishes)):
        mine = about(video, wishes)
        if not mine:
            result[video] = copies(remote, video)
        elif video in dead or _there_and_back(mine) or not _plain(mine, remote, set(doubted)):
            result[video] = None
        elif all(items(wish.ground, video) == items(remote, video) for wish in mine):
            result[video] = wished(video, mine)
        elif copies(remote, video) == wished(video, mine) and not _still_to_take(mine, remote, video):
            result[video] = copies(remote, video)
        else:
            result[video] = None
    return result


def _there_and_back(mine: Sequence[Wish]) -> bool:
    """Whether moves cancel each other out, whatever copies were there already."""
    moves = {(w.edit.from_playlist, w.edit.to_playlist) for w in mine if w.edit.kind is EditKind.MOVE}
    return any((goal, source) in moves for source, goal in moves)


def _plain(mine: Sequence[Wish], remote: Library, doubted: set[str]) -> bool:
    named = set().union(*(touched(wish.edit) for wish in mine))
    there = all(key in remote.playlists or key.startswith(NEW_PREFIX) for key in named)
    return there and not named & doubted and not any(_came_into(wish, remote) for wish in mine)


def _came_into(wish: Wish, remote: Library) -> set[str]:
    """Items of a playlist to be deleted that the user never saw."""
    playlist = remote.playlists.get(wish.edit.from_playlist or "")
    if wish.edit.kind is not EditKind.DELETE or playlist is None:
        return set()
    return {item.item_id or "" for item in playlist.items} - set(wish.edit.seen)


def _still_to_take(mine: Sequence[Wish], remote: Library, video: str) -> bool:
    return bool({wish.edit.item_id for wish in mine if wish.edit.kind in TAKES} & items(remote, video))


def must_be_asked(wishes: Sequence[Wish], remote: Library, doubted: Collection[str]) -> Iterator[int]:
    """The edits that change what YouTube changed otherwise: each must become a question."""
    for wish in wishes:
        edit = wish.edit
        alone = not any(_related(edit, other.edit) for other in wishes if other is not wish)
        there = all(key in remote.playlists for key in touched(edit))
        if alone and there and not touched(edit) & set(doubted) and _lost_its_ground(wish, remote):
            yield edit.edit_id


def _related(one: Edit, other: Edit) -> bool:
    return bool(touched(one) & touched(other)) or (one.video_id is not None and one.video_id == other.video_id)


def _lost_its_ground(wish: Wish, remote: Library) -> bool:
    edit, key = wish.edit, wish.edit.to_playlist or wish.edit.from_playlist or ""
    now = remote.playlists[key]
    if edit.kind is EditKind.MOVE:
        source = remote.playlists[edit.from_playlist or ""]
        gone = edit.item_id is not None and all(item.item_id != edit.item_id for item in source.items)
        return gone and source.writable and now.copies(edit.video_id or "") < edit.copies
    if edit.kind is EditKind.RENAME:
        return now.title not in (*edit.seen, edit.title)
    if edit.kind is EditKind.DELETE:
        return bool(_came_into(wish, remote))
    if edit.kind is EditKind.REORDER and key in wish.ground.playlists:
        before = wish.ground.playlists[key]
        order = tuple(item.video_id for item in now.items)
        alike = Counter(order) == Counter(edit.seen) == Counter(edit.order)
        return alike and before.items != now.items and order not in (edit.seen, edit.order)
    return False


def need_not_be_asked(wishes: Sequence[Wish], remote: Library, doubted: Collection[str]) -> Iterator[int]:
    """New orders of playlists that only gained or only lost something on YouTube: both go together."""
    for edit in (wish.edit for wish in wishes):
        playlist = remote.playlists.get(edit.to_playlist or "")
        alone = sum(edit.to_playlist in touched(other.edit) for other in wishes) == 1
        if edit.kind is EditKind.REORDER and playlist and alone and edit.to_playlist not in doubted:
            now = [item.video_id for item in playlist.items]
            if _within(now, edit.seen) or _within(edit.seen, now):
                yield edit.edit_id


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether one is the other with some left out."""
    rest = iter(whole)
    return all(one in rest for one in part)


def titles(wishes: Sequence[Wish], remote: Library) -> dict[str, str]:
    """What each playlist must be called after the push, where only one side wished."""
    named = {key: p.title for key, p in remote.playlists.items()}
    for wish in wishes:
        edit, key = wish.edit, wish.edit.to_playlist or ""
        if edit.kind is EditKind.RENAME and key in named:
            others = [w.edit for w in wishes if key in touched(w.edit) and w is not wish]
            unchanged = remote.playlists[key].title in edit.seen
            if unchanged and not any(other.kind in (EditKind.RENAME, EditKind.DELETE) for other in others):
                named[key] = edit.title or ""
            else:
                del named[key]
    return named


def in_order(wishes: Sequence[Wish], remote: Library, told: Mapping[str, Counter[str] | None]) -> dict[str, list[str]]:
    """The order in which playlists must stand that YouTube left alone, where every video has but one wish about it."""
    orders = {}
    for key, playlist in remote.playlists.items():
        mine = [wish for wish in wishes if key in touched(wish.edit)]
        about_them = [wish.edit.video_id for wish in mine if wish.edit.video_id]
        simple = all(told.get(v) is not None and len(about(v, wishes)) == 1 for v in about_them)
        seen = [wish.ground.playlists[key].items for wish in mine if key in wish.ground.playlists]
        alone = all([i.item_id for i in row] == [i.item_id for i in playlist.items] for row in seen)
        if (
            len(seen) == len(mine) > 0
            and simple
            and alone
            and not any(wish.edit.kind is EditKind.DELETE for wish in mine)
        ):
            order = _laid(key, [wish.edit for wish in mine], [(i.item_id, i.video_id) for i in playlist.items])
            orders |= {} if order is None else {key: order}
    return orders


def _laid(key: str, edits: Sequence[Edit], row: list[tuple[str | None, str]]) -> list[str] | None:
    """A playlist with these edits carried out one after the other, by hand.

    None where an order was wished of other videos than these: of those that a wish was to take that was dropped since.
    """
    for edit in edits:
        video = edit.video_id or ""
        if edit.kind in TAKES and edit.from_playlist == key:
            row = [one for one in row if one[0] != edit.item_id]
        if edit.kind in BRINGS and edit.to_playlist == key and sum(v == video for _, v in row) < edit.copies:
            ids = [item for item, _ in row]
            at = 0 if edit.after_item == "" else len(row)
            at = ids.index(edit.after_item) + 1 if edit.after_item and edit.after_item in ids else at
            row = [*row[:at], (None, video), *row[at:]]
        if edit.kind is EditKind.REORDER:
            if Counter(edit.order) != Counter(video for _, video in row):
                return None
            left = list(row)
            row = [left.pop(next(n for n, (_, v) in enumerate(left) if v == wish)) for wish in edit.order]
    return [video for _, video in row]


def carried_out(wish: Wish, wishes: Sequence[Wish], states: Sequence[Library], named: Mapping[str, str]) -> bool:
    """Whether a wish that waits no more was carried out, as far as can be told: where no other wish joins with it."""
    edit, now = wish.edit, states[-1]
    if edit.kind is EditKind.REORDER or any(_related(edit, other.edit) for other in wishes if other is not wish):
        return True
    if edit.kind is EditKind.RENAME:
        return any(
            edit.to_playlist in s.playlists and s.playlists[edit.to_playlist].title == edit.title for s in states
        )
    if edit.kind is EditKind.CREATE:
        return any(p.title == edit.title for state in states for p in state.playlists.values())
    if edit.kind is EditKind.DELETE:
        return edit.from_playlist not in now.playlists
    if edit.kind in TAKES and edit.item_id in items(now, edit.video_id or ""):
        return False
    names = {edit.to_playlist, *(real for real, wished in named.items() if wished == edit.to_playlist)}
    held = [p.copies(edit.video_id or "") for s in states for key, p in s.playlists.items() if key in names]
    # of a playlist that somebody emptied meanwhile it brings the one copy that it was to bring
    one_more = any(after > before for before, after in pairwise(held))
    return edit.kind not in BRINGS or one_more or max(held, default=0) >= edit.copies
