"""Map: every video as a dot, near what it is about. Point at one, or draw around many, and file them."""

import streamlit as st

from lib.models import Role
from lib.ui import boot, make_category, mapview, picked
from lib.ui.reading import Reading
from lib.ui.session import Desk, desk
from lib.ui.words import counted, say

boot.page("pages/map.py")


@st.cache_resource(show_spinner=False, max_entries=2)
def dots(version: tuple[int, int], _reading: Reading) -> mapview.Dots:
    """The dots of this version of the library."""
    frame = _reading.map_frame
    return mapview.pack_dots(frame[["x", "y"]].to_numpy("f4"), [_reading.title(i) for i in frame.video_id])


@st.cache_resource(show_spinner=False, max_entries=4)
def groups(version: tuple[int, int], by: str, _reading: Reading) -> mapview.Groups:
    """Colours and labels by topic or by playlist."""
    frame = _reading.map_frame
    points = frame[["x", "y"]].to_numpy("f4")
    if by == "Topic":
        return mapview.pack_groups(points, list(frame.topic), {topic.topic: topic.name for topic in _reading.topics})
    categories = {p.playlist_id: p.title for p in _reading.local.playlists.values() if p.role is Role.CATEGORY}
    first = [
        next((p.playlist_id for p in _reading.homes.get(i, []) if p.playlist_id in categories), "")
        for i in frame.video_id
    ]
    return mapview.pack_groups(points, first, categories)


def show_map(at: Desk) -> None:
    """Draw the map, and keep what is selected on it."""
    reading = at.reading
    by = st.segmented_control(
        "Colour by", ["Topic", "Playlist"], default="Topic", required=True, key="colour_by", persist_state="session"
    )
    ids = list(reading.map_frame.video_id)
    if st.session_state.get("entered"):
        picked.pick(picked.selected())  # the browser forgot them with the page
    nonce, handed = picked.handed_to_map(ids)
    rows = mapview.show(
        "map",
        dots(reading.version, reading),
        groups(reading.version, str(by), reading),
        selected=handed,
        nonce=nonce,
        description=f"Map of {counted(len(ids), 'video')}, coloured by {str(by).lower()}. Drag around dots to select them.",
    )
    if rows is not None:
        picked.take_from_map([ids[row] for row in rows])


def show_topics(at: Desk) -> None:
    """The topics with their sizes; choosing one selects its videos."""
    topics = at.reading.topics
    st.subheader(counted(len(topics), "topic"), anchor=False)
    st.caption("Choose one to select its videos, and to make it a category.")
    table = {"Topic": [topic.name for topic in topics], "Videos": [topic.size for topic in topics]}
    st.dataframe(
        table,
        key="topics",
        height=460,
        hide_index=True,
        on_select=pick_topic,
        selection_mode="single-row",
        column_config={"Videos": st.column_config.NumberColumn(format="localized", width="small")},
    )


def pick_topic() -> None:
    """Select the videos of the topic whose row was chosen."""
    at = desk()
    rows = st.session_state["topics"]["selection"]["rows"]
    if rows and rows[0] < len(at.reading.topics):
        topic = at.reading.topics[rows[0]]
        members = at.workspace.findings.members().get(topic.topic, [])
        make_category.choose(topic, members)
        picked.pick(members)


def show_drawing(at: Desk) -> None:
    """How topics are found, and drawing the map anew."""
    busy = at.jobs.active() is not None
    with st.expander("How the topics are found"):
        method = st.segmented_control(
            "Method", ["By density", "A number of my own"], default="By density", required=True, key="method"
        )
        own = method == "A number of my own"
        k = st.slider("Topics", 5, 100, 40, key="k", disabled=not own)
        with st.container(horizontal=True):
            options = {"method": "kmeans", "k": k} if own else {"method": "hdbscan"}
            st.button("Find topics again", key="analyse", disabled=busy, on_click=analyse, args=(at,), kwargs=options)
            st.button(
                "Redraw the map",
                key="redraw",
                disabled=busy,
                on_click=analyse,
                args=(at,),
                kwargs={**options, "redraw": True},
                help="Moves every dot. Otherwise only new videos are placed.",
            )


def analyse(at: Desk, **options: object) -> None:
    """Bring map, topics and suggestions up to the library, in the background."""
    at.jobs.start("analyse", lambda progress: at.workspace.analyse(progress=progress, **options))
    say("The map is being drawn.")


at = desk()
st.title("Map", anchor=False)
if at.reading.map_frame.empty:
    if at.jobs.active():
        st.info("The map appears here when the running job is done.", icon=":material/hourglass_top:")
    elif at.workspace.catalog.counts()["videos"]:
        st.info("There is no map yet.", icon=":material/scatter_plot:")
        st.button("Draw the map", key="analyse", type="primary", on_click=analyse, args=(at,))
    else:
        st.info("The map needs videos. Pull from YouTube first.", icon=":material/inbox:")
        st.page_link("pages/library.py", label="Go to Library", icon=":material/video_library:")
    st.stop()
left, right = st.columns([5, 3], gap="medium")
with left:
    show_map(at)
    show_drawing(at)
with right:
    if video_ids := picked.selected():
        make_category.show(at, video_ids)
        picked.show(at, video_ids)
    else:
        show_topics(at)
