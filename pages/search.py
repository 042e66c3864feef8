"""Search: find a saved video by what it is about, in any playlist."""

import streamlit as st

from lib.errors import UserError
from lib.ml.search.query import parse_query
from lib.models import counted
from lib.services.search import Filters
from lib.ui import boot
from lib.ui.app_state import AppState, app_state
from lib.ui.messages import show_error
from lib.ui.search import filters, results
from lib.ui.snapshot import Snapshot

boot.page("pages/search.py")

FIRST_LIMIT, MAX_LIMIT = 50, 500
"""So many hits at first, and at most after "Show more". Chosen by hand."""


def find(app: AppState, text: str, narrowed: Filters) -> list[tuple[str, float]]:
    """The hits, best first, kept while nothing changes, so that a tick asks nobody. What goes wrong is shown in words."""
    limit = st.session_state.get("search_limit", FIRST_LIMIT)
    key = (app.snapshot.key(*Snapshot.areas()), text, narrowed, limit)
    kept = st.session_state.get("search_kept")
    if kept and kept[0] == key:
        return list(kept[1])
    try:
        with st.spinner("Searching …", show_time=True):
            hits = app.workspace.search.search(text, limit, narrowed, app.snapshot.local)
    except UserError as error:
        show_error(error)
        return []
    st.session_state["search_kept"] = (key, hits)
    return hits


def show_hits(app: AppState, text: str, narrowed: Filters) -> None:
    """The hits and how they are ordered, or what to try instead."""
    hits, asked = find(app, text, narrowed), bool(parse_query(text).words)
    if not hits:
        st.info("Nothing fits. Try other words, or fewer.", icon=":material/search_off:")
        if narrowed.any:
            st.button("Clear the filters", key="clear_filters", on_click=filters.clear)
        return
    known = app.workspace.catalog.fact("map_model") is not None
    order = "best first, by meaning and by word" if known else "best first, by word; meaning follows with the map"
    st.caption(f"{counted(len(hits), 'video')}, {order if asked else 'the last added first'}. Tick rows to file them.")
    results.show(app, hits, scored=asked)
    if len(hits) == st.session_state.get("search_limit", FIRST_LIMIT) < MAX_LIMIT:
        st.button("Show more", key="more", type="tertiary", icon=":material/expand_more:", on_click=show_more)


def show_more() -> None:
    """Ask for more hits than were shown."""
    st.session_state["search_limit"] = min(MAX_LIMIT, 2 * st.session_state.get("search_limit", FIRST_LIMIT))


def reset_limit() -> None:
    """A new query starts with the first hits again."""
    st.session_state["search_limit"] = FIRST_LIMIT


app = app_state()
st.title("Search", anchor=False)
if not app.snapshot.counts["videos"]:
    if app.jobs.active():
        st.info("Search works as soon as the running job is done.", icon=":material/hourglass_top:")
    else:
        st.info("There is nothing to search yet. Pull on the Library page.", icon=":material/inbox:")
        st.page_link("pages/library.py", label="Go to Library", icon=":material/video_library:")
    st.stop()
app.warm_up()
query = st.text_input(
    "What was it about?",
    key="query",
    type="search",
    live="400ms",
    placeholder="that talk about why floats are strange",
    help='"Words in quotation marks" must be there, a -word must not. The link of a video finds that video.',
    on_change=reset_limit,
    persist_state="session",
)
narrowed = filters.show(app)
if app.jobs.active() and app.jobs.worker.busy and app.workspace.search.computes(query):
    st.info("A job is running. Search answers when the computing process is free.", icon=":material/hourglass_top:")
elif query.strip() or narrowed.any:
    show_hits(app, query, narrowed)
else:
    st.caption(
        "Describe it in your own words. Titles, channels, tags and descriptions of all your playlists are searched. "
        "A filter alone lists what it lets through."
    )
