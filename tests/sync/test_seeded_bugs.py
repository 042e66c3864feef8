"""The bugs that `seeded_bugs.py` puts into the program: each still fits, and changes something."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.settings import ROOT
from tests.sync.seeded_bugs import patched, patches


def test_there_are_twenty_seven() -> None:
    assert len(patches()) == 27


@pytest.mark.parametrize("patch", patches(), ids=lambda path: path.stem)
def test_it_fits_the_program_and_compiles(patch: Path) -> None:
    changed = patched(patch)
    assert changed
    for name, text in changed.items():
        assert text != (ROOT / name).read_text(encoding="utf-8")
        compile(text, name, "exec")
