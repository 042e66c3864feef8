"""Feedback: what the user says to suggestions, in steps of which each can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lib.derived import Suggestion
from lib.models import Decider
from lib.services.filing import Filing


@dataclass(frozen=True, slots=True)
class FeedbackStep:
    """One step of feedback, which can be undone.

    Attributes:
        suggestions: those that were answered.
        edit_ids: the edits that were laid.
        gone: how many of the suggestions were left out, since their video or category is there no longer.
        is_skip: the question was put off: nothing was laid and nothing decided.
    """

    suggestions: tuple[Suggestion, ...]
    edit_ids: tuple[int, ...] = ()
    gone: int = 0
    is_skip: bool = False

    @property
    def filed(self) -> int:
        """How many videos were answered and not left out."""
        return len(self.suggestions) - self.gone


class Feedback:
    """Takes the answers to the suggestions of one library."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing

    def accept(self, suggestions: Sequence[Suggestion], decided_by: Decider = Decider.YOU) -> FeedbackStep:
        """File the videos where the suggestions say; see `Filing.accept`."""
        return self.answer_list(suggestions, {}) if decided_by is Decider.YOU else self.answer_list([], {}, suggestions)

    def answer_list(
        self,
        shown: Sequence[Suggestion],
        corrected: Mapping[str, str | None],
        unseen: Sequence[Suggestion] = (),
    ) -> FeedbackStep:
        """File a list that was looked at, with its corrections: by video id another category's id, or None for no category.

        `unseen` are filed with it as suggested, in the model's name: nobody looked at them, so they teach nothing.
        """
        refused = [
            suggestion
            for suggestion in shown
            if suggestion.video_id in corrected and corrected[suggestion.video_id] is None
        ]
        seen = [
            replace(suggestion, to_playlist=corrected.get(suggestion.video_id) or suggestion.to_playlist)
            for suggestion in shown
            if suggestion not in refused
        ]
        filing = self.filing
        with filing.catalog.db.write():
            gone = sum(len(part) - len(filing.without_gone(part)) for part in (seen, unseen))
            filing.reject(_offered(refused))
            laid = filing.accept(seen) if seen else []
            laid += filing.accept(unseen, Decider.MODEL) if unseen else []
        return FeedbackStep((*shown, *unseen), tuple(edit.edit_id for edit in laid), gone)

    def reject(self, suggestions: Sequence[Suggestion]) -> FeedbackStep:
        """None of the offered categories fits: they are never offered for these videos again."""
        self.filing.reject(_offered(suggestions))
        return FeedbackStep(tuple(suggestions))

    def take_back(self, step: FeedbackStep) -> int:
        """Undo a step: withdraw its edits and its decisions, and ask its suggestions again.

        Returns how many of its edits had been pushed already, and so stay as they are.
        """
        filing = self.filing
        suggestions = filing.with_real_ids(step.suggestions)
        asked_again = {suggestion.video_id for suggestion in suggestions}
        with filing.catalog.db.write():
            pending = {edit.edit_id for edit in filing.edits.pending()}
            filing.take_back([edit_id for edit_id in step.edit_ids if edit_id in pending])
            filing.edits.feedback.take_back(_offered(suggestions))
            stored = [
                suggestion for suggestion in filing.derived.suggestions() if suggestion.video_id not in asked_again
            ]
            filing.derived.store_suggestions([*suggestions, *stored])
        return len(set(step.edit_ids) - pending)


def _offered(suggestions: Sequence[Suggestion]) -> list[tuple[str, str]]:
    """The (video, category) pairs that suggestions offer."""
    return [
        (suggestion.video_id, category)
        for suggestion in suggestions
        for category in (suggestion.to_playlist, *suggestion.alternatives)
    ]
