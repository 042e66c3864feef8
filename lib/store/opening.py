"""Before the database file is opened, and when it cannot be: its folder, who may read it, and what to do in words.

A file that cannot be opened is never moved or renamed by itself: it may be sound, and only too new, locked or in need of
memory. `set_aside` is for the user to ask for, where the error is a `DamagedLibrary`.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

from lib.errors import DamagedLibrary, StoreError

_DAMAGE = re.compile(
    "Corrupt database file|not a valid DuckDB database file|Could not read enough bytes|computed checksum",
    re.IGNORECASE,
)
"""What DuckDB 2.0 says of a file that is damaged, as tried with an overwritten header, a cut off and an emptied file."""

OTHERS = 0o077
"""The rights of everybody but the owner."""


def prepare(path: Path) -> None:
    """Make the folder where it is missing, and both folder and files the owner's alone.

    From here on this process makes files that only the owner can read: DuckDB makes its log anew whenever it likes.
    Raises `StoreError` where the folder cannot be written.
    """
    os.umask(OTHERS)
    probe = path.parent / f".atlas-{threading.get_ident()}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"The data folder {path.parent} cannot be written ({error.strerror}).",
            "Set ATLAS_HOME to a folder of yours, or change its permissions.",
        ) from error
    for private in (path.parent, path, _log(path)):
        _narrow(private)


def cannot_open(path: Path, text: str) -> StoreError:
    """The error for what DuckDB said when it could not open the file, with the next step."""
    if "set lock" in text or "used by another process" in text:  # the second is what Windows says
        return StoreError(
            f"The library in {path} is already open in {_holder(text)}.",
            "Close that program (or its terminal window), then try again.",
        )
    reason = text.splitlines()[0] if text else "no reason given"
    if _DAMAGE.search(text):
        return DamagedLibrary(
            f"The library file {path} is damaged ({reason}). It was left as it is.",
            f"Put a backup in its place. Where there is none, keep it, since edits that wait are only in it: "
            f"move it out of the way, with {_log(path).name} if that is there (mv {path} {_free_name(path)}).",
            path,
        )
    if "Cannot open file" in text or "Permission" in text:
        return StoreError(
            f"The library {path} cannot be opened for writing.",
            "Check the file's permissions, or set ATLAS_HOME to another folder.",
        )
    return StoreError(
        f"The library {path} cannot be opened ({reason}). It was left as it is.",
        "If another version of the program wrote it, use that one; if memory or disk space ran out, make room and try again.",
    )


def set_aside(path: Path) -> Path:
    """Rename a damaged file, with its log, as the user asked for; its new name. Raises `StoreError`."""
    kept = _free_name(path)
    try:
        path.rename(kept)
        if _log(path).exists():
            _log(path).rename(_log(kept))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be renamed ({error.strerror}).", "Check the permissions of its folder."
        ) from error
    return kept


def _free_name(path: Path) -> Path:
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    while kept.exists():
        kept = kept.with_name(kept.name + "-again")
    return kept


def _log(path: Path) -> Path:
    """The file in which DuckDB logs what is not in the database file yet."""
    return path.with_name(path.name + ".wal")


def _narrow(path: Path) -> None:
    """Take the rights of others on a file or folder away, where it is ours: not those on one that all share, like /tmp."""
    if os.name != "posix" or not path.exists():
        return
    status = path.stat()
    if status.st_uid == os.geteuid() and status.st_mode & OTHERS and not status.st_mode & stat.S_ISVTX:
        path.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS)


def _holder(text: str) -> str:
    match = re.search(r"held in (.+?) \(PID (\d+)\)", text)
    return f"another process ({Path(match[1]).name}, process {match[2]})" if match else "another process"
