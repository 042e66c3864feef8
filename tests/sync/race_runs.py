"""A person who edits on youtube.com while a push is under way, and what must hold however the two fall together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from lib.demo.account import Account
from lib.errors import GuardTripped
from lib.models import Availability, Edit, EditKind
from tests.demo import person
from tests.flows import COOKING, INBOX, MUSIC, video
from tests.sync.fault_runs import OLD, Run, always, held, undisturbed

Stands = Callable[[Account], bool]


@dataclass(frozen=True)
class Act:
    """What the person does, and how to see that it still stands. `about` are the videos and titles it may change for us.

    YouTube has no way to write only if nothing changed. So there is one moment that nobody can guard: after our last
    look and before the write itself arrives. `unguarded` names the writes that are blind to this act just then (a rename of a playlist that is gone succeeds).
    """

    name: str
    change: person.Change
    stands: Stands
    about: frozenset[int | str]
    unguarded: frozenset[tuple[str, str]] = frozenset()


def copies(account: Account, playlist_id: str, number: int) -> int:
    """How many items of a playlist hold a video; none where it is gone."""
    held_there = account.playlists.get(playlist_id)
    return held_there.copies(video(number)) if held_there else 0


def title(account: Account, playlist_id: str) -> str:
    held_there = account.playlists.get(playlist_id)
    return held_there.title if held_there else ""


def anywhere(account: Account, number: int) -> bool:
    return any(one.copies(video(number)) for one in account.listed)


MINE, THEIRS = "Songs", "Musik"
ACTS = [
    Act(
        "takes a bystander out",
        person.takes_out(COOKING, video(2)),
        lambda now: not copies(now, COOKING, 2),
        frozenset({2}),
    ),
    Act(
        "takes out what we move away",
        person.takes_out(INBOX, video(10)),
        lambda now: not copies(now, INBOX, 10),
        frozenset({10}),
    ),
    Act(
        "puts a video on top of our target",
        person.puts_in(COOKING, video(20)),
        lambda now: copies(now, COOKING, 20) == 1,
        frozenset({20}),
    ),
    Act(
        "files the same video as we do",
        person.puts_in(COOKING, video(10)),
        lambda now: copies(now, COOKING, 10) in (1, 2),
        frozenset({10}),
    ),
    Act(
        "moves our video elsewhere",
        person.moves(video(10), INBOX, MUSIC),
        lambda now: copies(now, INBOX, 10) == 0,
        frozenset({10}),
    ),
    Act(
        "takes our video out and puts it back",
        person.takes_out_and_puts_back(INBOX, video(12)),
        lambda now: anywhere(now, 12),
        frozenset({12}),
    ),
    Act(
        "renames what we rename",
        person.renames(MUSIC, THEIRS),
        lambda now: title(now, MUSIC) == THEIRS,
        frozenset({"Music", MINE, THEIRS}),
        frozenset({("PUT", "playlists")}),
    ),
    Act(
        "deletes our target",
        person.deletes(MUSIC),
        lambda now: MUSIC not in now.playlists,
        frozenset({"Music", MINE, 0, 6, 7, 11}),
        frozenset({("PUT", "playlists"), ("DELETE", "playlists")}),
    ),
    Act(
        "deletes our source",
        person.deletes(INBOX),
        lambda now: INBOX not in now.playlists,
        frozenset({"Inbox", 10, 11, 12, 13}),
    ),
    Act(
        "puts a video into what we delete",
        person.puts_in(OLD, video(21)),
        lambda now: anywhere(now, 21),
        frozenset({21, "Old"}),
        frozenset({("DELETE", "playlists")}),
    ),
    Act(
        "puts another playlist into order",
        person.turns_round(COOKING),
        lambda now: True,
        frozenset({"order of Cooking"}),
    ),
    Act(
        "makes a playlist of the same name",
        person.creates("Talks"),
        lambda now: sum(one.title == "Talks" for one in now.listed) >= 1,
        frozenset({"Talks", 12}),
    ),
    Act(
        "the video dies",
        person.loses(video(12), Availability.PRIVATE),
        lambda now: anywhere(now, 12),
        frozenset({12}),
    ),
    Act(
        "takes our new copy out again",
        person.takes_out(COOKING, video(10)),
        lambda now: not copies(now, COOKING, 10),
        frozenset({10}),
        frozenset({("DELETE", "playlistItems")}),
    ),
]


def race_violations(one: Run, act: Act, number: int) -> list[str]:
    """What went wrong where the person acted just before request `number` of the push (0 is the first); [] if nothing."""
    one.carry_through()
    found = _restless(one)
    now = one.youtube.present
    unguarded = _hit(one, number) in act.unguarded
    found += [] if unguarded or not _acted(one) or act.stands(now) else ["what the person did is gone"]
    found += [what for what in always(one, _held_back(one)) if not (unguarded and "no playlist" in what)]
    return found + _others(now, act) + ([] if unguarded else _forgotten(one))


def _hit(one: Run, number: int) -> tuple[str, str]:
    """The request before which the person acted."""
    entry = one.youtube.log[number]
    return entry.method, entry.path.rsplit("/", 1)[1]


def _acted(one: Run) -> bool:
    """Whether there was anything left for the person to do."""
    return any(state.by_person for state in one.states)


def _held_back(one: Run) -> set[str]:
    """Playlists whose listing waits for the user's word: base is not to follow there."""
    return {each.playlist_id for each in one.shop.catalog.held_back()}


