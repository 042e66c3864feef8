"""Edit files: a CSV becomes edits, line by line. Each refused line is named with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from lib.errors import UserError
from lib.models import Edit, Playlist
from lib.planning.new_edits import placement_edit
from lib.planning.titles import playlists_titled
from lib.services.filing import Filing
from lib.services.spreadsheet import BYTE_ORDER_MARK, restored

COLUMNS = ("video_id", "from_playlist", "to_playlist")
_DELIMITERS = ",;\t"
"""What spreadsheets put between cells, by the language of the machine."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of an edit file that cannot become an edit, and why. Lines count from 1, the header's."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A row by the number of its first line: the cells of `COLUMNS`, and whether there are more cells than columns."""

    line: int
    cells: tuple[str, str, str]
    overfull: bool


class _Unreadable(UserError):
    """The text is no CSV from a line on, behind the header."""

    def __init__(self, line: int, message: str, next_step: str) -> None:
        super().__init__(message, next_step)
        self.line = line


class _AllOrNothing(Exception):
    """Rolls the transaction of an edit file back."""


def lay_edit_file(
    filing: Filing, text: str, *, create: bool = False, partial: bool = False
) -> tuple[int, list[Rejected]]:
    """Lay the edits of a CSV; how many were accepted, and which lines were not.

    All or nothing unless `partial`; `create` makes unknown target titles new categories. Raises `UserError`, with the
    line, for a text that is no CSV, and for one without the columns; with `partial`, what stands before a line that is
    none of a CSV is taken.
    """
    accepted, rejected = 0, list[Rejected]()
    try:
        with filing.catalog.db.write():
            lines = _Lines(filing, create)
            try:
                for row in _rows(text):
                    try:
                        lines.take(row)
                        accepted += 1
                    except UserError as error:
                        rejected.append(Rejected(row.line, str(error)))
            except _Unreadable as error:
                if not partial:
                    raise
                rejected.append(
                    Rejected(error.line, f"{error.message} So nothing from this line on was read. {error.next_step}")
                )
            if rejected and not partial:
                raise _AllOrNothing
            lines.lay()
            filing.settle()
    except _AllOrNothing:
        accepted = 0
    return accepted, rejected


class _Lines:
    """The edits of an edit file, laid together, but for those that an earlier line about the same video decides."""

    def __init__(self, filing: Filing, create: bool) -> None:
        self.filing, self.create, self.batch = filing, create, filing.edits.new_batch()
        self.local, self.unavailable = filing.local(), filing.catalog.unavailable()
        self.waiting: dict[str, Edit] = {}

    def take(self, row: _Row) -> None:
        """Take up one line. Raises `UserError` where it cannot become an edit."""
        video_id, source, target = row.cells
        if row.overfull:
            raise UserError("The line has more cells than the first line has columns.", "Quote titles with commas.")
        if video_id in self.waiting:  # an earlier line moved it: only then is the library another
            self.lay()
            self.local = self.filing.local()
        known = target in self.local.playlists or playlists_titled(self.local, target)
        creation = self.filing.creation(target) if self.create and target and not known else None
        library, category = self.local, target or None
        if creation is not None:
            category = creation.to_playlist or ""
            library = library.with_playlist(Playlist(category, creation.title or ""))
        edit = placement_edit(library, self.unavailable, video_id, source or None, category)
        if creation is not None:  # laid only together with the edit that needs it
            self.filing.edits.lay([creation], self.batch)
            self.local = library
        self.waiting[video_id] = edit

    def lay(self) -> None:
        """Lay what waits."""
        edits = self.filing.edits.lay(list(self.waiting.values()), self.batch)
        self.filing.decide((edit.video_id or "", edit.to_playlist, True) for edit in edits if edit.to_playlist)
        self.waiting.clear()


def _rows(text: str) -> Iterator[_Row]:
    """The rows that are not empty. Raises `UserError` for what is no CSV with the columns."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        _check(header)
        columns = [header.index(column) for column in COLUMNS]
        line = reader.line_num + 1
        for row in reader:
            cells = [restored(cell.strip()) for cell in row]
            video_id, source, target = (cells[column] if column < len(cells) else "" for column in columns)
            overfull = any(cells[len(header) :])
            if video_id or source or target or overfull:
                yield _Row(line, (video_id, source, target), overfull)
            line = reader.line_num + 1
    except csv.Error as error:
        sentences = (f"Line {line} is no line of a CSV ({error}).", "Correct its quotes.")
        raise (_Unreadable(line, *sentences) if line > 1 else UserError(*sentences)) from error


def _delimiter(text: str) -> str:
    first_line = text.partition("\n")[0]
    return max(_DELIMITERS, key=first_line.count)


def _check(header: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise UserError(
            f"Line 1 of the file has no column {', '.join(missing)}.",
            f"Its first line must name the columns {','.join(COLUMNS)}.",
        )
    twice = [column for column in COLUMNS if header.count(column) > 1]
    if twice:
        raise UserError(f"Line 1 of the file has the column {twice[0]} twice.", "Delete one of the two.")
