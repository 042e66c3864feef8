"""Map: every video as a dot, near what it is about. Point at one, or draw around many, and file them."""

import streamlit as st

from lib.models import Role, counted
from lib.store.areas import Area
from lib.ui import boot, selection
from lib.ui.app_state import AppState, app_state
from lib.ui.map import component, make_category, redraw, topic_actions, topic_list
from lib.ui.snapshot import LOCAL, Snapshot

boot.page("pages/map.py")


@st.cache_resource(show_spinner=False, max_entries=2)
def dots(key: tuple[int, ...], _snapshot: Snapshot) -> component.Dots:
    """The dots of this version of the library."""
    frame = _snapshot.map_frame
    return component.pack_dots(frame[["x", "y"]].to_numpy("f4"), [_snapshot.title(i) for i in frame.video_id])


@st.cache_resource(show_spinner=False, max_entries=4)
def groups(key: tuple[int, ...], by: str, _snapshot: Snapshot) -> component.Groups:
    """Colours and labels by topic or by playlist."""
    frame = _snapshot.map_frame
    points = frame[["x", "y"]].to_numpy("f4")
    if by == "Topic":
        names = {topic.topic: topic.name for topic in _snapshot.topics}
        return component.pack_groups(points, list(frame.topic), names, {topic: topic for topic in names})
    categories = {p.playlist_id: p.title for p in _snapshot.local.playlists.values() if p.role is Role.CATEGORY}
    first = [
        next((p.playlist_id for p in _snapshot.homes.get(i, []) if p.playlist_id in categories), "")
        for i in frame.video_id
    ]
    return component.pack_groups(points, first, categories, component.stable_colours(categories))


def show_map(app: AppState) -> None:
    """Draw the map, and keep what is selected on it."""
    snapshot = app.snapshot
    by = st.segmented_control(
        "Colour by", ["Topic", "Playlist"], default="Topic", required=True, key="colour_by", persist_state="session"
    )
    drawn = (Area.MAP,) if by == "Topic" else (Area.MAP, *LOCAL)
    ids = list(snapshot.map_frame.video_id)
    if st.session_state.get("entered"):
        selection.pick(selection.selected())  # the browser forgot them with the page
    nonce, handed = selection.handed_to_map(ids)
    rows = component.show(
        "map",
        dots(snapshot.key(Area.MAP, Area.VIDEOS), snapshot),
        groups(snapshot.key(*drawn), str(by), snapshot),
        selected=handed,
        nonce=nonce,
        description=f"Map of {counted(len(ids), 'video')}, coloured by {str(by).lower()}. Drag around dots to select them.",
    )
    if rows is not None:
        selection.take_from_map([ids[row] for row in rows])


app = app_state()
st.title("Map", anchor=False)
if app.snapshot.map_frame.empty:
    if app.jobs.active():
        st.info("The map appears here when the running job is done.", icon=":material/hourglass_top:")
    elif app.snapshot.counts["videos"]:
        st.info("There is no map yet.", icon=":material/scatter_plot:")
        st.button("Draw the map", key="analyse", type="primary", on_click=redraw.analyse, args=(app,))
    else:
        st.info("The map needs videos. Pull from YouTube first.", icon=":material/inbox:")
        st.page_link("pages/library.py", label="Go to Library", icon=":material/video_library:")
    st.stop()
left, right = st.columns([5, 3], gap="medium")
with left:
    show_map(app)
    redraw.show(app)
with right:
    if video_ids := selection.selected():
        make_category.show(app, video_ids)
        topic_actions.show(app, video_ids)
        selection.show(app, video_ids)
    else:
        topic_list.show(app)
