"""The last training run: how many suggestions it changed, how often the user agreed with the model, and what changed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.derived import SuggestionChange, TrainingRun
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.snapshot import Snapshot
from lib.ui.styles import table_height

MOST_ROWS = 300
POLL_SECONDS = 1.0


def show(app: AppState) -> None:
    """Draw one line about the last training run, or that one is going on; it refreshes without the question below it."""
    st.fragment(_line, run_every=POLL_SECONDS if app.learning else None)(app)


def _line(app: AppState) -> None:
    run, learning = app.snapshot.training_run, app.learning
    if learning:
        st.status("Learning from what is decided", state="running", type="compact")
    elif run is not None and run.decisions:  # none is left where all were taken back
        with st.container(horizontal=True, vertical_alignment="center", key="training_run"):
            _show_training_run(app, run)


def _show_training_run(app: AppState, run: TrainingRun) -> None:
    with st.container(width="content"):
        st.text(sentence(run))
    if run.changed:
        with st.popover("What changed", icon=":material/school:", type="tertiary"):
            st.caption("Suggestions only: nothing of this is filed before you say so.")
            table = _table(app.snapshot, run.changed[:MOST_ROWS])
            st.dataframe(table, hide_index=True, height=table_height(len(table), 320))


def sentence(run: TrainingRun) -> str:
    """A training run in a sentence or two."""
    changed = counted(len(run.changed), "suggestion") if run.changed else "no suggestion"
    learned = f"Your {counted(run.decisions, 'decision')} changed {changed}."
    if not run.asked:
        return learned
    return f"{learned} We agreed on {run.agreed} of the last {run.asked}."


def _table(snapshot: Snapshot, changed: tuple[SuggestionChange, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Title": [snapshot.title(change.video_id) for change in changed],
            "Suggested before": [_name(snapshot, change.category_before, change.sure_before) for change in changed],
            "Suggested now": [_name(snapshot, change.category_after, change.sure_after) for change in changed],
        }
    )


def _name(snapshot: Snapshot, playlist_id: str, sure: bool) -> str:
    return f"{snapshot.playlist_title(playlist_id)}{', sure' if sure else ''}" if playlist_id else "nothing"
