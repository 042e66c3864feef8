"""A question and the buttons that answer it by mouse or key: each question is answered at most once.

Without this, a second press that arrives while the page reruns would answer the next question, which nobody has read.
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
        pairs = "\n".join(f"{suggestion.video_id} {suggestion.to_playlist}" for suggestion in suggestions)
        self.name = hashlib.blake2b(pairs.encode(), digest_size=8).hexdigest()
        """Another question, another name: no state of one falls onto the next."""
        st.session_state[_OPEN] = self.name

    def button(self, label: str, key: str, shortcut: str, answer: Callable[[], object], **options: Any) -> None:
        """A button, and a key, that answers it."""
        st.button(label, key=f"{key}_{self.name}", shortcut=shortcut, on_click=self.answered, args=(answer,), **options)

    def answered(self, answer: Callable[[], object]) -> None:
        """Answer, unless the question has been answered already."""
        if is_open(self.name):
            del st.session_state[_OPEN]
            answer()


def is_open(name: str) -> bool:
    """Whether the question of this name was the last on the screen, and is not answered yet."""
    return bool(st.session_state.get(_OPEN) == name)


def listen() -> None:
    """Add the key listener of `keys.js`: E and O move the focus, Escape leaves a list, and a held key counts once."""
    _KEYS(key="question_keys")
