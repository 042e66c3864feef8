"""The flow from texts to suggestions, with real titles, the real model and the real database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lib.derived import NOISE, Suggestion
from lib.errors import Cancelled, UserError
from lib.ml.tasks import Embed, FindTopics, Suggest, Task, compute_here
from lib.ml.text.video_text import RECIPE, text_hash, video_texts
from lib.models import Availability, Decider, Edit, EditKind, Item, Progress, silent
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import INBOX, START, analysed_home, talks_world

pytestmark = [pytest.mark.model, pytest.mark.long]
VIDEOS = 120


class Calls:
    """Runs tasks here and keeps them; one whose name is `stop_at` is cancelled before it begins."""

    def __init__(self) -> None:
        self.tasks: list[Task[Any]] = []
        self.stop_at = ""

    def __call__(self, task: Task[Any], progress: Progress = silent) -> Any:
        if type(task).__name__ == self.stop_at:
            raise Cancelled("Cancelled.")
        self.tasks.append(task)
        return compute_here(task, progress)

    def embedded(self) -> int:
        """How many texts were embedded."""
        return sum(len(task.texts) for task in self.tasks if isinstance(task, Embed))

    def names(self) -> set[str]:
        return {type(task).__name__ for task in self.tasks}


@pytest.fixture
def shop(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that was analysed; its `compute` notes what is computed from now on."""
    shutil.copy(analysed_home(tmp_path_factory.getbasetemp()) / "atlas.duckdb", tmp_path)
    with closing(Workspace(Settings(tmp_path), compute=Calls())) as workspace:
        yield workspace


def calls(shop: Workspace) -> Calls:
    assert isinstance(shop.compute, Calls)
    return shop.compute


def positions(shop: Workspace) -> dict[str, tuple[float, float]]:
    ids, layout, _ = shop.derived.map_points()
    return {video_id: (float(x), float(y)) for video_id, (x, y) in zip(ids, layout, strict=True)}


def add_to_inbox(shop: Workspace, video_id: str, title: str) -> None:
    known = next(iter(talks_world().videos.values()))
    shop.catalog.store_videos([replace(known, video_id=video_id, title=title, description="", tags=())])
    items = shop.catalog.items_of(INBOX)
    shop.catalog.store_items(INBOX, [*items, replace(items[0], item_id=f"{INBOX}{video_id}", video_id=video_id)])


