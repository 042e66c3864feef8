"""The flow from what is decided to suggestions, and what each training run has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from lib.derived import Suggestion, SuggestionChange, TrainingRun
from lib.ml.classifier.dataset import METHOD, Dataset
from lib.ml.classifier.explain import Explanation, explain
from lib.ml.tasks import Compute, Suggest
from lib.ml.text.video_text import category_text, video_texts
from lib.models import Library, Progress, Role, Video, silent
from lib.services.embeddings import Embedding
from lib.services.filing import Filing
from lib.services.local_library import local_library
from lib.services.search import Search
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.edits import Edits
from lib.store.provenance import unconfirmed
from lib.store.training_log import TrainingLog
from lib.store.vectors import Vectors

RECENT = 50
"""Of so many of the last decisions is said how often we agreed."""


class Suggestions:
    """The suggestions of one library."""

    def __init__(
        self,
        catalog: Catalog,
        edits: Edits,
        vectors: Vectors,
        derived: Derived,
        training_log: TrainingLog,
        compute: Compute,
        search: Search,
        filing: Filing,
    ) -> None:
        self.catalog, self.edits, self.vectors, self.compute = catalog, edits, vectors, compute
        self.derived, self.training_log = derived, training_log
        self.search, self.filing = search, filing
        self.embedding = Embedding(catalog, vectors, compute)

    def suggest(self, progress: Progress = silent) -> list[Suggestion]:
        """Suggest again from what is decided by now, with the vectors there are.

        What is decided while it computes, on a screen, by the command line or a file, stands: of those videos the
        suggestions stay as they are stored.
        """
        begun, known = datetime.now(UTC), self.vectors.known()
        local, decided = local_library(self.catalog, self.edits), self._decided()
        videos = [video for video in self.embedding.readable() if video.video_id in known]
        progress(0, 0, "Looking where videos belong")
        if known:
            self.embedding.embed(category_texts(local), progress)
        computed = self.compute(Suggest(self._dataset(local, videos)), progress) if videos else []
        accepted, dead = self.edits.feedback.accepted(), self.catalog.unavailable()
        kept = [suggestion for suggestion in computed if not _settled(suggestion, accepted, dead)]
        with self.catalog.db.write():
            kept = self._without_decided(kept, decided)
            self._log_training_run(kept, begun)
            self.derived.store_suggestions(kept)
            self.catalog.remember("suggested_with", METHOD)
        return kept

    def outdated(self) -> bool:
        """Whether the stored suggestions were made by an earlier version of the program."""
        return self.catalog.fact("map_model") is not None and self.catalog.fact("suggested_with") != METHOD

    def explain(self, video_id: str, playlist_id: str) -> Explanation | None:
        """What speaks for a category; None for a video that nothing is known of, or a playlist that is gone."""
        vectors, texts = self.search.known()
        categories = local_library(self.catalog, self.edits).categories
        if video_id not in texts or video_id not in vectors or playlist_id not in categories:
            return None
        members = [item.video_id for item in categories[playlist_id].items]
        filed = [item.video_id for category in categories.values() for item in category.items]
        channels = {key: video.channel_title for key, video in self.catalog.listed_videos().items()}
        return explain(video_id, members, filed, vectors, texts, channels)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _decided(self) -> dict[str, frozenset[tuple[str, str]]]:
        """By video, where it stands and what the user has said of it: (kind, playlist id) pairs."""
        real_ids, decided = self.edits.real_ids(), defaultdict[str, set[tuple[str, str]]](set)
        for playlist in local_library(self.catalog, self.edits).playlists.values():
            for item in playlist.items:
                decided[item.video_id].add(("stands in", real_ids.get(playlist.playlist_id, playlist.playlist_id)))
        feedback = self.edits.feedback
        for kind, pairs in (("accepted", feedback.accepted()), ("rejected", feedback.rejected())):
            for video_id, playlist_id in pairs:
                decided[video_id].add((kind, real_ids.get(playlist_id, playlist_id)))
        return {video_id: frozenset(pairs) for video_id, pairs in decided.items()}

    def _without_decided(
        self, computed: Sequence[Suggestion], before: Mapping[str, frozenset[tuple[str, str]]]
    ) -> list[Suggestion]:
        """The suggestions to store: for videos about which something was decided since `before`, those stored by now."""
        now, real_ids = self._decided(), self.edits.real_ids()
        earlier = {
            video_id: frozenset((kind, real_ids.get(key, key)) for kind, key in pairs)
            for video_id, pairs in before.items()
        }
        changed_ids = {video_id for video_id in {**earlier, **now} if earlier.get(video_id) != now.get(video_id)}
        stored = [suggestion for suggestion in self.derived.suggestions() if suggestion.video_id in changed_ids]
        filed = local_library(self.catalog, self.edits).filed()
        still_asked = [suggestion for suggestion in stored if suggestion.misfit or suggestion.video_id not in filed]
        return [
            *(
                suggestion
                for suggestion in self.filing.with_real_ids(computed)
                if suggestion.video_id not in changed_ids
            ),
            *self.filing.without_gone(still_asked),
        ]

    def _dataset(self, local: Library, videos: Sequence[Video]) -> Dataset:
        ids = [video.video_id for video in videos]
        present, dead = set(ids), self.catalog.unavailable()
        unlearned = unconfirmed(self.catalog.db)  # what a rule or the model filed would only teach what they say
        categories = local.categories
        filed = {item.video_id for p in categories.values() for item in p.items}
        inbox: dict[str, list[str]] = {}
        for playlist in local.playlists.values():
            for item in playlist.items if playlist.role is Role.INBOX else ():
                if item.video_id in present and item.video_id not in filed | dead:
                    inbox.setdefault(item.video_id, []).append(playlist.playlist_id)
        return Dataset(
            video_ids=ids,
            texts=list(video_texts(videos).values()),
            channels=[video.channel_title for video in videos],
            vectors=self.vectors.load(ids),
            categories={p.playlist_id: (p.title, p.description) for p in categories.values()},
            members={
                key: [i.video_id for i in p.items if i.video_id in present and (i.video_id, key) not in unlearned]
                for key, p in categories.items()
            },
            inbox={video_id: list(dict.fromkeys(homes)) for video_id, homes in inbox.items()},
            rejected=self.edits.feedback.rejected(),
            titles=[video.title for video in videos],
            category_vectors=dict(zip(categories, self.vectors.load(list(categories)), strict=True)),
        )

    def _log_training_run(self, suggestions: Sequence[Suggestion], begun: datetime) -> None:
        """Keep what the decisions since the last training run have changed. What was decided meanwhile belongs to the next."""
        last = self.training_log.last()
        if decisions := self.edits.feedback.since(last.learned_at if last else None):
            differing = changed(self.derived.suggestions(), suggestions)
            self.training_log.store(TrainingRun(begun, decisions, differing, *self.edits.feedback.agreement(RECENT)))


def _settled(suggestion: Suggestion, accepted: Collection[tuple[str, str]], dead: Collection[str]) -> bool:
    """A misfit that cannot move, or that the user has put where it is, is no suggestion."""
    by_hand = any((suggestion.video_id, home) in accepted for home in suggestion.from_playlists)
    return suggestion.misfit and (suggestion.video_id in dead or by_hand)


def category_texts(local: Library) -> dict[str, str]:
    """What the name and the description of each category say, by playlist id."""
    return {key: category_text(p.title, p.description) for key, p in local.categories.items()}


_Suggested = tuple[str, bool]
"""The playlist id suggested for a video, and whether the classifier is sure of it."""

_NOTHING: _Suggested = ("", False)


def changed(before: Sequence[Suggestion], after: Sequence[Suggestion]) -> tuple[SuggestionChange, ...]:
    """The videos for which another category is suggested, or the same with another sureness; misfits aside.

    Those that became sure come first, then those that changed category, then the rest.
    """
    old_by_video, new_by_video = _suggested(before), _suggested(after)
    pairs = {
        video_id: (old_by_video.get(video_id, _NOTHING), new_by_video.get(video_id, _NOTHING))
        for video_id in {**old_by_video, **new_by_video}
    }
    changes = [
        SuggestionChange(video_id, old[0], new[0], old[1], new[1])
        for video_id, (old, new) in pairs.items()
        if old != new
    ]
    return tuple(sorted(changes, key=_by_weight))


def _suggested(suggestions: Sequence[Suggestion]) -> dict[str, _Suggested]:
    return {
        suggestion.video_id: (suggestion.to_playlist, suggestion.sure)
        for suggestion in suggestions
        if not suggestion.misfit
    }


def _by_weight(change: SuggestionChange) -> tuple[bool, bool, str]:
    return not change.sure_after, change.category_before == change.category_after, change.video_id