def _others(now: Account, act: Act) -> list[str]:
    """Videos and playlists that the act does not touch end as if it had not happened: how many copies, and their order."""
    expected, _ = undisturbed()
    got = held(now)
    videos = {one for one in act.about if isinstance(one, int)}
    found = []
    for name in expected.keys() - act.about:
        want = [n for n in expected[name] if n not in videos]
        have = [n for n in got.get(name, []) if n not in videos]
        if "order of Cooking" in act.about:
            want, have = sorted(want), sorted(have)
        if want != have:
            found.append(f"{name}: {have} in place of {want}")
    return found


def _forgotten(one: Run) -> list[str]:
    """Wishes that were never true on YouTube, and yet wait no more."""
    waiting = {edit.edit_id for edit in one.shop.edits.pending()}
    return [
        f"edit {edit.edit_id} ({edit.kind}) was dropped"
        for edit in one.edits
        if edit.edit_id not in waiting and not any(_fulfilled(edit, state.account) for state in one.states)
    ]


def _fulfilled(edit: Edit, account: Account) -> bool:
    """Whether a wish is true, whoever made it so."""
    source, target = edit.from_playlist or "", edit.to_playlist or ""
    if edit.kind in (EditKind.ADD, EditKind.MOVE):
        homes = [one for one in account.listed if one.copies(edit.video_id or "")]
        return any(target in (one.playlist_id, "new:talks") and one.playlist_id != source for one in homes)
    if edit.kind is EditKind.REMOVE:
        return all(item.item_id != edit.item_id for one in account.listed for item in one.items)
    if edit.kind in (EditKind.RENAME, EditKind.CREATE):
        return any(one.title == edit.title for one in account.listed)
    if edit.kind is EditKind.DELETE:
        return source not in account.playlists
    there = account.playlists.get(target)
    wished = [one for one in edit.order if there and there.copies(one)]
    return there is not None and [i.video_id for i in there.items if i.video_id in edit.order] == wished


def _restless(one: Run) -> list[str]:
    """A further push, later, sends nothing: what is left waits for the user."""
    sent = len(one.writes)
    one.clock.tick(minutes=10)
    with suppress(GuardTripped):
        one.push(None)
    return [f"a further push sent {len(one.writes) - sent} writes"] if len(one.writes) != sent else []
