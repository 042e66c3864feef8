"""Styles that Streamlit's theme has no option for, text in two of them, and the height of tables."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "icon.svg"
"""Our own file: a material icon here would be fetched from Google at every visit."""

_ROW, _HEAD = 35, 38
"""Pixels of a table's row and of its head, as Streamlit draws them."""

_CSS = """
<style>
.stMainBlockContainer { padding: 3rem clamp(1rem, 3vw, 3rem) 4rem; max-width: 1600px; }
@media (max-width: 768px) { .stMainBlockContainer { padding-top: 4.5rem; } } /* below the bar that opens the sidebar */
[class*="st-key-big_"] [data-testid="stText"] { font-size: 1.25rem; font-weight: 600; line-height: 1.35; }
[class*="st-key-soft_"] [data-testid="stText"] { opacity: 0.7; font-size: 0.9rem; }
[data-testid="stText"] { white-space: pre-wrap; overflow-wrap: anywhere; }
[data-testid="stPopoverBody"] { min-width: min(36rem, 92vw); }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
</style>
"""


def apply_styles() -> None:
    """Put the rules into the page."""
    st.html(_CSS)


def table_height(rows: int, limit: int) -> int:
    """The pixels that a table of so many rows takes with its head, at most `limit`: beyond that it scrolls."""
    return min(limit, _HEAD + _ROW * rows)


def secondary_text(text: str, key: str) -> None:
    """Untrusted or secondary text, smaller and paler."""
    with st.container(key=f"soft_{key}"):
        st.text(text)


def large_text(text: str, key: str) -> None:
    """A title of a video or playlist, large, and never as Markdown."""
    with st.container(key=f"big_{key}"):
        st.text(text)
