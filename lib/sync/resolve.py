"""Resolve: a conflict and what the person chose become edits to withdraw and edits to lay in their place.

Nothing is written here. What is laid goes the way of all wishes: reconcile, plan, guard, push.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lib.errors import UserError
from lib.models import Edit
from lib.sync.guard import counted
from lib.sync.questions import Question

PLAN_AGAIN = "plan again"
"""The only answer to an operation of a push that found something else than it was planned on."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The numbers of the edits to withdraw, the edits to lay instead, and the playlist whose listing to believe."""

    withdraw: tuple[int, ...] = ()
    lay: tuple[Edit, ...] = ()
    believe: str = ""
    said: str = ""


def resolve(
    questions: Sequence[Question], conflict_id: str, choice: str, made_at: datetime, others: Sequence[str] = ()
) -> Resolution:
    """What a choice comes to. Raises `UserError`, listing what there is, for an unknown conflict or choice.

    `others` are the ids of questions that are answered elsewhere.

    `choice` is the word itself, in whatever case, or its number from 1. The edits carry number 0; the store numbers
    them.
    """
    question = next((one for one in questions if one.conflict_id == conflict_id), None)
    if question is None:
        known = ", ".join([*(one.conflict_id for one in questions), *others])
        open_ones = f"Open are: {known}." if known else "Nothing waits for your decision."
        raise UserError(f"There is no question {conflict_id!r}.", open_ones)
    chosen = question.choices[chosen_index(choice, [one.word for one in question.choices])]
    if chosen.believe:
        return Resolution(believe=chosen.believe, said=f"Chosen: {chosen.word}.")
    edits = tuple(replace(edit, edit_id=0, made_at=made_at) for edit in chosen.lay)
    old, new = counted(len(question.edit_ids), "edit"), counted(len(edits), "new one")
    done = f"{old} became {new}" if edits else f"{old} taken back"
    return Resolution(question.edit_ids, edits, said=f"Chosen: {chosen.word}. {done}; plan and push when you like.")


def chosen_index(choice: str, words: Sequence[str]) -> int:
    """Which of the choices is meant. Raises `UserError`, listing them, where none is."""
    said = choice.strip().casefold()
    names = [word.casefold() for word in words]
    if said in names:
        return names.index(said)
    if said.isdecimal() and 1 <= int(said) <= len(words):
        return int(said) - 1
    offered = ", ".join(f"{number} {word}" for number, word in enumerate(words, 1))
    raise UserError(f"{choice!r} is none of the choices.", f"Choose one of: {offered}.")
