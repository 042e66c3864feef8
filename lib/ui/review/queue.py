"""What to decide next, one question at a time: what is sure, then lists of what is likely, then single videos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from lib.derived import Suggestion, expected_wrong
from lib.ui.app_state import AppState
from lib.ui.messages import counted
from lib.ui.review import decisions, keys, lesson, list_question, single_question
from lib.ui.snapshot import Snapshot
from lib.ui.styles import large_text, secondary_text

WORTH_A_LOOK = 10
"""A few sure ones, as each lesson brings, wait until there are more, or nothing else is left."""
LOOKED_AT = 60
"""So many of what is sure are shown, the least certain ones."""
HOPELESS = 0.3
"""What is less likely than that is no more than a guess."""


def show(app: AppState, suggestions: Sequence[Suggestion]) -> None:
    """The next question, how many are left, and what the last answers have taught."""
    put_off = decisions.skipped()
    waiting = [one for one in suggestions if (one.video_id, one.to_playlist) not in put_off]
    sure = sorted((one for one in waiting if one.sure), key=lambda one: (one.confidence, one.video_id))
    asked = questions([one for one in waiting if not one.sure])
    _show_progress(sure, asked)
    lesson.show(app)
    if kept := list_question.being_corrected(app):
        (_show_sure if kept[0].sure else _show_list)(app, kept)
    elif sure and (len(sure) >= WORTH_A_LOOK or not asked):
        _show_sure(app, sure)
    elif asked and len(asked[0]) > 1:
        _show_list(app, asked[0])
    elif asked:
        _show_hint(asked)
        single_question.show(app, asked[0][0])
    else:
        st.success(
            "The rest was skipped; it is asked again next time." if suggestions else "Nothing is left to decide here.",
            icon=":material/check:",
        )
        decisions.undo_button(app)
        if app.snapshot.edits:
            st.page_link("pages/sync.py", label="See the plan", icon=":material/sync:")
    keys.listen()


def questions(doubtful: Sequence[Suggestion]) -> list[list[Suggestion]]:
    """Suggestions in the order to ask; those with the same number are one question."""
    found: dict[object, list[Suggestion]] = {}
    for one in doubtful:
        found.setdefault(one.question or one.video_id, []).append(one)
    return list(found.values())


def promise(sure: Sequence[Suggestion]) -> str:
    """What is promised of sure suggestions, and how many of these are expected to be wrong all the same."""
    wrong = round(expected_wrong(sure))
    if not wrong:
        return "At least 95 in 100 are right, and most likely all of these."
    return f"At least 95 in 100 are right: about {wrong:,} of all {len(sure):,} may be wrong."


def _show_progress(sure: Sequence[Suggestion], asked: Sequence[Sequence[Suggestion]]) -> None:
    """What is left, and about how many decisions that takes."""
    together = [question for question in asked if len(question) > 1]
    single = len(asked) - len(together)
    decisions_left = bool(sure) + len(asked) + round(sum(expected_wrong(question) for question in together))
    parts = [
        f"{counted(len(sure), 'sure video')}" if sure else "",
        f"{counted(sum(map(len, together)), 'likely one')} in {counted(len(together), 'list')}" if together else "",
        f"{single:,} doubtful" if single else "",
    ]
    if any(parts):
        said = ", ".join(part for part in parts if part)
        st.caption(f"{said}: about {counted(decisions_left, 'decision')} left.")


def _show_sure(app: AppState, sure: Sequence[Suggestion]) -> None:
    """Everything sure at once, the least certain ones to look at."""
    shown, unseen = sure[:LOOKED_AT], sure[LOOKED_AT:]
    with st.container(border=True):
        large_text(f"{counted(len(sure), 'sure video')}", "sure")
        about = f"These {len(shown)} are the least certain of them. " if unseen else ""
        secondary_text(f"{about}{promise(sure)} Correct a category where it is wrong, then file them.", "sure_about")
        list_question.show(app, shown, unseen)
        if unseen:
            with st.expander(f"The other {len(unseen):,}, by category"):
                st.text(_by_category(app.snapshot, unseen))
                st.caption("The part Sure groups lists them one category at a time.")


def _show_list(app: AppState, shown: Sequence[Suggestion]) -> None:
    with st.container(border=True):
        goals = {one.to_playlist for one in shown}
        where = app.snapshot.playlist_title(shown[0].to_playlist) if len(goals) == 1 else f"in {len(goals)} categories"
        large_text(f"{counted(len(shown), 'video')}, likely {where}", "list")
        wrong = round(expected_wrong(shown))
        expected = f"About {wrong} of them may be wrong" if wrong else "Most likely all are right"
        secondary_text(f"{expected}. Correct a category where it is, then file them.", "list_about")
        list_question.show(app, shown)


def _show_hint(asked: Sequence[Sequence[Suggestion]]) -> None:
    """When it is time to stop."""
    left = [one for question in asked for one in question]
    if all(one.confidence < HOPELESS for one in left):
        st.info(
            f"For the last {counted(len(left), 'video')} nothing in your categories says where they belong. You can stop"
            " here: they stay in the inbox, and new members of a category may tell later.",
            icon=":material/flag:",
        )


def _by_category(snapshot: Snapshot, shown: Sequence[Suggestion]) -> str:
    sizes = Counter(one.to_playlist for one in shown)
    return "\n".join(
        f"{number:,}  {snapshot.playlist_title(playlist_id)}" for playlist_id, number in sizes.most_common()
    )
