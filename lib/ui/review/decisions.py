"""What the person decides on the review page, each step of which can be undone at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from lib.derived import Suggestion
from lib.models import Decider, Edit
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, counted, notify

_STEPS, _SKIPPED = "review_steps", "review_skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: the suggestions it answered, and the edits it laid. A skip has laid none and answered none for good."""

    suggestions: tuple[Suggestion, ...]
    edit_ids: tuple[int, ...] = ()
    skip: bool = False


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
    message = f"{counted(len(suggestions), 'video')} filed."
    _remember(app, suggestions, attempt(lambda: app.workspace.filing.accept(suggestions, who), message))


def file_list(
    app: AppState, shown: Sequence[Suggestion], corrected: Mapping[str, str], unseen: Sequence[Suggestion] = ()
) -> None:
    """File a list that was looked at, with its corrections by video: the id of a category, or of none. One step to undo."""
    categories = app.snapshot.categories
    refused = [
        suggestion
        for suggestion in shown
        if suggestion.video_id in corrected and corrected[suggestion.video_id] not in categories
    ]
    seen = [
        replace(suggestion, to_playlist=corrected[suggestion.video_id])
        if suggestion.video_id in corrected
        else suggestion
        for suggestion in shown
        if suggestion not in refused
    ]

    def file() -> list[Edit]:
        with app.workspace.db.write():
            app.workspace.filing.reject(_offered(refused))
            laid = app.workspace.filing.accept(seen) if seen else []
            return laid + (app.workspace.filing.accept(unseen, Decider.MODEL) if unseen else [])

    _remember(app, [*shown, *unseen], attempt(file, f"{counted(len(seen) + len(unseen), 'video')} filed."))


def choose(app: AppState, suggestion: Suggestion, playlist_id: str) -> None:
    """File one video into the category the person named, which may be another than the suggested."""
    answer = replace(suggestion, to_playlist=playlist_id)
    _remember(app, [suggestion], attempt(lambda: app.workspace.filing.accept([answer])))


def reject(app: AppState, suggestions: Sequence[Suggestion]) -> None:
    """None of the offered categories fits; they are never offered for these videos again."""
    app.workspace.filing.reject(_offered(suggestions))
    _remember(app, suggestions, [])


def skip(suggestions: Sequence[Suggestion]) -> None:
    """Put a question off until the page is opened in another session."""
    skipped().update((suggestion.video_id, suggestion.to_playlist) for suggestion in suggestions)
    _steps().append(Step(tuple(suggestions), skip=True))


def undo(app: AppState) -> None:
    """Take the last step back: its edits, its decisions, and the suggestions it answered are asked again."""
    if not can_undo():
        return
    step = _steps().pop()
    if step.skip:
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


def _take_back(app: AppState, step: Step) -> None:
    workspace, again = app.workspace, {suggestion.video_id for suggestion in step.suggestions}
    with workspace.db.write():
        waiting = {edit.edit_id for edit in workspace.edits.pending()}
        workspace.filing.take_back([edit_id for edit_id in step.edit_ids if edit_id in waiting])
        workspace.edits.decided.forget(_offered(step.suggestions))
        unanswered = [suggestion for suggestion in workspace.findings.suggestions() if suggestion.video_id not in again]
        workspace.findings.store_suggestions([*step.suggestions, *unanswered])
    pushed = len(set(step.edit_ids) - waiting)
    notify(f"{counted(pushed, 'edit')} had been pushed already: undo the push." if pushed else "Taken back.")
    app.relearn()


def _offered(suggestions: Sequence[Suggestion]) -> list[tuple[str, str]]:
    return [
        (suggestion.video_id, category)
        for suggestion in suggestions
        for category in (suggestion.to_playlist, *suggestion.alternatives)
    ]


def _steps() -> list[Step]:
    steps: list[Step] = st.session_state.setdefault(_STEPS, [])
    return steps


def _remember(app: AppState, suggestions: Sequence[Suggestion], laid: Sequence[Edit] | None) -> None:
    """Keep a step that succeeded (`laid` is None where it did not), and let the model learn from it."""
    if laid is not None:
        _steps().append(Step(tuple(suggestions), tuple(edit.edit_id for edit in laid)))
        app.relearn(len(suggestions))
