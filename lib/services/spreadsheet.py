"""CSV that spreadsheets open as it is meant: nothing in it is computed, and every letter is read."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from lib.errors import UserError

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's older encoding."""
_FORMULA_SIGNS = "=+-@"


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV of these rows, every cell quoted."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: it gets an apostrophe where it would be one."""
    return "'" + text if _is_computed(text) else text


def restored(cell: str) -> str:
    """What a cell held before `safe` gave it an apostrophe; spreadsheets keep that or drop it."""
    return cell[1:] if cell.startswith("'") and _is_computed(cell[1:]) else cell


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all. Raises `UserError` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=path.parent)
        try:
            with open(number, "w", encoding="utf-8", errors="replace", newline="") as file:
                file.write(text)
            os.replace(partial, path)
        except BaseException:  # Ctrl+C too
            os.unlink(partial)
            raise
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}).", "Choose another folder or file name."
        ) from error


def _is_computed(text: str) -> bool:
    """Whether a spreadsheet may see a formula: a sign, also a full-width one, first or behind what cannot be seen."""
    first = text[:1]
    if first and unicodedata.category(first) in ("Cc", "Cf"):
        return True
    return first != "" and unicodedata.normalize("NFKC", first) in _FORMULA_SIGNS
