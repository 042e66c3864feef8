"""Playlist Atlas: the frame around every page. Run it with `streamlit run app.py`.

Streamlit imports this file once as the module whose `App` it serves, and then runs it as the script of that `App`.
"""

import streamlit as st

from lib.errors import DamagedLibrary, UserError
from lib.ui import boot, damaged, messages, server, sidebar, styles
from lib.ui.app_state import app_state
from lib.ui.job_panel import show_outcome


def draw() -> None:
    """One run of the script: the navigation, the sidebar, what is to be told, and the page."""
    st.set_page_config(page_title="Playlist Atlas", page_icon=str(styles.ICON), layout="wide")
    boot.mark_framed()

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
    boot.resume_wanted_page()
    styles.apply_styles()

    try:
        state = app_state()
    except UserError as error:
        messages.show_error(error)
        if isinstance(error, DamagedLibrary):
            damaged.offer(error)
        if st.button("Try again", key="try_again"):
            st.rerun()
        st.stop()

    st.session_state["entered"] = st.session_state.get("page") != page.url_path
    st.session_state["page"] = page.url_path
    sidebar.show(state)
    messages.show_notices()
    show_outcome(state)
    page.run()


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, middleware=server.MIDDLEWARE, lifespan=server.lifespan)
