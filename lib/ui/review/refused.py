"""What was refused on the review page for the library as a whole, and the way back for each of it."""

from __future__ import annotations

import streamlit as st

from lib.services.tidy import DUPLICATES, Refusal
from lib.ui.app_state import AppState
from lib.ui.messages import notify
from lib.ui.snapshot import Snapshot

MOST_SHOWN = 50
_LAST_BROUGHT_BACK = "brought_back"


def show(app: AppState, *kinds: str) -> None:
    """The refusals of these kinds, closed until somebody looks for one; nothing where there are none."""
    refused = sorted(
        refusal for refusal in app.workspace.tidy.refused() if refusal[0] in kinds and _stands(app.snapshot, refusal)
    )
    last: Refusal | None = st.session_state.get(_LAST_BROUGHT_BACK)
    undoable = last is not None and last[0] in kinds and last not in refused
    if not refused and not undoable:
        return
    with st.expander(f"Refused ({len(refused):,})", key=f"refused_{kinds[0]}"):
        if last is not None and undoable:
            _show_last(app, last)
        for refusal in refused[:MOST_SHOWN]:
            _show_refusal(app, refusal)
        if len(refused) > MOST_SHOWN:
            st.caption(f"The first {MOST_SHOWN} of {len(refused):,} are shown.")


def _show_refusal(app: AppState, refusal: Refusal) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.text(sentence(app.snapshot, refusal))
        st.button(
            "Bring back", key="back_" + "_".join(refusal), type="tertiary", on_click=bring_back, args=(app, refusal)
        )


def _show_last(app: AppState, refusal: Refusal) -> None:
    """What was brought back a moment ago, and the button that refuses it again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.caption("The last one you brought back is said again wherever a look finds it.")
        st.button("Undo", key="undo_back", type="tertiary", icon=":material/undo:", on_click=undo, args=(app, refusal))


def _stands(snapshot: Snapshot, refusal: Refusal) -> bool:
    """Whether the playlists that it is about are still there."""
    kind, *about = refusal
    return (
        kind == DUPLICATES or {playlist_id for playlist_id in about if playlist_id} <= snapshot.local.playlists.keys()
    )


def sentence(snapshot: Snapshot, refusal: Refusal) -> str:
    """A refusal in words. It names untrusted titles, so it is shown by `st.text`."""
    kind, first, second = refusal
    if kind == DUPLICATES:
        return f"Not the same: {snapshot.title(first)}\nand {snapshot.title(second)}"
    if kind == "merge":
        return f"Not to be merged: {snapshot.playlist_title(first)} and {snapshot.playlist_title(second)}"
    return f"Not to be split: {snapshot.playlist_title(first)}"


def bring_back(app: AppState, refusal: Refusal) -> None:
    """Let a refused hint be said again."""
    app.workspace.tidy.bring_back(refusal)
    st.session_state[_LAST_BROUGHT_BACK] = refusal
    notify("It is said again, if it still is so.")


def undo(app: AppState, refusal: Refusal) -> None:
    """Refuse again what was brought back."""
    app.workspace.tidy.refuse(refusal)
    del st.session_state[_LAST_BROUGHT_BACK]
