"""Why a category is suggested."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from streamlit.testing.v1 import AppTest

from lib.ui.app_state import app_state
from tests.ui.conftest import COOKING, ids, texts

TITLE = "C++ & *more* :smile: a_b"


def test_the_title_of_the_category_is_shown_as_it_is(app: Callable[[str], AppTest]) -> None:
    screen = app("map")
    workspace = app_state().workspace
    listed = sorted(workspace.catalog.listed_videos())
    workspace.vectors.store(dict.fromkeys(listed, "hash"), np.eye(len(listed), 384, dtype=np.float32))
    workspace.playlists.rename(COOKING, TITLE)
    screen.session_state["picked"] = ids(0)
    screen.run()
    assert not screen.exception
    assert f"In {TITLE}, 10 videos so far:" in texts(screen)
