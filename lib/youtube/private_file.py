"""Files that only their owner may read: the sign-in and the client secret."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 2**20
_OTHERS = 0o077


def read_private(path: Path) -> str:
    """The text of a file, whose mode is narrowed to its owner first. Raises `OSError` and `UnicodeDecodeError`."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(f"{path.name} is no ordinary file")
        if mode & _OTHERS:
            with suppress(OSError):  # somebody else's file, or a file system without modes
                os.chmod(descriptor if os.chmod in os.supports_fd else path, 0o600)
        return file.read(MOST_BYTES).decode("utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner's eyes only (mode 0600), whole or not at all; a link in its place is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp opens a new file with O_EXCL and O_NOFOLLOW, and with mode 0600
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise
