"""What the person decides on the review page, each step of which can be undone at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.derived import Suggestion
from lib.models import Decider, counted
from lib.services.feedback import FeedbackStep
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, notify

NOWHERE = "-"
"""Stands in a list for no category at all."""

_STEPS, _SKIPPED = "review_steps", "review_skipped"


def skipped() -> set[tuple[str, str]]:
    """The (video, category) pairs that were put off in this session."""
    pairs: set[tuple[str, str]] = st.session_state.setdefault(_SKIPPED, set())
    return pairs


def can_undo() -> bool:
    """Whether there is a step to undo."""
    return bool(_steps())


def accept(app: AppState, suggestions: Sequence[Suggestion], seen: bool = True) -> None:
    """File the videos where the suggestions say. What nobody has looked at is filed in the model's name, and teaches nothing."""
    who = Decider.YOU if seen else Decider.MODEL
    _remember(app, attempt(lambda: app.workspace.feedback.accept(suggestions, who), filed_text))


def file_list(
    app: AppState, shown: Sequence[Suggestion], corrected: Mapping[str, str], unseen: Sequence[Suggestion] = ()
) -> None:
    """File a list that was looked at, with its corrections by video: a category's id, or `NOWHERE`. One step to undo."""
    ids = {video_id: None if key == NOWHERE else key for video_id, key in corrected.items()}
    _remember(app, attempt(lambda: app.workspace.feedback.answer_list(shown, ids, unseen), filed_text))


def choose(app: AppState, suggestion: Suggestion, playlist_id: str) -> None:
    """File one video into the category the person named, which may be another than the suggested."""
    corrected = {suggestion.video_id: playlist_id}
    _remember(app, attempt(lambda: app.workspace.feedback.answer_list([suggestion], corrected), gone_text))


def reject(app: AppState, suggestions: Sequence[Suggestion]) -> None:
    """None of the offered categories fits; they are never offered for these videos again."""
    _remember(app, attempt(lambda: app.workspace.feedback.reject(suggestions)))


def filed_text(step: FeedbackStep) -> str:
    """What came of a step, in a sentence; a second one where something was left out."""
    left_out = gone_text(step)
    return f"{counted(step.filed, 'video')} filed.{' ' if left_out else ''}{left_out}"


def gone_text(step: FeedbackStep) -> str:
    """How many videos were left out, since they or their category are gone; "" for none."""
    return f"{counted(step.gone, 'video')} left out: gone from your library, or the category is." if step.gone else ""


def skip(suggestions: Sequence[Suggestion]) -> None:
    """Put a question off until the page is opened in another session."""
    skipped().update((suggestion.video_id, suggestion.to_playlist) for suggestion in suggestions)
    _steps().append(FeedbackStep(tuple(suggestions), is_skip=True))


def undo(app: AppState) -> None:
    """Take the last step back: its edits, its decisions, and the suggestions it answered are asked again."""
    if not can_undo():
        return
    step = _steps().pop()
    if step.is_skip:
        skipped().difference_update((suggestion.video_id, suggestion.to_playlist) for suggestion in step.suggestions)
        return
    attempt(lambda: _take_back(app, step))


def undo_button(app: AppState) -> None:
    """The button for the last step, with its key."""
    st.button(
        "Undo",
        key="undo",
        shortcut="Z",
        icon=":material/undo:",
        disabled=not can_undo(),
        on_click=undo,
        args=(app,),
    )


def _take_back(app: AppState, step: FeedbackStep) -> None:
    pushed = app.workspace.feedback.take_back(step)
    notify(f"{counted(pushed, 'edit')} had been pushed already: undo the push." if pushed else "Taken back.")
    app.relearn()


def _steps() -> list[FeedbackStep]:
    steps: list[FeedbackStep] = st.session_state.setdefault(_STEPS, [])
    return steps


def _remember(app: AppState, step: FeedbackStep | None) -> None:
    """Keep a step that succeeded, so that it can be undone, and let the model learn from it."""
    if step is not None:
        _steps().append(step)
        app.relearn(len(step.suggestions))
