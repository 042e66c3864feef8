"""A question on the screen and the buttons that answer it: a key answers the question that was seen, and answers it once.

A press that meets the page while it is drawn anew would otherwise fall onto the next question, which nobody has read.
What the browser does with the keys is in `keys.js`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from lib.derived import Suggestion

_OPEN = "question_open"
_KEYS = st.components.v2.component("question_keys", js=(Path(__file__).parent / "keys.js").read_text(encoding="utf-8"))


class Question:
    """Suggestions that are asked about together, as they are shown now."""

    def __init__(self, suggestions: Sequence[Suggestion]) -> None:
        pairs = "\n".join(f"{one.video_id} {one.to_playlist}" for one in suggestions)
        self.name = hashlib.blake2b(pairs.encode(), digest_size=8).hexdigest()
        """Another question, another name: no state of one falls onto the next."""
        st.session_state[_OPEN] = self.name

    def button(self, label: str, key: str, shortcut: str, answer: Callable[[], object], **look: Any) -> None:
        """A button, and a key, that answers it."""
        st.button(label, key=f"{key}_{self.name}", shortcut=shortcut, on_click=self.answered, args=(answer,), **look)

    def answered(self, answer: Callable[[], object]) -> None:
        """Answer, unless the question has been answered already."""
        if is_open(self.name):
            del st.session_state[_OPEN]
            answer()


def is_open(name: str) -> bool:
    """Whether the question of this name was the last on the screen, and is not answered yet."""
    return bool(st.session_state.get(_OPEN) == name)


def listen() -> None:
    """Let the keys be heard that need no button: E and O go to what is typed into, Escape leaves a list, and a held key is one press."""
    _KEYS(key="question_keys")
