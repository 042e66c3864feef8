"""How topics are found (HDBSCAN or k-means), and redrawing the map."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.background.jobs import JobKind
from lib.ui.app_state import AppState
from lib.ui.messages import attempt

FEWEST, USUAL, MOST = 5, 40, 100
_AUTOMATIC, _FIXED = "Found by themselves", "A number of my own"


def show(app: AppState) -> None:
    """The method, and the buttons that find topics again, redraw the map and put it back."""
    busy, catalog = app.jobs.active() is not None, app.workspace.catalog
    last = catalog.fact("topic_k") if catalog.fact("topic_method") == "kmeans" else None
    with st.expander("Drawing and finding"):
        method = st.segmented_control(
            "Topics",
            [_AUTOMATIC, _FIXED],
            default=_FIXED if last else _AUTOMATIC,
            required=True,
            key="method",
        )
        fixed = method == _FIXED
        k = st.slider("How many", FEWEST, MOST, min(MOST, max(FEWEST, int(last or USUAL))), key="k") if fixed else None
        options = {"method": "kmeans", "k": k} if fixed else {"method": "hdbscan"}
        with st.container(horizontal=True):
            st.button("Find topics again", key="analyse", disabled=busy, on_click=analyse, args=(app,), kwargs=options)
            st.button(
                "Redraw the map",
                key="redraw",
                disabled=busy,
                on_click=analyse,
                args=(app,),
                kwargs={**options, "redraw": True},
                help="Every dot may move a little, from where it is now. Otherwise only new videos are placed.",
            )
            if app.snapshot.map_can_be_put_back:
                st.button(
                    "Put the map back",
                    key="put_back",
                    disabled=busy,
                    icon=":material/undo:",
                    on_click=_put_back,
                    args=(app,),
                    help="As it was before it was redrawn. Topics keep their names.",
                )


def analyse(app: AppState, **options: Any) -> None:
    """Bring map, topics and suggestions up to the library, in the background."""
    attempt(
        lambda: app.jobs.start(
            JobKind.ANALYSE, lambda progress: app.workspace.analysis.run(progress=progress, **options)
        ),
        "The map is being drawn.",
    )


def _put_back(app: AppState) -> None:
    attempt(app.workspace.analysis.put_map_back, "The map is as it was before.")
