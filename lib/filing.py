"""Filing: what the user says about videos and categories becomes edits, and decisions that teach.

Filing from an inbox copies first; tidying the inbox is a separate, later choice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from lib.errors import UserError
from lib.models import NEW_PREFIX, Edit, EditKind, Library, Playlist, Role, Suggestion
from lib.store.catalog import Catalog
from lib.store.edits import Edits, creation, find_playlist, wish
from lib.store.findings import Findings
from lib.sync.reconcile import reconcile

EDIT_COLUMNS = ("video_id", "from_playlist", "to_playlist")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of an edit file that cannot be wished for, and why."""

    line: int
    reason: str


class _AllOrNothing(Exception):
    """Rolls the transaction of an edit file back."""


class Filing:
    """Lays edits for one library."""

    def __init__(self, catalog: Catalog, edits: Edits, findings: Findings) -> None:
        self.catalog, self.edits, self.findings = catalog, edits, findings

    def local(self) -> Library:
        """Base with the pending edits applied: the library as the user wants it."""
        return reconcile(self.catalog.library(), self.edits.pending()).target

    def file(self, video_ids: Sequence[str], target: str | None, source: str | None = None) -> list[Edit]:
        """Wish videos into a category, out of `source` where one is given; no target only removes them from there.

        An earlier wish that put the video elsewhere, and waits, is replaced. A category they are to go into is
        remembered as the user's decision. Raises `UserError` where a wish cannot be; then nothing is laid.
        """
        with self.catalog.db.write():
            goal = find_playlist(self.local(), target) if target else None
            origins = self._replace_earlier(video_ids, goal.playlist_id if goal else None, source)
            local, unavailable = self.local(), self.catalog.unavailable()
            todo = [
                v  # but for what is there already, and what an earlier wish that was replaced had put into `source`
                for v in video_ids
                if origins[v] or (not local.playlists[goal.playlist_id].copies(v) if goal else source is None)
            ]
            laid = self.edits.lay(
                [wish(local, unavailable, v, origins[v], goal.playlist_id if goal else None) for v in todo]
            )
            if goal:
                self.edits.decide((v, goal.playlist_id, True) for v in video_ids)
            self._settle()
        return laid

    def accept(self, suggestions: Sequence[Suggestion]) -> list[Edit]:
        """Take suggestions over as one batch: unfiled videos are copied from their inbox, misfits move."""
        with self.catalog.db.write():
            local, unavailable = self.local(), self.catalog.unavailable()
            edits = []
            for one in suggestions:
                source = one.from_playlists[0] if one.misfit and one.from_playlists else None
                if not local.playlists[one.to_playlist].copies(one.video_id) or source:
                    edits.append(wish(local, unavailable, one.video_id, source, one.to_playlist))
            laid = self.edits.lay(edits)
            self.edits.decide((one.video_id, one.to_playlist, True) for one in suggestions)
            self._drop_suggestions({one.video_id for one in suggestions})
            self._settle()
        return laid

    def reject(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Say that these videos do not belong in these categories; such a suggestion never comes back."""
        with self.catalog.db.write():
            self.edits.decide((video_id, playlist_id, False) for video_id, playlist_id in pairs)
            self._drop_suggestions({video_id for video_id, _ in pairs})

    def create_category(self, title: str) -> str:
        """Wish a new playlist and return its placeholder id. Raises `UserError` for a title YouTube would refuse."""
        with self.catalog.db.write():
            return self.edits.lay([self._creation(title)])[0].to_playlist or ""

    def take_back(self, edit_ids: Sequence[int]) -> list[int]:
        """Withdraw pending edits together with the decisions they stood for; the numbers withdrawn."""
        pending = {edit.edit_id: edit for edit in self.edits.pending()}
        with self.catalog.db.write():
            withdrawn = self.edits.take_back(edit_ids)
            gone = [pending[i] for i in withdrawn]
            self.edits.forget_decisions((e.video_id, e.to_playlist) for e in gone if e.video_id and e.to_playlist)
        return withdrawn

    def take_back_last(self) -> list[int]:
        """The local undo: withdraw what was laid last in one go."""
        return self.take_back(self.edits.last_batch())

    def edit_file(self, text: str, *, create: bool = False, partial: bool = False) -> tuple[int, list[Rejected]]:
        """Lay the wishes of a CSV; how many were accepted, and which lines were not.

        All or nothing unless `partial`; `create` makes unknown target titles new categories. Raises `UserError` for a
        text without the columns.
        """
        accepted, rejected = 0, []
        try:
            with self.catalog.db.write():
                local, asked, batch = self.local(), set[str](), self.edits.new_batch()
                for line, row in _edit_rows(text):
                    if row["video_id"] in asked:  # an earlier line moved it: only then is the library another
                        local, asked = self.local(), set()
                    asked.add(row["video_id"])
                    try:
                        local = self._edit_row(local, row, create, batch)
                        accepted += 1
                    except UserError as error:
                        rejected.append(Rejected(line, str(error)))
                if rejected and not partial:
                    raise _AllOrNothing
                self._settle()
        except _AllOrNothing:
            accepted = 0
        return accepted, rejected

    def _edit_row(self, local: Library, row: dict[str, str], create: bool, batch: int) -> Library:
        """Lay the wish of one line; the library to judge the next lines by, another where a category was created."""
        video_id, source, target = (row[column] for column in EDIT_COLUMNS)
        known = {p.playlist_id for p in local.playlists.values()} | {p.title for p in local.playlists.values()}
        edits = [self._creation(target)] if create and target and target not in known else []
        for new in edits:  # laid only together with the wish that asked for it
            target = new.to_playlist or ""
            local = local.with_playlist(Playlist(target, new.title or ""))
        edits.append(wish(local, self.catalog.unavailable(), video_id, source or None, target or None))
        self.edits.lay(edits, batch)
        if goal := edits[-1].to_playlist:
            self.edits.decide([(video_id, goal, True)])
        return local

    def _creation(self, title: str) -> Edit:
        names = self.edits.placeholders()
        number = next(n for n in range(1, len(names) + 2) if f"{NEW_PREFIX}{n}" not in names)
        return creation(title, number)

    def _replace_earlier(
        self, video_ids: Sequence[str], target: str | None, source: str | None
    ) -> dict[str, str | None]:
        """Withdraw the wishes that this one corrects; where each video is to be taken from then."""
        origins: dict[str, str | None] = dict.fromkeys(video_ids, source)
        replaced, asked = [], set(video_ids)
        for edit in self.edits.pending():
            wished = (
                edit.video_id in asked and edit.kind in (EditKind.ADD, EditKind.MOVE) and edit.to_playlist != target
            )
            if wished and (edit.to_playlist == source or (source is None and edit.kind is EditKind.ADD)):
                asked.discard(edit.video_id or "")
                replaced.append(edit.edit_id)
                origins[edit.video_id or ""] = edit.from_playlist
        if replaced:
            self.take_back(replaced)
        return origins

    def _settle(self) -> None:
        """Edits that cancel each other out, or that YouTube satisfies already, wait for nothing."""
        self.edits.fulfil(reconcile(self.catalog.library(), self.edits.pending()).absorbed)

    def _drop_suggestions(self, video_ids: set[str]) -> None:
        self.findings.store_suggestions([s for s in self.findings.suggestions() if s.video_id not in video_ids])

    def categories(self) -> dict[str, str]:
        """Titles of the playlists one can file into, by id, in YouTube's order."""
        return {
            p.playlist_id: p.title for p in self.local().playlists.values() if p.role is Role.CATEGORY and p.writable
        }


def _edit_rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    header = [(name or "").strip() for name in reader.fieldnames or ()]
    missing = [column for column in EDIT_COLUMNS if column not in header]
    if missing:
        raise UserError(
            f"The file has no column {', '.join(missing)}.",
            f"Its first line must name the columns {','.join(EDIT_COLUMNS)}.",
        )
    reader.fieldnames = header
    rows = []
    for row in reader:
        cells = {column: (row.get(column) or "").strip() for column in EDIT_COLUMNS}
        if any(cells.values()):
            rows.append((reader.line_num, cells))
    return rows
