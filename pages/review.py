"""Review: what to decide next, by key; whole groups, a table, misfits, rules, and what could be tidied in the library."""

import streamlit as st

from lib.ui import boot
from lib.ui.app_state import app_state
from lib.ui.review import decisions, duplicates, groups, inbox_table, merge_split, queue, rules

boot.page("pages/review.py")

app = app_state()
st.title("Review", anchor=False)
if app.workspace.catalog.fact("map_model") is None:
    if app.jobs.active():
        st.info("Suggestions appear here when the running job is done.", icon=":material/hourglass_top:")
    else:
        st.info("There are no suggestions yet. Pull on the Library page, then draw the map.", icon=":material/inbox:")
        st.page_link("pages/library.py", label="Go to Library", icon=":material/video_library:")
    st.stop()
suggestions = app.snapshot.suggestions
unfiled = [suggestion for suggestion in suggestions if not suggestion.misfit]
sure = [suggestion for suggestion in unfiled if suggestion.sure]
misfits = [suggestion for suggestion in suggestions if suggestion.misfit]
parts = {
    "next": f"Next ({len(unfiled):,})",
    "groups": f"Sure groups ({len(sure):,})",
    "table": f"Table ({len(app.snapshot.unfiled):,})",
    "misfits": f"Misfits ({len(misfits):,})",
    "rules": f"Rules ({len(app.snapshot.ruled):,})",
    "duplicates": "Saved twice",
    "hints": "Merge and split",
}
part = st.segmented_control(
    "What to review",
    list(parts),
    format_func=parts.__getitem__,
    default="next",
    required=True,
    key="part",
    label_visibility="collapsed",
    persist_state="session",
)
if part == "next":
    queue.show(app, unfiled)
elif part == "groups":
    st.caption(f"{queue.promise(sure)} Accepting files the videos here; YouTube changes when you push.")
    with st.container(horizontal=True):
        st.button(
            f"Accept all {len(sure):,}",
            key="accept_all",
            type="primary",
            disabled=not sure,
            on_click=decisions.accept,
            args=(app, sure, False),
        )
        decisions.undo_button(app)
    if not sure:
        st.success("No sure suggestion waits. Go on with what is next.", icon=":material/check:")
    groups.show(app, groups.by_target(sure), misfits=False)
elif part == "table":
    st.caption("Everything that stands in an inbox and in no category. A cell you set is filed at once.")
    inbox_table.show(app, {suggestion.video_id: suggestion for suggestion in suggestions if not suggestion.misfit})
elif part == "rules":
    rules.show(app)
elif part == "duplicates":
    duplicates.show(app)
elif part == "hints":
    merge_split.show(app)
else:
    st.caption(
        "Filed videos that would fit another category better. A misfit moves: the old place loses it when you push."
    )
    decisions.undo_button(app)
    if not misfits:
        st.success("Every filed video fits where it is.", icon=":material/check:")
    groups.show(app, groups.by_target(misfits), misfits=True)
