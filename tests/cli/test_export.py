from __future__ import annotations

import os

from lib.cli.command import DONE, FAILED
from tests.cli.conftest import ERROR, CommandLine


def test_export_writes_a_row_an_item(offline: CommandLine) -> None:
    path = offline.home / "library.csv"
    assert offline.json("export", str(path)) == (DONE, {"path": str(path), "rows": 20})
    assert len(path.read_text(encoding="utf-8").splitlines()) == 21
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    code, answer = offline.json("export", str(offline.home))
    assert (code, answer.keys()) == (FAILED, ERROR)
