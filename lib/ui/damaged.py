"""What the app offers where the database file is damaged: to set it aside, which only the user decides."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lib.errors import DamagedLibrary
from lib.store.opening import set_aside
from lib.ui.messages import attempt


def offer(error: DamagedLibrary) -> None:
    """The button that renames the damaged file, with what that means."""
    st.button(
        "Set the damaged file aside",
        key="set_aside",
        help="It is renamed, and nothing of it is deleted. What YouTube shows can be pulled again; edits that wait, "
        "decisions and rules are only in that file.",
        on_click=_set_aside,
        args=(error.path,),
    )


def _set_aside(path: Path) -> None:
    attempt(lambda: set_aside(path), lambda kept: f"The damaged file is kept as {kept.name}.")
