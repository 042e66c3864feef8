"""The guard in the first line of each page: whatever address is opened first, `app.py` runs first.

A fresh server whose first address is `/search` (a bookmark, a restored tab) would run that page alone, in Streamlit's
older way of finding pages, without the sidebar and the settings of `app.py`.
"""

from __future__ import annotations

import streamlit as st

BOOTED, WANTED = "booted", "wanted_page"


def page(path: str) -> None:
    """Go through `app.py` first where it has not run in this session, and come back to `path` afterwards."""
    if not st.session_state.get(BOOTED):
        st.session_state[WANTED] = (path, st.query_params.to_dict())
        st.switch_page("app.py")


def mark_framed() -> None:
    """Called by `app.py`: from here on pages may run."""
    st.session_state[BOOTED] = True


def resume_wanted_page() -> None:
    """Called by `app.py` once the pages are declared: on to the page whose address was opened."""
    if wanted := st.session_state.pop(WANTED, None):
        st.switch_page(wanted[0], query_params=wanted[1])
