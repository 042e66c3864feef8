"""Conflicts as questions: what happened, in words, with the choices and the edits that each choice stands for.

The first of the choices keeps what the user asked for, the last gives it up. `insist` makes the edit of the first: the
same change, made against what YouTube shows now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lib.errors import UserError
from lib.models import MOST_ITEMS, NEW_PREFIX, Conflict, Edit, EditKind, HeldBack, Library, Plan, counted
from lib.planning.squash import SquashedEdit
from lib.planning.working_copy import WorkingCopy, changed_playlist

DROP, DROP_ALL = "drop this edit", "drop these edits"
BELIEVE = "believe YouTube"
MINE, THEIRS = "use mine", "keep YouTube's"
ANEW, ALL_THE_SAME = "make it anew", "file them all the same"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: the edits to lay in the place of the disputed ones, or the playlist whose new listing to believe."""

    word: str
    lay: tuple[Edit, ...] = ()
    believe: str = ""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A conflict with what each of its choices means."""

    conflict_id: str
    edit_ids: tuple[int, ...]
    what: str
    choices: tuple[Choice, ...]

    @property
    def conflict(self) -> Conflict:
        """What the person is shown of it."""
        return Conflict(self.conflict_id, self.edit_ids, self.what, tuple(choice.word for choice in self.choices))


def conflict_rows(plan: Plan) -> list[dict[str, Any]]:
    """The conflicts of a plan as JSON-ready questions."""
    return [
        {"id": conflict.conflict_id, "what": conflict.what, "choices": list(conflict.choices)}
        for conflict in plan.conflicts
    ]


Dispute = tuple[str, tuple[Choice, ...]]
"""What is to be asked about one edit, in words, and the choices."""


@dataclass(slots=True)
class MergeView:
    """Both sides of a merge while edits are applied: what YouTube shows, and what the edits have made of it so far.

    `unavailable` are videos YouTube takes into no playlist any more, `titles` the last known ones by video id, and
    `disputed` the videos of edits that became conflicts.
    """

    remote: Library
    shown: WorkingCopy
    local: WorkingCopy
    unavailable: Collection[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)

    def video(self, edit: Edit) -> str:
        """The video of an edit by its title, else by its id."""
        video_id = edit.video_id or ""
        return _quoted(self.titles[video_id]) if video_id in self.titles else video_id

    def playlist(self, playlist_id: str | None, once: str | None = None) -> str:
        """The title of a playlist, else what it was called once, else its id."""
        playlist_copy = self.local.get(playlist_id or "")
        return _quoted(playlist_copy.facts.title if playlist_copy else once or playlist_id)

    def describe(self, edit: Edit) -> str:
        """What the user did, as the beginning of a sentence."""
        changed = changed_playlist(edit)
        source = self.playlist(edit.from_playlist, edit.title if changed == edit.from_playlist else None)
        target = self.playlist(edit.to_playlist, edit.title if changed == edit.to_playlist else None)
        return {
            EditKind.ADD: f"You added {self.video(edit)} to {target}",
            EditKind.MOVE: f"You moved {self.video(edit)} from {source} to {target}",
            EditKind.REMOVE: f"You removed {self.video(edit)} from {source}",
            EditKind.RENAME: f"You renamed {_quoted(*edit.seen[:1])} to {_quoted(edit.title)}",
            EditKind.REORDER: f"You changed the order of {target}",
            EditKind.DELETE: f"You deleted {source}",
        }[edit.kind]


def insist(edit: Edit, remote: Library) -> Edit:
    """The same change, made against what YouTube shows now, so that it is no conflict."""
    playlist = remote.playlists.get(changed_playlist(edit))
    if edit.kind is EditKind.MOVE:
        return replace(edit, kind=EditKind.ADD, from_playlist=None, item_id=None, seen=())
    if playlist is None:
        return edit
    if edit.kind is EditKind.RENAME:
        return replace(edit, seen=(playlist.title,))
    if edit.kind is EditKind.REORDER:
        return replace(edit, seen=tuple(item.video_id for item in playlist.items))
    if edit.kind is EditKind.DELETE:
        return replace(edit, seen=tuple(item.item_id or "" for item in playlist.items), title=playlist.title)
    if edit.kind is EditKind.REMOVE:
        return replace(edit, seen=tuple(item.note for item in playlist.items if item.item_id == edit.item_id))
    return edit


def homes(library: Library, video_id: str | None) -> tuple[str, ...]:
    """The playlist of every copy of a video."""
    return tuple(p.playlist_id for p in library.playlists.values() for i in p.items if i.video_id == video_id)


# -- about one edit --------------------------------------------------------------------------------------------------


def read_only(view: MergeView, edit: Edit) -> Dispute:
    """The playlist lets nobody write to it from outside."""
    return f"{view.describe(edit)}; that playlist can only be read.", (Choice(DROP),)


def refused(view: MergeView, edit: Edit) -> Dispute:
    """The video died meanwhile, and YouTube takes no such video into a playlist. A move of it then stays where it is."""
    return f"{view.describe(edit)}; the video is no longer available, so YouTube would not take it.", (Choice(DROP),)


def full(view: MergeView, edit: Edit) -> Dispute:
    """The playlist holds as many items as YouTube takes. Once there is room, the edit is applied by the next plan."""
    target = view.playlist(edit.to_playlist)
    what = f"{view.describe(edit)}; {target} is full, as YouTube takes {MOST_ITEMS:,} videos into one playlist. Take something out of it and push, and this can follow."
    return what, (Choice(DROP),)


def moved_but_gone(view: MergeView, edit: Edit) -> Dispute:
    """The moved item left its playlist on YouTube: moved somewhere else, or removed."""
    shown, target = view.shown, view.playlist(edit.to_playlist)
    copies, ends = Counter(homes(view.remote, edit.video_id)), (edit.from_playlist, edit.to_playlist)
    fresh = [key for key in (copies - Counter(edit.seen)) if shown[key].facts.writable and key not in ends]
    source = view.playlist(edit.from_playlist)
    add = insist(edit, view.remote)
    if edit.seen and fresh:
        elsewhere = ", ".join(map(view.playlist, fresh))
        what = f"{view.describe(edit)}; on YouTube it was moved to {elsewhere}."
        insisting = (Choice(f"move it to {target}", _brought(view, edit, fresh)), Choice("have it in both", (add,)))
        return what, (*(() if edit.video_id in view.unavailable else insisting), Choice(f"leave it in {elsewhere}"))
    now = f"; it now stands in {', '.join(map(view.playlist, copies))}" if copies else ""
    again = () if edit.video_id in view.unavailable else (Choice(f"put it into {target}", (add,)),)
    return f"{view.describe(edit)}; on YouTube it was removed from {source}{now}.", (*again, Choice("leave it removed"))


def _brought(view: MergeView, edit: Edit, fresh: Sequence[str]) -> tuple[Edit, ...]:
    """The move from where the video was put on YouTube; where that were several places, out of the others too."""
    now = homes(view.remote, edit.video_id)
    keys = [next(k for k, i in reversed(view.shown[f].items.items()) if i.video_id == edit.video_id) for f in fresh]
    first = replace(edit, from_playlist=fresh[0], item_id=keys[0], seen=now)
    gone = replace(edit, kind=EditKind.REMOVE, to_playlist=None, after_item=None, copies=1)
    alternatives = (
        insist(replace(gone, from_playlist=where, item_id=key), view.remote)
        for where, key in zip(fresh[1:], keys[1:], strict=True)
    )
    return (first, *alternatives)


def noted(view: MergeView, edit: Edit) -> Dispute:
    """The note of an item that was to go was written meanwhile."""
    what = f"{view.describe(edit)}; on YouTube its note was changed."
    return what, (Choice("remove it all the same", (insist(edit, view.remote),)), Choice("keep it"))


def renamed(view: MergeView, edit: Edit, now: str) -> Dispute:
    """The playlist got another title than the one the user gave it."""
    return f"{view.describe(edit)}; on YouTube it became {_quoted(now)}.", _ours_or_theirs(view, edit)


def rearranged(view: MergeView, edit: Edit) -> Dispute:
    """The playlist got another order than the one the user gave it."""
    return f"{view.describe(edit)}; on YouTube its order was changed otherwise.", _ours_or_theirs(view, edit)


def _ours_or_theirs(view: MergeView, edit: Edit) -> tuple[Choice, ...]:
    return Choice(MINE, (insist(edit, view.remote),)), Choice(THEIRS)


def filled(view: MergeView, edit: Edit, unseen: int, now: str) -> Dispute:
    """The playlist that was to go was filled or renamed meanwhile."""
    happened = [f"{unseen} came into it since"] if unseen else []
    happened += [f"it became {_quoted(now)}"] if edit.title not in (None, now) else []
    what = f"You deleted {_quoted(edit.title or now)}; on YouTube {' and '.join(happened)}."
    return what, (Choice("delete it all the same", (insist(edit, view.remote),)), Choice("keep it"))


def undecided(view: MergeView, edit: Edit) -> Dispute:
    """The playlist that was to go still holds a video about which another question is open."""
    return f"{view.describe(edit)}; a video in it waits for another decision of yours first.", (Choice("keep it"),)


def followed(question: OpenConflict, followers: Sequence[SquashedEdit]) -> OpenConflict:
    """The question with the edits that wait for its answer: made again by a choice that lays edits, else given up."""
    again = tuple(squashed.edit for squashed in followers)
    choices = tuple(replace(choice, lay=(*choice.lay, *again)) if choice.lay else choice for choice in question.choices)
    edit_ids = (*question.edit_ids, *(i for squashed in followers for i in squashed.edit_ids))
    return replace(question, edit_ids=edit_ids, choices=choices)


# -- about a playlist ------------------------------------------------------------------------------------------------


def held_back_conflict(held_back: HeldBack, squashed_edits: Sequence[SquashedEdit]) -> OpenConflict:
    """A playlist whose new listing was not believed, and the edits that wait for it."""
    edit_ids = _edit_ids(squashed_edits)
    waits = "waits" if len(edit_ids) == 1 else "wait"
    what = (
        f"{held_back.reason} {counted(len(edit_ids), 'edit')} of yours {waits} for it."
        if edit_ids
        else held_back.reason
    )
    return OpenConflict(
        f"h:{held_back.playlist_id}", edit_ids, what, (Choice(BELIEVE, believe=held_back.playlist_id), Choice(DROP_ALL))
    )


def gone(playlist_id: str, squashed_edits: Sequence[SquashedEdit], remote: Library) -> OpenConflict:
    """Edits of a playlist that YouTube has no more: made anew and filled, or what left it filed all the same."""
    edit_ids, edits = _edit_ids(squashed_edits), [squashed.edit for squashed in squashed_edits]
    into = [e for e in edits if changed_playlist(e) == playlist_id and e.kind in (EditKind.ADD, EditKind.MOVE)]
    out = tuple(insist(e, remote) for e in edits if changed_playlist(e) != playlist_id)
    title = next((e.title for e in edits if changed_playlist(e) == playlist_id and e.kind is not EditKind.RENAME), None)
    choices: tuple[Choice, ...] = (Choice(DROP_ALL),)
    if into and title:
        made = f"{NEW_PREFIX}again-{edit_ids[-1]}"
        create = replace(
            into[0], kind=EditKind.CREATE, video_id=None, item_id=None, from_playlist=None, after_item=None
        )
        create = replace(create, to_playlist=made, title=title, seen=(), copies=1, starred=False)
        choices = (Choice(ANEW, (create, *_filling(made, into), *out)), *choices)
    elif out:
        choices = (Choice(ALL_THE_SAME, out), *choices)
    name = _quoted(title) if title else "A playlist"
    about = "edit of yours is" if len(edit_ids) == 1 else "edits of yours are"
    what = f"{name} is gone from YouTube, and {len(edit_ids)} {about} about it."
    return OpenConflict(f"g:{playlist_id}", edit_ids, what, choices)


def _filling(made: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """The same edits for a new, empty playlist, in which the copies of a video are counted from one."""
    copies: Counter[str | None] = Counter()
    for edit in edits:
        copies[edit.video_id] += 1
        yield replace(edit, to_playlist=made, after_item=None, copies=copies[edit.video_id])


def _edit_ids(squashed_edits: Sequence[SquashedEdit]) -> tuple[int, ...]:
    return tuple(sorted({i for squashed in squashed_edits for i in squashed.edit_ids}))


def _quoted(text: str | None = None) -> str:
    return f'"{text or ""}"'


PLAN_AGAIN = "plan again"
"""The only answer to an operation of a push that found something else than it was planned on."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an answer to a question comes to.

    Attributes:
        withdraw: the numbers of the edits to withdraw.
        lay: the edits to lay in their place.
        believe: the id of the playlist whose held-back listing is to be believed, "" for none.
        message: a sentence for the user that says what was chosen and what it did.
    """

    withdraw: tuple[int, ...] = ()
    lay: tuple[Edit, ...] = ()
    believe: str = ""
    message: str = ""


def resolve(
    questions: Sequence[OpenConflict],
    conflict_id: str,
    choice: str,
    made_at: datetime,
    answered_elsewhere: Sequence[str] = (),
) -> Resolution:
    """What a choice comes to.

    `choice` is the word itself, in whatever case, or its number from 1. `answered_elsewhere` are the ids of further open
    questions that are not among `questions`; they are only named in the error. The edits to lay carry number 0, since
    the store numbers them. Raises `UserError`, listing what there is, for an unknown conflict or choice.
    """
    question = next((question for question in questions if question.conflict_id == conflict_id), None)
    if question is None:
        known = ", ".join([*(question.conflict_id for question in questions), *answered_elsewhere])
        open_ones = f"Open are: {known}." if known else "Nothing waits for your decision."
        raise UserError(f"There is no question {conflict_id!r}.", open_ones)
    chosen = question.choices[chosen_index(choice, [option.word for option in question.choices])]
    if chosen.believe:
        return Resolution(believe=chosen.believe, message=f"Chosen: {chosen.word}.")
    edits = tuple(replace(edit, edit_id=0, made_at=made_at) for edit in chosen.lay)
    old, new = counted(len(question.edit_ids), "edit"), counted(len(edits), "new one")
    done = f"{old} became {new}" if edits else f"{old} taken back"
    return Resolution(question.edit_ids, edits, message=f"Chosen: {chosen.word}. {done}; plan and push when you like.")


def chosen_index(choice: str, words: Sequence[str]) -> int:
    """Which of the choices is meant. Raises `UserError`, listing them, where none is."""
    answer = choice.strip().casefold()
    names = [word.casefold() for word in words]
    if answer in names:
        return names.index(answer)
    if answer.isdecimal() and 1 <= int(answer) <= len(words):
        return int(answer) - 1
    offered = ", ".join(f"{number} {word}" for number, word in enumerate(words, 1))
    raise UserError(f"{choice!r} is none of the choices.", f"Choose one of: {offered}.")
