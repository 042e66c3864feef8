"""Filing: what the user says about videos and categories becomes edits, and decisions that teach.

Filing from an inbox copies first; tidying the inbox is a separate, later choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from lib.derived import Suggestion
from lib.errors import UserError
from lib.models import NEW_PREFIX, Decider, Edit, EditKind, Item, Library, Role
from lib.planning.new_edits import creation_edit, placement_edit
from lib.planning.titles import find_playlist
from lib.services.fulfilment import fulfil_satisfied
from lib.services.local_library import local_library
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.edits import Edits


class Filing:
    """Lays edits for one library."""

    def __init__(self, catalog: Catalog, edits: Edits, derived: Derived) -> None:
        self.catalog, self.edits, self.derived = catalog, edits, derived

    def local(self) -> Library:
        """Base with the pending edits applied: the library as the user wants it."""
        return local_library(self.catalog, self.edits)

    def file(
        self, video_ids: Sequence[str], target: str | None, source: str | None = None, *, batch: int | None = None
    ) -> list[Edit]:
        """Lay the edits that put videos into the category `target`; returns them with their numbers.

        With a `source` the videos leave that playlist; without a target they only leave it. The edits join `batch`, or
        are a new batch where none is given. Pending edits that bring these videos to another category are replaced, and
        the target is remembered as the user's decision. Raises `UserError` where an edit is not possible; then nothing
        is laid.
        """
        with self.catalog.db.write():
            playlist, batch = find_playlist(self.local(), target) if target else None, batch or self.edits.new_batch()
            target_id = playlist.playlist_id if playlist else None
            origins = self._replace_earlier(video_ids, target_id, source, batch)
            local, unavailable = self.local(), self.catalog.unavailable()
            # Not what is there already, unless an earlier edit that was replaced had put it into `source`.
            missing = [
                video_id
                for video_id in video_ids
                if origins[video_id]
                or (not local.playlists[target_id].copies(video_id) if target_id else source is None)
            ]
            laid = self.edits.lay(
                [placement_edit(local, unavailable, video_id, origins[video_id], target_id) for video_id in missing],
                batch,
            )
            if target_id:
                self.decide((video_id, target_id, True) for video_id in video_ids)
            self.settle()
        return laid

    def accept(self, suggestions: Sequence[Suggestion], decided_by: Decider = Decider.YOU) -> list[Edit]:
        """Take suggestions over as one batch: unfiled videos are copied from their inbox, misfits move.

        `decided_by` is the model where a person said yes to a group without looking at what is in it. What `without_gone`
        leaves out is left out here too, and stays undecided.
        """
        with self.catalog.db.write():
            local, unavailable = self.local(), self.catalog.unavailable()
            present, edits = self.without_gone(suggestions), []
            for suggestion in present:
                video_id, target = suggestion.video_id, suggestion.to_playlist
                source = suggestion.from_playlists[0] if suggestion.misfit and suggestion.from_playlists else None
                if not local.playlists[target].copies(video_id) or source:
                    edits.append(placement_edit(local, unavailable, video_id, source, target, decided_by=decided_by))
            laid = self.edits.lay(edits)
            if decided_by is Decider.YOU:
                self.decide((suggestion.video_id, suggestion.to_playlist, True) for suggestion in present)
            self.derived.drop_suggestions({suggestion.video_id for suggestion in suggestions})
            self.settle()
        return laid

    def without_gone(self, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
        """The suggestions that can still be followed, with the ids that their playlists have now.

        Left out are those whose category or video is gone, and misfits that stand no longer where they stood: a list on a
        screen may be older than the library.
        """
        local, unavailable = self.local(), self.catalog.unavailable()
        return [
            suggestion
            for suggestion in self.with_real_ids(suggestions)
            if suggestion.to_playlist in local.playlists
            and local.playlists[suggestion.to_playlist].writable
            and suggestion.video_id not in unavailable
            and (homes := local.homes(suggestion.video_id))
            and (not suggestion.misfit or set(suggestion.from_playlists[:1]) <= set(homes))
        ]

    def with_real_ids(self, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
        """The same suggestions, where a playlist that only edits named and that exists by now is named by its real id."""
        real_ids = self.edits.real_ids()
        return [
            replace(
                suggestion,
                to_playlist=real_ids.get(suggestion.to_playlist, suggestion.to_playlist),
                alternatives=tuple(real_ids.get(key, key) for key in suggestion.alternatives),
                from_playlists=tuple(real_ids.get(key, key) for key in suggestion.from_playlists),
            )
            for suggestion in suggestions
        ]

    def reject(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Say that these videos do not belong in these categories; such a suggestion never comes back."""
        with self.catalog.db.write():
            real_ids = self.edits.real_ids()
            self.decide((video_id, real_ids.get(playlist_id, playlist_id), False) for video_id, playlist_id in pairs)
            self.derived.drop_suggestions({video_id for video_id, _ in pairs})

    def create_category(self, title: str) -> str:
        """Lay the edit for a new playlist and return its placeholder id. Raises `UserError` for a title YouTube would refuse."""
        with self.catalog.db.write():
            return self.edits.lay([self.creation(title)])[0].to_playlist or ""

    def take_back(self, edit_ids: Sequence[int]) -> list[int]:
        """Withdraw pending edits together with the decisions they stood for; the numbers withdrawn.

        What they had replaced waits again. Raises `UserError` for an edit that does not wait.
        """
        with self._decisions_follow():
            return self.edits.take_back(edit_ids)

    def take_back_last(self) -> list[int]:
        """The local undo: what the last act laid, replaced or starred is as it was before; the numbers concerned."""
        with self._decisions_follow():
            return self.edits.take_back_last()

    def replace(self, edit_ids: Sequence[int], edits: Sequence[Edit]) -> list[Edit]:
        """Lay edits in the place of pending ones, as one batch; the decisions those stood for go with them."""
        with self._decisions_follow():
            return self.edits.lay_instead(edit_ids, edits)

    # -- tidying -----------------------------------------------------------------------------------------------------

    def tidyable(self) -> dict[str, list[Item]]:
        """The items of each inbox whose video stands in a category too, as YouTube has shown it: they may go.

        Not those of unavailable videos, which YouTube would never take again, nor what the pending edits move already.
        """
        return tidyable_items(self.catalog.library(), self.local(), self.catalog.unavailable())

    def tidy(self, inboxes: Sequence[str]) -> list[Edit]:
        """Lay edits that take the items that `tidyable` lists out of these inboxes, by id or title, as one batch.

        Raises `UserError` for a playlist that is no inbox or cannot be written.
        """
        with self.catalog.db.write():
            local, tidyable = self.local(), self.tidyable()
            ids = dict.fromkeys(find_playlist(local, name).playlist_id for name in inboxes)
            for playlist_id in ids:
                if playlist_id not in tidyable:
                    raise UserError(
                        f"{local.playlists[playlist_id].title!r} is no inbox that can be tidied from here.",
                        "Mark it as an inbox first; Liked videos can only be tidied on YouTube itself.",
                    )
            now = datetime.now(UTC)
            edits = [
                Edit(0, EditKind.REMOVE, now, video_id=i.video_id, item_id=i.item_id, from_playlist=playlist_id)
                for playlist_id in ids
                for i in tidyable[playlist_id]
            ]
            return self.edits.lay(edits)

    # -- inside ------------------------------------------------------------------------------------------------------

    def decide(self, verdicts: Iterable[tuple[str, str, bool]]) -> None:
        """Record the user's verdicts beside what the model says of those videos now; see `store.feedback.FeedbackStore.decide`."""
        suggested = {
            suggestion.video_id: suggestion.to_playlist
            for suggestion in self.derived.suggestions()
            if not suggestion.misfit
        }
        self.edits.feedback.decide(verdicts, suggested)

    def settle(self) -> None:
        """Edits that cancel each other out, or that YouTube satisfies already, wait for nothing.

        Not while a push carries some of them out: what those come to is known when it ends. See `fulfil_satisfied`.
        """
        if not self.edits.locked:
            fulfil_satisfied(self.catalog, self.edits)

    def creation(self, title: str) -> Edit:
        """The edit for a new category, with a placeholder id no edit has used. Raises `UserError` for a bad title."""
        names = self.edits.placeholders()
        number = next(n for n in range(1, len(names) + 2) if f"{NEW_PREFIX}{n}" not in names)
        return creation_edit(title, number)

    def _replace_earlier(
        self, video_ids: Sequence[str], target: str | None, source: str | None, batch: int
    ) -> dict[str, str | None]:
        """Withdraw the edits that this one corrects; where each video is to be taken from then."""
        origins: dict[str, str | None] = dict.fromkeys(video_ids, source)
        replaced, asked = [], set(video_ids)
        for edit in self.edits.pending():
            brings = (
                edit.video_id in asked and edit.kind in (EditKind.ADD, EditKind.MOVE) and edit.to_playlist != target
            )
            if brings and (edit.to_playlist == source or (source is None and edit.kind is EditKind.ADD)):
                asked.discard(edit.video_id or "")
                replaced.append(edit.edit_id)
                origins[edit.video_id or ""] = edit.from_playlist
        if replaced:
            with self._decisions_follow():
                self.edits.withdraw(replaced, batch)
        return origins

    @contextmanager
    def _decisions_follow(self) -> Iterator[None]:
        """In one transaction: what edits stood for goes with them, and comes back with them."""
        with self.catalog.db.write():
            before = self._brought_by_edits()
            yield
            after = self._brought_by_edits()
            self.edits.feedback.take_back(before.keys() - after.keys())
            self.edits.feedback.decide(
                (*pair, True) for pair in after.keys() - before.keys() if after[pair] is Decider.YOU
            )

    def _brought_by_edits(self) -> dict[tuple[str, str], Decider]:
        """The videos that pending edits bring, the categories they bring them to, and who decided it."""
        return {(e.video_id, e.to_playlist): e.decided_by for e in self.edits.pending() if e.video_id and e.to_playlist}

    def categories(self) -> dict[str, str]:
        """Titles of the playlists one can file into, by id, in YouTube's order."""
        return {key: category.title for key, category in self.local().categories.items()}


def tidyable_items(base: Library, local: Library, unavailable: Collection[str]) -> dict[str, list[Item]]:
    """What `Filing.tidyable` returns, of these libraries."""
    safe = base.filed() & local.filed() - set(unavailable)
    return {
        inbox.playlist_id: [i for i in inbox.items if i.item_id is not None and i.video_id in safe]
        for inbox in local.playlists.values()
        if inbox.role is Role.INBOX and inbox.writable and inbox.playlist_id in base.playlists
    }
