"""Several browser tabs at once: what they cost each other, and a push that runs for all of them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest


def test_no_run_of_a_page_collects_all_garbage_of_the_process(
    app: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full collection takes longer than a fragment's run, and holds up every other thread, also one that pushes."""
    screen = app("sync")
    collections: list[object] = []
    monkeypatch.setattr(gc, "collect", lambda *generation: collections.append(generation))
    screen.run()
    for thread in [thread for thread in threading.enumerate() if thread.name == "ScriptRunner.scriptThread"]:
        thread.join(60)  # it collects after it has said that the run is over
    assert not screen.exception and collections == []
