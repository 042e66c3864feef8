"""The promises that are judged while a push runs: at every request, and at every state of the account.

The numbers are those of the list in the README's words: 1 never nowhere, 2 exactly one, 3 no silent overwrite, 6 the
guard, 7 quota, 8 durable before sent, 10 no worse than before, 13 reversible, 15 only what was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lib.demo.account import Account
from lib.demo.youtube import Answer, Request
from lib.models import Availability, EditKind, Library
from tests.sync.oracle import BRINGS, TAKES, Wish, about, items, videos

_SENT = """SELECT push_id, op_id, kind, playlist_id, video_id, item_id, title, attempts, fence, needs
           FROM operations WHERE state = 'sent'"""
_KINDS = {
    ("POST", "playlistItems"): "insert",
    ("PUT", "playlistItems"): "move",
    ("DELETE", "playlistItems"): "delete",
    ("POST", "playlists"): "create",
    ("PUT", "playlists"): "rename",
    ("DELETE", "playlists"): "delete playlist",
}
Committed = Callable[[str], list[tuple[Any, ...]]]


def library(account: Account) -> Library:
    """What YouTube shows of the account: not its uploads, and of Liked only what can be watched."""
    return Library(
        {
            key: replace(p, items=account.shown_items(p))
            for key, p in account.playlists.items()
            if key != account.uploads_id
        }
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """The operation that the journal says is being sent."""

    push_id: int
    op_id: int
    kind: str
    playlist_id: str
    video_id: str | None
    item_id: str | None
    title: str | None
    attempts: int
    fence: list[str]
    needs: int | None


@dataclass
class Promises:
    """Looks on, and notes in `broken` what was not kept. `committed` asks the database as another process would."""

    account: Account
    committed: Committed
    broken: list[str] = field(default_factory=list)
    wishes: Sequence[Wish] = ()
    by_person: bool = False
    confirmed: bool = False
    interfered: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    attempts: set[tuple[int, int, int]] = field(default_factory=set)
    inserted: Counter[tuple[str, str]] = field(default_factory=Counter)
    ours: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    looked: dict[str, bool] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    whole: dict[str, set[str]] = field(default_factory=dict)
    spent: bool = False
    writes: int = 0
    sending: Sending | None = None
    states: list[Library] = field(default_factory=list)
    _pages: dict[str, list[str]] = field(default_factory=dict)
    _listing: dict[str, set[str]] = field(default_factory=dict)

    def begin(self, wishes: Sequence[Wish]) -> None:
        """A person starts to push these wishes; what follows until all is quiet belongs to it."""
        self.wishes, self.interfered, self.inserted = wishes, set(), Counter()
        self.states = [library(self.account)]

    def start(self) -> None:
        """One run of the program: what it read before this it has to read again."""
        self.looked, self.titles, self.whole, self._listing = {}, {}, {}, {}
        self.spent, self.writes, self.sending = False, 0, None

    def keep(self, promise: str, kept: object, what: str = "") -> None:
        """Note a promise that was not kept."""
        if not kept:
            self.broken.append(f"{promise}: {what}")

    # -- before a request leaves -------------------------------------------------------------------------------------

    def before(self, request: Request) -> None:
        """Judges a write before it leaves."""
        if request.method == "GET":
            return
        self.keep("7 one refusal for quota stops the push", not self.spent, f"{request.method} {request.resource}")
        self.sending = op = self._journalled(request)
        self.keep("8 durable before sent", op is not None, f"{request.method} {request.resource} {request.body}")
        if op is None:
            return
        token = (op.push_id, op.op_id, op.attempts)
        self.keep("8 one request per attempt", token not in self.attempts, f"{op}")
        self.attempts.add(token)
        self.writes += 1
        {
            "insert": self._insert,
            "move": self._move,
            "delete": self._delete,
            "create": self._create,
            "rename": self._rename,
            "delete playlist": self._delete_playlist,
        }[op.kind](op, request)

    def _journalled(self, request: Request) -> Sending | None:
        kind = _KINDS[request.method, request.resource]
        snippet = request.body.get("snippet", {})
        wanted = {
            "insert": lambda s: (
                (s.playlist_id, s.video_id) == (snippet.get("playlistId"), snippet.get("resourceId", {}).get("videoId"))
            ),
            "move": lambda s: s.item_id == request.body.get("id"),
            "delete": lambda s: s.item_id == request.params["id"][0],
            "create": lambda s: s.title == snippet.get("title"),
            "rename": lambda s: (s.playlist_id, s.title) == (request.body.get("id"), snippet.get("title")),
            "delete playlist": lambda s: s.playlist_id == request.params["id"][0],
        }[kind]
        rows = [Sending(*row) for row in self.committed(_SENT)]
        return next((row for row in rows if row.kind == kind and wanted(row)), None)

    def _asked(self, kinds: Sequence[EditKind], playlist_id: str, end: str, video: str | None = None) -> list[Wish]:
        names = {playlist_id, self.named.get(playlist_id)}
        return [
            wish
            for wish in self.wishes
            if wish.edit.kind in kinds and getattr(wish.edit, end) in names and video in (None, wish.edit.video_id)
        ]

    def _insert(self, op: Sending, request: Request) -> None:
        key = (op.playlist_id, op.video_id or "")
        asked = self._asked(BRINGS, op.playlist_id, "to_playlist", op.video_id)
        self.keep("15 only what was asked", asked, f"insert {key}")
        self.keep(
            "2 exactly one",
            self.inserted[key] < len(asked),
            f"{key} was inserted {self.inserted[key]} times for {len(asked)}",
        )
        there = self.account.playlists.get(op.playlist_id)
        known = {i.item_id for i in there.items if i.video_id == op.video_id} if there else set()
        fenced = set(op.fence) | self.ours | self.interfered
        self.keep("8 the fence is saved with sent", known & self.shown <= fenced, f"{key}: {op.fence}")
        half = self.committed(
            f"SELECT item_id, state FROM operations WHERE push_id = {op.push_id} AND needs = {op.op_id} AND kind = 'delete' AND video_id = '{op.video_id}'"
        )
        moved = {wish.edit.item_id for wish in asked if wish.edit.kind is EditKind.MOVE}
        for item_id, state in half:
            seen = item_id not in moved or self.looked.get(item_id) or state == "done"
            self.keep("3 no silent overwrite", seen, f"insert {key} of a move whose item {item_id} was not seen there")

    def _move(self, op: Sending, request: Request) -> None:
        self.keep("15 only what was asked", request.params.get("part") == ["snippet"], f"part {request.params}")
        self.keep("15 only what was asked", set(request.body) <= {"id", "snippet", "kind", "etag"}, f"{request.body}")
        self.keep(
            "3 no silent overwrite", self.looked.get(op.item_id or ""), f"move of {op.item_id}, which was not seen"
        )
        orders = self._asked((EditKind.REORDER, *BRINGS), op.playlist_id, "to_playlist")
        self.keep("15 only what was asked", orders, f"move in {op.playlist_id}")

    def _delete(self, op: Sending, request: Request) -> None:
        item = op.item_id or ""
        self.keep("3 no silent overwrite", self.looked.get(item), f"delete of {item}, which was not seen")
        asked = self._asked(TAKES, op.playlist_id, "from_playlist", op.video_id)
        # a copy that was only wished to be there is one that came since: ours, or somebody else's who did the same
        named = any(
            wish.edit.item_id == item
            or (wish.edit.item_id is None and item not in items(wish.ground, op.video_id or ""))
            for wish in asked
        )
        self.keep(
            "15 only what was asked",
            named,
            f"delete of {item} ({op.video_id}) in {op.playlist_id}: {[w.edit for w in self.wishes]}",
        )
        if op.needs is not None:
            sql = f"SELECT kind, result_id, state FROM operations WHERE push_id = {op.push_id} AND op_id = {op.needs}"
            for kind, result, state in self.committed(sql):
                seen = kind != "insert" or (state == "done" and self.looked.get(result or ""))
                self.keep("1 insert, see it, then delete", seen, f"{item} goes before {result} was listed")

    def _create(self, op: Sending, request: Request) -> None:
        asked = [w for w in self.wishes if w.edit.kind is EditKind.CREATE and w.edit.title == op.title]
        self.keep("15 only what was asked", asked, f"create {op.title}")
        made = sum(p.title == op.title for p in self.account.playlists.values())
        self.keep("2 exactly one", made < max(1, len(asked)), f"{op.title} was created already")

    def _rename(self, op: Sending, request: Request) -> None:
        self.keep("15 only what was asked", request.params.get("part") == ["snippet"], f"part {request.params}")
        asked = self._asked([EditKind.RENAME], op.playlist_id, "to_playlist")
        self.keep("15 only what was asked", any(w.edit.title == op.title for w in asked), f"rename to {op.title}")
        assumed = {title for w in asked for title in (*w.edit.seen, w.edit.title)}
        seen = self.titles.get(op.playlist_id)
        self.keep("3 no silent overwrite", seen in assumed, f"{seen!r} is overwritten by {op.title!r}")

    def _delete_playlist(self, op: Sending, request: Request) -> None:
        asked = self._asked([EditKind.DELETE], op.playlist_id, "from_playlist")
        self.keep("15 only what was asked", asked, f"delete {op.playlist_id}")
        seen = {item for w in asked for item in w.edit.seen} | self.ours
        held = self.whole.get(op.playlist_id)
        self.keep(
            "3 no silent overwrite",
            held is not None and held <= seen,
            f"{op.playlist_id} goes with {held} that nobody saw",
        )

    # -- what was answered -------------------------------------------------------------------------------------------

    def after(self, request: Request, answer: Answer) -> None:
        """Remembers what the program was shown."""
        self.keep("15 only what the API is known to take", answer.status != 501, f"{request} {answer.body}")
        if answer.status == 403:
            self.spent = True
        if request.resource == "playlists" and answer.status == 200 and answer.body:
            for one in answer.body.get("items") or []:
                self.titles[one["id"]] = one["snippet"]["title"]
        if request.resource == "playlistItems" and request.method == "GET":
            self._looked(request, answer)
        if request.method == "POST" and answer.status == 200 and answer.body:
            self._made(request, answer.body)

    def _looked(self, request: Request, answer: Answer) -> None:
        params = request.params
        if answer.status == 304:
            found = self._pages.get(request.if_none_match or "", [])
        else:
            found = [one["id"] for one in (answer.body or {}).get("items") or []]
            self._pages[answer.etag or ""] = found
        self.shown.update(found)
        if "id" in params:
            asked = [one for value in params["id"] for one in value.split(",")]
            self.looked.update({one: one in found for one in asked})
            return
        self.looked.update(dict.fromkeys(found, True))
        if "videoId" in params:
            return
        playlist_id = params["playlistId"][0]
        if "pageToken" not in params:
            self._listing[playlist_id] = set()
        self._listing.setdefault(playlist_id, set()).update(found)
        if answer.status == 304 or not (answer.body or {}).get("nextPageToken"):
            self.whole[playlist_id] = self._listing.pop(playlist_id)

    def _made(self, request: Request, body: dict[str, Any]) -> None:
        self.shown.add(body["id"])
        self.ours.add(body["id"])
        if request.resource == "playlistItems":
            self.inserted[body["snippet"]["playlistId"], body["snippet"]["resourceId"]["videoId"]] += 1
            return
        placeholder = next(
            (
                w.edit.to_playlist
                for w in self.wishes
                if w.edit.kind is EditKind.CREATE and w.edit.title == body["snippet"]["title"]
            ),
            None,
        )
        if placeholder:
            self.named[body["id"]] = placeholder

    # -- every state of the account ----------------------------------------------------------------------------------

    def changed(self, account: Account) -> None:
        """Judges what a write of ours made of the account; what another person did is only remembered."""
        before, self.account = self.account, account
        self.states.append(library(account))
        if self.by_person:
            self._remember(before, account)
            return
        was, now = library(before), library(account)
        for video in videos(was) - videos(now) - self.interfered:
            mine = about(video, self.wishes)
            allowed = any(w.edit.kind in (EditKind.REMOVE, EditKind.DELETE) for w in mine)
            self.keep("1 never nowhere", allowed, f"{video} is in no playlist")
            self.keep("6 the guard", self.confirmed, f"{video} went nowhere without a word")
        for key in was.playlists.keys() - now.playlists.keys():
            self.keep("6 the guard", self.confirmed, f"{key} was deleted without a word")
        self._guarded(before, account)
        for key in was.playlists.keys() & now.playlists.keys():
            one, other = was.playlists[key], now.playlists[key]
            self.keep(
                "15 only what was asked",
                (one.description, one.privacy) == (other.description, other.privacy),
                f"{one} {other}",
            )
            notes = {item.item_id: item.note for item in one.items}
            lost = [i for i in other.items if notes.get(i.item_id, i.note) != i.note]
            self.keep("15 only what was asked", not lost, f"the note of {lost}")

    def _guarded(self, before: Account, after: Account) -> None:
        """A plain delete that empties a playlist or takes what can never be put back needs a word.

        The second half of a move is none, though it was planned anew when the first half was done.
        """
        op = self.sending
        if op is None or op.kind != "delete" or op.playlist_id not in after.playlists or self.confirmed:
            return
        kinds = self.committed(
            f"SELECT kind, video_id FROM operations WHERE push_id = {op.push_id} AND op_id = {op.needs or 0}"
        )
        moves = self._asked((EditKind.MOVE,), op.playlist_id, "from_playlist", op.video_id)
        inserted = (
            f"SELECT video_id FROM operations WHERE push_id = {op.push_id} AND kind = 'insert' AND state = 'done'"
        )
        if ("insert", op.video_id) in kinds or (moves and (op.video_id,) in self.committed(inserted)):
            return
        alive = before.availability(op.video_id or "") is Availability.AVAILABLE
        emptied = not after.playlists[op.playlist_id].items and op.playlist_id not in self.interfered
        self.keep("6 the guard", not emptied, f"{op.playlist_id} was emptied without a word")
        self.keep(
            "6 the guard",
            alive or op.video_id in self.interfered,
            f"{op.video_id} is unavailable and went without a word",
        )

    def _remember(self, before: Account, after: Account) -> None:
        """Videos, playlists and items that another person touched since the push began."""
        was, now = before.playlists, after.playlists
        for key in was.keys() | now.keys():
            if was.get(key) == now.get(key):
                continue
            self.interfered.add(key)
            had = {i.item_id: i for i in was[key].items} if key in was else {}
            has = {i.item_id: i for i in now[key].items} if key in now else {}
            for item in (had.items() | has.items()) if had != has else ():
                if had.get(item[0]) != has.get(item[0]):
                    self.interfered |= {item[0] or "", item[1].video_id}
        self.interfered |= {v for v in before.videos if before.availability(v) is not after.availability(v)}
