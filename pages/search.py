"""Search: find a saved video by what it is about, in any playlist."""

import pandas as pd
import streamlit as st

from lib.errors import UserError
from lib.ui import boot, file_into, picked
from lib.ui.session import Desk, desk
from lib.ui.words import counted, show_error

boot.page("pages/search.py")

LIMIT = 50


def find(at: Desk, text: str) -> list[tuple[str, float]]:
    """The hits, best first. What goes wrong is shown in words."""
    try:
        with st.spinner("Searching …", show_time=True):
            return at.workspace.search(text, LIMIT)
    except UserError as error:
        show_error(error)
        return []


def hits_table(at: Desk, hits: list[tuple[str, float]]) -> pd.DataFrame:
    """Hits for the eye, with how well each fits in percent."""
    table = at.reading.video_table([video_id for video_id, _ in hits])
    table.insert(0, "score", [round(100 * score) for _, score in hits])
    return table


def show_hits(at: Desk, hits: list[tuple[str, float]]) -> None:
    """The hits, which can be ticked, and the row to file them."""
    table = hits_table(at, hits)
    chosen = st.dataframe(
        table,
        key="hits",
        hide_index=True,
        height=min(640, 38 + 35 * len(table)),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "score": st.column_config.NumberColumn("Match", format="%d %%", width="small"),
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "playlists": "Playlists",
            "topic": "Topic",
        },
    )
    rows = [row for row in chosen["selection"]["rows"] if row < len(hits)]
    chosen_ids = [hits[row][0] for row in rows]
    if not chosen_ids:
        st.caption("Tick rows at their left edge to file them or to see them on the map.")
        return
    file_into.show(at, chosen_ids)
    with st.container(horizontal=True):
        if st.button("Show on the map", key="to_map", icon=":material/scatter_plot:"):
            picked.pick(chosen_ids)
            st.switch_page("pages/map.py")
        if len(chosen_ids) == 1:
            st.link_button(
                "Open on YouTube", f"https://www.youtube.com/watch?v={chosen_ids[0]}", icon=":material/open_in_new:"
            )


at = desk()
st.title("Search", anchor=False)
if at.workspace.catalog.fact("map_model") is None:
    if at.jobs.active():
        st.info("Search works as soon as the running job is done.", icon=":material/hourglass_top:")
    else:
        st.info("There is nothing to search yet. Pull on the Library page.", icon=":material/inbox:")
        st.page_link("pages/library.py", label="Go to Library", icon=":material/video_library:")
    st.stop()
at.warm_up()
query = st.text_input(
    "What was it about?",
    key="query",
    type="search",
    live="400ms",
    placeholder="that talk about why floats are strange",
    persist_state="session",
)
if at.jobs.active():
    st.info("A job is running. Search answers when the computing process is free.", icon=":material/hourglass_top:")
elif query.strip():
    hits = find(at, query)
    if hits:
        st.caption(f"{counted(len(hits), 'video')}, best first, by meaning and by word.")
        show_hits(at, hits)
    else:
        st.info("Nothing fits. Try other words, or fewer.", icon=":material/search_off:")
else:
    st.caption(
        "Describe it in your own words. Titles, channels, tags and descriptions of all your playlists are searched."
    )
