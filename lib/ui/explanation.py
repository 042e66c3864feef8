"""Why a category is suggested, in a popover: nearest members, channel, and the words with the largest weights."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.ml.classifier.explain import Explanation
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.snapshot import Snapshot


def show(app: AppState, video_id: str, playlist_id: str) -> None:
    """Draw the button and the popover."""
    with st.popover("Why here?", icon=":material/help:", type="tertiary"):
        why = app.snapshot.why(video_id, playlist_id)
        if why is None or not (why.nearest or why.words):
            st.text(
                "Only the name and the description of the category speak for it: it has no members to compare with."
            )
            return
        st.text(f"In {app.snapshot.playlist_title(playlist_id)}, {counted(why.in_category, 'video')} so far:")
        _show_nearest(app.snapshot, why)
        _show_words(why)
        st.text(_channel(app.snapshot.channel(video_id), why))


def _show_nearest(snapshot: Snapshot, why: Explanation) -> None:
    columns = {
        "Most alike there": [snapshot.title(video_id) for video_id, _ in why.nearest],
        "Likeness": [round(100 * cosine) for _, cosine in why.nearest],
    }
    number = st.column_config.NumberColumn(format="%d %%", width="small")
    st.dataframe(pd.DataFrame(columns), hide_index=True, column_config={"Likeness": number})


def _show_words(why: Explanation) -> None:
    if not why.words:
        st.text("No word tells it from the other categories.")
        return
    columns = {
        "Words that weigh": [word.word for word in why.words],
        f"Here, of {why.in_category:,}": [word.in_category for word in why.words],
        f"Elsewhere, of {why.elsewhere:,}": [word.elsewhere for word in why.words],
    }
    st.dataframe(pd.DataFrame(columns), hide_index=True)


def _channel(channel: str, why: Explanation) -> str:
    in_category, filed = why.of_channel
    if not channel or not filed:
        return f"Nothing else of {channel} is filed." if channel else "Its channel is not known."
    return (
        f"{channel}: {in_category:,} of its {counted(filed, 'filed video')} {'is' if in_category == 1 else 'are'} here."
    )
