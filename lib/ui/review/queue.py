"""What to decide next, one question at a time: what is sure, then lists of what is likely, then single videos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from lib.derived import Suggestion, expected_wrong
from lib.models import counted
from lib.ui.app_state import AppState
from lib.ui.review import decisions, keys, list_question, single_question, training_run
from lib.ui.snapshot import Snapshot
from lib.ui.styles import large_text, secondary_text

MIN_SURE = 10
"""Fewer sure suggestions than this are asked about last, since each training run brings a few. Chosen by hand."""
MAX_SHOWN = 60
"""At most so many sure suggestions are shown, those with the least confidence. Chosen by hand."""
GUESS_CONFIDENCE = 0.3
"""Below this confidence a suggestion counts as a guess, and stopping is proposed. Chosen by hand."""


def show(app: AppState, suggestions: Sequence[Suggestion]) -> None:
    """Draw the progress, the last training run and the next question: sure ones, then lists, then single videos."""
    put_off = decisions.skipped()
    waiting = [suggestion for suggestion in suggestions if (suggestion.video_id, suggestion.to_playlist) not in put_off]
    sure = sorted(
        (suggestion for suggestion in waiting if suggestion.sure),
        key=lambda suggestion: (suggestion.confidence, suggestion.video_id),
    )
    asked = questions([suggestion for suggestion in waiting if not suggestion.sure])
    _show_progress(sure, asked)
    training_run.show(app)
    if kept := list_question.being_corrected(app):
        (_show_sure if kept[0].sure else _show_list)(app, kept)
    elif sure and (len(sure) >= MIN_SURE or not asked):
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
    by_question: dict[object, list[Suggestion]] = {}
    for suggestion in doubtful:
        by_question.setdefault(suggestion.question or suggestion.video_id, []).append(suggestion)
    return list(by_question.values())


def promise(sure: Sequence[Suggestion]) -> str:
    """What is promised of sure suggestions, and how many of these are expected to be wrong all the same."""
    wrong = round(expected_wrong(sure))
    if not wrong:
        return "At least 95 in 100 are right, and most likely all of these."
    return f"At least 95 in 100 are right: about {wrong:,} of all {len(sure):,} may be wrong."


def _show_progress(sure: Sequence[Suggestion], asked: Sequence[Sequence[Suggestion]]) -> None:
    """How many videos are left, and about how many decisions they take."""
    together = [question for question in asked if len(question) > 1]
    single = len(asked) - len(together)
    decisions_left = bool(sure) + len(asked) + round(sum(expected_wrong(question) for question in together))
    parts = [
        f"{counted(len(sure), 'sure video')}" if sure else "",
        f"{counted(sum(map(len, together)), 'likely one')} in {counted(len(together), 'list')}" if together else "",
        f"{single:,} doubtful" if single else "",
    ]
    if any(parts):
        summary = ", ".join(part for part in parts if part)
        st.caption(f"{summary}: about {counted(decisions_left, 'decision')} left.")


def _show_sure(app: AppState, sure: Sequence[Suggestion]) -> None:
    """One question for all sure suggestions; those with the least confidence are listed."""
    shown, unseen = sure[:MAX_SHOWN], sure[MAX_SHOWN:]
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
        categories = {suggestion.to_playlist for suggestion in shown}
        place = (
            app.snapshot.playlist_title(shown[0].to_playlist)
            if len(categories) == 1
            else f"in {len(categories)} categories"
        )
        large_text(f"{counted(len(shown), 'video')}, likely {place}", "list")
        wrong = round(expected_wrong(shown))
        expected = f"About {wrong} of them may be wrong" if wrong else "Most likely all are right"
        secondary_text(f"{expected}. Correct a category where it is, then file them.", "list_about")
        list_question.show(app, shown)


def _show_hint(asked: Sequence[Sequence[Suggestion]]) -> None:
    """Say so when only guesses are left."""
    remaining = [suggestion for question in asked for suggestion in question]
    if all(suggestion.confidence < GUESS_CONFIDENCE for suggestion in remaining):
        st.info(
            f"For the last {counted(len(remaining), 'video')} nothing in your categories says where they belong. You can stop"
            " here: they stay in the inbox, and new members of a category may tell later.",
            icon=":material/flag:",
        )


def _by_category(snapshot: Snapshot, shown: Sequence[Suggestion]) -> str:
    sizes = Counter(suggestion.to_playlist for suggestion in shown)
    return "\n".join(
        f"{number:,}  {snapshot.playlist_title(playlist_id)}" for playlist_id, number in sizes.most_common()
    )