def test_every_video_has_a_vector_a_place_and_a_topic(shop: Workspace) -> None:
    assert (
        shop.vectors.known().items()
        >= {i: text_hash(text, RECIPE) for i, text in video_texts(talks_world().videos.values()).items()}.items()
    )
    vectors = shop.vectors.load(list(talks_world().videos))
    assert vectors.shape == (VIDEOS, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    places = positions(shop)
    assert places.keys() == talks_world().videos.keys()
    assert np.isfinite(list(places.values())).all()
    members = shop.derived.members()
    assert sorted(v for videos in members.values() for v in videos) == sorted(talks_world().videos)
    for topic in shop.derived.topics():
        assert topic.size == len(members[topic.topic])
        assert topic.name
    assert sum(topic.topic != NOISE for topic in shop.derived.topics()) >= 2


def test_suggestions_go_where_a_careful_person_would_have_filed_most_of_them(shop: Workspace) -> None:
    suggestions = [suggestion for suggestion in shop.derived.suggestions() if not suggestion.misfit]
    waiting = {item.video_id for item in talks_world().playlists[INBOX].items}
    assert {suggestion.video_id for suggestion in suggestions} <= waiting
    assert len(suggestions) >= len(waiting) / 2
    truth = talks_world().truth
    right = sum(truth[suggestion.video_id] == suggestion.to_playlist for suggestion in suggestions)
    assert right >= 0.7 * len(suggestions)
    for suggestion in suggestions:
        assert suggestion.from_playlists == (INBOX,)
        assert 0 <= suggestion.confidence <= 1
        assert suggestion.why


def test_a_second_analysis_embeds_nothing_and_moves_nothing(shop: Workspace) -> None:
    before, vectors = positions(shop), shop.vectors.load(list(talks_world().videos))
    report = shop.analysis.run()
    assert (report.videos, report.embedded, report.reused) == (VIDEOS, 0, VIDEOS)
    assert report.seconds.keys() == {"embed", "cluster", "project", "label", "suggest"}
    assert calls(shop).names() == {"FindNeighbours", "GrowTopics", "NameTopics", "Suggest"}
    assert positions(shop) == before
    assert np.array_equal(shop.vectors.load(list(talks_world().videos)), vectors)


def test_only_a_new_video_is_embedded_and_placed_and_no_other_moves(shop: Workspace) -> None:
    before = positions(shop)
    add_to_inbox(shop, "newvideo001", "How to bake sourdough bread at home")
    report = shop.analysis.run()
    assert (report.videos, report.embedded, report.reused) == (VIDEOS + 1, 1, VIDEOS)
    assert calls(shop).embedded() == 1
    assert {"Layout", "Reduce"}.isdisjoint(calls(shop).names())
    after = positions(shop)
    assert np.isfinite(after.pop("newvideo001")).all()
    assert after == before


def test_a_changed_title_is_embedded_again(shop: Workspace) -> None:
    changed = replace(next(iter(talks_world().videos.values())), title="Repairing an old bicycle")
    old = shop.vectors.load([changed.video_id])
    shop.catalog.store_videos([changed])
    assert shop.analysis.run().embedded == 1
    assert not np.allclose(shop.vectors.load([changed.video_id]), old, atol=0.05)


def test_a_video_that_left_the_library_leaves_the_map_and_one_without_a_title_never_enters(shop: Workspace) -> None:
    gone, *rest = shop.catalog.items_of(INBOX)
    shop.catalog.store_items(INBOX, rest)
    add_to_inbox(shop, "deadvideo01", "")
    shop.analysis.run()
    assert positions(shop).keys() == talks_world().videos.keys() - {gone.video_id}


def test_the_user_decides_how_many_topics_k_means_makes(shop: Workspace) -> None:
    report = shop.analysis.run(method="kmeans", k=3)
    assert (report.topics, report.noise) == (3, 0)
    assert len(shop.derived.topics()) == 3


IMPOSSIBLE = ({"method": "guess"}, {"method": "kmeans", "k": 0}, {"method": "hdbscan", "k": 5}, {"k": 5})


@pytest.mark.parametrize("options", IMPOSSIBLE)
def test_a_method_that_cannot_be_leaves_everything_as_it_was(shop: Workspace, options: dict[str, Any]) -> None:
    topics, members = shop.derived.topics(), shop.derived.members()
    with pytest.raises(UserError):
        shop.analysis.run(**options)
    assert (shop.derived.topics(), shop.derived.members()) == (topics, members)
    assert calls(shop).tasks == []  # said before the minutes of embedding and drawing


@pytest.mark.parametrize("step", ["GrowTopics", "NameTopics", "Suggest"])
def test_a_cancelled_analysis_keeps_what_was_there_and_what_was_embedded(shop: Workspace, step: str) -> None:
    topics = shop.derived.topics()
    add_to_inbox(shop, "newvideo001", "How to bake sourdough bread at home")
    calls(shop).stop_at = step
    with pytest.raises(Cancelled):
        shop.analysis.run()
    assert "newvideo001" in shop.vectors.known()
    if step != "Suggest":
        assert shop.derived.topics() == topics
    calls(shop).stop_at = ""
    assert shop.analysis.run().embedded == 0
    assert "newvideo001" in positions(shop)


def accepted(shop: Workspace, suggestion: Suggestion) -> None:
    shop.filing.accept([suggestion])


def rejected(shop: Workspace, suggestion: Suggestion) -> None:
    shop.filing.reject([(suggestion.video_id, suggestion.to_playlist)])


@pytest.mark.parametrize("decide", [accepted, rejected])
def test_what_was_decided_never_comes_back(shop: Workspace, decide: Callable[[Workspace, Suggestion], None]) -> None:
    decided = shop.derived.suggestions()[0]
    decide(shop, decided)
    again = {(suggestion.video_id, suggestion.to_playlist) for suggestion in shop.suggestions.suggest()}
    assert (decided.video_id, decided.to_playlist) not in again
    assert again == {(suggestion.video_id, suggestion.to_playlist) for suggestion in shop.derived.suggestions()}


def category_and_sureness(suggestions: Iterable[Suggestion]) -> dict[str, tuple[str, bool]]:
    """What is suggested for each video, and whether the classifier is sure of it; misfits aside."""
    return {
        suggestion.video_id: (suggestion.to_playlist, suggestion.sure)
        for suggestion in suggestions
        if not suggestion.misfit
    }


def test_a_training_run_tells_what_the_decisions_since_the_last_one_changed(shop: Workspace) -> None:
    assert shop.training_log.last() is None
    fitting, unfitting = shop.derived.suggestions()[:2]
    accepted(shop, fitting)
    rejected(shop, unfitting)
    before = category_and_sureness(shop.derived.suggestions())
    after = category_and_sureness(shop.suggestions.suggest())
    run = shop.training_log.last()
    assert run is not None
    assert (run.decisions, run.agreed, run.asked) == (2, 1, 2)
    assert {c.video_id for c in run.changed} == {v for v in {**before, **after} if before.get(v) != after.get(v)}


def test_a_training_run_leaves_out_what_was_taken_back_since(shop: Workspace) -> None:
    agreed, refused, kept = shop.derived.suggestions()[:3]
    steps = [shop.feedback.accept([agreed]), shop.feedback.reject([refused]), shop.feedback.reject([kept])]
    shop.suggestions.suggest()
    assert training_run_counts(shop) == (3, 1, 3)
    shop.feedback.take_back(steps[1])
    assert training_run_counts(shop) == (2, 1, 2)
    shop.filing.take_back(steps[0].edit_ids)
    assert training_run_counts(shop) == (1, 0, 1)
    accepted(shop, agreed)  # decided again: that belongs to the next run
    assert training_run_counts(shop) == (1, 0, 1)
    shop.feedback.take_back(steps[2])
    assert training_run_counts(shop) == (0, 0, 0)


def test_a_decision_that_is_changed_was_still_counted_by_the_training_run(shop: Workspace) -> None:
    suggestion = shop.derived.suggestions()[0]
    rejected(shop, suggestion)
    shop.suggestions.suggest()
    shop.filing.file([suggestion.video_id], suggestion.to_playlist)
    assert training_run_counts(shop) == (1, 0, 1)


def training_run_counts(shop: Workspace) -> tuple[int, int, int]:
    """Decisions, agreed and asked of the last training run."""
    run = shop.training_log.last()
    assert run is not None
    return run.decisions, run.agreed, run.asked


def test_without_a_decision_nothing_is_learned(shop: Workspace) -> None:
    shop.suggestions.suggest()
    assert shop.training_log.last() is None


def test_what_was_accepted_unseen_is_not_counted_and_teaches_nothing(shop: Workspace) -> None:
    shop.filing.accept(shop.derived.suggestions()[:1], Decider.MODEL)
    before = {(suggestion.video_id, suggestion.to_playlist) for suggestion in shop.derived.suggestions()}
    after = {(suggestion.video_id, suggestion.to_playlist) for suggestion in shop.suggestions.suggest()}
    assert shop.training_log.last() is None
    assert after == before


def test_a_dead_video_is_not_suggested_since_youtube_would_not_take_it(shop: Workspace) -> None:
    dead_id = shop.derived.suggestions()[0].video_id
    shop.catalog.mark_unavailable({dead_id: Availability.DELETED})
    assert dead_id not in {suggestion.video_id for suggestion in shop.suggestions.suggest()}


def test_an_empty_library_is_analysed_without_a_model(tmp_path: Path) -> None:
    with closing(Workspace(Settings(tmp_path), compute=Calls())) as shop:
        report = shop.analysis.run()
        assert (report.videos, report.topics, report.suggestions) == (0, 0, 0)
        assert shop.derived.topics() == []


def taught(shop: Workspace) -> dict[str, list[str]]:
    """The members of each category that the last suggesting learned from."""
    shop.suggestions.suggest()
    datasets = [task.dataset for task in calls(shop).tasks if isinstance(task, Suggest)]
    return {key: list(videos) for key, videos in datasets[-1].members.items()}


def test_what_a_rule_filed_teaches_nothing_before_and_after_the_push_until_the_user_says_so(shop: Workspace) -> None:
    before, (first, second) = taught(shop), shop.derived.suggestions()[:2]
    by_rule, by_model, category = first.video_id, second.video_id, first.to_playlist
    edits = shop.edits.lay(
        [
            Edit(0, EditKind.ADD, START, video_id=video_id, to_playlist=category, decided_by=decider)
            for video_id, decider in ((by_rule, Decider.RULE), (by_model, Decider.MODEL))
        ]
    )
    assert taught(shop) == before
    assert {by_rule, by_model}.isdisjoint(suggestion.video_id for suggestion in shop.derived.suggestions())
    filed = [Item("a", by_rule), Item("b", by_model)]
    shop.catalog.store_items(category, [*shop.catalog.items_of(category), *filed])
    shop.edits.fulfil([edit.edit_id for edit in edits])
    assert taught(shop) == before
    shop.filing.file([by_rule], category)
    assert taught(shop) == {**before, category: [*before[category], by_rule]}


def names(shop: Workspace) -> dict[int, str]:
    return {topic.topic: topic.name for topic in shop.derived.topics()}


def test_topics_keep_number_and_name_in_a_second_run_and_when_a_video_comes(shop: Workspace) -> None:
    before = names(shop)
    assert str(shop.analysis.run().changes) == "no topic changed"
    assert names(shop) == before
    add_to_inbox(shop, "newvideo001", "How to bake sourdough bread at home")
    shop.analysis.run()
    assert names(shop).items() >= {topic: before[topic] for topic in before.keys() & names(shop).keys()}.items()


def test_what_changed_is_told_by_number(shop: Workspace) -> None:
    before = set(names(shop)) - {NOISE}
    report = shop.analysis.run(method="kmeans", k=2)
    after = set(names(shop)) - {NOISE}
    assert set(report.changes.new) == after - before
    assert set(report.changes.merged) | set(report.changes.gone) == before - after


def test_topics_are_found_as_the_last_time_unless_it_is_said(shop: Workspace) -> None:
    def searched() -> tuple[str, int | None]:
        """The method and the number of topics that the last search was asked for."""
        search = [task for task in calls(shop).tasks if isinstance(task, FindTopics)][-1]
        return search.method, search.k

    shop.analysis.run(method="kmeans", k=3)
    assert shop.analysis.run().topics == 3 and searched() == ("kmeans", 3)
    assert shop.analysis.run(k=5).topics == 5 and searched() == ("kmeans", 5)
    shop.analysis.run(method="hdbscan")
    assert searched() == ("hdbscan", None)


def test_a_library_that_has_fewer_videos_than_topics_were_wished_is_still_analysed(shop: Workspace) -> None:
    shop.analysis.run(method="kmeans", k=VIDEOS)
    items = shop.catalog.items_of(INBOX)
    shop.catalog.store_items(INBOX, items[1:])
    assert 0 < shop.analysis.run().topics < VIDEOS
    shop.catalog.store_items(INBOX, items)
    assert shop.analysis.run().topics == VIDEOS


def test_another_model_finds_topics_of_its_own(shop: Workspace, tmp_path: Path) -> None:
    model, before = shop.settings.model, names(shop)
    shop.close()
    computed = Calls()

    def compute(task: Task[Any], progress: Progress = silent) -> Any:
        return computed(replace(task, model=model) if isinstance(task, Embed) else task, progress)

    with closing(Workspace(replace(Settings(tmp_path), model="another"), compute)) as reopened:
        reopened.derived.keep_earlier()
        with pytest.raises(UserError):
            reopened.analysis.put_map_back()
        reopened.analysis.run()
        assert reopened.analysis.put_map_back()
        assert "FindTopics" in computed.names()
        assert names(reopened) == before  # the same vectors under another name: nothing is called otherwise


def test_topics_are_found_again_when_it_is_said_when_the_map_moved_and_when_the_library_has_outgrown_them(
    shop: Workspace,
) -> None:
    for options, again in (({}, False), ({"method": "hdbscan"}, True), ({"redraw": True}, True), ({}, False)):
        calls(shop).tasks.clear()
        shop.analysis.run(**options)
        assert ("FindTopics" in calls(shop).names()) == again
    for number in range(VIDEOS // 4 + 1):
        add_to_inbox(shop, f"newvideo{number:03d}", f"How to bake sourdough bread, part {number}")
    shop.analysis.run()
    assert "FindTopics" in calls(shop).names()


def test_new_videos_are_marked_on_the_map_until_others_come(shop: Workspace) -> None:
    assert shop.derived.fresh() == []
    add_to_inbox(shop, "newvideo001", "How to bake sourdough bread at home")
    shop.analysis.run()
    shop.analysis.run()
    assert shop.derived.fresh() == ["newvideo001"]
    add_to_inbox(shop, "newvideo002", "A walk through Lisbon")
    shop.analysis.run()
    assert shop.derived.fresh() == ["newvideo002"]


def test_a_redrawn_map_resembles_the_old_one_and_can_be_put_back(shop: Workspace) -> None:
    before = positions(shop)
    assert not shop.analysis.put_map_back()
    shop.analysis.run(redraw=True)
    after = positions(shop)
    old, new = (np.array([places[i] for i in before]) for places in (before, after))
    radius = np.sqrt(((old - old.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert 0 < np.linalg.norm(new - old, axis=1).mean() / radius <= 0.35
    add_to_inbox(shop, "newvideo001", "How to bake sourdough bread at home")
    shop.analysis.run()
    assert shop.analysis.put_map_back()
    back = positions(shop)
    assert np.isfinite(back.pop("newvideo001")).all()
    assert back == before
    assert not shop.analysis.put_map_back()
