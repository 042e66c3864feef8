"""Playlist Atlas: the frame around every page. Run it with `streamlit run app.py`."""

import streamlit as st

from lib.errors import UserError
from lib.ui import boot, look, sidebar, words
from lib.ui.jobpanel import show_outcome
from lib.ui.session import desk

st.set_page_config(page_title="Playlist Atlas", page_icon=str(look.ICON), layout="wide")
boot.framed()

page = st.navigation(
    [
        st.Page("pages/library.py", title="Library", icon=":material/video_library:", default=True),
        st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:"),
        st.Page("pages/review.py", title="Review", icon=":material/rule:"),
        st.Page("pages/search.py", title="Search", icon=":material/search:"),
        st.Page("pages/sync.py", title="Sync", icon=":material/sync:"),
        st.Page("pages/settings.py", title="Settings", icon=":material/settings:"),
    ]
)
boot.go_where_wanted()
look.apply_look()

try:
    shared = desk()
except UserError as error:
    words.show_error(error)
    if st.button("Try again", key="try_again"):
        st.rerun()
    st.stop()

st.session_state["entered"] = st.session_state.get("page") != page.url_path
st.session_state["page"] = page.url_path
sidebar.show(shared)
words.show_notices()
show_outcome(shared)
page.run()
