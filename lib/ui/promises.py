"""What a push promises, in the words of the README."""

from __future__ import annotations

import streamlit as st

PROMISES = (
    "We never remove a video from one playlist before it is safely in the other, and YouTube itself has shown it there.",
    "Filing from an inbox copies first. Tidying the inbox is a separate choice.",
    "We never overwrite a change you made on YouTube without asking.",
    "You may close the lid, lose the network or run out of quota at any moment: a push goes on by itself where it stopped, "
    "when the units return or at the next start, and does only what you had approved.",
    "Nothing leaves this machine before you press **Push to YouTube**. What deletes more than a little needs a typed number.",
    'Every push can be undone. What cannot come back (the "added" date of a moved video, a video that has since died) '
    "is said before you push.",
    "Writes go only to the channel the library was read from.",
)


def show() -> None:
    """The promises, folded up."""
    with st.expander("What this promises"):
        st.markdown("\n".join(f"* {promise}" for promise in PROMISES))
